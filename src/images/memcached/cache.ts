export interface Item {
  readonly value: string;
  readonly flags: number;
  /** Virtual milliseconds. */
  readonly until: number | undefined;
  readonly unique: number;
}
/** What an item takes besides its key and value. */
const OVERHEAD = 56;
const MONTH = 60 * 60 * 24 * 30;

/** Items in the order of their last use: when memory is full, the ones used longest ago go. */
export class Cache {
  readonly #now: () => number;
  readonly #limit: number;
  readonly #items: Map<string, Item>;
  #unique: number;
  bytes = 0;
  readonly counts: Record<string, number>;

  constructor(
    now: () => number,
    limit: number,
    stored?: {
      readonly items: readonly (readonly [string, Item])[];
      readonly counts: Readonly<Record<string, number>>;
      readonly unique: number;
    },
  ) {
    this.#now = now;
    this.#limit = limit;
    this.#items = new Map(stored?.items);
    this.#unique = stored?.unique ?? 0;
    this.counts = stored
      ? { ...stored.counts }
      : {
          cmd_get: 0,
          cmd_set: 0,
          cmd_flush: 0,
          get_hits: 0,
          get_misses: 0,
          delete_hits: 0,
          delete_misses: 0,
          evictions: 0,
          total_items: 0,
        };
    for (const [key, item] of this.#items) this.bytes += weight(key, item);
  }
  save(): {
    readonly items: readonly (readonly [string, Item])[];
    readonly counts: Readonly<Record<string, number>>;
    readonly unique: number;
  } {
    return { items: [...this.#items], counts: { ...this.counts }, unique: this.#unique };
  }
  get size(): number {
    return this.#items.size;
  }
  count(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }
  get(key: string): Item | undefined {
    const item = this.#items.get(key);
    if (!item) return undefined;
    this.#items.delete(key);
    if (item.until !== undefined && item.until <= this.#now()) {
      this.bytes -= weight(key, item);
      return undefined;
    }
    this.#items.set(key, item);
    return item;
  }
  /** `seconds`: from now, or of the epoch when more than a month; negative: gone at once. */
  put(key: string, value: string, flags: number, seconds: number): void {
    const until = seconds === 0 ? undefined : seconds > MONTH ? seconds * 1000 : this.#now() + seconds * 1000;
    this.keep(key, { value, flags, until, unique: ++this.#unique });
    this.counts["total_items"] = (this.counts["total_items"] ?? 0) + 1;
  }
  keep(key: string, item: Item): void {
    this.remove(key);
    this.#items.set(key, item);
    this.bytes += weight(key, item);
    for (const [oldest] of this.#items) {
      if (this.bytes <= this.#limit) break;
      this.remove(oldest);
      this.count("evictions");
    }
  }
  change(key: string, item: Item, value: string): void {
    this.keep(key, { ...item, value, unique: ++this.#unique });
  }
  remove(key: string): boolean {
    const item = this.#items.get(key);
    if (item) this.bytes -= weight(key, item);
    return this.#items.delete(key);
  }
  clear(): void {
    this.#items.clear();
    this.bytes = 0;
  }
}
const weight = (key: string, item: Item): number => key.length + item.value.length + OVERHEAD;
