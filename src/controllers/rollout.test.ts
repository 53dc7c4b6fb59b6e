import { beforeEach, describe, expect, it } from "vitest";
import type { Deployment } from "../api/index.ts";
import { deployment, world, type World } from "./testing/world.ts";

const conditions = (d: Deployment) => (d.status?.conditions ?? []).map((c) => `${c.type}=${c.status} ${c.reason}: ${c.message}`).sort();

describe("deployment and replicaset controllers", () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
  });
  const get = () => w.client.get("deployments", "default", "web");
  const sets = async () => (await w.client.list("replicasets", { namespace: "default" })).items;
  const settle = () => w.clock.advance(2000);
  const readyAll = async () => {
    for (const pod of await w.pods()) if (pod.status?.phase !== "Running") await w.ready(pod);
    await settle();
  };

  it("creates, becomes available, and says so in Kubernetes' words", async () => {
    await w.client.create("deployments", deployment("web", 3));
    await settle();
    const [rs] = await sets();
    const name = rs?.metadata?.name ?? "";
    expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]+$/);
    expect(rs?.metadata?.annotations).toEqual({
      "deployment.kubernetes.io/revision": "1",
      "deployment.kubernetes.io/desired-replicas": "3",
      "deployment.kubernetes.io/max-replicas": "4",
    });
    expect((await get()).metadata?.annotations).toEqual({ "deployment.kubernetes.io/revision": "1" });
    expect(conditions(await get())).toEqual([
      "Available=False MinimumReplicasUnavailable: Deployment does not have minimum availability.",
      `Progressing=True ReplicaSetUpdated: ReplicaSet "${name}" is progressing.`,
    ]);
    const pods = await w.pods();
    expect(pods).toHaveLength(3);
    expect(await w.events("ScalingReplicaSet")).toEqual([`Scaled up replica set ${name} from 0 to 3`]);
    expect([...(await w.events("SuccessfulCreate"))].sort()).toEqual(pods.map((p) => `Created pod: ${p.metadata?.name}`).sort());
    await readyAll();
    const done = await get();
    expect(done.status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
    });
    expect(done.status).not.toHaveProperty("unavailableReplicas");
    expect(conditions(done)).toEqual([
      "Available=True MinimumReplicasAvailable: Deployment has minimum availability.",
      `Progressing=True NewReplicaSetAvailable: ReplicaSet "${name}" has successfully progressed.`,
    ]);
    expect(w.errors()).toEqual([]);
  });

  it("rolls out within surge and availability, and ends with one full set", async () => {
    await w.client.create("deployments", deployment("web", 4));
    await settle();
    await readyAll();
    await w.client.patch("deployments", "default", "web", "strategic", {
      spec: { template: { spec: { containers: [{ name: "c", image: "nginx:1.28" }] } } },
    });
    for (let i = 0; i < 8; i++) {
      await settle();
      const pods = await w.pods();
      const active = pods.filter((p) => !p.metadata?.deletionTimestamp);
      expect(active.length).toBeLessThanOrEqual(5);
      expect(active.filter((p) => p.status?.phase === "Running").length).toBeGreaterThanOrEqual(3);
      for (const pod of pods) if (pod.metadata?.deletionTimestamp) await w.finish(pod);
      await readyAll();
    }
    const sizes = (await sets()).map((s) => `${s.metadata?.annotations?.["deployment.kubernetes.io/revision"]}: ${s.spec?.replicas}`);
    expect(new Set(sizes)).toEqual(new Set(["1: 0", "2: 4"]));
    expect((await get()).metadata?.annotations?.["deployment.kubernetes.io/revision"]).toBe("2");
    expect((await get()).status).toMatchObject({ replicas: 4, updatedReplicas: 4, availableReplicas: 4 });
  });

  it("recreates only once the old pods are gone", async () => {
    await w.client.create("deployments", deployment("web", 2, { strategy: { type: "Recreate" } }));
    await settle();
    await readyAll();
    await w.client.patch("deployments", "default", "web", "strategic", {
      spec: { template: { spec: { containers: [{ name: "c", image: "nginx:1.28" }] } } },
    });
    await settle();
    expect(await sets()).toHaveLength(1);
    for (const pod of await w.pods()) await w.finish(pod);
    await settle();
    expect(await sets()).toHaveLength(2);
    expect((await w.pods()).map((p) => p.spec?.containers[0]?.image)).toEqual(["nginx:1.28", "nginx:1.28"]);
  });

  it("exceeds its progress deadline, and pauses and resumes it", async () => {
    await w.client.create("deployments", deployment("web", 1, { progressDeadlineSeconds: 6 }));
    await w.clock.advance(10_000);
    const [rs] = await sets();
    expect(conditions(await get())).toContain(
      `Progressing=False ProgressDeadlineExceeded: ReplicaSet "${rs?.metadata?.name}" has timed out progressing.`,
    );
    await readyAll();
    await w.client.patch("deployments", "default", "web", "merge", { spec: { paused: true } });
    await settle();
    expect(conditions(await get())).toContain("Progressing=Unknown DeploymentPaused: Deployment is paused");
    await w.client.patch("deployments", "default", "web", "merge", { spec: { paused: false } });
    await settle();
    expect(conditions(await get())).toContain(
      `Progressing=True NewReplicaSetAvailable: ReplicaSet "${rs?.metadata?.name}" has successfully progressed.`,
    );
  });

  it("keeps the history to its limit", async () => {
    await w.client.create("deployments", deployment("web", 1, { revisionHistoryLimit: 1 }));
    for (const tag of ["1.28", "1.29", "1.30"]) {
      await settle();
      await readyAll();
      await w.client.patch("deployments", "default", "web", "strategic", {
        spec: { template: { spec: { containers: [{ name: "c", image: `nginx:${tag}` }] } } },
      });
      await settle();
      await readyAll();
      for (const pod of await w.pods()) if (pod.metadata?.deletionTimestamp) await w.finish(pod);
    }
    await settle();
    expect(new Set((await sets()).map((s) => s.metadata?.annotations?.["deployment.kubernetes.io/revision"]))).toEqual(new Set(["3", "4"]));
  });

  it("salts the hash when another template has the name, and says so in its status", async () => {
    await w.client.create("deployments", deployment("web", 1));
    await settle();
    const [first] = await sets();
    await w.client.delete("deployments", "default", "web", { propagationPolicy: "Orphan" });
    await settle();
    await w.client.patch("replicasets", "default", first?.metadata?.name ?? "", "strategic", {
      spec: { template: { spec: { containers: [{ name: "c", image: "nginx:other" }] } } },
    });
    await w.client.create("deployments", deployment("web", 1));
    await settle();
    expect((await get()).status?.collisionCount).toBe(1);
    const fresh = (await sets()).find((rs) => rs.spec?.template?.spec?.containers[0]?.image === "nginx:1.27");
    expect(fresh?.metadata?.name).toMatch(/^web-/);
    expect(fresh?.metadata?.name).not.toBe(first?.metadata?.name);
  });

  it("goes back to a revision that an annotation names", async () => {
    await w.client.create("deployments", deployment("web", 1));
    await settle();
    await w.client.patch("deployments", "default", "web", "strategic", {
      spec: { template: { spec: { containers: [{ name: "c", image: "nginx:1.28" }] } } },
    });
    await settle();
    const ask = { metadata: { annotations: { "deprecated.deployment.rollback.to": "1" } } };
    await w.client.patch("deployments", "default", "web", "merge", ask);
    await settle();
    expect((await get()).spec?.template.spec?.containers[0]?.image).toBe("nginx:1.27");
    expect((await get()).metadata?.annotations).toEqual({ "deployment.kubernetes.io/revision": "3" });
    expect(await w.events("DeploymentRollback")).toEqual(['Rolled back deployment "web" to revision 1']);
    expect(w.errors()).toEqual([]);
  });

  it("adopts a matching orphan, releases what no longer matches, replaces the deleted", async () => {
    await w.client.create("deployments", deployment("web", 2));
    await settle();
    await readyAll();
    const [first, second] = await w.pods();
    await w.client.patch("pods", "default", first?.metadata?.name ?? "", "merge", { metadata: { labels: { app: "debug" } } });
    await settle();
    expect((await w.client.get("pods", "default", first?.metadata?.name ?? "")).metadata?.ownerReferences ?? []).toEqual([]);
    expect(await w.pods("app=web")).toHaveLength(2);
    await w.finish(second as NonNullable<typeof second>);
    await settle();
    expect(await w.pods("app=web")).toHaveLength(2);
    const [rs] = await sets();
    await w.client.patch("pods", "default", first?.metadata?.name ?? "", "merge", { metadata: { labels: { app: "web" } } });
    await settle();
    expect((await w.pods()).filter((p) => !p.metadata?.deletionTimestamp)).toHaveLength(2);
    // Adopting it made three of two: one was deleted again.
    expect(await w.events("SuccessfulDelete")).toHaveLength(1);
    expect((await w.pods()).filter((p) => p.metadata?.ownerReferences?.[0]?.uid !== rs?.metadata?.uid)).toEqual([]);
  });

  it("scales down the pods that are missed least", async () => {
    await w.client.create("deployments", deployment("web", 3));
    await settle();
    const [kept] = await w.pods();
    await w.ready(kept as NonNullable<typeof kept>);
    await w.client.patch("deployments", "default", "web", "merge", { spec: { replicas: 1 } });
    await settle();
    expect((await w.pods()).filter((p) => !p.metadata?.deletionTimestamp).map((p) => p.metadata?.name)).toEqual([kept?.metadata?.name]);
    expect(await w.events("SuccessfulDelete")).toHaveLength(2);
  });
});

