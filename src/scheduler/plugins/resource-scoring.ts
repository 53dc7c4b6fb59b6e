import type { NodeInfo, PodInfo } from "../types.ts";
import type { ResourceSpec, ScoringStrategy, ShapePoint } from "./args.ts";

type Scorer = (pod: PodInfo, node: NodeInfo) => number;
type Score = (requested: number, capacity: number) => number;

/** 0 to 100 for how well the pod would fill the node, as the profile's strategy wants nodes filled (k8s: plugins/noderesources). */
export function fitScorer({ type, resources, requestedToCapacityRatio }: ScoringStrategy): Scorer {
  const ratio = type === "RequestedToCapacityRatio";
  const score = ratio ? shaped(requestedToCapacityRatio?.shape ?? []) : type === "MostAllocated" ? mostAllocated : leastAllocated;
  return (pod, node) => {
    let sum = 0;
    let weights = 0;
    for (const { name, weight } of resources) {
      const capacity = capacityFor(name, pod, node);
      if (capacity === 0) continue;
      const one = score(usedWith(name, pod, node), capacity);
      // What a shape gives nothing does not weigh (k8s: buildRequestedToCapacityRatioScorerFunction).
      if (ratio && one <= 0) continue;
      sum += one * weight;
      weights += weight;
    }
    if (weights === 0) return 0;
    return ratio ? Math.round(sum / weights) : Math.floor(sum / weights);
  };
}

/**
 * What a node has of a resource; 0: nothing to score by. So it is, too, for what few pods ask for and this one does not
 * (k8s: calculateResourceAllocatableRequest).
 */
function capacityFor(name: string, { requests }: PodInfo, { allocatable }: NodeInfo): number {
  if (name === "cpu") return allocatable.cpu;
  if (name === "memory") return allocatable.memory;
  return isScalar(name) && !requests.others?.get(name) ? 0 : (allocatable.others?.get(name) ?? 0);
}

/** CPU and memory count at least a little for pods that ask for nothing. */
function usedWith(name: string, pod: PodInfo, { requested, nonZero }: NodeInfo): number {
  if (name === "cpu") return nonZero.cpu + pod.nonZero.cpu;
  if (name === "memory") return nonZero.memory + pod.nonZero.memory;
  return (requested.others.get(name) ?? 0) + (pod.requests.others?.get(name) ?? 0);
}

/** Extended resources, huge pages, attachable volumes (k8s: schedutil.IsScalarResourceName). */
const isScalar = (name: string): boolean => name !== "cpu" && name !== "memory" && name !== "ephemeral-storage";

const leastAllocated: Score = (requested, capacity) => (requested > capacity ? 0 : Math.floor(((capacity - requested) * 100) / capacity));
const mostAllocated: Score = (requested, capacity) => Math.floor((Math.min(requested, capacity) * 100) / capacity);
const shaped =
  (shape: readonly ShapePoint[]): Score =>
  (requested, capacity) =>
    brokenLine(requested > capacity ? 100 : Math.floor((requested * 100) / capacity), shape);

/** The shape's score at a utilization, scaled from 0..10 to 0..100 (k8s: helper.BuildBrokenLinearFunction). */
function brokenLine(utilization: number, shape: readonly ShapePoint[]): number {
  for (const [i, point] of shape.entries()) {
    if (utilization > point.utilization) continue;
    const before = shape[i - 1];
    if (!before) return point.score * 10;
    const rise = (point.score - before.score) * 10 * (utilization - before.utilization);
    return before.score * 10 + Math.trunc(rise / (point.utilization - before.utilization));
  }
  return (shape[shape.length - 1]?.score ?? 0) * 10;
}

/**
 * How much better balanced the node is with the pod than without, mapped to 50..100 (k8s: balancedResourceScorer since
 * v1.35). Here what pods really ask for counts.
 */
export function balanceScorer(resources: readonly ResourceSpec[]): Scorer {
  const after: number[] = [];
  const before: number[] = [];
  return ({ requests }, { allocatable, requested }) => {
    let n = 0;
    for (const { name } of resources) {
      const wanted = amount(requests, name);
      const capacity = amount(allocatable, name);
      if (capacity === 0 || (wanted === 0 && isScalar(name))) continue;
      const used = amount(requested, name);
      after[n] = Math.min(1, (used + wanted) / capacity);
      before[n++] = Math.min(1, used / capacity);
    }
    return 50 + Math.trunc((50 + evenness(after, n) - evenness(before, n)) / 2);
  };
}

export function amount(
  of: { readonly cpu: number; readonly memory: number; readonly others?: ReadonlyMap<string, number> },
  name: string,
): number {
  return name === "cpu" ? of.cpu : name === "memory" ? of.memory : (of.others?.get(name) ?? 0);
}

/** 100 when the first `n` are all used in the same proportion; less by their standard deviation. */
function evenness(fractions: readonly number[], n: number): number {
  let deviation = 0;
  if (n === 2) deviation = Math.abs(((fractions[0] as number) - (fractions[1] as number)) / 2);
  else if (n > 2) {
    const used = fractions.slice(0, n);
    const mean = used.reduce((a, b) => a + b, 0) / n;
    deviation = Math.sqrt(used.reduce((sum, f) => sum + (f - mean) * (f - mean), 0) / n);
  }
  return Math.trunc((1 - deviation) * 100);
}
