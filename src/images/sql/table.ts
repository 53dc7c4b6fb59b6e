import type { CheckDef, ColumnDef, Expr, ForeignDef, Select } from "./ast.ts";
import { LockWait } from "./errors.ts";
import { isDecimal, keyOf, parseDecimal, type Row, type Value, decimalText } from "./values.ts";

export interface Index {
  readonly name: string;
  readonly kind: "primary" | "unique" | "index";
  readonly columns: readonly string[];
}
export type Foreign = ForeignDef & { readonly name: string };
export type Check = CheckDef & { readonly name: string };

/** A table's shape: plain, and replaced as a whole when it changes. */
export interface Shape {
  readonly columns: readonly ColumnDef[];
  readonly indexes: readonly Index[];
  readonly foreign: readonly Foreign[];
  readonly checks: readonly Check[];
  readonly options: Readonly<Record<string, string>>;
  readonly owner: string;
  readonly comment?: string;
  /** It is a view: what it selects, how that was written, and how with every name in full. */
  readonly view?: { readonly select: Select; readonly text: string; readonly full: string };
  /** It is a sequence; `auto` is what it gives out next. */
  readonly sequence?: {
    readonly start: number;
    readonly increment: number;
    readonly owned?: { readonly table: string; readonly column: string };
  };
  /** Virtual milliseconds. */
  readonly created: number;
}

/** A row with what a transaction that has not ended makes of it: `data` is that one's, `committed` everybody else's. */
export interface Slot {
  readonly id: number;
  data: Row | null;
  committed: Row | null;
  /** The transaction that has changed it; 0: none. */
  tx: number;
}

/** Who looks at a table. */
export interface View {
  /** The transaction: it sees what it has done itself. */
  readonly id: number;
  /** What rows were when its snapshot was taken that others have changed since. */
  readonly past?: ReadonlyMap<Slot, Past> | undefined;
  /** It sees also what others have not committed. */
  readonly dirty?: boolean;
}
export interface Past {
  readonly table: Table;
  readonly row: Row | null;
}

export class Table {
  name: string;
  shape: Shape;
  readonly slots = new Map<number, Slot>();
  nextRow = 1;
  /** The next number of an automatic column. */
  auto = 1;
  #positions: Map<string, number> | undefined;
  #unique = new Map<string, Map<string, Slot>>();
  readonly #fold: (text: string) => string;

  constructor(name: string, shape: Shape, fold: (text: string) => string) {
    this.name = name;
    this.shape = shape;
    this.#fold = fold;
  }
  reshape(shape: Shape): void {
    this.shape = shape;
    this.#positions = undefined;
    this.reindex();
  }
  position(column: string): number {
    this.#positions ??= new Map(this.shape.columns.map((c, i) => [c.name.toLowerCase(), i]));
    return this.#positions.get(column.toLowerCase()) ?? -1;
  }
  /** The rows that somebody sees. */
  *visible({ id, past, dirty = false }: View): Generator<Slot & { readonly row: Row }> {
    for (const slot of this.slots.values()) {
      const then = slot.tx === id ? undefined : past?.get(slot);
      const row = then ? then.row : slot.tx === 0 || slot.tx === id || dirty ? slot.data : slot.committed;
      if (row !== null) yield Object.assign(slot, { row });
    }
    if (!past) return;
    for (const [slot, { table, row }] of past)
      if (table === this && row !== null && !this.slots.has(slot.id)) yield Object.assign(slot, { row });
  }
  get size(): number {
    return this.slots.size;
  }

  /** A key's text; undefined when a part of it is null: then nothing equals it. */
  keyText(columns: readonly string[], row: Row): string | undefined {
    let text = "";
    for (const column of columns) {
      const value = row[this.position(column)] ?? null;
      if (value === null) return undefined;
      text += `${keyOf(value, this.#fold)}\u0000`;
    }
    return text;
  }
  #map(index: Index): Map<string, Slot> {
    const name = index.columns.join(",");
    let map = this.#unique.get(name);
    if (map) return map;
    map = new Map();
    this.#unique.set(name, map);
    for (const slot of this.slots.values()) {
      const key = slot.data && this.keyText(index.columns, slot.data);
      if (typeof key === "string") map.set(key, slot);
    }
    return map;
  }
  /** Who has these values already. Throws LockWait while it is not decided. */
  conflict(index: Index, row: Row, self: Slot | undefined, tx: number): Slot | undefined {
    const key = this.keyText(index.columns, row);
    if (key === undefined) return undefined;
    const slot = this.#map(index).get(key);
    if (!slot || slot === self) {
      // Deleted by another transaction, which may yet be undone.
      if (!slot && this.#deleting > 0)
        for (const s of this.slots.values())
          if (s.data === null && s.committed && s.tx !== tx && s.tx !== 0 && this.keyText(index.columns, s.committed) === key)
            throw new LockWait(s.tx);
      return undefined;
    }
    if (slot.tx !== 0 && slot.tx !== tx) throw new LockWait(slot.tx);
    return slot;
  }
  #deleting = 0;

  /** Puts a row's data in place, keeping what finds it. Answers how it was. */
  put(slot: Slot, data: Row | null, tx: number): void {
    for (const index of this.shape.indexes) {
      if (index.kind === "index") continue;
      const map = this.#map(index);
      const old = slot.data && this.keyText(index.columns, slot.data);
      if (typeof old === "string" && map.get(old) === slot) map.delete(old);
      const key = data && this.keyText(index.columns, data);
      if (typeof key === "string") map.set(key, slot);
    }
    if (slot.data !== null && data === null) this.#deleting++;
    if (slot.data === null && data !== null && slot.committed !== null) this.#deleting = Math.max(0, this.#deleting - 1);
    slot.data = data;
    slot.tx = tx;
  }
  settle(slot: Slot): void {
    if (slot.data === null) {
      this.slots.delete(slot.id);
      this.#deleting = Math.max(0, this.#deleting - 1);
    }
    slot.committed = slot.data;
    slot.tx = 0;
  }
  add(): Slot {
    const slot: Slot = { id: this.nextRow++, data: null, committed: null, tx: 0 };
    this.slots.set(slot.id, slot);
    return slot;
  }
  clear(): void {
    this.slots.clear();
    this.#unique.clear();
    this.#deleting = 0;
  }
  reindex(): void {
    this.#unique.clear();
  }
}

// --- as text ---

type Stored = null | number | string | boolean | { readonly d: string };
const store = (value: Value): Stored => (isDecimal(value) ? { d: decimalText(value) } : value);
const revive = (value: Stored): Value => (typeof value === "object" && value !== null ? (parseDecimal(value.d) ?? null) : value);
export const storeRow = (row: Row): readonly Stored[] => row.map(store);
export const reviveRow = (row: readonly Stored[]): Row => row.map(revive);

/** A shape as plain JSON and back: literals in its expressions may be exact numbers. */
export const storeShape = (shape: Shape): unknown =>
  JSON.parse(JSON.stringify(shape, (_k, v: unknown) => (typeof v === "bigint" ? `big:${v}` : v)));
export const reviveShape = (stored: unknown): Shape =>
  JSON.parse(JSON.stringify(stored), (_k, v: unknown) =>
    typeof v === "string" && /^big:-?\d+$/.test(v) ? BigInt(v.slice(4)) : v,
  ) as Shape;

export const isDefaultNow = (of: Expr | undefined): boolean =>
  of?.kind === "call" && /^(now|current_timestamp|localtimestamp|localtime)$/.test(of.name);
