import type { NodeAffinity, TopologySpreadConstraint } from "../../api/index.ts";

/** What pluginConfig of a KubeSchedulerConfiguration may say to the plugins here, with upstream's defaults (k8s: apis/config/v1/defaults.go). */
export interface InterPodAffinityArgs {
  /** What the required affinity of a pod on a node is worth to a pod that it selects. */
  readonly hardPodAffinityWeight: number;
  readonly ignorePreferredTermsOfExistingPods: boolean;
}
export interface NodeAffinityArgs {
  /** Holds for every pod of the profile, on top of its own. */
  readonly addedAffinity?: NodeAffinity;
}
export interface ResourceSpec {
  readonly name: string;
  readonly weight: number;
}
/** Utilization in percent, score 0 to 10. */
export interface ShapePoint {
  readonly utilization: number;
  readonly score: number;
}
export interface ScoringStrategy {
  readonly type: string;
  readonly resources: readonly ResourceSpec[];
  readonly requestedToCapacityRatio?: { readonly shape?: readonly ShapePoint[] };
}
export interface NodeResourcesFitArgs {
  readonly ignoredResources: readonly string[];
  readonly ignoredResourceGroups: readonly string[];
  readonly scoringStrategy: ScoringStrategy;
}
export interface BalancedAllocationArgs {
  readonly resources: readonly ResourceSpec[];
}
export interface PodTopologySpreadArgs {
  readonly defaultConstraints: readonly TopologySpreadConstraint[];
  readonly defaultingType: string;
}

/** As it was written. */
type Given<T> = { readonly [K in keyof T]?: T[K] } | undefined;

const CPU_AND_MEMORY: readonly ResourceSpec[] = [
  { name: "cpu", weight: 1 },
  { name: "memory", weight: 1 },
];

function resources(given: readonly { readonly name: string; readonly weight?: number }[] | undefined): readonly ResourceSpec[] {
  return given?.length ? given.map(({ name, weight }) => ({ name, weight: weight || 1 })) : CPU_AND_MEMORY;
}

export function interPodAffinityArgs(args: unknown): InterPodAffinityArgs {
  const given = args as Given<InterPodAffinityArgs>;
  return {
    hardPodAffinityWeight: given?.hardPodAffinityWeight ?? 1,
    ignorePreferredTermsOfExistingPods: given?.ignorePreferredTermsOfExistingPods ?? false,
  };
}

export function nodeAffinityArgs(args: unknown): NodeAffinityArgs {
  const { addedAffinity } = (args as Given<NodeAffinityArgs>) ?? {};
  return addedAffinity ? { addedAffinity } : {};
}

export function nodeResourcesFitArgs(args: unknown): NodeResourcesFitArgs {
  const given = args as Given<NodeResourcesFitArgs>;
  const strategy: Given<ScoringStrategy> = given?.scoringStrategy;
  return {
    ignoredResources: given?.ignoredResources ?? [],
    ignoredResourceGroups: given?.ignoredResourceGroups ?? [],
    scoringStrategy: { ...strategy, type: strategy?.type ?? "LeastAllocated", resources: resources(strategy?.resources) },
  };
}

export function balancedAllocationArgs(args: unknown): BalancedAllocationArgs {
  return { resources: resources((args as Given<BalancedAllocationArgs>)?.resources) };
}

export function podTopologySpreadArgs(args: unknown): PodTopologySpreadArgs {
  const given = args as Given<PodTopologySpreadArgs>;
  return { defaultConstraints: given?.defaultConstraints ?? [], defaultingType: given?.defaultingType || "System" };
}
