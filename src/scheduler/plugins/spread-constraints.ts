import { matchesNodeAffinity, type Node, type Pod, type TopologySpreadConstraint } from "../../api/index.ts";
import { labelSelector, type LabelSelector, type Selector } from "../../machinery/index.ts";
import { requiredPair } from "../affinity-terms.ts";
import { untolerated } from "../taints.ts";
import type { Labels, PodQuestion } from "../tally.ts";
import type { PodInfo, Snapshot } from "../types.ts";
import type { PodTopologySpreadArgs } from "./args.ts";

export const HOSTNAME = "kubernetes.io/hostname";

/** A spread constraint as it applies to one pod (k8s: podtopologyspread topologySpreadConstraint). */
export interface Constraint {
  readonly when: Action;
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  /** Nodes that the pod can't go to by its own affinity don't count. */
  readonly honorAffinity: boolean;
  /** Nodes whose taints the pod does not tolerate don't count. */
  readonly honorTaints: boolean;
  readonly selector: Selector;
  readonly question: PodQuestion;
}

type Action = TopologySpreadConstraint["whenUnsatisfiable"];

/** What applies to pods that say nothing (k8s: podtopologyspread systemDefaultConstraints). */
const SYSTEM: readonly TopologySpreadConstraint[] = [
  { topologyKey: HOSTNAME, whenUnsatisfiable: "ScheduleAnyway", maxSkew: 3 },
  { topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway", maxSkew: 5 },
];

const NONE: readonly Constraint[] = [];
interface Compiled {
  readonly from: readonly TopologySpreadConstraint[];
  readonly namespace: string;
  readonly labels: Labels | undefined;
  readonly constraints: readonly Constraint[];
}
/** By the list as it stands in a pod, or by what selects pods that have none. */
const known = new WeakMap<object, Compiled>();

/** The pod's own constraints, or else the defaults for what its Services and owner select. */
export function constraintsOf(
  { pod }: PodInfo,
  when: Action,
  { defaultingType, defaultConstraints }: PodTopologySpreadArgs,
  defaultSelector: () => LabelSelector | undefined,
): readonly Constraint[] {
  const own = pod.spec?.topologySpreadConstraints;
  if (own?.length) return compiled(own, own, pod, (c) => withKeys(c, pod)).filter((c) => c.when === when);
  const defaults = defaultingType === "System" ? SYSTEM : defaultConstraints;
  const selected = defaults.some((c) => c.whenUnsatisfiable === when) ? defaultSelector() : undefined;
  return selected ? compiled(selected, defaults, pod, () => selected).filter((c) => c.when === when) : NONE;
}

function compiled(
  by: object,
  from: readonly TopologySpreadConstraint[],
  pod: Pod,
  selectorOf: (constraint: TopologySpreadConstraint) => LabelSelector | undefined,
): readonly Constraint[] {
  const { namespace = "" } = pod.metadata ?? {};
  // Labels matter to a pod's own constraints, by their keys.
  const labels = by === from ? pod.metadata?.labels : undefined;
  const before = known.get(by);
  if (before?.from === from && before.namespace === namespace && before.labels === labels) return before.constraints;
  const constraints = from.map((c) => compile(c, selectorOf(c), pod));
  known.set(by, { from, namespace, labels, constraints });
  return constraints;
}

/** The API server has made the keys part of the selector already; arguments of the profile come as they are. */
function withKeys({ labelSelector: given, matchLabelKeys }: TopologySpreadConstraint, pod: Pod): LabelSelector | undefined {
  const labels = pod.metadata?.labels ?? {};
  const more: Record<string, string> = {};
  for (const key of matchLabelKeys ?? []) if (labels[key] !== undefined) more[key] = labels[key];
  if (!given || Object.keys(more).length === 0) return given;
  const matchExpressions = [
    ...(given.matchExpressions ?? []),
    ...Object.entries(more).map(([key, value]) => ({ key, operator: "In", values: [value] })),
  ];
  return { ...given, matchExpressions };
}

function compile(constraint: TopologySpreadConstraint, selected: LabelSelector | undefined, pod: Pod): Constraint {
  const { topologyKey, maxSkew, minDomains = 1, nodeAffinityPolicy = "Honor", nodeTaintsPolicy = "Ignore" } = constraint;
  const selector = labelSelector(selected);
  return {
    when: constraint.whenUnsatisfiable,
    topologyKey,
    maxSkew,
    minDomains,
    honorAffinity: nodeAffinityPolicy === "Honor",
    honorTaints: nodeTaintsPolicy === "Honor",
    selector,
    question: question(pod.metadata?.namespace ?? "", selector),
  };
}

/** Pods of the namespace that the selector means, but for those that are on their way out (k8s: countPodsMatchSelector). */
function question(namespace: string, selector: Selector): PodQuestion {
  // A selector that would select everything counts nothing.
  const empty = selector.nothing || selector.requirements.length === 0;
  return {
    key: `spread ${namespace}|${empty ? "-" : selector.toString()}`,
    pair: requiredPair(selector),
    matches: ({ pod: { metadata } }) =>
      !empty && metadata?.namespace === namespace && !metadata.deletionTimestamp && selector.matches(metadata.labels),
  };
}

/** Every constraint's label is there. */
export function hasKeys(constraints: readonly Constraint[], labels: Readonly<Record<string, string>> | undefined): boolean {
  for (const { topologyKey } of constraints) if (labels?.[topologyKey] === undefined) return false;
  return true;
}

/** k8s: matchNodeInclusionPolicies. */
export function counts({ honorAffinity, honorTaints }: Constraint, pod: Pod, node: Node): boolean {
  return (!honorAffinity || matchesNodeAffinity(pod.spec, node)) && !(honorTaints && untolerated(pod, node));
}

/**
 * Matching pods by domain, of nodes that count; a domain whose nodes have none is there with 0. `all`: nodes must have
 * these constraints' labels, too.
 */
export function countDomains(
  constraint: Constraint,
  { pod }: PodInfo,
  snapshot: Snapshot,
  all: readonly Constraint[],
): ReadonlyMap<string, number> {
  const { topologyKey, question: asked } = constraint;
  const tally = snapshot.tally(asked);
  const whole = includesAllNodes(constraint, pod);
  const counted = new Map<string, number>();
  // Nothing to leave out: what is kept up will do.
  if (whole && all.every((other) => other === constraint || isEverywhere(other.topologyKey, snapshot))) {
    const pods = tally.domains(topologyKey);
    for (const domain of snapshot.domains(topologyKey).keys()) counted.set(domain, pods.get(domain) ?? 0);
    return counted;
  }
  for (const { name, node } of snapshot.nodes) {
    const labels = node.metadata?.labels;
    const domain = labels?.[topologyKey];
    if (domain === undefined || !hasKeys(all, labels) || !(whole || counts(constraint, pod, node))) continue;
    counted.set(domain, (counted.get(domain) ?? 0) + (tally.byNode.get(name) ?? 0));
  }
  return counted;
}

/** All nodes have the label. */
function isEverywhere(topologyKey: string, snapshot: Snapshot): boolean {
  let nodes = 0;
  for (const count of snapshot.domains(topologyKey).values()) nodes += count;
  return nodes === snapshot.nodes.length;
}

/** No policy leaves a node out for this pod. */
function includesAllNodes({ honorAffinity, honorTaints }: Constraint, { spec }: Pod): boolean {
  return (
    !honorTaints &&
    (!honorAffinity || (!spec?.nodeSelector && !spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution))
  );
}
