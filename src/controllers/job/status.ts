import type { JobCondition, JobStatus } from "../../api/index.ts";

/** A job's status while a turn works on it: every counter is there, and lists may grow. */
export interface Draft {
  active: number;
  ready: number;
  terminating: number;
  succeeded: number;
  failed: number;
  completedIndexes: string;
  failedIndexes: string | undefined;
  startTime: string | undefined;
  completionTime: string | undefined;
  conditions: readonly JobCondition[];
  /** UIDs of pods that are over and in no counter yet: a pod is counted once, however often a turn is cut short. */
  readonly uncounted: { succeeded: readonly string[]; failed: readonly string[] };
}

export function draftOf(status: JobStatus = {}): Draft {
  const { uncountedTerminatedPods: uncounted, ...rest } = status;
  return {
    active: rest.active ?? 0,
    ready: rest.ready ?? 0,
    terminating: rest.terminating ?? 0,
    succeeded: rest.succeeded ?? 0,
    failed: rest.failed ?? 0,
    completedIndexes: rest.completedIndexes ?? "",
    failedIndexes: rest.failedIndexes,
    startTime: rest.startTime,
    completionTime: rest.completionTime,
    conditions: rest.conditions ?? [],
    uncounted: { succeeded: uncounted?.succeeded ?? [], failed: uncounted?.failed ?? [] },
  };
}

/** As it is written: what is nothing is left out, but `ready`, `terminating` and the (empty) uncounted pods always show. */
export function statusOf(draft: Draft): JobStatus {
  const { uncounted, conditions, active, succeeded, failed, completedIndexes, failedIndexes, startTime, completionTime } = draft;
  return {
    ...(active > 0 ? { active } : {}),
    ...(completedIndexes === "" ? {} : { completedIndexes }),
    ...(completionTime === undefined ? {} : { completionTime }),
    ...(conditions.length > 0 ? { conditions } : {}),
    ...(failed > 0 ? { failed } : {}),
    ...(failedIndexes === undefined ? {} : { failedIndexes }),
    ready: draft.ready,
    ...(startTime === undefined ? {} : { startTime }),
    ...(succeeded > 0 ? { succeeded } : {}),
    terminating: draft.terminating,
    uncountedTerminatedPods: {
      ...(uncounted.failed.length > 0 ? { failed: uncounted.failed } : {}),
      ...(uncounted.succeeded.length > 0 ? { succeeded: uncounted.succeeded } : {}),
    },
  };
}

/** Moves what has lost its finalizer from the uncounted to the counters (k8s: cleanUncountedPodsWithoutFinalizers). */
export function countFreed(draft: Draft, held: ReadonlySet<string>): void {
  for (const outcome of ["succeeded", "failed"] as const) {
    const left = draft.uncounted[outcome].filter((uid) => held.has(uid));
    draft[outcome] += draft.uncounted[outcome].length - left.length;
    draft.uncounted[outcome] = left;
  }
}

export function newCondition(type: string, reason: string, message: string, time: string, status = "True"): JobCondition {
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
}

/** Puts it in the place of its type, or at the end; a False that was never True is not worth a line. Answers whether it changed. */
export function setCondition(draft: Draft, condition: JobCondition): boolean {
  const at = draft.conditions.findIndex((c) => c.type === condition.type);
  const old = draft.conditions[at];
  if (!old && condition.status === "False") return false;
  if (old?.status === condition.status && old.reason === condition.reason && old.message === condition.message) return false;
  draft.conditions = old ? draft.conditions.with(at, condition) : [...draft.conditions, condition];
  return true;
}
