import type { Cancel, Origin } from "../sim/index.ts";
import { CompactedError, FutureRevisionError } from "./errors.ts";
import { entriesOf, inRange, type KeyRange, sharedPrefix } from "./ranges.ts";
import type { MemoryStore } from "./store.ts";
import type { Entry, Op, Revision } from "./types.ts";
import { type KeyValue, keyValue, textOf, valueOf } from "./values.ts";

export interface GetOptions {
  readonly limit?: number;
  /** As of this revision. */
  readonly rev?: number;
  readonly sortBy?: "CREATE" | "KEY" | "MODIFY" | "VALUE" | "VERSION";
  readonly order?: "ASCEND" | "DESCEND";
  readonly keysOnly?: boolean;
  readonly countOnly?: boolean;
}

export interface GetResult {
  readonly revision: number;
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
  /** Of all in the range, whatever the limit. */
  readonly count: number;
}

export interface Compare {
  readonly key: string;
  readonly target: "create" | "mod" | "value" | "version";
  readonly result: "=" | "!=" | "<" | ">";
  readonly with: number | string;
}

export type TxnOperation =
  | { readonly get: KeyRange & GetOptions }
  | { readonly put: { readonly key: string; readonly value: string } }
  | { readonly del: KeyRange };

export type TxnAnswer = { readonly get: GetResult } | { readonly put: true } | { readonly deleted: number };

export interface WatchEvent {
  readonly type: "PUT" | "DELETE";
  readonly kv: KeyValue;
  readonly prevKv?: KeyValue;
}

/** etcd allows so many operations in a transaction, and so large a request. */
const MOST_OPERATIONS = 128;
const LARGEST_REQUEST = 1.5 * 1024 * 1024;

/** A refusal in etcd's words, as its clients print it. */
export class EtcdError extends Error {
  override readonly name = "EtcdError";
}

const refuse = (what: string): never => {
  throw new EtcdError(`etcdserver: ${what}`);
};

/** What etcdctl can do, over the API server's own store. Every write says who made it and why. */
export class EtcdClient {
  readonly #store: MemoryStore;
  readonly #origin: Origin;

  constructor(store: MemoryStore, origin: Origin) {
    this.#store = store;
    this.#origin = origin;
  }

