import { describe, expect, it } from "vitest";
import type { PodDisruptionBudget, Pod } from "../../api/index.ts";
import { walkedCluster } from "../testing/walk.ts";
import { type Walk, PODS, template } from "../testing/workloads.ts";

describe("[sig-apps] DisruptionController", () => {
  const PDBS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
  const budget = (name: string, more: object, labels: object = {}) => ({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, labels },
    spec: { selector: { matchLabels: { foo: "bar" } }, ...more },
  });
  const pdb = (w: Walk, name = "foo") => w.get<PodDisruptionBudget>(`${PDBS}/${name}`);
  const processed = (w: Walk) =>
    w.until(async () => {
      const { status, metadata } = await pdb(w);
      return (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 1);
    });
  const podsRunning = async (w: Walk, count: number) => {
    for (let i = 0; i < count; i++)
      await w.post(PODS, { apiVersion: "v1", kind: "Pod", metadata: { name: `rs-${i}`, labels: { foo: "bar" } }, spec: template({}).spec });
    await w.until(async () => (await w.list<Pod>(PODS)).every(({ status }) => status?.phase === "Running"));
  };
  const evict = (w: Walk, name: string) =>
    w.post(`${PODS}/${name}/eviction`, { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: "default" } });

  it("should create, update, patch, list and delete PodDisruptionBudgets", async () => {
    const w = await walkedCluster();
    await w.post(PDBS, budget("foo", { minAvailable: "1%" }));
    await processed(w);
    const found = await pdb(w);
    await w.put(`${PDBS}/foo`, { ...found, spec: { ...found.spec, minAvailable: "2%" } });
    await processed(w);
    expect((await w.patch<PodDisruptionBudget>(`${PDBS}/foo`, { spec: { minAvailable: "3%" } })).spec?.minAvailable).toBe("3%");
    await w.remove(`${PDBS}/foo`);
    expect(await w.gone(`${PDBS}/foo`)).toBe(true);
    for (const name of ["one", "two"]) await w.post(PDBS, budget(name, { minAvailable: 1 }, { test: "list" }));
    expect(await w.list("/apis/policy/v1/poddisruptionbudgets", { labelSelector: "test=list" })).toHaveLength(2);
    await w.remove(PDBS, undefined, { labelSelector: "test=list" });
    expect(await w.list(PDBS)).toEqual([]);
    w.stop();
  });

  it("should observe that the PodDisruptionBudget status is updated, and update and patch it", async () => {
    const w = await walkedCluster();
    await w.post(PDBS, budget("foo", { minAvailable: 1 }));
    await podsRunning(w, 3);
    await w.until(async () => (await pdb(w)).status?.disruptionsAllowed === 2);
    const found = await pdb(w);
    const disrupted = { "rs-0": "2026-01-01T00:00:20Z" };
    const updated = await w.put<PodDisruptionBudget>(`${PDBS}/foo/status`, {
      ...found,
      status: { ...found.status, disruptedPods: disrupted },
    });
    expect(updated.status?.disruptedPods).toEqual(disrupted);
    const patched = await w.patch<PodDisruptionBudget>(
      `${PDBS}/foo/status`,
      { status: { disruptedPods: { "rs-1": "2026-01-01T00:00:21Z" } } },
      "merge",
    );
    expect(Object.keys(patched.status?.disruptedPods ?? {})).toContain("rs-1");
    w.stop();
  });

  it("should block an eviction until the PDB is updated to allow it", async () => {
    const w = await walkedCluster();
    await w.post(PDBS, budget("foo", { minAvailable: 3 }));
    await podsRunning(w, 3);
    await processed(w);
    await expect(evict(w, "rs-0")).rejects.toThrow("Cannot evict pod as it would violate the pod's disruption budget.");
    const found = await pdb(w);
    await w.put(`${PDBS}/foo`, { ...found, spec: { ...found.spec, minAvailable: 2 } });
    await processed(w);
    await w.until(async () => (await pdb(w)).status?.disruptionsAllowed === 1);
    await evict(w, "rs-0");
    await w.until(() => w.gone(`${PODS}/rs-0`));
    await w.patch(`${PDBS}/foo`, { spec: { minAvailable: 3 } }, "merge");
    await processed(w);
    await w.patch(`${PDBS}/foo`, { spec: { minAvailable: null, maxUnavailable: 0 } }, "merge");
    await processed(w);
    await expect(evict(w, "rs-1")).rejects.toThrow("Cannot evict pod");
    await w.remove(`${PDBS}/foo`);
    await evict(w, "rs-1");
    w.stop();
  });
});
