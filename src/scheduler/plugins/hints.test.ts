import { describe, expect, it } from "vitest";
import type { Node, Pod, PodSpec } from "../../api/index.ts";
import { podInfo } from "../pod-info.ts";
import { filledCache, pluginsOver } from "../testing/filled-cache.ts";
import { aNode, aPod } from "../testing/objects.ts";
import type { Action } from "../types.ts";

/** What the plugin says of a change to a pod that it has rejected: worth another try or not. */
function retries(plugin: string, waiting: Pod, resource: "pods" | "nodes", action: Action, object?: Pod | Node, old?: Pod | Node): boolean {
  const cluster = { namespaces: [], nodes: [], placed: [] };
  const one = pluginsOver(cluster, filledCache(cluster)).find((p) => p.name === plugin);
  const hints = one?.retryOn.filter((h) => h.resource === resource && h.actions.includes(action)) ?? [];
  return hints.some((h) => h.hint?.(podInfo(waiting), { object, old }) ?? true);
}

const on = (name: string, labels: Record<string, string>, spec: Partial<PodSpec> = {}): Pod =>
  aPod(name, { nodeName: "a", ...spec }, labels);
const term = { topologyKey: "zone", labelSelector: { matchLabels: { app: "db" } } };
const near = aPod("near", { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } });
const far = aPod("far", { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } });
const shy = on(
  "shy",
  { app: "other" },
  {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "zone", labelSelector: { matchLabels: { app: "web" } } }],
      },
    },
  },
);
const spread = aPod("spread", {
  topologySpreadConstraints: [
    {
      topologyKey: "zone",
      maxSkew: 1,
      whenUnsatisfiable: "DoNotSchedule",
      nodeTaintsPolicy: "Honor",
      labelSelector: { matchLabels: { app: "web" } },
    },
  ],
});
const port = (hostPort: number): Partial<PodSpec> => ({ containers: [{ name: "c", ports: [{ containerPort: 80, hostPort }] }] });
const big = aPod("big", {}, {}, { cpu: "2" });
const small = (cpu: string): Pod => ({ ...aPod("small", { nodeName: "a" }, {}, { cpu }), metadata: { name: "small", uid: "small" } });
const room = (cpu: string, pods = "110"): Node => aNode("n", {}, { status: { allocatable: { cpu, memory: "8Gi", pods } } });
const tainted = aNode("n", {}, { spec: { taints: [{ key: "k", effect: "NoSchedule" }] } });
const cordoned = aNode("n", {}, { spec: { unschedulable: true } });
const picky = aPod("picky", { nodeSelector: { disk: "ssd" } });
const tolerant = { ...picky, spec: { ...(picky.spec as PodSpec), tolerations: [{ operator: "Exists" }] } };
const declaring = (...declaredFeatures: string[]): Node => aNode("n", {}, { status: { declaredFeatures } });
const gated = aPod("gated", { schedulingGates: [{ name: "x" }] });

