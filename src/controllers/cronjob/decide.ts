import type { CronJob, CronJobStatus, Job, ObjectReference } from "../../api/index.ts";
import { type CronSchedule, nextCron, zoneOffset } from "../../machinery/index.ts";
import { parseTime, rfc3339 } from "../../sim/index.ts";
import { finishedCondition } from "../jobs.ts";
import { controllerRef } from "../owners.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** More missed starts than this are worth a warning. */
const MANY = 100;
/** Clocks of machines differ: it looks this much after the scheduled time (k8s: nextScheduleDelta). */
const DELTA = 100;

/** When a cron job should have started last, and how many starts it has missed. */
interface Due {
  /** Where counting began: its last start or its creation, or not earlier than its starting deadline. */
  readonly earliest: number;
  readonly recent?: number;
  readonly missed: "none" | "few" | "many";
}
interface NeverDue {
  readonly problem: string;
}

/** k8s: cronjob/utils.go mostRecentScheduleTime. */
export function due(cronJob: CronJob, now: number, schedule: CronSchedule, withDeadline = true): Due | NeverDue {
  const { timeZone, startingDeadlineSeconds } = cronJob.spec;
  const next = (after: number): number | undefined => nextCron(schedule, after, timeZone);
  let earliest = parseTime(cronJob.status?.lastScheduleTime ?? cronJob.metadata?.creationTimestamp ?? "");
  if (withDeadline && startingDeadlineSeconds !== undefined) earliest = Math.max(earliest, now - startingDeadlineSeconds * SECOND);
  const first = next(earliest);
  if (first !== undefined && now < first) return { earliest, missed: "none" };
  const second = first === undefined ? undefined : next(first);
  if (first !== undefined && second !== undefined && now < second) return { earliest, recent: first, missed: "none" };
  if (first === undefined || second === undefined) return { problem: "time difference between two schedules is less than 1 second" };
  // An estimate as if starts were evenly spread, from which the exact last one is looked for.
  const between = second - first;
  const missed = Math.floor((now - first) / between) + 1;
  let recent: number | undefined;
  for (let t = next(first + (missed - 2) * between); t !== undefined && t <= now; t = next(t)) recent = t;
  return { earliest, ...(recent === undefined ? {} : { recent }), missed: missed > MANY ? "many" : "few" };
}

/** Milliseconds until it is worth another look; undefined when no start will ever come (k8s: nextScheduleTimeDuration). */
export function nextLook(cronJob: CronJob, now: number, schedule: CronSchedule): number | undefined {
  const found = due(cronJob, now, schedule, false);
  const from = "problem" in found ? now : (found.recent ?? (found.missed === "none" ? found.earliest : now));
  const next = nextCron(schedule, from, cronJob.spec.timeZone);
  return next === undefined ? undefined : next + DELTA - now;
}

export const jobName = (cronJob: CronJob, scheduled: number): string => `${cronJob.metadata?.name}-${Math.floor(scheduled / MINUTE)}`;

/** k8s: getJobFromTemplate2. The name tells the start, so that no start makes two jobs. */
export function jobFor(cronJob: CronJob, scheduled: number): Job {
  const { metadata: template, spec } = cronJob.spec.jobTemplate;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: jobName(cronJob, scheduled),
      namespace: cronJob.metadata?.namespace ?? "",
      ...(template?.labels ? { labels: template.labels } : {}),
      annotations: {
        ...template?.annotations,
        "batch.kubernetes.io/cronjob-scheduled-timestamp": zonedTime(scheduled, cronJob.spec.timeZone),
      },
      ownerReferences: [controllerRef(cronJob, "batch/v1", "CronJob")],
    },
    ...(spec ? { spec } : {}),
  };
}

/** RFC 3339 by the clocks of the zone. */
function zonedTime(ms: number, zone: string | undefined): string {
  const offset = zone === undefined ? 0 : zoneOffset(ms, zone);
  if (offset === 0) return rfc3339(ms);
  const two = (n: number): string => String(n).padStart(2, "0");
  const minutes = Math.abs(offset) / MINUTE;
  return `${rfc3339(ms + offset).slice(0, -1)}${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

export const isActive = (status: CronJobStatus, uid: string): boolean => status.active?.some((r) => r.uid === uid) ?? false;

/** By reference when it is not among them. */
export function withoutActive(status: CronJobStatus, uid: string): CronJobStatus {
  if (!isActive(status, uid)) return status;
  const { active = [], ...rest } = status;
  const left = active.filter((r) => r.uid !== uid);
  return left.length > 0 ? { ...rest, active: left } : rest;
}

export function withActive(status: CronJobStatus, { apiVersion, kind, metadata }: Job): CronJobStatus {
  const { name = "", namespace = "", uid = "", resourceVersion = "" } = metadata ?? {};
  const reference: ObjectReference = { apiVersion: apiVersion ?? "", kind: kind ?? "", name, namespace, uid, resourceVersion };
  return { ...status, active: [...(status.active ?? []), reference] };
}

/** The status with what this finished job says, by reference when that is nothing new. */
export function afterFinished(status: CronJobStatus, job: Job): CronJobStatus {
  const uid = job.metadata?.uid ?? "";
  const next = withoutActive(status, uid);
  const at = finishedCondition(job)?.type === "Complete" ? job.status?.completionTime : undefined;
  if (at === undefined || (next.lastSuccessfulTime !== undefined && parseTime(at) <= parseTime(next.lastSuccessfulTime))) return next;
  return { ...next, lastSuccessfulTime: at };
}

/** The finished jobs that are more than the history keeps, those that began first (k8s: cleanupFinishedJobs). */
export function beyondHistory({ spec }: CronJob, jobs: readonly Job[]): readonly Job[] {
  const limits = [
    ["Complete", spec.successfulJobsHistoryLimit],
    ["Failed", spec.failedJobsHistoryLimit],
  ] as const;
  return limits.flatMap(([type, limit]) => {
    const finished = jobs.filter((j) => finishedCondition(j)?.type === type);
    return limit === undefined ? [] : finished.sort(byStart).slice(0, Math.max(0, finished.length - limit));
  });
}

function byStart(a: Job, b: Job): number {
  const [x, y] = [a.status?.startTime, b.status?.startTime];
  if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined) || byName(a, b);
  return parseTime(x) - parseTime(y) || byName(a, b);
}
const byName = (a: Job, b: Job): number => ((a.metadata?.name ?? "") < (b.metadata?.name ?? "") ? -1 : 1);
