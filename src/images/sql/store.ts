import type { Isolation } from "./ast.ts";
import { type Past, reviveRow, reviveShape, type Shape, type Slot, storeRow, storeShape, Table } from "./table.ts";

/** A user or role, as the server's own tables know it. */
export interface User {
  readonly user: string;
  readonly host: string;
  /** A verifier, never the password. */
  readonly password: string;
  readonly attributes: Readonly<Record<string, boolean>>;
  /** "*.*", "shop.*" or "shop.users" to privileges. */
  readonly grants: Readonly<Record<string, readonly string[]>>;
  /** What its sessions begin with (ALTER ROLE … SET). */
  readonly settings?: Readonly<Record<string, string>>;
}
export interface Database {
  readonly name: string;
  readonly tables: Map<string, Table>;
  readonly owner: string;
  readonly options: Readonly<Record<string, string>>;
  readonly number: number;
}

/** One change, as it goes into the log and comes out of it. */
export type Change =
  | readonly ["db", string, { readonly owner: string; readonly options: Readonly<Record<string, string>>; readonly number: number } | null]
  | readonly ["table", string, string, unknown]
  | readonly ["rename", string, string, string]
  | readonly ["row", string, string, number, readonly unknown[] | null]
  | readonly ["clear", string, string]
  | readonly ["auto", string, string, number]
  | readonly ["users", readonly User[]]
  | readonly ["global", string, string];

interface Undo {
  readonly back: () => void;
}
export interface Transaction {
  readonly id: number;
  /** Begun by a statement of its own, not by BEGIN. */
  readonly explicit: boolean;
  readonly undo: Undo[];
  readonly changes: Change[];
  readonly slots: Map<Slot, { readonly database: string; readonly table: Table }>;
  readonly savepoints: { readonly name: string; readonly undo: number; readonly changes: number }[];
  isolation: Isolation;
  readOnly: boolean;
  /** It has looked at something. */
  used: boolean;
  /** Its snapshot: rows as they were before others changed them. */
  past: Map<Slot, Past> | undefined;
  /** What is taken back however it ends (SET LOCAL). */
  readonly locals: (() => void)[];
}
/** A session's LOCK TABLES: others wait for its transaction's end. */
export interface TableLocks {
  readonly tx: Transaction;
  readonly tables: ReadonlyMap<Table, { readonly write: boolean; readonly aliases: readonly string[] }>;
}

/** All databases of a server, the transactions that change them, and the log of what was committed. */
export class Store {
  readonly databases = new Map<string, Database>();
  users: readonly User[] = [];
  readonly globals = new Map<string, string>();
  readonly fold: (text: string) => string;
  /** Told of a transaction's changes when it is committed. */
  committed: (changes: readonly Change[]) => void = () => {};
  #next = 1;
  #numbers = 16_384;
  readonly open = new Map<number, Transaction>();
  #waiting = new Map<number, (() => void)[]>();
  readonly tableLocks = new Set<TableLocks>();

  constructor(fold: (text: string) => string) {
    this.fold = fold;
  }

