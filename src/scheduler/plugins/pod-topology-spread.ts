import { matchesNodeAffinity, type TopologySpreadConstraint } from "../../api/index.ts";
import type { NodeInfo, PodInfo, SchedulerPlugin, Snapshot } from "../types.ts";
import { NODES_ADDED, POD_CHANGED } from "./hints.ts";
import type { Tally } from "../tally.ts";

const HOSTNAME = "kubernetes.io/hostname";
/** What applies to pods that say nothing (k8s: podtopologyspread systemDefaultConstraints). */
const DEFAULTS: readonly Constraint[] = [
  { topologyKey: HOSTNAME, maxSkew: 3 },
  { topologyKey: "topology.kubernetes.io/zone", maxSkew: 5 },
];

interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
}

interface Counted extends Constraint {
  readonly tally: Tally;
  /** Matching pods by domain; undefined for hostname, where the tally itself tells. */
  readonly domains: ReadonlyMap<string, number> | undefined;
  readonly weight: number;
}

interface Hard extends Constraint {
  readonly counts: ReadonlyMap<string, number>;
  readonly least: number;
  /** The pod counts itself where it lands. */
  readonly self: 0 | 1;
}

interface State {
  readonly hard: readonly Hard[];
  readonly soft: readonly Counted[];
  /** A node without one of the keys is not scored; the system's defaults are not so strict. */
  readonly strict: boolean;
}

/** k8s: plugins/podtopologyspread. Replicas spread over nodes and zones: as a rule, or by preference. */
export const podTopologySpread: SchedulerPlugin<State> = {
  name: "PodTopologySpread",
  weight: 2,
  retryOn: [
    NODES_ADDED,
    { resource: "nodes", actions: ["Delete", "UpdateLabel", "UpdateTaint"] },
    { resource: "pods", actions: ["Add", "UpdateLabel", "Delete"] },
    POD_CHANGED,
  ],
  preFilter(pod, snapshot) {
    const hard = own(pod, "DoNotSchedule");
    return hard.length === 0 ? { skip: true } : { state: { hard: hard.map((c) => hardCount(pod, c, snapshot)), soft: [], strict: true } };
  },
  filter(_pod, node, state) {
    for (const { topologyKey, maxSkew, counts, least, self } of state?.hard ?? []) {
      const domain = node.node.metadata?.labels?.[topologyKey];
      if (domain === undefined)
        return { reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"], unresolvable: true };
      if ((counts.get(domain) ?? 0) + self - least > maxSkew)
        return { reasons: ["node(s) didn't match pod topology spread constraints"], unresolvable: false };
    }
    return null;
  },
  preScore(pod, snapshot) {
    const soft = own(pod, "ScheduleAnyway");
    if (soft.length > 0)
      return { hard: [], soft: soft.flatMap((c) => softCount(c, snapshot.tally(selectorOf(pod, c)), snapshot)), strict: true };
    if (pod.pod.spec?.topologySpreadConstraints?.length) return "skip";
    const selector = snapshot.defaultSelector(pod);
    if (!selector) return "skip";
    const tally = snapshot.tally(selector);
    return { hard: [], soft: DEFAULTS.flatMap((c) => softCount(c, tally, snapshot)), strict: false };
  },
  score(_pod, node, { soft, strict }) {
    const labels = node.node.metadata?.labels ?? {};
    let score = 0;
    for (const { topologyKey, maxSkew, tally, domains, weight } of soft) {
      const domain = labels[topologyKey];
      if (domain === undefined) {
        if (strict) return Number.NaN;
        continue;
      }
      const count = (domains ? domains.get(domain) : tally.byNode.get(node.name)) ?? 0;
      score += count * weight + (maxSkew - 1);
    }
    return Math.round(score);
  },
  /** The fewer matching pods the better; a node that is not scored gets nothing. */
  normalize(scores) {
    let min = Infinity;
    let max = -Infinity;
    for (const s of scores) {
      if (Number.isNaN(s)) continue;
      if (s < min) min = s;
      if (s > max) max = s;
    }
    for (let i = 0; i < scores.length; i++) {
      const s = scores[i] as number;
      scores[i] = Number.isNaN(s) ? 0 : max === 0 ? 100 : Math.floor((100 * (max + min - s)) / max);
    }
  },
};

function own({ pod }: PodInfo, when: TopologySpreadConstraint["whenUnsatisfiable"]): readonly TopologySpreadConstraint[] {
  return pod.spec?.topologySpreadConstraints?.filter((c) => c.whenUnsatisfiable === when) ?? [];
}

function selectorOf({ pod }: PodInfo, { labelSelector: given, matchLabelKeys }: TopologySpreadConstraint) {
  const namespace = pod.metadata?.namespace ?? "";
  const labels = pod.metadata?.labels ?? {};
  const more = Object.fromEntries((matchLabelKeys ?? []).flatMap((k) => (labels[k] === undefined ? [] : [[k, labels[k] as string]])));
  const selector = { ...given, matchLabels: { ...given?.matchLabels, ...more } };
  return { namespace, selector, map: false, key: `${namespace}/${JSON.stringify(selector)}` };
}

function softCount(constraint: Constraint, tally: Tally, { nodes }: Snapshot): readonly Counted[] {
  const { topologyKey, maxSkew } = constraint;
  if (topologyKey === HOSTNAME) return [{ topologyKey, maxSkew, tally, domains: undefined, weight: Math.log(nodes.length + 2) }];
  const domains = countDomains(topologyKey, tally, nodes);
  return domains.size === 0 ? [] : [{ topologyKey, maxSkew, tally, domains, weight: Math.log(domains.size + 2) }];
}

function hardCount(pod: PodInfo, constraint: TopologySpreadConstraint, snapshot: Snapshot): Hard {
  const { topologyKey, maxSkew, minDomains = 1, nodeAffinityPolicy = "Honor" } = constraint;
  const tally = snapshot.tally(selectorOf(pod, constraint));
  const eligible =
    nodeAffinityPolicy === "Ignore" ? snapshot.nodes : snapshot.nodes.filter((n) => matchesNodeAffinity(pod.pod.spec, n.node));
  const counts = countDomains(topologyKey, tally, eligible);
  const least = counts.size < minDomains || counts.size === 0 ? 0 : Math.min(...counts.values());
  return { topologyKey, maxSkew, counts, least, self: tally.matches(pod) ? 1 : 0 };
}

function countDomains(topologyKey: string, tally: Tally, nodes: readonly NodeInfo[]): Map<string, number> {
  const domains = new Map<string, number>();
  for (const node of nodes) {
    const domain = node.node.metadata?.labels?.[topologyKey];
    if (domain !== undefined) domains.set(domain, (domains.get(domain) ?? 0) + (tally.byNode.get(node.name) ?? 0));
  }
  return domains;
}
