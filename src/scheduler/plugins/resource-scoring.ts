import type { NodeInfo, PodInfo } from "../types.ts";
import type { ResourceSpec, ScoringStrategy, ShapePoint } from "./args.ts";

/** How full a node would be of one resource. */
interface Usage {
  readonly weight: number;
  readonly requested: number;
  readonly capacity: number;
}

type Scorer = (pod: PodInfo, node: NodeInfo) => number;

/** 0 to 100 for how well the pod would fill the node, as the profile's strategy wants nodes filled (k8s: plugins/noderesources). */
export function fitScorer({ type, resources, requestedToCapacityRatio }: ScoringStrategy): Scorer {
  const score = type === "MostAllocated" ? mostAllocated : leastAllocated;
  if (type === "RequestedToCapacityRatio") {
    const shape = requestedToCapacityRatio?.shape ?? [];
    return (pod, node) => ratioMean(usages(resources, pod, node), shape);
  }
  return (pod, node) => {
    let sum = 0;
    let weights = 0;
    for (const spec of resources) {
      const usage = usageOf(spec, pod, node);
      if (!usage) continue;
      sum += score(usage) * spec.weight;
      weights += spec.weight;
    }
    return weights === 0 ? 0 : Math.floor(sum / weights);
  };
}

function usages(resources: readonly ResourceSpec[], pod: PodInfo, node: NodeInfo): readonly Usage[] {
  return resources.flatMap((spec) => usageOf(spec, pod, node) ?? []);
}

/**
 * CPU and memory count at least a little for pods that ask for nothing. Undefined: the node has none, or it is a resource
 * that few pods ask for and this one does not (k8s: calculateResourceAllocatableRequest).
 */
function usageOf({ name, weight }: ResourceSpec, pod: PodInfo, { allocatable, requested, nonZero }: NodeInfo): Usage | undefined {
  if (name === "cpu") return some(weight, nonZero.cpu + pod.nonZero.cpu, allocatable.cpu);
  if (name === "memory") return some(weight, nonZero.memory + pod.nonZero.memory, allocatable.memory);
  const wanted = pod.requests.others?.get(name) ?? 0;
  if (wanted === 0 && isScalar(name)) return undefined;
  return some(weight, (requested.others.get(name) ?? 0) + wanted, allocatable.others?.get(name) ?? 0);
}

const some = (weight: number, requested: number, capacity: number): Usage | undefined =>
  capacity === 0 ? undefined : { weight, requested, capacity };

/** Extended resources, huge pages, attachable volumes (k8s: schedutil.IsScalarResourceName). */
export const isScalar = (name: string): boolean => name !== "cpu" && name !== "memory" && name !== "ephemeral-storage" && name !== "pods";

function leastAllocated({ requested, capacity }: Usage): number {
  return requested > capacity ? 0 : Math.floor(((capacity - requested) * 100) / capacity);
}

function mostAllocated({ requested, capacity }: Usage): number {
  return Math.floor((Math.min(requested, capacity) * 100) / capacity);
}

/** Resources that the shape gives nothing don't weigh (k8s: buildRequestedToCapacityRatioScorerFunction). */
function ratioMean(all: readonly Usage[], shape: readonly ShapePoint[]): number {
  let sum = 0;
  let weights = 0;
  for (const { weight, requested, capacity } of all) {
    const score = brokenLine(requested > capacity ? 100 : Math.floor((requested * 100) / capacity), shape);
    if (score <= 0) continue;
    sum += score * weight;
    weights += weight;
  }
  return weights === 0 ? 0 : Math.round(sum / weights);
}

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
  return ({ requests }, { allocatable, requested }) => {
    const after: number[] = [];
    const before: number[] = [];
    for (const { name } of resources) {
      const wanted = amount(requests, name);
      const capacity = amount(allocatable, name);
      if (capacity === 0 || (wanted === 0 && isScalar(name))) continue;
      const used = amount(requested, name);
      after.push(Math.min(1, (used + wanted) / capacity));
      before.push(Math.min(1, used / capacity));
    }
    return 50 + Math.trunc((50 + evenness(after) - evenness(before)) / 2);
  };
}

export function amount(
  of: { readonly cpu: number; readonly memory: number; readonly others?: ReadonlyMap<string, number> },
  name: string,
): number {
  return name === "cpu" ? of.cpu : name === "memory" ? of.memory : (of.others?.get(name) ?? 0);
}

/** 100 when all are used in the same proportion; less by their standard deviation. */
function evenness(fractions: readonly number[]): number {
  let deviation = 0;
  if (fractions.length === 2) deviation = Math.abs(((fractions[0] as number) - (fractions[1] as number)) / 2);
  else if (fractions.length > 2) {
    const mean = fractions.reduce((a, b) => a + b, 0) / fractions.length;
    deviation = Math.sqrt(fractions.reduce((sum, f) => sum + (f - mean) * (f - mean), 0) / fractions.length);
  }
  return Math.trunc((1 - deviation) * 100);
}
