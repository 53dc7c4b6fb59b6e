import { findTable } from "./from.ts";
import type { Expr, SelectItem, Statement, TableName } from "./ast.ts";
import { compile } from "./compile.ts";
import { type Context, type Rows, step } from "./context.ts";
import { timestampText } from "./convert.ts";
import { SqlError } from "./errors.ts";
import { addRow, changeRow, conflictOf, defaultOf, fitting, implicit, mine, type Place, removeRow, strict } from "./rows.ts";
import type { Compiled, Scope } from "./scope.ts";
import { runSelect, sort } from "./select.ts";
import type { Index, Slot, Table } from "./table.ts";
import { truth } from "./truth.ts";
import { compare, type Row, textOf, type Value } from "./values.ts";

export interface Written {
  readonly affected: number;
  readonly rows?: Rows;
  /** "Records: 2  Duplicates: 0  Warnings: 0" */
  readonly info?: string;
  readonly insertId?: number;
}

const scopeOf = (ctx: Context, table: Table, alias: string, clause: string): Scope => ({
  ctx,
  columns: table.shape.columns.map((c) => ({ table: alias, name: c.name, type: c.type })),
  outer: undefined,
  clause,
  aggregates: undefined,
  ctes: new Map(),
});

function columnIndex(ctx: Context, table: Table, name: string, clause: string, at: number): number {
  const i = table.position(name);
  if (i < 0) throw ctx.words.unknownColumn(name, undefined, ctx.pg ? `relation "${table.name}"` : clause, at);
  return i;
}

function returned(
  ctx: Context,
  table: Table,
  alias: string,
  items: readonly SelectItem[] | undefined,
  rows: readonly Row[],
): Rows | undefined {
  if (!items) return undefined;
  const scope = scopeOf(ctx, table, alias, "field list");
  const columns = items.flatMap((item): readonly { readonly name: string; readonly of: Compiled }[] =>
    item.of.kind === "star"
      ? table.shape.columns.map((c, i) => ({
          name: c.name,
          of: { type: c.type, at: 0, run: (env: { readonly row: Row }) => env.row[i] ?? null },
        }))
      : [{ name: item.alias ?? (item.of.kind === "column" ? item.of.name : ctx.pg ? "?column?" : item.text), of: compile(scope, item.of) }],
  );
  return {
    fields: columns.map((c) => ({ name: c.name, type: c.of.type })),
    rows: rows.map((row) => columns.map((c) => c.of.run({ row, outer: undefined }))),
  };
}

/** A table that rows are written into. */
function placeOf(ctx: Context, name: TableName): Place {
  const place: Place = { ctx, ...findTable(ctx, name) };
  const { view, sequence } = place.table.shape;
  if (view) throw ctx.words.notSimulated("writing through views is not simulated by Timonel");
  if (sequence) throw new SqlError(0, "42809", `cannot change sequence "${place.table.name}"`);
  return place;
}

export function insert(ctx: Context, s: Statement & { readonly kind: "insert" }): Written {
  const place = placeOf(ctx, s.table);
  const { table } = place;
  arbiter(ctx, table, s.onConflict);
  const { columns } = table.shape;
  const clause = ctx.version.includes("MariaDB") ? (s.replace ? "REPLACE INTO" : "INSERT INTO") : "field list";
  const targets = s.columns
    ? s.columns.map((name, i) => columnIndex(ctx, table, name, clause, s.columnsAt[i] ?? 0))
    : columns.map((_, i) => i);
  const given = s.select ? fromSelect(ctx, s.select, targets) : fromValues(place, s.rows ?? [], targets, s.columns !== undefined);
  let affected = 0;
  let duplicates = 0;
  let firstId: number | undefined;
  const slots: Row[] = [];
  const autoAt = columns.findIndex((c) => c.auto);
  for (const [n, values] of given.entries()) {
    step(ctx);
    try {
      const row = complete(place, targets, values, n + 1, s.overriding);
      if (autoAt >= 0 && row.generated) firstId ??= row.row[autoAt] as number;
      const done = putRow(place, s, row.row);
      affected += done.affected;
      if (done.duplicate) duplicates++;
      if (done.row) slots.push(done.row);
      if (done.id !== undefined && s.onConflict) firstId ??= done.id;
    } catch (error) {
      if (!s.ignore || !(error instanceof SqlError)) throw error;
      duplicates++;
      ctx.warnings.push({ level: "Warning", code: error.code, message: error.message });
    }
  }
  if (firstId !== undefined) ctx.session.lastInsertId = firstId;
  const rows = returned(ctx, table, table.name, s.returning, slots);
  const many = given.length > 1 || s.select !== undefined;
  return {
    affected,
    ...(rows && { rows }),
    ...(firstId !== undefined && { insertId: firstId }),
    ...(many && { info: `Records: ${given.length}  Duplicates: ${duplicates}  Warnings: ${ctx.warnings.length}` }),
  };
}

