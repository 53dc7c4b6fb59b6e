import { RE2JS } from "re2js";
import type { Expr, Select } from "./ast.ts";
import { aggregate, call, isAggregate } from "./calls.ts";
import { type Context, step } from "./context.ts";
import { asNumber, common, convert } from "./convert.ts";
import { SqlError } from "./errors.ts";
import { binary, comparison } from "./operators.ts";
import type { Compiled, Env, Scope } from "./scope.ts";
import { runSelect } from "./select.ts";
import { truth } from "./truth.ts";
import {
  BIGINT,
  BOOL,
  compare,
  decimal,
  DOUBLE,
  INT,
  isDecimal,
  isNumber,
  NULLTYPE,
  numeric,
  type SqlType,
  TEXT,
  textOf,
  type Value,
} from "./values.ts";

/** The dialect's truth: a boolean, or MySQL's 1 and 0. */
export const logical = (ctx: Context): SqlType => (ctx.pg ? BOOL : INT);

export const say = (ctx: Context, value: boolean | null): Value => (value === null ? null : ctx.pg ? value : value ? 1 : 0);

/** An expression made ready to run on rows. Throws what is wrong with it. */
export function compile(scope: Scope, of: Expr): Compiled {
  const { ctx } = scope;
  const { at } = of;
  const made = (type: SqlType, run: Compiled["run"]): Compiled => ({ type, run, at });
  switch (of.kind) {
    case "literal": {
      const { value } = of;
      return { type: of.type, run: () => value, at, notNull: value !== null, ...(of.quoted && { literal: value as string }) };
    }
    case "column":
      return column(scope, of.table, of.name, at);
    case "star":
    case "default":
    case "interval":
      throw ctx.words.notSimulated(`${of.kind} is not simulated by Timonel here`);
    case "variable": {
      const { name, scope: where } = of;
      if (where === "user") {
        const value = ctx.session.variables[name] ?? null;
        return made(
          value === null ? NULLTYPE : typeof value === "number" ? BIGINT : isDecimal(value) ? decimal() : TEXT,
          () => ctx.session.variables[name] ?? null,
        );
      }
      const value = ctx.setting(name);
      if (value === undefined) throw new SqlError(1193, "HY000", `Unknown system variable '${name}'`);
      const flag = /^(ON|OFF)$/.test(value) ? (value === "ON" ? 1 : 0) : undefined;
      const whole = flag !== undefined || /^-?\d{1,15}$/.test(value);
      return made(whole ? BIGINT : TEXT, () => (whole ? (flag ?? Number(value)) : value));
    }
    case "unary":
      return unary(scope, of);
    case "binary":
      return binary(scope, of);
    case "call":
      return isAggregate(of.name) ? aggregate(scope, of) : call(scope, of);
    case "case": {
      const subject = of.of && compile(scope, of.of);
      const whens = of.whens.map(([when, then]) => [compile(scope, when), compile(scope, then)] as const);
      const otherwise = of.otherwise && compile(scope, of.otherwise);
      const type = common([...whens.map(([, then]) => then.type), ...(otherwise ? [otherwise.type] : [])]);
      const notNull = whens.every(([, then]) => then.notNull) && otherwise?.notNull;
      return {
        type,
        at,
        notNull: notNull ?? false,
        run: (env: Env) => {
          const value = subject?.run(env) ?? null;
          for (const [when, then] of whens) {
            const tested = when.run(env);
            if (subject ? value !== null && tested !== null && compare(value, tested, ctx.store.fold) === 0 : truth(tested))
              return then.run(env);
          }
          return otherwise?.run(env) ?? null;
        },
      };
    }
    case "cast": {
      const inner = compile(scope, of.of);
      const target = { column: "", full: "", row: 1, at };
      const { type } = of;
      return made(type.written === "regclass" ? TEXT : type, (env) => convert(ctx, inner.run(env), type, target, true));
    }
    case "in":
      return within(scope, of);
    case "between": {
      const [value, low, high] = [compile(scope, of.of), compile(scope, of.low), compile(scope, of.high)];
      const [above, below] = [comparison(ctx, value, low, ">="), comparison(ctx, value, high, "<=")];
      return made(logical(ctx), (env) => {
        const [a, b] = [above(env), below(env)];
        const inside = a === false || b === false ? false : a === null || b === null ? null : true;
        return say(ctx, inside === null ? null : inside !== of.not);
      });
    }
    case "like": {
      const [value, pattern] = [compile(scope, of.of), compile(scope, of.pattern)];
      const fold = of.fold ?? !ctx.pg;
      const like = remembered((p) => likeMatcher(p, fold));
      return made(logical(ctx), (env) => {
        const [v, p] = [value.run(env), pattern.run(env)];
        return v === null || p === null ? null : say(ctx, like(textOf(p, ctx.pg))(textOf(v, ctx.pg)) !== of.not);
      });
    }
    case "matches": {
      const [value, pattern] = [compile(scope, of.of), compile(scope, of.pattern)];
      const expression = remembered((p) => {
        try {
          return RE2JS.compile(p, of.fold ? RE2JS.CASE_INSENSITIVE : 0);
        } catch {
          throw ctx.pg ? new SqlError(0, "2201B", "invalid regular expression") : new SqlError(1139, "42000", "Got error from regexp");
        }
      });
      return made(logical(ctx), (env) => {
        const [v, p] = [value.run(env), pattern.run(env)];
        return v === null || p === null ? null : say(ctx, expression(textOf(p, ctx.pg)).matcher(textOf(v, ctx.pg)).find() !== of.not);
      });
    }
    case "is": {
      const inner = compile(scope, of.of);
      const is = made(logical(ctx), (env) => {
        const value = inner.run(env);
        const is = of.what === "null" ? value === null : value !== null && truth(value) === (of.what === "true");
        return say(ctx, is !== of.not);
      });
      return { ...is, notNull: true };
    }
    case "exists": {
      const run = subselect(scope, of.select);
      return made(logical(ctx), (env) => say(ctx, run(env).rows.length > 0));
    }
    case "subquery": {
      const run = subselect(scope, of.select);
      const { fields } = run(undefined);
      if (fields.length !== 1) throw ctx.words.subqueryColumns(at);
      return made(fields[0]?.type ?? NULLTYPE, (env) => {
        const { rows } = run(env);
        if (rows.length > 1) throw ctx.words.subqueryRows();
        return rows[0]?.[0] ?? null;
      });
    }
  }
}