describe("a rollout of a thousand pods", () => {
  it("costs few writes of status", async () => {
    const w = await world({ freeze: false });
    await w.client.create("deployments", deployment("big", 1000));
    await w.clock.advance(1000);
    const pods = await w.pods();
    expect(pods).toHaveLength(1000);
    for (const pod of pods) {
      await w.ready(pod);
      await w.clock.settle();
    }
    await w.clock.advance(5000);
    expect((await w.client.get("deployments", "default", "big")).status).toMatchObject({ readyReplicas: 1000, availableReplicas: 1000 });
    const writes = w.store.history(1).filter((r) => r.key.includes("deployments/") || r.key.includes("replicasets/"));
    expect(writes.length).toBeLessThan(100);
    expect(w.errors()).toEqual([]);
  });
});

it("a new controller manager finds all as it should be", async () => {
  const w = await world();
  await w.node("node-1");
  await w.client.create("services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default" },
    spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
  });
  await w.client.create("deployments", deployment("web", 3));
  await w.clock.advance(1000);
  for (const pod of await w.pods()) await w.ready(pod);
  await w.clock.advance(5000);
  const before = w.store.revision;
  w.restart();
  await w.clock.advance(5000);
  const written = w.store.history(before + 1).map((r) => r.key.split("/")[2]);
  expect(written.filter((kind) => kind !== "events")).toEqual([]);
  expect(w.errors()).toEqual([]);
});
