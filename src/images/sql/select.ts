import type { Expr, Select, SelectItem } from "./ast.ts";
import { compile } from "./compile.ts";
import { type Context, type Field, type Rows, step } from "./context.ts";
import { asNumber, common } from "./convert.ts";
import { SqlError } from "./errors.ts";
import { type Relation, relationOf } from "./from.ts";
import { containsAggregate, groupedColumns, groupExpr, groups } from "./groups.ts";
import { rowLocks } from "./locks.ts";
import type { Aggregate, Compiled, Env, Named, Scope } from "./scope.ts";
import { truth } from "./truth.ts";
import { compare, keyOf, type Row, type Value } from "./values.ts";

export type Ctes = Scope["ctes"];

/** Around a subquery. */
export interface Around {
  readonly scope: Scope;
  readonly env: Env;
}

/** A select's rows. `shape`: only its fields are wanted, for there is no row around it yet. */
export function runSelect(ctx: Context, select: Select, around?: Around, ctes: Ctes = new Map(), shape = false): Rows {
  let known = ctes;
  for (const cte of select.ctes) {
    const { fields, rows } = runSelect(ctx, cte.select, around, known, shape);
    known = new Map([
      ...known,
      [cte.name.toLowerCase(), { fields: fields.map((f, i) => ({ ...f, name: cte.columns[i] ?? f.name })), rows }],
    ]);
  }
  if (select.unions.length === 0) return single(ctx, ctx.pg ? seriesFirst(select) : select, around, known, shape);
  return united(ctx, select, around, known, shape);
}

/** generate_series among the columns of a select without a table is its table. */
function seriesFirst(select: Select): Select {
  const item = select.items.find((i) => i.of.kind === "call" && i.of.name === "generate_series");
  if (select.from !== undefined || item?.of.kind !== "call") return select;
  const { at, args, name } = item.of;
  const items = select.items.map((i) => (i === item ? { ...i, of: { kind: "column", table: undefined, name, at } as const } : i));
  return { ...select, items, from: { kind: "call", name, args, alias: name, columns: [], at } };
}

function united(ctx: Context, select: Select, around: Around | undefined, ctes: Ctes, shape: boolean): Rows {
  const { order, unions } = select;
  const first = single(ctx, { ...select, order: [], limit: undefined, offset: undefined, unions: [] }, around, ctes, shape);
  const key = (row: Row): string => row.map((v) => keyOf(v, ctx.store.fold)).join("\u0000");
  let rows: readonly Row[] = first.rows;
  let { fields } = first;
  for (const { all, op, select: other } of unions) {
    const next = runSelect(ctx, other, around, ctes, shape);
    if (next.fields.length !== fields.length)
      throw ctx.pg
        ? new SqlError(0, "42601", `each ${op.toUpperCase()} query must have the same number of columns`)
        : new SqlError(1222, "21000", "The used SELECT statements have a different number of columns");
    fields = fields.map((f, i) => ({ name: f.name, type: common([f.type, (next.fields[i] as Field).type]) }));
    const others = new Set(next.rows.map(key));
    if (op === "union") rows = [...rows, ...next.rows];
    else rows = rows.filter((r) => others.has(key(r)) === (op === "intersect"));
    if (!all) rows = unique(rows, key);
  }
  const columns = fields.map((f): Named => ({ table: "", name: f.name, type: f.type }));
  const scope: Scope = { ctx, columns, outer: around?.scope, clause: "order clause", aggregates: undefined, ctes };
  const env = (row: Row): Env => ({ row, outer: around?.env });
  const sorted = sort(
    ctx,
    rows,
    order.map((o) => ({
      by: orderBy(scope, o.by, fields.length, (i) => ({ type: (fields[i] as Field).type, at: 0, run: (e) => e.row[i] ?? null })),
      down: o.down,
      nulls: o.nulls,
    })),
    env,
  );
  return { fields, rows: limited(ctx, select, sorted) };
}

function unique(rows: readonly Row[], key: (row: Row) => string): readonly Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const k = key(row);
    return !seen.has(k) && seen.add(k);
  });
}

function limited<T>(ctx: Context, { limit, offset }: Pick<Select, "limit" | "offset">, rows: readonly T[]): readonly T[] {
  const scope: Scope = { ctx, columns: [], outer: undefined, clause: "limit clause", aggregates: undefined, ctes: new Map() };
  const number = (of: Expr | undefined): number | undefined => {
    if (!of) return undefined;
    const value = compile(scope, of).run({ row: [], outer: undefined });
    return value === null ? undefined : asNumber(value);
  };
  const from = number(offset) ?? 0;
  const n = number(limit);
  if (ctx.pg && n !== undefined && n < 0) throw new SqlError(0, "2201W", "LIMIT must not be negative");
  return from === 0 && n === undefined ? rows : rows.slice(from, n === undefined ? undefined : from + n);
}

