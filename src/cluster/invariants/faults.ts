import type { Fault, FaultSpec } from "../../api/index.ts";
import type { Random } from "../../sim/index.ts";
import { objects, type Operation } from "./operations.ts";
import { pick } from "./workloads.ts";

const CONTROLLERS = [
  "deployment",
  "replicaset",
  "statefulset",
  "daemonset",
  "job",
  "cronjob",
  "disruption",
  "garbage-collector",
  "endpointslice",
];

/** What goes wrong, and for how many seconds at most: short where it makes others believe what is no longer so. */
const FAULTS: readonly ((random: Random, node: string) => { readonly spec: FaultSpec; readonly longest: number })[] = [
  (_, machine) => ({ spec: { type: "MachineCrash", machineCrash: { machine } }, longest: 500 }),
  (_, machine) => ({ spec: { type: "NetworkPartition", networkPartition: { machines: [machine] } }, longest: 500 }),
  (_, machine) => ({ spec: { type: "ComponentStop", componentStop: { component: `kubelet-${machine}` } }, longest: 200 }),
  () => ({ spec: { type: "ComponentStop", componentStop: { component: "kube-controller-manager" } }, longest: 40 }),
  () => ({ spec: { type: "ComponentStop", componentStop: { component: "kube-scheduler" } }, longest: 40 }),
  (random) => ({ spec: { type: "ComponentStop", componentStop: { component: controller(random) } }, longest: 40 }),
  (random) => ({ spec: { type: "ComponentSlow", componentSlow: { component: controller(random), delay: "400ms" } }, longest: 20 }),
  (random) => ({ spec: { type: "WatchLag", watchLag: { component: controller(random), delay: "1500ms" } }, longest: 20 }),
];

const controller = (random: Random): string => `${pick(random, CONTROLLERS)}-controller`;

/** Something goes wrong, for a while. */
export const breakSomething: Operation = async ({ random, client, store, fresh }) => {
  const name = fresh("faults.sim.timonel.dev");
  if (name === undefined) return undefined;
  const node = pick(random, objects(store, "nodes"))?.metadata?.name ?? "";
  const { spec, longest } = pick(random, FAULTS)(random, node);
  const duration = `${1 + random.int(longest)}s`;
  const fault: Fault = { apiVersion: "sim.timonel.dev/v1alpha1", kind: "Fault", metadata: { name }, spec: { ...spec, duration } };
  await client.create("faults", fault);
  const { type, ...what } = spec;
  return `${type} ${JSON.stringify(Object.values(what)[0])} for ${duration}`;
};
