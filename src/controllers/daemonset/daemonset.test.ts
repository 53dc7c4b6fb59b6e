import { beforeEach, expect, it } from "vitest";
import type { DaemonSet, Pod } from "../../api/index.ts";
import { world, type World } from "../testing/world.ts";

const agent = (spec: Partial<DaemonSet["spec"]> = {}): DaemonSet => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "agent", namespace: "default" },
  spec: {
    selector: { matchLabels: { app: "agent" } },
    template: { metadata: { labels: { app: "agent" } }, spec: { containers: [{ name: "c", image: "agent:1" }] } },
    ...spec,
  },
});

let w: World;
beforeEach(async () => {
  w = await world();
  for (const name of ["node-1", "node-2", "node-3"]) await w.node(name);
  await w.clock.advance(1000);
});
const get = () => w.client.get("daemonsets", "default", "agent");
const settle = () => w.clock.advance(1000);
const nodeOf = ({ spec }: Pod): string =>
  spec?.nodeName ??
  spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0] ??
  "";
const images = async () => (await w.pods()).map((p) => `${nodeOf(p)} ${p.spec?.containers[0]?.image}`).sort();
const revisions = async () =>
  (await w.client.list("controllerrevisions", { namespace: "default" })).items.map((r) => r.revision).sort((a, b) => a - b);
/** The scheduler and the kubelets do what is theirs: bind, run, and let go of what is being deleted. */
const live = async () => {
  for (const pod of await w.pods()) {
    if (pod.metadata?.deletionTimestamp) await w.finish(pod);
    else if (pod.status?.phase !== "Running") await w.ready(pod, nodeOf(pod));
  }
  await settle();
};
const setImage = (image: string) =>
  w.client.patch("daemonsets", "default", "agent", "strategic", { spec: { template: { spec: { containers: [{ name: "c", image }] } } } });

it("runs one on every node, follows nodes that come and go, and says so in Kubernetes' words", async () => {
  await w.client.create("daemonsets", agent());
  await settle();
  expect(await images()).toEqual(["node-1 agent:1", "node-2 agent:1", "node-3 agent:1"]);
  expect([...(await w.events("SuccessfulCreate"))].sort()).toEqual((await w.pods()).map((p) => `Created pod: ${p.metadata?.name}`).sort());
  await live();
  const full = {
    desiredNumberScheduled: 3,
    currentNumberScheduled: 3,
    updatedNumberScheduled: 3,
    numberReady: 3,
    numberAvailable: 3,
    numberMisscheduled: 0,
    observedGeneration: 1,
  };
  expect((await get()).status).toEqual(full);
  await w.node("node-4");
  await settle();
  expect((await get()).status).toMatchObject({
    desiredNumberScheduled: 4,
    currentNumberScheduled: 4,
    numberReady: 3,
    numberUnavailable: 1,
  });
  await w.client.patch("nodes", undefined, "node-1", "merge", { spec: { taints: [{ key: "k", effect: "NoSchedule" }] } });
  await live();
  expect((await get()).status).toMatchObject({ desiredNumberScheduled: 3, numberMisscheduled: 1, numberReady: 3 });
  await w.client.patch("nodes", undefined, "node-2", "merge", { spec: { unschedulable: true } });
  await settle();
  expect((await get()).status).toMatchObject({ desiredNumberScheduled: 3 });
  expect(w.errors()).toEqual([]);
});

it("moves with the labels it selects nodes by", async () => {
  const template = {
    metadata: { labels: { app: "agent" } },
    spec: { nodeSelector: { disk: "ssd" }, containers: [{ name: "c", image: "agent:1" }] },
  };
  await w.client.create("daemonsets", agent({ template } as never));
  await settle();
  expect((await get()).status).toEqual({
    desiredNumberScheduled: 0,
    currentNumberScheduled: 0,
    numberReady: 0,
    numberMisscheduled: 0,
    observedGeneration: 1,
  });
  await w.client.patch("nodes", undefined, "node-2", "merge", { metadata: { labels: { disk: "ssd" } } });
  await settle();
  await live();
  expect(await images()).toEqual(["node-2 agent:1"]);
  const [pod] = await w.pods();
  await w.client.patch("nodes", undefined, "node-2", "merge", { metadata: { labels: { disk: null } } });
  await settle();
  await live();
  expect(await w.pods()).toEqual([]);
  expect(await w.events("SuccessfulDelete")).toEqual([`Deleted pod: ${pod?.metadata?.name}`]);
  expect((await get()).status).toMatchObject({ desiredNumberScheduled: 0, currentNumberScheduled: 0, numberMisscheduled: 0 });
});

