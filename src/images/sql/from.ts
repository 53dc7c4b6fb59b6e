import type { Expr, Source } from "./ast.ts";
import { compile } from "./compile.ts";
import { type Context, step } from "./context.ts";
import { asNumber } from "./convert.ts";
import { SqlError } from "./errors.ts";
import { comparison } from "./operators.ts";
import type { Env, Named, Scope } from "./scope.ts";
import { type Around, columnAt, type Ctes, runSelect } from "./select.ts";
import { truth } from "./truth.ts";
import { BIGINT, BOOL, INT, keyOf, type Row } from "./values.ts";

export interface Relation {
  readonly columns: readonly Named[];
  readonly rows: () => Iterable<Row>;
}

export function relationOf(ctx: Context, source: Source, around: Around | undefined, ctes: Ctes, shape: boolean): Relation {
  switch (source.kind) {
    case "table":
      return tableRelation(ctx, source, ctes);
    case "select": {
      const { fields, rows } = runSelect(ctx, source.select, around, ctes, shape);
      if (!ctx.pg && source.alias === "") throw new SqlError(1248, "42000", "Every derived table must have its own alias");
      if (ctx.pg && source.alias === "" && Number(ctx.version.match(/\d+/)?.[0]) < 16)
        throw new SqlError(0, "42601", "subquery in FROM must have an alias", {
          at: source.at,
          hint: "For example, FROM (SELECT ...) [AS] foo.",
        });
      return {
        columns: fields.map((f, i) => ({ table: source.alias, name: source.columns[i] ?? f.name, type: f.type })),
        rows: () => rows,
      };
    }
    case "call":
      return callRelation(ctx, source, around, ctes);
    case "join":
      return joined(ctx, source, around, ctes, shape);
  }
}

function tableRelation(ctx: Context, source: Source & { readonly kind: "table" }, ctes: Ctes): Relation {
  const cte = source.database === undefined ? ctes.get(source.name.toLowerCase()) : undefined;
  const known = cte ?? ctx.virtual(source.database, source.name);
  if (known) return { columns: known.fields.map((f) => ({ table: source.alias, name: f.name, type: f.type })), rows: () => known.rows };
  const { table } = findTable(ctx, source);
  const { view, sequence } = table.shape;
  if (view) {
    const { fields, rows } = runSelect(ctx, view.select);
    return {
      columns: fields.map((f, i) => ({ table: source.alias, name: table.shape.columns[i]?.name ?? f.name, type: f.type })),
      rows: () => rows,
    };
  }
  if (sequence) {
    const called = table.auto !== sequence.start;
    const names = [
      ["last_value", BIGINT],
      ["log_cnt", BIGINT],
      ["is_called", BOOL],
    ] as const;
    return {
      columns: names.map(([name, type]) => ({ table: source.alias, name, type })),
      rows: () => [[called ? table.auto - sequence.increment : table.auto, 0, called]],
    };
  }
  return {
    columns: table.shape.columns.map((c) => ({ table: source.alias, name: c.name, type: c.type, notNull: !c.nullable })),
    *rows() {
      for (const { row } of table.visible(ctx.reads)) yield row;
    },
  };
}

/** Whether names without a schema are looked for in the only one there is. */
export const searched = (ctx: Context): boolean => /\bpublic\b/.test(ctx.setting("search_path") ?? "public");

/** A stored table by its name, in the session's database when none is told. */
export function findTable(ctx: Context, name: { readonly database: string | undefined; readonly name: string; readonly at: number }) {
  const where = ctx.pg ? ctx.session.database : (name.database ?? ctx.session.database);
  if (where === "") throw ctx.words.noDatabase();
  const database = ctx.store.databases.get(where);
  if (!database) {
    if (ctx.pg) throw ctx.words.unknownTable("", name.name, name.at);
    throw name.database === undefined ? ctx.words.unknownDatabase(where) : ctx.words.unknownTable(where, name.name, name.at);
  }
  if (ctx.pg && name.database === undefined && !searched(ctx)) throw ctx.words.unknownTable("", name.name, name.at);
  const table = ctx.pg && name.database !== undefined && name.database !== "public" ? undefined : database.tables.get(name.name);
  if (!table) throw ctx.words.unknownTable(ctx.pg ? (name.database ?? "") : where, name.name, name.at);
  return { database, table };
}

