import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";
import { desiredOf, maxUnavailableOf, totalAvailable, totalReplicas } from "./arithmetic.ts";

const AVAILABLE: Readonly<Record<"True" | "False", readonly [reason: string, message: string]>> = {
  True: ["MinimumReplicasAvailable", "Deployment has minimum availability."],
  False: ["MinimumReplicasUnavailable", "Deployment does not have minimum availability."],
};

export interface NewCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export const conditionOf = (status: DeploymentStatus | undefined, type: string): DeploymentCondition | undefined =>
  status?.conditions?.find((c) => c.type === type);

export const hasDeadline = (d: Deployment): boolean =>
  d.spec?.progressDeadlineSeconds !== undefined && d.spec.progressDeadlineSeconds !== 2147483647;

/** Sets a condition; the same status and reason leave it as it is, words and all (k8s: SetDeploymentCondition). */
export function withCondition(status: DeploymentStatus, next: NewCondition, time: string): DeploymentStatus {
  const old = conditionOf(status, next.type);
  if (old?.status === next.status && old.reason === next.reason) return status;
  const lastTransitionTime = old?.status === next.status ? (old.lastTransitionTime ?? time) : time;
  const condition: DeploymentCondition = {
    type: next.type,
    status: next.status,
    lastUpdateTime: time,
    lastTransitionTime,
    reason: next.reason,
    message: next.message,
  };
  return { ...status, conditions: [...(status.conditions ?? []).filter((c) => c !== old), condition] };
}

function withoutCondition(status: DeploymentStatus, type: string): DeploymentStatus {
  if (!conditionOf(status, type)) return status;
  return { ...status, conditions: (status.conditions ?? []).filter((c) => c.type !== type) };
}

/** Counts and the Available condition (k8s: calculateStatus). Zeros are left out, as the API prints them. */
export function countedStatus(d: Deployment, all: readonly ReplicaSet[], fresh: ReplicaSet | undefined, time: string): DeploymentStatus {
  const sum = (count: (rs: ReplicaSet) => number | undefined): number => all.reduce((total, rs) => total + (count(rs) ?? 0), 0);
  const available = totalAvailable(all);
  const old = d.status ?? {};
  const [replicas, updated, ready] = [
    sum((rs) => rs.status?.replicas),
    fresh?.status?.replicas ?? 0,
    sum((rs) => rs.status?.readyReplicas),
  ];
  const unavailable = Math.max(0, totalReplicas(all) - available);
  const status: DeploymentStatus = {
    ...(d.metadata?.generation === undefined ? {} : { observedGeneration: d.metadata.generation }),
    ...(replicas ? { replicas } : {}),
    ...(updated ? { updatedReplicas: updated } : {}),
    ...(ready ? { readyReplicas: ready } : {}),
    ...(available ? { availableReplicas: available } : {}),
    ...(unavailable ? { unavailableReplicas: unavailable } : {}),
    // Known only once every ReplicaSet has said (k8s: GetTerminatingReplicaCountForReplicaSets).
    ...(all.every((rs) => rs.status?.terminatingReplicas !== undefined)
      ? { terminatingReplicas: sum((rs) => rs.status?.terminatingReplicas) }
      : {}),
    ...(old.conditions ? { conditions: old.conditions } : {}),
    ...(old.collisionCount === undefined ? {} : { collisionCount: old.collisionCount }),
  };
  const enough = available >= desiredOf(d) - maxUnavailableOf(d) ? "True" : "False";
  const [reason, message] = AVAILABLE[enough];
  return withCondition(status, { type: "Available", status: enough, reason, message }, time);
}

/** All pods are of the current template and available (k8s: DeploymentComplete). */
export function isComplete(d: Deployment, status: DeploymentStatus | undefined): boolean {
  const desired = desiredOf(d);
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status ?? {};
  return (
    updatedReplicas === desired &&
    replicas === desired &&
    availableReplicas === desired &&
    observedGeneration >= (d.metadata?.generation ?? 0)
  );
}

function isProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const oldOnes = (s: DeploymentStatus): number => (s.replicas ?? 0) - (s.updatedReplicas ?? 0);
  const more = (count: "updatedReplicas" | "readyReplicas" | "availableReplicas"): boolean => (after[count] ?? 0) > (before[count] ?? 0);
  return more("updatedReplicas") || oldOnes(after) < oldOnes(before) || more("readyReplicas") || more("availableReplicas");
}

