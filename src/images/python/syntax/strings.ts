import { PyBytes } from "../values.ts";
import { Cursor } from "./cursor.ts";
import type { Expr, Formatted, Pos } from "./nodes.ts";
import { SyntaxFault } from "./nodes.ts";
import { type Token, Tokenizer } from "./tokens.ts";

const SIMPLE: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const ESCAPE = /\\(?:(\r?\n)|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^}]*)\}|([^]))/g;

/** What escapes stand for. */
function unescape(text: string, bytes: boolean, at: Pos): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPE, (all: string, line, octal, hex, four, eight, name, one) => {
    if (line !== undefined) return "";
    if (octal !== undefined) return String.fromCharCode(parseInt(octal as string, 8) & (bytes ? 255 : 511));
    if (hex !== undefined) return String.fromCharCode(parseInt(hex as string, 16));
    if (!bytes && four !== undefined) return String.fromCharCode(parseInt(four as string, 16));
    if (!bytes && eight !== undefined) return String.fromCodePoint(Math.min(parseInt(eight as string, 16), 0x10ffff));
    if (!bytes && name !== undefined) throw new SyntaxFault("names of characters (\\N{...}) are not simulated in Timonel", at);
    if (one === "x" && !bytes)
      throw new SyntaxFault(`(unicode error) 'unicodeescape' codec can't decode bytes in position 0-1: truncated \\xXX escape`, at);
    return SIMPLE[one as string] ?? all;
  });
}

type Parse = (c: Cursor) => Expr;

/** Adjacent literals, which are one. */
export function strings(c: Cursor, parse: Parse): Expr {
  const start = c.now;
  const tokens: Token[] = [];
  while (c.now.type === "string") tokens.push(c.next());
  const at = c.from(start);
  const bytes = tokens.filter((t) => t.prefix?.includes("b"));
  if (bytes.length > 0) {
    if (bytes.length < tokens.length) throw new SyntaxFault("cannot mix bytes and nonbytes literals", at);
    const text = tokens.map((t) => plain(c, t)).join("");
    if (/[^\0-\xff]/.test(text)) throw new SyntaxFault("bytes can only contain ASCII literal characters", at);
    return { ...at, t: "const", value: new PyBytes(Uint8Array.from(text, (ch) => ch.charCodeAt(0))) };
  }
  if (!tokens.some((t) => t.prefix?.includes("f"))) return { ...at, t: "const", value: tokens.map((t) => plain(c, t)).join("") };
  const parts = tokens.flatMap((t) => (t.prefix?.includes("f") ? formatted(c, t, parse) : [plain(c, t)]));
  return { ...at, t: "fstring", parts };
}

function plain(c: Cursor, token: Token): string {
  const [start, end] = token.body as readonly [number, number];
  const text = c.source.slice(start, end).replaceAll("\r\n", "\n");
  return token.prefix?.includes("r") ? text : unescape(text, token.prefix?.includes("b") ?? false, token);
}

function formatted(c: Cursor, token: Token, parse: Parse): (string | Formatted)[] {
  const [start, end] = token.body as readonly [number, number];
  const reader = new FieldReader(c.source, token, parse, start);
  return reader.parts(end, false);
}

/** Reads what stands in an f-string. */
class FieldReader {
  readonly #source: string;
  readonly #token: Token;
  readonly #parse: Parse;
  #at: number;

  constructor(source: string, token: Token, parse: Parse, at: number) {
    this.#source = source;
    this.#token = token;
    this.#parse = parse;
    this.#at = at;
  }
  #fault(message: string): SyntaxFault {
    return new SyntaxFault(`f-string: ${message}`, this.#token);
  }

