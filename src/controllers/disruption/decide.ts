import {
  type LabelSelector,
  type Pod,
  type PodCondition,
  type PodDisruptionBudget,
  type PodDisruptionBudgetStatus,
  withDisruptionAllowed,
  withSyncFailed,
} from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";
import { scaled } from "../int-or-percent.ts";
import { controllerOf } from "../owners.ts";
import { isPodReady, isPodTerminal, podCondition } from "../pods.ts";

/** How long an evicted pod may take to be seen as deleted (k8s: disruption.DeletionTimeout, stalePodDisruptionTimeout). */
const TIMEOUT_MS = 2 * 60_000;

/** Whether the count is of what the pods' controllers want, not of the pods there are. */
export const countsScale = ({ spec }: PodDisruptionBudget): boolean =>
  spec?.maxUnavailable !== undefined || typeof spec?.minAvailable === "string";

/** How many of the pods must stay healthy; `expected` is what percentages are of (k8s: getExpectedPodCount). */
export function desiredHealthy({ spec }: PodDisruptionBudget, expected: number): number {
  if (spec?.maxUnavailable !== undefined) return Math.max(0, expected - scaled(spec.maxUnavailable, expected, true));
  return scaled(spec?.minAvailable, expected, true);
}

/** What became of the evictions that the API server granted. */
export interface Evictions {
  /** Those yet to be seen: pod to time of the eviction. */
  readonly pending: Readonly<Record<string, string>>;
  /** Pods that should be gone by now and are not. */
  readonly overdue: readonly Pod[];
  /** Milliseconds until the first pending one is overdue. */
  readonly recheck: number | undefined;
}

/** k8s: buildDisruptedPodMap. */
export function followEvictions({ status }: PodDisruptionBudget, pods: readonly Pod[], now: number): Evictions {
  const pending: Record<string, string> = {};
  const overdue: Pod[] = [];
  let recheck: number | undefined;
  for (const pod of pods) {
    const name = pod.metadata?.name ?? "";
    const at = status?.disruptedPods?.[name];
    if (at === undefined || pod.metadata?.deletionTimestamp !== undefined) continue;
    const left = parseTime(at) + TIMEOUT_MS - now;
    if (left < 0) {
      overdue.push(pod);
      continue;
    }
    pending[name] = at;
    recheck = Math.min(left + 1, recheck ?? left + 1);
  }
  return { pending, overdue, recheck };
}

/** Ready, not being deleted, and nothing says that it soon will be (k8s: countHealthyPods). */
export function countHealthy(pods: readonly Pod[], pending: Evictions["pending"], now: number): number {
  return pods.filter((pod) => {
    if (pod.metadata?.deletionTimestamp !== undefined) return false;
    const at = pending[pod.metadata?.name ?? ""];
    return !(at !== undefined && parseTime(at) + TIMEOUT_MS > now) && isPodReady(pod);
  }).length;
}

/** What the count says; the old status by reference when it says the same (k8s: updatePdbStatus). */
export function budgetStatus(
  budget: PodDisruptionBudget,
  count: { readonly expected: number; readonly desired: number; readonly healthy: number; readonly pending: Evictions["pending"] },
  time: string,
): PodDisruptionBudgetStatus {
  const { expected, desired, healthy, pending } = count;
  const counted: PodDisruptionBudgetStatus = {
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    // While there is nothing to count nothing may go: pods may have come that nobody has seen.
    disruptionsAllowed: expected > 0 ? Math.max(0, healthy - desired) : 0,
    ...(Object.keys(pending).length > 0 ? { disruptedPods: pending } : {}),
    ...(budget.metadata?.generation === undefined ? {} : { observedGeneration: budget.metadata.generation }),
    ...(budget.status?.conditions ? { conditions: budget.status.conditions } : {}),
  };
  const status = { ...counted, conditions: withDisruptionAllowed(counted, time) };
  return budget.status && deepEqual(budget.status, status) ? budget.status : status;
}

/** Where the count failed nothing may go (k8s: failSafe). */
export function failedStatus({ status }: PodDisruptionBudget, message: string, time: string): PodDisruptionBudgetStatus {
  return { ...status, disruptionsAllowed: 0, conditions: withSyncFailed(status ?? {}, message, time) };
}

/** Milliseconds until the pod's DisruptionTarget is no longer believed; undefined when it has none that could go stale. */
export function staleIn(pod: Pod, now: number): number | undefined {
  const condition = podCondition(pod, "DisruptionTarget");
  if (condition?.status !== "True" || condition.reason === "TerminationByKubelet") return undefined;
  if (pod.metadata?.deletionTimestamp !== undefined || isPodTerminal(pod)) return undefined;
  return Math.max(0, parseTime(condition.lastTransitionTime ?? "") + TIMEOUT_MS - now);
}

export function withoutDisruption(pod: Pod, time: string): readonly PodCondition[] {
  const generation = pod.metadata?.generation;
  return (pod.status?.conditions ?? []).map((c) =>
    c.type === "DisruptionTarget"
      ? { type: c.type, status: "False", lastTransitionTime: time, ...(generation === undefined ? {} : { observedGeneration: generation }) }
      : c,
  );
}

/** Whether a pod's change can change a count. */
export function matters(old: Pod, pod: Pod): boolean {
  return (
    old.metadata?.deletionTimestamp !== pod.metadata?.deletionTimestamp ||
    old.metadata?.labels !== pod.metadata?.labels ||
    controllerOf(old)?.uid !== controllerOf(pod)?.uid ||
    isPodReady(old) !== isPodReady(pod)
  );
}

/** A selector as Go prints it: events quote it so. */
export function printedSelector(selector: LabelSelector | undefined): string {
  if (selector === undefined) return "nil";
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const expressions = (selector.matchExpressions ?? []).map(
    (e) => `LabelSelectorRequirement{Key:${e.key},Operator:${e.operator},Values:[${(e.values ?? []).join(" ")}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.map(([k, v]) => `${k}: ${v},`).join("")}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join("")}},}`;
}
