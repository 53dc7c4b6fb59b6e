import { describe, expect, it } from "vitest";
import type { Node } from "../../api/index.ts";
import { countsForZone, evictionInterval, missingLabels, unknownConditions, untilLook, wantedTaints, zoneState } from "./decide.ts";

const T = "2026-01-01T00:00:00Z";
const node = (ready: string, more: Partial<Node["spec"]> = {}): Node => ({
  metadata: { name: "n" },
  spec: more,
  status: { conditions: [{ type: "Ready", status: ready }] },
});
const keys = (n: Node, evict: boolean) =>
  (wantedTaints(n, evict, T) ?? []).map((t) => `${t.key.replace("node.kubernetes.io/", "")}:${t.effect}`);

describe("wantedTaints", () => {
  it.each([
    ["True", true, []],
    ["False", true, ["not-ready:NoSchedule", "not-ready:NoExecute"]],
    ["Unknown", true, ["unreachable:NoSchedule", "unreachable:NoExecute"]],
    ["Unknown", false, ["unreachable:NoSchedule"]],
  ] as [string, boolean, string[]][])("Ready %s, may evict %s", (ready, evict, expected) =>
    expect(keys(node(ready), evict)).toEqual(expected),
  );
  it("swaps its own and keeps the rest", () => {
    const taints = [
      { key: "mine", effect: "NoSchedule" },
      { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" },
    ];
    expect(keys(node("Unknown", { taints }), false)).toEqual(["mine:NoSchedule", "unreachable:NoSchedule"]);
  });
  it("is the old list by reference when it fits", () => {
    const taints = [{ key: "mine", effect: "NoSchedule" }];
    expect(wantedTaints(node("True", { taints }), true, T)).toBe(taints);
  });
});

it("declares what never came and what stopped coming", () => {
  const conditions = unknownConditions(
    { metadata: { creationTimestamp: T }, status: { conditions: [{ type: "Ready", status: "True" }] } },
    T,
  );
  expect(conditions.map((c) => `${c.type} ${c.status} ${c.reason}`)).toEqual([
    "Ready Unknown NodeStatusUnknown",
    "MemoryPressure Unknown NodeStatusNeverUpdated",
    "DiskPressure Unknown NodeStatusNeverUpdated",
    "PIDPressure Unknown NodeStatusNeverUpdated",
  ]);
});

it.each([
  [3, 0, "Normal"],
  [0, 1, "FullDisruption"],
  [2, 2, "Normal"],
  [2, 3, "PartialDisruption"],
] as const)("a zone with %i ready and %i not is %s", (ready, notReady, state) => expect(zoneState(ready, notReady)).toBe(state));

it("evicts slower, or not at all, where much is down", () => {
  expect(evictionInterval("Normal", 3, false)).toBe(10_000);
  expect(evictionInterval("PartialDisruption", 100, false)).toBe(100_000);
  expect(evictionInterval("PartialDisruption", 10, false)).toBe(Infinity);
  expect(evictionInterval("FullDisruption", 3, true)).toBe(Infinity);
});

it.each([
  [10_000, 10_000],
  [10_001, 15_000],
  [14_999, 15_000],
])("what is due at %i is seen at %i", (at, seen) => expect(untilLook(at, 0, 9000)).toBe(seen - 9000));

it("misses the old names of labels that there are", () => {
  const labelled = (labels: Record<string, string>): Node => ({ metadata: { name: "n", labels } });
  expect(missingLabels(labelled({ "kubernetes.io/os": "linux" }))).toEqual({ "beta.kubernetes.io/os": "linux" });
  expect(missingLabels(labelled({ "kubernetes.io/os": "linux", "beta.kubernetes.io/os": "linux" }))).toBeUndefined();
  expect(missingLabels(labelled({ "beta.kubernetes.io/os": "linux" }))).toBeUndefined();
  expect(countsForZone(labelled({ "node.kubernetes.io/exclude-disruption": "" }))).toBe(false);
});