it("rolls out one node after the other, keeps revisions, and gives the old one the newest number on the way back", async () => {
  await w.client.create("daemonsets", agent());
  await settle();
  await live();
  await setImage("agent:2");
  const seen: number[] = [];
  for (let i = 0; i < 10; i++) {
    await settle();
    seen.push((await w.pods()).filter((p) => p.status?.phase === "Running" && !p.metadata?.deletionTimestamp).length);
    await live();
  }
  expect(Math.min(...seen)).toBe(2);
  expect(await images()).toEqual(["node-1 agent:2", "node-2 agent:2", "node-3 agent:2"]);
  expect((await get()).status).toMatchObject({ observedGeneration: 2, updatedNumberScheduled: 3, numberAvailable: 3 });
  expect(await revisions()).toEqual([1, 2]);
  await setImage("agent:1");
  await settle();
  expect(await revisions()).toEqual([2, 3]);
  expect(w.errors()).toEqual([]);
});

it("keeps as many old revisions as it is told, and those that pods live by", async () => {
  await w.client.create("daemonsets", agent({ revisionHistoryLimit: 1, updateStrategy: { type: "OnDelete" } }));
  await settle();
  await live();
  for (const image of ["agent:2", "agent:3", "agent:4"]) {
    await setImage(image);
    await settle();
  }
  expect(await images()).toEqual(["node-1 agent:1", "node-2 agent:1", "node-3 agent:1"]);
  expect(await revisions()).toEqual([1, 4]);
  const [victim] = await w.pods();
  await w.client.delete("pods", "default", victim?.metadata?.name ?? "");
  await w.finish(victim as Pod);
  await settle();
  expect((await images()).filter((i) => i.endsWith("agent:4"))).toHaveLength(1);
});

it("surging, brings the new pod up beside the old one", async () => {
  await w.client.create(
    "daemonsets",
    agent({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
  );
  await settle();
  await live();
  await setImage("agent:2");
  await settle();
  expect(await images()).toEqual(["node-1 agent:1", "node-1 agent:2", "node-2 agent:1", "node-3 agent:1"]);
  for (let i = 0; i < 10; i++) await live();
  expect(await images()).toEqual(["node-1 agent:2", "node-2 agent:2", "node-3 agent:2"]);
});

it("replaces a pod that failed, and waits longer when the next one fails too", async () => {
  await w.client.create("daemonsets", agent());
  await settle();
  await live();
  const fail = async () => {
    const pod = (await w.pods()).find((p) => nodeOf(p) === "node-2");
    await w.ready(pod as Pod, "node-2");
    const bound = await w.client.get("pods", "default", pod?.metadata?.name ?? "");
    await w.client.update("pods", { ...bound, status: { ...bound.status, phase: "Failed" } }, "status");
    return pod?.metadata?.name ?? "";
  };
  const soon = () => w.clock.advance(100);
  const failed = await fail();
  await soon();
  expect(await w.events("FailedDaemonPod")).toEqual([`Found failed daemon pod default/${failed} on node node-2, will try to kill it`]);
  const isThere = async (name: string) => (await w.pods()).some((p) => p.metadata?.name === name);
  expect(await isThere(failed)).toBe(false);
  const again = await fail();
  await soon();
  expect(await isThere(again)).toBe(true);
  await w.clock.advance(1000);
  expect(await isThere(again)).toBe(false);
  expect(await w.pods()).toHaveLength(3);
});

it("adopts a pod with its labels and lets go of one that lost them", async () => {
  await w.client.create("daemonsets", agent());
  await settle();
  await live();
  const [pod] = await w.pods();
  const name = pod?.metadata?.name ?? "";
  await w.client.patch("pods", "default", name, "merge", { metadata: { labels: { app: "other" } } });
  await settle();
  expect((await w.client.get("pods", "default", name)).metadata?.ownerReferences).toBeUndefined();
  expect(await w.pods("app=agent")).toHaveLength(3);
  await w.client.patch("pods", "default", name, "merge", { metadata: { labels: { app: "agent" } } });
  await settle();
  await live();
  // Two on one node: the older stays.
  expect(await w.pods("app=agent")).toHaveLength(3);
  expect((await w.client.get("pods", "default", name)).metadata?.ownerReferences?.[0]?.kind).toBe("DaemonSet");
});

it("counts a pod as available after minReadySeconds", async () => {
  await w.client.create("daemonsets", agent({ minReadySeconds: 20 }));
  await settle();
  await live();
  expect((await get()).status).toMatchObject({ numberReady: 3, numberUnavailable: 3 });
  await w.clock.advance(20_000);
  expect((await get()).status).toMatchObject({ numberReady: 3, numberAvailable: 3 });
});
