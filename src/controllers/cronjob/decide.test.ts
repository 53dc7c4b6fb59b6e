import { describe, expect, it } from "vitest";
import type { CronJob, Job } from "../../api/index.ts";
import { parseCron } from "../../machinery/index.ts";
import { parseTime, rfc3339 } from "../../sim/index.ts";
import { beyondHistory, due, jobFor, nextLook } from "./decide.ts";

const cronJob = (spec: Partial<CronJob["spec"]> = {}, lastScheduleTime?: string): CronJob => ({
  metadata: { name: "report", namespace: "default", uid: "u", creationTimestamp: "2026-01-01T08:00:00Z" },
  spec: { schedule: "0 * * * *", jobTemplate: {}, ...spec },
  ...(lastScheduleTime ? { status: { lastScheduleTime } } : {}),
});
const at = (time: string): number => parseTime(`2026-01-01T${time}Z`);
const dueAt = (c: CronJob, now: string) => {
  const found = due(c, at(now), parseCron(c.spec.schedule));
  return "problem" in found ? found.problem : `${found.missed} ${found.recent === undefined ? "-" : rfc3339(found.recent).slice(11, 16)}`;
};

describe("due", () => {
  const rows: [what: string, cronJob: CronJob, now: string, wanted: string][] = [
    ["nothing before the first start", cronJob(), "08:59:59", "none -"],
    ["the first start", cronJob(), "09:00:00", "none 09:00"],
    ["the last of those it missed", cronJob(), "12:30:00", "few 12:00"],
    ["what came after its last start", cronJob({}, "2026-01-01T11:00:00Z"), "11:30:00", "none -"],
    ["nothing before its starting deadline", cronJob({ startingDeadlineSeconds: 60 }), "12:30:00", "none -"],
    ["too many, and still the last of them", cronJob({ schedule: "* * * * *" }), "09:41:10", "many 09:41"],
    ["the last of an uneven schedule", cronJob({ schedule: "30 6-16/4 * * *" }), "15:00:00", "few 14:30"],
    ["nothing where its estimate is beyond an uneven schedule's last start", cronJob({ schedule: "30 6-16/4 * * *" }), "23:00:00", "few -"],
    [
      "nothing on a day that never comes",
      cronJob({ schedule: "59 23 31 2 *" }),
      "09:00:00",
      "time difference between two schedules is less than 1 second",
    ],
  ];
  it.each(rows)("is %s", (_, c, now, wanted) => expect(dueAt(c, now)).toBe(wanted));
});

describe("nextLook", () => {
  it("is a tenth of a second after the next start", () => {
    const c = cronJob({}, "2026-01-01T11:00:00Z");
    expect(nextLook(c, at("11:30:00"), parseCron(c.spec.schedule))).toBe(30 * 60_000 + 100);
  });
  it("never comes for a day that never comes", () => {
    expect(nextLook(cronJob(), at("11:30:00"), parseCron("59 23 31 2 *"))).toBeUndefined();
  });
});

describe("jobFor", () => {
  it("names the job after the minute of its start, and says when by the clocks of the zone", () => {
    const job = jobFor(cronJob({ timeZone: "America/New_York", jobTemplate: { metadata: { labels: { a: "b" } } } }), at("12:00:00"));
    expect(job.metadata).toMatchObject({
      name: `report-${at("12:00:00") / 60_000}`,
      labels: { a: "b" },
      annotations: { "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-01T07:00:00-05:00" },
      ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name: "report", uid: "u", controller: true }],
    });
    expect(jobFor(cronJob(), at("12:00:00")).metadata?.annotations).toEqual({
      "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-01T12:00:00Z",
    });
  });
});

describe("beyondHistory", () => {
  const job = (name: string, type: string, hour: number): Job => ({
    metadata: { name },
    status: { startTime: `2026-01-01T0${hour}:00:00Z`, conditions: [{ type, status: "True" }] },
  });
  it("are the oldest of each outcome above its limit", () => {
    const jobs = [job("c", "Complete", 3), job("a", "Complete", 1), job("b", "Complete", 2), job("f", "Failed", 1), job("g", "Failed", 2)];
    const names = (spec: Partial<CronJob["spec"]>) => beyondHistory(cronJob(spec), jobs).map((j) => j.metadata?.name);
    expect(names({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 1 })).toEqual(["a", "b", "f"]);
    expect(names({ successfulJobsHistoryLimit: 0 })).toEqual(["a", "b", "c"]);
    expect(names({})).toEqual([]);
  });
});
