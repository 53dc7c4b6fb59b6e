import type { ColumnDef, Expr } from "./ast.ts";
import { compile } from "./compile.ts";
import type { Context } from "./context.ts";
import { convert, nearest, shownRow, timestampText } from "./convert.ts";
import { type ForeignWords, LockWait, SqlError } from "./errors.ts";
import type { Scope } from "./scope.ts";
import type { Database } from "./store.ts";
import { type Foreign, isDefaultNow, type Slot, type Table } from "./table.ts";
import { truth } from "./truth.ts";
import { compare, numeric, type Row, textOf, type Value } from "./values.ts";

/** Where rows are written: one table of one database in one statement. */
export interface Place {
  readonly ctx: Context;
  readonly database: Database;
  readonly table: Table;
}

const bare = (ctx: Context, place?: Place): Scope => ({
  ctx,
  columns: place?.table.shape.columns.map((c) => ({ table: place.table.name, name: c.name, type: c.type })) ?? [],
  outer: undefined,
  clause: "field list",
  aggregates: undefined,
  ctes: new Map(),
});
export const constant = (ctx: Context, of: Expr): Value => compile(bare(ctx), of).run({ row: [], outer: undefined });

/** A column's value when none is given; undefined: there is none to take. */
export function defaultOf({ ctx, database, table }: Place, i: number): Value | undefined {
  const c = table.shape.columns[i] as Table["shape"]["columns"][number];
  if (c.auto) {
    const n = table.auto;
    ctx.store.setAuto(ctx.tx, database.name, table, n + 1);
    return n;
  }
  // An identity's sequence is nobody else's: it needs no privilege.
  if (c.identity && c.default) return convert(ctx, constant({ ...ctx, mayUse: () => {} }, c.default), c.type);
  if (c.default) {
    const value = isDefaultNow(c.default) && !ctx.pg ? timestampText(ctx.now, false) : constant(ctx, c.default);
    return convert(ctx, value, c.type);
  }
  if (c.type.name === "timestamp" && !ctx.pg && !c.nullable && i === table.shape.columns.findIndex((o) => o.type.name === "timestamp"))
    return timestampText(ctx.now, false);
  return c.nullable ? null : undefined;
}

/** A value for a column, as its type holds it. */
export function fitting({ ctx, database, table }: Place, i: number, value: Value, row: number, at?: number): Value {
  const c = table.shape.columns[i] as Table["shape"]["columns"][number];
  if (value === null) return null;
  try {
    return convert(ctx, value, c.type, { column: c.name, full: `\`${database.name}\`.\`${table.name}\`.\`${c.name}\``, row, at });
  } catch (error) {
    if (!(error instanceof SqlError) || strict(ctx)) throw error;
    return bent(ctx, error, value, c, row);
  }
}

/** MySQL without STRICT_TRANS_TABLES makes a value fit, and warns. */
export const strict = (ctx: Context): boolean =>
  ctx.pg || /STRICT_(TRANS|ALL)_TABLES/.test(ctx.setting("sql_mode") ?? "STRICT_TRANS_TABLES");
function bent(ctx: Context, error: SqlError, value: Value, c: ColumnDef, row: number): Value {
  const warn = (code: number, message: string): void => void ctx.warnings.push({ level: "Warning", code, message });
  if (error.code === 1406) {
    warn(1265, `Data truncated for column '${c.name}' at row ${row}`);
    return [...textOf(value, false)].slice(0, c.type.size).join("");
  }
  warn(error.code, error.message);
  if (error.code === 1264) return convert(ctx, nearest(c.type, numeric(value)), c.type);
  return convert(ctx, implicit(c), c.type, undefined, true);
}
/** What a column of this type has when nothing fits. */
export const implicit = (c: ColumnDef): Value =>
  /int|decimal|float|double|year|bool/.test(c.type.name)
    ? 0
    : /^(date|datetime|timestamp)$/.test(c.type.name)
      ? null
      : c.type.name === "time"
        ? "00:00:00"
        : c.type.name === "enum"
          ? (c.type.values?.[0] ?? "")
          : "";

/** NOT NULL and CHECK. */
export function checkRow(place: Place, row: Row): void {
  const { ctx, database, table } = place;
  for (const [i, c] of table.shape.columns.entries())
    if (!c.nullable && (row[i] ?? null) === null) throw ctx.words.notNull(table.name, c.name, shownRow(row, table.shape.columns));
  for (const check of table.shape.checks) {
    const value = compile(bare(ctx, place), check.of).run({ row, outer: undefined });
    if (value !== null && !truth(value))
      throw ctx.words.checkFailed(table.name, check.name, database.name, shownRow(row, table.shape.columns));
  }
}
/** Who has a unique value of this row already, and by which key. */
export function conflictOf(
  { ctx, table }: Place,
  row: Row,
  self?: Slot,
): { readonly slot: Slot; readonly index: Table["shape"]["indexes"][number] } | undefined {
  for (const index of table.shape.indexes) {
    if (index.kind === "index") continue;
    const slot = table.conflict(index, row, self, ctx.tx.id);
    if (slot) return { slot, index };
  }
  return undefined;
}
export function checkUnique(place: Place, row: Row, self?: Slot): void {
  const found = conflictOf(place, row, self);
  if (!found) return;
  const { ctx, table } = place;
  const values = found.index.columns.map((c) => textOf(row[table.position(c)] ?? null, ctx.pg));
  throw ctx.words.duplicateKey(
    table.name,
    found.index.kind === "primary" && !ctx.pg ? "PRIMARY" : found.index.name,
    found.index.columns,
    values,
  );
}

