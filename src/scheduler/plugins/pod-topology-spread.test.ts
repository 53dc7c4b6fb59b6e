import { describe, expect, it } from "vitest";
import { podInfo } from "../pod-info.ts";
import { filledCache } from "../testing/filled-cache.ts";
import { aNode, aPod } from "../testing/objects.ts";
import type { Handle, NodeInfo } from "../types.ts";
import { podTopologySpread } from "./pod-topology-spread.ts";

const labelSelector = { matchLabels: { app: "web" } };
const nodes = [aNode("a1", { zone: "a" }), aNode("a2", { zone: "a" }), aNode("b1", { zone: "b" }), aNode("bare")];
const places = (...names: string[]) => names.map((node, i) => ({ pod: aPod(`old-${i}`), node }));
const cacheOf = (...names: string[]) => filledCache({ namespaces: [], nodes, placed: places(...names) });

describe("constraints of a profile", () => {
  const args = (whenUnsatisfiable: string) => ({
    defaultingType: "List",
    defaultConstraints: [{ topologyKey: "zone", maxSkew: 1, whenUnsatisfiable }],
  });
  const of = (cache: ReturnType<typeof cacheOf>, given: unknown) =>
    podTopologySpread({ snapshot: { ...cache, defaultSelector: () => labelSelector } } as unknown as Handle, given);

  it("hold for pods that have none of their own and are selected by something", () => {
    const cache = cacheOf("a1", "a2");
    const selected = Object.assign(cache, { defaultSelector: () => labelSelector });
    const plugin = of(cache, args("DoNotSchedule"));
    const { state } = plugin.preFilter?.(podInfo(aPod("p")), selected) ?? {};
    const verdicts = cache.nodes.map((n) => plugin.filter?.(podInfo(aPod("p")), n, state as never)?.reasons[0]);
    expect(verdicts).toEqual([
      "node(s) didn't match pod topology spread constraints",
      "node(s) didn't match pod topology spread constraints",
      undefined,
      "node(s) didn't match pod topology spread constraints (missing required label)",
    ]);
    const own = aPod("p", {
      topologySpreadConstraints: [{ topologyKey: "zone", maxSkew: 5, whenUnsatisfiable: "ScheduleAnyway", labelSelector }],
    });
    expect(plugin.preFilter?.(podInfo(own), selected)).toEqual({ skip: true });
  });

  it("leave a node without their labels unscored, which the system's own do not", () => {
    const cache = Object.assign(cacheOf("a1"), { defaultSelector: () => labelSelector });
    const scores = (given: unknown): number[] => {
      const plugin = of(cache, given);
      const state = plugin.preScore?.(podInfo(aPod("p")), cache, cache.nodes as NodeInfo[]);
      const raw = cache.nodes.map((n) => plugin.score?.(podInfo(aPod("p")), n, state as never, cache) ?? 0);
      plugin.normalize?.(raw);
      return raw;
    };
    // One pod in zone a, times ln(2 + 2), rounds to 1.
    expect(scores(args("ScheduleAnyway"))).toEqual([0, 0, 100, 0]);
    // By host names: ln(4 + 2) on a1; skews of 3 and 5 water it down; nobody has the zone label that the system asks for.
    expect(scores(undefined)).toEqual([50, 100, 100, 100]);
  });
});
