import { describe, expect, it } from "vitest";
import type { LabelSelector, Node, Pod } from "../api/index.ts";
import { SchedulerCache } from "./cache.ts";
import { enoughNodes, schedule } from "./cycle.ts";
import { fitError } from "./fit-error.ts";
import { podInfo } from "./pod-info.ts";
import { testContext } from "./testing/context.ts";
import { node, pod } from "./testing/objects.ts";

const place = (cache: SchedulerCache, p: Pod) => {
  const { decision } = schedule(podInfo(p), testContext(cache));
  if (decision.node !== undefined) cache.place(podInfo(p), decision.node);
  return decision;
};
const cacheOf = (nodes: Node[], selector?: LabelSelector): SchedulerCache => {
  const cache = new SchedulerCache(() => selector);
  for (const n of nodes) cache.setNode(n);
  return cache;
};
const web: LabelSelector = { matchLabels: { app: "web" } };

describe("a pod that fits nowhere", () => {
  const named = (...terms: string[][]) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: terms.map((names) => ({
            matchFields: names.map((n) => ({ key: "metadata.name", operator: "In", values: [n] })),
          })),
        },
      },
    },
  });
  const rows: [string, Node[], Pod, string][] = [
    [
      "is a daemon's for a node that is full",
      [node("a", { spec: { unschedulable: true } }), node("b"), node("c")],
      pod("p", named(["b"]), { cpu: "3" }),
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    ],
    [
      "is a daemon's for a node that is gone",
      [node("a"), node("b")],
      pod("p", named(["z"])),
      "0/2 nodes are available: 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    ],
    [
      "names two nodes at once",
      [node("a"), node("b")],
      pod("p", named(["a", "b"])),
      "0/2 nodes are available: pod affinity terms conflict. not found",
    ],
    [
      "asks for more than any node has",
      [node("a"), node("b")],
      pod("p", {}, { cpu: "3" }),
      "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    ],
    [
      "meets a cordon, a taint and a selector",
      [node("a", { spec: { unschedulable: true } }), node("b", { spec: { taints: [{ key: "k", effect: "NoSchedule" }] } }), node("c")],
      pod("p", { nodeSelector: { disk: "ssd" } }),
      "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    ],
    ["finds no node at all", [], pod("p"), "no nodes available to schedule pods"],
    [
      "has a claim that is not there",
      [node("a")],
      pod("p", { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "c" } }] }),
      '0/1 nodes are available: persistentvolumeclaim "c" not found. not found',
    ],
    [
      "lacks a topology",
      [node("a")],
      pod("p", { topologySpreadConstraints: [{ topologyKey: "zone", maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" }] }),
      "1 node(s) didn't match pod topology spread constraints (missing required label)",
    ],
  ];
  it.each(rows)("because it %s", (_name, nodes, p, message) => {
    const decision = place(cacheOf(nodes), p);
    expect(decision.node).toBeUndefined();
    expect(fitError(decision)).toContain(message);
  });

  it("because other pods are in the way, which preemption could help", () => {
    const cache = cacheOf([node("a", { cpu: "1" })]);
    place(cache, pod("big", {}, { cpu: "800m" }));
    expect(fitError(place(cache, pod("p", {}, { cpu: "500m" })))).toBe(
      "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    );
  });

  it("because its host port is taken", () => {
    const cache = cacheOf([node("a")]);
    const withPort = (name: string): Pod =>
      pod(name, { containers: [{ name: "c", image: "i", ports: [{ containerPort: 80, hostPort: 8080 }] }] });
    expect(place(cache, withPort("one")).node).toBe("a");
    expect(fitError(place(cache, withPort("two")))).toContain("1 node(s) didn't have free ports for the requested pod ports");
  });
});

describe("scores", () => {
  it("spread a Service's pods over nodes even when one node is emptier", () => {
    const cache = cacheOf([node("a", { cpu: "4" }), node("b"), node("c")], web);
    const nodes = ["1", "2", "3"].map((n) => place(cache, pod(n, {}, { cpu: "10m", memory: "20Mi" })).node);
    expect(nodes.toSorted((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual(["a", "b", "c"]);
  });
  it("keep a strict constraint's skew", () => {
    const zones = [node("a1", { labels: { zone: "a" } }), node("a2", { labels: { zone: "a" } }), node("b1", { labels: { zone: "b" } })];
    const cache = cacheOf(zones);
    const spread = {
      topologySpreadConstraints: [
        { topologyKey: "zone", maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" as const, labelSelector: { matchLabels: { app: "web" } } },
      ],
    };
    const placed = ["1", "2", "3", "4"].map((n) => place(cache, pod(n, spread)).node?.[0]);
    expect(placed.filter((z) => z === "a")).toHaveLength(2);
  });
  it("prefer the node that has the image", () => {
    const cache = cacheOf([node("a"), node("b", { images: [["nginx:1.27", 900_000_000]] })]);
    expect(place(cache, pod("p")).node).toBe("b");
  });
  it("avoid a soft taint", () => {
    const cache = cacheOf([node("a", { spec: { taints: [{ key: "k", effect: "PreferNoSchedule" }] } }), node("b")]);
    expect(place(cache, pod("p")).node).toBe("b");
  });
});

it.each([
  [10, 10],
  [100, 100],
  [1000, 420],
  [6000, 300],
])("of %i nodes, %i feasible ones are enough", (all, enough) => expect(enoughNodes(all)).toBe(enough));
