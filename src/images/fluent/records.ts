import { RE2JS } from "re2js";
import { parseTime } from "../../sim/index.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Fields = Readonly<Record<string, Json>>;
export interface Entry {
  readonly tag: string;
  /** Virtual ms. */
  readonly time: number;
  readonly record: Fields;
}

/** What a line becomes; undefined: it does not fit. A time of its own goes before that of its reading. */
export type Parse = (line: string) => { readonly record: Fields; readonly time?: number } | undefined;

/** A regular expression with named groups, in linear time. */
export function byExpression(source: string, timeKey?: string): Parse | undefined {
  const names: string[] = [];
  const plain = source.replace(/\(\?<([A-Za-z_]\w*)>/g, (_, name: string) => {
    names.push(name);
    return `(?P<${name}>`;
  });
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(plain);
  } catch {
    return undefined;
  }
  return (line) => {
    const matcher = expression.matcher(line);
    if (!matcher.find()) return undefined;
    const fields = Object.fromEntries(names.map((name) => [name, matcher.group(name) ?? ""]));
    return timed(fields, timeKey);
  };
}
export function byJson(timeKey?: string): Parse {
  return (line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === "object" && value !== null && !Array.isArray(value) ? timed(value as Fields, timeKey) : undefined;
    } catch {
      return undefined;
    }
  };
}
/** A container's log as the kubelet keeps it: "2026-01-02T03:04:05.678901234Z stdout F hello". */
export const byCri =
  (key: string): Parse =>
  (line) => {
    const [, time = "", stream = "", flag = "", text = ""] = /^(\S+) (stdout|stderr) ([FP]) ?(.*)$/.exec(line) ?? [];
    return time === "" ? undefined : { record: { time, stream, [key === "log" ? "_p" : "logtag"]: flag, [key]: text }, ...moment(time) };
  };
function moment(text: string): { readonly time?: number } {
  const time = parseTime(text.replace(" ", "T").replace(/(T\d\d:\d\d:\d\d(?:\.\d+)?)$/, "$1Z"));
  return time === undefined || Number.isNaN(time) ? {} : { time };
}
function timed(fields: Fields, key = "time"): { readonly record: Fields; readonly time?: number } {
  const value = fields[key];
  const at = typeof value === "string" ? moment(value) : typeof value === "number" ? { time: value * 1000 } : {};
  if (at.time === undefined) return { record: fields };
  const { [key]: _, ...record } = fields;
  return { record, ...at };
}

/** A tag against fluentd's pattern: * is one part, ** any number, {a,b} either, several patterns side by side. */
export function tagged(patterns: string, tag: string): boolean {
  return patterns
    .split(/\s+/)
    .flatMap((p) => braces(p))
    .some((p) => fits(p.split("."), tag.split(".")));
}
function fits(pattern: readonly string[], tag: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return tag.length === 0;
  if (first === "**") return fits(rest, tag) || (tag.length > 0 && fits(pattern, tag.slice(1)));
  const [part, ...others] = tag;
  if (part === undefined) return false;
  const [head = "", ...tails] = first.split("*");
  const one = first === "*" || (tails.length === 0 ? part === first : part.startsWith(head) && part.endsWith(tails.at(-1) ?? ""));
  return one && fits(rest, others);
}
function braces(pattern: string): readonly string[] {
  const [whole, before = "", inner = "", after = ""] = /^(.*?)\{([^{}]*)\}(.*)$/.exec(pattern) ?? [];
  return whole === undefined ? [pattern] : inner.split(",").flatMap((one) => braces(before + one + after));
}

/** Ruby's to_json and fluent-bit's maps agree on this. */
export const jsonOf = (fields: Fields): string => JSON.stringify(fields);
