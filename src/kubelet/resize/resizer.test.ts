import { expect, it } from "vitest";
import type { Pod } from "../../api/index.ts";
import { makePod, testKubelet } from "../testing/bench.ts";

async function begun() {
  const t = testKubelet({ "web:1": { present: true } });
  const kubelet = t.make();
  const up = kubelet.start();
  await t.clock.advance(0);
  await up;
  t.api.put("pods", asking("big", "1500m", 1));
  t.api.put("pods", asking("small", "200m", 1));
  await t.clock.advance(2000);
  t.api.events.length = 0;
  return { ...t, kubelet };
}
const asking = (name: string, cpu: string, generation: number, status?: Pod["status"]): Pod => {
  const pod = makePod(name, [{ name: "web", image: "web:1", resources: { requests: { cpu } } }], { terminationGracePeriodSeconds: 1 });
  return { ...pod, metadata: { ...pod.metadata, generation }, ...(status ? { status } : {}) };
};
const conditions = (pod: Pod | undefined) =>
  pod?.status?.conditions?.filter((c) => c.type.startsWith("PodResize")).map((c) => `${c.type} ${c.reason ?? ""}`.trim());
const held = (pod: Pod | undefined) => [
  pod?.status?.allocatedResources?.["cpu"],
  pod?.status?.containerStatuses?.[0]?.resources?.requests?.["cpu"],
];

it.each(["a reload", "a kubelet that starts anew"])(
  "a resize that waits for room outlives %s, and is done when there is some",
  async (what) => {
    const t = await begun();
    t.api.put("pods", asking("small", "1", 2, t.pod("small")?.status));
    await t.clock.advance(1000);
    expect([conditions(t.pod("small")), held(t.pod("small"))]).toEqual([["PodResizePending Deferred"], ["200m", "200m"]]);
    const records = t.kubelet.drain();
    t.kubelet.stop();
    const again = t.make();
    if (what === "a reload") await again.restore(new Map(records));
    const up = again.start();
    await t.clock.advance(1000);
    await up;
    expect([conditions(t.pod("small")), held(t.pod("small"))]).toEqual([["PodResizePending Deferred"], ["200m", "200m"]]);
    t.api.deletePod("default/big", 1);
    await t.clock.advance(5000);
    expect([conditions(t.pod("small")), held(t.pod("small"))]).toEqual([[], ["1", "1"]]);
    expect(t.api.events.filter((e) => e.includes("Resize")).map((e) => e.split(":")[0])).toEqual([
      ...Array.from({ length: what === "a reload" ? 1 : 2 }, () => "Warning ResizeDeferred"),
      "Normal ResizeStarted",
      "Normal ResizeCompleted",
    ]);
    expect(t.api.causeless).toEqual([]);
  },
);

it("a resize that is taken back before there was room leaves nothing behind", async () => {
  const t = await begun();
  t.api.put("pods", asking("small", "1", 2, t.pod("small")?.status));
  await t.clock.advance(1000);
  t.api.put("pods", asking("small", "200m", 3, t.pod("small")?.status));
  await t.clock.advance(1000);
  expect([conditions(t.pod("small")), t.pod("small")?.status?.observedGeneration]).toEqual([[], 3]);
  expect(t.api.events.map((e) => e.split(":")[0])).toEqual(["Warning ResizeDeferred"]);
});

it("what has no room waits by priority, and what shrinks goes first", async () => {
  const t = await begun();
  t.api.put("pods", asking("small", "1", 2, t.pod("small")?.status));
  await t.clock.advance(1000);
  t.api.put("pods", asking("big", "500m", 2, t.pod("big")?.status));
  await t.clock.advance(3000);
  expect([held(t.pod("big")), held(t.pod("small"))]).toEqual([
    ["500m", "500m"],
    ["1", "1"],
  ]);
});
