import type { Entry, Revision } from "../etcd/index.ts";

/** A write of etcd as it is stored; what was there before follows from the writes before it. */
export type StoredWrite = Omit<Revision, "previous">;

export interface SandboxMeta {
  readonly format: 1;
  /** Virtual milliseconds at the cut. */
  readonly now: number;
  readonly revision: number;
  readonly compactRevision: number;
  readonly preset: string;
  readonly seed: number;
  readonly nodes: number;
}

/** Everything as of one flush. */
export interface StoredBase {
  /** Live entries of etcd at this revision: the oldest that history reaches back to. */
  readonly revision: number;
  readonly entries: readonly Entry[];
  /** Every write after that revision, in order. */
  readonly writes: readonly StoredWrite[];
  readonly records: ReadonlyMap<string, unknown>;
}

/** One flush: a consistent cut between two turns, committed in one transaction or not at all (law 11). */
export interface Segment {
  /** 1 for the first of a sandbox, then without gaps. */
  readonly sequence: number;
  readonly meta: SandboxMeta;
  /** In revision order; continues where the last segment ended. */
  readonly writes: readonly StoredWrite[];
  /** Records of the `Persistent` components by `<name>/<key>`; undefined removes one. */
  readonly records: ReadonlyMap<string, unknown>;
  /** Now and then: everything anew, in place of the old base and all segments up to and with this one. */
  readonly base?: StoredBase;
}

/** Everything that was committed: the base with the segments after it applied. */
export interface StoredSandbox extends StoredBase {
  readonly sequence: number;
  readonly meta: SandboxMeta;
}

/** Why a commit was refused: the disk is full, another tab has taken the sandbox over, or the storage broke. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly reason: "full" | "taken" | "failed";
  constructor(reason: StorageError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Where a sandbox is kept. `browser/` implements it on Dexie; one contract suite covers all. */
export interface SandboxStorage {
  /** Undefined: nothing was ever stored. */
  load(): Promise<StoredSandbox | undefined>;
  /** Resolves once the segment is on disk. Rejects StorageError, and then has stored nothing of it. */
  commit(segment: Segment): Promise<void>;
}

/** Keeps segments in memory, with the semantics of a disk: what `commit` resolved is what `load` gives. */
export class MemoryStorage implements SandboxStorage {
  #sandbox: StoredSandbox | undefined;

  load(): Promise<StoredSandbox | undefined> {
    return Promise.resolve(this.#sandbox);
  }

  commit(segment: Segment): Promise<void> {
    this.#sandbox = applySegments(this.#sandbox, [structuredCopy(segment)]);
    return Promise.resolve();
  }
}

/** What `load` answers after `segments`, given what it answered before. */
export function applySegments(before: StoredSandbox | undefined, segments: readonly Segment[]): StoredSandbox | undefined {
  if (segments.length === 0) return before;
  let current = before;
  let records = new Map(before?.records);
  let writes = [...(before?.writes ?? [])];
  for (const { sequence, meta, base, ...rest } of segments) {
    if (base) {
      records = new Map(base.records);
      writes = [...base.writes];
      current = { sequence, meta, ...base };
      continue;
    }
    for (const [key, value] of rest.records) {
      if (value === undefined) records.delete(key);
      else records.set(key, value);
    }
    for (const write of rest.writes) writes.push(write);
    current = { sequence, meta, revision: current?.revision ?? 1, entries: current?.entries ?? [], writes, records };
  }
  return current && { ...current, writes, records };
}

/** A copy as the structured clone algorithm makes one, for JSON, Uint8Array, Map and undefined. */
export function structuredCopy<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return value.slice() as T;
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, structuredCopy(v) as unknown])) as T;
  if (Array.isArray(value)) return value.map(structuredCopy) as T;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, structuredCopy(v) as unknown])) as T;
}