type Conflict = NonNullable<(Statement & { readonly kind: "insert" })["onConflict"]>;
const covers = (index: Index, { columns, constraint }: Conflict): boolean =>
  constraint !== undefined
    ? index.name === constraint
    : columns.length === 0 || (index.columns.length === columns.length && index.columns.every((c) => columns.includes(c)));

/** What ON CONFLICT names has to be there, and be unique. */
function arbiter(ctx: Context, table: Table, on: Conflict | undefined): void {
  if (!ctx.pg || !on || (on.columns.length === 0 && on.constraint === undefined)) {
    if (ctx.pg && on?.set) throw new SqlError(0, "42601", "ON CONFLICT DO UPDATE requires inference specification or constraint name");
    return;
  }
  if (table.shape.indexes.some((i) => i.kind !== "index" && covers(i, on))) return;
  throw on.constraint === undefined
    ? new SqlError(0, "42P10", "there is no unique or exclusion constraint matching the ON CONFLICT specification")
    : new SqlError(0, "42704", `constraint "${on.constraint}" for table "${table.name}" does not exist`);
}

type Given = readonly { readonly value: Value | undefined; readonly at: number | undefined }[];

function fromSelect(
  ctx: Context,
  select: (Statement & { readonly kind: "insert" })["select"] & object,
  targets: readonly number[],
): readonly Given[] {
  const { fields, rows } = runSelect(ctx, select);
  if (fields.length !== targets.length) throw ctx.words.columnCount(1, fields.length > targets.length, 0);
  return rows.map((row) => row.map((value) => ({ value, at: undefined })));
}

function fromValues(
  { ctx, table }: Place,
  rows: readonly (readonly Expr[])[],
  targets: readonly number[],
  named: boolean,
): readonly Given[] {
  const scope: Scope = { ...scopeOf(ctx, table, table.name, "VALUES"), columns: [] };
  return rows.map((row, n) => {
    const fewer = row.length < targets.length;
    if (
      row.length > targets.length ||
      (fewer && (named || !ctx.pg) && row.length > 0) ||
      (fewer && row.length === 0 && named && targets.length > 0 && ctx.pg)
    )
      throw ctx.words.columnCount(n + 1, row.length > targets.length, row[Math.min(targets.length, row.length - 1)]?.at ?? 0);
    return row.map((of) => ({
      value: of.kind === "default" ? undefined : compile(scope, of).run({ row: [], outer: undefined }),
      at: of.kind === "literal" ? of.at : undefined,
    }));
  });
}

/** All columns of a new row: what was given, and defaults. */
function complete(
  place: Place,
  targets: readonly number[],
  given: Given,
  n: number,
  overriding: boolean,
): { readonly row: Row; readonly generated: boolean } {
  const { ctx, table, database } = place;
  const { columns } = table.shape;
  const row: (Value | undefined)[] = columns.map(() => undefined);
  let generated = false;
  for (const [i, item] of given.entries()) {
    const at = targets[i] as number;
    const c = columns[at] as (typeof columns)[number];
    // DEFAULT.
    if (item.value === undefined) continue;
    if (c.identity === "always" && !overriding)
      throw new SqlError(0, "428C9", `cannot insert a non-DEFAULT value into column "${c.name}"`, {
        detail: `Column "${c.name}" is an identity column defined as GENERATED ALWAYS.`,
        hint: "Use OVERRIDING SYSTEM VALUE to override.",
      });
    const zero = item.value === 0 && !/NO_AUTO_VALUE_ON_ZERO/.test(ctx.setting("sql_mode") ?? "");
    const automatic = c.auto && !ctx.pg && (item.value === null || zero);
    if (automatic) continue;
    row[at] = fitting(place, at, item.value, n, item.at);
    if (c.auto && !ctx.pg && typeof row[at] === "number" && (row[at] as number) >= table.auto)
      ctx.store.setAuto(ctx.tx, database.name, table, (row[at] as number) + 1);
  }
  for (const [i, c] of columns.entries()) {
    if (row[i] !== undefined) continue;
    const value = defaultOf(place, i);
    if (c.auto) generated = true;
    if (value === undefined && !ctx.pg) {
      if (strict(ctx)) throw ctx.words.noDefault(c.name);
      ctx.warnings.push({ level: "Warning", code: 1364, message: ctx.words.noDefault(c.name).message });
      row[i] = implicit(c);
    } else row[i] = value ?? null;
  }
  return { row: row as Value[], generated };
}

