import type { Cancel, Origin } from "../sim/index.ts";

/** A key at one of its versions. `value` is immutable JSON, shared by reference. */
export interface Entry<V = unknown> {
  readonly key: string;
  readonly value: V;
  readonly createRevision: number;
  readonly modRevision: number;
  /** 1 for the first write since the key was last absent. */
  readonly version: number;
}

/** One write in history. `value` undefined: the key was deleted. */
export interface Revision {
  readonly revision: number;
  readonly key: string;
  readonly value: unknown;
  readonly previous: Entry | undefined;
  readonly createRevision: number;
  readonly version: number;
  /** Virtual milliseconds. */
  readonly at: number;
  readonly origin: Origin;
}

export interface RangeQuery {
  /** All keys that start with this. */
  readonly prefix: string;
  /** Of those, from this one on (inclusive). */
  readonly from?: string;
  readonly limit?: number;
  /** As of this revision; throws CompactedError below the floor, FutureRevisionError above the present. */
  readonly revision?: number;
}

export interface RangeResult {
  readonly entries: readonly Entry[];
  readonly revision: number;
  readonly more: boolean;
  /** How many keys after the last one returned also match. */
  readonly remaining: number;
}

export type Op = { readonly put: string; readonly value: unknown } | { readonly delete: string };

export interface Txn {
  /** All must hold; `modRevision` 0 means absent. */
  readonly compare?: readonly { readonly key: string; readonly modRevision: number }[];
  readonly success: readonly Op[];
}

export interface TxnResult {
  readonly succeeded: boolean;
  readonly revision: number;
}

/** What `watch` calls, in a turn, with the writes since last time in revision order; never after it was cancelled. */
export type OnRevisions = (revisions: readonly Revision[]) => void;

/**
 * The revisioned store. Reads and writes are synchronous (it lives in memory); durability is a separate question
 * that only a boundary asks: `durable(revision)`.
 */
export interface Store {
  /** The newest revision; a fresh store is at 1. */
  readonly revision: number;
  /** Reads and watches below this answer CompactedError. */
  readonly compactRevision: number;
  get(key: string): Entry | undefined;
  range(query: RangeQuery): RangeResult;
  txn(txn: Txn, origin: Origin): TxnResult;
  /** Sends every write with a revision of at least `from` (0: from now on) under `prefix`. Throws CompactedError. */
  watch(query: { readonly prefix: string; readonly from: number }, on: OnRevisions): Cancel;
  /** Moves the floor; history may be kept longer (see `pin`). */
  compact(revision: number): void;
  /** Keeps history from `revision` on until released. */
  pin(revision: number): Cancel;
  /** Kept writes with `from` <= revision <= `to`. */
  history(from: number, to?: number): readonly Revision[];
  /** Resolves once every revision up to this one is committed by the storage; at once when memory is all there is. */
  durable(revision: number): Promise<void>;
}
