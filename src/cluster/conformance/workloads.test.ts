import { describe, expect, it } from "vitest";
import type { Pod, ReplicaSet } from "../../api/index.ts";
import { walkedCluster } from "../testing/walk.ts";
import { NS, PODS, APPS, template, workload, ownerOf, ready, statusWalk, scaleWalk } from "../testing/workloads.ts";

describe("[sig-apps] what Deployments, ReplicaSets, StatefulSets and ReplicationControllers have in common", () => {
  const rc = {
    apiVersion: "v1",
    kind: "ReplicationController",
    metadata: { name: "test" },
    spec: { replicas: 1, selector: { name: "test" }, template: template({ name: "test" }) },
  };
  const kinds = [
    { kind: "Deployment", path: `${APPS}/deployments`, object: workload("Deployment", "test", 1) },
    { kind: "ReplicaSet", path: `${APPS}/replicasets`, object: workload("ReplicaSet", "test", 1) },
    { kind: "StatefulSet", path: `${APPS}/statefulsets`, object: workload("StatefulSet", "test", 1, { serviceName: "test" }) },
    { kind: "ReplicationController", path: `${NS}/replicationcontrollers`, object: rc },
  ];
  it.each(kinds)(
    "$kind should have a working scale subresource, status endpoints and deletion of a collection",
    async ({ path, object }) => {
      const w = await walkedCluster();
      await w.post(path, object);
      await ready(w, `${path}/test`, 1);
      await statusWalk(w, `${path}/test`);
      await scaleWalk(w, `${path}/test`);
      await w.patch(`${path}/test`, { metadata: { labels: { test: "patched" } } });
      const all = path.replace("/namespaces/default", "");
      expect(await w.list(all, { labelSelector: "test=patched" })).toHaveLength(1);
      await w.remove(path, { gracePeriodSeconds: 1 }, { labelSelector: "test=patched" });
      // Pods of a ReplicationController are left behind, as they always were (k8s: rcStrategy DefaultGarbageCollectionPolicy).
      const orphans = path.endsWith("replicationcontrollers") ? 4 : 0;
      await w.until(async () => (await w.list(path)).length === 0);
      await w.until(async () => (await w.list(PODS)).length === orphans);
      w.stop();
    },
  );
});

