import { expect, it } from "vitest";
import type { Fault } from "../generated/types.ts";
import { fault } from "./fault.ts";
import { machine } from "./machine.ts";

const context = { namespace: "", now: 0 };
const problems = (spec: object): readonly string[] =>
  fault
    .validate(fault.defaults?.({ spec } as Fault) as Fault, context)
    .map((e) => `${e.field}: ${e.type.slice("FieldValue".length)} ${e.detail}`.trim());

it.each([
  ["a component", { type: "ComponentStop", componentStop: { component: "kube-scheduler" } }],
  ["a slow one", { type: "ComponentSlow", duration: "5m", componentSlow: { component: "kubelet-node-1", delay: "500ms" } }],
  ["a late one", { type: "WatchLag", watchLag: { component: "job-controller", delay: "30s" } }],
  ["machines", { type: "NetworkPartition", networkPartition: { machines: ["node-1", "node-2"] } }],
  ["a machine", { type: "MachineCrash", machineCrash: { machine: "node-1" } }],
  ["a disk", { type: "DiskFull", diskFull: { machine: "node-1" } }],
  ["a lease", { type: "LeaseExpiry", leaseExpiry: { name: "node-1" } }],
])("happens to %s", (_, spec) => expect(problems(spec)).toEqual([]));

it.each([
  [{}, ["spec.type: Required"]],
  [{ type: "ComponentStop" }, ["spec.componentStop: Required must be set when type is ComponentStop"]],
  [{ type: "ComponentStop", componentStop: {} }, ["spec.componentStop.component: Required"]],
  [
    { type: "WatchLag", duration: "-1s", watchLag: { component: "x", delay: "2h" } },
    ["spec.duration: Invalid must be greater than 0", "spec.watchLag.delay: Invalid must be no more than 1h"],
  ],
  [
    { type: "ComponentSlow", componentSlow: { component: "x", delay: "1 s" } },
    ['spec.componentSlow.delay: Invalid time: unknown unit " s" in duration "1 s"'],
  ],
  [{ type: "NetworkPartition", networkPartition: {} }, ["spec.networkPartition.machines: Required"]],
  [{ type: "NetworkPartition", networkPartition: { machines: ["a", "a"] } }, ["spec.networkPartition.machines[1]: Duplicate"]],
  [
    { type: "DiskFull", diskFull: { machine: "a" }, machineCrash: { machine: "a" } },
    ["spec.machineCrash: Forbidden may not be set when type is DiskFull"],
  ],
])("%j is refused", (spec, expected) => expect(problems(spec)).toEqual(expected));

it("a machine's size is what it was made with; its zone and power are not", () => {
  const spec = { cpu: "2", memory: "4Gi", pods: 110, power: "On" };
  const changed = (more: object): readonly string[] =>
    (machine.validateUpdate?.({ spec: { ...spec, ...more } }, { spec }, context) ?? []).map((e) => e.field);
  expect(changed({ zone: "north", power: "Off" })).toEqual([]);
  expect(changed({ cpu: "4", memory: "8Gi", pods: 10 })).toEqual(["spec.cpu", "spec.memory", "spec.pods"]);
});
