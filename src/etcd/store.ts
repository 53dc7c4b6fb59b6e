import type { Cancel, Origin } from "../sim/index.ts";
import { Bucket, bucketName, lowerBound } from "./bucket.ts";
import { CompactedError, FutureRevisionError } from "./errors.ts";
import { History } from "./history.ts";
import type { Entry, OnRevisions, RangeQuery, RangeResult, Revision, Store, Txn, TxnResult } from "./types.ts";

/** How many of the newest revisions are always kept (DESIGN §4, time travel). */
export const KEPT_REVISIONS = 5000;

export interface StoreOptions {
  /** Virtual milliseconds. */
  readonly now: () => number;
  /** Queues the delivery of watch events: the clock's `turn`. */
  readonly turn: (fn: () => void) => void;
  /** Refuses writes without a cause (law 5); tests set it. */
  readonly strictCauses?: boolean;
  /** The origin of a write, with what its writer can't know of why; itself when there is no more to say. */
  readonly origin?: (key: string, value: unknown, origin: Origin) => Origin;
  /** Told of every write at once, in revision order: the persistence's queue. */
  readonly onWrite?: (revision: Revision) => void;
  /** What a value is to those who read its text: the API server keeps in a note what few ask for (decision 010). */
  readonly whole?: (value: unknown) => unknown;
  /** Resolves when a revision is committed; absent: memory is all there is. */
  readonly durable?: (revision: number) => Promise<void>;
}

interface Watcher {
  readonly prefix: string;
  readonly on: OnRevisions;
  /** Everything before this has been delivered. */
  next: number;
  /** It began in the past and has not caught up. */
  behind: boolean;
  cancelled: boolean;
}

/** What a store is rebuilt from: live entries as of `revision`, and the writes after it, oldest first. */
export interface StoreImage {
  readonly revision: number;
  readonly compactRevision: number;
  readonly entries: Iterable<Entry>;
  readonly writes: Iterable<Omit<Revision, "previous">>;
}

