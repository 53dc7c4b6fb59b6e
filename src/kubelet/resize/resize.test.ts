import { describe, expect, it } from "vitest";
import type { Container, Pod, ResourceRequirements } from "../../api/index.ts";
import type { ContainerStatus } from "../../runtime/index.ts";
import { observe } from "../kuberuntime/observed.ts";
import { makePod } from "../testing/bench.ts";
import { inOrder, memoryRefusal, resizeChanges } from "./actions.ts";
import { actuatedAs, allocationFromStatus, allocationOf, asAllocated, withAllocation } from "./allocation.ts";
import { byTurn, resizeRefusal } from "./decide.ts";
import { resizeConditions, resizeMessage } from "./words.ts";

const both = (cpu: string, memory: string): ResourceRequirements => ({ requests: { cpu, memory }, limits: { cpu, memory } });
const app = (resources: ResourceRequirements, more: Partial<Container> = {}): Container => ({
  name: "app",
  image: "i",
  resources,
  ...more,
});
const of = (resources: ResourceRequirements, spec: Partial<Pod["spec"] & object> = {}): Pod => makePod("a", [app(resources)], spec);
const running = (name: string): ContainerStatus => ({
  id: name,
  sandbox: "s",
  name,
  attempt: 0,
  image: "i",
  imageRef: "i",
  state: "running",
  createdAt: 0,
  labels: {},
  annotations: {},
});

describe("an allocation", () => {
  it("stands in for what is asked until that is given", () => {
    const asked = of(both("2", "1Gi"));
    const had = allocationOf(of(both("1", "1Gi")));
    expect(asAllocated(asked, had)).toBe(false);
    expect(withAllocation(asked, had).spec?.containers[0]?.resources).toEqual(both("1", "1Gi"));
    expect(withAllocation(asked, allocationOf(asked))).toBe(asked);
  });
  it("is read from the status by a kubelet that starts anew", () => {
    const status = {
      containerStatuses: [
        {
          name: "app",
          image: "i",
          imageID: "",
          ready: true,
          restartCount: 0,
          allocatedResources: { cpu: "1" },
          resources: both("1", "1Gi"),
        },
      ],
    };
    expect(allocationFromStatus({ ...of(both("2", "1Gi")), status }).containers["app"]).toEqual({
      requests: { cpu: "1" },
      limits: { cpu: "1", memory: "1Gi" },
    });
  });
});

describe("whether a node can give more", () => {
  const room = {
    allocatable: { cpu: 2000, memory: 2 ** 30, pods: 110 },
    used: { cpu: 1450, memory: 0, pods: 3 },
    ports: new Set<string>(),
  };
  it.each([
    ["500m", "64Mi", undefined],
    [
      "1500m",
      "64Mi",
      { reason: "Deferred", message: "Node didn't have enough resource: cpu, requested: 1500, used: 1450, capacity: 2000" },
    ],
    ["3", "64Mi", { reason: "Infeasible", message: "Node didn't have enough capacity: cpu, requested: 3000, capacity: 2000" }],
    [
      "3",
      "2Gi",
      { reason: "Infeasible", message: "Node didn't have enough capacity: memory, requested: 2147483648, capacity: 1073741824" },
    ],
  ])("cpu %s and memory %s", (cpu, memory, refusal) => expect(resizeRefusal(of(both(cpu, memory)), room)).toEqual(refusal));

  it("serves who asks for less, then priority, then the guaranteed, then who has waited longest", () => {
    const waiting = (name: string, to: ResourceRequirements, spec: object, since: number) => ({
      name,
      pod: of(to, spec),
      allocated: allocationOf(of(both("500m", "1Gi"))),
      since,
    });
    const burst = { requests: { cpu: "1" } };
    const list = [
      waiting("late", burst, {}, 9),
      waiting("early", burst, {}, 1),
      waiting("guaranteed", both("1", "1Gi"), {}, 9),
      waiting("important", burst, { priority: 5 }, 9),
      waiting("less", both("100m", "1Gi"), {}, 9),
    ];
    expect(list.toSorted(byTurn).map((w) => w.name)).toEqual(["less", "important", "guaranteed", "early", "late"]);
  });
});

