import type { Job } from "../../api/index.ts";
import { parseTime } from "../../sim/index.ts";
import { finishedCondition } from "../jobs.ts";

/** Milliseconds until a job that is over is to go; undefined when it stays, or is going already (k8s: processTTL). */
export function timeLeft(job: Job, now: number): number | undefined {
  const ttl = job.spec?.ttlSecondsAfterFinished;
  const finished = finishedCondition(job)?.lastTransitionTime;
  if (ttl === undefined || finished === undefined || job.metadata?.deletionTimestamp !== undefined) return undefined;
  return Math.max(0, parseTime(finished) + ttl * 1000 - now);
}
