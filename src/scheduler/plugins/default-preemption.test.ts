import { describe, expect, it } from "vitest";
import type { Pod, PodDisruptionBudget } from "../../api/index.ts";
import { SchedulerCache } from "../cache.ts";
import { schedule } from "../cycle.ts";
import { fitError } from "../fit-error.ts";
import { podInfo } from "../pod-info.ts";
import { testContext } from "../testing/context.ts";
import { node, pod } from "../testing/objects.ts";
import { best } from "./default-preemption.ts";

const of = (name: string, priority: number, cpu: string, startTime?: string, labels?: Record<string, string>): Pod => ({
  ...pod(name, { priority }, { cpu }, labels),
  ...(startTime === undefined ? {} : { status: { startTime } }),
});
const budget = (allowed: number, disruptedPods?: Record<string, string>): PodDisruptionBudget => ({
  metadata: { name: "keep", namespace: "default" },
  spec: { selector: { matchLabels: { app: "kept" } } },
  status: {
    disruptionsAllowed: allowed,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    ...(disruptedPods ? { disruptedPods } : {}),
  } as NonNullable<PodDisruptionBudget["status"]>,
});

function preempting(preemptor: Pod, nodes: Record<string, readonly Pod[]>, budgets: readonly PodDisruptionBudget[] = []) {
  const cache = new SchedulerCache();
  for (const name of Object.keys(nodes)) cache.setNode(node(name));
  for (const [name, pods] of Object.entries(nodes)) for (const p of pods) cache.place(podInfo(p), name);
  const { decision } = schedule(podInfo(preemptor), testContext(cache, { budgets }));
  const made = decision.after.find((a) => a.victims !== undefined);
  return { on: made?.nominated, victims: made?.victims?.map((v) => v.pod.metadata?.name), message: fitError(decision) };
}

describe("who has to leave", () => {
  const rows: [string, Pod, Record<string, readonly Pod[]>, readonly PodDisruptionBudget[], string, readonly string[]][] = [
    [
      "is the least important, and no more than needed",
      of("p", 10, "1"),
      { a: [of("low", 1, "1"), of("lower", 0, "1")] },
      [],
      "a",
      ["lower"],
    ],
    [
      "is who would not be protected by a budget",
      of("p", 10, "1"),
      {
        a: [of("k", 0, "1", undefined, { app: "kept" }), of("q", 1, "1")],
      },
      [budget(0)],
      "a",
      ["q"],
    ],
    [
      "may be protected when nobody else will do, once the budget has counted it already",
      of("p", 10, "2"),
      {
        a: [of("k", 0, "2", undefined, { app: "kept" })],
        b: [of("m", 0, "2", undefined, { app: "kept" })],
      },
      [budget(0, { m: "2026-01-01T00:00:00Z" })],
      "b",
      ["m"],
    ],
    [
      "is on the node whose most important victim matters least",
      of("p", 10, "2"),
      { a: [of("x", 5, "2")], b: [of("y", 4, "2")] },
      [],
      "b",
      ["y"],
    ],
    [
      "is on the node with the smaller sum",
      of("p", 10, "2"),
      {
        a: [of("x", 4, "1"), of("x2", 4, "1")],
        b: [of("y", 4, "1"), of("y2", 3, "1")],
      },
      [],
      "b",
      ["y", "y2"],
    ],
    [
      "is on the node with fewer victims",
      of("p", 10, "2"),
      { a: [of("x", 0, "1"), of("x2", 0, "1")], b: [of("y", 0, "2")] },
      [],
      "b",
      ["y"],
    ],
    [
      "is whoever started last",
      of("p", 10, "2"),
      {
        a: [of("old", 0, "2", "2026-01-01T00:00:00Z")],
        b: [of("young", 0, "2", "2026-01-02T00:00:00Z")],
      },
      [],
      "b",
      ["young"],
    ],
    [
      "is the younger of two on one node",
      of("p", 10, "1"),
      {
        a: [of("young", 0, "1", "2026-01-02T00:00:00Z"), of("old", 0, "1", "2026-01-01T00:00:00Z")],
      },
      [],
      "a",
      ["young"],
    ],
  ];
  it.each(rows)("%s", (_what, preemptor, nodes, budgets, on, victims) => {
    const outcome = preempting(preemptor, nodes, budgets);
    expect(outcome).toMatchObject({ on, victims });
  });

  it("is nobody of the same importance, which is said", () => {
    expect(preempting(of("p", 1, "2"), { a: [of("x", 1, "1")], b: [of("y", 0, "1")] })).toEqual({
      on: "b",
      victims: ["y"],
      message: "0/2 nodes are available: 2 Insufficient cpu.",
    });
    expect(preempting(of("p", 0, "2"), { a: [of("x", 0, "1")], b: [of("y", 0, "1")] }).message).toBe(
      "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.",
    );
  });

  it("is nobody where even an empty node is too small", () => {
    expect(preempting(of("p", 9, "3"), { a: [of("x", 0, "1")] }).message).toBe(
      "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    );
  });

  it("is nobody when nodes are chosen from none", () => {
    expect(best([])).toBeUndefined();
  });
});

describe("a pod that room was made for", () => {
  it("goes to the node it was promised, though another would do", () => {
    const cache = new SchedulerCache();
    for (const name of ["a", "b", "c"]) cache.setNode(node(name));
    cache.place(podInfo(of("x", 0, "1")), "b");
    const context = testContext(cache);
    const vip = podInfo(of("vip", 10, "1"));
    context.nominator.nominate(vip, "b");
    expect(schedule(vip, context).decision.node).toBe("b");
  });

  it("keeps its place from pods that matter no more than it", () => {
    const cache = new SchedulerCache();
    cache.setNode(node("a"));
    const context = testContext(cache);
    context.nominator.nominate(podInfo(of("vip", 10, "1500m")), "a");
    expect(schedule(podInfo(of("same", 10, "1")), context).decision.node).toBeUndefined();
    expect(schedule(podInfo(of("greater", 11, "1")), context).decision.node).toBe("a");
  });
});
