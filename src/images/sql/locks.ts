import type { Select, Statement } from "./ast.ts";
import type { Context } from "./context.ts";
import { LockWait, SqlError } from "./errors.ts";
import { findTable } from "./from.ts";
import { mine } from "./rows.ts";
import type { Store, TableLocks } from "./store.ts";
import type { Slot, Table } from "./table.ts";
import type { Row } from "./values.ts";

export interface RowLocks {
  free(row: Row): boolean;
  take(row: Row): void;
}
/** FOR UPDATE: the rows that come out of a select are its transaction's until that ends. */
export function rowLocks(ctx: Context, select: Select, grouping: boolean): RowLocks {
  const { from, locked } = select;
  const not = grouping ? "aggregate functions" : select.distinct ? "DISTINCT clause" : undefined;
  if (not !== undefined && ctx.pg) throw new SqlError(0, "0A000", `FOR UPDATE is not allowed with ${not}`);
  if (from?.kind !== "table" || not !== undefined)
    throw ctx.words.notSimulated("FOR UPDATE of more than one table is not simulated by Timonel");
  const { database, table } = findTable(ctx, from);
  const slots = new Map<Row, Slot>();
  for (const slot of table.visible(ctx.reads)) slots.set(slot.row, slot);
  return {
    free(row) {
      const holder = slots.get(row)?.tx ?? 0;
      return holder === 0 || holder === ctx.tx.id;
    },
    take(row) {
      const slot = slots.get(row);
      if (!slot || slot.tx === ctx.tx.id) return;
      if (slot.tx !== 0 && locked === "nowait")
        throw ctx.pg
          ? new SqlError(0, "55P03", `could not obtain lock on row in relation "${table.name}"`)
          : new SqlError(1205, "HY000", "Lock wait timeout exceeded; try restarting transaction");
      mine(ctx, table, slot);
      ctx.store.write(ctx.tx, database.name, table, slot, slot.data);
    },
  };
}

export interface Mentioned {
  readonly database: string | undefined;
  readonly name: string;
}
/** Every table that a statement names, also in its subqueries. */
export function tablesOf(of: unknown): readonly Mentioned[] {
  if (typeof of !== "object" || of === null) return [];
  const here = of as { readonly kind?: string; readonly name?: string; readonly database?: string; readonly at?: number };
  if (here.kind === "table" && typeof here.name === "string") return [{ database: here.database, name: here.name }];
  if (here.kind === undefined && typeof here.name === "string" && "database" in here && "at" in here)
    return [{ database: here.database, name: here.name }];
  return Object.values(of).flatMap(tablesOf);
}

const WRITES = new Set<Statement["kind"]>([
  "insert",
  "update",
  "delete",
  "truncate",
  "drop table",
  "alter table",
  "create index",
  "drop index",
  "rename table",
]);
const FREE = new Set<Statement["kind"]>([
  "show",
  "create user",
  "drop user",
  "grant",
  "use",
  "set",
  "explain",
  "create table",
  "create view",
]);

/** MySQL: a statement waits for tables that others have locked, and keeps to those that its own session has. */
export function minding(store: Store, own: TableLocks | undefined, statement: Statement, current: string): void {
  if ((!own && store.tableLocks.size === 0) || FREE.has(statement.kind)) return;
  const target = "table" in statement && statement.table ? statement.table.name : undefined;
  for (const { database = current, name } of tablesOf(statement)) {
    const table = store.databases.get(database)?.tables.get(name);
    if (!table) continue;
    const writes = WRITES.has(statement.kind) && (target === undefined || target === name);
    if (own) {
      const lock = own.tables.get(table);
      if (!lock) throw new SqlError(1100, "HY000", `Table '${name}' was not locked with LOCK TABLES`);
      if (writes && !lock.write) throw new SqlError(1099, "HY000", `Table '${name}' was locked with a READ lock and can't be updated`);
    } else waitFor(store, table, writes);
  }
}
function waitFor(store: Store, table: Table, writes: boolean): void {
  for (const { tx, tables } of store.tableLocks) {
    const lock = tables.get(table);
    if (lock && (lock.write || writes)) throw new LockWait(tx.id, true);
  }
}

/** LOCK TABLES, all at once or not at all. */
export function lockTables(
  store: Store,
  statement: Statement & { readonly kind: "lock tables" },
  find: (of: Mentioned) => Table,
): TableLocks {
  const tables = new Map<Table, { write: boolean; aliases: readonly string[] }>();
  for (const { table: of, alias, write } of statement.tables) {
    const table = find(of);
    const known = tables.get(table);
    tables.set(table, { write: write || (known?.write ?? false), aliases: [...(known?.aliases ?? []), alias] });
  }
  for (const [table, { write }] of tables) {
    waitFor(store, table, write);
    for (const tx of store.open.values()) for (const held of tx.slots.values()) if (held.table === table) throw new LockWait(tx.id, true);
  }
  const locks: TableLocks = { tx: store.begin(true), tables };
  store.tableLocks.add(locks);
  return locks;
}