interface Ordering {
  readonly by: Compiled;
  readonly down: boolean;
  readonly nulls: "first" | "last" | undefined;
}

/** Stable; nulls last in PostgreSQL and first in MySQL, and the other way round when descending. */
export function sort<T>(ctx: Context, rows: readonly T[], order: readonly Ordering[], env: (row: T) => Env): readonly T[] {
  if (order.length === 0) return rows;
  const keyed = rows.map((row) => {
    const e = env(row);
    return { row, keys: order.map((o) => o.by.run(e)) };
  });
  step(ctx, rows.length);
  return keyed
    .sort((a, b) => {
      for (const [i, { down, nulls }] of order.entries()) {
        const [x, y] = [a.keys[i] as Value, b.keys[i] as Value];
        if (x === null || y === null) {
          if (x === y) continue;
          const nullsFirst = nulls === undefined ? ctx.pg === down : nulls === "first";
          return (x === null) === nullsFirst ? -1 : 1;
        }
        const n = compare(x, y, ctx.store.fold);
        if (n !== 0) return down ? -n : n;
      }
      return 0;
    })
    .map(({ row }) => row);
}

/** A number stands for a column of the result. */
function orderBy(scope: Scope, of: Expr, fields: number, field: (i: number) => Compiled): Compiled {
  if (of.kind === "literal" && typeof of.value === "number") {
    if (of.value < 1 || of.value > fields)
      throw scope.ctx.pg
        ? new SqlError(
            0,
            "42P10",
            `${scope.clause === "group statement" ? "GROUP" : "ORDER"} BY position ${of.value} is not in select list`,
            { at: of.at },
          )
        : new SqlError(1054, "42S22", `Unknown column '${of.value}' in '${scope.clause}'`);
    return field(of.value - 1);
  }
  return compile(scope, of);
}

function single(ctx: Context, select: Select, around: Around | undefined, ctes: Ctes, shape: boolean): Rows {
  if (select.values) return valuesRows(ctx, select, around, ctes);
  const relation = select.from ? relationOf(ctx, select.from, around, ctes, shape) : { columns: [], rows: () => [[]] };
  const base = { ctx, columns: relation.columns, outer: around?.scope, ctes };
  const where = select.where && compile({ ...base, clause: "where clause", aggregates: undefined }, select.where);
  const items = expand(ctx, select.items, relation.columns);
  const grouping =
    select.group.length > 0 ||
    containsAggregate(items.map((i) => i.of)) ||
    containsAggregate(select.having) ||
    (select.order.length > 0 && containsAggregate(select.order));
  const aggregates: Aggregate[] = [];
  const plain: Scope = { ...base, clause: "field list", aggregates: grouping ? aggregates : [] };
  const groupExprs = select.group.map((g) => groupExpr(g, items));
  const grouped = grouping && ctx.pg ? groupedColumns(ctx, select, groupExprs) : undefined;
  const listScope: Scope = { ...plain, ...(grouped && { grouped }) };
  const compiled = items.map((i) => (i.index !== undefined ? columnAt(listScope, relation.columns, i.index) : compile(listScope, i.of)));
  const aliases = new Map<string, Compiled>();
  for (const [i, item] of items.entries())
    if (item.alias !== undefined || item.index !== undefined || item.of.kind === "column") aliases.set(item.name, compiled[i] as Compiled);
  const groupBy = groupExprs.map((g) =>
    orderBy({ ...base, clause: "group statement", aggregates: undefined }, g, items.length, (i) => compiled[i] as Compiled),
  );
  const having = select.having && compile({ ...listScope, clause: "having clause", ...(!ctx.pg && { aliases }) }, select.having);
  const order = select.order.map((o) => ({
    by: orderBy({ ...listScope, clause: "order clause", aliases }, o.by, items.length, (i) => compiled[i] as Compiled),
    down: o.down,
    nulls: o.nulls,
  }));
  const fields = items.map((item, i): Field => ({
    name: item.name,
    type: (compiled[i] as Compiled).type,
    notNull: (compiled[i] as Compiled).notNull ?? false,
  }));
  if (shape) return { fields, rows: [] };

  let envs: readonly Env[] = filtered(ctx, relation, where, around);
  const locks = select.lock ? rowLocks(ctx, select, grouping) : undefined;
  if (locks && select.locked === "skip") envs = envs.filter((env) => locks.free(env.row));
  if (grouping) envs = groups(ctx, envs, groupBy, aggregates, select.group.length === 0, around, relation.columns.length);
  if (having) envs = envs.filter((env) => truth(having.run(env)));
  if (!select.distinct) {
    const sorted = limited(
      ctx,
      select,
      sort(ctx, envs, order, (e) => e),
    );
    if (locks) for (const env of sorted) locks.take(env.row);
    return { fields, rows: sorted.map((env) => compiled.map((c) => c.run(env))) };
  }
  const key = (row: Row): string => row.map((v) => keyOf(v, ctx.store.fold)).join("\u0000");
  const seen = new Set<string>();
  const pairs = envs
    .map((env) => ({ env, row: compiled.map((c) => c.run(env)) }))
    .filter(({ row }) => !seen.has(key(row)) && seen.add(key(row)));
  return {
    fields,
    rows: limited(
      ctx,
      select,
      sort(ctx, pairs, order, (p) => p.env),
    ).map((p) => p.row),
  };
}

