import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/index.ts";
import { walkedCluster } from "../testing/walk.ts";

const PODS = "/api/v1/namespaces/default/pods";
const taint = { key: "kubernetes.io/e2e-evict-taint-key", value: "evictTaintVal", effect: "NoExecute" };
const pod = (name: string, tolerationSeconds?: number, more: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, labels: { group: "taint-eviction" }, ...more },
  spec: {
    nodeName: "node-1",
    terminationGracePeriodSeconds: 0,
    containers: [{ name: "pause", image: "registry.k8s.io/e2e-test-images/agnhost:2.63.0" }],
    ...(tolerationSeconds === undefined
      ? {}
      : {
          tolerations: [
            {
              key: taint.key,
              value: taint.value,
              operator: "Equal",
              effect: "NoExecute",
              ...(tolerationSeconds < 0 ? {} : { tolerationSeconds }),
            },
          ],
        }),
  },
});
const tainted = (w: Awaited<ReturnType<typeof walkedCluster>>, taints: readonly object[] | null) =>
  w.patch("/api/v1/nodes/node-1", { spec: { taints } }, "merge");
const begun = async () => {
  const w = await walkedCluster();
  return { w, running: (name: string) => w.until(async () => (await w.get<Pod>(`${PODS}/${name}`)).status?.phase === "Running") };
};

interface Page {
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number; readonly resourceVersion: string };
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

describe("[sig-node] NoExecuteTaintManager", () => {
  it.each([
    { name: "evicts pods without tolerations", tolerated: undefined, goneAfter: 1 },
    {
      name: "removing taint cancels eviction, otherwise pods with finite tolerations go when their time is up",
      tolerated: 20,
      goneAfter: 20,
    },
  ])("Single Pod: $name", async ({ tolerated, goneAfter }) => {
    const { w, running } = await begun();
    await w.post(PODS, pod("taint-eviction-1", tolerated));
    await running("taint-eviction-1");
    await tainted(w, [taint]);
    expect(await w.until(() => w.gone(`${PODS}/taint-eviction-1`))).toBe(goneAfter);
    w.stop();
  });

  it("Single Pod: doesn't evict pod with tolerations from tainted nodes, and removing taint cancels eviction", async () => {
    const { w, running } = await begun();
    for (const [name, seconds] of [
      ["for-ever", -1],
      ["for-a-while", 60],
    ] as const) {
      await w.post(PODS, pod(name, seconds));
      await running(name);
    }
    await tainted(w, [taint]);
    await w.advance(40);
    await tainted(w, null);
    await w.advance(120);
    for (const name of ["for-ever", "for-a-while"])
      expect((await w.get<Pod>(`${PODS}/${name}`)).metadata?.deletionTimestamp).toBeUndefined();
    w.stop();
  });

  it("Multiple Pods: only evicts pods without tolerations, and evicts pods with minTolerationSeconds", async () => {
    const { w, running } = await begun();
    for (const [name, seconds] of [
      ["a", undefined],
      ["b", -1],
      ["c", 5],
      ["d", 25],
    ] as const) {
      await w.post(PODS, pod(name, seconds));
      await running(name);
    }
    await tainted(w, [taint]);
    const seen: string[] = [];
    for (const name of ["a", "c", "d"]) {
      await w.until(() => w.gone(`${PODS}/${name}`));
      seen.push((await w.list(PODS)).map(({ metadata }) => metadata?.name).join(" "));
    }
    expect(seen).toEqual(["b c d", "b d", "b"]);
    w.stop();
  });

  it("Single Pod: pods evicted from tainted nodes have pod disruption condition", async () => {
    const { w, running } = await begun();
    await w.post(PODS, pod("taint-eviction-pod-disruption", undefined, { finalizers: ["example.com/test-finalizer"] }));
    await running("taint-eviction-pod-disruption");
    await tainted(w, [taint]);
    await w.until(async () => (await w.get<Pod>(`${PODS}/taint-eviction-pod-disruption`)).metadata?.deletionTimestamp);
    expect((await w.get<Pod>(`${PODS}/taint-eviction-pod-disruption`)).status?.conditions).toContainEqual(
      expect.objectContaining({
        type: "DisruptionTarget",
        status: "True",
        reason: "DeletionByTaintManager",
        message: "Taint manager: deleting due to NoExecute taint",
      }),
    );
    w.stop();
  });
});

describe("[sig-architecture] Conformance Tests", () => {
  it("should have at least two untainted nodes", async () => {
    const w = await walkedCluster({ preset: "default" });
    const nodes = await w.list("/api/v1/nodes");
    expect(
      nodes.filter(({ spec }) => spec?.["taints"] === undefined && spec?.["unschedulable"] === undefined).length,
    ).toBeGreaterThanOrEqual(2);
    w.stop();
  });
});

describe("[sig-api-machinery] Servers with support for API chunking and tables", () => {
  const TEMPLATES = "/api/v1/namespaces/default/podtemplates";
  const filled = async (count: number) => {
    const w = await walkedCluster({ nodes: 0 });
    for (let i = 0; i < count; i++) {
      const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "test", image: "test2" }] } };
      await w.post(TEMPLATES, {
        apiVersion: "v1",
        kind: "PodTemplate",
        metadata: { name: `template-${String(i).padStart(4, "0")}` },
        template,
      });
    }
    return { w };
  };

  it("should return chunks of results for list calls", async () => {
    const { w } = await filled(40);
    let token: string | undefined;
    const names: string[] = [];
    do {
      const page: Page = await w.ask<Page>(TEMPLATES, { limit: "17", ...(token === undefined ? {} : { continue: token }) });
      names.push(...page.items.map(({ metadata }) => metadata.name));
      expect(page.metadata.remainingItemCount ?? 0).toBe(40 - names.length);
      token = page.metadata.continue;
    } while (token !== undefined && token !== "");
    expect([names.length, new Set(names).size]).toEqual([40, 40]);
    w.stop();
  });

  it("should support continue listing from the last key if the original version has been compacted away", async () => {
    const { w } = await filled(40);
    const first = await w.ask<Page>(TEMPLATES, { limit: "13" });
    const token = first.metadata.continue ?? "";
    await w.advance(900);
    const refused = await w
      .ask<Page>(TEMPLATES, { limit: "13", continue: token })
      .catch((e: { status: { metadata: { continue: string }; reason: string } }) => e);
    const status = (refused as { status: { metadata: { continue: string }; reason: string } }).status;
    expect(status.reason).toBe("Expired");
    const next = await w.ask<Page>(TEMPLATES, { limit: "13", continue: status.metadata.continue });
    expect([next.items.length, next.items[0]?.metadata.name]).toEqual([13, "template-0013"]);
    expect(next.metadata.remainingItemCount ?? 14).toBe(14);
    w.stop();
  });
});
