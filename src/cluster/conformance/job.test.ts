import { describe, expect, it } from "vitest";
import type { CronJob, Job, Pod } from "../../api/index.ts";
import { walkedCluster } from "../testing/walk.ts";
import { ownerOf, PODS, type Walk } from "../testing/workloads.ts";

const JOBS = "/apis/batch/v1/namespaces/default/jobs";
const CRONJOBS = "/apis/batch/v1/namespaces/default/cronjobs";
const ODD_FAILS = "if [ $(expr ${JOB_COMPLETION_INDEX} % 2) -eq 0 ]; then exit 0; else exit 1; fi";
const FAIL_ONCE = "if [[ -r /data/foo ]] ; then exit 0 ; else touch /data/foo ; exit 1 ; fi";
const FIRST_ONLY = "if [ ${JOB_COMPLETION_INDEX} -eq 0 ]; then exit 0; else sleep 1000000; fi";

const jobSpec = (command: string, more: object = {}, restartPolicy = "Never") => ({
  parallelism: 2,
  completions: 4,
  backoffLimit: 6,
  template: {
    metadata: { labels: { "e2e-job": "foo" } },
    spec: {
      restartPolicy,
      volumes: [{ name: "data", emptyDir: {} }],
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "c",
          image: "busybox:1.37",
          command: ["sh", "-c", command],
          volumeMounts: [{ mountPath: "/data", name: "data" }],
        },
      ],
    },
  },
  ...more,
});
const job = (command: string, more: object = {}, restartPolicy = "Never") => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "foo" },
  spec: jobSpec(command, more, restartPolicy),
});
const cluster = () => walkedCluster({ preset: "reference-node" });
const has = (w: Walk, type: string, limit = 120) =>
  w.until(async () => (await w.get<Job>(`${JOBS}/foo`)).status?.conditions?.some((c) => c.type === type && c.status === "True"), limit);
const reasons = async (w: Walk) => (await w.get<Job>(`${JOBS}/foo`)).status?.conditions?.map(({ type, reason }) => `${type} ${reason}`);
const jobPods = (w: Walk) => w.list<Pod>(PODS, { labelSelector: "job-name=foo" });
const running = (w: Walk, count: number) =>
  w.until(async () => (await jobPods(w)).filter(({ status }) => status?.phase === "Running").length === count);