function filtered(ctx: Context, relation: Relation, where: Compiled | undefined, around: Around | undefined): readonly Env[] {
  const envs: Env[] = [];
  for (const row of relation.rows()) {
    step(ctx);
    const env: Env = { row, outer: around?.env };
    if (!where || truth(where.run(env))) envs.push(env);
  }
  return envs;
}

function valuesRows(ctx: Context, select: Select, around: Around | undefined, ctes: Ctes): Rows {
  const scope: Scope = { ctx, columns: [], outer: around?.scope, clause: "field list", aggregates: undefined, ctes };
  const rows = (select.values ?? []).map((row) => row.map((e) => compile(scope, e)));
  const env: Env = { row: [], outer: around?.env };
  const fields = (rows[0] ?? []).map((_, i): Field => ({ name: `column${i + 1}`, type: common(rows.map((r) => (r[i] as Compiled).type)) }));
  const made = rows.map((r) => r.map((c) => c.run(env)));
  return { fields, rows: limited(ctx, select, made) };
}

export interface Item {
  readonly of: Expr;
  readonly name: string;
  readonly alias: string | undefined;
  /** Of a star: which column. */
  readonly index?: number;
}

function expand(ctx: Context, items: readonly SelectItem[], columns: readonly Named[]): readonly Item[] {
  return items.flatMap((item): readonly Item[] => {
    if (item.of.kind !== "star") return [{ of: item.of, alias: item.alias, name: item.alias ?? columnName(ctx, item.of, item.text) }];
    const { table } = item.of;
    const found = columns.flatMap((c, index) =>
      c.hidden !== true && (table === undefined || c.table.toLowerCase() === table.toLowerCase())
        ? [{ of: item.of, name: c.name, alias: undefined, index }]
        : [],
    );
    if (found.length === 0)
      throw table === undefined
        ? ctx.pg
          ? new SqlError(0, "42601", "SELECT * with no tables specified is not valid", { at: item.of.at })
          : new SqlError(1096, "HY000", "No tables used")
        : ctx.pg
          ? new SqlError(0, "42P01", `missing FROM-clause entry for table "${table}"`, { at: item.of.at })
          : new SqlError(1051, "42S02", `Unknown table '${table}'`);
    return found;
  });
}

export function columnAt(scope: Scope, columns: readonly Named[], i: number): Compiled {
  const c = columns[i] as Named;
  if (scope.grouped && !scope.grouped(c.table, c.name)) throw scope.ctx.words.notGrouped(`${c.table}.${c.name}`, 1, 0);
  return { type: c.type, at: 0, notNull: c.notNull ?? false, run: (env) => env.row[i] ?? null };
}

/** What a column without an alias is called. */
function columnName(ctx: Context, of: Expr, text: string): string {
  if (of.kind === "column") return of.name;
  if (!ctx.pg)
    return of.kind === "literal" && of.quoted
      ? String(of.value)
      : of.kind === "literal" && (of.value === null || /^(true|false)$/i.test(text))
        ? text.toUpperCase()
        : text;
  if (of.kind === "call") return of.name === "btrim" ? "btrim" : of.name;
  if (of.kind === "cast")
    return of.of.kind === "column" ? of.of.name : of.of.kind === "call" ? of.of.name : pgShort(of.type.written ?? of.type.name);
  if (of.kind === "case") return "case";
  if (of.kind === "exists") return "exists";
  if (of.kind === "subquery" && of.select.items[0])
    return of.select.items[0].alias ?? columnName(ctx, of.select.items[0].of, of.select.items[0].text);
  return "?column?";
}

const pgShort = (name: string): string =>
  ({
    int: "int4",
    integer: "int4",
    bigint: "int8",
    smallint: "int2",
    decimal: "numeric",
    double: "float8",
    float: "float8",
    real: "float4",
    boolean: "bool",
    character: "bpchar",
  })[name] ?? name;
