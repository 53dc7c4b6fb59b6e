import { goFloat } from "../../machinery/index.ts";

/**
 * YAML as kubectl prints it: sorted keys, lists flush with their key, and go-yaml v2's choice of styles and of places
 * to fold (k8s: sigs.k8s.io/yaml Marshal; go-yaml v2 emitterc.go and resolve.go).
 */
export function toYaml(value: unknown): string {
  if (value === undefined || value === null) return "null\n";
  const out = new Emitter();
  out.node(value, 0, false);
  return out.text();
}

const BEST_WIDTH = 80;

class Emitter {
  #out = "";
  /** Where the next character stands in its line. */
  #column = 0;

  text(): string {
    return this.#ended ? this.#out : `${this.#out}\n`;
  }
  get #ended(): boolean {
    return this.#column === 0 && this.#out !== "";
  }
  /** Only ever adds: looking back into a text that grows would cost its square. */
  #put(text: string): void {
    const line = text.lastIndexOf("\n") + 1;
    this.#column = (line > 0 ? 0 : this.#column) + text.length - line;
    this.#out += text;
  }

  /** `indent` is the column of this block's keys or dashes; `inline` says that the first of them continues a line. */
  node(value: unknown, indent: number, inline: boolean): void {
    if (Array.isArray(value)) this.#list(value, indent, inline);
    else if (isMap(value)) this.#map(value, indent, inline);
    else this.#scalar(value, indent);
  }

  #map(map: Record<string, unknown>, indent: number, inline: boolean): void {
    const keys = Object.keys(map)
      .filter((k) => map[k] !== undefined)
      .sort(byNature);
    if (keys.length === 0) {
      this.#put("{}");
      return;
    }
    let first = inline;
    for (const key of keys) {
      this.#line(indent, first);
      first = false;
      this.#put(key.includes("\n") || key.length > 128 ? `? ${quoteDouble(key, Infinity, 0)}\n${" ".repeat(indent)}:` : `${keyText(key)}:`);
      const value = map[key];
      if (isEmpty(value)) this.#put(Array.isArray(value) ? " []" : " {}");
      else if (Array.isArray(value)) this.#list(value, indent, false);
      else if (isMap(value)) this.#map(value, indent + 2, false);
      else {
        this.#put(" ");
        this.#scalar(value, indent + 2);
      }
    }
  }

  #list(list: readonly unknown[], indent: number, inline: boolean): void {
    if (list.length === 0) {
      this.#put("[]");
      return;
    }
    let first = inline;
    for (const item of list) {
      this.#line(indent, first);
      first = false;
      this.#put("- ");
      this.node(item, indent + 2, true);
    }
  }

  #line(indent: number, inline: boolean): void {
    if (inline) return;
    if (this.#out !== "" && !this.#ended) this.#put("\n");
    this.#put(" ".repeat(indent));
  }

  #scalar(value: unknown, indent: number): void {
    if (typeof value !== "string") {
      this.#put(value === null || value === undefined ? "null" : typeof value === "number" ? numberText(value) : String(value));
      return;
    }
    this.#put(stringText(value, indent, this.#column));
  }
}

const isMap = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null && !Array.isArray(v);
const isEmpty = (v: unknown): boolean => typeof v === "object" && v !== null && Object.keys(v).length === 0;

/** Go sorts by bytes of UTF-8, which is the order of code points. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const isDigit = (c: string | undefined): boolean => c !== undefined && c >= "0" && c <= "9";
const isLetter = (c: string): boolean => (c >= "a" && c <= "z") || (c >= "A" && c <= "Z") || (c > "\x7f" && /\p{L}/u.test(c));

/** go-yaml's order of keys: numbers in them by their size, other characters before letters but behind a digit after them (go-yaml v2: sorter.go). */
function byNature(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a[i] === b[i]) i++;
  if (i === shorter) return a.length - b.length;
  const [x, y] = [a[i] as string, b[i] as string];
  const [xLetter, yLetter] = [isLetter(x), isLetter(y)];
  if (xLetter && yLetter) return byCodePoint(x, y);
  // A letter goes first where the two have a digit before them.
  if (xLetter || yLetter) return xLetter === (i > 0 && isDigit(a[i - 1])) ? -1 : 1;
  const [m, n] = [digitsAt(a, i), digitsAt(b, i)];
  // Zeros count where a number has begun before them.
  const begun = (x === "0" || y === "0") && /[1-9]0*$/.test(a.slice(0, i)) ? "1" : "";
  return Number(`${begun}${m}` || "0") - Number(`${begun}${n}` || "0") || m.length - n.length || byCodePoint(x, y);
}
const digitsAt = (text: string, from: number): string => /^\d*/.exec(text.slice(from))?.[0] ?? "";

