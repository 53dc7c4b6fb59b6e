import { describe, expect, it } from "vitest";
import type { Job, JobSpec, Pod, PodCondition } from "../../api/index.ts";
import { judge, successMessage } from "./policies.ts";

const job = (spec: Partial<JobSpec>): Job => ({ spec: { completions: 10, template: {}, ...spec } });
const failed = (exits: Record<string, number>, conditions: readonly PodCondition[] = []): Pod => ({
  metadata: { name: "p", namespace: "ns" },
  status: {
    phase: "Failed",
    conditions,
    containerStatuses: Object.entries(exits).map(([name, exitCode]) => ({
      name,
      image: "",
      imageID: "",
      ready: false,
      restartCount: 0,
      state: { terminated: { exitCode } },
    })),
  },
});
const exit = (action: string, operator: string, values: readonly number[], containerName?: string) => ({
  action,
  onExitCodes: { operator, values, ...(containerName ? { containerName } : {}) },
});
const condition = (action: string, type: string, status?: string) => ({
  action,
  onPodConditions: [{ type, ...(status ? { status } : {}) }],
});

describe("the pod failure policy", () => {
  const disrupted = [{ type: "DisruptionTarget", status: "True" }];
  const rows: [name: string, rules: NonNullable<JobSpec["podFailurePolicy"]>["rules"], pod: Pod, verdict: object][] = [
    ["counts what no rule matches", [exit("Ignore", "In", [1])], failed({ a: 2 }), { counts: true }],
    [
      "fails the job with the container's words",
      [exit("Count", "In", [1]), exit("FailJob", "In", [3, 42])],
      failed({ a: 0, b: 42 }),
      { counts: true, action: "FailJob", message: "Container b for pod ns/p failed with exit code 42 matching FailJob rule at index 1" },
    ],
    [
      "takes the first rule that matches",
      [exit("Ignore", "NotIn", [1]), exit("FailJob", "In", [42])],
      failed({ a: 42 }),
      { counts: false, action: "Ignore" },
    ],
    ["never matches a container that succeeded", [exit("FailJob", "NotIn", [1])], failed({ a: 0 }), { counts: true }],
    ["minds the container's name", [exit("FailIndex", "In", [42], "b")], failed({ a: 42, b: 1 }), { counts: true }],
    ["fails the index", [exit("FailIndex", "In", [42], "a")], failed({ a: 42, b: 1 }), { counts: true, action: "FailIndex" }],
    [
      "matches a condition that is True unless it says otherwise",
      [condition("Ignore", "DisruptionTarget")],
      failed({ a: 137 }, disrupted),
      { counts: false, action: "Ignore" },
    ],
    [
      "does not match a condition with another status",
      [condition("Ignore", "DisruptionTarget", "False")],
      failed({ a: 137 }, disrupted),
      { counts: true },
    ],
    [
      "fails the job with the condition's words",
      [condition("FailJob", "DisruptionTarget", "True")],
      failed({}, disrupted),
      { counts: true, action: "FailJob", message: "Pod ns/p has condition DisruptionTarget matching FailJob rule at index 0" },
    ],
  ];
  it.each(rows)("%s", (_, rules, pod, verdict) => expect(judge(job({ podFailurePolicy: { rules } }), pod)).toEqual(verdict));
});

describe("the success policy", () => {
  const met = (rules: NonNullable<JobSpec["successPolicy"]>["rules"], ...indexes: readonly number[]) =>
    successMessage(job({ successPolicy: { rules } }), new Set(indexes));
  it.each([
    ["all the indexes", [{ succeededIndexes: "0-2" }], [0, 1, 2], "Matched rules at index 0"],
    ["not yet all the indexes", [{ succeededIndexes: "0-2" }], [0, 2, 5], undefined],
    ["enough of any", [{ succeededCount: 2 }], [7, 9], "Matched rules at index 0"],
    ["enough of some", [{ succeededIndexes: "0-4", succeededCount: 2 }], [1, 4], "Matched rules at index 0"],
    ["others do not help", [{ succeededIndexes: "0-4", succeededCount: 2 }], [1, 8, 9], undefined],
    ["a later rule", [{ succeededIndexes: "0" }, { succeededCount: 1 }], [3], "Matched rules at index 1"],
    ["nothing has succeeded", [{ succeededCount: 1 }], [], undefined],
  ])("%s", (_, rules, indexes, message) => expect(met(rules, ...indexes)).toBe(message));
});
