import { isSidecar, type Container, type Pod, type ResourceRequirements } from "../../api/index.ts";
import { semanticEqual } from "../../machinery/index.ts";
import { specOf } from "../pod.ts";

/** What the node has set aside for a pod, by container (k8s: allocation/state PodResourceInfo). */
export interface Allocation {
  /** Of the pod as a whole, where its spec says something of it. */
  readonly whole?: ResourceRequirements;
  readonly containers: Readonly<Record<string, ResourceRequirements>>;
}

/** Why a resize waits, or goes wrong, and for which generation of the pod. */
export interface ResizeNote {
  readonly reason?: string;
  readonly message?: string;
  readonly generation?: number;
  /** Virtual ms since which it is so. */
  readonly at: number;
}

/** A pod whose resources have been asked to change; a pod that never was has none. */
export interface ResizeState {
  readonly allocated: Allocation;
  /** What the cgroups of running containers were last told, by container. */
  readonly actuated: Readonly<Record<string, ResourceRequirements>>;
  readonly pending?: ResizeNote;
  readonly progress?: ResizeNote;
}

/** Main containers and sidecars; init containers are done too soon (k8s: allocation_manager.go IsResizableContainer). */
export function resizable(pod: Pod): readonly Container[] {
  const { initContainers, containers } = specOf(pod);
  const sidecars = initContainers?.filter(isSidecar) ?? [];
  return sidecars.length === 0 ? containers : [...sidecars, ...containers];
}

const NOTHING: ResourceRequirements = {};

/** What a container's cgroup is told: the pod's limits stand in for those that it has not (k8s: getCPULimit, getMemoryLimit). */
export function effective(own: ResourceRequirements = NOTHING, whole: ResourceRequirements | undefined): ResourceRequirements {
  const { cpu, memory } = whole?.limits ?? {};
  if (cpu === undefined && memory === undefined) return own;
  return { ...own, limits: { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }), ...own.limits } };
}

/** What cgroups were told when all was as allocated. */
export const actuatedAs = ({ whole, containers }: Allocation): ResizeState["actuated"] =>
  Object.fromEntries(Object.entries(containers).map(([name, own]) => [name, effective(own, whole)]));

export function allocationOf(pod: Pod): Allocation {
  const whole = specOf(pod).resources;
  const containers = Object.fromEntries(resizable(pod).map(({ name, resources = NOTHING }) => [name, resources]));
  return whole === undefined ? { containers } : { whole, containers };
}

/** Whether a pod asks for just what it has been given. */
export function asAllocated(pod: Pod, { whole, containers }: Allocation): boolean {
  const { resources } = specOf(pod);
  if (resources !== whole && !semanticEqual(resources, whole)) return false;
  return resizable(pod).every(({ name, resources: own = NOTHING }) => own === containers[name] || semanticEqual(own, containers[name]));
}

/** The pod as its node runs it: with what it has been given in place of what it asks for (k8s: UpdatePodFromAllocation). */
export function withAllocation(pod: Pod, allocation: Allocation): Pod {
  if (asAllocated(pod, allocation)) return pod;
  const { whole, containers } = allocation;
  const { resources: _, ...spec } = specOf(pod);
  const given = (container: Container): Container => {
    const resources = containers[container.name];
    return resources === undefined ? container : { ...container, resources };
  };
  return {
    ...pod,
    spec: {
      ...spec,
      ...(whole === undefined ? {} : { resources: whole }),
      containers: spec.containers.map(given),
      ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map((c) => (isSidecar(c) ? given(c) : c)) }),
    },
  };
}

/** What a kubelet that has lost its notes reads from a status: allocated requests, and the limits that apply. */
export function allocationFromStatus(pod: Pod): Allocation {
  const { containerStatuses = [], initContainerStatuses = [], resources } = pod.status ?? {};
  const { whole, containers } = allocationOf(pod);
  const told: Record<string, ResourceRequirements> = { ...containers };
  for (const { name, resources: applied, allocatedResources } of [...initContainerStatuses, ...containerStatuses])
    if (name in told && applied !== undefined)
      told[name] = allocatedResources === undefined ? applied : { ...applied, requests: allocatedResources };
  return whole === undefined ? { containers: told } : { whole: resources ?? whole, containers: told };
}
