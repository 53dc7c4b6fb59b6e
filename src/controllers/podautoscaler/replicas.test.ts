import { describe, expect, it } from "vitest";
import type { Container, Pod } from "../../api/index.ts";
import { averageReplicas, type PodMetrics, sharedReplicas, type Situation, utilizationReplicas, valueReplicas } from "./replicas.ts";
import { requestsOf } from "./requests.ts";

const NOW = Date.UTC(2026, 0, 1, 1);
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

interface Shape {
  readonly phase?: string;
  readonly ready?: boolean;
  /** Seconds since it started, and since it turned ready or unready. */
  readonly started?: number;
  readonly turned?: number;
  readonly going?: boolean;
  readonly request?: string;
}
const pod = (name: string, shape: Shape = {}): Pod => {
  const { phase = "Running", ready = true, started = 3600, turned = 3500, going = false, request = "1" } = shape;
  return {
    metadata: { name, ...(going ? { deletionTimestamp: ago(1) } : {}) },
    spec: { containers: [{ name: "c", resources: { requests: { cpu: request } } }] },
    status: {
      phase,
      startTime: ago(started),
      conditions: [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime: ago(turned) }],
    },
  };
};
const podsOf = (shapes: readonly Shape[]): readonly Pod[] => shapes.map((shape, i) => pod(`p${i}`, shape));
/** Thousandths by pod; undefined: none. */
const metricsOf = (values: readonly (number | undefined)[]): PodMetrics =>
  new Map(
    values.flatMap((value, i) => (value === undefined ? [] : [[`p${i}`, { value, timestamp: NOW - 10_000, window: 60_000 }] as const])),
  );
const situation = (pods: readonly Pod[], current = pods.length, tolerance = 0.1): Situation => ({
  current,
  pods,
  tolerances: { down: tolerance, up: tolerance },
  now: NOW,
});
const utilization = (shapes: readonly Shape[], values: readonly (number | undefined)[], target: number, current = shapes.length) =>
  utilizationReplicas(situation(podsOf(shapes), current), metricsOf(values), "cpu", target, (pods) => requestsOf(pods, "cpu", ""));

const R: Shape = {};
const U: Shape = { ready: false, started: 60, turned: 60 };
const HOT: Shape = { started: 60, turned: 20 };

describe("a share of what is requested", () => {
  it.each<[string, readonly Shape[], readonly (number | undefined)[], number, number, number, number?]>([
    // name, pods, use, target, replicas, utilization, current
    ["scales up", [R, R, R], [300, 500, 700], 30, 5, 50],
    ["scales down", [R, R, R, R, R], [100, 300, 500, 250, 250], 50, 3, 28],
    ["stays within the tolerance", [R, R, R], [300, 500, 640], 48, 3, 48],
    ["counts unready pods as idle when going up", [U, R, R], [undefined, 500, 700], 30, 4, 60],
    ["forgets what a starting pod burns", [HOT, R, R], [900, 500, 700], 30, 4, 60],
    ["believes it once a whole window is of its ready time", [{ started: 100, turned: 80 }, R, R], [300, 500, 700], 30, 5, 50],
    ["leaves unready pods out when going down", [U, R, R], [900, 100, 100], 50, 1, 10],
    ["does not turn round for unready pods", [U, U, R], [undefined, undefined, 600], 50, 3, 60],
    ["believes a pod that was ready once, whatever it is now", [{ ready: false, turned: 100 }, R], [1000, 1000], 50, 4, 100],
    ["counts missing pods as idle when going up", [R, R, R, R], [undefined, 900, 900, 900], 60, 5, 90],
    ["counts missing pods as full when going down", [R, R, R], [undefined, 100, 100], 50, 3, 10],
    ["counts missing pods by a target above 100 %", [R, R], [undefined, 600], 200, 2, 60],
    ["forgets pods that go or have failed", [{ going: true }, { phase: "Failed" }, R], [900, 900, 600], 30, 2, 60, 1],
    ["counts pending pods as idle", [{ phase: "Pending" }, R], [undefined, 900], 30, 3, 90, 2],
    ["scales by the pods there are, not by the number wanted", [R, R], [600, 600], 30, 4, 60, 1],
  ])("%s", (_what, shapes, values, target, replicas, shown, current) => {
    expect(utilization(shapes, values, target, current)).toMatchObject({ replicas, utilization: shown });
  });

  it.each<[string, () => unknown, string]>([
    ["no pod", () => utilization([], [], 30), "no pods returned by selector while calculating replica count"],
    ["no metric of a ready pod", () => utilization([U], [100], 30), "did not receive metrics for targeted pods (pods might be unready)"],
    [
      "a metric of nobody",
      () => utilizationReplicas(situation([pod("a", {})]), metricsOf([1]), "cpu", 30, (pods) => requestsOf(pods, "cpu", "")),
      "no metrics returned matched known pods",
    ],
    [
      "a pod that requests nothing",
      () => utilizationReplicas(situation(podsOf([R])), metricsOf([1]), "memory", 30, (pods) => requestsOf(pods, "memory", "")),
      "missing request for memory in container c of Pod p0",
    ],
  ])("says nothing for %s", (_what, ask, message) => expect(ask).toThrow(message));

  it("shows the average of the pods that count", () => {
    expect(utilization([R, R, U], [250, 352, 9000], 30)).toEqual({ replicas: 3, utilization: 30, average: 301 });
  });

  it("strays by as much as each direction says", () => {
    const at = (down: number, up: number, use: number) =>
      averageReplicas({ ...situation(podsOf([R, R])), tolerances: { down, up } }, metricsOf([use, use]), "", 100).replicas;
    expect([at(0, 0, 101), at(0.5, 0, 60), at(0.5, 0, 40), at(0, 0.5, 140), at(0, 0.5, 160), at(0, 0, 100)]).toEqual([3, 2, 1, 2, 4, 2]);
  });
});

