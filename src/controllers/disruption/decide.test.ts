import { describe, expect, it } from "vitest";
import type { Pod, PodDisruptionBudget, PodDisruptionBudgetSpec } from "../../api/index.ts";
import {
  budgetStatus,
  countHealthy,
  countsScale,
  desiredHealthy,
  failedStatus,
  followEvictions,
  printedSelector,
  staleIn,
} from "./decide.ts";

const NOW = Date.UTC(2026, 0, 1, 1);
const T = "2026-01-01T01:00:00Z";
const budget = (spec: PodDisruptionBudgetSpec, disruptedPods?: Record<string, string>): PodDisruptionBudget => ({
  metadata: { generation: 2 },
  spec,
  status: { ...(disruptedPods ? { disruptedPods } : {}) },
});
const pod = (name: string, ready = true, deletionTimestamp?: string): Pod => ({
  metadata: { name, ...(deletionTimestamp ? { deletionTimestamp } : {}) },
  status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
});

describe("desiredHealthy", () => {
  it.each<[PodDisruptionBudgetSpec, number, number, boolean]>([
    [{ minAvailable: 2 }, 5, 2, false],
    [{ minAvailable: "50%" }, 5, 3, true],
    [{ minAvailable: "100%" }, 3, 3, true],
    [{ minAvailable: "0%" }, 3, 0, true],
    [{ maxUnavailable: 1 }, 5, 4, true],
    [{ maxUnavailable: 7 }, 5, 0, true],
    [{ maxUnavailable: "30%" }, 5, 3, true],
    [{ maxUnavailable: "1%" }, 3, 2, true],
    [{}, 3, 0, false],
  ])("%j of %i is %i", (spec, expected, desired, scale) => {
    expect(desiredHealthy(budget(spec), expected)).toBe(desired);
    expect(countsScale(budget(spec))).toBe(scale);
  });
});

describe("evicted pods", () => {
  const pods = [pod("fresh"), pod("late"), pod("going", true, T), pod("other"), pod("sick", false)];
  const evicted = { fresh: "2026-01-01T00:59:00Z", late: "2026-01-01T00:57:59Z", going: T, gone: T };
  const { pending, overdue, recheck } = followEvictions(budget({}, evicted), pods, NOW);
  it("are waited for two minutes", () => {
    expect(pending).toEqual({ fresh: "2026-01-01T00:59:00Z" });
    expect(overdue.map((p) => p.metadata?.name)).toEqual(["late"]);
    expect(recheck).toBe(60_001);
  });
  it("are not healthy while they are waited for", () => expect(countHealthy(pods, pending, NOW)).toBe(2));
});

describe("budgetStatus", () => {
  const count = { expected: 3, desired: 2, healthy: 3, pending: {} };
  const condition = (status: string, reason: string) => ({
    type: "DisruptionAllowed",
    status,
    reason,
    message: "",
    lastTransitionTime: T,
    observedGeneration: 2,
  });
  it("allows what is above the desired number, and is the same object when it says the same", () => {
    const status = budgetStatus(budget({}), count, T);
    expect(status).toEqual({
      currentHealthy: 3,
      desiredHealthy: 2,
      expectedPods: 3,
      disruptionsAllowed: 1,
      observedGeneration: 2,
      conditions: [condition("True", "SufficientPods")],
    });
    expect(budgetStatus({ ...budget({}), status }, count, "later")).toBe(status);
  });
  it.each([
    ["too few are healthy", { ...count, healthy: 1 }],
    ["none is expected", { ...count, expected: 0, desired: 0 }],
  ])("allows none while %s", (_why, counted) =>
    expect(budgetStatus(budget({}), counted, T)).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [condition("False", "InsufficientPods")],
    }),
  );
  it("allows none where counting failed, and says why", () => {
    const counted = budgetStatus(budget({}), count, T);
    expect(failedStatus({ ...budget({}), status: counted }, "no luck", "later")).toEqual({
      ...counted,
      disruptionsAllowed: 0,
      conditions: [{ ...condition("False", "SyncFailed"), message: "no luck", lastTransitionTime: "later" }],
    });
  });
});

describe("staleIn", () => {
  const marked = (reason: string, status = "True"): Pod => ({
    status: { phase: "Running", conditions: [{ type: "DisruptionTarget", status, reason, lastTransitionTime: "2026-01-01T00:59:00Z" }] },
  });
  it.each<[string, Pod, number | undefined]>([
    ["an evicted pod that is still there", marked("EvictionByEvictionAPI"), 60_000],
    ["one that its kubelet ends", marked("TerminationByKubelet"), undefined],
    ["one that was given up", marked("", "False"), undefined],
    ["one that goes", { ...marked("x"), metadata: { deletionTimestamp: T } }, undefined],
    ["one that has finished", { status: { ...marked("x").status, phase: "Failed" } }, undefined],
    ["one that nobody evicts", pod("p"), undefined],
  ])("%s", (_what, which, wait) => expect(staleIn(which, NOW)).toBe(wait));
});

it("a selector is printed as Go does", () => {
  const selector = { matchLabels: { b: "2", a: "1" }, matchExpressions: [{ key: "tier", operator: "In", values: ["x", "y"] }] };
  expect(printedSelector(selector)).toBe(
    "&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:tier,Operator:In,Values:[x y],},},}",
  );
});
