import type { Expr } from "./ast.ts";
import { compile, logical, say } from "./compile.ts";
import type { Context } from "./context.ts";
import { asNumber, convert, pgTypeName, timestampMs } from "./convert.ts";
import { SqlError } from "./errors.ts";
import { member } from "./json.ts";
import { shifted } from "./moments.ts";
import type { Compiled, Env, Scope } from "./scope.ts";
import { truth } from "./truth.ts";
import {
  addDecimals,
  BIGINT,
  compare,
  decimal,
  divideDecimals,
  DOUBLE,
  INT,
  isNumber,
  isText,
  isTime,
  isWhole,
  numeric,
  type SqlType,
  TEXT,
  textOf,
  timesDecimals,
  toDecimal,
  toNumber,
  type Value,
} from "./values.ts";

const COMPARE: Readonly<Record<string, (n: number) => boolean>> = {
  "=": (n) => n === 0,
  "<=>": (n) => n === 0,
  "<>": (n) => n !== 0,
  "<": (n) => n < 0,
  "<=": (n) => n <= 0,
  ">": (n) => n > 0,
  ">=": (n) => n >= 0,
};

/** Two values brought together as the dialect does, then compared. */
export function comparison(ctx: Context, left: Compiled, right: Compiled, op: string): (env: Env) => boolean | null {
  const test = COMPARE[op] as (n: number) => boolean;
  const adapt = (side: Compiled, other: Compiled): Compiled => {
    if (
      side.literal === undefined ||
      (isText(other.type) && other.type.name !== "uuid") ||
      other.literal !== undefined ||
      other.type.name === "null"
    )
      return side;
    if (!ctx.pg && !isTime(other.type)) return side;
    const value = convert(
      ctx,
      side.literal,
      ctx.pg ? { ...other.type, size: undefined as never } : other.type,
      { column: "", full: "", row: 1, at: side.at },
      !ctx.pg,
    );
    return { ...side, type: other.type, run: () => value ?? side.literal ?? null };
  };
  const [a, b] = [adapt(left, right), adapt(right, left)];
  if (ctx.pg && a.type.name !== "null" && b.type.name !== "null" && isText(a.type) !== isText(b.type))
    throw new SqlError(0, "42883", `operator does not exist: ${pgTypeName(a.type, false)} ${op} ${pgTypeName(b.type, false)}`, {
      at: Math.max(left.at, 0),
      hint: "No operator matches the given name and argument types. You might need to add explicit type casts.",
    });
  return (env) => {
    const [x, y] = [a.run(env), b.run(env)];
    if (op === "<=>" && (x === null || y === null)) return x === y;
    return x === null || y === null ? null : test(compare(x, y, ctx.store.fold));
  };
}

export function binary(scope: Scope, of: Expr & { readonly kind: "binary" }): Compiled {
  const { ctx } = scope;
  const { op, at } = of;
  if ((op === "+" || op === "-") && of.right.kind === "interval") return later(scope, of.left, of.right, op === "-" ? -1 : 1, at);
  const [left, right] = [compile(scope, of.left), compile(scope, of.right)];
  const notNull = (left.notNull && right.notNull) || op === "<=>";
  const made = (type: SqlType, run: Compiled["run"]): Compiled => ({ type, run, at, notNull: notNull ?? false });
  if (op === "and" || op === "or") {
    const short = op === "or";
    return made(logical(ctx), (env) => {
      const a = left.run(env);
      if (a !== null && truth(a) === short) return say(ctx, short);
      const b = right.run(env);
      if (b !== null && truth(b) === short) return say(ctx, short);
      return a === null || b === null ? null : say(ctx, !short);
    });
  }
  if (op === "xor")
    return made(INT, (env) => {
      const [a, b] = [left.run(env), right.run(env)];
      return a === null || b === null ? null : say(ctx, truth(a) !== truth(b));
    });
  if (op in COMPARE) {
    const test = comparison(ctx, left, right, op);
    return made(logical(ctx), (env) => say(ctx, test(env)));
  }
  if (op === "->" || op === "->>") return member(ctx, op, left, right);
  if (op === "||")
    return made(TEXT, (env) => {
      const [a, b] = [left.run(env), right.run(env)];
      return a === null || b === null ? null : textOf(a, true) + textOf(b, true);
    });
  if (["&", "|", "<<", ">>"].includes(op))
    return made(BIGINT, (env) => {
      const [a, b] = [left.run(env), right.run(env)];
      if (a === null || b === null) return null;
      const [x, y] = [BigInt(Math.trunc(asNumber(a))), BigInt(Math.trunc(asNumber(b)))];
      return Number(
        op === "&" ? x & y : op === "|" ? x | y : op === "<<" ? BigInt.asUintN(64, x << BigInt.asUintN(6, y)) : x >> BigInt.asUintN(6, y),
      );
    });
  return arithmetic(ctx, op, left, right, at);
}

