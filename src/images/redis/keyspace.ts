import { RedisError } from "./resp.ts";

export type Value =
  | { readonly type: "string"; value: string }
  | { readonly type: "list"; value: string[] }
  | { readonly type: "set"; value: Set<string> }
  | { readonly type: "hash"; value: Map<string, string> }
  | { readonly type: "zset"; value: Map<string, number>; sorted?: readonly (readonly [string, number])[] };
export type Type = Value["type"];
export type Entry = Value & {
  /** Virtual milliseconds. */
  expires?: number | undefined;
  /** When it was last asked for, and how often: what eviction goes by. */
  used: number;
  hits: number;
  /** Bytes, by a sample of its elements. */
  bytes: number;
};

export const WRONGTYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";

/** One numbered database. Expired keys are as good as gone, and go when somebody looks. */
export class Keyspace {
  readonly entries = new Map<string, Entry>();
  bytes = 0;
  expired = 0;
  readonly #now: () => number;
  /** Told of keys that went because their time was over. */
  readonly #gone: (key: string) => void;

  constructor(now: () => number, gone: (key: string) => void) {
    this.#now = now;
    this.#gone = gone;
  }

  entry(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    const now = this.#now();
    if (entry.expires !== undefined && entry.expires <= now) {
      this.#expire(key);
      return undefined;
    }
    entry.used = now;
    entry.hits++;
    return entry;
  }
  /** Of a type, or refused. */
  typed<T extends Type>(key: string, type: T): (Entry & { type: T }) | undefined {
    const entry = this.entry(key);
    if (entry && entry.type !== type) throw new RedisError(WRONGTYPE);
    return entry as (Entry & { type: T }) | undefined;
  }
  /** The entry of a collection, made when there is none. */
  made<T extends Exclude<Type, "string">>(key: string, type: T): Entry & { type: T } {
    const found = this.typed(key, type);
    if (found) return found;
    const value = type === "list" ? [] : type === "set" ? new Set() : new Map();
    return this.put(key, { type, value } as unknown as Value) as Entry & { type: T };
  }
  put(key: string, value: Value, expires?: number): Entry {
    this.remove(key);
    const entry: Entry = { ...value, expires, used: this.#now(), hits: 1, bytes: 0 };
    this.entries.set(key, entry);
    this.weigh(key);
    return entry;
  }
  remove(key: string): boolean {
    this.bytes -= this.entries.get(key)?.bytes ?? 0;
    return this.entries.delete(key);
  }
  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }
  /** After a change: an emptied collection is gone, another is weighed anew. */
  settle(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    if (entry.type === "zset") delete entry.sorted;
    if (entry.type !== "string" && count(entry) === 0) this.remove(key);
    else this.weigh(key);
  }
  weigh(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    const bytes = weight(key, entry);
    this.bytes += bytes - entry.bytes;
    entry.bytes = bytes;
  }
  /** Takes away what has expired. */
  sweep(): void {
    const now = this.#now();
    for (const [key, { expires }] of this.entries) if (expires !== undefined && expires <= now) this.#expire(key);
  }
  #expire(key: string): void {
    this.remove(key);
    this.expired++;
    this.#gone(key);
  }
}

export function count(entry: Entry): number {
  if (entry.type === "string") return 1;
  return entry.type === "list" ? entry.value.length : entry.value.size;
}

/** What a key takes, by five of its elements (redis: object.c objectComputeSize). */
function weight(key: string, entry: Entry): number {
  const base = 56 + key.length + (entry.expires === undefined ? 0 : 16);
  if (entry.type === "string") return base + (/^-?\d{1,18}$/.test(entry.value) ? 0 : entry.value.length + 8);
  let sampled = 0;
  let bytes = 0;
  for (const item of entry.value) {
    bytes += typeof item === "string" ? item.length + 16 : item[0].length + 32 + (typeof item[1] === "string" ? item[1].length : 8);
    if (++sampled === 5) break;
  }
  return base + (sampled === 0 ? 0 : Math.round((bytes / sampled) * count(entry)));
}

/** Members by score, then by name. */
export function sorted(entry: Entry & { type: "zset" }): readonly (readonly [string, number])[] {
  return (entry.sorted ??= [...entry.value].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : a > b ? 1 : 0)));
}