  /** Text and fields up to `end`; in a format, up to the brace that ends its field. */
  parts(end: number, inFormat: boolean): (string | Formatted)[] {
    const source = this.#source;
    const parts: (string | Formatted)[] = [];
    const raw = this.#token.prefix?.includes("r") ?? false;
    let text = "";
    const flush = (): void => {
      if (text !== "") parts.push(raw ? text : unescape(text, false, this.#token));
      text = "";
    };
    while (this.#at < end) {
      const ch = source[this.#at] as string;
      if (ch === "{" && source[this.#at + 1] === "{" && !inFormat) {
        text += "{";
        this.#at += 2;
      } else if (ch === "{") {
        flush();
        this.#at++;
        parts.push(...this.#field(end));
      } else if (ch === "}") {
        if (inFormat) break;
        if (source[this.#at + 1] !== "}") throw this.#fault("single '}' is not allowed");
        text += "}";
        this.#at += 2;
      } else if (ch === "\\" && this.#at + 1 < end) {
        text += source.slice(this.#at, this.#at + 2);
        this.#at += 2;
      } else {
        text += ch;
        this.#at++;
      }
    }
    flush();
    return parts;
  }

  #field(end: number): (string | Formatted)[] {
    const source = this.#source;
    const from = this.#at;
    let depth = 0;
    let quote = "";
    for (; this.#at < end; this.#at++) {
      const ch = source[this.#at] as string;
      if (quote) {
        if (ch === quote) quote = "";
      } else if (ch === '"' || ch === "'") quote = ch;
      else if ("([{".includes(ch)) depth++;
      else if (depth > 0 && ")]}".includes(ch)) depth--;
      else if (depth === 0) {
        if (ch === "}" || ch === ":") break;
        if (ch === "!" && source[this.#at + 1] !== "=") break;
        if (
          ch === "=" &&
          !"=!<>".includes(source[this.#at - 1] ?? "") &&
          source[this.#at + 1] !== "=" &&
          /^=\s*[}!:]/.test(source.slice(this.#at, this.#at + 40))
        )
          break;
      }
    }
    if (this.#at >= end) throw this.#fault("expecting '}'");
    const text = source.slice(from, this.#at);
    if (text.trim() === "") throw this.#fault(`valid expression required before '${source[this.#at]}'`);
    const value = this.#inner(text, from);
    const out: (string | Formatted)[] = [];
    let debug = false;
    if (source[this.#at] === "=") {
      debug = true;
      const shown = /^=\s*/.exec(source.slice(this.#at, end))?.[0] ?? "=";
      out.push(text + shown);
      this.#at += shown.length;
    }
    let conversion: Formatted["conversion"] = "";
    if (source[this.#at] === "!") {
      const kind = /^[A-Za-z]*/.exec(source.slice(this.#at + 1, end))?.[0] ?? "";
      if (kind !== "r" && kind !== "s" && kind !== "a")
        throw this.#fault(`invalid conversion character '${kind}': expected 's', 'r', or 'a'`);
      conversion = kind;
      this.#at += 2;
    }
    let spec: (string | Formatted)[] = [];
    if (source[this.#at] === ":") {
      this.#at++;
      spec = this.parts(end, true);
    }
    if (source[this.#at] !== "}") throw this.#fault("expecting '}'");
    this.#at++;
    out.push({ value, conversion: debug && conversion === "" && spec.length === 0 ? "r" : conversion, spec });
    return out;
  }

  #inner(text: string, from: number): Expr {
    // Where the field stands: its line and column in the whole source.
    const before = this.#source.slice(0, from);
    const lineStart = before.lastIndexOf("\n") + 1;
    const line = this.#token.line + (before.slice(this.#token.at).match(/\n/g)?.length ?? 0);
    const firstLine = this.#source.lastIndexOf("\n", this.#token.at - 1) + 1;
    const col = lineStart > firstLine ? from - lineStart : this.#token.col + from - this.#token.at;
    const inner = new Cursor(text, new Tokenizer(text, line, col).run(false));
    const value = this.#parse(inner);
    if (inner.now.type !== "end") throw new SyntaxFault("f-string: invalid syntax. Perhaps you forgot a comma?", inner.from(value));
    return value;
  }
}
