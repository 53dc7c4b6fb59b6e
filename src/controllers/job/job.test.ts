import { describe, expect, it } from "vitest";
import type { Job, JobSpec, Pod } from "../../api/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { world } from "../testing/world.ts";

const job = (spec: Partial<JobSpec> = {}): Job => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "work", namespace: "default" },
  spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "busybox:1.36" }] } }, ...spec },
});

async function started(spec: Partial<JobSpec> = {}) {
  const w = await world();
  await w.client.create("jobs", job(spec));
  await w.clock.advance(1000);
  const read = () => w.client.get("jobs", "default", "work");
  return {
    ...w,
    read,
    status: async () => (await read()).status ?? {},
    conditions: async () => ((await read()).status?.conditions ?? []).map((c) => `${c.type}=${c.status} ${c.reason}`),
    active: async () =>
      (await w.pods()).filter((p) => !["Succeeded", "Failed"].includes(p.status?.phase ?? "") && !p.metadata?.deletionTimestamp),
    /** As a kubelet would, its container having exited. */
    async exit(pod: Pod | undefined, exitCode: number) {
      const fresh = await w.client.get("pods", "default", pod?.metadata?.name ?? "");
      const finishedAt = rfc3339(w.clock.now());
      const state = { terminated: { exitCode, finishedAt, startedAt: finishedAt } };
      const containerStatuses = [{ name: "c", image: "", imageID: "", ready: false, restartCount: 0, state }];
      const status = { ...fresh.status, phase: exitCode === 0 ? "Succeeded" : "Failed", containerStatuses };
      await w.client.update("pods", { ...fresh, status }, "status");
      await w.clock.advance(1000);
    },
  };
}
const indexOf = (pod: Pod) => pod.metadata?.annotations?.["batch.kubernetes.io/job-completion-index"];