describe("[sig-apps] Job", () => {
  it("should run a job to completion when tasks sometimes fail and are locally restarted", async () => {
    const w = await cluster();
    await w.post(JOBS, job(FAIL_ONCE, {}, "OnFailure"));
    await has(w, "Complete");
    expect((await w.get<Job>(`${JOBS}/foo`)).status?.succeeded).toBe(4);
    w.stop();
  });

  it("should create pods for an Indexed job with completion indexes and specified hostname", async () => {
    const w = await cluster();
    await w.post(JOBS, job("exit 0", { completionMode: "Indexed" }));
    await has(w, "Complete");
    const pods = await jobPods(w);
    const indexes = pods.map(({ metadata }) => Number(metadata?.annotations?.["batch.kubernetes.io/job-completion-index"]));
    expect(indexes.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
    for (const { metadata, spec } of pods)
      expect(spec?.hostname).toBe(`foo-${metadata?.labels?.["batch.kubernetes.io/job-completion-index"]}`);
    w.stop();
  });

  it("should execute all indexes despite some failing when using backoffLimitPerIndex", async () => {
    const w = await cluster();
    const { backoffLimit: _, ...rest } = jobSpec(ODD_FAILS, { completionMode: "Indexed", backoffLimitPerIndex: 1 });
    await w.post(JOBS, { ...job(""), spec: rest });
    await has(w, "Failed");
    expect((await w.get<Job>(`${JOBS}/foo`)).status).toMatchObject({
      failedIndexes: "1,3",
      completedIndexes: "0,2",
      failed: 4,
      succeeded: 2,
    });
    expect(await reasons(w)).toEqual(["FailureTarget FailedIndexes", "Failed FailedIndexes"]);
    w.stop();
  });

  it("should terminate job execution when the number of failed indexes exceeds maxFailedIndexes", async () => {
    const w = await cluster();
    const failing = "if [ $(expr ${JOB_COMPLETION_INDEX} % 2) -eq 0 ]; then sleep 1000000; else exit 1; fi";
    await w.post(
      JOBS,
      job(failing, { completionMode: "Indexed", backoffLimitPerIndex: 0, maxFailedIndexes: 0, parallelism: 4, backoffLimit: 2147483647 }),
    );
    await has(w, "Failed");
    expect(await reasons(w)).toEqual(["FailureTarget MaxFailedIndexesExceeded", "Failed MaxFailedIndexesExceeded"]);
    expect((await w.get<Job>(`${JOBS}/foo`)).status?.failed).toBe(4);
    w.stop();
  });

  it("should mark indexes as failed when the FailIndex action is matched in podFailurePolicy", async () => {
    const w = await cluster();
    const onExitCodes = { containerName: "c", operator: "In", values: [1] };
    const podFailurePolicy = { rules: [{ action: "FailIndex", onExitCodes }] };
    await w.post(JOBS, job(ODD_FAILS, { completionMode: "Indexed", backoffLimitPerIndex: 1, podFailurePolicy, backoffLimit: 2147483647 }));
    await has(w, "Failed");
    expect((await w.get<Job>(`${JOBS}/foo`)).status).toMatchObject({
      failedIndexes: "1,3",
      completedIndexes: "0,2",
      failed: 2,
      succeeded: 2,
    });
    w.stop();
  });

  it("should allow to use the pod failure policy on exit code to fail the job early", async () => {
    const w = await cluster();
    const podFailurePolicy = { rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [1] } }] };
    await w.post(
      JOBS,
      job("if [ ${JOB_COMPLETION_INDEX} -eq 0 ]; then exit 1; else sleep 1000000; fi", {
        completionMode: "Indexed",
        podFailurePolicy,
        backoffLimit: 0,
      }),
    );
    await has(w, "Failed");
    expect(await reasons(w)).toEqual(["FailureTarget PodFailurePolicy", "Failed PodFailurePolicy"]);
    w.stop();
  });

  it("should allow to use a pod failure policy to ignore failure matching on DisruptionTarget condition", async () => {
    const w = await cluster();
    const rule = { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] };
    const command = "if [[ -r /data/$JOB_COMPLETION_INDEX ]]; then exit 0; else touch /data/$JOB_COMPLETION_INDEX; sleep 1000000; fi";
    const made = job(command, { completionMode: "Indexed", completions: 2, backoffLimit: 0, podFailurePolicy: { rules: [rule] } });
    made.spec.template.spec.volumes = [{ name: "data", hostPath: { path: "/tmp/e2e-ignore", type: "DirectoryOrCreate" } }] as never;
    await w.post(JOBS, made);
    await running(w, 2);
    await w.advance(1);
    for (const { metadata } of await jobPods(w))
      await w.post(`${PODS}/${metadata?.name}/eviction`, {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name: metadata?.name, namespace: "default" },
      });
    await has(w, "Complete");
    expect((await w.get<Job>(`${JOBS}/foo`)).status?.failed).toBeUndefined();
    w.stop();
  });

  it.each([
    {
      name: "all indexes succeeded",
      command: "exit 0",
      successPolicy: { rules: [{ succeededIndexes: "0-3" }] },
      first: "SuccessCriteriaMet",
    },
    {
      name: "succeededCount with pending indexes",
      command: FIRST_ONLY,
      successPolicy: { rules: [{ succeededCount: 1 }] },
      first: "SuccessCriteriaMet",
    },
    {
      name: "succeededIndexes with pending indexes",
      command: FIRST_ONLY,
      successPolicy: { rules: [{ succeededIndexes: "0" }] },
      first: "SuccessCriteriaMet",
    },
  ])("with successPolicy should succeed: $name", async ({ command, successPolicy, first }) => {
    const w = await cluster();
    await w.post(JOBS, job(command, { completionMode: "Indexed", successPolicy }));
    await has(w, "Complete");
    expect(await reasons(w)).toEqual([`${first} SuccessPolicy`, "Complete SuccessPolicy"]);
    w.stop();
  });

  it("should adopt matching orphans and release non-matching pods, and be deleted", async () => {
    const w = await cluster();
    await w.post(JOBS, job("sleep 1000000"));
    await running(w, 2);
    const [pod] = await jobPods(w);
    const path = `${PODS}/${pod?.metadata?.name}`;
    const { ownerReferences: _, ...orphaned } = (await w.get<Pod>(path)).metadata ?? {};
    await w.put(path, { ...(await w.get<Pod>(path)), metadata: orphaned });
    await w.until(async () => ownerOf(await w.get<Pod>(path)) === "foo");
    const { labels: __, ...unlabelled } = (await w.get<Pod>(path)).metadata ?? {};
    await w.put(path, { ...(await w.get<Pod>(path)), metadata: unlabelled });
    await w.until(async () => ownerOf(await w.get<Pod>(path)) === undefined);
    await w.remove(`${JOBS}/foo`, { propagationPolicy: "Foreground" });
    await w.until(() => w.gone(`${JOBS}/foo`));
    expect(await jobPods(w)).toEqual([]);
    w.stop();
  });

  it("should manage the lifecycle of a job and apply changes to its status", async () => {
    const w = await cluster();
    await w.post(JOBS, job("exit 0", { suspend: true }));
    expect((await w.patch(`${JOBS}/foo`, { metadata: { labels: { foo: "patched" } } })).metadata?.labels).toHaveProperty("foo", "patched");
    const found = await w.get<Job>(`${JOBS}/foo`);
    await w.put(`${JOBS}/foo`, {
      ...found,
      spec: { ...found.spec, suspend: false },
      metadata: { ...found.metadata, annotations: { updated: "true" } },
    });
    await has(w, "Complete");
    expect(await w.list("/apis/batch/v1/jobs", { labelSelector: "foo=patched" })).toHaveLength(1);
    await w.remove(JOBS, { propagationPolicy: "Background" }, { labelSelector: "foo=patched" });
    await w.until(() => w.gone(`${JOBS}/foo`));

    await w.post(JOBS, job("sleep 1000000"));
    await running(w, 2);
    const conditions = [{ type: "E2E", status: "True" }];
    const patch = { metadata: { annotations: { patchedstatus: "true" } }, status: { conditions } };
    const patched = await w.patch<Job>(`${JOBS}/foo/status`, patch, "merge");
    expect([patched.status?.conditions, patched.metadata?.annotations]).toMatchObject([conditions, { patchedstatus: "true" }]);
    const now = await w.get<Job>(`${JOBS}/foo`);
    const updated = { ...now.status, conditions: [{ type: "E2E", status: "True", reason: "Updated" }] };
    expect((await w.put<Job>(`${JOBS}/foo/status`, { ...now, status: updated })).status?.conditions?.[0]?.reason).toBe("Updated");
    expect((await w.get(`${JOBS}/foo/status`)).metadata?.uid).toBe(now.metadata?.uid);
    w.stop();
  });
});

