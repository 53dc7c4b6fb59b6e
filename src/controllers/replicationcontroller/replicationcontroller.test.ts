import { beforeEach, describe, expect, it } from "vitest";
import type { ReplicationController } from "../../api/index.ts";
import { world, type World } from "../testing/world.ts";

describe("the replication controller", () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
  });
  const settle = () => w.clock.advance(3000);
  const create = (replicas: number, spec: object = {}) => {
    const rc: ReplicationController = {
      metadata: { name: "web", namespace: "default" },
      spec: {
        replicas,
        template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "nginx:1.27" }] } },
        ...spec,
      },
    };
    return w.client.create("replicationcontrollers", rc);
  };
  const get = () => w.client.get("replicationcontrollers", "default", "web");

  it("makes the pods, counts them, and says so in its own name", async () => {
    const { metadata } = await create(2);
    await settle();
    const pods = await w.pods();
    expect(pods.map((p) => p.metadata?.ownerReferences)).toEqual(
      [1, 2].map(() => [
        { apiVersion: "v1", kind: "ReplicationController", name: "web", uid: metadata?.uid, controller: true, blockOwnerDeletion: true },
      ]),
    );
    expect((await get()).status).toEqual({ replicas: 2, fullyLabeledReplicas: 2, observedGeneration: 1 });
    expect([...(await w.events("SuccessfulCreate"))].sort()).toEqual(pods.map((p) => `Created pod: ${p.metadata?.name}`).sort());
    const event = (await w.client.list("events")).items.find((e) => e.reason === "SuccessfulCreate");
    expect(event).toMatchObject({
      source: { component: "replication-controller" },
      involvedObject: { apiVersion: "v1", kind: "ReplicationController", name: "web" },
    });
    for (const pod of pods) await w.ready(pod);
    await settle();
    expect((await get()).status).toMatchObject({ readyReplicas: 2, availableReplicas: 2 });
    expect(w.errors()).toEqual([]);
  });

  it("scales both ways, and takes the place of a pod that goes", async () => {
    await create(3);
    await settle();
    await w.client.patch("replicationcontrollers", "default", "web", "merge", { spec: { replicas: 1 } });
    await settle();
    expect(await w.pods()).toHaveLength(1);
    expect(await w.events("SuccessfulDelete")).toHaveLength(2);
    const [pod] = await w.pods();
    await w.client.delete("pods", "default", pod?.metadata?.name ?? "");
    await settle();
    expect((await w.pods()).map((p) => p.metadata?.name)).not.toEqual([pod?.metadata?.name]);
    expect(await w.pods()).toHaveLength(1);
  });

  it("adopts a pod that matches, and lets go of one that no longer does", async () => {
    await w.client.create("pods", {
      metadata: { name: "stray", namespace: "default", labels: { app: "web" } },
      spec: { containers: [{ name: "c", image: "nginx:1.27" }] },
    });
    await create(1);
    await settle();
    expect((await w.pods()).map((p) => [p.metadata?.name, p.metadata?.ownerReferences?.[0]?.kind])).toEqual([
      ["stray", "ReplicationController"],
    ]);
    await w.client.patch("pods", "default", "stray", "merge", { metadata: { labels: { app: "other" } } });
    await settle();
    const after = await w.client.get("pods", "default", "stray");
    expect(after.metadata?.ownerReferences).toBeUndefined();
    expect(await w.pods("app=web")).toHaveLength(1);
  });

  it("says that pods cannot be made, and stops saying so", async () => {
    await w.client.create("resourcequotas", { metadata: { name: "none", namespace: "default" }, spec: { hard: { pods: "0" } } });
    await settle();
    await create(1);
    await settle();
    expect((await get()).status?.conditions).toMatchObject([{ type: "ReplicaFailure", status: "True", reason: "FailedCreate" }]);
    await w.client.delete("resourcequotas", "default", "none");
    await w.clock.advance(60_000);
    expect(await w.pods()).toHaveLength(1);
    await settle();
    expect((await get()).status?.conditions).toBeUndefined();
  });
});
