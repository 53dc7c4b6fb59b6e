import { describe, expect, it } from "vitest";
import type { CronJob, Job } from "../../api/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { world } from "../testing/world.ts";

const cronJob = (spec: Partial<CronJob["spec"]> = {}): CronJob => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "report", namespace: "default" },
  spec: {
    schedule: "* * * * *",
    // The test plays the job controller.
    jobTemplate: {
      spec: {
        managedBy: "example.com/test",
        template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "busybox:1.36" }] } },
      },
    },
    ...spec,
  },
});

async function started(spec: Partial<CronJob["spec"]> = {}) {
  const w = await world();
  const jobs = async (): Promise<readonly Job[]> => (await w.client.list("jobs", { namespace: "default" })).items;
  await w.client.create("cronjobs", cronJob(spec));
  await w.clock.advance(1000);
  return {
    ...w,
    jobs,
    names: async () => (await jobs()).map((j) => j.metadata?.name),
    read: () => w.client.get("cronjobs", "default", "report"),
    /** As the job controller would, when the job's pods are done. */
    async end(job: Job, type: "Complete" | "Failed" = "Complete") {
      const now = rfc3339(w.clock.now());
      const condition = (name: string) => ({ type: name, status: "True", lastTransitionTime: now });
      const conditions = [condition(type === "Complete" ? "SuccessCriteriaMet" : "FailureTarget"), condition(type)];
      const fresh = await w.client.get("jobs", "default", job.metadata?.name ?? "");
      const status = { startTime: now, conditions, ...(type === "Complete" ? { completionTime: now } : {}) };
      await w.client.update("jobs", { ...fresh, status }, "status");
      await w.clock.advance(1000);
    },
  };
}
const MINUTE = 60_000;
const FIRST = Date.UTC(2026, 0, 1, 0, 1) / MINUTE;

describe("the cron job controller", () => {
  it("makes a job at every start, notes it, and sees it end", async () => {
    const w = await started();
    expect(await w.names()).toEqual([]);
    await w.clock.advance(MINUTE);
    const [job] = await w.jobs();
    expect(job?.metadata?.name).toBe(`report-${FIRST}`);
    expect((await w.read()).status).toMatchObject({
      active: [{ apiVersion: "batch/v1", kind: "Job", name: `report-${FIRST}`, namespace: "default", uid: job?.metadata?.uid }],
      lastScheduleTime: "2026-01-01T00:01:00Z",
    });
    await w.end(job as Job);
    const { status } = await w.read();
    expect(status?.active).toBeUndefined();
    expect(status?.lastSuccessfulTime).toMatch(/^2026-01-01T00:01:/);
    expect(await w.events("SuccessfulCreate")).toEqual([`Created job report-${FIRST}`]);
    expect(await w.events("SawCompletedJob")).toEqual([`Saw completed job: report-${FIRST}, condition: Complete`]);
    expect(await w.events("UnexpectedJob")).toEqual([]);
    expect(w.errors()).toEqual([]);
  });

  it("lets jobs run side by side, waits for the one that runs, or replaces it", async () => {
    const names = async (concurrencyPolicy: string) => {
      const w = await started({ concurrencyPolicy });
      await w.clock.advance(2 * MINUTE);
      return { names: await w.names(), w };
    };
    expect((await names("Allow")).names).toEqual([`report-${FIRST}`, `report-${FIRST + 1}`]);
    const forbid = await names("Forbid");
    expect(forbid.names).toEqual([`report-${FIRST}`]);
    expect(await forbid.w.events("JobAlreadyActive")).toEqual([
      "Not starting job because prior execution is running and concurrency policy is Forbid",
    ]);
    const replace = await names("Replace");
    expect(replace.names).toEqual([`report-${FIRST + 1}`]);
    expect(await replace.w.events("SuccessfulDelete")).toEqual([`Deleted job report-${FIRST}`]);
    expect((await replace.w.read()).status?.active).toHaveLength(1);
  });

  it("keeps three jobs that succeeded and one that failed", async () => {
    const w = await started();
    for (let i = 0; i < 5; i++) {
      await w.clock.advance(MINUTE);
      await w.end((await w.jobs()).at(-1) as Job);
    }
    expect(await w.names()).toEqual([2, 3, 4].map((n) => `report-${FIRST + n}`));
    for (let i = 0; i < 2; i++) {
      await w.clock.advance(MINUTE);
      await w.end((await w.jobs()).at(-1) as Job, "Failed");
    }
    expect(await w.names()).toEqual([2, 3, 4, 6].map((n) => `report-${FIRST + n}`));
  });

  it("rests while it is suspended, and makes up for the last start it missed", async () => {
    const w = await started({ suspend: true });
    await w.clock.advance(5 * MINUTE);
    expect(await w.names()).toEqual([]);
    await w.client.patch("cronjobs", "default", "report", "merge", { spec: { suspend: false } });
    await w.clock.advance(1000);
    expect(await w.names()).toEqual([`report-${FIRST + 4}`]);
  });

  it("does not make up for a start that its deadline has passed", async () => {
    const w = await started({ suspend: true, startingDeadlineSeconds: 10 });
    await w.clock.advance(MINUTE + 20_000);
    await w.client.patch("cronjobs", "default", "report", "merge", { spec: { suspend: false } });
    await w.clock.advance(1000);
    expect(await w.names()).toEqual([]);
    await w.clock.advance(MINUTE);
    expect(await w.names()).toEqual([`report-${FIRST + 1}`]);
  });

  it("begins a new schedule with its next start", async () => {
    const w = await started({ schedule: "0 0 1 1 *" });
    await w.clock.advance(10 * MINUTE);
    await w.client.patch("cronjobs", "default", "report", "merge", { spec: { schedule: "*/5 * * * *" } });
    await w.clock.advance(1000);
    expect(await w.names()).toEqual([]);
    await w.clock.advance(5 * MINUTE);
    expect(await w.names()).toEqual([`report-${FIRST + 14}`]);
  });

  it("says that a schedule never comes", async () => {
    const w = await started({ schedule: "59 23 31 2 *" });
    expect(await w.events("InvalidSchedule")).toEqual([
      "invalid schedule: 59 23 31 2 * : time difference between two schedules is less than 1 second",
    ]);
  });

  it("speaks of jobs that someone else made or removed", async () => {
    const w = await started();
    await w.clock.advance(MINUTE);
    await w.client.delete("jobs", "default", `report-${FIRST}`, { propagationPolicy: "Background" });
    await w.clock.advance(1000);
    expect(await w.events("MissingJob")).toEqual([`Active job went missing: report-${FIRST}`]);
    expect((await w.read()).status?.active).toBeUndefined();
    const { uid = "" } = (await w.read()).metadata ?? {};
    const owner = { apiVersion: "batch/v1", kind: "CronJob", name: "report", uid, controller: true };
    const { spec } = cronJob().spec.jobTemplate;
    await w.client.create("jobs", {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "mine", namespace: "default", ownerReferences: [owner] },
      ...(spec ? { spec } : {}),
    });
    await w.clock.advance(1000);
    expect(await w.events("UnexpectedJob")).toEqual(["Saw a job that the controller did not create or forgot: mine"]);
  });
});