describe("[sig-apps] CronJob", () => {
  const cronJob = (more: object, command = "sleep 300") => ({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "cron", labels: { special: "label" } },
    spec: { schedule: "*/1 * * * *", jobTemplate: { spec: jobSpec(command, { parallelism: 1, completions: 1 }) }, ...more },
  });
  const jobs = (w: Walk) => w.list<Job>(JOBS);
  const active = async (w: Walk) => (await w.get<CronJob>(`${CRONJOBS}/cron`)).status?.active ?? [];

  it("should schedule multiple jobs concurrently, and none when suspended", async () => {
    const w = await cluster();
    await w.post(CRONJOBS, cronJob({ concurrencyPolicy: "Allow" }));
    await w.until(async () => (await active(w)).length >= 2, 180);
    expect((await jobs(w)).length).toBeGreaterThan(1);
    await w.remove(`${CRONJOBS}/cron`);
    await w.until(async () => (await jobs(w)).length === 0);
    await w.post(CRONJOBS, cronJob({ concurrencyPolicy: "Allow", suspend: true }));
    await w.advance(300);
    expect(await jobs(w)).toEqual([]);
    w.stop();
  });

  it.each(["Forbid", "Replace"])("should keep to one job when the policy is %s", async (concurrencyPolicy) => {
    const w = await cluster();
    await w.post(CRONJOBS, cronJob({ concurrencyPolicy }));
    await w.until(async () => (await active(w)).length === 1, 120);
    const [first] = await active(w);
    await w.advance(80);
    const [second, ...more] = await active(w);
    expect([second?.name === first?.name, more.length, (await jobs(w)).length]).toEqual([concurrencyPolicy === "Forbid", 0, 1]);
    w.stop();
  });

  it("should support CronJob API operations", async () => {
    const w = await walkedCluster({ nodes: 0 });
    const seen = await w.watch("/apis/batch/v1/cronjobs", { labelSelector: "special=label" });
    await w.post(CRONJOBS, cronJob({ suspend: true }));
    await w.patch(`${CRONJOBS}/cron`, { metadata: { annotations: { patched: "true" } } }, "merge");
    const found = await w.get<CronJob>(`${CRONJOBS}/cron`);
    await w.put(`${CRONJOBS}/cron`, { ...found, metadata: { ...found.metadata, annotations: { updated: "true" } } });
    await w.advance(1);
    expect(seen.map(({ type }) => type)).toEqual(["ADDED", "MODIFIED", "MODIFIED"]);
    const lastScheduleTime = "2026-01-01T00:00:07Z";
    const patch = { metadata: { annotations: { patchedstatus: "true" } }, status: { lastScheduleTime } };
    const patched = await w.patch<CronJob>(`${CRONJOBS}/cron/status`, patch, "merge");
    expect([patched.status?.lastScheduleTime, patched.metadata?.annotations?.["patchedstatus"]]).toEqual([lastScheduleTime, "true"]);
    const now = await w.get<CronJob>(`${CRONJOBS}/cron`);
    const put = await w.put<CronJob>(`${CRONJOBS}/cron/status`, { ...now, status: { lastScheduleTime: "2026-01-01T00:00:09Z" } });
    expect(put.status?.lastScheduleTime).toBe("2026-01-01T00:00:09Z");
    await w.remove(`${CRONJOBS}/cron`);
    await w.post(CRONJOBS, cronJob({ suspend: true }));
    await w.remove(CRONJOBS, undefined, { labelSelector: "special=label" });
    expect(await w.list(CRONJOBS)).toEqual([]);
    w.stop();
  });
});