function described(ctx: Context, database: Database, child: Table, f: Foreign, values: readonly Value[]): ForeignWords {
  return {
    database: database.name,
    table: child.name,
    name: f.name,
    columns: f.columns,
    parent: f.table,
    references: f.references,
    values: values.map((v) => textOf(v, ctx.pg)),
    onDelete: f.onDelete,
    onUpdate: f.onUpdate,
  };
}
const pick = (table: Table, row: Row, columns: readonly string[]): readonly Value[] => columns.map((c) => row[table.position(c)] ?? null);
const equal = (ctx: Context, a: readonly Value[], b: readonly Value[]): boolean =>
  a.every((x, i) => x !== null && b[i] !== null && b[i] !== undefined && compare(x, b[i] as Value, ctx.store.fold) === 0);

/** MySQL: references are not looked after while a dump is read. */
export const unchecked = (ctx: Context): boolean => !ctx.pg && ctx.setting("foreign_key_checks") === "OFF";

/** What this row refers to must be there. */
export function checkParents({ ctx, database, table }: Place, row: Row): void {
  if (unchecked(ctx)) return;
  for (const f of table.shape.foreign) {
    const values = pick(table, row, f.columns);
    if (values.includes(null)) continue;
    const parent = database.tables.get(f.table);
    let there = false;
    if (parent)
      for (const slot of parent.visible({ id: ctx.tx.id })) {
        if (!equal(ctx, pick(parent, slot.row, f.references), values)) continue;
        if (slot.tx !== 0 && slot.tx !== ctx.tx.id) throw new LockWait(slot.tx);
        there = true;
        break;
      }
    if (!there) throw ctx.words.foreignMissing(described(ctx, database, table, f, values));
  }
}

/** Who refers to a row that goes, or becomes another: refused, or done as the constraint says. */
export function tellChildren(place: Place, old: Row, next: Row | null): void {
  const { ctx, database, table } = place;
  if (unchecked(ctx)) return;
  for (const child of database.tables.values())
    for (const f of child.shape.foreign) {
      if (f.table !== table.name) continue;
      const values = pick(table, old, f.references);
      if (next && equal(ctx, values, pick(table, next, f.references))) continue;
      const action = next ? f.onUpdate : f.onDelete;
      for (const slot of child.visible({ id: ctx.tx.id })) {
        if (!equal(ctx, pick(child, slot.row, f.columns), values)) continue;
        if (action === "no action" || action === "restrict") throw ctx.words.foreignInUse(described(ctx, database, child, f, values));
        const below: Place = { ctx, database, table: child };
        if (action === "cascade" && !next) removeRow(below, slot);
        else {
          const fresh = [...slot.row];
          for (const [i, column] of f.columns.entries())
            fresh[child.position(column)] = action === "cascade" && next ? (next[table.position(f.references[i] as string)] ?? null) : null;
          changeRow(below, slot, fresh);
        }
      }
    }
}

/** Nobody else has it in hand, and nobody has changed it since this transaction's snapshot. */
export function mine(ctx: Context, table: Table, slot: Slot): void {
  if (slot.tx !== 0 && slot.tx !== ctx.tx.id) throw new LockWait(slot.tx);
  if (ctx.pg && ctx.tx.past?.has(slot) && slot.tx !== ctx.tx.id)
    throw new SqlError(0, "40001", `could not serialize access due to concurrent ${table.slots.has(slot.id) ? "update" : "delete"}`);
}

export function addRow(place: Place, row: Row): Slot {
  const { ctx, database, table } = place;
  checkRow(place, row);
  checkUnique(place, row);
  checkParents(place, row);
  const slot = table.add();
  ctx.store.write(ctx.tx, database.name, table, slot, row);
  return slot;
}
export function changeRow(place: Place, slot: Slot, row: Row): void {
  const { ctx, database, table } = place;
  mine(ctx, table, slot);
  const old = slot.data as Row;
  checkRow(place, row);
  checkUnique(place, row, slot);
  checkParents(place, row);
  ctx.store.write(ctx.tx, database.name, table, slot, row);
  tellChildren(place, old, row);
}
export function removeRow(place: Place, slot: Slot): void {
  const { ctx, database, table } = place;
  mine(ctx, table, slot);
  const old = slot.data as Row;
  ctx.store.write(ctx.tx, database.name, table, slot, null);
  tellChildren(place, old, null);
}
