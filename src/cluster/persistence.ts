import type { KubeObject } from "../api/index.ts";
import { kept } from "../apiserver/index.ts";
import type { MemoryStore, Revision } from "../etcd/index.ts";
import type { Cancel, Clock, Persistent, Platform } from "../sim/index.ts";
import { type SandboxMeta, type SandboxStorage, StorageError, type StoredBase, type StoredSandbox, type StoredWrite } from "./storage.ts";

/** Virtual time stops while more revisions than this await their flush (law 11). */
const MAX_UNFLUSHED = 2000;
/** Files, logs and processes are flushed this often (wall ms) even when no revision is written. */
const IDLE_FLUSH_MS = 1000;
/** A reload reads the base and the segments after it: no more than this many, nor this many writes in them. */
const MAX_SEGMENTS = 300;
const MAX_SEGMENT_WRITES = 5000;

export interface PersistenceOptions {
  readonly storage: SandboxStorage;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly meta: () => Omit<SandboxMeta, "format" | "now" | "revision" | "compactRevision">;
  /** Told once, when the storage refuses: from then on the sandbox lives in memory only. */
  readonly onFailure: (error: StorageError) => void;
}

/**
 * Group commit: whatever was written since the last flush goes into the next, one transaction at a time. A revision
 * is durable when the flush that holds it has committed.
 */
export class Persistence {
  readonly #options: PersistenceOptions;
  #components: readonly Persistent[] = [];
  #store: MemoryStore | undefined;
  #pending: StoredWrite[] = [];
  #waiters: { readonly revision: number; readonly resolve: () => void }[] = [];
  #durable = 0;
  #sequence = 0;
  #segments = 0;
  #segmentWrites = 0;
  readonly #records = new Map<string, unknown>();
  readonly #absorbed = new Map<string, unknown>();
  #flushing: Promise<void> | undefined;
  #scheduled = false;
  #failed = false;
  #release: Cancel | undefined;
  #idle: Cancel | undefined;
  #lastNow = Number.NaN;

  constructor(options: PersistenceOptions) {
    this.#options = options;
  }

