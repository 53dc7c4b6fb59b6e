import { milliValue, value } from "../../machinery/index.ts";
import type { Container, Pod, ResourceRequirements } from "../../api/index.ts";
import type { ContainerStatus } from "../../runtime/index.ts";
import type { PodActions } from "../kuberuntime/actions.ts";
import type { Observed } from "../kuberuntime/observed.ts";
import { findContainer, specOf } from "../pod.ts";
import { effective, resizable } from "./allocation.ts";

/** The four numbers of a cgroup that a resize changes; 0: none. */
interface Numbers {
  readonly cpuRequest: number;
  readonly cpuLimit: number;
  readonly memoryRequest: number;
  readonly memoryLimit: number;
}

const numbersOf = ({ requests, limits }: ResourceRequirements): Numbers => ({
  cpuRequest: milliValue(requests?.["cpu"]),
  cpuLimit: milliValue(limits?.["cpu"]),
  memoryRequest: value(requests?.["memory"]),
  memoryLimit: value(limits?.["memory"]),
});

export interface Change {
  readonly container: Container;
  readonly status: ContainerStatus;
  readonly from: Numbers;
  readonly to: Numbers;
  /** Its policy wants it started anew for this. */
  readonly restart: boolean;
}

/** Running containers whose cgroups do not say yet what was allocated (k8s: kuberuntime_manager.go computePodResizeAction). */
export function resizeChanges(pod: Pod, observed: Observed, actuated: Readonly<Record<string, ResourceRequirements>>): readonly Change[] {
  const out: Change[] = [];
  for (const container of resizable(pod)) {
    const status = observed.containers.get(container.name)?.latest;
    const before = actuated[container.name];
    if (status?.state !== "running" || before === undefined) continue;
    const [from, to] = [numbersOf(before), numbersOf(effective(container.resources, specOf(pod).resources))];
    const cpu = from.cpuRequest !== to.cpuRequest || from.cpuLimit !== to.cpuLimit;
    const memory = from.memoryRequest !== to.memoryRequest || from.memoryLimit !== to.memoryLimit;
    if (!cpu && !memory) continue;
    const wants = (resource: string): boolean =>
      container.resizePolicy?.find((p) => p.resourceName === resource)?.restartPolicy === "RestartContainer";
    out.push({ container, status, from, to, restart: (cpu && wants("cpu")) || (memory && wants("memory")) });
  }
  return out;
}

/** In which order cgroups are told: what shrinks before what grows, so that the pod's own limit holds throughout. */
export function inOrder(changes: readonly Change[]): readonly Change[] {
  const grows = ({ from, to }: Change): number => Number(to.memoryLimit > from.memoryLimit || to.cpuLimit > from.cpuLimit);
  return changes.toSorted((a, b) => grows(a) - grows(b));
}

/** Memory of a pod's cgroup: what it says of itself, or all its containers' together; 0 where one of them has no limit. */
function podMemoryLimit(pod: Pod, containers: readonly ResourceRequirements[]): number {
  const whole = value(specOf(pod).resources?.limits?.["memory"]);
  if (whole > 0) return whole;
  let sum = 0;
  for (const { limits } of containers) {
    const own = value(limits?.["memory"]);
    if (own === 0) return 0;
    sum += own;
  }
  return sum;
}

/**
 * Why memory limits may not be lowered now: what is used is not below what they would be (k8s: kuberuntime_manager.go
 * validateMemoryResizeAction). `used`: bytes by container.
 */
export function memoryRefusal(
  pod: Pod,
  changes: readonly Change[],
  actuated: Readonly<Record<string, ResourceRequirements>>,
  used: ReadonlyMap<string, number>,
): string | undefined {
  const lowered = changes.filter(
    ({ from, to, restart }) => !restart && to.memoryLimit > 0 && (from.memoryLimit === 0 || to.memoryLimit < from.memoryLimit),
  );
  if (lowered.length === 0) return undefined;
  const all = resizable(pod);
  const before = podMemoryLimit(
    pod,
    all.map(({ name, resources = {} }) => actuated[name] ?? resources),
  );
  const after = podMemoryLimit(
    pod,
    all.map(({ resources = {} }) => resources),
  );
  const problems: string[] = [];
  const total = [...used.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (after > 0 && (before === 0 || after < before) && total >= after)
    problems.push(`attempting to set pod memory limit (${after}) below current usage (${total})`);
  for (const { container, to } of lowered) {
    const bytes = used.get(container.name) ?? 0;
    if (bytes >= to.memoryLimit)
      problems.push(
        `attempting to set container ${JSON.stringify(container.name)} memory limit (${to.memoryLimit}) below current usage (${bytes})`,
      );
  }
  if (problems.length === 0) return undefined;
  return `cannot decrease memory limits: ${problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`}`;
}

/** Containers whose policy wants it start anew for what they were given, besides what is to be done anyway. */
export function withRestarts(actions: PodActions, pod: Pod, changes: readonly Change[]): PodActions {
  if (actions.killPod || changes.length === 0) return actions;
  const { kill, start } = { kill: [...actions.kill], start: [...actions.start] };
  for (const { container, status, restart } of changes) {
    if (!restart || kill.some((k) => k.status.id === status.id)) continue;
    const kind = findContainer(pod, container.name)?.kind ?? "main";
    kill.push({ status, kind, container, message: `Container ${container.name} resize requires restart`, reason: "other" });
    start.push({ kind, container });
  }
  return { ...actions, kill, start };
}
