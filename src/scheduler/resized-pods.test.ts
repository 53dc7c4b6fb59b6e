import { expect, it } from "vitest";
import { isResizing, type Pod } from "../api/index.ts";
import { SchedulerCache } from "./cache.ts";
import { assignedPodActions } from "./changes.ts";
import { podInfo } from "./pod-info.ts";
import { aNode, aPod } from "./testing/objects.ts";

const pod = (asks: string, has: string, allotted = has, reason?: string): Pod => {
  const made = aPod("p", { nodeName: "a" }, {}, { cpu: asks });
  return {
    ...made,
    metadata: { ...made.metadata, uid: "p" },
    status: {
      containerStatuses: [
        {
          name: "c",
          image: "",
          imageID: "",
          ready: true,
          restartCount: 0,
          resources: { requests: { cpu: has } },
          allocatedResources: { cpu: allotted },
        },
      ],
      ...(reason ? { conditions: [{ type: "PodResizePending", status: "True", reason }] } : {}),
    },
  };
};

it.each([
  ["what it asks for when that is what it has", pod("1", "1"), 1000, false],
  ["what it asks for when that is more", pod("2", "1"), 2000, true],
  ["what it has until it has less", pod("1", "2"), 2000, true],
  ["what was allotted to it", pod("1", "1", "3"), 3000, true],
  ["what it has when it can't have more", pod("4", "1", "1", "Infeasible"), 1000, true],
  ["what it asks for while more is only deferred", pod("4", "1", "1", "Deferred"), 4000, true],
])("a pod holds %s", (_name, resizing, cpu, differs) => {
  expect(podInfo(resizing).requests.cpu).toBe(cpu);
  expect(isResizing(resizing)).toBe(differs);
});

it("gives back what it no longer has, which others are told of", () => {
  const cache = new SchedulerCache();
  cache.setNode(aNode("a"));
  const [big, asksLess, smaller] = [pod("2", "2"), pod("1", "2"), pod("1", "1")];
  const held = [big, asksLess, smaller].map((seen) => {
    cache.observe(seen);
    return cache.get("a")?.requested.cpu;
  });
  expect(held).toEqual([2000, 2000, 1000]);
  expect(assignedPodActions(asksLess, big)).not.toContain("ScaleDown");
  expect(assignedPodActions(smaller, asksLess)).toContain("ScaleDown");
});