function remembered<T>(make: (key: string) => T): (key: string) => T {
  let last: { readonly key: string; readonly made: T } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, made: make(key) };
    return last.made;
  };
}

/** A select inside another: run with the row around it. Without one, only its fields count. */
function subselect(scope: Scope, select: Select): (env: Env | undefined) => ReturnType<typeof runSelect> {
  return (env) => runSelect(scope.ctx, select, { scope, env: env ?? { row: [], outer: undefined } }, scope.ctes, env === undefined);
}

export function column(scope: Scope, table: string | undefined, name: string, at: number): Compiled {
  const { ctx } = scope;
  const same = (a: string, b: string): boolean => (ctx.pg ? a === b : a.toLowerCase() === b.toLowerCase());
  let depth = 0;
  for (let here: Scope | undefined = scope; here; here = here.outer, depth++) {
    const found: number[] = [];
    for (const [i, c] of here.columns.entries())
      if (
        same(c.name, name) &&
        (table === undefined ? c.hidden !== true : same(c.table, table) || same(c.table.split(".").at(-1) ?? "", table))
      )
        found.push(i);
    const [first] = found;
    if (found.length > 1 && table === undefined) {
      const alias = here.aliases?.get(name);
      if (alias && here === scope && /order|having/.test(scope.clause)) return alias;
      throw ctx.words.ambiguousColumn(name, scope.clause, at);
    }
    if (first !== undefined) {
      const c = here.columns[first] as Scope["columns"][number];
      if (here === scope && scope.aliases?.has(name) && table === undefined && /order/.test(scope.clause))
        return scope.aliases.get(name) as Compiled;
      if (here.grouped && !here.inAggregate && !here.grouped(c.table, c.name)) throw ctx.words.notGrouped(`${c.table}.${c.name}`, 1, at);
      const up = depth;
      return {
        type: c.type,
        at,
        ...(c.notNull && { notNull: true }),
        run: (env) => {
          let e = env;
          for (let i = 0; i < up; i++) e = e.outer as Env;
          return e.row[first] ?? null;
        },
      };
    }
    const alias = table === undefined ? here.aliases?.get(name) : undefined;
    if (alias && here === scope) return alias;
  }
  // A table that is not there at all is said so.
  if (ctx.pg && table !== undefined && !scope.columns.some((c) => c.table === table))
    throw new SqlError(0, "42P01", `missing FROM-clause entry for table "${table}"`, { at });
  throw ctx.words.unknownColumn(name, table, scope.clause, at);
}