  get(range: KeyRange, options: GetOptions = {}): GetResult {
    checkKey(range);
    const { rev = 0, limit = 0, sortBy, order = "ASCEND", keysOnly = false, countOnly = false } = options;
    const read = this.#read(range, rev);
    const found = countOnly || keysOnly ? read : read.map((entry) => this.#store.whole(entry));
    const sorted = sortBy === undefined && order === "ASCEND" ? found : found.toSorted(comparison(sortBy ?? "KEY", order));
    const shown = countOnly ? [] : limit > 0 ? sorted.slice(0, limit) : sorted;
    return {
      revision: this.#store.revision,
      kvs: shown.map((entry) => keyValue(entry, keysOnly)),
      more: !countOnly && shown.length < found.length,
      count: found.length,
    };
  }

  put(key: string, value: string): { readonly revision: number; readonly prevKv: KeyValue | undefined } {
    checkPut(key, value);
    const before = this.#store.get(key);
    const revision = this.#write([{ put: key, value: valueOf(key, value, this.#store.revision + 1) }]);
    return { revision, prevKv: before && keyValue(this.#store.whole(before)) };
  }

  del(range: KeyRange): { readonly revision: number; readonly deleted: number; readonly prevKvs: readonly KeyValue[] } {
    checkKey(range);
    const gone = entriesOf(this.#store, range);
    const revision = gone.length === 0 ? this.#store.revision : this.#write(gone.map(({ key }) => ({ delete: key })));
    return { revision, deleted: gone.length, prevKvs: gone.map((entry) => keyValue(this.#store.whole(entry))) };
  }

  /** All of one branch, at one revision. Reads see what was there before it. */
  txn(
    compares: readonly Compare[],
    success: readonly TxnOperation[],
    failure: readonly TxnOperation[],
  ): { readonly succeeded: boolean; readonly revision: number; readonly answers: readonly TxnAnswer[] } {
    for (const list of [compares, success, failure]) if (list.length > MOST_OPERATIONS) refuse("too many operations in txn request");
    for (const branch of [success, failure]) this.#checkOperations(branch);
    const succeeded = compares.every((compare) => holds(compare, this.#whole(this.#store.get(compare.key))));
    const writes: Op[] = [];
    const next = this.#store.revision + 1;
    const answers = (succeeded ? success : failure).map((operation): TxnAnswer => {
      if ("get" in operation) return { get: this.get(operation.get, operation.get) };
      if ("put" in operation) {
        const { key, value } = operation.put;
        writes.push({ put: key, value: valueOf(key, value, next) });
        return { put: true };
      }
      const gone = entriesOf(this.#store, operation.del);
      writes.push(...gone.map(({ key }) => ({ delete: key })));
      return { deleted: gone.length };
    });
    const revision = writes.length === 0 ? this.#store.revision : this.#write(writes);
    return { succeeded, revision, answers };
  }

  /**
   * Every write in the range, from `rev` on or from now; `on` gets those of one delivery together. What has been
   * compacted is told by `onError`, as a watch that is cancelled.
   */
  watch(
    range: KeyRange & { readonly rev?: number; readonly prevKv?: boolean },
    on: (events: readonly WatchEvent[], revision: number) => void,
    onError: (error: EtcdError, compactRevision: number) => void,
  ): Cancel {
    checkKey(range);
    try {
      return this.#store.watch({ prefix: sharedPrefix(range), from: range.rev ?? 0 }, (revisions) => {
        const mine = revisions.filter(({ key }) => inRange(range, key));
        if (mine.length > 0)
          on(
            mine.map((write) => watchEvent(this.#store.whole(write), range.prevKv ? this.#whole(write.previous) : undefined)),
            (mine.at(-1) as Revision).revision,
          );
      });
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      onError(new EtcdError(`etcdserver: ${error.message}`), error.compactRevision);
      return () => {};
    }
  }

  /** Nothing below can be read any more. */
  compact(revision: number): void {
    if (revision <= this.#store.compactRevision) refuse(new CompactedError(0).message);
    if (revision > this.#store.revision) refuse(new FutureRevisionError().message);
    this.#store.compact(revision);
  }

  #whole(entry: Entry | undefined): Entry | undefined {
    return entry && this.#store.whole(entry);
  }

  #read(range: KeyRange, rev: number): readonly Entry[] {
    try {
      return entriesOf(this.#store, range, rev > 0 ? rev : undefined);
    } catch (error) {
      if (error instanceof CompactedError || error instanceof FutureRevisionError) return refuse(error.message);
      throw error;
    }
  }

  #write(success: readonly Op[]): number {
    return this.#store.txn({ success }, this.#origin).revision;
  }

  #checkOperations(operations: readonly TxnOperation[]): void {
    const written = new Set<string>();
    for (const operation of operations) {
      if ("put" in operation) {
        checkPut(operation.put.key, operation.put.value);
        if (written.has(operation.put.key)) refuse("duplicate key given in txn request");
        written.add(operation.put.key);
      } else checkKey("get" in operation ? operation.get : operation.del);
    }
    for (const operation of operations)
      if ("del" in operation) for (const key of written) if (inRange(operation.del, key)) refuse("duplicate key given in txn request");
  }
}

function checkKey({ key, prefix, fromKey }: KeyRange): void {
  if (key === "" && !prefix && !fromKey) refuse("key is not provided");
}

function checkPut(key: string, value: string): void {
  if (key === "") refuse("key is not provided");
  if (key.length + value.length > LARGEST_REQUEST) refuse("request is too large");
}

const TARGETS = {
  create: (entry: Entry | undefined) => entry?.createRevision ?? 0,
  mod: (entry: Entry | undefined) => entry?.modRevision ?? 0,
  version: (entry: Entry | undefined) => entry?.version ?? 0,
  value: (entry: Entry | undefined) => entry && textOf(entry.value),
};

function holds({ target, result, with: wanted }: Compare, entry: Entry | undefined): boolean {
  const given = TARGETS[target](entry);
  // A key that is not there has no value to compare.
  if (given === undefined) return false;
  if (result === "=") return given === wanted;
  if (result === "!=") return given !== wanted;
  return result === "<" ? given < wanted : given > wanted;
}

const SORT_KEYS: Readonly<Record<NonNullable<GetOptions["sortBy"]>, (entry: Entry) => number | string>> = {
  CREATE: (e) => e.createRevision,
  KEY: (e) => e.key,
  MODIFY: (e) => e.modRevision,
  VALUE: (e) => textOf(e.value),
  VERSION: (e) => e.version,
};

function comparison(by: NonNullable<GetOptions["sortBy"]>, order: "ASCEND" | "DESCEND"): (a: Entry, b: Entry) => number {
  const sign = order === "ASCEND" ? 1 : -1;
  const of = SORT_KEYS[by];
  return (a, b) => (of(a) < of(b) ? -sign : of(a) > of(b) ? sign : 0);
}

function watchEvent({ key, value, revision, createRevision, version }: Revision, previous: Entry | undefined): WatchEvent {
  const kv: KeyValue =
    value === undefined
      ? { key, value: "", createRevision: 0, modRevision: revision, version: 0, lease: 0 }
      : { key, value: textOf(value), createRevision, modRevision: revision, version, lease: 0 };
  return { type: value === undefined ? "DELETE" : "PUT", kv, ...(previous ? { prevKv: keyValue(previous) } : {}) };
}
