import { describe, expect, it } from "vitest";
import type { DaemonSet, Node, Pod, Taint, Toleration } from "../../api/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { createFailureBackoff } from "./backoff.ts";
import { placementPlan, podsByNode, rollingPlan } from "./decide.ts";
import { daemonPod, daemonTolerations, placementOn, targetNode } from "./placement.ts";
import { daemonSetStatus } from "./status.ts";

const NOW = Date.UTC(2026, 0, 1);

interface Options {
  readonly rolling?: { maxUnavailable?: number | string; maxSurge?: number | string } | "OnDelete";
  readonly minReadySeconds?: number;
  readonly template?: object;
}

function daemons({ rolling = { maxUnavailable: 1, maxSurge: 0 }, minReadySeconds = 0, template = {} }: Options = {}): DaemonSet {
  return {
    metadata: {
      name: "agent",
      namespace: "default",
      uid: "u",
      generation: 2,
      annotations: { "deprecated.daemonset.template.generation": "2" },
    },
    spec: {
      selector: { matchLabels: { app: "agent" } },
      template: { metadata: { labels: { app: "agent" } }, spec: { containers: [{ name: "c", image: "i" }], ...template } },
      updateStrategy: rolling === "OnDelete" ? { type: "OnDelete" } : { type: "RollingUpdate", rollingUpdate: rolling },
      minReadySeconds,
    },
  };
}

const node = (name: string, taints: readonly Partial<Taint>[] = [], labels: Record<string, string> = {}): Node => ({
  metadata: { name, labels },
  spec: { taints: taints as readonly Taint[] },
});
const nodes = (...names: string[]): readonly Node[] => names.map((n) => node(n));

/** `new@a` is ready, `old~a` is not, `new!a` failed, `old-a` is going; the number after it tells several apart. */
function pod(text: string): Pod {
  const [, hash = "", mark, on = "", index = "0"] = /^(\w+)([@~!-])([a-z])(\d*)$/.exec(text) ?? [];
  return {
    metadata: {
      name: text,
      labels: { "controller-revision-hash": hash },
      creationTimestamp: rfc3339(NOW - 100_000 + Number(index) * 1000),
      ...(mark === "-" ? { deletionTimestamp: rfc3339(NOW) } : {}),
    },
    spec: { containers: [], nodeName: on },
    status: {
      phase: mark === "!" ? "Failed" : "Running",
      conditions: [{ type: "Ready", status: mark === "@" ? "True" : "False", lastTransitionTime: rfc3339(NOW - 10_000) }],
    },
  };
}

const there = (on: readonly Node[], pods: string) => ({ nodes: on, pods: podsByNode(pods.split(" ").filter(Boolean).map(pod)) });
const names = (pods: readonly Pod[]): string => pods.map((p) => p.metadata?.name).join(" ");