describe("[sig-apps] ReplicaSet and ReplicationController", () => {
  const sets = [
    { kind: "ReplicaSet", path: `${APPS}/replicasets`, api: "apps/v1", selector: { matchLabels: { name: "pod" } } },
    { kind: "ReplicationController", path: `${NS}/replicationcontrollers`, api: "v1", selector: { name: "pod" } },
  ];
  it.each(sets)(
    "$kind should adopt matching pods on creation and release no longer matching pods",
    async ({ kind, path, api, selector }) => {
      const w = await walkedCluster();
      await w.post(PODS, { apiVersion: "v1", kind: "Pod", metadata: { name: "pod", labels: { name: "pod" } }, spec: template({}).spec });
      await w.until(async () => (await w.get<Pod>(`${PODS}/pod`)).status?.phase === "Running");
      await w.post(path, {
        apiVersion: api,
        kind,
        metadata: { name: "set" },
        spec: { replicas: 1, selector, template: template({ name: "pod" }) },
      });
      await w.until(async () => ownerOf(await w.get<Pod>(`${PODS}/pod`)) === "set");
      await w.patch(`${PODS}/pod`, { metadata: { labels: { name: "not-matching" } } });
      await w.until(async () => ownerOf(await w.get<Pod>(`${PODS}/pod`)) === undefined);
      expect(await w.until(async () => (await w.list(PODS, { labelSelector: "name=pod" })).length === 1)).toBeLessThan(10);
      w.stop();
    },
  );

  it.each(sets)("$kind should surface a failure condition on a common issue like exceeded quota", async ({ kind, path, api, selector }) => {
    const w = await walkedCluster();
    await w.post(`${NS}/resourcequotas`, {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "q" },
      spec: { hard: { pods: "2" } },
    });
    await w.until(async () => (await w.get(`${NS}/resourcequotas/q`)).status?.["hard"]);
    await w.post(path, {
      apiVersion: api,
      kind,
      metadata: { name: "set" },
      spec: { replicas: 3, selector, template: template({ name: "pod" }) },
    });
    const conditions = async () => ((await w.get(`${path}/set`)).status?.["conditions"] ?? []) as readonly Record<string, string>[];
    await w.until(async () => (await conditions()).some(({ type }) => type === "ReplicaFailure"));
    const scaled = await w.get(`${path}/set`);
    await w.put(`${path}/set`, { ...scaled, spec: { ...scaled.spec, replicas: 2 } });
    expect(await w.until(async () => (await conditions()).length === 0)).toBeLessThan(30);
    w.stop();
  });

  it("Replace and Patch tests", async () => {
    const w = await walkedCluster();
    const path = `${APPS}/replicasets/test-rs`;
    await w.post(`${APPS}/replicasets`, workload("ReplicaSet", "test-rs", 1));
    await ready(w, path, 1);
    const rs = await w.get<ReplicaSet>(path);
    await w.put(path, { ...rs, spec: { ...rs.spec, replicas: 2 } });
    await ready(w, path, 2);
    const patch = {
      metadata: { labels: { "test-rs": "patched" } },
      spec: {
        replicas: 3,
        template: { spec: { TerminationGracePeriodSeconds: 0, containers: [{ name: "test-rs", image: "registry.k8s.io/pause:3.10" }] } },
      },
    };
    const patched = await w.patch<ReplicaSet>(path, patch);
    expect(patched.metadata?.labels).toHaveProperty("test-rs", "patched");
    expect(patched.spec?.template?.spec?.containers.map(({ name }) => name)).toEqual(["test-rs", "httpd"]);
    await w.until(async () => (await w.get<ReplicaSet>(path)).status?.readyReplicas === 3);
    w.stop();
  });

  it("ReplicationController should serve a basic image on each replica with a public image", async () => {
    const w = await walkedCluster({ preset: "default" });
    const agnhost = {
      name: "c",
      image: "registry.k8s.io/e2e-test-images/agnhost:2.63.0",
      args: ["serve-hostname"],
      ports: [{ containerPort: 9376 }],
    };
    const spec = {
      replicas: 2,
      selector: { name: "rc" },
      template: { metadata: { labels: { name: "rc" } }, spec: { containers: [agnhost] } },
    };
    await w.post(`${NS}/replicationcontrollers`, { apiVersion: "v1", kind: "ReplicationController", metadata: { name: "rc" }, spec });
    await w.until(async () => (await w.get(`${NS}/replicationcontrollers/rc`)).status?.["readyReplicas"] === 2);
    for (const { metadata } of await w.list(PODS))
      expect(await w.sh(`kubectl get --raw ${PODS}/${metadata?.name}:9376/proxy/`)).toBe(metadata?.name);
    w.stop();
  });

  it("ReplicationController should test the lifecycle of a ReplicationController", async () => {
    const w = await walkedCluster();
    const path = `${NS}/replicationcontrollers`;
    const seen = await w.watch(path, { labelSelector: "test-rc-static=true" });
    const spec = { replicas: 1, selector: { "test-rc-static": "true" }, template: template({ "test-rc-static": "true" }) };
    await w.post(path, {
      apiVersion: "v1",
      kind: "ReplicationController",
      metadata: { name: "rc-test", labels: { "test-rc-static": "true" } },
      spec,
    });
    await w.until(async () => (await w.get(`${path}/rc-test`)).status?.["readyReplicas"] === 1);
    await w.patch(`${path}/rc-test`, { metadata: { labels: { "test-rc": "patched" } } });
    const none = await w.patch(`${path}/rc-test/status`, { status: { readyReplicas: 0, availableReplicas: 0 } });
    expect(none.status).toEqual({ fullyLabeledReplicas: 1, observedGeneration: 1, replicas: 1 });
    expect((await w.get(`${path}/rc-test/status`)).metadata?.labels).toHaveProperty("test-rc", "patched");
    await w.until(async () => (await w.get(`${path}/rc-test`)).status?.["readyReplicas"] === 1);
    await w.patch(`${path}/rc-test/scale`, { spec: { replicas: 2 } });
    await w.until(async () => (await w.get(`${path}/rc-test`)).status?.["readyReplicas"] === 2);
    const now = await w.get(`${path}/rc-test`);
    await w.put(`${path}/rc-test/status`, now);
    expect(await w.list("/api/v1/replicationcontrollers", { labelSelector: "test-rc-static=true" })).toHaveLength(1);
    await w.remove(path, undefined, { labelSelector: "test-rc-static=true" });
    await w.advance(2);
    expect([seen[0]?.type, seen.at(-1)?.type]).toEqual(["ADDED", "DELETED"]);
    w.stop();
  });
});
