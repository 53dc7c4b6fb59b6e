import { podTerms, type Term } from "./affinity-terms.ts";
import { ByPair, Counts, type Labels, type LabelsOfNode, type Tally } from "./tally.ts";
import type { PodInfo } from "./types.ts";

/** A rule that pods on nodes have, and where those pods are. */
export interface PlacedTerm {
  readonly term: Term;
  readonly tally: Tally;
}

const KINDS = ["affinity", "antiAffinity", "preferred", "preferredAnti"] as const;
export type TermKind = (typeof KINDS)[number];

/**
 * The affinity rules of all pods on nodes, each different rule once: a thousand replicas have one. So what existing pods
 * say about a new one is asked of rules, not of pods (k8s: NodeInfo.PodsWithAffinity).
 */
export class PlacedTerms {
  readonly #kinds = new Map(KINDS.map((kind) => [kind, { byKey: new Map<string, Placed>(), byPair: new ByPair<Placed>() }]));
  readonly #labelsOf: LabelsOfNode;

  constructor(labelsOf: LabelsOfNode) {
    this.#labelsOf = labelsOf;
  }

  /** Those that may select a pod with these labels; namespaces are yet to be looked at. */
  of(kind: TermKind, labels: Labels | undefined): Iterable<PlacedTerm> {
    const found = this.#kinds.get(kind);
    return found && found.byKey.size > 0 ? found.byPair.of(labels) : [];
  }

  add({ pod }: PodInfo, node: string, by: 1 | -1): void {
    const terms = podTerms(pod);
    for (const [kind, { byKey, byPair }] of this.#kinds) {
      for (const term of terms[kind]) {
        let placed = byKey.get(term.key);
        if (!placed) {
          placed = { term, tally: new Counts(this.#labelsOf) };
          byKey.set(term.key, placed);
          byPair.add(term.pair, placed);
        }
        placed.tally.add(node, by);
        if (placed.tally.byNode.size > 0) continue;
        byKey.delete(term.key);
        byPair.delete(term.pair, placed);
      }
    }
  }

  relabel(node: string, before: Labels | undefined, after: Labels | undefined): void {
    for (const { byKey } of this.#kinds.values()) for (const { tally } of byKey.values()) tally.relabel(node, before, after);
  }
}

interface Placed extends PlacedTerm {
  readonly tally: Counts;
}
