import { nothing } from "../../machinery/index.ts";
import { matchesTerm, podTerms, requiredPair, type Term } from "../affinity-terms.ts";
import type { Labels, PodQuestion } from "../tally.ts";
import type { EventHint, PluginFactory, Rejection, SchedulerPlugin } from "../types.ts";
import { type InterPodAffinityArgs, interPodAffinityArgs } from "./args.ts";
import { anyIn, countIn, type Domains, domainsOf, supposing } from "./domains.ts";
import { afterNodeChange, afterPodChange } from "./inter-pod-affinity-hints.ts";

type NamespaceLabels = (namespace: string) => Labels | undefined;

/** One rule of the pod with the pods that it selects, by domain. */
interface Counted {
  readonly term: Term;
  readonly domains: Domains;
}

interface State {
  /** Selected by all terms at once: one pod must satisfy them together. */
  readonly affinity: readonly Counted[];
  readonly antiAffinity: readonly Counted[];
  /** Pods whose own rules keep this one away, by topology key. */
  readonly against: ReadonlyMap<string, Domains>;
  /** The pod satisfies its own affinity: the first of a series may start it. */
  readonly self: boolean;
  /** For scores. */
  readonly weighed: readonly Weighed[];
}

/** What a pod in a domain is worth to the new one. */
interface Weighed {
  readonly topologyKey: string;
  readonly weight: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** k8s: plugins/interpodaffinity. Pods that must, or would rather, be near or far from others; the others' rules count too. */
export const interPodAffinity: PluginFactory = (handle, given) => {
  const args = interPodAffinityArgs(given);
  const namespaces = handle.informers.of("namespaces");
  const labelsOf: NamespaceLabels = (name) => namespaces.get(name)?.metadata?.labels;
  const resolve = (term: Term): Term => {
    const { namespaceSelector } = term;
    if (namespaceSelector.nothing || namespaceSelector.requirements.length === 0) return term;
    const selected = new Set(term.namespaces);
    for (const { metadata } of namespaces.list()) {
      if (metadata?.name && namespaceSelector.matches(metadata.labels)) selected.add(metadata.name);
    }
    return { ...term, namespaces: selected, namespaceSelector: nothing };
  };
  return plugin(args, labelsOf, resolve);
};

const AFFINITY: Rejection = { reasons: ["node(s) didn't match pod affinity rules"], unresolvable: true };
const ANTI_AFFINITY: Rejection = { reasons: ["node(s) didn't match pod anti-affinity rules"], unresolvable: false };
const EXISTING: Rejection = { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"], unresolvable: false };

function plugin(args: InterPodAffinityArgs, labelsOf: NamespaceLabels, resolve: (term: Term) => Term): SchedulerPlugin<State> {
  const hints: EventHint[] = [
    { resource: "pods", actions: ["Add", "UpdateLabel", "Delete"], hint: (pod, change) => afterPodChange(pod, change, resolve, labelsOf) },
    { resource: "nodes", actions: ["Add", "UpdateLabel"], hint: afterNodeChange },
  ];
  return {
    name: "InterPodAffinity",
    weight: 2,
    retryOn: hints,
    preFilter(pod, snapshot) {
      const terms = podTerms(pod.pod);
      if (terms.error !== undefined) return { rejection: { reasons: [`parsing pod: ${terms.error}`], unresolvable: true } };
      const against = new Map<string, Domains>();
      for (const { term, tally } of snapshot.placedTerms.of("antiAffinity", pod.pod.metadata?.labels)) {
        if (!matchesTerm(term, pod.pod, labelsOf)) continue;
        const before = against.get(term.topologyKey);
        const counts = tally.domains(term.topologyKey);
        against.set(term.topologyKey, domainsOf(before ? sum(before.counts, counts) : counts));
      }
      if (against.size === 0 && terms.affinity.length === 0 && terms.antiAffinity.length === 0) return { skip: true };
      const affinity = terms.affinity.map(resolve);
      const together = affinity.length > 0 ? snapshot.tally(question(affinity)) : undefined;
      return {
        state: {
          affinity: affinity.map((term) => ({ term, domains: domainsOf(together?.domains(term.topologyKey)) })),
          antiAffinity: terms.antiAffinity.map((term) => {
            const resolved = resolve(term);
            return { term: resolved, domains: domainsOf(snapshot.tally(question([resolved])).domains(term.topologyKey)) };
          }),
          against,
          weighed: [],
          self: affinity.length > 0 && affinity.every((term) => matchesTerm(term, pod.pod, labelsOf)),
        },
      };
    },
    filter(_pod, { node }, state) {
      const labels = node.metadata?.labels ?? NO_LABELS;
      if (!hasCompany(state, labels)) return AFFINITY;
      for (const { term, domains } of state.antiAffinity) if (isIn(domains, labels[term.topologyKey])) return ANTI_AFFINITY;
      for (const [key, domains] of state.against) if (isIn(domains, labels[key])) return EXISTING;
      return null;
    },
    withPod(state, pod, other, { node }, by) {
      const labels = node.metadata?.labels ?? NO_LABELS;
      const move = (counted: Counted): Counted => {
        const domain = labels[counted.term.topologyKey];
        return domain === undefined ? counted : { ...counted, domains: supposing(counted.domains, domain, by) };
      };
      const near = state.affinity.length > 0 && state.affinity.every(({ term }) => matchesTerm(term, other.pod, labelsOf));
      let against = state.against;
      for (const term of podTerms(other.pod).antiAffinity) {
        const domain = labels[term.topologyKey];
        if (domain === undefined || !matchesTerm(term, pod.pod, labelsOf)) continue;
        const supposed = supposing(against.get(term.topologyKey) ?? domainsOf(), domain, by);
        const more = new Map(against).set(term.topologyKey, supposed);
        if (supposed.counts.size === 0 && supposed.supposed.size === 0) more.delete(term.topologyKey);
        against = more;
      }
      return {
        ...state,
        affinity: near ? state.affinity.map(move) : state.affinity,
        antiAffinity: state.antiAffinity.map((counted) => (matchesTerm(counted.term, other.pod, labelsOf) ? move(counted) : counted)),
        against,
      };
    },
    preScore(pod, snapshot) {
      const terms = podTerms(pod.pod);
      const has = terms.preferred.length > 0 || terms.preferredAnti.length > 0;
      // Only others have a wish (k8s: IgnorePreferredTermsOfExistingPods).
      if (args.ignorePreferredTermsOfExistingPods && !has) return "skip";
      const weighed: Weighed[] = [];
      const add = (topologyKey: string, weight: number, counts: ReadonlyMap<string, number>): void => {
        if (counts.size > 0) weighed.push({ topologyKey, weight, counts });
      };
      const own = (list: readonly Term[], sign: 1 | -1): void => {
        for (const term of list) {
          add(term.topologyKey, sign * term.weight, snapshot.tally(question([resolve(term)])).domains(term.topologyKey));
        }
      };
      own(terms.preferred, 1);
      own(terms.preferredAnti, -1);
      const theirs = (kind: "affinity" | "preferred" | "preferredAnti", weightOf: (term: Term) => number): void => {
        for (const { term, tally } of snapshot.placedTerms.of(kind, pod.pod.metadata?.labels)) {
          if (matchesTerm(term, pod.pod, labelsOf)) add(term.topologyKey, weightOf(term), tally.domains(term.topologyKey));
        }
      };
      if (args.hardPodAffinityWeight > 0) theirs("affinity", () => args.hardPodAffinityWeight);
      theirs("preferred", (term) => term.weight);
      theirs("preferredAnti", (term) => -term.weight);
      return weighed.length === 0 ? "skip" : { ...UNRULED, weighed };
    },
    score(_pod, { node }, state) {
      const labels = node.metadata?.labels ?? NO_LABELS;
      let score = 0;
      for (const { topologyKey, weight, counts } of state.weighed) {
        const domain = labels[topologyKey];
        if (domain !== undefined) score += weight * (counts.get(domain) ?? 0);
      }
      return score;
    },
    /** The range of all nodes' sums, whatever their signs, becomes 0 to 100. */
    normalize(scores) {
      let min = Infinity;
      let max = -Infinity;
      for (const score of scores) {
        if (score < min) min = score;
        if (score > max) max = score;
      }
      for (let i = 0; i < scores.length; i++) {
        scores[i] = max > min ? Math.trunc(100 * (((scores[i] as number) - min) / (max - min))) : 0;
      }
    },
  };
}

const NO_LABELS: Labels = {};
const UNRULED: State = { affinity: [], antiAffinity: [], against: new Map(), self: false, weighed: [] };

const isIn = (domains: Domains, domain: string | undefined): boolean => domain !== undefined && countIn(domains, domain) > 0;

/** Every term's domain has a pod that satisfies all terms; or there is no such pod anywhere and this one would be it. */
function hasCompany({ affinity, self }: State, labels: Labels): boolean {
  let alone = false;
  for (const { term, domains } of affinity) {
    const domain = labels[term.topologyKey];
    if (domain === undefined) return false;
    if (countIn(domains, domain) <= 0) alone = true;
  }
  return !alone || (self && affinity.every(({ domains }) => !anyIn(domains)));
}

/** Pods that all of the terms select, whose namespaces are resolved to names. */
function question(terms: readonly Term[]): PodQuestion {
  const key = terms
    .map(({ namespaces, namespaceSelector, selector }) => {
      const among = namespaceSelector.nothing ? [...namespaces].sort().join(",") : "*";
      return `${among}|${selector.nothing ? "-" : `{${selector}}`}`;
    })
    .join("&");
  const pair = terms.map((term) => requiredPair(term.selector)).find((p) => p !== undefined);
  return { key: `affinity ${key}`, pair, matches: ({ pod }) => terms.every((term) => matchesTerm(term, pod, () => undefined)) };
}

function sum(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const total = new Map(a);
  for (const [domain, n] of b) total.set(domain, (total.get(domain) ?? 0) + n);
  return total;
}
