import { describe, expect, it } from "vitest";
import { front } from "../testing/front.ts";
import { podDisruptionBudget } from "./pod-disruption-budget.ts";

const budgets = front(podDisruptionBudget);
const aBudget = (spec: object) => ({ metadata: { name: "guard" }, spec });

describe("pod disruption budgets", () => {
  it("begin with nothing observed", () => {
    expect(budgets.made(aBudget({ minAvailable: 1, selector: {} }))).toMatchObject({
      spec: { minAvailable: 1, selector: {} },
      status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    });
    expect(budgets.refusals({ metadata: { name: "empty" } })).toEqual([]);
  });

  it.each<readonly [object, readonly string[]]>([
    [
      { minAvailable: 1, maxUnavailable: 1, selector: { matchLabels: { app: "guard" } } },
      [
        'spec: Invalid value: {"MinAvailable":1,"Selector":{"matchLabels":{"app":"guard"}},"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
      ],
    ],
    [{ minAvailable: -1 }, ["spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"]],
    [{ maxUnavailable: "half" }, [`spec.maxUnavailable: Invalid value: "half": must be an integer or percentage (e.g '5%')`]],
    [{ maxUnavailable: "101%" }, ['spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%']],
    [
      { unhealthyPodEvictionPolicy: "Never" },
      ['spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"'],
    ],
    [{ selector: { matchLabels: { a: "_" } } }, [expect.stringMatching(/^spec\.selector\.matchLabels: Invalid value: "_": /) as string]],
  ])("are refused with %j", (spec, errors) => {
    expect(budgets.refusals(aBudget(spec))).toEqual(errors);
  });

  it("refuse a status that cannot be", () => {
    const conditions = [{ type: "DisruptionAllowed", status: "Perhaps", reason: "", message: "" }];
    expect(budgets.statusRefusals(budgets.made(aBudget({})), { disruptionsAllowed: -1, conditions })).toEqual([
      'status.conditions[0].status: Unsupported value: "Perhaps": supported values: "False", "True", "Unknown"',
      "status.conditions[0].lastTransitionTime: Required value",
      "status.conditions[0].reason: Required value",
      "status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0",
    ]);
  });

  it("show what they leave", () => {
    expect(budgets.row(budgets.made(aBudget({ maxUnavailable: "50%" })), 0).slice(0, 3)).toEqual(["N/A", "50%", 0]);
  });
});
