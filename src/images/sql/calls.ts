import type { Expr } from "./ast.ts";
import { compile } from "./compile.ts";
import { pgTypeName } from "./convert.ts";
import { SqlError } from "./errors.ts";
import { functions } from "./functions.ts";
import { later } from "./operators.ts";
import type { Aggregate, Compiled, Scope } from "./scope.ts";
import { BIGINT, BOOL, decimal, DOUBLE, isText, isWhole, NULLTYPE, type SqlType, TEXT } from "./values.ts";

const AGGREGATES = new Set([
  "count",
  "sum",
  "avg",
  "min",
  "max",
  "group_concat",
  "string_agg",
  "bool_and",
  "bool_or",
  "array_agg",
  "json_agg",
  "std",
  "stddev",
]);

export const isAggregate = (name: string): boolean => AGGREGATES.has(name);

export function aggregate(scope: Scope, of: Expr & { readonly kind: "call" }): Compiled {
  const { ctx } = scope;
  const { aggregates } = scope;
  if (!aggregates || scope.inAggregate)
    throw ctx.pg
      ? new SqlError(
          0,
          "42803",
          scope.inAggregate
            ? "aggregate function calls cannot be nested"
            : `aggregate functions are not allowed in ${scope.clause === "where clause" ? "WHERE" : scope.clause.toUpperCase()}`,
          { at: of.at },
        )
      : new SqlError(1111, "HY000", "Invalid use of group function");
  if (/^(array_agg|json_agg|std|stddev)$/.test(of.name)) throw ctx.words.notSimulated(`${of.name} is not simulated by Timonel`);
  const inner: Scope = { ...scope, inAggregate: true };
  const star = of.args[0]?.kind === "star";
  const args = star ? [] : of.args.map((a) => compile(inner, a));
  const [arg] = args;
  const type: SqlType = ((): SqlType => {
    switch (of.name) {
      case "count":
        return BIGINT;
      case "sum":
        if (ctx.pg)
          return !arg || isWhole(arg.type)
            ? arg?.type.name === "bigint"
              ? decimal()
              : BIGINT
            : arg.type.name === "decimal"
              ? decimal()
              : arg.type;
        return arg && (arg.type.name === "double" || arg.type.name === "float" || isText(arg.type))
          ? DOUBLE
          : decimal(undefined, arg?.type.scale ?? 0);
      case "avg":
        return arg && (isWhole(arg.type) || arg.type.name === "decimal")
          ? decimal(undefined, ctx.pg ? undefined : (arg.type.scale ?? 0) + 4)
          : DOUBLE;
      case "bool_and":
      case "bool_or":
        return BOOL;
      case "group_concat":
      case "string_agg":
        return TEXT;
      default:
        return arg?.type ?? NULLTYPE;
    }
  })();
  const order = (of.order ?? []).map((o) => ({ by: compile(inner, o.by), down: o.down }));
  const separator = of.separator ?? (of.name === "string_agg" ? (args[1]?.literal ?? ",") : ",");
  const index = aggregates.length;
  const made: Aggregate = {
    name: of.name,
    args: of.name === "string_agg" ? args.slice(0, 1) : args,
    distinct: of.distinct,
    star,
    type,
    separator,
    order,
  };
  aggregates.push(made);
  return { type, at: of.at, notNull: of.name === "count", run: (env) => env.sums?.[index] ?? null };
}

export function call(scope: Scope, of: Expr & { readonly kind: "call" }): Compiled {
  const { ctx } = scope;
  const { name, at } = of;
  if (!ctx.pg && /^(date_add|date_sub|adddate|subdate)$/.test(name)) {
    const [value, interval] = of.args as readonly [Expr, Expr];
    const by = interval.kind === "interval" ? interval : ({ kind: "interval", amount: interval, unit: "day", at } as const);
    return later(scope, value, by, name.includes("sub") ? -1 : 1, at);
  }
  const args = of.args.map((a) => compile(scope, a));
  const known = functions[name];
  if (!known || (known.only === "mysql" && ctx.pg) || (known.only === "pg" && !ctx.pg))
    throw ctx.words.unknownFunction(
      name,
      args.map((a) => pgTypeName(a.type, false)),
      at,
      ctx.session.database,
    );
  if (args.length < known.args[0] || args.length > known.args[1])
    throw ctx.pg
      ? ctx.words.unknownFunction(
          name,
          args.map((a) => pgTypeName(a.type, false)),
          at,
          "",
        )
      : new SqlError(1582, "42000", `Incorrect parameter count in the call to native function '${name}'`);
  const types = args.map((a) => a.type);
  const type =
    typeof known.type === "function"
      ? known.type(types)
      : !ctx.pg && known.type.name === "timestamptz"
        ? { name: "datetime" as const }
        : known.type;
  return {
    type,
    at,
    notNull: known.nulls !== true && args.every((a) => a.notNull) && !/^(database|schema)$/.test(name),
    run: (env) => {
      const values = args.map((a) => a.run(env));
      if (!known.nulls && values.includes(null)) return null;
      return known.run(ctx, values, types);
    },
  };
}
