import type { KubeObject } from "../api/index.ts";
import type { Entry, MemoryStore } from "../etcd/index.ts";
import type { Term } from "./terms.ts";

/** Below this a scan is as quick. */
const WORTH_IT = 128;
/** How many terms of a resource are kept; the one that was not asked for the longest goes. */
const KEPT = 16;

/** Which keys have which value of one term. */
interface Index {
  readonly of: Term["of"];
  readonly keys: Map<string, Set<string>>;
}

/** The indexes of one resource, right as of `revision`. */
interface Resource {
  revision: number;
  readonly byTerm: Map<string, Index>;
}

/**
 * Finds what a selector insists on without asking every object: pods by label, events by the object that they are about.
 * A term's index is made when it is first asked for, and brought up to date from etcd's history when it is asked again;
 * nothing is paid at a write. It holds keys, no objects.
 */
export class ObjectIndexes {
  readonly #store: MemoryStore;
  readonly #resources = new Map<string, Resource>();

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  /**
   * Keys under `prefix` that can match, in order; undefined when asking every object is as quick. `resource` is the
   * prefix of the whole resource. Whoever asks still compares each object with the whole selector.
   */
  candidates(resource: string, prefix: string, terms: readonly Term[]): readonly string[] | undefined {
    if (terms.length === 0) return undefined;
    const size = this.#store.count(resource);
    if (size < WORTH_IT) return undefined;
    const known = this.#upToDate(resource);
    let best: readonly ReadonlySet<string>[] | undefined;
    let least = Infinity;
    for (const term of terms) {
      const index = this.#index(resource, known, term);
      const sets = term.values.flatMap((value) => index.keys.get(value) ?? []);
      const found = sets.reduce((sum, set) => sum + set.size, 0);
      if (found < least) [best, least] = [sets, found];
    }
    // Sorting most of the keys costs more than walking all of them in order.
    if (best === undefined || least > size / 4) return undefined;
    const keys: string[] = [];
    for (const set of best) for (const key of set) if (key.startsWith(prefix)) keys.push(key);
    return keys.sort();
  }

  #upToDate(prefix: string): Resource {
    const { revision, keptFrom } = this.#store;
    let known = this.#resources.get(prefix);
    // What history no longer tells is counted anew.
    // What history no longer tells is looked up anew.
    if (known && known.revision < revision && known.revision + 1 < keptFrom) known = undefined;
    if (!known) this.#resources.set(prefix, (known = { revision, byTerm: new Map() }));
    if (known.revision === revision) return known;
    if (known.byTerm.size > 0)
      for (const write of this.#store.history(known.revision + 1)) if (write.key.startsWith(prefix)) follow(known, write);
    known.revision = revision;
    return known;
  }

  #index(prefix: string, known: Resource, term: Term): Index {
    let index = known.byTerm.get(term.key);
    if (index) known.byTerm.delete(term.key);
    else {
      index = { of: term.of, keys: new Map() };
      for (const { key, value } of this.#store.range({ prefix }).entries as readonly Entry<KubeObject>[]) add(index, key, value);
      if (known.byTerm.size >= KEPT) known.byTerm.delete(known.byTerm.keys().next().value as string);
    }
    known.byTerm.set(term.key, index);
    return index;
  }
}

interface Write {
  readonly key: string;
  readonly value: unknown;
  readonly previous: { readonly value: unknown } | undefined;
}

function follow(known: Resource, { key, value, previous }: Write): void {
  for (const index of known.byTerm.values()) {
    const before = previous === undefined ? undefined : index.of(previous.value as KubeObject);
    const now = value === undefined ? undefined : index.of(value as KubeObject);
    if (before === now) continue;
    if (before !== undefined) {
      const set = index.keys.get(before);
      set?.delete(key);
      if (set?.size === 0) index.keys.delete(before);
    }
    if (now !== undefined) put(index, now, key);
  }
}

function add(index: Index, key: string, object: KubeObject): void {
  const value = index.of(object);
  if (value !== undefined) put(index, value, key);
}

function put({ keys }: Index, value: string, key: string): void {
  const set = keys.get(value);
  if (set) set.add(key);
  else keys.set(value, new Set([key]));
}
