import type { KubeObject, WatchEvent } from "../api/index.ts";
import { StatusError } from "../machinery/index.ts";
import type { Cancel, Cause, Clock } from "../sim/index.ts";
import type { Change, Client, Informer, Informers, ListOptions, Resource } from "./types.ts";

type Index<T> = { readonly values: (object: T) => readonly string[]; readonly buckets: Map<string, Map<string, T>>; built: boolean };

export function keyOfObject(object: KubeObject): string {
  const { namespace, name = "" } = object.metadata ?? {};
  return namespace ? `${namespace}/${name}` : name;
}

/** The indexes that every informer has. */
export const builtInIndexes: Readonly<Record<string, (object: KubeObject) => readonly string[]>> = {
  namespace: (o) => [o.metadata?.namespace ?? ""],
  owner: (o) => o.metadata?.ownerReferences?.filter((r) => r.controller).map((r) => r.uid) ?? [],
  label: (o) => Object.entries(o.metadata?.labels ?? {}).map(([k, v]) => `${k}=${v}`),
};

/** A cache over one list and watch. Objects are the API server's own, by reference. */
class CachedInformer<T extends KubeObject> implements Informer<T> {
  synced = false;
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #handlers = new Set<(change: Change<T>) => void>();
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #resource: Resource;
  readonly #options: ListOptions;
  #cancel: Cancel | undefined;
  #stopped = false;
  readonly ready: Promise<void>;
  #resolve: () => void = () => {};
  /** The server has said something, be it no. */
  readonly answered: Promise<void>;
  #answer: () => void = () => {};

  constructor(client: Client, clock: Clock, resource: Resource, options: ListOptions) {
    this.#client = client;
    this.#clock = clock;
    this.#resource = resource;
    this.#options = options;
    this.ready = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.answered = new Promise((resolve) => {
      this.#answer = resolve;
    });
    for (const [name, values] of Object.entries(builtInIndexes)) this.index(name, values);
  }

  get size(): number {
    return this.#objects.size;
  }
  get(key: string): T | undefined {
    return this.#objects.get(key);
  }
  list(): Iterable<T> {
    return this.#objects.values();
  }
  by(index: string, value: string): readonly T[] {
    const found = this.#indexes.get(index);
    if (!found) throw new Error(`${this.#resource}: no index ${index}`);
    const bucket = this.#built(found).get(value);
    return bucket ? [...bucket.values()] : [];
  }
  index(name: string, values: (object: T) => readonly string[]): void {
    if (!this.#indexes.has(name)) this.#indexes.set(name, { values, buckets: new Map(), built: false });
  }
  on(handler: (change: Change<T>) => void): Cancel {
    this.#handlers.add(handler);
    if (this.synced) for (const [key, object] of this.#objects) handler({ key, object, old: undefined, causes: [] });
    return () => void this.#handlers.delete(handler);
  }

  start(): void {
    // In a turn, so that a fault reaches the clock's error handler.
    this.#clock.turn(() => this.#run());
  }
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** Lists, then watches from there; after an end or an expired version it lists again. */
  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        const list = await this.#client.list(this.#resource, this.#options);
        if (this.#stopped) return;
        this.#replace(list.items as readonly unknown[] as readonly T[]);
        this.synced = true;
        this.#resolve();
        this.#answer();
        const resourceVersion = list.metadata?.resourceVersion ?? "";
        await new Promise<void>((resolve) => {
          this.#cancel = this.#client.watch(
            this.#resource,
            { ...this.#options, resourceVersion },
            (events) => this.#apply(events as unknown as readonly WatchEvent<T>[], resolve),
            () => resolve(),
          );
        });
        this.#cancel?.();
      } catch (error) {
        // A refusal passes; anything else is a fault of ours and must be seen.
        if (!(error instanceof StatusError)) throw error;
        this.#answer();
        await this.#clock.sleep(1000);
      }
    }
  }

  #replace(items: readonly T[]): void {
    const seen = new Set<string>();
    for (const object of items) {
      const key = keyOfObject(object);
      seen.add(key);
      if (this.#objects.get(key)?.metadata?.resourceVersion !== object.metadata?.resourceVersion) this.#set(key, object, []);
    }
    for (const key of [...this.#objects.keys()]) if (!seen.has(key)) this.#set(key, undefined, []);
  }

  #apply(events: readonly WatchEvent<T>[], restart: () => void): void {
    for (const { type, object } of events) {
      if (type === "ERROR") return restart();
      if (type === "BOOKMARK") continue;
      const causes: readonly Cause[] = [{ kind: "revision", revision: Number(object.metadata?.resourceVersion) }];
      this.#set(keyOfObject(object), type === "DELETED" ? undefined : object, causes);
    }
  }

  #set(key: string, object: T | undefined, causes: readonly Cause[]): void {
    const old = this.#objects.get(key);
    if (object) this.#objects.set(key, object);
    else if (!this.#objects.delete(key)) return;
    for (const index of this.#indexes.values()) if (index.built) reindex(index, key, old, object);
    for (const handler of this.#handlers) handler({ key, object, old, causes });
  }

  /** An index costs nothing until it is first asked. */
  #built(index: Index<T>): Map<string, Map<string, T>> {
    if (!index.built) for (const [key, object] of this.#objects) reindex(index, key, undefined, object);
    index.built = true;
    return index.buckets;
  }
}

const NONE: readonly string[] = [];

function reindex<T>(index: Index<T>, key: string, old: T | undefined, object: T | undefined): void {
  const before = old ? index.values(old) : NONE;
  const after = object ? index.values(object) : NONE;
  const [only] = after;
  if (object && only !== undefined && after.length === 1 && before.length === 1 && before[0] === only) {
    index.buckets.get(only)?.set(key, object);
    return;
  }
  for (const value of before) {
    if (after.includes(value)) continue;
    const bucket = index.buckets.get(value);
    bucket?.delete(key);
    if (bucket?.size === 0) index.buckets.delete(value);
  }
  if (!object) return;
  for (const value of after) {
    const bucket = index.buckets.get(value);
    if (bucket) bucket.set(key, object);
    else index.buckets.set(value, new Map([[key, object]]));
  }
}

/** The shared informers of one component. */
export function createInformers(client: Client, clock: Clock): Informers {
  const running = new Map<string, CachedInformer<KubeObject>>();
  return {
    of(resource, options = {}) {
      const key = `${resource}?${options.namespace ?? ""}&${options.fieldSelector ?? ""}&${options.labelSelector ?? ""}`;
      let informer = running.get(key);
      if (!informer) {
        informer = new CachedInformer<KubeObject>(client, clock, resource, options);
        running.set(key, informer);
        informer.start();
      }
      return informer as unknown as ReturnType<typeof this.of<typeof resource>>;
    },
    forget(resource) {
      for (const [key, informer] of running) {
        if (!key.startsWith(`${resource}?`)) continue;
        informer.stop();
        running.delete(key);
      }
    },
    async synced() {
      for (const informer of running.values()) await informer.ready;
    },
    async answered() {
      for (const informer of running.values()) await informer.answered;
    },
    stop() {
      for (const informer of running.values()) informer.stop();
      running.clear();
    },
  };
}
