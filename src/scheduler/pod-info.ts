import { type Amounts, type Container, type Node, type Pod, podAmounts, heldSpec } from "../api/index.ts";
import { milliQuantity, milliValue, milliValueOf, quantity, value, valueOf } from "../machinery/index.ts";
import type { NodeInfo, PodInfo, Resources } from "./types.ts";

/** What a container that asks for nothing counts as when nodes are scored (k8s: DefaultMilliCPURequest). */
const ABSENT: Amounts = { cpu: milliQuantity(100), memory: quantity(200 * 1024 * 1024) };

/** What cycles look at of a pod. */
export function podInfo(pod: Pod): PodInfo {
  const spec = pod.spec;
  const meta = pod.metadata ?? {};
  const hostPorts: string[] = [];
  const images: string[] = [];
  const addPorts = (container: Container): void => {
    for (const port of container.ports ?? []) {
      if (port.hostPort) hostPorts.push(`${port.protocol ?? "TCP"}/${port.hostIP || "0.0.0.0"}/${port.hostPort}`);
    }
  };
  for (const container of spec?.initContainers ?? []) {
    if (container.image) images.push(container.image);
    if (container.restartPolicy === "Always") addPorts(container);
  }
  for (const container of spec?.containers ?? []) {
    if (container.image) images.push(container.image);
    addPorts(container);
  }
  for (const { image } of spec?.volumes ?? []) if (image?.reference) images.push(image.reference);
  return {
    pod,
    key: `${meta.namespace}/${meta.name}`,
    uid: meta.uid ?? "",
    priority: spec?.priority ?? 0,
    requests: resources(pod),
    nonZero: resources(pod, ABSENT),
    hostPorts,
    images,
  };
}

function resources(pod: Pod, absent?: Amounts): Resources {
  const { cpu, memory, ...rest } = podAmounts(heldSpec(pod), "requests", absent);
  let others: Map<string, number> | undefined;
  for (const name in rest) (others ??= new Map()).set(name, valueOf(rest[name] as Amounts[string]));
  return { cpu: cpu ? milliValueOf(cpu) : 0, memory: memory ? valueOf(memory) : 0, ...(others ? { others } : {}) };
}

/** A node with nothing on it yet. */
export function emptyNodeInfo(node: Node): NodeInfo {
  const allocatable = node.status?.allocatable ?? {};
  const others = new Map<string, number>();
  for (const name in allocatable) if (!["cpu", "memory", "pods"].includes(name)) others.set(name, value(allocatable[name] as string));
  const images = new Map<string, number>();
  for (const image of node.status?.images ?? []) for (const name of image.names ?? []) images.set(name, image.sizeBytes ?? 0);
  return {
    name: node.metadata?.name ?? "",
    node,
    allocatable: {
      cpu: milliValue(allocatable["cpu"] ?? "0"),
      memory: value(allocatable["memory"] ?? "0"),
      pods: value(allocatable["pods"] ?? "0"),
      others,
    },
    pods: new Map(),
    requested: { cpu: 0, memory: 0, others: new Map() },
    nonZero: { cpu: 0, memory: 0 },
    hostPorts: new Map(),
    images,
  };
}

/** Whether a pod asks for less than before, of anything. */
export function podRequestsShrank(pod: Pod, old: Pod): boolean {
  const [now, before] = [resources(pod), resources(old)];
  if (now.cpu < before.cpu || now.memory < before.memory) return true;
  return [...(before.others ?? [])].some(([name, n]) => (now.others?.get(name) ?? 0) < n);
}