function callRelation(ctx: Context, source: Source & { readonly kind: "call" }, around: Around | undefined, ctes: Ctes): Relation {
  const scope: Scope = { ctx, columns: [], outer: around?.scope, clause: "FROM", aggregates: undefined, ctes };
  const args = source.args.map((a) => compile(scope, a).run({ row: [], outer: around?.env }));
  const name = source.columns[0] ?? source.alias;
  if (ctx.pg && source.name === "generate_series") {
    const [from = 0, to = 0, by = 1] = args.map((a) => asNumber(a));
    if (by === 0) throw new SqlError(0, "22023", "step size cannot equal zero");
    return {
      columns: [{ table: source.alias, name, type: INT }],
      *rows() {
        for (let n = from; by > 0 ? n <= to : n >= to; n += by) yield [n];
      },
    };
  }
  throw ctx.pg
    ? ctx.words.unknownFunction(
        source.name,
        args.map(() => "unknown"),
        source.at,
        "",
      )
    : ctx.words.unknownTable(ctx.session.database, source.name, source.at);
}

function joined(
  ctx: Context,
  source: Source & { readonly kind: "join" },
  around: Around | undefined,
  ctes: Ctes,
  shape: boolean,
): Relation {
  const left = relationOf(ctx, source.left, around, ctes, shape);
  const right = relationOf(ctx, source.right, around, ctes, shape);
  const using = source.using ?? [];
  const maybe = (c: Named, missing: boolean): Named => (missing ? { ...c, notNull: false } : c);
  const columns: readonly Named[] = [
    ...left.columns.map((c) => maybe(c, source.how === "right" || source.how === "full")),
    ...right.columns.map((c) =>
      maybe(using.includes(c.name) ? { ...c, hidden: true as const } : c, source.how === "left" || source.how === "full"),
    ),
  ];
  const scope: Scope = { ctx, columns, outer: around?.scope, clause: "ON", aggregates: undefined, ctes };
  const on = source.on && compile({ ...scope, clause: "ON" }, source.on);
  const pairs = [...equalities(source.on), ...using.map((u) => [u, u] as const)].flatMap(([a, b]) => {
    const l = indexOf(left.columns, a);
    const r = indexOf(right.columns, b);
    if (l >= 0 && r >= 0) return [[l, r] as const];
    const [l2, r2] = [indexOf(left.columns, b), indexOf(right.columns, a)];
    return l2 >= 0 && r2 >= 0 ? [[l2, r2] as const] : [];
  });
  const tests = using.map((u) =>
    comparison(
      ctx,
      columnAt(scope, columns, indexOf(left.columns, u)),
      columnAt(scope, columns, left.columns.length + indexOf(right.columns, u)),
      "=",
    ),
  );
  const none = (n: number): Row => Array.from({ length: n }, () => null);
  return {
    columns,
    *rows() {
      const others = [...right.rows()];
      const key = (row: Row, side: 0 | 1): string => pairs.map((p) => keyOf(row[p[side]] ?? null, ctx.store.fold)).join("\u0000");
      const index = new Map<string, number[]>();
      if (pairs.length > 0)
        for (const [i, row] of others.entries()) {
          const k = key(row, 1);
          const list = index.get(k);
          if (list) list.push(i);
          else index.set(k, [i]);
        }
      const all = others.map((_, i) => i);
      const matched = new Set<number>();
      for (const row of left.rows()) {
        let any = false;
        for (const i of pairs.length > 0 ? (index.get(key(row, 0)) ?? []) : all) {
          step(ctx);
          const both = [...row, ...(others[i] as Row)];
          const env: Env = { row: both, outer: around?.env };
          if ((on && !truth(on.run(env))) || tests.some((t) => t(env) !== true)) continue;
          any = true;
          matched.add(i);
          yield both;
        }
        if (!any && (source.how === "left" || source.how === "full")) yield [...row, ...none(right.columns.length)];
      }
      if (source.how === "right" || source.how === "full")
        for (const [i, row] of others.entries()) if (!matched.has(i)) yield [...none(left.columns.length), ...row];
    },
  };
}

/** `a.x = b.y` among the conditions of a join: what rows can be found by. */
function equalities(on: Expr | undefined): readonly (readonly [string, string])[] {
  if (on?.kind !== "binary") return [];
  if (on.op === "and") return [...equalities(on.left), ...equalities(on.right)];
  if (on.op !== "=" || on.left.kind !== "column" || on.right.kind !== "column") return [];
  const name = (e: Expr & { readonly kind: "column" }): string => (e.table === undefined ? e.name : `${e.table}.${e.name}`);
  return [[name(on.left), name(on.right)]];
}

function indexOf(columns: readonly Named[], name: string): number {
  const [table, column] = name.includes(".") ? name.split(".") : [undefined, name];
  return columns.findIndex(
    (c) => c.name.toLowerCase() === column?.toLowerCase() && (table === undefined || c.table.toLowerCase() === table.toLowerCase()),
  );
}
