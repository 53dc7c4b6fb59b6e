import type { Pod, PodAffinityTerm } from "../api/index.ts";
import { labelSelector, nothing, type Selector, SelectorError } from "../machinery/index.ts";
import type { Labels } from "./tally.ts";

/** One rule about other pods, ready to be matched (k8s: framework.AffinityTerm). */
export interface Term {
  /** Names what is selected, where it counts and how much. */
  readonly key: string;
  readonly topologyKey: string;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: Selector;
  readonly selector: Selector;
  /** A label that every selected pod has, if there is one. */
  readonly pair: string | undefined;
  /** 0 for what is required. */
  readonly weight: number;
}

/** What one pod says of others. */
export interface PodTerms {
  readonly affinity: readonly Term[];
  readonly antiAffinity: readonly Term[];
  readonly preferred: readonly Term[];
  readonly preferredAnti: readonly Term[];
  /** A selector that can't be read. */
  readonly error: string | undefined;
}

const NONE: PodTerms = { affinity: [], antiAffinity: [], preferred: [], preferredAnti: [], error: undefined };
const known = new WeakMap<object, { readonly namespace: string; readonly terms: PodTerms }>();

export function podTerms(pod: Pod): PodTerms {
  const affinity = pod.spec?.affinity;
  if (!affinity?.podAffinity && !affinity?.podAntiAffinity) return NONE;
  const namespace = pod.metadata?.namespace ?? "";
  const before = known.get(affinity);
  if (before?.namespace === namespace) return before.terms;
  const { podAffinity, podAntiAffinity } = affinity;
  let terms: PodTerms;
  try {
    const required = (list: readonly PodAffinityTerm[] = []) => list.map((term) => compileTerm(term, namespace, 0));
    const weighted = (list: readonly { readonly weight: number; readonly podAffinityTerm: PodAffinityTerm }[] = []) =>
      list.map(({ weight, podAffinityTerm }) => compileTerm(podAffinityTerm, namespace, weight));
    terms = {
      affinity: required(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
      antiAffinity: required(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
      preferred: weighted(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
      preferredAnti: weighted(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
      error: undefined,
    };
  } catch (e) {
    if (!(e instanceof SelectorError)) throw e;
    terms = { ...NONE, error: e.message };
  }
  known.set(affinity, { namespace, terms });
  return terms;
}

function compileTerm(term: PodAffinityTerm, own: string, weight: number): Term {
  const { topologyKey, namespaces = [], namespaceSelector } = term;
  // Neither list nor selector: the pod's own namespace (k8s: getNamespacesFromPodAffinityTerm).
  const named = namespaces.length === 0 && !namespaceSelector ? [own] : [...namespaces].sort();
  const selector = labelSelector(term.labelSelector);
  const among = namespaceSelector ? labelSelector(namespaceSelector) : nothing;
  const texts = [
    topologyKey,
    named.join(","),
    among.nothing ? "-" : `{${among}}`,
    selector.nothing ? "-" : `{${selector}}`,
    String(weight),
  ];
  return {
    key: texts.join("|"),
    topologyKey,
    namespaces: new Set(named),
    namespaceSelector: among,
    selector,
    pair: requiredPair(selector),
    weight,
  };
}

/** A label that whatever the selector matches has, as `key=value`. */
export function requiredPair({ requirements }: Selector): string | undefined {
  for (const { key, operator, values } of requirements) {
    if (values.length === 1 && (operator === "=" || operator === "==" || operator === "in")) return `${key}=${values[0]}`;
  }
  return undefined;
}

/** `namespaceLabels`: of the pod's namespace (k8s: AffinityTerm.Matches). */
export function matchesTerm(term: Term, { metadata }: Pod, namespaceLabels: (namespace: string) => Labels | undefined): boolean {
  const { namespace = "", labels } = metadata ?? {};
  if (!term.selector.matches(labels)) return false;
  return term.namespaces.has(namespace) || (!term.namespaceSelector.nothing && term.namespaceSelector.matches(namespaceLabels(namespace)));
}
