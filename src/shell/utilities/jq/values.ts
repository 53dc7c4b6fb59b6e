import { JqError } from "./parse.ts";
import { show } from "./print.ts";

export type Json = unknown;
export type Path = readonly (string | number | { readonly start: number | null; readonly end: number | null })[];

export function typeOf(v: Json): "null" | "boolean" | "number" | "string" | "array" | "object" {
  return v === null || v === undefined ? "null" : Array.isArray(v) ? "array" : (typeof v as "boolean" | "number" | "string" | "object");
}
export const isObject = (v: Json): v is Readonly<Record<string, Json>> => typeOf(v) === "object";
export const truthy = (v: Json): boolean => v !== null && v !== undefined && v !== false;

/** A value as messages show it: cut when long. */
export const brief = (v: Json): string => `${typeOf(v)} (${cut(show(v ?? null))})`;
export const cut = (text: string, room = 14): string => (text.length > room ? `${text.slice(0, room - 3)}...` : text);

const ORDER = ["null", "boolean", "number", "string", "array", "object"];
/** jq's order of all values: null, false, true, numbers, strings, arrays, objects. */
export function compareJson(a: Json, b: Json): number {
  const [x, y] = [typeOf(a), typeOf(b)];
  if (x !== y) return ORDER.indexOf(x) - ORDER.indexOf(y);
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compareJson(a[i], b[i]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if (isObject(a) && isObject(b)) {
    const [k, l] = [Object.keys(a).sort(), Object.keys(b).sort()];
    return (
      compareJson(k, l) ||
      compareJson(
        k.map((n) => a[n]),
        l.map((n) => b[n]),
      )
    );
  }
  // What is no number comes before all that are, itself included.
  if (Number.isNaN(a)) return -1;
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

export function at(v: Json, key: Json): Json {
  if (isObject(v) && typeof key === "string") return Object.hasOwn(v, key) ? v[key] : null;
  if (Array.isArray(v) && typeof key === "number") return (v as Json[]).at(Math.floor(key)) ?? null;
  if (v === null && (typeof key === "string" || typeof key === "number" || key === null)) return null;
  if (Array.isArray(v) && Array.isArray(key)) return indexes(v, key);
  if (isObject(key) && (Array.isArray(v) || typeof v === "string" || v === null)) return slice(v, key["start"] ?? null, key["end"] ?? null);
  throw new JqError(`Cannot index ${typeOf(v)} with ${typeof key === "string" && key.length < 30 ? `string "${key}"` : typeOf(key)}`);
}
/** Where a run of elements begins in a list. */
function indexes(list: readonly Json[], run: readonly Json[]): Json {
  if (run.length === 0) return null;
  return list.flatMap((_, i) => (run.every((x, j) => i + j < list.length && compareJson(list[i + j], x) === 0) ? [i] : []));
}
export function slice(v: Json, from: Json, to: Json): Json {
  if (v === null) return null;
  if (!Array.isArray(v) && typeof v !== "string") throw new JqError(`Cannot index ${typeOf(v)} with object`);
  return v.slice(from === null ? undefined : Math.floor(from as number), to === null ? undefined : Math.ceil(to as number));
}

export function arithmetic(operator: string, a: Json, b: Json): Json {
  if (operator === "+") {
    if (a === null) return b;
    if (b === null) return a;
    if (typeof a === "string" && typeof b === "string") return a + b;
    if (Array.isArray(a) && Array.isArray(b)) return [...(a as Json[]), ...(b as Json[])];
    if (isObject(a) && isObject(b)) return { ...a, ...b };
  }
  if (operator === "-" && Array.isArray(a) && Array.isArray(b)) return a.filter((x) => !b.some((y) => compareJson(x, y) === 0));
  if (operator === "*" && isObject(a) && isObject(b)) return merge(a, b);
  if (operator === "*" && typeof a === "string" && typeof b === "number") return b <= 0 ? "" : a.repeat(Math.min(Math.ceil(b), 1_000_000));
  if (operator === "/" && typeof a === "string" && typeof b === "string") return a.split(b);
  if (typeof a === "number" && typeof b === "number") {
    if (operator === "+") return a + b;
    if (operator === "-") return a - b;
    if (operator === "*") return a * b;
    if (b === 0) throw new JqError(`${brief(a)} and ${brief(b)} cannot be divided because the divisor is zero`);
    return operator === "/" ? a / b : (Math.trunc(a) % Math.trunc(b)) + 0;
  }
  const verb = { "+": "added", "-": "subtracted", "*": "multiplied", "/": "divided", "%": "divided (remainder)" }[operator];
  throw new JqError(`${brief(a)} and ${brief(b)} cannot be ${verb}`);
}
function merge(a: Readonly<Record<string, Json>>, b: Readonly<Record<string, Json>>): Json {
  const out: Record<string, Json> = { ...a };
  for (const [k, v] of Object.entries(b)) out[k] = isObject(out[k]) && isObject(v) ? merge(out[k], v) : v;
  return out;
}

export function getPath(v: Json, path: Path): Json {
  return path.reduce<Json>(
    (x, step) => (x === null || x === undefined ? null : typeof step === "object" ? slice(x, step.start, step.end) : at(x, step)),
    v,
  );
}
/** A copy with the value at `path` replaced; undefined removes it. */
export function setPath(v: Json, path: Path, value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "object") {
    const list = (v ?? []) as readonly Json[];
    const [from, to] = [step.start ?? 0, step.end ?? list.length];
    const part = setPath(list.slice(from, to), rest, value) as readonly Json[] | undefined;
    return [...list.slice(0, from), ...(part ?? []), ...list.slice(to)];
  }
  if (typeof step === "string") {
    if (v !== null && !isObject(v)) throw new JqError(`Cannot index ${typeOf(v)} with string "${step}"`);
    const out = { ...v };
    const next = setPath(v?.[step] ?? null, rest, value);
    if (next === undefined) delete out[step];
    else out[step] = next;
    return out;
  }
  if (v !== null && !Array.isArray(v)) throw new JqError(`Cannot index ${typeOf(v)} with number`);
  const out = [...((v ?? []) as Json[])];
  const i = step < 0 ? out.length + step : step;
  if (i < 0 || i > 1_000_000) throw new JqError("Out of bounds negative array index");
  const next = setPath(out[i] ?? null, rest, value);
  if (next === undefined) out.splice(i, 1);
  else {
    while (out.length < i) out.push(null);
    out[i] = next;
  }
  return out;
}