describe("what a resize does to containers", () => {
  const two = (a: ResourceRequirements, b: ResourceRequirements, more: Partial<Container> = {}): Pod =>
    makePod("p", [app(a, more), { name: "b", image: "i", resources: b }]);
  const seen = observe(undefined, [running("app"), running("b")]);
  const actuated = { app: both("1", "100Mi"), b: both("1", "100Mi") };
  const restart = { resizePolicy: [{ resourceName: "memory", restartPolicy: "RestartContainer" }] };
  it.each([
    ["nothing where cgroups say it already", two(both("1", "100Mi"), both("1000m", "100Mi")), []],
    ["updates in place", two(both("2", "100Mi"), both("1", "100Mi")), ["app"]],
    ["restarts for memory where the policy says so", two(both("1", "200Mi"), both("1", "100Mi"), restart), ["app restart"]],
    ["does not restart for CPU then", two(both("2", "100Mi"), both("1", "100Mi"), restart), ["app"]],
    ["lowers before it raises", two(both("2", "200Mi"), both("500m", "50Mi")), ["b", "app"]],
  ])("%s", (_, pod, expected) => {
    const changes = inOrder(resizeChanges(pod, seen, actuated));
    expect(changes.map((c) => `${c.container.name}${c.restart ? " restart" : ""}`)).toEqual(expected);
  });
  it("gives containers without limits of their own the pod's new ones", () => {
    const pod = { ...two({}, both("1", "100Mi")), spec: { ...two({}, both("1", "100Mi")).spec, resources: both("3", "1Gi") } } as Pod;
    const before = actuatedAs({ whole: both("2", "1Gi"), containers: { app: {}, b: both("1", "100Mi") } });
    expect(resizeChanges(pod, seen, before).map((c) => [c.container.name, c.from.cpuLimit, c.to.cpuLimit])).toEqual([["app", 2000, 3000]]);
  });
  it.each([
    [two(both("1", "50Mi"), both("1", "100Mi")), { app: 1, b: 1 }, undefined],
    [
      two(both("1", "50Mi"), both("1", "100Mi")),
      { app: 60 * 2 ** 20, b: 2 ** 20 },
      'cannot decrease memory limits: attempting to set container "app" memory limit (52428800) below current usage (62914560)',
    ],
    [
      two(both("1", "50Mi"), both("1", "50Mi")),
      { app: 60 * 2 ** 20, b: 40 * 2 ** 20 },
      'cannot decrease memory limits: [attempting to set pod memory limit (104857600) below current usage (104857600), attempting to set container "app" memory limit (52428800) below current usage (62914560)]',
    ],
    [two(both("1", "50Mi"), both("1", "100Mi"), restart), { app: 60 * 2 ** 20 }, undefined],
  ])("memory is not taken from under a container", (pod, used, why) => {
    expect(memoryRefusal(pod, resizeChanges(pod, seen, actuated), actuated, new Map(Object.entries(used)))).toBe(why);
  });
});

it("tells of it in Go's order of fields", () => {
  const pod = makePod("a", [app({ requests: { memory: "1Gi", cpu: "1" }, limits: { cpu: "2" } }), { name: "bare", image: "i" }]);
  expect(resizeMessage("Deferred", pod, 3, 'no "room"')).toBe(
    'Pod resize Deferred: {"containers":[{"name":"app","resources":{"limits":{"cpu":"2"},"requests":{"cpu":"1","memory":"1Gi"}}},{"name":"bare","resources":{}}],"generation":3,"error":"no \\"room\\""}',
  );
  const conditions = resizeConditions({
    allocated: { containers: {} },
    actuated: {},
    pending: { reason: "Deferred", message: "m", generation: 3, at: 0 },
    progress: { generation: 2, at: 1000 },
  });
  expect(
    conditions.map(({ type, observedGeneration, lastTransitionTime, reason }) => [type, observedGeneration, lastTransitionTime, reason]),
  ).toEqual([
    ["PodResizePending", 3, "1970-01-01T00:00:00Z", "Deferred"],
    ["PodResizeInProgress", 2, "1970-01-01T00:00:01Z", undefined],
  ]);
});
