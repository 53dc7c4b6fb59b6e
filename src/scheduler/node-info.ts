import type { NodeInfo, PodInfo } from "./types.ts";

/** Counts a pod on a node (1), or no longer (-1). */
export function count(node: NodeInfo, pod: PodInfo, by: 1 | -1): void {
  const pods = node.pods as Map<string, PodInfo>;
  if (by === 1) pods.set(pod.uid, pod);
  else pods.delete(pod.uid);
  node.requested.cpu += by * pod.requests.cpu;
  node.requested.memory += by * pod.requests.memory;
  for (const [name, n] of pod.requests.others ?? []) node.requested.others.set(name, (node.requested.others.get(name) ?? 0) + by * n);
  node.nonZero.cpu += by * pod.nonZero.cpu;
  node.nonZero.memory += by * pod.nonZero.memory;
  const ports = node.hostPorts as Map<string, number>;
  for (const port of pod.hostPorts) {
    const users = (ports.get(port) ?? 0) + by;
    if (users === 0) ports.delete(port);
    else ports.set(port, users);
  }
}

/** The same node, on which pods may come and go without the other's knowledge. */
export function copyOf(node: NodeInfo): NodeInfo {
  return {
    ...node,
    pods: new Map(node.pods),
    requested: { ...node.requested, others: new Map(node.requested.others) },
    nonZero: { ...node.nonZero },
    hostPorts: new Map(node.hostPorts),
  };
}
