import { expect } from "vitest";
import type { Pod } from "../../api/index.ts";
import type { walkedCluster } from "./walk.ts";

export type Walk = Awaited<ReturnType<typeof walkedCluster>>;
export const NS = "/api/v1/namespaces/default";
export const PODS = `${NS}/pods`;
export const APPS = "/apis/apps/v1/namespaces/default";
export const IMAGE = "registry.k8s.io/e2e-test-images/httpd:2.4.38-4";
export const NEWER = "registry.k8s.io/e2e-test-images/httpd:2.4.39-4";

export const template = (labels: object, image = IMAGE, spec: object = {}) => ({
  metadata: { labels },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "httpd", image }], ...spec },
});
export const workload = (kind: string, name: string, replicas: number | undefined, more: object = {}, image = IMAGE) => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name, labels: { e2e: "testing", ...(kind === "ReplicaSet" ? { name: "d" } : {}) } },
  spec: {
    ...(replicas === undefined ? {} : { replicas }),
    selector: { matchLabels: { name } },
    template: template({ name }, image),
    ...more,
  },
});
export const image = (name: string) => ({ spec: { template: { spec: { containers: [{ name: "httpd", image: name }] } } } });
export const ownerOf = (pod: Pod | undefined) => pod?.metadata?.ownerReferences?.find(({ controller }) => controller)?.name;
export const ready = (w: Walk, path: string, count: number, limit = 60) =>
  w.until(async () => {
    const { status = {}, metadata } = await w.get(path);
    const current = status["observedGeneration"] === metadata?.generation;
    return current && (status["availableReplicas"] ?? 0) === count && (status["replicas"] ?? 0) === count;
  }, limit);

/** What the tests do to the status of every workload. */
export async function statusWalk(w: Walk, path: string): Promise<void> {
  expect((await w.get(`${path}/status`)).kind).toBeDefined();
  const seen = await w.watch(path.slice(0, path.lastIndexOf("/")));
  const found = await w.get(path);
  const condition = { type: "StatusUpdate", status: "True", reason: "E2E", message: "Set from e2e test" };
  const conditions = [...((found.status?.["conditions"] ?? []) as object[]), condition];
  const updated = await w.put(`${path}/status`, { ...found, status: { ...found.status, conditions } });
  expect(updated.status?.["conditions"]).toContainEqual(expect.objectContaining(condition));
  await w.advance(1);
  expect(seen.some(({ type, object }) => type === "MODIFIED" && JSON.stringify(object.status).includes("StatusUpdate"))).toBe(true);
  const patched = { type: "StatusPatched", status: "True" };
  expect((await w.patch(`${path}/status`, { status: { conditions: [patched] } }, "merge")).status?.["conditions"]).toMatchObject([patched]);
  await w.advance(5);
}

/** What the tests do to the scale of every workload. */
export async function scaleWalk(w: Walk, path: string): Promise<void> {
  const scale = await w.get(`${path}/scale`);
  expect([scale.spec?.["replicas"], scale.status?.["replicas"]]).toEqual([1, 1]);
  const { resourceVersion: _, ...metadata } = scale.metadata ?? {};
  expect((await w.put(`${path}/scale`, { ...scale, metadata, spec: { replicas: 2 } })).spec).toEqual({ replicas: 2 });
  expect((await w.get(path)).spec?.["replicas"]).toBe(2);
  await w.patch(`${path}/scale`, {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { creationTimestamp: null },
    spec: { replicas: 4 },
    status: { replicas: 0 },
  });
  expect((await w.get(path)).spec?.["replicas"]).toBe(4);
  await ready(w, path, 4);
}