describe("where a daemon runs", () => {
  const cordoned = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
  it.each<[string, Partial<Taint>[], object, boolean, boolean]>([
    ["an empty node", [], {}, true, true],
    ["a cordoned node", [cordoned], {}, true, true],
    ["a node that is unreachable for good", [{ key: "node.kubernetes.io/unreachable", effect: "NoExecute" }], {}, true, true],
    ["no node that is not ready yet, but it stays", [{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }], {}, false, true],
    ["a tainted node, where it stays", [{ key: "gpu", effect: "NoSchedule" }], {}, false, true],
    ["a node that throws it out", [{ key: "gpu", effect: "NoExecute" }], {}, false, false],
    ["a tainted node it tolerates", [{ key: "gpu", effect: "NoSchedule" }], { tolerations: [{ operator: "Exists" }] }, true, true],
    ["a node without its network", [{ key: "node.kubernetes.io/network-unavailable", effect: "NoSchedule" }], {}, false, true],
    [
      "one on the host's network",
      [{ key: "node.kubernetes.io/network-unavailable", effect: "NoSchedule" }],
      { hostNetwork: true },
      true,
      true,
    ],
    ["a preference", [{ key: "gpu", effect: "PreferNoSchedule" }], {}, true, true],
    ["another node by name", [], { nodeName: "b" }, false, false],
    ["labels it lacks", [], { nodeSelector: { disk: "ssd" } }, false, false],
  ])("%s", (_, taints, template, run, stay) => expect(placementOn(daemons({ template }), node("a", taints))).toEqual({ run, stay }));

  it("replaces a toleration of its own key, and keeps the others in front", () => {
    const own: Toleration[] = [
      { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 5 },
      { key: "x", operator: "Exists" },
    ];
    const all = daemonTolerations(daemons({ template: { tolerations: own } }));
    expect(all.slice(0, 2)).toEqual([{ key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" }, own[1]]);
    expect(all).toHaveLength(7);
  });

  it("asks the scheduler for one node by name, and keeps what is only preferred", () => {
    const preferred = [{ weight: 1, preference: {} }];
    const wish = {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [] }] },
      preferredDuringSchedulingIgnoredDuringExecution: preferred,
    };
    const made = daemonPod(daemons({ template: { affinity: { nodeAffinity: wish, podAffinity: {} } } }), "node-7", "h");
    expect(made.metadata?.labels).toEqual({ app: "agent", "controller-revision-hash": "h", "pod-template-generation": "2" });
    expect(made.spec?.affinity?.nodeAffinity).toEqual({
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["node-7"] }] }],
      },
      preferredDuringSchedulingIgnoredDuringExecution: preferred,
    });
    expect(made.spec?.affinity?.podAffinity).toEqual({});
    expect(targetNode(made)).toBe("node-7");
  });
});

describe("a pod on every node", () => {
  it.each<[string, Options, string, string, string, string]>([
    ["one for each node that has none", {}, "new@a", "b c", "", ""],
    ["waits for the one that is going", {}, "new-a new@b new@c", "", "", ""],
    ["the oldest of several stays", {}, "new@a2 new~a1 new@b new@c", "", "new@a2", ""],
    ["failed ones are told apart", {}, "new!a new@b new@c", "", "", "new!a"],
    ["surging, a second may come up", { rolling: { maxSurge: 1 } }, "old@a new~a new@b new@c", "", "", ""],
    ["surging, the old one goes when the new one serves", { rolling: { maxSurge: 1 } }, "old@a new@a new@b new@c", "", "old@a", ""],
    ["surging, the old one goes when it serves nobody", { rolling: { maxSurge: 1 } }, "old~a new~a new@b new@c", "", "old~a", ""],
    ["surging, a third goes", { rolling: { maxSurge: 1 } }, "old@a1 old@a2 new~a3 new@b new@c", "", "old@a2", ""],
    ["surging, nothing waits for the one that is going", { rolling: { maxSurge: 1 } }, "old-a new@b new@c", "a", "", ""],
  ])("%s", (_, options, pods, create, remove, ended) => {
    const plan = placementPlan(daemons(options), there(nodes("a", "b", "c"), pods), "new", NOW);
    expect([plan.create.join(" "), names(plan.remove), names(plan.ended.map((e) => e.pod))]).toEqual([create, remove, ended]);
  });

  it("leaves a node that is not for it any more, and forgets pods that wait for a node that is gone", () => {
    const waiting: Pod = { ...daemonPod(daemons(), "z", "new"), status: { phase: "Pending" } };
    const here = {
      nodes: [node("a", [{ key: "k", effect: "NoExecute" }]), node("b", [{ key: "k", effect: "NoSchedule" }])],
      pods: podsByNode([pod("new@a"), pod("new@b"), waiting]),
    };
    const plan = placementPlan(daemons(), here, "new", NOW);
    expect(plan.create).toEqual([]);
    expect(plan.remove).toEqual([here.pods.get("a")?.[0], waiting]);
  });
});

