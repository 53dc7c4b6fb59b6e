import type { Pod } from "../../api/index.ts";
import { parseTime } from "../../sim/index.ts";
import { podCondition } from "../pods.ts";

/** k8s: DefaultJobPodFailureBackOff and MaxJobPodFailureBackOff. */
const FIRST_MS = 10_000;
const MOST_MS = 600_000;

/** Failures in a row, which nothing succeeded after. */
export interface Failures {
  readonly count: number;
  readonly last: number;
}
const NONE: Failures = { count: 0, last: 0 };

/** What failed since the last success, with what has finished since then (k8s: backoff_utils.go newBackoffRecord). */
export function failuresAfter(known: Failures = NONE, succeeded: readonly Pod[], failed: readonly Pod[]): Failures {
  if (succeeded.length === 0 && failed.length === 0) return known;
  const times = failed.map(finishedAt);
  if (succeeded.length === 0) return { count: known.count + times.length, last: Math.max(...times) };
  const lastSuccess = Math.max(...succeeded.map(finishedAt));
  const since = times.filter((t) => t > lastSuccess);
  return since.length === 0 ? NONE : { count: since.length, last: Math.max(...since) };
}

/** Milliseconds until a replacement may be made: 10 s after a failure, doubling up to ten minutes. */
export function backoffLeft({ count, last }: Failures, now: number): number {
  return count === 0 ? 0 : Math.max(0, last + Math.min(MOST_MS, FIRST_MS * 2 ** (count - 1)) - now);
}

/** When a pod was over: by its containers, else by its readiness, its deletion, its creation (k8s: getFinishedTime). */
export function finishedAt(pod: Pod): number {
  const { status, metadata } = pod;
  const ends = (status?.containerStatuses ?? []).map((c) => c.state?.terminated?.finishedAt);
  if (ends.length > 0 && ends.every((t) => t)) return Math.max(...ends.map((t) => parseTime(t ?? "")));
  const ready = podCondition(pod, "Ready");
  if (ready?.status === "False" && ready.lastTransitionTime) return parseTime(ready.lastTransitionTime);
  if (metadata?.deletionTimestamp) return parseTime(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  return parseTime(metadata?.creationTimestamp ?? "");
}
