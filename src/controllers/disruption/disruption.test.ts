import { beforeEach, describe, expect, it } from "vitest";
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from "../../api/index.ts";
import { deployment, world, type World } from "../testing/world.ts";

describe("the disruption controller", () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
  });
  const settle = () => w.clock.advance(3000);
  const create = (spec: PodDisruptionBudgetSpec) => {
    const object: PodDisruptionBudget = { metadata: { name: "b", namespace: "default" }, spec };
    return w.client.create("poddisruptionbudgets", object);
  };
  const budget = () => w.client.get("poddisruptionbudgets", "default", "b");
  const counts = async () => {
    const { expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed, conditions } = (await budget()).status ?? {};
    return `${expectedPods} ${currentHealthy} ${desiredHealthy} ${disruptionsAllowed} ${conditions?.[0]?.reason}`;
  };
  const web = { matchLabels: { app: "web" } };
  const withPods = async (replicas: number, ready: number) => {
    await w.client.create("deployments", deployment("web", replicas));
    await settle();
    for (const pod of (await w.pods()).slice(0, ready)) await w.ready(pod);
    await settle();
  };
  const bare = (name: string) => ({
    metadata: { name, namespace: "default", labels: { app: "web" } },
    spec: { containers: [{ name: "c", image: "nginx:1.27" }] },
  });

  it("counts what the Deployment wants, and follows its pods", async () => {
    await withPods(4, 3);
    await create({ maxUnavailable: "25%", selector: web });
    await settle();
    expect(await counts()).toBe("4 3 3 0 InsufficientPods");
    for (const pod of await w.pods()) if (pod.status?.phase !== "Running") await w.ready(pod);
    await settle();
    expect(await counts()).toBe("4 4 3 1 SufficientPods");
    await w.client.patch("poddisruptionbudgets", "default", "b", "merge", { spec: { maxUnavailable: 2 } });
    await settle();
    expect(await counts()).toBe("4 4 2 2 SufficientPods");
    expect((await budget()).status?.observedGeneration).toBe(2);
    expect(w.errors()).toEqual([]);
  });

  it("says that it found no pods, and allows nothing", async () => {
    await create({ minAvailable: 0, selector: web });
    await settle();
    expect(await counts()).toBe("0 0 0 0 InsufficientPods");
    expect(await w.events("NoPods")).toEqual(["No matching pods found"]);
  });

  it("counts pods that nothing controls only where the minimum is a number", async () => {
    await w.client.create("pods", bare("lone"));
    await w.ready((await w.pods())[0] ?? {});
    await create({ minAvailable: 1, selector: web });
    await settle();
    expect(await counts()).toBe("1 1 1 0 InsufficientPods");
    expect(await w.events("UnmanagedPods")).toEqual([]);
    await w.client.patch("poddisruptionbudgets", "default", "b", "merge", { spec: { minAvailable: "50%" } });
    await settle();
    expect(await counts()).toBe("0 1 0 0 InsufficientPods");
    expect((await w.events("UnmanagedPods"))[0]).toMatch(/^Pods selected by this PodDisruptionBudget \(selector: &LabelSelector\{/);
  });

  it("fails safe where the pods' controller has no scale", async () => {
    const job = await w.client.create("jobs", {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "j", namespace: "default" },
      spec: {
        // Nobody releases its pods, which match no selector of its.
        managedBy: "example.com/test",
        template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "nginx:1.27" }] } },
      },
    });
    const ownerReferences = [{ apiVersion: "batch/v1", kind: "Job", name: "j", uid: job.metadata?.uid ?? "", controller: true }];
    await w.client.create("pods", { ...bare("p"), metadata: { ...bare("p").metadata, ownerReferences } });
    await create({ maxUnavailable: 1, selector: web });
    await settle();
    expect((await budget()).status).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [{ status: "False", reason: "SyncFailed", message: "jobs.batch does not implement the scale subresource" }],
    });
    expect(await w.events("CalculateExpectedPodCountFailed")).toEqual([
      "Failed to calculate the number of expected pods: jobs.batch does not implement the scale subresource",
    ]);
  });

  it("grants the Eviction API what is left, and recovers when the replacement is ready", async () => {
    await withPods(2, 2);
    await create({ minAvailable: 1, selector: web });
    await settle();
    const evict = (name: string) =>
      w.client.create("pods", { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: "default" } } as never, "eviction");
    const [first, second] = (await w.pods()).map((p) => p.metadata?.name ?? "");
    await evict(first ?? "");
    expect((await budget()).status).toMatchObject({ disruptionsAllowed: 0, conditions: [{ reason: "InsufficientPods" }] });
    await settle();
    await expect(evict(second ?? "")).rejects.toThrow("Cannot evict pod as it would violate the pod's disruption budget.");
    expect((await budget()).status?.disruptedPods).toBeUndefined();
    for (const pod of await w.pods()) if (pod.status?.phase !== "Running") await w.ready(pod);
    for (const pod of await w.pods()) if (pod.metadata?.deletionTimestamp) await w.finish(pod);
    await settle();
    expect(await counts()).toBe("2 2 1 1 SufficientPods");
  });

  it("gives up on an eviction that nothing came of after two minutes", async () => {
    await w.node("node-1");
    await withPods(2, 2);
    await create({ minAvailable: 1, selector: web });
    await settle();
    const [pod] = await w.pods();
    const name = pod?.metadata?.name ?? "";
    const now = new Date(w.clock.now()).toISOString().replace(".000", "");
    await w.client.patch("poddisruptionbudgets", "default", "b", "merge", { status: { disruptedPods: { [name]: now } } }, "status");
    const marked = { type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI", lastTransitionTime: now };
    await w.client.patch("pods", "default", name, "strategic", { status: { conditions: [marked] } }, "status");
    await settle();
    expect(await counts()).toBe("2 1 1 0 InsufficientPods");
    for (let i = 0; i < 12; i++) {
      await w.heartbeat("node-1");
      await w.clock.advance(10_500);
    }
    expect(await counts()).toBe("2 2 1 1 SufficientPods");
    expect(await w.events("NotDeleted")).toEqual(["Pod was expected by PDB default/default to be deleted but it wasn't"]);
    const after = await w.client.get("pods", "default", name);
    expect(after.status?.conditions?.find((c) => c.type === "DisruptionTarget")?.status).toBe("False");
    expect(w.errors()).toEqual([]);
  });
});
