import type { NodeInfo, PodInfo, SchedulerPlugin } from "../types.ts";
import { NODES_ADDED, PODS_GONE, POD_CHANGED } from "./hints.ts";

/** k8s: plugins/noderesources Fit. What is asked for must be free; the emptier node scores higher (LeastAllocated). */
export const nodeResourcesFit: SchedulerPlugin = {
  name: "NodeResourcesFit",
  weight: 1,
  retryOn: [
    NODES_ADDED,
    { resource: "nodes", actions: ["UpdateAllocatable"] },
    PODS_GONE,
    { resource: "pods", actions: ["ScaleDown"] },
    POD_CHANGED,
  ],
  filter(pod, node) {
    const short = insufficient(pod, node);
    return short.length === 0 ? null : { reasons: short.map((s) => s.reason), unresolvable: short.some((s) => s.never) };
  },
  score: (pod, node) => leastAllocated(pod, node),
};

const NOTHING_SHORT: readonly { readonly reason: string; readonly never: boolean }[] = [];

/** The common case: CPU and memory only, and there is room. */
function fits({ cpu, memory, others }: PodInfo["requests"], { allocatable, requested, pods }: NodeInfo): boolean {
  return (
    others === undefined &&
    pods.size < allocatable.pods &&
    (cpu <= 0 || cpu <= allocatable.cpu - requested.cpu) &&
    (memory <= 0 || memory <= allocatable.memory - requested.memory)
  );
}

/** What a node lacks; `never`: more is asked than the node has at all (k8s: fitsRequest). */
export function insufficient({ requests }: PodInfo, node: NodeInfo): readonly { readonly reason: string; readonly never: boolean }[] {
  const { allocatable, requested } = node;
  if (fits(requests, node)) return NOTHING_SHORT;
  const short: { reason: string; never: boolean }[] = [];
  if (node.pods.size + 1 > allocatable.pods) short.push({ reason: "Too many pods", never: false });
  if (requests.cpu > 0 && requests.cpu > allocatable.cpu - requested.cpu)
    short.push({ reason: "Insufficient cpu", never: requests.cpu > allocatable.cpu });
  if (requests.memory > 0 && requests.memory > allocatable.memory - requested.memory) {
    short.push({ reason: "Insufficient memory", never: requests.memory > allocatable.memory });
  }
  for (const [name, wanted] of requests.others ?? []) {
    const have = allocatable.others?.get(name) ?? 0;
    if (wanted > 0 && wanted > have - (requested.others.get(name) ?? 0))
      short.push({ reason: `Insufficient ${name}`, never: wanted > have });
  }
  return short;
}

/** The mean over CPU and memory of the free share after placing the pod, 0 to 100. */
export function leastAllocated({ nonZero }: PodInfo, node: NodeInfo): number {
  const { allocatable } = node;
  return Math.floor(
    (free(node.nonZero.cpu + nonZero.cpu, allocatable.cpu) + free(node.nonZero.memory + nonZero.memory, allocatable.memory)) / 2,
  );
}

function free(requested: number, capacity: number): number {
  return capacity === 0 || requested > capacity ? 0 : Math.floor(((capacity - requested) * 100) / capacity);
}
