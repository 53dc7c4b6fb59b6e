import type { PodInfo } from "./types.ts";

export type Labels = Readonly<Record<string, string>>;

/** Which pods are counted together. */
export interface PodQuestion {
  /** Names it, so that the same question is counted once. */
  readonly key: string;
  /** A label that every counted pod has, as `key=value`: what spares the others a look. */
  readonly pair: string | undefined;
  matches(pod: PodInfo): boolean;
}

/** Pods by node, kept up as pods come and go instead of being counted at each cycle. */
export interface Tally {
  readonly byNode: ReadonlyMap<string, number>;
  /** The same by the nodes' values of a label; a domain without any is not there. */
  domains(topologyKey: string): ReadonlyMap<string, number>;
}

export type LabelsOfNode = (node: string) => Labels | undefined;

/** One count, by node and by the domains that were ever asked for. */
export class Counts implements Tally {
  readonly byNode = new Map<string, number>();
  readonly #domains = new Map<string, Map<string, number>>();
  readonly #labelsOf: LabelsOfNode;

  constructor(labelsOf: LabelsOfNode) {
    this.#labelsOf = labelsOf;
  }

  add(node: string, by: number): void {
    bump(this.byNode, node, by);
    if (this.#domains.size === 0) return;
    const labels = this.#labelsOf(node);
    for (const [key, domains] of this.#domains) bump(domains, labels?.[key], by);
  }

  /** A node came, went or is in other domains now; what is on it stays counted on it. */
  relabel(node: string, before: Labels | undefined, after: Labels | undefined): void {
    const count = this.byNode.get(node);
    if (count === undefined) return;
    for (const [key, domains] of this.#domains) {
      if (before?.[key] === after?.[key]) continue;
      bump(domains, before?.[key], -count);
      bump(domains, after?.[key], count);
    }
  }

  domains(topologyKey: string): ReadonlyMap<string, number> {
    let domains = this.#domains.get(topologyKey);
    if (!domains) {
      domains = new Map();
      for (const [node, count] of this.byNode) bump(domains, this.#labelsOf(node)?.[topologyKey], count);
      this.#domains.set(topologyKey, domains);
    }
    return domains;
  }
}

function bump(counts: Map<string, number>, key: string | undefined, by: number): void {
  if (key === undefined) return;
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

/** Things that concern only pods with a certain label, found by the labels of a pod. */
export class ByPair<T> {
  readonly #pairs = new Map<string, Set<T>>();
  readonly #all = new Set<T>();

  add(pair: string | undefined, item: T): void {
    if (pair === undefined) this.#all.add(item);
    else if (!this.#pairs.get(pair)?.add(item)) this.#pairs.set(pair, new Set([item]));
  }
  delete(pair: string | undefined, item: T): void {
    if (pair === undefined) this.#all.delete(item);
    else if (this.#pairs.get(pair)?.delete(item) && this.#pairs.get(pair)?.size === 0) this.#pairs.delete(pair);
  }
  *of(labels: Labels | undefined): Iterable<T> {
    yield* this.#all;
    if (this.#pairs.size === 0) return;
    for (const key in labels) yield* this.#pairs.get(`${key}=${labels[key]}`) ?? NOTHING;
  }
}

const NOTHING: readonly never[] = [];

/** The newest questions are kept up; older ones are counted anew when they are asked again. */
const MAX_TALLIES = 4096;

export class Tallies {
  readonly #asked = new Map<string, { readonly question: PodQuestion; readonly counts: Counts }>();
  readonly #byPair = new ByPair<{ readonly question: PodQuestion; readonly counts: Counts }>();
  readonly #labelsOf: LabelsOfNode;

  constructor(labelsOf: LabelsOfNode) {
    this.#labelsOf = labelsOf;
  }

  /** `placed`: every pod with its node, for a question that is new. */
  of(question: PodQuestion, placed: () => Iterable<{ readonly node: string; readonly info: PodInfo }>): Tally {
    let asked = this.#asked.get(question.key);
    if (asked) this.#asked.delete(question.key);
    else {
      asked = { question, counts: new Counts(this.#labelsOf) };
      for (const { node, info } of placed()) if (question.matches(info)) asked.counts.add(node, 1);
      this.#byPair.add(question.pair, asked);
    }
    this.#asked.set(question.key, asked);
    if (this.#asked.size > MAX_TALLIES) this.#forgetOldest();
    return asked.counts;
  }

  add(pod: PodInfo, node: string, by: 1 | -1): void {
    for (const { question, counts } of this.#byPair.of(pod.pod.metadata?.labels)) if (question.matches(pod)) counts.add(node, by);
  }

  relabel(node: string, before: Labels | undefined, after: Labels | undefined): void {
    for (const { counts } of this.#asked.values()) counts.relabel(node, before, after);
  }

  #forgetOldest(): void {
    for (const [key, asked] of this.#asked) {
      this.#asked.delete(key);
      this.#byPair.delete(asked.question.pair, asked);
      return;
    }
  }
}