export function later(scope: Scope, of: Expr, interval: Expr & { readonly kind: "interval" }, sign: 1 | -1, at: number): Compiled {
  const value = compile(scope, of);
  const amount = compile(scope, interval.amount);
  const type =
    value.type.name === "date"
      ? scope.ctx.pg
        ? { name: "timestamp" as const }
        : value.type
      : isTime(value.type)
        ? value.type
        : { name: "datetime" as const };
  return {
    type,
    at,
    run: (env) => {
      const [from, by] = [value.run(env), amount.run(env)];
      if (from === null || by === null) return null;
      let text = textOf(from, scope.ctx.pg);
      const zone = /\+00$/.exec(text)?.[0] ?? "";
      text = text.slice(0, text.length - zone.length);
      if (scope.ctx.pg && text.length === 10) text += " 00:00:00";
      const parts =
        interval.unit === "text"
          ? [...textOf(by, true).matchAll(/([+-]?\d+(?:\.\d+)?)\s*([a-z]+)/gi)].map((m) => [Number(m[1]), m[2] as string] as const)
          : [[asNumber(by), interval.unit] as const];
      for (const [n, unit] of parts)
        text = shifted(text, n * sign, unit.replace(/^mins?$/i, "minute").replace(/^secs?$/i, "second")) ?? text;
      return text + zone;
    },
  };
}

function arithmetic(ctx: Context, op: string, left: Compiled, right: Compiled, at: number): Compiled {
  const { pg } = ctx;
  const literal = (side: Compiled, other: Compiled): SqlType =>
    pg && side.literal !== undefined && isNumber(other.type) ? other.type : side.type;
  const [a, b] = [literal(left, right), literal(right, left)];
  const known = (t: SqlType): boolean => isNumber(t) || t.name === "null" || !pg;
  if (!known(a) || !known(b)) {
    if (pg && isTime(a) && isTime(b) && op === "-" && a.name === "date")
      return {
        type: INT,
        at,
        run: (env) => Math.round((timestampMs(textOf(left.run(env), true)) - timestampMs(textOf(right.run(env), true))) / 86_400_000),
      };
    if (pg && a.name === "date" && isWhole(b))
      return { type: a, at, run: (env) => shifted(textOf(left.run(env), true), (op === "-" ? -1 : 1) * asNumber(right.run(env)), "day") };
    throw new SqlError(0, "42883", `operator does not exist: ${pgTypeName(a, false)} ${op} ${pgTypeName(b, false)}`, {
      at,
      hint: "No operator matches the given name and argument types. You might need to add explicit type casts.",
    });
  }
  const whole = (isWhole(a) || a.name === "null") && (isWhole(b) || b.name === "null");
  const exact = !whole && [a, b].every((t) => isWhole(t) || t.name === "decimal" || t.name === "null");
  const scale = (t: SqlType): number => (t.name === "decimal" ? (t.scale ?? 0) : 0);
  const type: SqlType =
    op === "div" || (whole && (op !== "/" || pg))
      ? pg
        ? a.name === "bigint" || b.name === "bigint"
          ? BIGINT
          : INT
        : BIGINT
      : whole || exact
        ? decimal(undefined, op === "*" ? scale(a) + scale(b) : op === "/" ? scale(a) + 4 : Math.max(scale(a), scale(b)))
        : DOUBLE;
  const zero = (): Value => {
    if (pg) throw new SqlError(0, "22012", "division by zero");
    ctx.warnings.push({ level: "Warning", code: 1365, message: "Division by 0" });
    return null;
  };
  return {
    type,
    at,
    notNull: (left.notNull && right.notNull && !["/", "%", "div"].includes(op)) ?? false,
    run: (env) => {
      let [x, y] = [left.run(env), right.run(env)];
      if (x === null || y === null) return null;
      if (typeof x === "string")
        x = left.literal !== undefined && pg ? convert(ctx, x, a, { column: "", full: "", row: 1, at: left.at }) : numeric(x);
      if (typeof y === "string")
        y = right.literal !== undefined && pg ? convert(ctx, y, b, { column: "", full: "", row: 1, at: right.at }) : numeric(y);
      const [m, n] = [asNumber(x), asNumber(y)];
      if ((op === "/" || op === "%" || op === "div") && n === 0) return zero();
      if (op === "div" || (op === "/" && whole && pg)) return Math.trunc(m / n);
      if (type.name === "double") return op === "+" ? m + n : op === "-" ? m - n : op === "*" ? m * n : op === "/" ? m / n : m % n;
      if (whole && op !== "/") {
        const result = op === "+" ? m + n : op === "-" ? m - n : op === "*" ? m * n : m % n;
        const limit = type.name === "int" ? 2 ** 31 : 2 ** 63;
        if (Math.abs(result) >= limit)
          throw pg
            ? new SqlError(0, "22003", `${type.name === "int" ? "integer" : "bigint"} out of range`)
            : new SqlError(1690, "22003", "BIGINT value is out of range");
        return result;
      }
      const [p, q] = [toDecimal(x as number), toDecimal(y as number)];
      if (op === "+" || op === "-") return addDecimals(p, q, op === "+" ? 1n : -1n);
      if (op === "*") return timesDecimals(p, q);
      if (op === "/") return divideDecimals(p, q, pg ? quotientScale(toNumber(p), toNumber(q), Math.max(p.scale, q.scale)) : p.scale + 4);
      const places = Math.max(p.scale, q.scale);
      const [u, v] = [p.n * 10n ** BigInt(places - p.scale), q.n * 10n ** BigInt(places - q.scale)];
      return { n: u % v, scale: places };
    },
  };
}

/** At least 16 significant digits (postgres: numeric.c select_div_scale). */
export function quotientScale(a: number, b: number, least: number): number {
  const weight = (n: number): number => (n === 0 ? 0 : Math.floor(Math.log10(Math.abs(n)) / 4));
  const first = (n: number): number => (n === 0 ? 0 : Math.floor(Math.abs(n) / 10_000 ** weight(n)));
  let q = weight(a) - weight(b);
  if (first(a) <= first(b)) q--;
  return Math.min(1000, Math.max(16 - q * 4, least, 0));
}