function isTimedOut(d: Deployment, status: DeploymentStatus, now: number): boolean {
  const condition = conditionOf(status, "Progressing");
  if (!condition || condition.reason === "NewReplicaSetAvailable") return false;
  if (condition.reason === "ProgressDeadlineExceeded") return true;
  return parseTime(condition.lastUpdateTime ?? "") + (d.spec?.progressDeadlineSeconds ?? 0) * 1000 < now;
}

/** The whole status in a rollout, with Progressing and ReplicaFailure; the old one by reference when it says the same (k8s: syncRolloutStatus). */
export function rolloutStatus(
  d: Deployment,
  all: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  now: number,
  time: string,
): DeploymentStatus {
  let status = countedStatus(d, all, fresh, time);
  const current = conditionOf(d.status, "Progressing");
  if (!hasDeadline(d)) status = withoutCondition(status, "Progressing");
  const wasComplete = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === "NewReplicaSetAvailable";
  if (hasDeadline(d) && !wasComplete) status = progressed(d, status, fresh, current, now, time);
  const failure = replicaFailure(all, fresh);
  status = failure ? withCondition(status, failure, failure.since ?? time) : withoutCondition(status, "ReplicaFailure");
  return d.status && deepEqual(d.status, status) ? d.status : status;
}

function progressed(
  d: Deployment,
  status: DeploymentStatus,
  fresh: ReplicaSet | undefined,
  current: DeploymentCondition | undefined,
  now: number,
  time: string,
): DeploymentStatus {
  const who = fresh ? `ReplicaSet "${fresh.metadata?.name}"` : `Deployment "${d.metadata?.name}"`;
  if (isComplete(d, status)) {
    return withCondition(
      status,
      { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable", message: `${who} has successfully progressed.` },
      time,
    );
  }
  if (isProgressing(d.status ?? {}, status)) {
    // Progress moves lastUpdateTime, from which the deadline counts, even when nothing else changes.
    const lastTransitionTime = current?.status === "True" ? (current.lastTransitionTime ?? time) : time;
    const condition = {
      type: "Progressing",
      status: "True",
      lastUpdateTime: time,
      lastTransitionTime,
      reason: "ReplicaSetUpdated",
      message: `${who} is progressing.`,
    };
    return { ...status, conditions: [...(status.conditions ?? []).filter((c) => c.type !== "Progressing"), condition] };
  }
  if (isTimedOut(d, status, now)) {
    return withCondition(
      status,
      { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: `${who} has timed out progressing.` },
      time,
    );
  }
  return status;
}

/** A failure of the new ReplicaSet, or else of any, with the time that it has there (k8s: getReplicaFailures). */
function replicaFailure(
  all: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
): (NewCondition & { readonly since: string | undefined }) | undefined {
  for (const rs of [...(fresh ? [fresh] : []), ...all]) {
    const failure = rs.status?.conditions?.find((c) => c.type === "ReplicaFailure");
    if (!failure) continue;
    const { status, reason = "", message = "", lastTransitionTime: since } = failure;
    return { type: "ReplicaFailure", status, reason, message, since };
  }
  return undefined;
}

/** Milliseconds until the deadline should be looked at again; undefined when nothing waits for it (k8s: requeueStuckDeployment). */
export function deadlineIn(d: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const condition = conditionOf(status, "Progressing");
  if (!hasDeadline(d) || !condition || isComplete(d, status) || condition.reason === "ProgressDeadlineExceeded") return undefined;
  if (condition.reason === "NewReplicaSetAvailable" || d.spec?.paused) return undefined;
  return Math.max(0, parseTime(condition.lastUpdateTime ?? "") + (d.spec?.progressDeadlineSeconds ?? 0) * 1000 - now) + 1000;
}

/** What pausing and resuming does to the Progressing condition, so that a pause never times out (k8s: checkPausedConditions). */
export function pausedCondition(d: Deployment): NewCondition | undefined {
  if (!hasDeadline(d)) return undefined;
  const reason = conditionOf(d.status, "Progressing")?.reason;
  if (reason === "ProgressDeadlineExceeded") return undefined;
  if (d.spec?.paused && reason !== "DeploymentPaused")
    return { type: "Progressing", status: "Unknown", reason: "DeploymentPaused", message: "Deployment is paused" };
  if (!d.spec?.paused && reason === "DeploymentPaused")
    return { type: "Progressing", status: "Unknown", reason: "DeploymentResumed", message: "Deployment is resumed" };
  return undefined;
}