function numberText(n: number): string {
  if (Number.isInteger(n) && Math.abs(n) < 1e21) return String(n);
  return goFloat(n);
}

function keyText(key: string): string {
  return stringText(key, 0, -Infinity);
}

/** Styles: literal for several lines, else plain, single quotes, double quotes, the first that is possible. */
function stringText(s: string, indent: number, column: number): string {
  const a = analyze(s);
  if (s.includes("\n") && column !== -Infinity) {
    return a.literal ? literal(s, indent) : quoteDouble(s, indent, column);
  }
  if (resolvesToOther(s)) return quoteDouble(s, indent, column);
  if (a.plain && s !== "") return fold(s, indent, column, false);
  if (a.single) return `'${fold(s.replaceAll("'", "''"), indent, column + 1, true)}'`;
  return quoteDouble(s, indent, column);
}

/** Whether a plain scalar of this text would read as something else than a string (go-yaml v2 resolve, YAML 1.1). */
function resolvesToOther(s: string): boolean {
  if (s === "") return true;
  if (/^(?:~|null|Null|NULL|y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/.test(s)) return true;
  if (/^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/.test(s)) return true;
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(s)) return true;
  if (/^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt ]\s*\d{1,2}:\d{2}:\d{2}(?:\.\d*)?\s*(?:Z|[-+]\d{1,2}(?::?\d{2})?)?$)/.test(s)) return true;
  const digits = s.replaceAll("_", "");
  if (/^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/.test(digits) && !/^[-+]?_/.test(s)) return true;
  return /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(digits) && Number.isFinite(Number(digits));
}

const SPECIAL = /[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

function analyze(s: string): { plain: boolean; single: boolean; literal: boolean } {
  const special = SPECIAL.test(s);
  const spaceBreak = / \n/.test(s);
  const leadingSpace = s.startsWith(" ");
  const trailingSpace = s.endsWith(" ");
  const indicators = /^(?:[#,[\]{}&*!|>'"%@`]|[-?:](?: |$)|---|\.\.\.)/.test(s) || /:(?: |$)/.test(s) || / #/.test(s);
  return {
    plain: !special && !indicators && !leadingSpace && !trailingSpace && !s.includes("\n"),
    single: !special && !spaceBreak && !/\n /.test(s),
    literal: !special && !spaceBreak && !trailingSpace,
  };
}

/** Breaks at single spaces once the column is past the width. */
function fold(s: string, indent: number, start: number, quoted: boolean): string {
  if (start + s.length <= BEST_WIDTH) return s;
  let out = "";
  let column = start;
  let spaces = false;
  const chars = [...s];
  for (let i = 0; i < chars.length; i++) {
    const c = chars[i] as string;
    const edge = quoted && (i === 0 || i === chars.length - 1);
    if (c === " " && !spaces && column > BEST_WIDTH && chars[i + 1] !== " " && !edge) {
      out += `\n${" ".repeat(indent)}`;
      column = indent;
      spaces = true;
      continue;
    }
    spaces = c === " ";
    out += c;
    column++;
  }
  return out;
}

function literal(s: string, indent: number): string {
  const hint = /^[ \n]/.test(s) ? "2" : "";
  const chomp = !s.endsWith("\n") ? "-" : s === "\n" || s.endsWith("\n\n") ? "+" : "";
  const lines = (s.endsWith("\n") ? s.slice(0, -1) : s).split("\n");
  // An indentation of zero (a document that is one string) still moves the text in.
  const pad = " ".repeat(Math.max(indent, 2));
  return `|${hint}${chomp}\n${lines.map((line) => (line === "" ? "" : pad + line)).join("\n")}${s.endsWith("\n") ? "\n" : ""}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\x85": "\\N",
  "\xa0": "\\_",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function quoteDouble(s: string, indent: number, start: number): string {
  let out = '"';
  let column = start + 1;
  let spaces = false;
  const chars = [...s];
  for (let i = 0; i < chars.length; i++) {
    const c = chars[i] as string;
    if (SPECIAL.test(c) || c in ESCAPES || c === "\n") {
      const code = c.codePointAt(0) as number;
      const escaped = ESCAPES[c] ?? (code <= 0xff ? `\\x${hex(code, 2)}` : code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`);
      out += escaped;
      column += escaped.length;
      spaces = false;
    } else if (c === " " && !spaces && column > BEST_WIDTH && i > 0 && i < chars.length - 1) {
      out += `\n${" ".repeat(indent)}`;
      column = indent;
      if (chars[i + 1] === " ") {
        out += "\\";
        column++;
      }
      spaces = true;
    } else {
      spaces = c === " ";
      out += c;
      column++;
    }
  }
  return `${out}"`;
}

const hex = (code: number, width: number): string => code.toString(16).toUpperCase().padStart(width, "0");
