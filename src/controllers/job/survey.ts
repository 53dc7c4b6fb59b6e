import type { Job, JobCondition, Pod } from "../../api/index.ts";
import { parseTime, rfc3339 } from "../../sim/index.ts";
import { isPodActive, isPodReady, isPodTerminating } from "../pods.ts";
import { failuresAfter, type Failures, finishedAt } from "./backoff.ts";
import { failureCounts, hasFinalizer, isPodFailed } from "./pods.ts";
import { indexesOf, indexOf, isIndexed, parseIndexes } from "./indexes.ts";
import { judge, successMessage } from "./policies.ts";
import { newCondition } from "./status.ts";

/** What a job's pods come to, with what they did since the status was written. */
export interface Survey {
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly terminating: readonly Pod[];
  readonly ready: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly failures: Failures;
  /** Indexed: those that the status has, and those with what is new. */
  readonly knownIndexes: ReadonlySet<number>;
  readonly succeededIndexes: ReadonlySet<number>;
  /** Only with backoffLimitPerIndex. */
  readonly failedIndexes: ReadonlySet<number> | undefined;
  /** By index, the failed pod that waits for its replacement, which inherits its count of failures. */
  readonly delayed: ReadonlyMap<number, Pod>;
  /** What ends the job: SuccessCriteriaMet, FailureTarget, or Failed once that was on record. */
  readonly verdict: JobCondition | undefined;
}

/** `freed` are pods whose finalizer is gone though the cache does not show it yet: they are counted. */
export function survey(job: Job, pods: readonly Pod[], freed: ReadonlySet<string>, known: Failures | undefined, now: number): Survey {
  const { spec, status } = job;
  const uncounted = {
    succeeded: new Set(status?.uncountedTerminatedPods?.succeeded),
    failed: new Set(status?.uncountedTerminatedPods?.failed),
  };
  const fresh = pods.filter((p) => isTracked(p, freed) && (!isIndexed(job) || indexOf(p, job) !== undefined));
  const newSucceeded = fresh.filter((p) => p.status?.phase === "Succeeded" && !uncounted.succeeded.has(p.metadata?.uid ?? ""));
  const newFailed = fresh.filter((p) => isPodFailed(p, job) && !uncounted.failed.has(p.metadata?.uid ?? ""));
  const active = pods.filter(isPodActive);
  const failed = (status?.failed ?? 0) + newFailed.filter((p) => judge(job, p).counts).length + uncounted.failed.size;
  const knownIndexes = isIndexed(job) ? parseIndexes(status?.completedIndexes, spec?.completions ?? 0) : new Set<number>();
  const done = pods.filter((p) => p.status?.phase === "Succeeded" && hasFinalizer(p));
  const succeededIndexes = isIndexed(job) ? new Set([...knownIndexes, ...indexesOf(done, job)]) : knownIndexes;
  const failedIndexes = spec?.backoffLimitPerIndex === undefined ? undefined : failedIndexesOf(job, pods);
  const count = {
    failed,
    succeeded: isIndexed(job) ? succeededIndexes.size : (status?.succeeded ?? 0) + newSucceeded.length + uncounted.succeeded.size,
    succeededIndexes,
    failedIndexes,
  };
  return {
    ...count,
    pods,
    active,
    terminating: pods.filter(isPodTerminating),
    ready: active.filter(isPodReady).length,
    failures: failuresAfter(known, newSucceeded, newFailed),
    knownIndexes,
    delayed: failedIndexes ? delayedPods(job, fresh, active, [succeededIndexes, failedIndexes]) : new Map(),
    verdict: verdictOn(job, pods, count, now),
  };
}

const isTracked = (pod: Pod, freed: ReadonlySet<string>): boolean => hasFinalizer(pod) && !freed.has(pod.metadata?.uid ?? "");

type Count = Pick<Survey, "failed" | "succeededIndexes" | "failedIndexes">;