describe("a rolling update", () => {
  it.each<[string, Options, string, string, string]>([
    ["takes one at a time", {}, "old@a old@b old@c", "", "old@a"],
    ["waits for the new one", {}, "new~a old@b old@c", "", ""],
    ["waits for a pod that is yet to come", {}, "old@b old@c", "", ""],
    ["goes on", {}, "new@a old@b old@c", "", "old@b"],
    ["takes what serves nobody at once", {}, "old~a old~b old@c", "", "old~a old~b"],
    ["takes a share, rounded up", { rolling: { maxUnavailable: "50%" } }, "old@a old@b old@c", "", "old@a old@b"],
    ["counts as serving only what is available, old or new", { minReadySeconds: 30 }, "new@a old@b old@c", "", "old@b old@c"],
    ["does nothing on its own OnDelete", { rolling: "OnDelete" }, "old@a old~b new@c", "", ""],
    ["is over", {}, "new@a new@b new@c", "", ""],
    ["adds one beside an old one", { rolling: { maxSurge: 1, maxUnavailable: 0 } }, "old@a old@b old@c", "a", ""],
    ["adds no more than allowed", { rolling: { maxSurge: 1, maxUnavailable: 0 } }, "old@a new~a old@b old@c", "", ""],
    ["adds one at once where the old one serves nobody", { rolling: { maxSurge: 1 } }, "old@a new~a old~b old@c", "b", ""],
    ["takes the old one when the new one serves", { rolling: { maxSurge: 1 } }, "old@a new@a old@b old@c", "b", "old@a"],
  ])("%s", (_, options, pods, create, remove) => {
    const plan = rollingPlan(daemons(options), there(nodes("a", "b", "c"), pods), "new", NOW);
    expect([plan.create.join(" "), names(plan.remove)]).toEqual([create, remove]);
  });

  it("surging, what runs where it should not goes only when enough serve elsewhere", () => {
    const on = [node("a", [{ key: "k", effect: "NoSchedule" }]), node("b")];
    const d = daemons({ rolling: { maxSurge: 1, maxUnavailable: 0 } });
    expect(names(rollingPlan(d, there(on, "old@a new~b"), "new", NOW).remove)).toBe("");
    expect(names(rollingPlan(d, there(on, "old@a new@b"), "new", NOW).remove)).toBe("old@a");
  });
});

describe("the status", () => {
  it("counts nodes, by the senior pod of each", () => {
    const on = [...nodes("a", "b", "c", "d"), node("e", [{ key: "k", effect: "NoSchedule" }])];
    const { status, nextAvailability } = daemonSetStatus(
      daemons({ minReadySeconds: 15 }),
      there(on, "new@a old~b old@c1 new@c2 new@e"),
      "new",
      true,
      NOW,
    );
    expect(status).toEqual({
      desiredNumberScheduled: 4,
      currentNumberScheduled: 3,
      numberMisscheduled: 1,
      numberReady: 2,
      updatedNumberScheduled: 1,
      numberUnavailable: 4,
      observedGeneration: 2,
    });
    expect(nextAvailability).toBe(5000);
  });

  it("raises observedGeneration only for what was acted on, and stays by reference", () => {
    const d = daemons();
    const first = daemonSetStatus(d, there(nodes("a"), "new@a"), "new", false, NOW).status;
    expect(first.observedGeneration).toBeUndefined();
    expect(daemonSetStatus({ ...d, status: first }, there(nodes("a"), "new@a"), "new", false, NOW).status).toBe(first);
  });
});

it("a node's failed pods are replaced at once, then less and less often", () => {
  const backoff = createFailureBackoff();
  const tries = [0, 500, 1000, 1500, 3000, 6999, 7000].map((ms) => backoff.take("a", NOW + ms));
  expect(tries).toEqual([0, 500, 0, 1500, 0, 1, 0]);
  expect(backoff.take("b", NOW + 7000)).toBe(0);
  backoff.sweep(NOW + 3_600_000);
  expect(backoff.take("a", NOW + 3_600_000)).toBe(0);
});