  /**
   * From here on everything is kept; `restored` is what the storage already holds. Components that are added to the
   * list later are drained from then on.
   */
  begin(store: MemoryStore, components: readonly Persistent[], restored: StoredSandbox | undefined): void {
    this.#store = store;
    this.#components = components;
    this.#sequence = restored?.sequence ?? 0;
    for (const [key, value] of restored?.records ?? []) this.#records.set(key, value);
    this.#durable = restored?.meta.revision ?? 0;
    this.#armIdle();
    if (this.#pending.length > 0 || this.#waiters.length > 0) this.#schedule();
  }

  /** etcd's `onWrite`. */
  readonly onWrite = (revision: Revision): void => {
    if (this.#failed) return;
    const { previous: _, ...write } = revision;
    this.#pending.push(write);
    if (this.#pending.length > MAX_UNFLUSHED) this.#release ??= this.#options.clock.hold();
    this.#schedule();
  };

  /** etcd's `durable`. After a failure everything counts as durable: the page has been told that it is not. */
  readonly durable = (revision: number): Promise<void> => {
    if (this.#failed || revision <= this.#durable) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push({ revision, resolve });
      this.#schedule();
    });
  };

  /** All records, these newest ones included. They are flushed again with the next segment. */
  absorb(drained: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
    for (const [key, value] of drained) this.#keep(this.#absorbed, key, value);
    return this.#records;
  }

  /** A component is no more: its records go with the next flush. */
  forget(component: string): void {
    for (const key of [...this.#records.keys()]) if (key.startsWith(`${component}/`)) this.#keep(this.#absorbed, key, undefined);
  }

  /** Commits what there is; for a page that is about to be hidden. */
  async flush(): Promise<void> {
    // Whoever waited, too, may have begun the next one.
    while (this.#flushing) await this.#flushing;
    if (!this.#failed && this.#store) await this.#start();
  }

  stop(): void {
    this.#failed = true;
    this.#idle?.();
    this.#release?.();
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  #schedule(): void {
    if (this.#scheduled || this.#flushing || this.#failed || !this.#store) return;
    this.#scheduled = true;
    // A macrotask of its own: between two turns, so the cut is consistent.
    this.#options.platform.timer(0, () => {
      this.#scheduled = false;
      if (!this.#flushing && !this.#failed) void this.#start();
    });
  }

  #start(): Promise<void> {
    this.#flushing = this.#commit().finally(() => {
      this.#flushing = undefined;
      if (this.#pending.length > 0 || this.#waiters.length > 0) this.#schedule();
    });
    return this.#flushing;
  }

  async #commit(): Promise<void> {
    const store = this.#store as MemoryStore;
    const { clock, storage, meta } = this.#options;
    const writes = this.#pending.map(whole);
    this.#pending = [];
    const records = new Map<string, unknown>(this.#absorbed);
    this.#absorbed.clear();
    for (const component of this.#components)
      for (const [key, value] of component.drain()) this.#keep(records, `${component.name}/${key}`, value);
    const revision = store.revision;
    if (writes.length === 0 && records.size === 0 && clock.now() === this.#lastNow) return this.#settle(revision);
    this.#lastNow = clock.now();
    const base = this.#baseDue(store, writes.length);
    try {
      await storage.commit({
        sequence: this.#sequence + 1,
        meta: { format: 1, ...meta(), now: clock.now(), revision, compactRevision: store.compactRevision },
        writes,
        records,
        ...(base ? { base } : {}),
      });
    } catch (error) {
      this.#fail(error instanceof StorageError ? error : new StorageError("failed", String(error)));
      return;
    }
    this.#sequence++;
    this.#segments = base ? 0 : this.#segments + 1;
    this.#segmentWrites = base ? 0 : this.#segmentWrites + writes.length;
    this.#settle(revision);
  }

  #keep(records: Map<string, unknown>, key: string, value: unknown): void {
    records.set(key, value);
    if (value === undefined) this.#records.delete(key);
    else this.#records.set(key, value);
  }

  #baseDue(store: MemoryStore, writes: number): StoredBase | undefined {
    if (this.#segments < MAX_SEGMENTS && this.#segmentWrites + writes < MAX_SEGMENT_WRITES) return undefined;
    return baseOf(store, this.#records);
  }

  #settle(revision: number): void {
    this.#durable = Math.max(this.#durable, revision);
    const ready = this.#waiters.filter((w) => w.revision <= revision);
    this.#waiters = this.#waiters.filter((w) => w.revision > revision);
    for (const { resolve } of ready) resolve();
    if (this.#pending.length <= MAX_UNFLUSHED) {
      this.#release?.();
      this.#release = undefined;
    }
  }

  #fail(error: StorageError): void {
    this.#failed = true;
    this.#pending = [];
    this.#idle?.();
    this.#release?.();
    this.#options.onFailure(error);
    // A sandbox that was taken over must not show anything any more; otherwise the session goes on in memory.
    if (error.reason !== "taken") for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  #armIdle(): void {
    this.#idle = this.#options.platform.timer(IDLE_FLUSH_MS, () => {
      if (this.#failed) return;
      this.#schedule();
      this.#armIdle();
    });
  }
}

/** With the owners of its fields, which are found out when somebody needs them. */
function whole<T extends { readonly value: unknown }>(write: T): T {
  const value = write.value === undefined ? undefined : kept(write.value as KubeObject);
  return value === write.value ? write : { ...write, value };
}

/** Everything as of now: etcd back to the oldest revision that can still be read, and all records. */
export function baseOf(store: MemoryStore, records: ReadonlyMap<string, unknown>): StoredBase {
  const revision = Math.max(1, store.keptFrom, store.compactRevision);
  const writes = store.history(revision + 1).map(({ previous: _, ...write }) => whole(write));
  return { revision, entries: store.range({ prefix: "/", revision }).entries.map(whole), writes, records: new Map(records) };
}

/** A component's own records out of everything stored. */
export function recordsOf(stored: StoredSandbox | undefined, component: Persistent): ReadonlyMap<string, unknown> {
  const prefix = `${component.name}/`;
  const mine = new Map<string, unknown>();
  for (const [key, value] of stored?.records ?? []) if (key.startsWith(prefix)) mine.set(key.slice(prefix.length), value);
  return mine;
}
