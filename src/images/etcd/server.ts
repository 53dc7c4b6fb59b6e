import { Errno, type ProcessContext } from "../../runtime/index.ts";
import { Timers } from "../database/timers.ts";
import { appendWal, dbSize, dbText, type Member, writeDb } from "./disk.ts";
import type { EtcdBackend } from "./backend.ts";
import { crc32 } from "./crc.ts";
import type { Change, Lease, Store, WatchedEvent } from "./store.ts";

/** A checkpoint. */
export interface StoredServer {
  readonly base: readonly Change[];
  readonly log: readonly Change[];
  readonly term: number;
  readonly index: number;
  readonly walBytes: number;
  readonly leases: number;
  readonly timers: readonly number[];
}
interface Watcher {
  readonly key: string;
  readonly end: string;
  readonly events: (events: readonly WatchedEvent[]) => void;
}
const SNAPSHOT = 4 * 1024 * 1024;
const ROOT_MEMORY = 24 * 1024 * 1024;

/** A cluster of one: what it holds, and what is kept of it. */
export class EtcdServer implements EtcdBackend {
  readonly proc: ProcessContext;
  readonly version: string;
  readonly folder: string;
  readonly member: Member;
  readonly store: Store;
  readonly timers: Timers;
  term: number;
  index: number;
  #walBytes: number;
  #leases: number;
  #base: readonly Change[];
  #log: Change[];
  /** Of one request: they get one revision and one line of the log. */
  #changes: Change[] = [];
  #group: number | undefined;
  #depth = 0;
  #memory = 0;
  readonly #watchers = new Set<Watcher>();
  /** Something was done that nobody asked for: a lease has ended. */
  changed: () => void = () => {};

  constructor(
    proc: ProcessContext,
    about: {
      readonly version: string;
      readonly folder: string;
      readonly member: Member;
      readonly store: Store;
      readonly term: number;
      readonly index: number;
    },
    stored?: StoredServer,
  ) {
    this.proc = proc;
    this.version = about.version;
    this.folder = about.folder;
    this.member = about.member;
    this.store = about.store;
    this.term = stored?.term ?? about.term;
    this.index = stored?.index ?? about.index;
    this.#walBytes = stored?.walBytes ?? 0;
    this.#leases = stored?.leases ?? proc.random.int(2 ** 30);
    if (stored) for (const change of [...stored.base, ...stored.log]) this.store.apply(change);
    this.#base = stored?.base ?? this.store.dump();
    this.#log = [...(stored?.log ?? [])];
    this.timers = new Timers(proc, stored?.timers);
    for (const lease of this.store.leases.values()) this.#watch(lease);
    this.#weigh();
  }
  save(): StoredServer {
    if (this.#log.length > Math.max(1000, this.#base.length)) [this.#base, this.#log] = [this.store.dump(), []];
    return {
      base: this.#base,
      log: [...this.#log],
      term: this.term,
      index: this.index,
      walBytes: this.#walBytes,
      leases: this.#leases,
      timers: this.timers.save(),
    };
  }
  now(): number {
    return this.proc.clock.now();
  }
  get dbSize(): number {
    return dbSize(this.store);
  }

  /** Operations of one request have one revision. */
  together<T>(fn: () => T): T {
    const before = this.store.revision;
    this.#group ??= before + 1;
    this.#depth++;
    try {
      return fn();
    } finally {
      if (--this.#depth === 0) {
        this.#group = undefined;
        this.#commit(before);
      }
    }
  }
  put(key: string, value: string, lease: number): void {
    this.together(() => this.#do(["put", this.#group as number, key, value, lease]));
  }
  remove(keys: readonly string[]): void {
    if (keys.length > 0) this.together(() => keys.forEach((key) => this.#do(["del", this.#group as number, key])));
  }
  compact(revision: number): void {
    this.together(() => this.#do(["compact", revision]));
  }
  grant(wanted: number, ttl: number): number {
    // A number that JavaScript holds exactly.
    const id = wanted !== 0 ? wanted : 2 ** 50 + (this.#leases = (this.#leases + 1) % 2 ** 31) * 2 ** 12 + this.proc.random.int(2 ** 12);
    const lease: Lease = { id, ttl, expires: this.proc.clock.now() + ttl * 1000 };
    this.together(() => this.#do(["lease", id, ttl, lease.expires]));
    this.#watch(lease);
    return id;
  }
  revoke(id: number): void {
    this.together(() => {
      for (const key of this.store.attached(id)) this.#do(["del", this.#group as number, key]);
      this.#do(["unlease", id]);
    });
  }
  /** The seconds it has again; 0: there is no such lease. */
  keepAlive(id: number): number {
    const old = this.store.leases.get(id);
    if (!old) return 0;
    const lease = { ...old, expires: this.proc.clock.now() + old.ttl * 1000 };
    this.together(() => this.#do(["lease", id, lease.ttl, lease.expires]));
    this.#watch(lease);
    return lease.ttl;
  }
  #watch(lease: Lease): void {
    this.timers.at(Math.max(lease.expires, this.proc.clock.now() + 500), () => {
      const now = this.store.leases.get(lease.id);
      if (!now || now.expires > this.proc.clock.now()) return;
      this.revoke(lease.id);
      this.changed();
    });
  }
  #do(change: Change): void {
    this.store.apply(change);
    this.#changes.push(change);
  }
  #commit(before: number): void {
    const changes = this.#changes;
    if (changes.length === 0) return;
    this.#changes = [];
    this.index++;
    this.#log.push(...changes);
    this.#walBytes += JSON.stringify(changes).length;
    if (this.#walBytes > SNAPSHOT) this.flush();
    else appendWal(this.proc, this.folder, changes, this.index);
    this.#weigh();
    for (const w of this.#watchers) {
      const events = this.store.since(w.key, w.end, before + 1);
      if (events.length > 0) w.events(events);
    }
  }
  #weigh(): void {
    const bytes = ROOT_MEMORY + Math.ceil((this.store.bytes * 2) / 65_536) * 65_536;
    if (bytes !== this.#memory) this.proc.memory((this.#memory = bytes));
  }
  /** Throws Errno. */
  flush(): void {
    writeDb(this.proc, this.folder, this.store, { member: this.member, term: this.term, index: this.index });
    this.#walBytes = 0;
  }
  defragment(): void {
    try {
      this.flush();
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
  snapshot(): string {
    return dbText(this.store, { member: this.member, term: this.term, index: this.index });
  }
  hash(): number {
    return crc32(JSON.stringify(this.store.dump()));
  }

  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}
