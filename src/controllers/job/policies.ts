import type { Job, Pod, PodFailurePolicyRule } from "../../api/index.ts";
import { parseIndexes } from "./indexes.ts";

/** What the pod failure policy makes of a failed pod. */
interface Verdict {
  /** Whether it counts towards the limits; what a rule ignores does not. */
  readonly counts: boolean;
  readonly action?: string;
  /** Why the whole job fails, when a FailJob rule matched. */
  readonly message?: string;
}

/** The first rule that matches decides (k8s: pod_failure_policy.go matchPodFailurePolicy). */
export function judge(job: Job, pod: Pod): Verdict {
  for (const [index, rule] of (job.spec?.podFailurePolicy?.rules ?? []).entries()) {
    const match = rule.onExitCodes ? matchingExit(rule, pod) : matchingCondition(rule, pod);
    if (match === undefined) continue;
    const { action } = rule;
    const message = `${match} matching FailJob rule at index ${index}`;
    if (action === "Ignore") return { counts: false, action };
    if (action === "FailJob") return { counts: true, action, message };
    if (action === "FailIndex" || action === "Count") return { counts: true, action };
  }
  return { counts: true };
}

const nameOf = (pod: Pod): string => `${pod.metadata?.namespace}/${pod.metadata?.name}`;

function matchingExit({ onExitCodes }: PodFailurePolicyRule, pod: Pod): string | undefined {
  if (!onExitCodes) return undefined;
  const { containerName, operator, values } = onExitCodes;
  for (const { name, state } of [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]) {
    const code = state?.terminated?.exitCode;
    if (code === undefined || code === 0 || (containerName !== undefined && containerName !== name)) continue;
    const matches = operator === "In" ? values.includes(code) : operator === "NotIn" && !values.includes(code);
    if (matches) return `Container ${name} for pod ${nameOf(pod)} failed with exit code ${code}`;
  }
  return undefined;
}

function matchingCondition({ onPodConditions = [] }: PodFailurePolicyRule, pod: Pod): string | undefined {
  const found = pod.status?.conditions?.find((c) => onPodConditions.some((p) => p.type === c.type && (p.status ?? "True") === c.status));
  return found && `Pod ${nameOf(pod)} has condition ${found.type}`;
}

/** What the success policy says of the indexes that succeeded; undefined while no rule is met (k8s: success_policy.go). */
export function successMessage(job: Job, succeeded: ReadonlySet<number>): string | undefined {
  if (succeeded.size === 0) return undefined;
  const met = job.spec?.successPolicy?.rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && succeeded.size >= succeededCount;
    const required = parseIndexes(succeededIndexes, job.spec?.completions ?? 0);
    const done = [...required].filter((i) => succeeded.has(i)).length;
    return required.size > 0 && done >= Math.min(required.size, succeededCount ?? required.size);
  });
  return met === undefined || met < 0 ? undefined : `Matched rules at index ${met}`;
}
