import { isPodTerminal, type Pod, type PodCondition } from "../api/index.ts";

export { isPodTerminal };

export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((c) => c.type === type);
}

export const isPodReady = (pod: Pod): boolean => podCondition(pod, "Ready")?.status === "True";

/** k8s: controller.IsPodActive. */
export const isPodActive = (pod: Pod): boolean => !isPodTerminal(pod) && pod.metadata?.deletionTimestamp === undefined;

/** k8s: controller.IsPodTerminating. */
export const isPodTerminating = (pod: Pod): boolean => !isPodTerminal(pod) && pod.metadata?.deletionTimestamp !== undefined;

/** The pod's conditions with this one in the place of its type; by reference when nothing changes. */
export function withPodCondition(conditions: readonly PodCondition[], condition: PodCondition): readonly PodCondition[] {
  const at = conditions.findIndex((c) => c.type === condition.type);
  if (at < 0) return [...conditions, condition];
  const old = conditions[at] as PodCondition;
  if (old.status === condition.status && old.reason === condition.reason && old.message === condition.message) return conditions;
  const lastTransitionTime = old.status === condition.status ? old.lastTransitionTime : condition.lastTransitionTime;
  return conditions.with(at, { ...condition, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) });
}