describe("an average over pods", () => {
  const average = (shapes: readonly Shape[], values: readonly (number | undefined)[], target: number) =>
    averageReplicas(situation(podsOf(shapes)), metricsOf(values), "", target);
  it.each<[string, readonly Shape[], readonly (number | undefined)[], number, number, number]>([
    ["scales up", [R, R, R], [20_000, 10_000, 30_000], 15_000, 4, 20_000],
    ["scales down", [R, R, R, R, R], [12_000, 12_000, 12_000, 12_000, 12_000], 20_000, 3, 12_000],
    // Only CPU is believed to be odd at the start.
    ["counts unready pods that have a metric", [R, HOT, HOT], [50_000, 15_000, 30_000], 15_000, 7, 31_666],
    ["counts missing pods at the target when going down", [R, R, R], [undefined, 5_000, 5_000], 20_000, 2, 5_000],
    ["counts missing pods as zero when going up", [R, R, R], [undefined, 40_000, 40_000], 20_000, 4, 40_000],
  ])("%s", (_what, shapes, values, target, replicas, shown) => {
    expect(average(shapes, values, target)).toEqual({ replicas, average: shown });
  });
});

describe("one value", () => {
  it.each<[string, number, number, number, readonly Shape[], number]>([
    ["scales ready pods by the ratio", 33_000, 15_000, 3, [R, R, R], 7],
    ["leaves unready pods out", 50_000, 10_000, 3, [R, U, R], 10],
    ["stays within the tolerance", 10_900, 10_000, 3, [R, R, R], 3],
    ["wants pods from none", 25_000, 10_000, 0, [], 3],
    ["wants none for nothing", 0, 10_000, 0, [], 0],
  ])("%s", (_what, usage, target, current, shapes, replicas) => {
    expect(valueReplicas(situation(podsOf(shapes), current), usage, target)).toEqual({ replicas, average: usage });
  });
  it.each<[number, number, number, number, number]>([
    // usage, target, there, replicas, shown
    [8_600, 2_150, 3, 4, 2_867],
    [8_600, 2_867, 3, 3, 2_867],
    [8_600, 4_000, 0, 3, 0],
  ])("of %i for %i each, with %i there, wants %i", (usage, target, there, replicas, average) => {
    expect(sharedReplicas(situation([]), usage, target, there)).toEqual({ replicas, average });
  });
});

describe("what pods request", () => {
  const container = (name: string, cpu?: string, more: object = {}): Container => ({
    name,
    ...(cpu ? { resources: { requests: { cpu } } } : {}),
    ...more,
  });
  const many: Pod = {
    metadata: { name: "many" },
    spec: {
      containers: [container("a", "100m"), container("b", "200m")],
      initContainers: [container("once", "5"), container("side", "50m", { restartPolicy: "Always" })],
    },
  };
  const whole: Pod = {
    metadata: { name: "whole" },
    spec: { ...many.spec, containers: [container("a", "1")], resources: { requests: { cpu: "2" } } },
  };
  it.each<[string, Pod, string, number]>([
    ["containers and sidecars together", many, "", 350],
    ["one container", many, "b", 200],
    ["the pod's own", whole, "", 2000],
    ["one container, whatever the pod has", whole, "a", 1000],
  ])("%s", (_what, which, name, milli) => expect([...requestsOf([which], "cpu", name).values()]).toEqual([milli]));
  it("a container that is not there is named", () => {
    expect(() => requestsOf([many], "cpu", "x")).toThrow("container x not found in Pod many");
  });
});
