import type { Container, Pod } from "../../api/index.ts";
import type { AnyContainer } from "../pod.ts";
import { specOf } from "../pod.ts";
import type { Observed } from "./observed.ts";

type Rule = NonNullable<Container["restartPolicyRules"]>[number];

/** The first of a container's rules that an exit code meets. */
export function ruleFor({ restartPolicyRules }: AnyContainer, exitCode: number): Rule | undefined {
  return restartPolicyRules?.find(
    ({ exitCodes }) => exitCodes !== undefined && (exitCodes.values ?? []).includes(exitCode) === (exitCodes.operator === "In"),
  );
}

const containersOf = (pod: Pod): readonly Container[] => [...(specOf(pod).initContainers ?? []), ...specOf(pod).containers];

/** Whether any of its containers may have all of them start anew (k8s: podutil.AllContainersCouldRestart). */
export const mayRestartAll = (pod: Pod): boolean =>
  containersOf(pod).some((c) => c.restartPolicyRules?.some((rule) => rule.action === "RestartAllContainers") === true);

/** Instances that are behind the last time when all were to start anew: by container, the newest attempt of that time. */
export type Behind = ReadonlyMap<string, number>;

/** What there is since: a container that has not been started again is taken as one that never was. */
export function since({ sandbox, containers }: Observed, behind: Behind | undefined): Observed {
  if (behind === undefined) return { sandbox, containers };
  return { sandbox, containers: new Map([...containers].filter(([name, { latest }]) => latest.attempt > (behind.get(name) ?? -1))) };
}

/** Whether a container has ended in a way that has all start anew (k8s: container/helpers.go ShouldAllContainersRestart). */
export function wantsRestartOfAll(pod: Pod, observed: Observed): boolean {
  return containersOf(pod).some((container) => {
    const latest = observed.containers.get(container.name)?.latest;
    return latest?.state === "exited" && ruleFor(container, latest.exitCode ?? 0)?.action === "RestartAllContainers";
  });
}

export const behindAll = ({ containers }: Observed): Behind => new Map([...containers].map(([name, { latest }]) => [name, latest.attempt]));
