import { describe, expect, it } from "vitest";
import type { HorizontalPodAutoscalerBehavior, HorizontalPodAutoscalerSpec, HPAScalingPolicy } from "../../api/index.ts";
import { begun, bounded, changed, type History, NO_HISTORY, tolerancesOf } from "./behavior.ts";

const MINUTE = 60_000;
const spec = (minReplicas: number, maxReplicas: number, behavior?: HorizontalPodAutoscalerBehavior): HorizontalPodAutoscalerSpec => ({
  scaleTargetRef: { kind: "Deployment", name: "web" },
  minReplicas,
  maxReplicas,
  ...(behavior ? { behavior } : {}),
});
const wished = (...replicas: readonly number[]): History => ({
  ...NO_HISTORY,
  recommendations: replicas.map((n, i) => ({ at: (i + 1) * MINUTE, replicas: n })),
});
const NOW = 5 * MINUTE;
const words = ({ replicas, ableToScale, limited, scalingLimited }: ReturnType<typeof bounded>) => [
  replicas,
  ableToScale.reason,
  limited,
  scalingLimited.reason,
];

describe("without a behaviour", () => {
  it.each<[string, HorizontalPodAutoscalerSpec, History, number, number, unknown[]]>([
    ["goes where the metrics point", spec(1, 10), NO_HISTORY, 2, 4, [4, "ReadyForNewScale", false, "DesiredWithinRange"]],
    ["no further than the maximum", spec(1, 5), NO_HISTORY, 4, 8, [5, "ReadyForNewScale", true, "TooManyReplicas"]],
    ["no faster than to twice as many", spec(1, 100), NO_HISTORY, 10, 30, [20, "ReadyForNewScale", true, "ScaleUpLimit"]],
    ["from one to four at once", spec(1, 100), NO_HISTORY, 1, 30, [4, "ReadyForNewScale", true, "ScaleUpLimit"]],
    ["no lower than the minimum", spec(2, 5), NO_HISTORY, 4, 1, [2, "ReadyForNewScale", true, "TooFewReplicas"]],
    ["not down while more was wanted lately", spec(1, 10), wished(3, 6, 4), 6, 2, [6, "ScaleDownStabilized", false, "DesiredWithinRange"]],
    [
      "down once that is five minutes ago",
      spec(1, 10),
      { ...NO_HISTORY, recommendations: [{ at: -1, replicas: 9 }] },
      6,
      2,
      [2, "ReadyForNewScale", false, "DesiredWithinRange"],
    ],
    ["the minimum bounds what was stabilised", spec(3, 10), wished(2), 4, 1, [3, "ScaleDownStabilized", true, "TooFewReplicas"]],
  ])("%s", (_what, of, history, current, desired, expected) => {
    expect(words(bounded(of, history, current, desired, NOW))).toEqual(expected);
  });

  it("remembers five minutes of wishes, and begins with what there was", () => {
    const first = begun(NO_HISTORY, 3, 0);
    expect(begun(first, 9, 1)).toBe(first);
    expect(bounded(spec(1, 10), first, 3, 2, NOW).history.recommendations.map((r) => r.replicas)).toEqual([3, 2]);
    expect(bounded(spec(1, 10), first, 3, 2, NOW + 1).history.recommendations.map((r) => r.replicas)).toEqual([2]);
    expect(changed(first, spec(1, 10), 2, NOW)).toBe(first);
  });
});

