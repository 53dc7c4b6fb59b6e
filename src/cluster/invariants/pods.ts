import type { Pod } from "../../api/index.ts";
import { parseTime } from "../../sim/index.ts";

export const isGoing = (pod: Pod): boolean => pod.metadata?.deletionTimestamp !== undefined;
export const isOver = (pod: Pod): boolean => pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
export const isActive = (pod: Pod): boolean => !isGoing(pod) && !isOver(pod);

const readyCondition = (pod: Pod) => pod.status?.conditions?.find((c) => c.type === "Ready");
export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === "True";

/** Ready, and has been for so long. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  if (!isReady(pod)) return false;
  return minReadySeconds === 0 || parseTime(readyCondition(pod)?.lastTransitionTime ?? "") + minReadySeconds * 1000 <= now;
}

export const nameOf = (object: { readonly metadata?: { readonly namespace?: string; readonly name?: string } }): string =>
  `${object.metadata?.namespace}/${object.metadata?.name}`;

/** A number, or a percentage of a whole. */
export function share(value: number | string | undefined, whole: number, up: boolean): number {
  if (value === undefined) return 0;
  if (typeof value === "number") return value;
  const exact = (Number.parseInt(value, 10) * whole) / 100;
  return up ? Math.ceil(exact) : Math.floor(exact);
}
