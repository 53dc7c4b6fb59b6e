import type { Node, Pod } from "../../api/index.ts";
import { copyOf, count } from "../node-info.ts";
import { emptyNodeInfo, podInfo } from "../pod-info.ts";
import type { Profile } from "../profile.ts";
import type { Tally } from "../tally.ts";
import type { NodeInfo, PodInfo, Snapshot } from "../types.ts";

/** A pod and a node as they might be, and who has left the node. */
export interface Hypothesis {
  readonly pod: Pod;
  readonly node: Node;
  readonly gone: readonly PodInfo[];
}

export type Action =
  | "DropNodeSelector"
  | "DropNodeAffinity"
  | "DropPodAffinity"
  | "DropPodAntiAffinity"
  | "RelaxTopologySpread"
  | "Tolerate"
  | "LowerRequest"
  | "DropHostPort"
  | "DropVolume"
  | "DropResourceClaim"
  | "Uncordon"
  | "RemoveTaint"
  | "EndCondition"
  | "Label"
  | "RemovePods"
  | "AddMachine";

/** One change that leads from one hypothesis to another. */
export interface Edit {
  /** What is changed: `pod/web`, `node/node-1`. */
  readonly target: string;
  /** What is done to it, in words. */
  readonly what: string;
  /** The same for programs: a name for the kind of change, and what its words are filled with. */
  readonly action: Action;
  readonly parameters: Readonly<Record<string, string>>;
  /** The command that does it, where one does. */
  readonly command?: string;
  /** How much it takes; about 1. Breaks ties between answers of the same length. */
  readonly cost: number;
  apply(before: Hypothesis): Hypothesis;
}

/** Everything that stands in the pod's way on the node, as `plugin: reasons`; empty: it fits. */
export function obstacles({ pod, node, gone }: Hypothesis, snapshot: Snapshot, profile: Profile): ReadonlySet<string> {
  const info = podInfo(pod);
  const there = snapshot.get(node.metadata?.name ?? "");
  const target = there?.node === node && gone.length === 0 ? there : rebuilt(node, there, gone);
  const seen = target === there ? snapshot : overlay(snapshot, target);
  const found = new Set<string>();
  for (const { plugin, prepares, filters } of profile.filters) {
    const prepared = (prepares ? plugin.preFilter?.(info, seen) : undefined) ?? {};
    if (prepared.rejection) found.add(`${plugin.name}: ${prepared.rejection.reasons.join(", ")}`);
    else if (prepared.only?.has(target.name) === false) found.add(`${plugin.name}: another node is meant`);
    else if (filters && !prepared.skip) {
      let { state } = prepared;
      for (const other of gone) state = plugin.withPod ? plugin.withPod(state, info, other, target, -1) : state;
      const rejection = plugin.filter?.(info, target, state);
      if (rejection) found.add(`${plugin.name}: ${rejection.reasons.join(", ")}`);
    }
  }
  return found;
}

/** The node as the object describes it, with the pods that are on it but for those who left. */
function rebuilt(node: Node, there: NodeInfo | undefined, gone: readonly PodInfo[]): NodeInfo {
  const fresh = copyOf(emptyNodeInfo(node));
  const left = new Set(gone.map((g) => g.uid));
  for (const pod of there?.pods.values() ?? []) if (!left.has(pod.uid)) count(fresh, pod, 1);
  return fresh;
}

/** The cluster with one node put in the place of another, or added. */
function overlay(snapshot: Snapshot, node: NodeInfo): Snapshot {
  const known = snapshot.get(node.name) !== undefined;
  const before = snapshot.get(node.name)?.node.metadata?.labels;
  return {
    nodes: known ? snapshot.nodes.map((n) => (n.name === node.name ? node : n)) : [...snapshot.nodes, node],
    get: (name) => (name === node.name ? node : snapshot.get(name)),
    nodesWithImage: (image) => snapshot.nodesWithImage(image),
    domains: (key) => moved(snapshot.domains(key), before?.[key], node.node.metadata?.labels?.[key], 1),
    tally: (question) => relabelled(snapshot.tally(question), node, before),
    placedTerms: snapshot.placedTerms,
    defaultSelector: (pod) => snapshot.defaultSelector(pod),
  };
}

/** The same pods counted, with one node in the domains that its labels now name. */
function relabelled(tally: Tally, { name, node }: NodeInfo, before: Readonly<Record<string, string>> | undefined): Tally {
  const labels = node.metadata?.labels;
  const here = tally.byNode.get(name) ?? 0;
  if (here === 0 || labels === before) return tally;
  return {
    byNode: tally.byNode,
    domains: (key) => moved(tally.domains(key), before?.[key], labels?.[key], here),
  };
}

/** Counts by domain with `by` of one domain in another. */
function moved(
  counts: ReadonlyMap<string, number>,
  from: string | undefined,
  to: string | undefined,
  by: number,
): ReadonlyMap<string, number> {
  if (from === to) return counts;
  const after = new Map(counts);
  const left = from === undefined ? 0 : (after.get(from) ?? 0) - by;
  if (from !== undefined && left > 0) after.set(from, left);
  else if (from !== undefined) after.delete(from);
  if (to !== undefined) after.set(to, (after.get(to) ?? 0) + by);
  return after;
}
