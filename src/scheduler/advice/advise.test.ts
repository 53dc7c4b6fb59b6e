import { describe, expect, it } from "vitest";
import type { Node, Pod } from "../../api/index.ts";
import { SchedulerCache } from "../cache.ts";
import { schedule } from "../cycle.ts";
import { podInfo } from "../pod-info.ts";
import { testContext } from "../testing/context.ts";
import { node, pod } from "../testing/objects.ts";
import { advise } from "./advise.ts";

const taint = { key: "dedicated", value: "gpu", effect: "NoSchedule" } as const;
const anti = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchLabels: { app: "web" } }, topologyKey: "kubernetes.io/hostname" },
    ],
  },
};

/** The advice as lines: `node: change + change`. */
function adviceFor(subject: Pod, nodes: readonly Node[], placed: readonly (readonly [Pod, string])[] = []): readonly string[] {
  const cache = new SchedulerCache();
  for (const n of nodes) cache.setNode(n);
  for (const [p, on] of placed) cache.place(podInfo(p), on);
  const context = testContext(cache);
  expect(schedule(podInfo(subject), context).decision.node).toBeUndefined();
  return advise(podInfo(subject), cache, context.profile).map(
    ({ node: on, changes }) => `${on}: ${changes.map((c) => `${c.target} ${c.what}`).join(" + ")}`,
  );
}

describe("what would give a pod a node", () => {
  const rows: [string, readonly string[], Pod, Node[], [Pod, string][]?][] = [
    [
      "is another label, or another selector",
      ["a: node/a label it disk=ssd", "a: pod/p drop disk=ssd from its nodeSelector"],
      pod("p", { nodeSelector: { disk: "ssd" } }),
      [node("a"), node("b")],
    ],
    [
      "is a toleration, the end of the taint, or one more machine",
      [
        "a: pod/p tolerate the taint dedicated=gpu:NoSchedule",
        "a: node/a take its taint dedicated=gpu:NoSchedule away",
        "a: cluster add a machine like a",
      ],
      pod("p"),
      [node("a", { spec: { taints: [taint] } })],
    ],
    [
      "is an end of the cordon",
      ["a: node/a make it schedulable again", "a: cluster add a machine like a"],
      pod("p"),
      [node("a", { spec: { unschedulable: true, taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }] } })],
    ],
    [
      "is a smaller request, one pod less, or one more machine",
      [
        "a: pod/p lower requests.cpu of container c from 1500m to 500m",
        "a: node/a let pod default/old leave it",
        "a: cluster add a machine like a",
      ],
      pod("p", {}, { cpu: "1500m" }),
      [node("a")],
      [[pod("old", {}, { cpu: "1500m" }), "a"]],
    ],
    [
      "is a smaller request where no machine is big enough",
      ["a: pod/p lower requests.memory of container c from 8Gi to 4Gi"],
      pod("p", {}, { memory: "8Gi" }),
      [node("a")],
    ],
    [
      "takes two changes where two things stand in the way",
      ["a: pod/p tolerate the taint dedicated=gpu:NoSchedule + pod/p lower requests.cpu of container c from 3 to 2"],
      pod("p", {}, { cpu: "3" }),
      [node("a", { spec: { taints: [taint] } }), node("b", { cpu: "1", spec: { unschedulable: true, taints: [taint] } })],
    ],
  ];
  it.each(rows)("%s", (_what, expected, subject, nodes, placed) => {
    expect(adviceFor(subject, nodes, placed)).toEqual(expect.arrayContaining([...expected]));
    expect(adviceFor(subject, nodes, placed)[0]).toBe(expected[0]);
  });

  it("counts what is on the way when pods keep each other away", () => {
    const lines = adviceFor(pod("p", { affinity: anti }), [node("a")], [[pod("other"), "a"]]);
    expect(lines).toContain("a: pod/p drop its required pod anti-affinity by kubernetes.io/hostname");
    expect(lines).toContain("a: node/a let pod default/other leave it");
  });

  it("is nothing where three changes do not do", () => {
    const four = ["a", "b", "c", "d"].map((key) => ({ key, effect: "NoSchedule" as const }));
    const elsewhere = { nodeSelector: { one: "1", two: "2", three: "3", four: "4" } };
    expect(adviceFor(pod("p", elsewhere), [node("n", { spec: { taints: four } })])).toEqual([]);
  });
});