/** One row: put in, or what the statement wants to happen when it is there already. */
function putRow(
  place: Place,
  s: Statement & { readonly kind: "insert" },
  row: Row,
): { readonly affected: number; readonly duplicate?: boolean; readonly row?: Row; readonly id?: number } {
  const { ctx, table } = place;
  if (s.replace) {
    let gone = 0;
    for (let found = conflictOf(place, row); found; found = conflictOf(place, row)) {
      removeRow(place, found.slot);
      gone++;
    }
    addRow(place, row);
    return { affected: gone + 1, duplicate: gone > 0, row };
  }
  const found = s.onConflict ? conflictOf(place, row) : undefined;
  const meant = found && s.onConflict && covers(found.index, s.onConflict);
  if (!found || !meant) {
    addRow(place, row);
    return { affected: 1, row };
  }
  if (!s.onConflict?.set) return { affected: 0, duplicate: true };
  const old = found.slot.data as Row;
  const scope: Scope = {
    ...scopeOf(ctx, table, table.name, "field list"),
    columns: [
      ...table.shape.columns.map((c) => ({ table: table.name, name: c.name, type: c.type })),
      ...table.shape.columns.map((c) => ({ table: "excluded", name: c.name, type: c.type, hidden: true as const })),
    ],
  };
  const next = [...old];
  for (const [name, of] of s.onConflict.set) {
    const i = columnIndex(ctx, table, name, "UPDATE", of.at);
    // VALUES(column) is what would have been put in.
    const value =
      of.kind === "call" && of.name === "values" && of.args[0]?.kind === "column"
        ? (row[table.position(of.args[0].name)] ?? null)
        : compile(scope, of).run({ row: [...old, ...row], outer: undefined });
    next[i] = fitting(place, i, value, 1);
  }
  const same = next.every((v, i) => sameValue(ctx, v, old[i] ?? null));
  if (!same || ctx.pg) changeRow(place, found.slot, next);
  const auto = table.shape.columns.findIndex((c) => c.auto);
  return { affected: ctx.pg ? 1 : same ? 0 : 2, duplicate: true, row: next, ...(auto >= 0 && { id: old[auto] as number }) };
}

const sameValue = (ctx: Context, a: Value, b: Value): boolean =>
  a === null || b === null ? a === b : textOf(a, ctx.pg) === textOf(b, ctx.pg) && compare(a, b, (x) => x) === 0;

function chosen(place: Place, s: Statement & { readonly kind: "update" | "delete" }): readonly Slot[] {
  const { ctx, table } = place;
  const scope = scopeOf(ctx, table, s.alias, "where clause");
  const where = s.where && compile(scope, s.where);
  const found: { readonly slot: Slot; readonly row: Row }[] = [];
  for (const slot of table.visible(ctx.reads)) {
    step(ctx);
    const { row } = slot;
    if (!where || truth(where.run({ row, outer: undefined }))) found.push({ slot, row });
  }
  const order = s.order.map((o) => ({ by: compile({ ...scope, clause: "order clause" }, o.by), down: o.down, nulls: o.nulls }));
  const sorted = sort(ctx, found, order, ({ row }) => ({ row, outer: undefined }));
  const limit = s.limit && compile(scope, s.limit).run({ row: [], outer: undefined });
  return (typeof limit === "number" ? sorted.slice(0, limit) : sorted).map((f) => f.slot);
}

export function update(ctx: Context, s: Statement & { readonly kind: "update" }): Written {
  const place = placeOf(ctx, s.table);
  const { table } = place;
  const scope = scopeOf(ctx, table, s.alias, "field list");
  const set = s.set.map(([name, of, at]) => ({
    i: columnIndex(ctx, table, name, "SET", at),
    of: of.kind === "default" ? undefined : compile(scope, of),
    at: of.kind === "literal" ? of.at : undefined,
  }));
  const slots = chosen(place, s);
  let changed = 0;
  const rows: Row[] = [];
  for (const [n, slot] of slots.entries()) {
    mine(ctx, table, slot);
    const old = slot.tx === 0 || slot.tx === ctx.tx.id ? (slot.data as Row) : (slot.committed as Row);
    const next = [...old];
    // MySQL's assignments see each other, from left to right.
    for (const { i, of, at } of set)
      next[i] = of ? fitting(place, i, of.run({ row: ctx.pg ? old : next, outer: undefined }), n + 1, at) : (defaultOf(place, i) ?? null);
    const same = next.every((v, i) => sameValue(ctx, v, old[i] ?? null));
    if (same && !ctx.pg) continue;
    for (const [i, c] of table.shape.columns.entries())
      if (c.onUpdateNow && !set.some((x) => x.i === i)) next[i] = timestampText(ctx.now, false);
    changeRow(place, slot, next);
    changed++;
    rows.push(next);
  }
  const back = returned(ctx, table, s.alias, s.returning, rows);
  return {
    affected: changed,
    ...(back && { rows: back }),
    info: `Rows matched: ${slots.length}  Changed: ${changed}  Warnings: ${ctx.warnings.length}`,
  };
}

export function remove(ctx: Context, s: Statement & { readonly kind: "delete" }): Written {
  const place = placeOf(ctx, s.table);
  const slots = chosen(place, s);
  const gone: Row[] = [];
  for (const slot of slots) {
    mine(ctx, place.table, slot);
    if (slot.data === null) continue;
    gone.push(slot.data);
    removeRow(place, slot);
  }
  const back = returned(ctx, place.table, s.alias, s.returning, gone);
  return { affected: gone.length, ...(back && { rows: back }) };
}