  begin(explicit: boolean, isolation: Isolation = "read committed", readOnly = false): Transaction {
    const tx: Transaction = {
      id: this.#next++,
      explicit,
      undo: [],
      changes: [],
      slots: new Map(),
      savepoints: [],
      isolation,
      readOnly,
      used: false,
      past: undefined,
      locals: [],
    };
    this.open.set(tx.id, tx);
    return tx;
  }
  /** When that transaction has ended. */
  ended(id: number): Promise<void> {
    if (!this.open.has(id)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), resolve]));
  }
  #end(tx: Transaction): void {
    for (const back of tx.locals.toReversed()) back();
    this.open.delete(tx.id);
    for (const resolve of this.#waiting.get(tx.id) ?? []) resolve();
    this.#waiting.delete(tx.id);
  }
  commit(tx: Transaction): void {
    const changes: Change[] = [...tx.changes];
    for (const [slot, { database, table }] of tx.slots) {
      if (slot.tx !== tx.id) continue;
      const { data, committed } = slot;
      // A row that was only locked is as it was.
      if (data !== committed && this.databases.get(database)?.tables.get(table.name) === table)
        changes.push(["row", database, table.name, slot.id, data && storeRow(data)]);
      if (data !== committed)
        for (const other of this.open.values())
          if (other !== tx && other.past && !other.past.has(slot)) other.past.set(slot, { table, row: committed });
      table.settle(slot);
    }
    this.#end(tx);
    if (changes.length > 0) this.committed(changes);
  }
  rollback(tx: Transaction): void {
    this.undo(tx, 0);
    for (const [slot, { table }] of tx.slots) if (slot.tx === tx.id) table.settle(slot);
    this.#end(tx);
  }
  /** Takes back what came after this many steps. */
  undo(tx: Transaction, steps: number, changes = 0): void {
    while (tx.undo.length > steps) tx.undo.pop()?.back();
    tx.changes.length = Math.min(tx.changes.length, changes);
  }

  write(tx: Transaction, database: string, table: Table, slot: Slot, row: Parameters<Table["put"]>[1]): void {
    const { data, tx: holder } = slot;
    tx.undo.push({
      back: () => {
        table.put(slot, data, holder);
        if (data === null && slot.committed === null) table.slots.delete(slot.id);
      },
    });
    tx.slots.set(slot, { database, table });
    table.put(slot, row, tx.id);
  }
  /** A change of shape: how it is undone, and what the log says of it. */
  change(tx: Transaction, change: Change, back: () => void): void {
    tx.undo.push({ back });
    tx.changes.push(change);
  }

  createDatabase(tx: Transaction, name: string, owner: string, options: Readonly<Record<string, string>>): void {
    const number = this.#numbers++;
    this.databases.set(name, { name, tables: new Map(), owner, options, number });
    this.change(tx, ["db", name, { owner, options, number }], () => this.databases.delete(name));
  }
  dropDatabase(tx: Transaction, name: string): void {
    const old = this.databases.get(name) as Database;
    this.databases.delete(name);
    this.change(tx, ["db", name, null], () => this.databases.set(name, old));
  }
  createTable(tx: Transaction, database: Database, name: string, shape: Shape): Table {
    const table = new Table(name, shape, this.fold);
    database.tables.set(name, table);
    this.change(tx, ["table", database.name, name, storeShape(shape)], () => database.tables.delete(name));
    return table;
  }
  dropTable(tx: Transaction, database: Database, table: Table): void {
    database.tables.delete(table.name);
    this.change(tx, ["table", database.name, table.name, null], () => database.tables.set(table.name, table));
  }
  reshape(tx: Transaction, database: Database, table: Table, shape: Shape): void {
    const old = table.shape;
    table.reshape(shape);
    this.change(tx, ["table", database.name, table.name, storeShape(shape)], () => table.reshape(old));
  }
  rename(tx: Transaction, database: Database, table: Table, to: string): void {
    const from = table.name;
    const move = (a: string, b: string): void => {
      database.tables.delete(a);
      table.name = b;
      database.tables.set(b, table);
    };
    move(from, to);
    this.change(tx, ["rename", database.name, from, to], () => move(to, from));
  }
  setAuto(tx: Transaction, database: string, table: Table, next: number): void {
    if (table.auto === next) return;
    table.auto = next;
    // Numbers that were given out are not given out again, also when what they were for is undone.
    tx.undo.push({ back: () => {} });
    tx.changes.push(["auto", database, table.name, next]);
  }
  setUsers(tx: Transaction, users: readonly User[]): void {
    const old = this.users;
    this.users = users;
    this.change(tx, ["users", users], () => (this.users = old));
  }
  setDatabase(tx: Transaction, old: Database, about: Partial<Pick<Database, "owner" | "options">>): void {
    const next: Database = { ...old, ...about };
    this.databases.set(old.name, next);
    this.change(tx, ["db", old.name, { owner: next.owner, options: next.options, number: next.number }], () =>
      this.databases.set(old.name, old),
    );
  }
  setGlobal(name: string, value: string): void {
    this.globals.set(name, value);
  }

  // --- to and from the log ---

  apply(change: Change): void {
    switch (change[0]) {
      case "db":
        if (change[2] === null) this.databases.delete(change[1]);
        else {
          this.databases.set(change[1], { name: change[1], tables: this.databases.get(change[1])?.tables ?? new Map(), ...change[2] });
          this.#numbers = Math.max(this.#numbers, change[2].number + 1);
        }
        return;
      case "table": {
        const database = this.databases.get(change[1]);
        if (change[3] === null) database?.tables.delete(change[2]);
        else {
          const known = database?.tables.get(change[2]);
          const shape = reviveShape(change[3]);
          if (known) known.reshape(shape);
          else database?.tables.set(change[2], new Table(change[2], shape, this.fold));
        }
        return;
      }
      case "rename": {
        const database = this.databases.get(change[1]);
        const table = database?.tables.get(change[2]);
        if (!database || !table) return;
        database.tables.delete(change[2]);
        table.name = change[3];
        database.tables.set(change[3], table);
        return;
      }
      case "row": {
        const table = this.databases.get(change[1])?.tables.get(change[2]);
        if (!table) return;
        const [, , , id, row] = change;
        let slot = table.slots.get(id);
        if (!slot) table.slots.set(id, (slot = { id, data: null, committed: null, tx: 0 }));
        table.nextRow = Math.max(table.nextRow, id + 1);
        table.put(slot, row === null ? null : reviveRow(row as never), 0);
        table.settle(slot);
        return;
      }
      case "clear":
        this.databases.get(change[1])?.tables.get(change[2])?.clear();
        return;
      case "auto": {
        const table = this.databases.get(change[1])?.tables.get(change[2]);
        if (table) table.auto = change[3];
        return;
      }
      case "users":
        this.users = change[1];
        return;
      case "global":
        this.globals.set(change[1], change[2]);
    }
  }
  /** What makes an empty store into this one. */
  *dump(): Generator<Change> {
    yield ["users", this.users];
    for (const { name, owner, options, number, tables } of this.databases.values()) {
      yield ["db", name, { owner, options, number }];
      for (const table of tables.values()) yield* dumpTable(name, table);
    }
  }
}

export function* dumpTable(database: string, table: Table): Generator<Change> {
  yield ["table", database, table.name, storeShape(table.shape)];
  if (table.auto > 1) yield ["auto", database, table.name, table.auto];
  for (const slot of table.slots.values()) if (slot.committed) yield ["row", database, table.name, slot.id, storeRow(slot.committed)];
}
