import { describe, expect, it } from "vitest";
import { podInfo } from "../pod-info.ts";
import { filledCache } from "../testing/filled-cache.ts";
import { aNode, aPod } from "../testing/objects.ts";
import type { Handle, NodeInfo } from "../types.ts";
import { nodeResourcesFit } from "./node-resources-fit.ts";
import { balanceScorer, fitScorer } from "./resource-scoring.ts";

/** 4 CPUs, 10,000 bytes and 8 GPUs, of which 1 CPU, 5,000 bytes and 2 GPUs are taken. */
const node = (() => {
  const machine = aNode("n", {}, { status: { allocatable: { cpu: "4", memory: "10000", pods: "110", "example.com/gpu": "8" } } });
  const taken = aPod("old", {}, {}, { cpu: "1", memory: "5000", "example.com/gpu": "2" });
  return filledCache({ namespaces: [], nodes: [machine], placed: [{ pod: taken, node: "n" }] }).get("n") as NodeInfo;
})();
const cpu = { name: "cpu", weight: 1 };
const memory = { name: "memory", weight: 1 };
const gpu = { name: "example.com/gpu", weight: 5 };
const asks = (requests: Record<string, string>) => podInfo(aPod("p", {}, {}, requests));
const ratio = (...points: [number, number][]) => ({ shape: points.map(([utilization, score]) => ({ utilization, score })) });

describe("a node that would be filled to 2/4 CPU, 7000/10000 memory and 4/8 GPUs", () => {
  const pod = asks({ cpu: "1", memory: "2000", "example.com/gpu": "2" });
  it.each([
    ["is freest by (50 + 30) / 2", { type: "LeastAllocated", resources: [cpu, memory] }, 40],
    ["weighs GPUs five times", { type: "LeastAllocated", resources: [cpu, memory, gpu] }, Math.floor((50 + 30 + 5 * 50) / 7)],
    ["is fullest by (50 + 70) / 2", { type: "MostAllocated", resources: [cpu, memory] }, 60],
    [
      "follows a rising shape",
      { type: "RequestedToCapacityRatio", resources: [cpu, memory], requestedToCapacityRatio: ratio([0, 0], [100, 10]) },
      60,
    ],
    [
      "follows a broken shape, 50 to 5 and 70 to 3",
      { type: "RequestedToCapacityRatio", resources: [cpu, memory], requestedToCapacityRatio: ratio([0, 10], [50, 5], [100, 0]) },
      40,
    ],
    [
      "does not weigh what a shape gives nothing",
      { type: "RequestedToCapacityRatio", resources: [cpu, memory], requestedToCapacityRatio: ratio([60, 0], [70, 10]) },
      100,
    ],
  ])("%s", (_name, strategy, score) => expect(fitScorer(strategy)(pod, node)).toBe(score));

  it("is scored without GPUs for a pod that asks for none", () => {
    expect(fitScorer({ type: "LeastAllocated", resources: [cpu, gpu] })(asks({ cpu: "1" }), node)).toBe(50);
  });
  it("counts 100m and 200Mi for a pod that asks for nothing, though not in balance", () => {
    expect(fitScorer({ type: "LeastAllocated", resources: [cpu] })(asks({}), node)).toBe(Math.floor(((4000 - 1100) * 100) / 4000));
  });
  it("is better balanced with a pod that evens it out", () => {
    // 1/4 and 1/2 deviate by 0.125, 2/4 and 1/2 not at all: 50 + (50 + 100 - 87) / 2.
    expect(balanceScorer([cpu, memory])(asks({ cpu: "1" }), node)).toBe(81);
    // Three of them: the root of the mean square.
    expect(balanceScorer([cpu, memory, gpu])(asks({ cpu: "1", "example.com/gpu": "2" }), node)).toBe(50 + Math.trunc((50 + 100 - 88) / 2));
  });
});

describe("what a node lacks", () => {
  const verdict = (args: unknown, requests: Record<string, string>) =>
    nodeResourcesFit({} as Handle, args).filter?.(asks(requests), node, undefined);
  it.each([
    [
      "is named, resource by resource",
      undefined,
      { cpu: "4", memory: "9000" },
      { reasons: ["Insufficient cpu", "Insufficient memory"], unresolvable: false },
    ],
    ["is beyond help when the whole node is too small", undefined, { cpu: "5" }, { reasons: ["Insufficient cpu"], unresolvable: true }],
    [
      "counts huge pages that it has not",
      undefined,
      { "hugepages-2Mi": "2Mi" },
      { reasons: ["Insufficient hugepages-2Mi"], unresolvable: true },
    ],
    ["may be ignored by name", { ignoredResources: ["example.com/gpu"] }, { "example.com/gpu": "9" }, null],
    ["may be ignored by group", { ignoredResourceGroups: ["example.com"] }, { "example.com/gpu": "9" }, null],
    [
      "is not ignored for what is no extended resource",
      { ignoredResources: ["cpu"] },
      { cpu: "9" },
      { reasons: ["Insufficient cpu"], unresolvable: true },
    ],
  ])("%s", (_name, args, requests, expected) => expect(verdict(args, requests as Record<string, string>)).toEqual(expected));
});
