import { isExtendedResource, type Node, type Pod } from "../../api/index.ts";
import { emptyNodeInfo, podInfo } from "../pod-info.ts";
import type { NodeInfo, PluginFactory, PodInfo } from "../types.ts";
import { nodeResourcesFitArgs } from "./args.ts";
import { amount, fitScorer } from "./resource-scoring.ts";
import { PODS_GONE } from "./hints.ts";

/** k8s: plugins/noderesources Fit. What is asked for must be free; which of the nodes that have it is best, the strategy says. */
export const nodeResourcesFit: PluginFactory = (_handle, given) => {
  const { ignoredResources, ignoredResourceGroups, scoringStrategy } = nodeResourcesFitArgs(given);
  const ignored =
    ignoredResources.length + ignoredResourceGroups.length === 0
      ? undefined
      : (name: string): boolean =>
          isExtendedResource(name) && (ignoredResources.includes(name) || ignoredResourceGroups.includes(name.slice(0, name.indexOf("/"))));
  return {
    name: "NodeResourcesFit",
    weight: 1,
    retryOn: [
      PODS_GONE,
      { resource: "pods", actions: ["ScaleDown"], hint: (pod, { object, old }) => frees(pod, old as Pod, object as Pod) },
      { resource: "pods", actions: ["SelfUpdate"], hint: (pod, { object, old }) => frees(pod, old as Pod, object as Pod) },
      {
        resource: "nodes",
        actions: ["Add", "UpdateAllocatable"],
        hint: (pod, { object, old }) => grows(pod, object as Node, old as Node | undefined),
      },
    ],
    filter(pod, node) {
      if (fits(pod.requests, node)) return null;
      const short = insufficient(pod, node, ignored);
      return short.length === 0 ? null : { reasons: short.map((s) => s.reason), unresolvable: short.some((s) => s.never) };
    },
    score: fitScorer(scoringStrategy),
  };
};

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
export function insufficient(
  { requests }: PodInfo,
  node: NodeInfo,
  ignored?: (name: string) => boolean,
): readonly { readonly reason: string; readonly never: boolean }[] {
  const { allocatable, requested } = node;
  const short: { reason: string; never: boolean }[] = [];
  if (node.pods.size + 1 > allocatable.pods) short.push({ reason: "Too many pods", never: false });
  const check = (name: string, wanted: number): void => {
    const have = amount(allocatable, name);
    if (wanted > 0 && wanted > have - amount(requested, name)) short.push({ reason: `Insufficient ${name}`, never: wanted > have });
  };
  check("cpu", requests.cpu);
  check("memory", requests.memory);
  for (const [name, wanted] of requests.others ?? []) if (!ignored?.(name)) check(name, wanted);
  return short;
}

/** Whether a pod that asks for less now gives back what this one needs, or is this one (k8s: isSchedulableAfterPodScaleDown). */
function frees(waiting: PodInfo, old: Pod, now: Pod): boolean {
  if (now.metadata?.uid === waiting.uid) return true;
  if (!now.spec?.nodeName) return false;
  const [before, after] = [podInfo(old).requests, podInfo(now).requests];
  const names = ["cpu", "memory", ...(waiting.requests.others?.keys() ?? [])];
  return names.some((name) => amount(waiting.requests, name) > 0 && amount(before, name) > amount(after, name));
}

/** Whether the pod would fit the node if it were empty, and the node is new or has more of something that it needs (k8s: isSchedulableAfterNodeChange). */
function grows(waiting: PodInfo, now: Node, old: Node | undefined): boolean {
  const after = emptyNodeInfo(now);
  if (insufficient(waiting, after).length > 0) return false;
  if (!old) return true;
  const before = emptyNodeInfo(old);
  if (after.allocatable.pods > before.allocatable.pods) return true;
  const names = ["cpu", "memory", ...(waiting.requests.others?.keys() ?? [])];
  return names.some((name) => amount(waiting.requests, name) > 0 && amount(after.allocatable, name) > amount(before.allocatable, name));
}
