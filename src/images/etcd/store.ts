/** A revision of a key; without a value it is the moment it was deleted. */
export interface Version {
  readonly mod: number;
  readonly create: number;
  readonly version: number;
  readonly value: string | undefined;
  readonly lease: number;
}
export interface Pair extends Version {
  readonly key: string;
  readonly value: string;
}
export interface Lease {
  readonly id: number;
  readonly ttl: number;
  /** Virtual ms. */
  readonly expires: number;
}
/** What changes the store, as the log and a checkpoint keep it. Keys and values are binary strings. */
export type Change =
  | readonly ["put", revision: number, key: string, value: string, lease: number]
  | readonly ["del", revision: number, key: string]
  | readonly ["kept", key: string, versions: readonly Version[]]
  | readonly ["compact", revision: number]
  | readonly ["revision", revision: number]
  | readonly ["lease", id: number, ttl: number, expires: number]
  | readonly ["unlease", id: number];
export interface WatchedEvent {
  readonly type: "PUT" | "DELETE";
  readonly pair: Omit<Pair, "value"> & { readonly value: string | undefined };
  readonly before: Pair | undefined;
}

export class RevisionError extends Error {}

/** etcd's keys with all their revisions. */
export class Store {
  revision = 1;
  compacted = 0;
  readonly #keys = new Map<string, Version[]>();
  readonly leases = new Map<number, Lease>();
  /** Of keys and values that are kept. */
  bytes = 0;

  /** Keys from `key` up to `end` ("" only that one, "\0" all that follow), as of a revision, in order. Throws RevisionError. */
  range(key: string, end: string, revision = 0): readonly Pair[] {
    if (revision > this.revision) throw new RevisionError("etcdserver: mvcc: required revision is a future revision");
    if (revision > 0 && revision < this.compacted) throw new RevisionError("etcdserver: mvcc: required revision has been compacted");
    const names =
      end === "" ? [key] : [...this.#keys.keys()].filter((k) => k >= key && (end === "\0" || k < end)).sort((a, b) => (a < b ? -1 : 1));
    return names.flatMap((name) => {
      const found = this.#keys.get(name)?.findLast((v) => revision === 0 || v.mod <= revision);
      return found?.value === undefined ? [] : [{ ...found, key: name, value: found.value }];
    });
  }
  get(key: string): Pair | undefined {
    return this.range(key, "")[0];
  }
  /** Everything that happened to these keys from a revision on. */
  since(key: string, end: string, revision: number): readonly WatchedEvent[] {
    const events: WatchedEvent[] = [];
    for (const [name, versions] of this.#keys) {
      if (end === "" ? name !== key : name < key || (end !== "\0" && name >= end)) continue;
      for (const [i, v] of versions.entries()) {
        if (v.mod < revision) continue;
        const old = versions[i - 1];
        const before = old?.value === undefined ? undefined : { ...old, key: name, value: old.value };
        events.push({ type: v.value === undefined ? "DELETE" : "PUT", pair: { ...v, key: name }, before });
      }
    }
    return events.sort((a, b) => a.pair.mod - b.pair.mod);
  }
  get size(): number {
    let n = 0;
    for (const versions of this.#keys.values()) n += versions.length;
    return n;
  }
  attached(lease: number): readonly string[] {
    return this.range("", "\0").flatMap((p) => (p.lease === lease ? [p.key] : []));
  }

  apply(change: Change): void {
    switch (change[0]) {
      case "put": {
        const [, mod, key, value, lease] = change;
        const old = this.get(key);
        this.#add(key, { mod, create: old?.create ?? mod, version: (old?.version ?? 0) + 1, value, lease });
        return;
      }
      case "del":
        this.#add(change[2], { mod: change[1], create: 0, version: 0, value: undefined, lease: 0 });
        return;
      case "kept":
        for (const v of change[2]) this.#add(change[1], v);
        return;
      case "compact":
        return this.#compact(change[1]);
      case "revision":
        this.revision = Math.max(this.revision, change[1]);
        return;
      case "lease":
        this.leases.set(change[1], { id: change[1], ttl: change[2], expires: change[3] });
        return;
      case "unlease":
        this.leases.delete(change[1]);
    }
  }
  #add(key: string, v: Version): void {
    const versions = this.#keys.get(key);
    if (versions) versions.push(v);
    else this.#keys.set(key, [v]);
    this.revision = Math.max(this.revision, v.mod);
    this.bytes += key.length + (v.value?.length ?? 0) + 48;
  }
  #compact(revision: number): void {
    this.compacted = revision;
    this.bytes = 0;
    for (const [key, versions] of this.#keys) {
      // What was current then stays; a deletion that was is forgotten.
      const current = versions.findLastIndex((v) => v.mod <= revision);
      const kept = versions.filter((v, i) => v.mod > revision || (i === current && v.value !== undefined));
      if (kept.length === 0) this.#keys.delete(key);
      else this.#keys.set(key, kept);
      for (const v of kept) this.bytes += key.length + (v.value?.length ?? 0) + 48;
    }
  }
  dump(): Change[] {
    const out: Change[] = [["revision", this.revision]];
    for (const [key, versions] of this.#keys) out.push(["kept", key, [...versions]]);
    if (this.compacted > 0) out.push(["compact", this.compacted]);
    for (const { id, ttl, expires } of this.leases.values()) out.push(["lease", id, ttl, expires]);
    return out;
  }
}
