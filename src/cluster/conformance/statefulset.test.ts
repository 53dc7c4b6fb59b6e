import { describe, expect, it } from "vitest";
import type { Pod, StatefulSet } from "../../api/index.ts";
import { walkedCluster } from "../testing/walk.ts";
import { APPS, type Walk, IMAGE, image, NEWER, ownerOf, PODS, template, workload } from "../testing/workloads.ts";

const SETS = `${APPS}/statefulsets`;
const REVISION = "controller-revision-hash";

/** As most of these tests have it: a web server of the real thing, whose page a probe asks for. */
const probed = (more: object = {}) => {
  const readinessProbe = { periodSeconds: 1, successThreshold: 1, failureThreshold: 1, httpGet: { path: "/index.html", port: 80 } };
  const containers = [{ name: "httpd", image: "httpd:2.4", readinessProbe }];
  return workload("StatefulSet", "ss", 1, { serviceName: "test", template: template({ name: "ss" }, IMAGE, { containers }), ...more });
};
const plain = (replicas: number, more: object = {}) => workload("StatefulSet", "ss", replicas, { serviceName: "test", ...more });
const set = (w: Walk) => w.get<StatefulSet>(`${SETS}/ss`);
const pods = async (w: Walk) =>
  (await w.list<Pod>(PODS, { labelSelector: "name=ss" })).toSorted((a, b) =>
    (a.metadata?.name ?? "") < (b.metadata?.name ?? "") ? -1 : 1,
  );
