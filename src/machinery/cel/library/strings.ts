import { RE2JS } from "re2js";
import { goQuote } from "../../fields.ts";
import { base64Decode, base64Encode } from "../../base64.ts";
import type { FunctionTable } from "../functions.ts";
import { CelError, ListValue, type Value } from "../values.ts";
import { formatText } from "./format-text.ts";

const list = (items: readonly string[]): ListValue => new ListValue(items);
const outOfRange = (i: bigint) => new CelError(`index out of range: ${i}`);

/** An offset that is in the text or at its end. */
function offset(points: readonly string[], i: bigint): number {
  if (i < 0n || i > BigInt(points.length)) throw outOfRange(i);
  return Number(i);
}

const startsAt = (points: readonly string[], wanted: readonly string[], at: number): boolean =>
  wanted.every((c, i) => points[at + i] === c);

function indexOf(text: string, wanted: string, from = 0n): bigint {
  const [points, sought] = [[...text], [...wanted]];
  if (wanted === "") return from;
  for (let i = offset(points, from); i + sought.length <= points.length; i++) if (startsAt(points, sought, i)) return BigInt(i);
  return -1n;
}

function lastIndexOf(text: string, wanted: string, from?: bigint): bigint {
  const [points, sought] = [[...text], [...wanted]];
  if (wanted === "") return from ?? BigInt(points.length);
  const start = from === undefined ? points.length - 1 : offset(points, from);
  for (let i = Math.min(start, points.length - sought.length); i >= 0; i--) if (startsAt(points, sought, i)) return BigInt(i);
  return -1n;
}

function substring(text: string, start: bigint, end?: bigint): string {
  const points = [...text];
  const [from, to] = [offset(points, start), end === undefined ? points.length : offset(points, end)];
  if (from > to) throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  return points.slice(from, to).join("");
}

/** As Go's strings.Replace: "" is found before every character and at the end. */
function replace(text: string, from: string, to: string, limit = -1n): string {
  const parts = from === "" ? ["", ...text, ""] : text.split(from);
  const count = from === "" ? [...text].length + 1 : parts.length - 1;
  const times = limit < 0n ? count : Math.min(count, Number(limit));
  if (from !== "")
    return (
      parts.slice(0, times + 1).join(to) +
      parts
        .slice(times + 1)
        .map((part) => from + part)
        .join("")
    );
  const points = [...text];
  return points.map((c, i) => (i < times ? to + c : c)).join("") + (times > points.length ? to : "");
}

function split(text: string, separator: string, limit = -1n): ListValue {
  if (limit === 0n) return list([]);
  const parts = separator === "" ? [...text] : text.split(separator);
  if (limit < 0n || parts.length <= Number(limit)) return list(parts);
  const kept = Number(limit) - 1;
  return list([...parts.slice(0, kept), parts.slice(kept).join(separator)]);
}

const ascii = (text: string, pattern: RegExp, change: (c: string) => string): string => text.replace(pattern, change);
const join = (items: ListValue, separator = ""): string => {
  const parts = items.values();
  if (!parts.every((part) => typeof part === "string")) throw new CelError("no such overload");
  return parts.join(separator);
};

const MAX_PATTERNS = 256;
const patterns = new Map<string, RE2JS>();

/** Compiled once; linear in time whatever the pattern is (law 12). A cache of a pure function. */
export function regex(pattern: string): RE2JS {
  let found = patterns.get(pattern);
  if (found === undefined) {
    try {
      found = RE2JS.compile(pattern);
    } catch (error) {
      throw new CelError(`error parsing regexp: ${(error as Error).message.replace(/^error parsing regexp: /, "")}`);
    }
    if (patterns.size >= MAX_PATTERNS) patterns.clear();
    patterns.set(pattern, found);
  }
  return found;
}

const matches = (text: string, pattern: string): boolean => regex(pattern).matcher(text).find();

function findAll(text: string, pattern: string, limit = -1n): ListValue {
  const matcher = regex(pattern).matcher(text);
  const out: string[] = [];
  while ((limit < 0n || BigInt(out.length) < limit) && matcher.find()) out.push(matcher.group() ?? "");
  return list(out);
}

function find(text: string, pattern: string): string {
  const matcher = regex(pattern).matcher(text);
  return matcher.find() ? (matcher.group() ?? "") : "";
}

function decoded(text: string): Uint8Array {
  const bytes = base64Decode(text);
  if (typeof bytes === "number") throw new CelError(`illegal base64 data at input byte ${bytes}`);
  return bytes;
}

/** k8s: cel-go ext.Strings version 2, and the regex library. */
export const strings: FunctionTable = {
  contains: [["contains_string", ".(string, string) bool", (text: string, part: string) => text.includes(part)]],
  endsWith: [["ends_with_string", ".(string, string) bool", (text: string, part: string) => text.endsWith(part)]],
  startsWith: [["starts_with_string", ".(string, string) bool", (text: string, part: string) => text.startsWith(part)]],
  matches: [
    ["matches", "(string, string) bool", matches],
    ["matches_string", ".(string, string) bool", matches],
  ],
  find: [["string_find_string", ".(string, string) string", find]],
  findAll: [
    ["string_find_all_string", ".(string, string) list(string)", findAll],
    ["string_find_all_string_int", ".(string, string, int) list(string)", findAll],
  ],
  charAt: [["string_char_at_int", ".(string, int) string", (text: string, i: bigint) => [...text][offset([...text], i)] ?? ""]],
  indexOf: [
    ["string_index_of_string", ".(string, string) int", indexOf],
    ["string_index_of_string_int", ".(string, string, int) int", indexOf],
  ],
  lastIndexOf: [
    ["string_last_index_of_string", ".(string, string) int", lastIndexOf],
    ["string_last_index_of_string_int", ".(string, string, int) int", lastIndexOf],
  ],
  lowerAscii: [["string_lower_ascii", ".(string) string", (text: string) => ascii(text, /[A-Z]/g, (c) => c.toLowerCase())]],
  upperAscii: [["string_upper_ascii", ".(string) string", (text: string) => ascii(text, /[a-z]/g, (c) => c.toUpperCase())]],
  replace: [
    ["string_replace_string_string", ".(string, string, string) string", replace],
    ["string_replace_string_string_int", ".(string, string, string, int) string", replace],
  ],
  split: [
    ["string_split_string", ".(string, string) list(string)", split],
    ["string_split_string_int", ".(string, string, int) list(string)", split],
  ],
  substring: [
    ["string_substring_int", ".(string, int) string", substring],
    ["string_substring_int_int", ".(string, int, int) string", substring],
  ],
  trim: [["string_trim", ".(string) string", (text: string) => text.trim()]],
  format: [["string_format", ".(string, list(dyn)) string", (text: string, args: ListValue) => formatText(text, args.values())]],
  "strings.quote": [["strings_quote", "(string) string", (text: string) => goQuote(text)]],
  join: [
    ["list_join", ".(list(string)) string", join],
    ["list_join_string", ".(list(string), string) string", join],
  ],
  "base64.encode": [["base64_encode_bytes", "(bytes) string", base64Encode]],
  "base64.decode": [["base64_decode_string", "(string) bytes", decoded]],
  "jsonpatch.escapeKey": [
    ["string_jsonpatch_escapeKey_string", "(string) string", (key: string) => key.replace(/[~/]/g, (c) => (c === "~" ? "~0" : "~1"))],
  ],
};

/** For literals, when an expression is compiled. */
export function regexProblem(pattern: Value): string | undefined {
  try {
    if (typeof pattern === "string") regex(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