/** k8s: syncJob, where it sets the finished condition. What is on record stands. */
function verdictOn(job: Job, pods: readonly Pod[], count: Count, now: number): JobCondition | undefined {
  const { spec, status } = job;
  const time = rfc3339(now);
  const recorded = (type: string): JobCondition | undefined => status?.conditions?.find((c) => c.type === type && c.status === "True");
  const met = recorded("SuccessCriteriaMet");
  if (met) return met;
  const target = recorded("FailureTarget");
  if (target) return newCondition("Failed", target.reason ?? "", target.message ?? "", time);
  const fail = (reason: string, message: string): JobCondition => newCondition("FailureTarget", reason, message, time);
  for (const pod of pods) {
    const message = spec?.podFailurePolicy && isPodFailed(pod, job) ? judge(job, pod).message : undefined;
    if (message !== undefined) return fail("PodFailurePolicy", message);
  }
  if (count.failed > (spec?.backoffLimit ?? 6) || pastRestarts(job, pods))
    return fail("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  if (deadlineLeft(job, now) === 0) return fail("DeadlineExceeded", "Job was active longer than specified deadline");
  const { failedIndexes, succeededIndexes } = count;
  if (failedIndexes) {
    if (spec?.maxFailedIndexes !== undefined && failedIndexes.size > spec.maxFailedIndexes)
      return fail("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
    if (failedIndexes.size > 0 && failedIndexes.size + succeededIndexes.size >= (spec?.completions ?? 0))
      return fail("FailedIndexes", "Job has failed indexes");
  }
  const success = successMessage(job, succeededIndexes);
  return success === undefined ? undefined : newCondition("SuccessCriteriaMet", "SuccessPolicy", success, time);
}

/** Milliseconds until the job was active for too long; undefined when it may be for ever, or is suspended. */
export function deadlineLeft({ spec, status }: Job, now: number): number | undefined {
  if (spec?.activeDeadlineSeconds === undefined || spec.suspend || status?.startTime === undefined) return undefined;
  return Math.max(0, parseTime(status.startTime) + spec.activeDeadlineSeconds * 1000 - now);
}

/** Containers that start again in their pods count as failures too (k8s: pastBackoffLimitOnFailure). */
function pastRestarts({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec?.template.spec?.restartPolicy !== "OnFailure") return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== "Running" && status?.phase !== "Pending") continue;
    for (const c of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) restarts += c.restartCount;
  }
  const limit = spec.backoffLimit ?? 6;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

function failedIndexesOf(job: Job, pods: readonly Pod[]): ReadonlySet<number> {
  const failed = parseIndexes(job.status?.failedIndexes, job.spec?.completions ?? 0);
  for (const pod of pods) {
    const index = indexOf(pod, job);
    if (index === undefined || !hasFinalizer(pod) || !isPodFailed(pod, job)) continue;
    const { counts, action } = judge(job, pod);
    const past = counts && failureCounts(pod).counted >= (job.spec?.backoffLimitPerIndex ?? 0);
    if (action === "FailIndex" || past) failed.add(index);
  }
  return failed;
}

/** k8s: getPodsWithDelayedDeletionPerIndex. */
function delayedPods(
  job: Job,
  fresh: readonly Pod[],
  active: readonly Pod[],
  over: readonly ReadonlySet<number>[],
): ReadonlyMap<number, Pod> {
  const replaced = indexesOf(active, job);
  const delayed = new Map<number, Pod>();
  for (const pod of fresh) {
    const index = indexOf(pod, job);
    if (index === undefined || !isPodFailed(pod, job) || replaced.has(index) || over.some((set) => set.has(index))) continue;
    const other = delayed.get(index);
    const total = (p: Pod): number => failureCounts(p).counted + failureCounts(p).ignored;
    if (!other || (total(other) <= total(pod) && finishedAt(pod) >= finishedAt(other))) delayed.set(index, pod);
  }
  return delayed;
}