const isReady = ({ status }: Pod) => status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") === true;
const readyPods = (w: Walk, count: number) =>
  w.until(async () => {
    const all = await pods(w);
    return all.length === count && all.every((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp);
  }, 120);
const counted = (w: Walk, key: "readyReplicas" | "replicas", count: number) =>
  w.until(async () => ((await set(w)).status?.[key] ?? 0) === count, 120);
const resize = (w: Walk, replicas: number) => w.patch(`${SETS}/ss`, { spec: { replicas } });
const onEach = async (w: Walk, command: string) => {
  for (const { metadata } of await pods(w)) await w.sh(`kubectl exec ${metadata?.name} -- sh -c '${command}'`);
};
const breakProbe = (w: Walk) => onEach(w, "mv -v /usr/local/apache2/htdocs/index.html /tmp/ || true");
const restoreProbe = (w: Walk) => onEach(w, "mv -v /tmp/index.html /usr/local/apache2/htdocs/ || true");
const updated = (w: Walk) =>
  w.until(async () => {
    const { status, metadata, spec } = await set(w);
    return (
      status?.observedGeneration === metadata?.generation &&
      status?.updatedReplicas === spec?.replicas &&
      status?.readyReplicas === spec?.replicas
    );
  }, 180);

describe("[sig-apps] StatefulSet", () => {
  it("should perform rolling updates and roll backs of template modifications", async () => {
    const w = await walkedCluster();
    await w.post(SETS, plain(3));
    await readyPods(w, 3);
    await updated(w);
    const first = (await set(w)).status?.currentRevision;
    expect((await set(w)).status?.updateRevision).toBe(first);
    const second = async () =>
      (await w.list(`${APPS}/controllerrevisions`)).map(({ metadata }) => metadata?.name).find((name) => name !== first);
    for (const changed of [NEWER, IMAGE]) {
      const removed = await w.watch(PODS);
      const states = await w.watch(SETS);
      await w.patch(`${SETS}/ss`, image(changed));
      await w.advance(20);
      const [from, to] = changed === NEWER ? [first, await second()] : [await second(), first];
      const { status } = await set(w);
      expect([status?.currentRevision, status?.updateRevision]).toEqual([to, to]);
      expect(states.map(({ object }) => object.status)).toContainEqual(
        expect.objectContaining({ currentRevision: from, updateRevision: to }),
      );
      expect(removed.filter(({ type }) => type === "DELETED").map(({ object }) => object.metadata?.name)).toEqual(["ss-2", "ss-1", "ss-0"]);
      expect((await pods(w)).map(({ metadata, spec }) => [spec?.containers[0]?.image, metadata?.labels?.[REVISION]])).toEqual(
        Array(3).fill([changed, status?.updateRevision]),
      );
    }
    w.stop();
  });

  it("should perform canary updates and phased rolling updates of template modifications", async () => {
    const w = await walkedCluster();
    const partition = (n: number) => ({ spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: n } } } });
    await w.post(SETS, plain(3, partition(3).spec));
    await readyPods(w, 3);
    await w.patch(`${SETS}/ss`, image(NEWER));
    await w.advance(30);
    const images = async () => (await pods(w)).map(({ spec }) => (spec?.containers[0]?.image === NEWER ? "new" : "old")).join(" ");
    expect(await images()).toBe("old old old");
    await w.patch(`${SETS}/ss`, partition(2));
    await w.until(async () => (await images()) === "old old new");
    await readyPods(w, 3);
    for (const name of ["ss-0", "ss-2"]) await w.remove(`${PODS}/${name}`);
    await w.advance(5);
    await readyPods(w, 3);
    expect(await images()).toBe("old old new");
    const { status } = await set(w);
    expect((await pods(w)).map(({ metadata }) => metadata?.labels?.[REVISION])).toEqual([
      status?.currentRevision,
      status?.currentRevision,
      status?.updateRevision,
    ]);
    for (const n of [1, 0]) {
      await w.patch(`${SETS}/ss`, partition(n));
      await w.until(async () => (await images()) === (n === 1 ? "old new new" : "new new new"));
      await readyPods(w, 3);
    }
    await w.until(async () => (await set(w)).status?.currentRevision === status?.updateRevision);
    expect((await set(w)).status).toMatchObject({ updatedReplicas: 3, currentReplicas: 3 });
    w.stop();
  });

  it("Scaling should happen in predictable order and halt if any stateful pod is unhealthy", async () => {
    const w = await walkedCluster({ preset: "reference-node" });
    const seen = await w.watch(PODS, { labelSelector: "name=ss" });
    const named = (kind: string) => seen.filter(({ type }) => type === kind).map(({ object }) => object.metadata?.name);
    await w.post(SETS, probed());
    await readyPods(w, 1);
    await breakProbe(w);
    await counted(w, "readyReplicas", 0);
    await resize(w, 3);
    await w.advance(10);
    expect(await pods(w)).toHaveLength(1);
    await restoreProbe(w);
    await readyPods(w, 3);
    expect(named("ADDED")).toEqual(["ss-0", "ss-1", "ss-2"]);
    await breakProbe(w);
    await counted(w, "readyReplicas", 0);
    await resize(w, 0);
    await w.advance(10);
    expect((await pods(w)).filter(({ metadata }) => !metadata?.deletionTimestamp)).toHaveLength(3);
    await restoreProbe(w);
    await counted(w, "replicas", 0);
    expect(named("DELETED")).toEqual(["ss-2", "ss-1", "ss-0"]);
    w.stop();
  });

  it("Burst scaling should run to completion even with unhealthy pods", async () => {
    const w = await walkedCluster({ preset: "reference-node" });
    await w.post(SETS, probed({ podManagementPolicy: "Parallel" }));
    await readyPods(w, 1);
    await breakProbe(w);
    await counted(w, "readyReplicas", 0);
    await resize(w, 3);
    await w.until(async () => (await pods(w)).length === 3, 10);
    await restoreProbe(w);
    await readyPods(w, 3);
    await breakProbe(w);
    await counted(w, "readyReplicas", 0);
    await resize(w, 0);
    expect(await w.until(async () => (await pods(w)).length === 0, 10)).toBeLessThan(10);
    await counted(w, "replicas", 0);
    w.stop();
  });

  it("Should recreate evicted statefulset", async () => {
    const w = await walkedCluster();
    const ports = [{ hostPort: 21017, containerPort: 21017, name: "conflict" }];
    const spec = { nodeName: "node-1", containers: [{ name: "httpd", image: IMAGE, ports }], terminationGracePeriodSeconds: 0 };
    await w.post(PODS, { apiVersion: "v1", kind: "Pod", metadata: { name: "test-pod" }, spec });
    await w.until(async () => (await w.get<Pod>(`${PODS}/test-pod`)).status?.phase === "Running");
    const seen = await w.watch(PODS, { fieldSelector: "metadata.name=ss-0" });
    await w.post(SETS, plain(1, { template: { metadata: { labels: { name: "ss" } }, spec } }));
    await w.until(async () => seen.some(({ type }) => type === "DELETED"));
    await w.remove(`${PODS}/test-pod`, { gracePeriodSeconds: 0 });
    await readyPods(w, 1);
    expect(ownerOf((await pods(w))[0])).toBe("ss");
    w.stop();
  });
});
