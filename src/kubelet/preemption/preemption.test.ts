import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/index.ts";
import { makePod } from "../testing/bench.ts";
import type { Shortage } from "../resources.ts";
import { podsToPreempt } from "./choose.ts";

const pod = (name: string, cpu: string | undefined, options: { readonly limits?: boolean; readonly priority?: number } = {}): Pod => {
  const amounts = cpu === undefined ? undefined : { cpu, memory: "100Mi" };
  const resources = amounts === undefined ? {} : { requests: amounts, ...(options.limits ? { limits: amounts } : {}) };
  return makePod(name, [{ name: "app", image: "app", resources }], { priority: options.priority ?? 0 });
};
const critical = pod("critical", "500m", { priority: 2_000_001_000 });
const cpu = (amount: number): readonly Shortage[] => [{ resource: "cpu", amount }];

describe("a critical pod that finds no room", () => {
  const careless = pod("careless", undefined);
  const small = pod("small", "200m");
  const big = pod("big", "800m");
  const sure = pod("sure", "600m", { limits: true });
  const other = pod("other", "900m", { priority: 2_000_001_000 });
  it.each<[what: string, pods: Pod[], missing: readonly Shortage[], chosen: readonly string[] | string]>([
    ["takes it from who asked for least that will do", [small, big], cpu(150), ["small"]],
    ["takes it from one rather than from two", [small, big, pod("tiny", "100m")], cpu(500), ["big"]],
    ["spares guaranteed pods where others will do", [sure, small, big], cpu(600), ["big"]],
    ["takes guaranteed ones where it must", [sure, small], cpu(700), ["small", "sure"]],
    ["takes a pod's place from who asked for nothing", [sure, careless, big], [{ resource: "pods", amount: 1 }], ["careless"]],
    [
      "leaves others alone that are critical",
      [other, small],
      cpu(500),
      "no set of running pods found to reclaim resources: [(res: cpu, q: 300), ]",
    ],
    [
      "says all that nobody can give",
      [small],
      [...cpu(300), { resource: "memory", amount: 500 * 1024 ** 2 }],
      `no set of running pods found to reclaim resources: [(res: cpu, q: 100), (res: memory, q: ${400 * 1024 ** 2}), ]`,
    ],
  ])("%s", (_, pods, missing, chosen) => {
    const answer = podsToPreempt(critical, pods, missing);
    expect(typeof answer === "string" ? answer : answer.map((p) => p.metadata?.name)).toEqual(chosen);
  });

  it("is no reason for one of lower priority", () => {
    expect(podsToPreempt(pod("low", "500m", { priority: 5 }), [pod("x", "1", { priority: 10 })], cpu(100))).toMatch(/^no set/);
  });
});
