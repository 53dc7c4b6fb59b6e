import type { Random } from "../../../sim/index.ts";
import type { Keyspace } from "../keyspace.ts";
import { RedisError } from "../resp.ts";

/** What a command works with. */
export interface Call {
  readonly db: Keyspace;
  readonly now: number;
  readonly random: Random;
  /** It changed so much: what it propagates is its own words, unless `effects` are told. */
  readonly changed: (n?: number) => void;
  readonly effect: (...args: readonly string[]) => void;
}

export interface DataCommand {
  /** Words with the name; negative: at least so many. */
  readonly arity: number;
  readonly write?: true;
  /** Refused when memory is full. */
  readonly grows?: true;
  /** Where its keys are: first, last (negative: from the end), step. */
  readonly keys: readonly [number, number, number] | undefined;
  readonly run: (call: Call, args: readonly string[]) => string;
}
export type DataCommands = Readonly<Record<string, DataCommand>>;

type Run = DataCommand["run"];
const ONE = [1, 1, 1] as const;
export const reads = (arity: number, run: Run, keys: DataCommand["keys"] = ONE): DataCommand => ({ arity, keys, run });
export const writes = (arity: number, run: Run, keys: DataCommand["keys"] = ONE): DataCommand => ({ arity, write: true, keys, run });
export const grows = (arity: number, run: Run, keys: DataCommand["keys"] = ONE): DataCommand => ({
  arity,
  write: true,
  grows: true,
  keys,
  run,
});

export const SYNTAX = "ERR syntax error";
export const refuse = (text: string): never => {
  throw new RedisError(text);
};

const MAX = 2n ** 63n;
export function big(text: string | undefined, message = "ERR value is not an integer or out of range"): bigint {
  if (text === undefined || !/^(0|-?[1-9]\d{0,18})$/.test(text)) return refuse(message);
  const n = BigInt(text);
  return n >= MAX || n < -MAX ? refuse(message) : n;
}
export const integer = (text: string | undefined, message?: string): number => Number(big(text, message));

export function float(text: string | undefined, message = "ERR value is not a valid float"): number {
  const known = /^([+-]?)inf(inity)?$/i.exec(text ?? "");
  if (known) return known[1] === "-" ? -Infinity : Infinity;
  if (text === undefined || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return refuse(message);
  return Number(text);
}
export function floatText(n: number): string {
  if (n === Infinity) return "inf";
  if (n === -Infinity) return "-inf";
  const text = String(n);
  const e = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  return e ? `${e[1]}0.${"0".repeat(Number(e[4]) - 1)}${e[2]}${e[3] ?? ""}` : text;
}

/** The elements `start` to `stop` of `n`, as LRANGE counts: undefined when there are none. */
export function span(start: number, stop: number, n: number): readonly [number, number] | undefined {
  const from = Math.max(0, start < 0 ? n + start : start);
  const to = Math.min(n - 1, stop < 0 ? n + stop : stop);
  return from > to || from >= n ? undefined : [from, to + 1];
}

/** Options of a SCAN and which items pass it. */
export function scanOptions(args: readonly string[]): {
  readonly match: ((s: string) => boolean) | undefined;
  count: number;
  type?: string;
} {
  const options: { match: ((s: string) => boolean) | undefined; count: number; type?: string } = { match: undefined, count: 10 };
  for (let i = 0; i < args.length; i += 2) {
    const value = args[i + 1] ?? refuse(SYNTAX);
    const name = (args[i] as string).toUpperCase();
    if (name === "MATCH") options.match = globMatcher(value);
    else if (name === "COUNT") {
      options.count = integer(value);
      if (options.count < 1) refuse(SYNTAX);
    } else if (name === "TYPE") options.type = value.toLowerCase();
    else refuse(SYNTAX);
  }
  return options;
}

/** Redis' own patterns: * ? [a-z] [^a] and backslash, matched without backtracking over more than the last star. */
export function globMatcher(pattern: string): (text: string) => boolean {
  const parts: ("*" | ((c: string) => boolean))[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === "*") {
      if (parts.at(-1) !== "*") parts.push("*");
    } else if (c === "?") parts.push(() => true);
    else if (c === "[") {
      const close = pattern.indexOf("]", i + 1);
      const body = pattern.slice(i + 1, close < 0 ? undefined : close);
      i = close < 0 ? pattern.length : close;
      parts.push(characterClass(body));
    } else {
      const literal = c === "\\" && i + 1 < pattern.length ? (pattern[++i] as string) : c;
      parts.push((x) => x === literal);
    }
  }
  return (text) => {
    let p = 0;
    let t = 0;
    let star = -1;
    let mark = 0;
    while (t < text.length) {
      const part = parts[p];
      if (part === "*") {
        star = p++;
        mark = t;
      } else if (part !== undefined && part(text[t] as string)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++mark;
      } else return false;
    }
    while (parts[p] === "*") p++;
    return p === parts.length;
  };
}

function characterClass(body: string): (c: string) => boolean {
  const not = body.startsWith("^");
  const rest = not ? body.slice(1) : body;
  const ranges: [string, string][] = [];
  for (let i = 0; i < rest.length; i++) {
    const from = rest[i] as string;
    if (rest[i + 1] === "-" && i + 2 < rest.length) {
      const to = rest[i + 2] as string;
      ranges.push(from <= to ? [from, to] : [to, from]);
      i += 2;
    } else ranges.push([from, from]);
  }
  return (c) => ranges.some(([a, b]) => c >= a && c <= b) !== not;
}