/** etcd in memory. See `Store` for the contract. */
export class MemoryStore implements Store {
  #revision = 1;
  #compactRevision = 0;
  readonly #entries = new Map<string, Entry>();
  readonly #buckets = new Map<string, Bucket>();
  readonly #history = new History();
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #pins = new Set<{ readonly revision: number }>();
  readonly #options: StoreOptions;
  /** Writes by bucket that its watchers have not been told of. */
  #dirty = new Map<string, Revision[]>();
  #dispatching = false;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  get revision(): number {
    return this.#revision;
  }
  get compactRevision(): number {
    return this.#compactRevision;
  }

  /** An entry, or a write, as etcd's own clients see it. */
  whole<T extends { readonly value: unknown }>(entry: T): T {
    const value = this.#options.whole?.(entry.value) ?? entry.value;
    return value === entry.value ? entry : { ...entry, value };
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  range(query: RangeQuery): RangeResult {
    const { prefix, from = prefix, limit = Infinity, revision = this.#revision } = query;
    if (revision > this.#revision) throw new FutureRevisionError();
    if (revision < this.#compactRevision) throw new CompactedError(this.#compactRevision);
    const past = revision === this.#revision ? undefined : this.#changesSince(prefix, revision);
    const keys = past ? this.#pastKeys(prefix, past) : this.#keys(prefix);
    const entries: Entry[] = [];
    let i = lowerBound(keys, from < prefix ? prefix : from);
    for (; i < keys.length && entries.length < limit; i++) {
      const key = keys[i] as string;
      if (!key.startsWith(prefix)) break;
      const entry = past?.has(key) ? past.get(key) : this.get(key);
      if (entry) entries.push(entry);
    }
    let remaining = 0;
    if (limit !== Infinity) for (; i < keys.length && (keys[i] as string).startsWith(prefix); i++) remaining++;
    return { entries, revision, more: remaining > 0, remaining };
  }

  /** How many live keys begin with `prefix`. */
  count(prefix: string): number {
    if (bucketName(prefix) === prefix) return this.#buckets.get(prefix)?.size ?? 0;
    return this.#keys(prefix).filter((key) => key.startsWith(prefix)).length;
  }

  txn(txn: Txn, origin: Origin): TxnResult {
    for (const { key, modRevision } of txn.compare ?? []) {
      if ((this.get(key)?.modRevision ?? 0) !== modRevision) return { succeeded: false, revision: this.#revision };
    }
    if (this.#options.strictCauses && origin.causes.length === 0) {
      throw new Error(`a write without a cause, by ${origin.agent}: ${JSON.stringify(txn.success).slice(0, 200)}`);
    }
    const revision = this.#revision + 1;
    let written = false;
    for (const op of txn.success) {
      const key = "put" in op ? op.put : op.delete;
      const previous = this.get(key);
      if (!("put" in op) && !previous) continue;
      written = true;
      this.#write({
        revision,
        key,
        value: "put" in op ? op.value : undefined,
        previous,
        createRevision: previous?.createRevision ?? revision,
        version: "put" in op ? (previous?.version ?? 0) + 1 : 0,
        at: this.#options.now(),
        origin: this.#options.origin?.(key, "put" in op ? op.value : previous?.value, origin) ?? origin,
      });
    }
    if (written) this.#revision = revision;
    return { succeeded: true, revision: this.#revision };
  }

  watch(query: { readonly prefix: string; readonly from: number }, on: OnRevisions): Cancel {
    const from = query.from === 0 ? this.#revision + 1 : query.from;
    if (from <= this.#compactRevision) throw new CompactedError(this.#compactRevision);
    const watcher: Watcher = { prefix: query.prefix, on, next: from, behind: from <= this.#revision, cancelled: false };
    const name = bucketName(query.prefix) ?? "";
    let set = this.#watchers.get(name);
    if (!set) this.#watchers.set(name, (set = new Set()));
    set.add(watcher);
    if (watcher.behind) {
      this.#touch(name);
      this.#schedule();
    }
    return () => {
      watcher.cancelled = true;
      set.delete(watcher);
    };
  }

  compact(revision: number): void {
    if (revision > this.#revision) throw new FutureRevisionError();
    this.#compactRevision = Math.max(this.#compactRevision, revision);
    this.#trim();
  }

  pin(revision: number): Cancel {
    const pin = { revision };
    this.#pins.add(pin);
    return () => void this.#pins.delete(pin);
  }

  history(from: number, to?: number): readonly Revision[] {
    return this.#history.slice(from, to);
  }

  durable(revision: number): Promise<void> {
    return this.#options.durable?.(revision) ?? Promise.resolve();
  }

  /** The oldest revision that history must keep: for the persistence to prune by. */
  get keptFrom(): number {
    let floor = Math.max(1, this.#revision - KEPT_REVISIONS);
    for (const pin of this.#pins) floor = Math.min(floor, pin.revision);
    return floor;
  }

  /** Every live entry, by bucket, then key. */
  *entries(): Generator<Entry> {
    for (const key of this.#keys("")) yield this.get(key) as Entry;
  }

  /** Fills an empty store. */
  restore(image: StoreImage): void {
    for (const entry of image.entries) {
      this.#entries.set(entry.key, entry);
      this.#bucket(entry.key).add(entry.key);
    }
    this.#revision = image.revision;
    this.#compactRevision = image.compactRevision;
    for (const write of image.writes) {
      this.#apply({ ...write, previous: this.get(write.key) });
      this.#revision = write.revision;
    }
  }

  #write(revision: Revision): void {
    this.#apply(revision);
    this.#options.onWrite?.(revision);
    this.#trim();
    const name = bucketName(revision.key) ?? "";
    if (this.#watchers.has(name)) this.#touch(name).push(revision);
    if (name !== "" && this.#watchers.has("")) this.#touch("").push(revision);
    this.#schedule();
  }

  #touch(bucket: string): Revision[] {
    let written = this.#dirty.get(bucket);
    if (!written) this.#dirty.set(bucket, (written = []));
    return written;
  }

  #apply(write: Revision): void {
    const { key, value, createRevision, revision, version } = write;
    if (value === undefined) {
      this.#entries.delete(key);
      this.#bucket(key).delete(key);
    } else {
      if (write.previous === undefined) this.#bucket(key).add(key);
      this.#entries.set(key, { key, value, createRevision, modRevision: revision, version });
    }
    this.#history.push(write);
  }

  #trim(): void {
    if (this.#history.size <= KEPT_REVISIONS * 1.2) return;
    this.#history.trim(this.keptFrom);
    // What is not kept can't be read or watched: the floor follows.
    this.#compactRevision = Math.max(this.#compactRevision, (this.#history.oldest ?? this.#revision + 1) - 1);
  }

  #bucket(key: string): Bucket {
    const name = bucketName(key) ?? key;
    let bucket = this.#buckets.get(name);
    if (!bucket) this.#buckets.set(name, (bucket = new Bucket(name)));
    return bucket;
  }

  #keys(prefix: string): readonly string[] {
    const name = bucketName(prefix);
    if (name !== undefined) return this.#buckets.get(name)?.keys() ?? [];
    const keys: string[] = [];
    for (const bucket of this.#buckets.values()) if (bucket.name.startsWith(prefix)) keys.push(...bucket.keys());
    return keys.sort();
  }

  /** Keys under `prefix` that differ at `revision` from now, with what they were then. */
  #changesSince(prefix: string, revision: number): Map<string, Entry | undefined> {
    const past = new Map<string, Entry | undefined>();
    for (const write of this.#history.backwards(revision + 1)) {
      if (write.key.startsWith(prefix)) past.set(write.key, write.previous);
    }
    return past;
  }

  #pastKeys(prefix: string, past: ReadonlyMap<string, Entry | undefined>): readonly string[] {
    const keys = new Set(this.#keys(prefix));
    for (const [key, entry] of past) {
      if (entry) keys.add(key);
      else keys.delete(key);
    }
    return [...keys].sort();
  }

  #schedule(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    this.#options.turn(() => {
      this.#dispatching = false;
      this.#dispatch();
    });
  }

  /** Looks only at buckets that were written since the last time, or where a watch from the past began. */
  #dispatch(): void {
    const upTo = this.#revision;
    const dirty = this.#dirty;
    this.#dirty = new Map();
    // Buckets in the order in which they were first watched.
    const names = dirty.size === 1 ? dirty.keys() : [...this.#watchers.keys()].filter((name) => dirty.has(name));
    for (const name of names) {
      const written = dirty.get(name) ?? [];
      for (const watcher of [...(this.#watchers.get(name) ?? [])]) {
        if (watcher.cancelled || watcher.next > upTo) continue;
        const batch = this.#unseen(watcher, name, written);
        watcher.next = upTo + 1;
        watcher.behind = false;
        if (batch.length > 0) watcher.on(batch);
      }
    }
  }

  /** Of what was written in its bucket, what a watcher has not been told; one array for all who watch the whole bucket. */
  #unseen({ prefix, next, behind }: Watcher, bucket: string, written: readonly Revision[]): readonly Revision[] {
    if (behind) return this.#history.slice(next).filter((r) => r.key.startsWith(prefix));
    if (prefix === bucket && (written[0]?.revision ?? next) >= next) return written;
    return written.filter((r) => r.revision >= next && r.key.startsWith(prefix));
  }
}
