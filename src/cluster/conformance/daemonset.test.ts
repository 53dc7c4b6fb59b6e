import { describe, expect, it } from "vitest";
import type { ControllerRevision, DaemonSet, Pod } from "../../api/index.ts";
import { type Loose, walkedCluster } from "../testing/walk.ts";
import { type Walk, PODS, APPS, IMAGE, NEWER, template, workload, image, statusWalk } from "../testing/workloads.ts";

describe("[sig-apps] DaemonSet and ControllerRevision", () => {
  const SETS = `${APPS}/daemonsets`;
  const REVISIONS = `${APPS}/controllerrevisions`;
  const daemon = (more: object = {}) => workload("DaemonSet", "daemon-set", undefined, more);
  const available = async (w: Walk, count: number, limit = 60) =>
    w.until(async () => {
      const { status, metadata } = await w.get<DaemonSet>(`${SETS}/daemon-set`);
      return (
        status?.observedGeneration === metadata?.generation &&
        (status?.numberAvailable ?? 0) === count &&
        status?.desiredNumberScheduled === count
      );
    }, limit);
  const pods = async (w: Walk) => (await w.list<Pod>(PODS)).filter(({ metadata }) => !metadata?.deletionTimestamp);

  it("should run and stop simple daemon, retry failed pods and verify changes to a daemon set status", async () => {
    const w = await walkedCluster();
    await w.post(SETS, daemon());
    await available(w, 3);
    const [first, second] = await pods(w);
    await w.remove(`${PODS}/${first?.metadata?.name}`);
    await available(w, 3);
    await w.patch(`${PODS}/${second?.metadata?.name}/status`, { status: { phase: "Failed" } });
    await w.until(() => w.gone(`${PODS}/${second?.metadata?.name}`));
    await available(w, 3);
    await statusWalk(w, `${SETS}/daemon-set`);
    expect(await w.list("/apis/apps/v1/daemonsets", { labelSelector: "e2e=testing" })).toHaveLength(1);
    await w.remove(SETS, undefined, { labelSelector: "e2e=testing" });
    expect(await w.list(SETS)).toEqual([]);
    await w.until(async () => (await pods(w)).length === 0);
    w.stop();
  });

  it("should run and stop complex daemon", async () => {
    const w = await walkedCluster();
    const on = (color: string) => ({ template: template({ name: "daemon-set" }, IMAGE, { nodeSelector: { color } }) });
    await w.post(SETS, daemon(on("blue")));
    await w.advance(5);
    expect(await pods(w)).toEqual([]);
    await w.patch("/api/v1/nodes/node-2", { metadata: { labels: { color: "blue" } } });
    await available(w, 1);
    await w.patch("/api/v1/nodes/node-2", { metadata: { labels: { color: "green" } } });
    await w.until(async () => (await pods(w)).length === 0);
    await w.patch(`${SETS}/daemon-set`, { spec: { template: on("green").template, updateStrategy: { type: "RollingUpdate" } } });
    await available(w, 1);
    w.stop();
  });

  it("should update pods when the spec was updated, and rollback without unnecessary restarts", async () => {
    const w = await walkedCluster();
    await w.post(SETS, daemon());
    await available(w, 3);
    await w.patch(`${SETS}/daemon-set`, image(NEWER));
    await w.until(async () => (await pods(w)).every(({ spec }) => spec?.containers[0]?.image === NEWER));
    await available(w, 3);
    const revisions = await w.list<ControllerRevision>(REVISIONS);
    const newest = revisions.find(({ revision }) => revision === 2);
    const hash = "controller-revision-hash";
    expect((await pods(w)).map(({ metadata }) => metadata?.labels?.[hash])).toEqual(Array(3).fill(newest?.metadata?.labels?.[hash]));
    const stuck = { name: "httpd", image: "foo:non-existent", readinessProbe: { exec: { command: ["false"] } } };
    await w.patch(`${SETS}/daemon-set`, { spec: { template: { spec: { containers: [stuck] } } } });
    await w.until(async () => (await pods(w)).some(({ spec }) => spec?.containers[0]?.image === "foo:non-existent"));
    const untouched = (await pods(w)).filter(({ spec }) => spec?.containers[0]?.image === NEWER).map(({ metadata }) => metadata?.name);
    expect(untouched).toHaveLength(2);
    const found = await w.get<DaemonSet>(`${SETS}/daemon-set`);
    await w.put(`${SETS}/daemon-set`, { ...found, spec: { ...found.spec, template: template({ name: "daemon-set" }, NEWER) } });
    await available(w, 3);
    expect((await pods(w)).map(({ metadata }) => metadata?.name)).toEqual(expect.arrayContaining(untouched));
    expect(new Set((await w.list<ControllerRevision>(REVISIONS)).map(({ revision }) => revision))).toEqual(new Set([1, 3, 4]));
    w.stop();
  });

  it("should manage the lifecycle of a ControllerRevision", async () => {
    const w = await walkedCluster();
    const template2 = template({ name: "daemon-set" }, IMAGE, { terminationGracePeriodSeconds: 30 });
    await w.post(SETS, daemon({ template: template2 }));
    await available(w, 3);
    const selector = { labelSelector: "name=daemon-set" };
    const [initial, ...others] = await w.list<ControllerRevision>("/apis/apps/v1/controllerrevisions", selector);
    expect(others).toEqual([]);
    const name = initial?.metadata?.name ?? "";
    expect((await w.patch(`${REVISIONS}/${name}`, { metadata: { labels: { [name]: "patched" } } })).metadata?.labels).toHaveProperty(
      name,
      "patched",
    );
    const ds = await w.get<DaemonSet>(`${SETS}/daemon-set`);
    await w.post(REVISIONS, {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: {
        name: "daemon-set-new",
        labels: { name: "daemon-set", "controller-revision-hash": "new" },
        ownerReferences: initial?.metadata?.ownerReferences,
      },
      data: initial?.data,
      revision: (initial?.revision ?? 0) + 1,
    });
    expect(ds.metadata?.name).toBe("daemon-set");
    await w.until(async () => (await w.list(REVISIONS, selector)).length === 2);
    await w.remove(`${REVISIONS}/${name}`);
    await w.until(async () => (await w.list(REVISIONS, selector)).length === 1);
    await w.advance(5);
    const [current] = await w.list<ControllerRevision & Loose>(REVISIONS);
    const now = current?.metadata?.name ?? "";
    const labels = { ...current?.metadata?.labels, [now]: "updated" };
    expect((await w.put(`${REVISIONS}/${now}`, { ...current, metadata: { ...current?.metadata, labels } })).metadata?.labels).toEqual(
      labels,
    );
    await w.patch(`${SETS}/daemon-set`, {
      spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } },
      updateStrategy: { type: "RollingUpdate" },
    });
    await w.until(async () => (await w.list(REVISIONS, selector)).length === 2);
    await w.remove(REVISIONS, undefined, { labelSelector: `${now}=updated` });
    await w.until(async () => (await w.list(REVISIONS, selector)).length === 1);
    expect((await w.list<ControllerRevision & Loose>(REVISIONS)).map(({ revision }) => revision)).toEqual([3]);
    w.stop();
  });
});
