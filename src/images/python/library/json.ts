import { integer, PyFloat, PyList, PyTuple, type Value } from "../values.ts";
import { PyDict } from "../vm/dicts.ts";
import { typeError, valueError } from "../vm/errors.ts";
import type { Gen } from "../vm/frame.ts";
import { call } from "../vm/iterate.ts";
import { functions } from "../vm/native.ts";
import { plain, typeName } from "../vm/names.ts";
import { asInt, floatRepr, intText } from "../vm/numbers.ts";
import { sorted } from "./sorting.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\f": "\\f",
  "\b": "\\b",
};
function quoted(text: string, ascii: boolean): string {
  const out = text.replace(/["\\\0-\x1f]/g, (c) => ESCAPES[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `"${ascii ? out.replace(/[^\0-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`) : out}"`;
}
interface Style {
  readonly indent: string | undefined;
  readonly item: string;
  readonly key: string;
  readonly sort: boolean;
  readonly ascii: boolean;
  readonly fallback: Value;
  readonly skip: boolean;
}
function simple(v: Value, style: Style): string | undefined {
  if (v === null) return "null";
  if (typeof v === "boolean") return v ? "true" : "false";
  const value = plain(v);
  if (typeof value === "string") return quoted(value, style.ascii);
  const n = asInt(value);
  if (n !== undefined) return intText(n);
  if (!(value instanceof PyFloat)) return undefined;
  if (Number.isNaN(value.v)) return "NaN";
  return Number.isFinite(value.v) ? floatRepr(value.v) : value.v > 0 ? "Infinity" : "-Infinity";
}
function* dump(v: Value, style: Style, depth: number, within: readonly Value[]): Gen<string> {
  const fast = simple(v, style);
  if (fast !== undefined) return fast;
  if (within.includes(v)) throw valueError("Circular reference detected");
  const inside = [...within, v];
  const line = style.indent === undefined ? "" : `\n${style.indent.repeat(depth + 1)}`;
  const end = style.indent === undefined ? "" : `\n${style.indent.repeat(depth)}`;
  if (v instanceof PyList || v instanceof PyTuple) {
    if (v.items.length === 0) return "[]";
    const parts: string[] = [];
    for (const item of v.items) parts.push(yield* dump(item, style, depth + 1, inside));
    return `[${line}${parts.join(style.item + line)}${end}]`;
  }
  if (v instanceof PyDict) {
    if (v.size === 0) return "{}";
    const parts: string[] = [];
    const keys = style.sort ? yield* sorted(v.keys(), null, false) : v.keys();
    for (const key of keys) {
      const name = typeof plain(key) === "string" ? (plain(key) as string) : simple(key, style);
      if (name === undefined) {
        if (style.skip) continue;
        throw typeError(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
      }
      parts.push(
        `${quoted(name, style.ascii)}${style.key}${yield* dump(v.map.get(yield* v.slowKey(key)) as Value, style, depth + 1, inside)}`,
      );
    }
    return `{${line}${parts.join(style.item + line)}${end}}`;
  }
  if (style.fallback !== null) return yield* dump(yield* call(style.fallback, v), style, depth, inside);
  throw typeError(`Object of type ${typeName(v)} is not JSON serializable`);
}

/** What is wrong with a text, and where. */
class Fault {
  readonly words: string;
  readonly at: number;
  constructor(words: string, at: number) {
    this.words = words;
    this.at = at;
  }
}
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const BACK: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class Reader {
  readonly text: string;
  at = 0;
  depth = 0;
  constructor(text: string) {
    this.text = text;
  }
  space(): void {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at++;
  }
  value(): Value {
    const c = this.text[this.at];
    if (++this.depth > 900) throw new Fault("too deep", this.at);
    const v = c === "{" ? this.object() : c === "[" ? this.array() : c === '"' ? this.string() : this.word();
    this.depth--;
    return v;
  }
  word(): Value {
    for (const [word, v] of [
      ["null", null],
      ["true", true],
      ["false", false],
    ] as const)
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return v;
      }
    for (const [word, v] of [
      ["NaN", NaN],
      ["Infinity", Infinity],
      ["-Infinity", -Infinity],
    ] as const)
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return new PyFloat(v);
      }
    NUMBER.lastIndex = this.at;
    const m = NUMBER.exec(this.text);
    if (!m) throw new Fault("Expecting value", this.at);
    this.at += m[0].length;
    return m[1] === undefined && m[2] === undefined ? integer(BigInt(m[0])) : new PyFloat(Number(m[0]));
  }
  string(): string {
    const from = this.at++;
    let out = "";
    for (;;) {
      const c = this.text[this.at++];
      if (c === undefined) throw new Fault("Unterminated string starting at", from);
      if (c === '"') return out;
      if (c < " ") throw new Fault("Invalid control character at", this.at - 1);
      if (c !== "\\") {
        out += c;
        continue;
      }
      const e = this.text[this.at++];
      if (e === "u") {
        const hex = this.text.slice(this.at, this.at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw new Fault("Invalid \\uXXXX escape", this.at - 1);
        out += String.fromCharCode(parseInt(hex, 16));
        this.at += 4;
      } else {
        const plainly = BACK[e ?? ""];
        if (plainly === undefined)
          throw new Fault(e === undefined ? "Unterminated string starting at" : "Invalid \\escape", e === undefined ? from : this.at - 2);
        out += plainly;
      }
    }
  }
  array(): Value {
    this.at++;
    const items: Value[] = [];
    this.space();
    if (this.text[this.at] === "]") return (this.at++, new PyList(items));
    for (;;) {
      this.space();
      items.push(this.value());
      this.space();
      const c = this.text[this.at++];
      if (c === "]") return new PyList(items);
      if (c !== ",") throw new Fault("Expecting ',' delimiter", this.at - 1);
    }
  }
  object(): Value {
    this.at++;
    const dict = new PyDict();
    this.space();
    if (this.text[this.at] === "}") return (this.at++, dict);
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') throw new Fault("Expecting property name enclosed in double quotes", this.at);
      const key = this.string();
      this.space();
      if (this.text[this.at++] !== ":") throw new Fault("Expecting ':' delimiter", this.at - 1);
      this.space();
      dict.put(key, this.value());
      this.space();
      const c = this.text[this.at++];
      if (c === "}") return dict;
      if (c !== ",") throw new Fault("Expecting ',' delimiter", this.at - 1);
    }
  }
}

/** What json is built on. */
export function jsonModule(): Map<string, Value> {
  return functions({
    _dump: [
      "v, indent, item, key, sort, ascii, fallback, skip",
      (_, [v, indent, item, key, sort, ascii, fallback, skip]) =>
        dump(
          v as Value,
          {
            indent: indent === null ? undefined : typeof indent === "string" ? indent : " ".repeat(Math.max(0, Number(indent))),
            item: String(item),
            key: String(key),
            sort: sort === true,
            ascii: ascii === true,
            fallback: fallback ?? null,
            skip: skip === true,
          },
          0,
          [],
        ),
    ],
    /** A value, or what is wrong and where. */
    _load: [
      "text",
      (_, [text]) => {
        const reader = new Reader(String(text));
        try {
          reader.space();
          const v = reader.value();
          reader.space();
          if (reader.at < reader.text.length) throw new Fault("Extra data", reader.at);
          return new PyTuple([v, null, 0]);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          return new PyTuple([null, error.words, error.at]);
        }
      },
    ],
  });
}
