import type { Context } from "./context.ts";
import { SqlError } from "./errors.ts";
import type { Compiled, Env } from "./scope.ts";
import { type SqlType, TEXT, textOf, type Value } from "./values.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** As jsonb and MySQL write it: a space after commas and colons. */
export function jsonText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(jsonText).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([k, v]) => `${JSON.stringify(k)}: ${jsonText(v)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}
function parsed(ctx: Context, value: Value): Json | undefined {
  try {
    return JSON.parse(textOf(value, ctx.pg)) as Json;
  } catch {
    throw ctx.pg
      ? new SqlError(0, "22P02", "invalid input syntax for type json")
      : new SqlError(3141, "22032", 'Invalid JSON text in argument 1 to function json_extract: "Invalid value." at position 0.');
  }
}

/** `->` and `->>`: a member by its name or place (PostgreSQL), or by a path (MySQL). */
export function member(ctx: Context, op: string, left: Compiled, right: Compiled): Compiled {
  if (ctx.pg && left.type.name !== "json")
    throw new SqlError(0, "42883", `operator does not exist: ${left.type.written ?? left.type.name} ${op} unknown`, {
      at: left.at,
      hint: "No operator matches the given name and argument types. You might need to add explicit type casts.",
    });
  const unquotes = op === "->>";
  const type: SqlType = unquotes ? TEXT : { name: "json", ...(left.type.written && { written: left.type.written }) };
  const run = (env: Env): Value => {
    const [value, key] = [left.run(env), right.run(env)];
    if (value === null || key === null) return null;
    const whole = parsed(ctx, value);
    const found = ctx.pg ? within(whole, key) : (path(textOf(key, false)) as readonly Value[]).reduce<Json | undefined>(within, whole);
    if (found === undefined) return null;
    if (unquotes && ctx.pg && found === null) return null;
    return unquotes && typeof found === "string" ? found : left.type.written === "json" && ctx.pg ? JSON.stringify(found) : jsonText(found);
  };
  return { type, run, at: left.at };
}
function within(of: Json | undefined, key: Value): Json | undefined {
  if (Array.isArray(of)) return typeof key === "number" ? (of.at(key) as Json | undefined) : undefined;
  if (typeof of !== "object" || of === null || typeof key !== "string") return undefined;
  return Object.hasOwn(of, key) ? (of as Readonly<Record<string, Json>>)[key] : undefined;
}
/** $.a.b[0]."c d" */
function path(text: string): readonly (string | number)[] {
  const refuse = (): SqlError =>
    new SqlError(3143, "42000", `Invalid JSON path expression. The error is around character position ${text.length}.`);
  if (!text.startsWith("$")) throw refuse();
  const steps: (string | number)[] = [];
  let rest = text.slice(1);
  while (rest !== "") {
    const [whole, name, quoted, index] = /^(?:\.([A-Za-z_$][\w$]*)|\."([^"]*)"|\[(\d+)\])/.exec(rest) ?? [];
    if (whole === undefined) throw refuse();
    steps.push(index === undefined ? (name ?? quoted ?? "") : Number(index));
    rest = rest.slice(whole.length);
  }
  return steps;
}