describe("a pod that was rejected is tried again", () => {
  type Row = [string, string, Pod, "pods" | "nodes", Action, Pod | Node | undefined, Pod | Node | undefined, boolean];
  const rows: Row[] = [
    ["near a pod that came", "InterPodAffinity", near, "pods", "Add", on("p", { app: "db" }), undefined, true],
    ["not near another", "InterPodAffinity", near, "pods", "Add", on("p", { app: "x" }), undefined, false],
    [
      "near a pod that has the label now",
      "InterPodAffinity",
      near,
      "pods",
      "UpdateLabel",
      on("p", { app: "db" }),
      on("p", { app: "x" }),
      true,
    ],
    [
      "far from a pod that lost the label",
      "InterPodAffinity",
      far,
      "pods",
      "UpdateLabel",
      on("p", { app: "x" }),
      on("p", { app: "db" }),
      true,
    ],
    [
      "not when it has it still",
      "InterPodAffinity",
      far,
      "pods",
      "UpdateLabel",
      on("p", { app: "db", more: "1" }),
      on("p", { app: "db" }),
      false,
    ],
    ["far from a pod that went", "InterPodAffinity", far, "pods", "Delete", undefined, on("p", { app: "db" }), true],
    ["when who kept it away went", "InterPodAffinity", aPod("p"), "pods", "Delete", undefined, shy, true],
    ["not when another went", "InterPodAffinity", far, "pods", "Delete", undefined, on("p", { app: "x" }), false],
    [
      "on a node of another zone",
      "InterPodAffinity",
      near,
      "nodes",
      "UpdateLabel",
      aNode("n", { zone: "b" }),
      aNode("n", { zone: "a" }),
      true,
    ],
    ["not on one without zone", "InterPodAffinity", near, "nodes", "Add", aNode("n"), undefined, false],
    ["far from all on a new node", "InterPodAffinity", far, "nodes", "Add", aNode("n"), undefined, true],
    ["when a skew changes", "PodTopologySpread", spread, "pods", "Delete", undefined, on("p", { app: "web" }), true],
    ["not for other pods", "PodTopologySpread", spread, "pods", "Add", on("p", { app: "db" }), undefined, false],
    [
      "not for another namespace",
      "PodTopologySpread",
      spread,
      "pods",
      "Delete",
      undefined,
      { ...on("p", { app: "web" }), metadata: { namespace: "x" } },
      false,
    ],
    ["when a pod joins those that count", "PodTopologySpread", spread, "pods", "UpdateLabel", on("p", { app: "web" }), on("p", {}), true],
    [
      "when its own labels leave them",
      "PodTopologySpread",
      spread,
      "pods",
      "SelfUpdate",
      { ...spread, metadata: { labels: {} } },
      spread,
      true,
    ],
    [
      "when more nodes count for it",
      "PodTopologySpread",
      spread,
      "pods",
      "SelfUpdate",
      { ...spread, spec: { ...(spread.spec as PodSpec), tolerations: [] } },
      spread,
      true,
    ],
    ["in a new zone", "PodTopologySpread", spread, "nodes", "Add", aNode("n", { zone: "c" }), undefined, true],
    ["not beside all zones", "PodTopologySpread", spread, "nodes", "Add", aNode("n"), undefined, false],
    ["when a zone is gone", "PodTopologySpread", spread, "nodes", "Delete", undefined, aNode("n", { zone: "c" }), true],
    ["when any pod went", "NodeResourcesFit", big, "pods", "Delete", undefined, on("p", {}), true],
    ["when a pod asks for less", "NodeResourcesFit", big, "pods", "ScaleDown", small("1"), small("2"), true],
    ["not for less of what it does not need", "NodeResourcesFit", aPod("p"), "pods", "ScaleDown", small("1"), small("2"), false],
    ["on a node with room", "NodeResourcesFit", big, "nodes", "Add", room("2"), undefined, true],
    ["not on one without", "NodeResourcesFit", big, "nodes", "Add", room("1"), undefined, false],
    ["on one that grew", "NodeResourcesFit", big, "nodes", "UpdateAllocatable", room("4"), room("2"), true],
    ["on one for more pods", "NodeResourcesFit", big, "nodes", "UpdateAllocatable", room("4", "9"), room("4", "8"), true],
    ["not on one that shrank", "NodeResourcesFit", big, "nodes", "UpdateAllocatable", room("3"), room("4"), false],
    ["when its port is free", "NodePorts", aPod("p", port(80)), "pods", "Delete", undefined, on("q", {}, port(80)), true],
    ["not for another port", "NodePorts", aPod("p", port(80)), "pods", "Delete", undefined, on("q", {}, port(81)), false],
    ["without the taint", "TaintToleration", picky, "nodes", "UpdateTaint", aNode("n"), tainted, true],
    ["not with it", "TaintToleration", picky, "nodes", "Add", tainted, undefined, false],
    ["with a toleration", "TaintToleration", picky, "pods", "SelfUpdate", tolerant, picky, true],
    ["after a cordon", "NodeUnschedulable", picky, "nodes", "UpdateTaint", aNode("n"), cordoned, true],
    ["not under it", "NodeUnschedulable", picky, "nodes", "Add", cordoned, undefined, false],
    ["on a node that it selects", "NodeAffinity", picky, "nodes", "UpdateLabel", aNode("n", { disk: "ssd" }), aNode("n"), true],
    [
      "not for a node that was so before",
      "NodeAffinity",
      picky,
      "nodes",
      "UpdateLabel",
      aNode("n", { disk: "ssd", x: "1" }),
      aNode("n", { disk: "ssd" }),
      false,
    ],
    ["on a node that declares more", "NodeDeclaredFeatures", picky, "nodes", "Update", declaring("X"), aNode("n"), true],
    ["not on one with a new annotation", "NodeDeclaredFeatures", picky, "nodes", "Update", aNode("n"), aNode("n"), false],
    ["without gates", "SchedulingGates", gated, "pods", "SelfUpdate", aPod("gated"), gated, true],
  ];
  it.each(rows)("%s (%s)", (_name, plugin, waiting, resource, action, object, old, again) => {
    expect(retries(plugin, waiting, resource, action, object, old)).toBe(again);
  });
});
