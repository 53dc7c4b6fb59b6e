import { describe, expect, it } from "vitest";
import type { Affinity, Pod } from "../../api/index.ts";
import { podInfo } from "../pod-info.ts";
import { filledCache } from "../testing/filled-cache.ts";
import { informersOf } from "../testing/informers.ts";
import { aNode, aPod } from "../testing/objects.ts";
import type { Handle } from "../types.ts";
import { interPodAffinity } from "./inter-pod-affinity.ts";

const nodes = [aNode("a", { zone: "a" }), aNode("b", { zone: "b" }), aNode("c", { zone: "b" })];
const term = (app: string, topologyKey = "zone") => ({ topologyKey, labelSelector: { matchLabels: { app } } });
const preferred = (weight: number, app: string) => [{ weight, podAffinityTerm: term(app) }];
const withAffinity = (affinity: Affinity, labels: Record<string, string> = { app: "web" }): Pod => aPod("p", { affinity }, labels);

/** Raw and normalized scores of nodes a, b and c; undefined: nothing to score by. */
function scores(pod: Pod, placed: readonly { pod: Pod; node: string }[], args?: unknown): readonly number[][] | undefined {
  const cache = filledCache({ namespaces: [], nodes, placed });
  const plugin = interPodAffinity({ informers: informersOf({}), snapshot: cache } as unknown as Handle, args);
  const state: unknown = plugin.preScore?.(podInfo(pod), cache, cache.nodes);
  if (state === "skip") return undefined;
  const raw = cache.nodes.map((node) => plugin.score?.(podInfo(pod), node, state, cache) ?? 0);
  const normalized = [...raw];
  plugin.normalize?.(normalized);
  return [raw, normalized];
}

describe("the company that a pod would have", () => {
  const db = { pod: aPod("db", {}, { app: "db" }), node: "b" };
  const fan = {
    pod: withAffinity({ podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term("web")] } }, { app: "fan" }),
    node: "a",
  };
  const foe = {
    pod: withAffinity({ podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred(30, "web") } }, { app: "foe" }),
    node: "b",
  };

  it("is as good as it is liked", () => {
    const near = withAffinity({ podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred(10, "db") } });
    expect(scores(near, [db])).toEqual([
      [0, 10, 10],
      [0, 100, 100],
    ]);
  });
  it("is as bad as it is disliked, also by the others", () => {
    const far = withAffinity({ podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred(10, "db") } });
    expect(scores(far, [db, foe])).toEqual([
      [0, -40, -40],
      [100, 0, 0],
    ]);
  });
  it("counts what others must have by the profile's weight", () => {
    expect(scores(aPod("p"), [fan])?.[0]).toEqual([1, 0, 0]);
    expect(scores(aPod("p"), [fan], { hardPodAffinityWeight: 7 })?.[0]).toEqual([7, 0, 0]);
    expect(scores(aPod("p"), [fan], { hardPodAffinityWeight: 0 })).toBeUndefined();
  });
  it("is not asked of the others when the profile says so and the pod has no wish", () => {
    expect(scores(aPod("p"), [fan, foe], { ignorePreferredTermsOfExistingPods: true })).toBeUndefined();
  });
  it("is nothing to score by where nobody says anything", () => {
    expect(scores(aPod("p"), [db])).toBeUndefined();
  });
});

it("a pod whose selector can't be read fits nowhere", () => {
  const labelSelector = { matchExpressions: [{ key: "app", operator: "Near", values: ["x"] }] };
  const pod = withAffinity({ podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "zone", labelSelector }] } });
  const cache = filledCache({ namespaces: [], nodes, placed: [] });
  const plugin = interPodAffinity({ informers: informersOf({}), snapshot: cache } as unknown as Handle, undefined);
  expect(plugin.preFilter?.(podInfo(pod), cache)).toEqual({
    rejection: { reasons: ['parsing pod: "Near" is not a valid label selector operator'], unresolvable: true },
  });
});

it("two terms must be satisfied by one pod", () => {
  const both = [term("web"), term("db")];
  const pod = withAffinity({ podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: both } }, { app: "x" });
  const placed = [
    { pod: aPod("w", {}, { app: "web" }), node: "a" },
    { pod: aPod("d", {}, { app: "db" }), node: "a" },
  ];
  const cache = filledCache({ namespaces: [], nodes, placed });
  const plugin = interPodAffinity({ informers: informersOf({}), snapshot: cache } as unknown as Handle, undefined);
  const { state } = plugin.preFilter?.(podInfo(pod), cache) ?? {};
  expect(cache.nodes.map((node) => plugin.filter?.(podInfo(pod), node, state)?.reasons)).toEqual(
    nodes.map(() => ["node(s) didn't match pod affinity rules"]),
  );
});
