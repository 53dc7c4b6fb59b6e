import { beforeEach, describe, expect, it } from "vitest";
import type { StatefulSet, StatefulSetSpec } from "../../api/index.ts";
import { world, type World } from "../testing/world.ts";

const wanted = (spec: Partial<StatefulSetSpec> = {}): StatefulSet => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", namespace: "default" },
  spec: {
    replicas: 2,
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "c", image: "db:1" }] } },
    ...spec,
  },
});

describe("the StatefulSet controller", () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
  });
  const settle = () => w.clock.advance(2000);
  const get = () => w.client.get("statefulsets", "default", "db");
  const names = async () => (await w.pods()).map((p) => `${p.metadata?.name} ${p.spec?.containers[0]?.image}`);
  const revisions = async () => (await w.client.list("controllerrevisions")).items;
  const image = (to: string) =>
    w.client.patch("statefulsets", "default", "db", "strategic", {
      spec: { template: { spec: { containers: [{ name: "c", image: to }] } } },
    });
  /** Readies what waits and finishes what leaves until nothing moves. */
  const roll = async () => {
    for (let i = 0; i < 12; i++) {
      await settle();
      for (const pod of await w.pods())
        if (pod.metadata?.deletionTimestamp) await w.finish(pod);
        else if (pod.status?.phase !== "Running") await w.ready(pod);
    }
    await settle();
  };

  it("starts in order, says so, and remembers its template", async () => {
    await w.client.create("statefulsets", wanted());
    await settle();
    expect(await names()).toEqual(["db-0 db:1"]);
    expect(await w.events("SuccessfulCreate")).toEqual(["Create Pod db-0 in StatefulSet db successful"]);
    const [revision] = await revisions();
    const name = revision?.metadata?.name ?? "";
    expect(name).toMatch(/^db-[bcdfghjklmnpqrstvwxz2456789]+$/);
    expect(revision).toMatchObject({
      revision: 1,
      metadata: {
        labels: { app: "db", "controller.kubernetes.io/hash": name.slice(3) },
        ownerReferences: [{ kind: "StatefulSet", name: "db" }],
      },
      data: { spec: { template: { $patch: "replace", metadata: { labels: { app: "db" } } } } },
    });
    expect((await get()).status).toMatchObject({ observedGeneration: 1, replicas: 1, currentRevision: name, updateRevision: name });
    await roll();
    expect(await names()).toEqual(["db-0 db:1", "db-1 db:1"]);
    expect((await get()).status).toMatchObject({
      replicas: 2,
      readyReplicas: 2,
      currentReplicas: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
    });
    expect(w.errors()).toEqual([]);
  });

  it("rolls back to a revision under a new number, and keeps to its limit", async () => {
    await w.client.create("statefulsets", wanted({ revisionHistoryLimit: 1 }));
    await roll();
    await image("db:2");
    await roll();
    expect(await names()).toEqual(["db-0 db:2", "db-1 db:2"]);
    const first = (await revisions()).find((r) => r.revision === 1);
    await w.client.patch("statefulsets", "default", "db", "strategic", first?.data);
    await roll();
    expect(await names()).toEqual(["db-0 db:1", "db-1 db:1"]);
    expect((await revisions()).map((r) => r.revision).sort((a, b) => a - b)).toEqual([2, 3]);
    await image("db:3");
    await roll();
    expect((await revisions()).map((r) => r.revision).sort((a, b) => a - b)).toEqual([3, 4]);
    expect((await get()).status?.currentRevision).toBe((await get()).status?.updateRevision);
    expect(w.errors()).toEqual([]);
  });

  it("creates claims before pods and keeps them when it shrinks", async () => {
    const claim = {
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    };
    await w.client.create("statefulsets", wanted({ volumeClaimTemplates: [claim] }));
    await roll();
    expect(await w.events("SuccessfulCreate")).toContain("Create Claim data-db-0 Pod db-0 in StatefulSet db success");
    await w.client.patch("statefulsets", "default", "db", "merge", { spec: { replicas: 1 } });
    await roll();
    expect(await w.events("SuccessfulDelete")).toEqual(["Delete Pod db-1 in StatefulSet db successful"]);
    const claims = (await w.client.list("persistentvolumeclaims")).items;
    expect(claims.map((c) => `${c.metadata?.name} ${c.metadata?.labels?.["app"]}`)).toEqual(["data-db-0 db", "data-db-1 db"]);
    expect(w.errors()).toEqual([]);
  });

  it("has claims go with the pods that go and with the set, when told to", async () => {
    const claim = { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } };
    const policy = { whenDeleted: "Delete", whenScaled: "Delete" };
    await w.client.create("statefulsets", wanted({ volumeClaimTemplates: [claim], persistentVolumeClaimRetentionPolicy: policy }));
    await roll();
    const owners = async () =>
      (await w.client.list("persistentvolumeclaims")).items.map((c) => c.metadata?.ownerReferences?.map((r) => r.kind).join());
    expect(await owners()).toEqual(["StatefulSet", "StatefulSet"]);
    await w.client.patch("statefulsets", "default", "db", "merge", { spec: { replicas: 1 } });
    await roll();
    expect(await owners()).toEqual(["StatefulSet"]);
    expect(w.errors()).toEqual([]);
  });

  it("adopts pods of its own names only, and makes all at once in parallel", async () => {
    const pod = (name: string) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "default", labels: { app: "db" } },
      spec: { containers: [{ name: "c", image: "db:1" }] },
    });
    await w.client.create("pods", pod("db-1"));
    await w.client.create("pods", pod("stranger-1"));
    await w.client.create("statefulsets", wanted({ replicas: 3, podManagementPolicy: "Parallel", updateStrategy: { type: "OnDelete" } }));
    await settle();
    const owned = (await w.pods()).filter((p) => p.metadata?.ownerReferences?.length).map((p) => p.metadata?.name);
    expect(owned).toEqual(["db-0", "db-1", "db-2"]);
    expect((await w.pods("statefulset.kubernetes.io/pod-name=db-1")).length).toBe(1);
    expect((await w.client.get("pods", "default", "stranger-1")).metadata?.ownerReferences).toBeUndefined();
    expect(w.errors()).toEqual([]);
  });

  it("does nothing twice when the manager restarts", async () => {
    await w.client.create("statefulsets", wanted());
    await roll();
    w.restart();
    await settle();
    expect(await w.events("SuccessfulCreate")).toHaveLength(2);
    expect(await revisions()).toHaveLength(1);
  });

  it("says why a pod could not be made", async () => {
    const template = wanted().spec?.template;
    await w.client.create(
      "statefulsets",
      wanted({
        template: { ...template, spec: { ...template?.spec, serviceAccountName: "nobody", containers: template?.spec?.containers ?? [] } },
      }),
    );
    await settle();
    expect((await w.events("FailedCreate"))[0]).toMatch(/^Create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden/);
  });
});
