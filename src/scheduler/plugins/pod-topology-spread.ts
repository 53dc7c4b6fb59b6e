import type { Labels } from "../tally.ts";
import type { PluginFactory, PodInfo, Rejection, SchedulerPlugin, Snapshot } from "../types.ts";
import { podTopologySpreadArgs } from "./args.ts";
import { countIn, type Domains, domainsOf, supposing } from "./domains.ts";
import { afterNodeChange, afterPodChange, afterOwnChange } from "./pod-topology-spread-hints.ts";
import { type Constraint, constraintsOf, countDomains, counts, hasKeys, HOSTNAME } from "./spread-constraints.ts";

/** A rule, and how its domains stand before the pod comes. */
interface Hard {
  readonly constraint: Constraint;
  readonly domains: Domains;
  /** How many domains have so many pods; what keeps `least` right when one pod comes or goes. */
  readonly having: ReadonlyMap<number, number>;
  readonly least: number;
  /** The pod counts itself where it lands. */
  readonly self: 0 | 1;
}

/** A preference with what it counts. */
interface Soft {
  readonly constraint: Constraint;
  /** By domain; for hostname by node. */
  readonly counts: ReadonlyMap<string, number>;
  /** So that few zones weigh as much as many nodes (k8s: topologyNormalizingWeight). */
  readonly weight: number;
}

interface State {
  readonly hard: readonly Hard[];
  readonly soft: readonly Soft[];
  /** A node without one of the labels is not scored; the system's defaults are not so strict. */
  readonly strict: boolean;
}

const MISSING: Rejection = {
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  unresolvable: true,
};
const SKEWED: Rejection = { reasons: ["node(s) didn't match pod topology spread constraints"], unresolvable: false };
/** k8s: plugins/podtopologyspread. Replicas spread over nodes and zones: as a rule, or by preference. */
export const podTopologySpread: PluginFactory = (handle, given): SchedulerPlugin<State> => {
  const args = podTopologySpreadArgs(given);
  const rules = (pod: PodInfo, snapshot: Snapshot): readonly Constraint[] =>
    constraintsOf(pod, "DoNotSchedule", args, () => snapshot.defaultSelector(pod));
  const waiting = (pod: PodInfo): readonly Constraint[] => rules(pod, handle.snapshot);
  return {
    name: "PodTopologySpread",
    weight: 2,
    retryOn: [
      { resource: "pods", actions: ["Add", "UpdateLabel", "Delete"], hint: (pod, change) => afterPodChange(pod, change, waiting) },
      { resource: "pods", actions: ["SelfUpdate"], hint: (pod, change) => afterOwnChange(pod, change, waiting) },
      {
        resource: "nodes",
        actions: ["Add", "Delete", "UpdateLabel", "UpdateTaint"],
        hint: (pod, change) => afterNodeChange(pod, change, waiting),
      },
    ],
    preFilter(pod, snapshot) {
      const constraints = rules(pod, snapshot);
      if (constraints.length === 0) return { skip: true };
      const hard = constraints.map((constraint): Hard => {
        const domains = countDomains(constraint, pod, snapshot, constraints);
        const having = new Map<number, number>();
        let least = Infinity;
        for (const count of domains.values()) {
          having.set(count, (having.get(count) ?? 0) + 1);
          if (count < least) least = count;
        }
        return {
          constraint,
          domains: domainsOf(domains),
          having,
          least,
          self: constraint.selector.matches(pod.pod.metadata?.labels) ? 1 : 0,
        };
      });
      return { state: { hard, soft: [], strict: true } };
    },
    filter(_pod, { node }, { hard }) {
      const labels = node.metadata?.labels ?? NO_LABELS;
      for (const { constraint, domains, least, self } of hard) {
        const domain = labels[constraint.topologyKey];
        if (domain === undefined) return MISSING;
        // With fewer domains than asked for, an empty one is taken to exist (k8s: minMatchNum).
        const floor = domains.counts.size < constraint.minDomains ? 0 : least;
        if (countIn(domains, domain) + self - floor > constraint.maxSkew) return SKEWED;
      }
      return null;
    },
    withPod(state, pod, other, { node }, by) {
      const constraints = state.hard.map((h) => h.constraint);
      if (!hasKeys(constraints, node.metadata?.labels)) return state;
      const hard = state.hard.map((one) => {
        const domain = node.metadata?.labels?.[one.constraint.topologyKey];
        const concerned = domain !== undefined && one.constraint.question.matches(other) && counts(one.constraint, pod.pod, node);
        return concerned ? moved(one, domain, by) : one;
      });
      return { ...state, hard };
    },
    preScore(pod, snapshot, feasible) {
      const constraints = constraintsOf(pod, "ScheduleAnyway", args, () => snapshot.defaultSelector(pod));
      if (constraints.length === 0) return "skip";
      const strict = (pod.pod.spec?.topologySpreadConstraints?.length ?? 0) > 0 || args.defaultingType !== "System";
      const candidates = strict ? feasible.filter(({ node }) => hasKeys(constraints, node.metadata?.labels)) : feasible;
      const soft = constraints.map((constraint): Soft => {
        const tally = snapshot.tally(constraint.question);
        const { topologyKey } = constraint;
        if (topologyKey === HOSTNAME) return { constraint, counts: tally.byNode, weight: normalizing(candidates.length) };
        const domains = new Set<string>();
        for (const { node } of candidates) domains.add(node.metadata?.labels?.[topologyKey] ?? "");
        const counted = countDomains(constraint, pod, snapshot, strict ? constraints : [constraint]);
        return { constraint, counts: counted, weight: normalizing(domains.size) };
      });
      return { hard: [], soft, strict };
    },
    /** How many matching pods there are where the pod would land; NaN where it is not scored. */
    score(_pod, { name, node }, { soft, strict }) {
      const labels = node.metadata?.labels ?? NO_LABELS;
      let score = 0;
      for (const { constraint, counts: counted, weight } of soft) {
        const { topologyKey, maxSkew } = constraint;
        const domain = labels[topologyKey];
        // A skew that is allowed waters down what small differences weigh (k8s: scoreForCount).
        if (domain !== undefined) score += (counted.get(topologyKey === HOSTNAME ? name : domain) ?? 0) * weight + (maxSkew - 1);
        else if (strict) return Number.NaN;
      }
      return Math.round(score);
    },
    /** The fewer matching pods the better; a node that is not scored gets nothing. */
    normalize(scores) {
      let min = Infinity;
      let max = 0;
      for (const score of scores) {
        if (Number.isNaN(score)) continue;
        if (score < min) min = score;
        if (score > max) max = score;
      }
      for (let i = 0; i < scores.length; i++) {
        const score = scores[i] as number;
        scores[i] = Number.isNaN(score) ? 0 : max === 0 ? 100 : Math.floor((100 * (max + min - score)) / max);
      }
    },
  };
};

const NO_LABELS: Labels = {};

const normalizing = (domains: number): number => Math.log(domains + 2);

function moved(one: Hard, domain: string, by: 1 | -1): Hard {
  const before = countIn(one.domains, domain);
  const after = before + by;
  const having = new Map(one.having);
  const left = (having.get(before) ?? 0) - 1;
  if (left > 0) having.set(before, left);
  else having.delete(before);
  having.set(after, (having.get(after) ?? 0) + 1);
  // One step of one domain moves the least by one at most: it was the last there, or it is below all now.
  const least = after < one.least || (before === one.least && left <= 0) ? after : one.least;
  return { ...one, domains: supposing(one.domains, domain, by), having, least };
}
