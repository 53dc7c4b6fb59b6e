import { describe, expect, it } from "vitest";
import type { Fault } from "../../api/index.ts";
import { effectsOf, inForce, severed } from "./effects.ts";
import { faultStatus } from "./status.ts";

const fault = (name: string, spec: object): Fault => ({ metadata: { name, generation: 1 }, spec: { type: "ComponentStop", ...spec } });

describe("effectsOf", () => {
  it("adds up what several want of one component", () => {
    const { components } = effectsOf([
      fault("a", { componentSlow: { component: "x", delay: "2s" } }),
      fault("b", { componentSlow: { component: "x", delay: "500ms" } }),
      fault("c", { watchLag: { component: "x", delay: "1m" } }),
      fault("d", { componentStop: { component: "y" } }),
    ]);
    expect([...components]).toEqual([
      ["x", { stopped: false, delay: 2000, lag: 60_000, faults: ["a", "b", "c"] }],
      ["y", { stopped: true, delay: 0, lag: 0, faults: ["d"] }],
    ]);
  });

  it("and of one machine", () => {
    const { machines, partitions, leases } = effectsOf([
      fault("a", { networkPartition: { machines: ["m", "n"] } }),
      fault("b", { machineCrash: { machine: "m" } }),
      fault("c", { diskFull: { machine: "n" } }),
      fault("d", { leaseExpiry: { namespace: "kube-node-lease", name: "m" } }),
    ]);
    expect([...machines]).toEqual([
      ["m", { crashed: true, diskFull: false, cut: true, faults: ["a", "b"] }],
      ["n", { crashed: false, diskFull: true, cut: true, faults: ["a", "c"] }],
    ]);
    expect([...leases]).toEqual([["kube-node-lease/m", ["d"]]]);
    const lost = ([a, b]: readonly [string | undefined, string | undefined]): boolean => severed(partitions, a, b);
    expect([["m", "n"] as const, ["m", "o"] as const, ["o", "p"] as const, [undefined, "m"] as const].map(lost)).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});

it.each([
  ["without a duration", {}, 1e9, true],
  ["before its duration is over", { duration: "5s" }, 4999, true],
  ["when it is", { duration: "5s" }, 5000, false],
])("is in force %s", (_, spec, now, expected) => expect(inForce(fault("f", spec), 0, now)).toBe(expected));

describe("faultStatus", () => {
  const spec = { duration: "5s", networkPartition: { machines: ["m", "n"] } };
  it.each([
    [0, undefined, "True Injected: m, n are cut off from everything else"],
    [0, 'machine "n"', 'False TargetNotFound: there is no machine "n"'],
    [5000, undefined, "False DurationEnded: it was over after 5s"],
  ])("at %i, missing %s", (now, missing, expected) => {
    const status = faultStatus(fault("f", spec), { now, since: 0, missing });
    const [condition] = status.conditions ?? [];
    expect(`${condition?.status} ${condition?.reason}: ${condition?.message}`).toBe(expected);
    expect(status).toMatchObject({ active: condition?.status === "True", since: "1970-01-01T00:00:00Z", until: "1970-01-01T00:00:05Z" });
  });
  it("keeps the time at which it last turned", () => {
    const first = faultStatus(fault("f", spec), { now: 1000, since: 0, missing: undefined });
    const again = faultStatus({ ...fault("f", spec), status: first }, { now: 3000, since: 0, missing: undefined });
    expect(again).toEqual(first);
  });
});