describe("with a behaviour", () => {
  const policies = (...list: readonly [string, number, number?][]): { policies: readonly HPAScalingPolicy[] } => ({
    policies: list.map(([type, value, periodSeconds = 60]) => ({ type, value, periodSeconds })),
  });
  const up = (rules: object): HorizontalPodAutoscalerBehavior => ({
    scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: "Max", ...policies(["Pods", 4, 15], ["Percent", 100, 15]), ...rules },
    scaleDown: { selectPolicy: "Max", ...policies(["Percent", 100, 15]) },
  });
  const down = (rules: object): HorizontalPodAutoscalerBehavior => ({
    scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: "Max", ...policies(["Pods", 4, 15], ["Percent", 100, 15]) },
    scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: "Max", ...policies(["Percent", 100, 15]), ...rules },
  });
  const by = (...changes: readonly [secondsAgo: number, by: number][]): History => ({
    recommendations: [],
    changes: changes.map(([seconds, n]) => ({ at: NOW - seconds * 1000, by: n })),
  });
  it.each<[string, HorizontalPodAutoscalerBehavior, History, number, number, unknown[]]>([
    ["the larger of two policies", up({}), NO_HISTORY, 3, 50, [7, "ReadyForNewScale", true, "ScaleUpLimit"]],
    ["the smaller, where it says so", up({ selectPolicy: "Min" }), NO_HISTORY, 3, 50, [6, "ReadyForNewScale", true, "ScaleUpLimit"]],
    ["nothing, where it is disabled", up({ selectPolicy: "Disabled" }), NO_HISTORY, 3, 50, [3, "ReadyForNewScale", true, "ScaleUpLimit"]],
    ["a percentage is rounded up", up(policies(["Percent", 10])), NO_HISTORY, 3, 50, [4, "ReadyForNewScale", true, "ScaleUpLimit"]],
    [
      "what was added in the period counts",
      up(policies(["Pods", 4])),
      by([30, 3], [90, 5]),
      10,
      50,
      [11, "ReadyForNewScale", true, "ScaleUpLimit"],
    ],
    ["so does what was removed", up(policies(["Pods", 4])), by([30, -2]), 10, 50, [16, "ReadyForNewScale", true, "ScaleUpLimit"]],
    ["never below what there is", up(policies(["Pods", 1])), by([30, 3]), 10, 50, [10, "ReadyForNewScale", true, "ScaleUpLimit"]],
    ["the maximum before the rate", up({}), NO_HISTORY, 90, 200, [100, "ReadyForNewScale", true, "TooManyReplicas"]],
    [
      "up only to the least of a window",
      up({ stabilizationWindowSeconds: 130 }),
      wished(9, 3, 5),
      2,
      6,
      [5, "ScaleUpStabilized", false, "DesiredWithinRange"],
    ],
    [
      "not up if less was wanted lately",
      up({ stabilizationWindowSeconds: 600 }),
      wished(9, 1, 5),
      2,
      6,
      [2, "ScaleUpStabilized", false, "DesiredWithinRange"],
    ],
    ["down after five minutes when it does not say", up({}), wished(4), 6, 2, [4, "ScaleDownStabilized", false, "DesiredWithinRange"]],
    ["down at once", down({}), NO_HISTORY, 10, 3, [3, "ReadyForNewScale", false, "DesiredWithinRange"]],
    ["down by so many", down(policies(["Pods", 2])), NO_HISTORY, 10, 3, [8, "ReadyForNewScale", true, "ScaleDownLimit"]],
    [
      "down by the larger change",
      down(policies(["Pods", 2], ["Percent", 50])),
      NO_HISTORY,
      10,
      3,
      [5, "ReadyForNewScale", true, "ScaleDownLimit"],
    ],
    [
      "down by the smaller change",
      down({ selectPolicy: "Min", ...policies(["Pods", 2], ["Percent", 50]) }),
      NO_HISTORY,
      10,
      3,
      [8, "ReadyForNewScale", true, "ScaleDownLimit"],
    ],
    [
      "not down where it is disabled",
      down({ selectPolicy: "Disabled" }),
      NO_HISTORY,
      10,
      3,
      [10, "ReadyForNewScale", true, "ScaleDownLimit"],
    ],
    [
      "what was removed in the period counts",
      down(policies(["Pods", 4])),
      by([30, -3]),
      10,
      3,
      [9, "ReadyForNewScale", true, "ScaleDownLimit"],
    ],
    ["down to the minimum", down({}), NO_HISTORY, 10, 1, [2, "ReadyForNewScale", true, "TooFewReplicas"]],
  ])("%s", (_what, behavior, history, current, desired, expected) => {
    expect(words(bounded(spec(2, 100, behavior), history, current, desired, NOW))).toEqual(expected);
  });

  it("has a tolerance of its own in each direction", () => {
    expect(tolerancesOf(spec(1, 2))).toEqual({ down: 0.1, up: 0.1 });
    expect(tolerancesOf(spec(1, 2, { scaleUp: { tolerance: "0" }, scaleDown: { tolerance: "50m" } }))).toEqual({ down: 0.05, up: 0 });
  });

  it("remembers changes for as long as a period can be", () => {
    const then = changed(NO_HISTORY, spec(1, 2, up({})), 3, 0);
    expect(changed(then, spec(1, 2, up({})), -1, 1_800_000).changes).toHaveLength(2);
    expect(changed(then, spec(1, 2, up({})), -1, 1_800_001).changes).toEqual([{ at: 1_800_001, by: -1 }]);
  });
});