function unary(scope: Scope, of: Expr & { readonly kind: "unary" }): Compiled {
  const { ctx } = scope;
  const inner = compile(scope, of.of);
  if (of.op === "not")
    return {
      type: logical(ctx),
      at: of.at,
      run: (env) => {
        const value = inner.run(env);
        return value === null ? null : say(ctx, !truth(value));
      },
    };
  if (of.op === "+") return inner;
  if (of.op === "~")
    return { type: BIGINT, at: of.at, run: (env) => Number(BigInt.asIntN(64, ~BigInt(Math.trunc(asNumber(inner.run(env)))))) };
  return {
    type: isNumber(inner.type) ? inner.type : DOUBLE,
    at: of.at,
    notNull: inner.notNull ?? false,
    run: (env) => {
      const value = inner.run(env);
      return value === null ? null : isDecimal(value) ? { n: -value.n, scale: value.scale } : -numeric(value);
    },
  };
}

function within(scope: Scope, of: Expr & { readonly kind: "in" }): Compiled {
  const { ctx } = scope;
  const value = compile(scope, of.of);
  if (!Array.isArray(of.list)) {
    const run = subselect(scope, of.list as Select);
    const { fields } = run(undefined);
    if (fields.length !== 1) throw ctx.words.subqueryColumns(of.at);
    return {
      type: logical(ctx),
      at: of.at,
      run: (env) => {
        const v = value.run(env);
        const { rows } = run(env);
        if (rows.length === 0) return say(ctx, of.not);
        if (v === null) return null;
        step(ctx, rows.length);
        if (rows.some(([x]) => x !== null && x !== undefined && compare(v, x, ctx.store.fold) === 0)) return say(ctx, !of.not);
        return rows.some(([x]) => x === null) ? null : say(ctx, of.not);
      },
    };
  }
  const tests = (of.list as readonly Expr[]).map((item) => comparison(ctx, value, compile(scope, item), "="));
  return {
    type: logical(ctx),
    at: of.at,
    run: (env) => {
      let unknown = false;
      for (const test of tests) {
        const result = test(env);
        if (result === true) return say(ctx, !of.not);
        if (result === null) unknown = true;
      }
      return unknown ? null : say(ctx, of.not);
    },
  };
}

/** LIKE: % and _, backslash before them; in linear time. */
export function likeMatcher(pattern: string, fold: boolean): (text: string) => boolean {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === "\\" && i + 1 < pattern.length) source += RE2JS.quote(pattern[++i] as string);
    else source += c === "%" ? "(?s:.*)" : c === "_" ? "(?s:.)" : RE2JS.quote(c);
  }
  const expression = RE2JS.compile(source, fold ? RE2JS.CASE_INSENSITIVE : 0);
  return (text) => expression.matcher(text).matches();
}