describe("the job controller", () => {
  it("runs pods side by side until enough have succeeded", async () => {
    const w = await started({ completions: 3, parallelism: 2 });
    const [first, second] = await w.active();
    expect(await w.active()).toHaveLength(2);
    expect(first?.metadata).toMatchObject({
      generateName: "work-",
      finalizers: ["batch.kubernetes.io/job-tracking"],
      labels: { "job-name": "work", "batch.kubernetes.io/job-name": "work" },
      ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name: "work", controller: true, blockOwnerDeletion: true }],
    });
    expect(await w.status()).toMatchObject({ active: 2, ready: 0, terminating: 0, startTime: "2026-01-01T00:00:00Z" });
    await w.exit(first, 0);
    expect(await w.status()).toMatchObject({ active: 2, succeeded: 1, uncountedTerminatedPods: {} });
    await w.exit(second, 0);
    expect(await w.active()).toHaveLength(1);
    await w.exit((await w.active())[0], 0);
    expect(await w.conditions()).toEqual(["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"]);
    const status = await w.status();
    expect(status).toMatchObject({ succeeded: 3, ready: 0, terminating: 0 });
    expect(status).not.toHaveProperty("active");
    expect(status.completionTime).toBeDefined();
    expect((await w.pods()).flatMap((p) => p.metadata?.finalizers ?? [])).toEqual([]);
    expect(await w.events("Completed")).toEqual(["Job completed"]);
    expect(await w.events("SuccessfulCreate")).toHaveLength(3);
    expect(w.errors()).toEqual([]);
  });

  it("tries again ten seconds after a failure, then twenty, and gives up beyond its limit", async () => {
    const w = await started({ backoffLimit: 2 });
    await w.exit((await w.active())[0], 1);
    await w.clock.advance(8000);
    expect(await w.active()).toHaveLength(0);
    await w.clock.advance(2000);
    expect(await w.active()).toHaveLength(1);
    await w.exit((await w.active())[0], 1);
    await w.clock.advance(18_000);
    expect(await w.active()).toHaveLength(0);
    await w.clock.advance(2000);
    await w.exit((await w.active())[0], 1);
    expect(await w.conditions()).toEqual(["FailureTarget=True BackoffLimitExceeded", "Failed=True BackoffLimitExceeded"]);
    expect((await w.status()).failed).toBe(3);
    expect(await w.events("BackoffLimitExceeded")).toEqual(["Job has reached the specified backoff limit"]);
    expect(await w.pods()).toHaveLength(3);
  });

  it("ends what is active for too long", async () => {
    const w = await started({ activeDeadlineSeconds: 30 });
    await w.clock.advance(28_000);
    expect(await w.conditions()).toEqual([]);
    await w.clock.advance(3000);
    expect(await w.conditions()).toEqual(["FailureTarget=True DeadlineExceeded", "Failed=True DeadlineExceeded"]);
    expect(await w.status()).toMatchObject({ failed: 1 });
    expect(await w.pods()).toEqual([]);
    expect(await w.events("DeadlineExceeded")).toEqual(["Job was active longer than specified deadline"]);
  });

  it("waits with the last word until pods that were told to stop have stopped", async () => {
    const w = await started({ activeDeadlineSeconds: 30 });
    const [pod] = await w.active();
    await w.ready(pod as Pod);
    await w.clock.advance(31_000);
    expect(await w.conditions()).toEqual(["FailureTarget=True DeadlineExceeded"]);
    expect(await w.status()).toMatchObject({ terminating: 1 });
    await w.finish(pod as Pod);
    await w.clock.advance(1000);
    expect(await w.conditions()).toEqual(["FailureTarget=True DeadlineExceeded", "Failed=True DeadlineExceeded"]);
  });

  it("is suspended and resumed, and starts its clock anew", async () => {
    const w = await started({ suspend: true });
    expect(await w.pods()).toEqual([]);
    expect(await w.conditions()).toEqual(["Suspended=True JobSuspended"]);
    expect(await w.status()).not.toHaveProperty("startTime");
    const suspend = async (value: boolean) => {
      await w.client.patch("jobs", "default", "work", "merge", { spec: { suspend: value } });
      await w.clock.advance(1000);
    };
    await suspend(false);
    expect(await w.active()).toHaveLength(1);
    expect(await w.conditions()).toEqual(["Suspended=False JobResumed"]);
    expect(await w.status()).toMatchObject({ startTime: "2026-01-01T00:00:01Z" });
    await suspend(true);
    expect(await w.pods()).toEqual([]);
    expect(await w.status()).not.toHaveProperty("failed");
    expect(await w.status()).not.toHaveProperty("startTime");
    expect(await w.events("Suspended")).toEqual(["Job suspended"]);
    expect(await w.events("Resumed")).toEqual(["Job resumed"]);
    expect(w.errors()).toEqual([]);
  });

  it("gives each pod of an indexed job an index, a host name and a variable, and counts indexes once", async () => {
    const w = await started({ completions: 4, parallelism: 2, completionMode: "Indexed" });
    const pods = await w.active();
    expect(pods.map(indexOf).toSorted((a, b) => Number(a) - Number(b))).toEqual(["0", "1"]);
    const zero = pods.find((p) => indexOf(p) === "0");
    expect(zero?.spec?.hostname).toBe("work-0");
    expect(zero?.metadata?.name).toMatch(/^work-0-/);
    expect(zero?.metadata?.labels?.["batch.kubernetes.io/job-completion-index"]).toBe("0");
    expect(zero?.spec?.containers[0]?.env?.[0]).toMatchObject({
      name: "JOB_COMPLETION_INDEX",
      valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" } },
    });
    await w.exit(zero, 0);
    expect((await w.status()).completedIndexes).toBe("0");
    for (let i = 0; i < 3; i++) await w.exit((await w.active())[0], 0);
    expect(await w.status()).toMatchObject({ completedIndexes: "0-3", succeeded: 4 });
    expect(await w.conditions()).toEqual(["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"]);
  });

  it("gives up an index after its own number of failures, and goes on with the others", async () => {
    const w = await started({ completions: 2, parallelism: 2, completionMode: "Indexed", backoffLimitPerIndex: 1 });
    const of = async (index: string) => (await w.active()).find((p) => indexOf(p) === index);
    await w.exit(await of("0"), 1);
    await w.clock.advance(10_000);
    expect((await of("0"))?.metadata?.annotations?.["batch.kubernetes.io/job-index-failure-count"]).toBe("1");
    await w.exit(await of("0"), 1);
    expect(await w.status()).toMatchObject({ failedIndexes: "0", failed: 2 });
    expect(await w.conditions()).toEqual([]);
    await w.exit(await of("1"), 0);
    expect(await w.status()).toMatchObject({ failedIndexes: "0", completedIndexes: "1" });
    expect(await w.conditions()).toEqual(["FailureTarget=True FailedIndexes", "Failed=True FailedIndexes"]);
  });

  it("follows its pod failure policy", async () => {
    const rule = (action: string) => ({ action, onExitCodes: { operator: "In", values: [42] } });
    const w = await started({ backoffLimit: 0, podFailurePolicy: { rules: [rule("Ignore")] } });
    await w.exit((await w.active())[0], 42);
    await w.clock.advance(10_000);
    expect(await w.active()).toHaveLength(1);
    expect(await w.status()).not.toHaveProperty("failed");
    const strict = await started({ podFailurePolicy: { rules: [rule("FailJob")] } });
    const [pod] = await strict.active();
    await strict.exit(pod, 42);
    expect(await strict.conditions()).toEqual(["FailureTarget=True PodFailurePolicy", "Failed=True PodFailurePolicy"]);
    expect((await strict.status()).conditions?.[1]?.message).toBe(
      `Container c for pod default/${pod?.metadata?.name} failed with exit code 42 matching FailJob rule at index 0`,
    );
  });

  it("ends with its success policy, and what still runs goes without having failed", async () => {
    const rules = [{ succeededIndexes: "0" }];
    const w = await started({ completions: 3, parallelism: 3, completionMode: "Indexed", successPolicy: { rules } });
    await w.exit(
      (await w.active()).find((p) => indexOf(p) === "0"),
      0,
    );
    await w.clock.advance(1000);
    expect(await w.conditions()).toEqual(["SuccessCriteriaMet=True SuccessPolicy", "Complete=True SuccessPolicy"]);
    const status = await w.status();
    expect(status).toMatchObject({ completedIndexes: "0", succeeded: 1 });
    expect(status).not.toHaveProperty("failed");
  });

  it("looks at what its pods do once a second, and at its own specification at once", async () => {
    const w = await started({ completions: 3, parallelism: 2 });
    await w.ready((await w.active())[0] as Pod);
    await w.clock.advance(999);
    expect((await w.status()).ready).toBe(0);
    await w.clock.advance(1);
    expect((await w.status()).ready).toBe(1);
    await w.client.patch("jobs", "default", "work", "merge", { spec: { parallelism: 3 } });
    await w.clock.advance(1);
    expect(await w.active()).toHaveLength(3);
  });

  it("grows and shrinks an indexed job whose completions follow its parallelism", async () => {
    const w = await started({ completions: 3, parallelism: 3, completionMode: "Indexed" });
    const of = async (index: string) => (await w.active()).find((p) => indexOf(p) === index);
    const indexes = async () => (await w.active()).map(indexOf).toSorted((a, b) => Number(a) - Number(b));
    const resize = async (completions: number) => {
      await w.client.patch("jobs", "default", "work", "merge", { spec: { completions, parallelism: completions } });
      await w.clock.advance(2000);
    };
    await w.exit(await of("2"), 0);
    expect(await w.status()).toMatchObject({ completedIndexes: "2", succeeded: 1 });
    await resize(2);
    expect(await indexes()).toEqual(["0", "1"]);
    // What is out of range now does not count any more.
    const shrunk = await w.status();
    expect([shrunk.completedIndexes, shrunk.succeeded]).toEqual([undefined, undefined]);
    await resize(5);
    expect(await indexes()).toEqual(["0", "1", "2", "3", "4"]);
    await resize(1);
    expect(await indexes()).toEqual(["0"]);
    await w.exit(await of("0"), 0);
    expect(await w.status()).toMatchObject({ completedIndexes: "0", succeeded: 1 });
    expect(await w.conditions()).toEqual(["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"]);
  });

  it("ends with more failed indexes than it may have, and stops the others", async () => {
    const w = await started({
      completions: 4,
      parallelism: 4,
      completionMode: "Indexed",
      backoffLimitPerIndex: 0,
      maxFailedIndexes: 1,
    });
    const of = async (index: string) => (await w.active()).find((p) => indexOf(p) === index);
    await w.exit(await of("0"), 1);
    expect(await w.status()).toMatchObject({ failedIndexes: "0", failed: 1, active: 3 });
    await w.exit(await of("3"), 1);
    await w.clock.advance(1000);
    expect(await w.conditions()).toEqual(["FailureTarget=True MaxFailedIndexesExceeded", "Failed=True MaxFailedIndexesExceeded"]);
    expect(await w.status()).toMatchObject({ failedIndexes: "0,3", failed: 4 });
    expect(await w.active()).toEqual([]);
    expect(await w.events("MaxFailedIndexesExceeded")).toEqual(["Job has exceeded the specified maximal number of failed indexes"]);
  });

  it("fails an index at once where a rule says so, without another try", async () => {
    const rules = [{ action: "FailIndex", onExitCodes: { operator: "In", values: [42] } }];
    const w = await started({
      completions: 2,
      parallelism: 2,
      completionMode: "Indexed",
      backoffLimitPerIndex: 3,
      podFailurePolicy: { rules },
    });
    const of = async (index: string) => (await w.active()).find((p) => indexOf(p) === index);
    await w.exit(await of("0"), 42);
    expect(await w.status()).toMatchObject({ failedIndexes: "0", failed: 1, active: 1 });
    await w.exit(await of("1"), 1);
    await w.clock.advance(10_000);
    expect((await of("1"))?.metadata?.annotations?.["batch.kubernetes.io/job-index-failure-count"]).toBe("1");
    await w.exit(await of("1"), 0);
    expect(await w.conditions()).toEqual(["FailureTarget=True FailedIndexes", "Failed=True FailedIndexes"]);
  });

  it("does not count a disrupted pod, and replaces it only when it is over", async () => {
    const rules = [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }];
    const w = await started({ backoffLimit: 0, podFailurePolicy: { rules } });
    const [pod] = await w.active();
    await w.ready(pod as Pod);
    const bound = await w.client.get("pods", "default", pod?.metadata?.name ?? "");
    const conditions = [...(bound.status?.conditions ?? []), { type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI" }];
    await w.client.update("pods", { ...bound, status: { ...bound.status, conditions } }, "status");
    await w.client.delete("pods", "default", pod?.metadata?.name ?? "");
    await w.clock.advance(2000);
    expect(await w.active()).toEqual([]);
    expect(await w.status()).toMatchObject({ terminating: 1 });
    await w.exit(pod, 137);
    await w.clock.advance(10_000);
    expect(await w.active()).toHaveLength(1);
    expect(await w.conditions()).toEqual([]);
    expect(await w.status()).not.toHaveProperty("failed");
  });

  it("leaves alone what another controller manages", async () => {
    const w = await started({ managedBy: "example.com/elsewhere" });
    expect(await w.pods()).toEqual([]);
    expect(await w.status()).toEqual({});
  });

  it("lets its pods go when it is deleted", async () => {
    const w = await started({ parallelism: 2, completions: 2 });
    await w.client.delete("jobs", "default", "work", { propagationPolicy: "Background" });
    await w.clock.advance(2000);
    expect(await w.pods()).toEqual([]);
  });

  it("is gone so long after it finished as its time to live says", async () => {
    const w = await started({ ttlSecondsAfterFinished: 5 });
    await w.exit((await w.active())[0], 0);
    await w.clock.advance(3000);
    expect(await w.conditions()).toHaveLength(2);
    await w.clock.advance(3000);
    await expect(w.read()).rejects.toThrow("not found");
    expect(await w.pods()).toEqual([]);
  });

  it("counts each pod once though the controller starts anew in between", async () => {
    const w = await started({ completions: 3, parallelism: 3 });
    const [one, two, three] = await w.active();
    await w.exit(one, 0);
    w.restart();
    await w.clock.advance(1000);
    await w.exit(two, 0);
    expect(await w.status()).toMatchObject({ succeeded: 2, active: 1 });
    w.restart();
    await w.exit(three, 0);
    expect(await w.status()).toMatchObject({ succeeded: 3 });
    expect(await w.pods()).toHaveLength(3);
  });
});
