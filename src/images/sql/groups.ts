import type { Expr, Select, Source } from "./ast.ts";
import { isAggregate } from "./calls.ts";
import type { Context } from "./context.ts";
import { asNumber } from "./convert.ts";
import { SqlError } from "./errors.ts";
import { quotientScale } from "./operators.ts";
import type { Aggregate, Compiled, Env } from "./scope.ts";
import { type Around, type Item, sort } from "./select.ts";
import { truth } from "./truth.ts";
import { addDecimals, compare, type Decimal, divideDecimals, keyOf, textOf, toDecimal, toNumber, type Value } from "./values.ts";

export const containsAggregate = (of: unknown): boolean =>
  typeof of === "object" &&
  of !== null &&
  ((of as Expr).kind === "call" && isAggregate((of as Expr & { kind: "call" }).name)
    ? true
    : (of as { kind?: string }).kind === "select"
      ? false
      : Object.values(of).some(containsAggregate));

export function groupExpr(of: Expr, items: readonly Item[]): Expr {
  if (of.kind === "literal" && typeof of.value === "number") return items[of.value - 1]?.of ?? of;
  if (of.kind === "column" && of.table === undefined) {
    const alias = items.find((i) => i.alias !== undefined && i.alias === (of as { name: string }).name);
    if (alias && !containsAggregate(alias.of)) return alias.of.kind === "column" && alias.of.name === of.name ? of : alias.of;
  }
  return of;
}

/** Which columns may stand alone: those of GROUP BY, and all of a table whose primary key is there. */
export function groupedColumns(ctx: Context, select: Select, group: readonly Expr[]): (table: string, name: string) => boolean {
  const named = group.filter((g) => g.kind === "column");
  const has = (table: string, name: string): boolean => named.some((g) => g.name === name && (g.table === undefined || g.table === table));
  const whole = new Set<string>();
  const visit = (s: Source | undefined): void => {
    if (s?.kind === "join") {
      visit(s.left);
      visit(s.right);
    } else if (s?.kind === "table") {
      const primary = ctx.store.databases
        .get(ctx.session.database)
        ?.tables.get(s.name)
        ?.shape.indexes.find((i) => i.kind === "primary");
      if (primary?.columns.every((c) => has(s.alias, c))) whole.add(s.alias);
    }
  };
  visit(select.from);
  const complex = group.some((g) => g.kind !== "column");
  return (table, name) => complex || whole.has(table) || has(table, name);
}

export function groups(
  ctx: Context,
  envs: readonly Env[],
  by: readonly Compiled[],
  aggregates: readonly Aggregate[],
  always: boolean,
  around: Around | undefined,
  width: number,
): readonly Env[] {
  const found = new Map<string, Env[]>();
  for (const env of envs) {
    const key = by.map((b) => keyOf(b.run(env), ctx.store.fold)).join("\u0000");
    const group = found.get(key);
    if (group) group.push(env);
    else found.set(key, [env]);
  }
  if (found.size === 0 && always) found.set("", []);
  return [...found.values()].map((members) => ({
    row: members[0]?.row ?? Array.from({ length: width }, () => null),
    outer: around?.env,
    sums: aggregates.map((a) => summed(ctx, a, members)),
  }));
}

function summed(ctx: Context, a: Aggregate, members: readonly Env[]): Value {
  if (a.star) return members.length;
  const [arg] = a.args as readonly [Compiled];
  const ordered = sort(
    ctx,
    members,
    a.order.map((o) => ({ ...o, nulls: undefined })),
    (e) => e,
  );
  let values = ordered
    .map((env) => (a.args.length > 1 ? textOf(a.args.map((x) => textOf(x.run(env), ctx.pg)).join(""), ctx.pg) : arg.run(env)))
    .filter((v) => v !== null);
  if (a.distinct) {
    const seen = new Set<string>();
    values = values.filter((v) => {
      const key = keyOf(v, ctx.store.fold);
      return !seen.has(key) && seen.add(key);
    });
  }
  if (a.name === "count") return values.length;
  if (values.length === 0) return null;
  switch (a.name) {
    case "min":
    case "max":
      return values.reduce((x, y) => (compare(x, y, ctx.store.fold) > 0 === (a.name === "max") ? x : y));
    case "group_concat":
    case "string_agg":
      return values.map((v) => textOf(v, ctx.pg)).join(a.separator);
    case "bool_and":
      return values.every(truth);
    case "bool_or":
      return values.some(truth);
    default: {
      const floating = a.type.name === "double" || a.type.name === "float";
      if (floating) {
        const sum = values.reduce((n: number, v) => n + asNumber(v), 0);
        return a.name === "avg" ? sum / values.length : sum;
      }
      if (values.some((v) => typeof v === "string" && ctx.pg))
        throw new SqlError(0, "42883", `function ${a.name}(text) does not exist`, {
          hint: "No function matches the given name and argument types. You might need to add explicit type casts.",
        });
      const sum = values.map((v) => toDecimal(v as number | Decimal)).reduce((x, y) => addDecimals(x, y));
      if (a.name === "sum") return a.type.name === "decimal" ? sum : Number(sum.n);
      const n = { n: BigInt(values.length), scale: 0 };
      return divideDecimals(sum, n, ctx.pg ? quotientScale(toNumber(sum), values.length, sum.scale) : sum.scale + 4);
    }
  }
}

// --- FROM ---
