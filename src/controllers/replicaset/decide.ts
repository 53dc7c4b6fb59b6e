import type { Pod, ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";
import { byRank } from "../pod-ranking.ts";
import { podCondition } from "../pods.ts";
import type { CountedPod } from "./census.ts";

/** Pods created or deleted in one turn at most (k8s: replicaset.BurstReplicas). */
const BURST_REPLICAS = 500;

/** How many pods to create (positive) or delete (negative) now. */
export function podsToAdd(active: number, desired: number): number {
  return Math.max(-BURST_REPLICAS, Math.min(BURST_REPLICAS, desired - active));
}

/**
 * `count` of the pods, those that are missed least (k8s: ActivePodsWithRanks). `related` are the active pods of the
 * ReplicaSets of the same owner: where two share a node, one may go.
 */
export function podsToDelete(pods: readonly Pod[], related: readonly Pod[], count: number, now: number): readonly Pod[] {
  if (count >= pods.length) return pods;
  const onNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec?.nodeName ?? "";
    if (node) onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const ranked = pods.map((pod) => ({ pod, rank: onNode.get(pod.spec?.nodeName ?? "") ?? 0 }));
  return ranked
    .sort((a, b) => byRank(a, b, now))
    .slice(0, count)
    .map((r) => r.pod);
}

/** What came of creating or deleting: the error's words, and how many pods were to be added. */
export interface ManageFailure {
  readonly message: string;
  readonly adding: boolean;
}

/** What a ReplicaSet's pods add up to. */
export interface Count {
  readonly active: number;
  readonly terminating: number;
  /** Active pods with all the labels of the template. */
  readonly labeled: number;
  readonly ready: number;
  readonly available: number;
  /** Milliseconds until the next ready pod becomes available; undefined when none is waiting. */
  readonly nextAvailability: number | undefined;
}

/** A pod that is ready for `minReadySeconds` is available (k8s: podutil.IsPodAvailable). */
export function countPods(rs: ReplicaSet, pods: Iterable<CountedPod>, now: number): Count {
  const templateLabels = Object.entries(rs.spec?.template?.metadata?.labels ?? {});
  const minReady = (rs.spec?.minReadySeconds ?? 0) * 1000;
  let [active, terminating, labeled, ready, available] = [0, 0, 0, 0, 0];
  let nextAvailability: number | undefined;
  // Pods of one template share their labels: what was compared last need not be compared again.
  let compared: CountedPod["labels"] | null = null;
  let alike = false;
  for (const pod of pods) {
    if (pod.terminating) terminating++;
    if (!pod.active) continue;
    active++;
    if (pod.labels !== compared) {
      const labels = (compared = pod.labels) ?? {};
      alike = templateLabels.every(([k, v]) => labels[k] === v);
    }
    if (alike) labeled++;
    if (!pod.ready) continue;
    ready++;
    const wait = minReady === 0 ? 0 : pod.since === undefined ? undefined : parseTime(pod.since) + minReady - now;
    if (wait === undefined) continue;
    if (wait <= 0) available++;
    else nextAvailability = Math.min(wait, nextAvailability ?? wait);
  }
  return { active, terminating, labeled, ready, available, nextAvailability };
}

/** Where the kind's status does not say how many pods are on the way out, that is undefined. */
type Told = Omit<Count, "terminating"> & { readonly terminating: number | undefined };

/** The status that the pods give; the old one by reference when it says the same. */
export function replicaSetStatus(rs: ReplicaSet, count: Told, failure: ManageFailure | undefined, time: string): ReplicaSetStatus {
  const { active, terminating, labeled, ready, available } = count;
  const conditions = failureConditions(rs.status?.conditions ?? [], failure, time);
  const status: ReplicaSetStatus = {
    replicas: active,
    ...(labeled ? { fullyLabeledReplicas: labeled } : {}),
    ...(ready ? { readyReplicas: ready } : {}),
    ...(available ? { availableReplicas: available } : {}),
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
    ...(rs.metadata?.generation === undefined ? {} : { observedGeneration: rs.metadata.generation }),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
  return rs.status && deepEqual(rs.status, status) ? rs.status : status;
}

function failureConditions(
  conditions: readonly ReplicaSetCondition[],
  failure: ManageFailure | undefined,
  time: string,
): readonly ReplicaSetCondition[] {
  const old = conditions.find((c) => c.type === "ReplicaFailure");
  if (failure && !old) {
    const reason = failure.adding ? "FailedCreate" : "FailedDelete";
    return [...conditions, { type: "ReplicaFailure", status: "True", lastTransitionTime: time, reason, message: failure.message }];
  }
  return !failure && old ? conditions.filter((c) => c !== old) : conditions;
}

/** Whether a pod's change can matter to its ReplicaSet. */
export function matters(old: Pod, pod: Pod): boolean {
  if (old.metadata?.deletionTimestamp !== pod.metadata?.deletionTimestamp) return true;
  if (old.metadata?.labels !== pod.metadata?.labels || old.metadata?.ownerReferences !== pod.metadata?.ownerReferences) return true;
  if (old.status === pod.status) return false;
  if (old.status?.phase !== pod.status?.phase) return true;
  const [before, after] = [podCondition(old, "Ready"), podCondition(pod, "Ready")];
  return before !== after && (before?.status !== after?.status || before?.lastTransitionTime !== after?.lastTransitionTime);
}
