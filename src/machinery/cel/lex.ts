import type { Problem } from "./ast.ts";

export interface Token {
  readonly kind: "int" | "uint" | "float" | "string" | "bytes" | "ident" | "quoted" | "op" | "end";
  readonly text: string;
  readonly at: number;
  /** What a literal stands for. */
  readonly value?: string | Uint8Array;
}

const OPERATORS = ["==", "!=", "<=", ">=", "&&", "||", ...".,[](){}<>?:+-*/%!"];
const BLANK = /[\t \r\n\f]/;
const DIGIT = /[0-9]/;
const HEX = /[0-9a-fA-F]/;
const IDENT_START = /[A-Za-z_]/;
const IDENT = /[A-Za-z0-9_]/;
const QUOTED = /[A-Za-z0-9_./ -]/;

/** Where no token goes on: the place of the character that fits nothing. */
type Stuck = number;

/** Offsets count code points, as places in errors do. */
export function tokens(source: string, problems: Problem[]): readonly Token[] {
  const points = [...source];
  const out: Token[] = [];
  let i = 0;
  while (i < points.length) {
    const c = points[i] as string;
    if (BLANK.test(c)) i++;
    else if (c === "/" && points[i + 1] === "/") while (i < points.length && points[i] !== "\n") i++;
    else {
      const literal = stringStart(points, i);
      const token = literal ? readString(points, i, literal, problems) : readToken(points, i);
      if (typeof token === "number") {
        // What was read so far, and the character that fits nothing, are left out.
        problems.push({ at: i, message: `Syntax error: token recognition error at: '${points.slice(i, token + 1).join("")}'` });
        i = token + 1;
      } else {
        i += [...token.text].length;
        out.push(token);
      }
    }
  }
  out.push({ kind: "end", text: "<EOF>", at: points.length });
  return out;
}

function readToken(points: readonly string[], at: number): Token | Stuck {
  const c = points[at] as string;
  const run = (from: number, pattern: RegExp): number => {
    let end = from;
    while (end < points.length && pattern.test(points[end] as string)) end++;
    return end;
  };
  const made = (kind: Token["kind"], end: number): Token => ({ kind, text: points.slice(at, end).join(""), at });
  if (DIGIT.test(c) || (c === "." && DIGIT.test(points[at + 1] ?? ""))) return readNumber(points, at, run, made);
  if (IDENT_START.test(c)) return made("ident", run(at, IDENT));
  if (c === "`") {
    const end = run(at + 1, QUOTED);
    return points[end] === "`" && end > at + 1 ? made("quoted", end + 1) : end;
  }
  const two = c + (points[at + 1] ?? "");
  const op = OPERATORS.find((o) => o === two) ?? OPERATORS.find((o) => o === c);
  if (op !== undefined) return made("op", at + op.length);
  return "=&|".includes(c) ? at + 1 : at;
}

function readNumber(
  points: readonly string[],
  at: number,
  run: (from: number, pattern: RegExp) => number,
  made: (kind: Token["kind"], end: number) => Token,
): Token {
  const unsigned = (end: number) => (/[uU]/.test(points[end] ?? "") ? made("uint", end + 1) : made("int", end));
  if (points[at] === "0" && points[at + 1] === "x" && HEX.test(points[at + 2] ?? "")) return unsigned(run(at + 2, HEX));
  let end = run(at, DIGIT);
  let float = false;
  if (points[end] === "." && DIGIT.test(points[end + 1] ?? "")) {
    end = run(end + 1, DIGIT);
    float = true;
  }
  const sign = /[+-]/.test(points[end + 1] ?? "") ? 1 : 0;
  if (/[eE]/.test(points[end] ?? "") && DIGIT.test(points[end + 1 + sign] ?? "")) {
    end = run(end + 1 + sign, DIGIT);
    float = true;
  }
  return float ? made("float", end) : unsigned(end);
}

interface StringStart {
  readonly prefix: number;
  readonly quote: string;
  readonly raw: boolean;
  readonly bytes: boolean;
}

function stringStart(points: readonly string[], at: number): StringStart | undefined {
  const bytes = /[bB]/.test(points[at] ?? "");
  const raw = /[rR]/.test(points[at + (bytes ? 1 : 0)] ?? "");
  const prefix = (bytes ? 1 : 0) + (raw ? 1 : 0);
  const quote = points[at + prefix];
  if (quote !== '"' && quote !== "'") return undefined;
  const triple = points[at + prefix + 1] === quote && points[at + prefix + 2] === quote;
  return { prefix, quote: triple ? quote.repeat(3) : quote, raw, bytes };
}

function readString(points: readonly string[], at: number, start: StringStart, problems: Problem[]): Token | Stuck {
  const { prefix, quote, raw, bytes } = start;
  const kind = bytes ? "bytes" : "string";
  const from = at + prefix + quote.length;
  const found = endOfString(points, from, start);
  if (typeof found === "number") {
    // The longest beginning that is a token: two quotes are an empty string, a letter before one is a name.
    if (quote.length === 3) return { kind, text: points.slice(at, from - 1).join(""), at, value: bytes ? new Uint8Array() : "" };
    return prefix > 0 ? { kind: "ident", text: points.slice(at, at + prefix).join(""), at } : found;
  }
  const { end } = found;
  const text = points.slice(at, end + quote.length).join("");
  const content = points.slice(from, end);
  const encode = new TextEncoder();
  try {
    if (!bytes) return { kind, text, at, value: raw ? content.join("") : unescape(content, false).join("") };
    const parts = raw ? content : unescape(content, true);
    return { kind, text, at, value: Uint8Array.from(parts.flatMap((p) => (typeof p === "number" ? [p] : [...encode.encode(p)]))) };
  } catch (error) {
    problems.push({ at, message: (error as Error).message });
    return { kind, text, at, value: bytes ? new Uint8Array() : "" };
  }
}

/** Where its closing quotes begin. */
function endOfString(points: readonly string[], from: number, { quote, raw }: StringStart): { readonly end: number } | Stuck {
  for (let i = from; i < points.length; i++) {
    if (points.slice(i, i + quote.length).join("") === quote) return { end: i };
    if (quote.length === 1 && (points[i] === "\n" || points[i] === "\r")) return i;
    if (points[i] !== "\\" || raw) continue;
    const letter = points[i + 1] ?? "";
    const [count, digit] = NUMBERED[letter] ?? (/[0-3]/.test(letter) ? OCTAL : NO_DIGITS);
    if (count === 0 && !Object.hasOwn(ESCAPES, letter)) return i + 1;
    for (let n = 0; n < count; n++) if (!digit.test(points[i + 2 + n] ?? "")) return i + 2 + n;
    i += 1 + count;
  }
  return points.length;
}

const NUMBERED: Readonly<Partial<Record<string, readonly [number, RegExp]>>> = { x: [2, HEX], X: [2, HEX], u: [4, HEX], U: [8, HEX] };
const OCTAL = [2, /[0-7]/] as const;
const NO_DIGITS = [0, HEX] as const;

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "`": "`",
  "?": "?",
};

/** Of bytes, \x and octal escapes are bytes: numbers in the result. */
function unescape(content: readonly string[], bytes: boolean): (string | number)[] {
  const out: (string | number)[] = [];
  for (let i = 0; i < content.length; i++) {
    const c = content[i] as string;
    if (c !== "\\") {
      out.push(c);
      continue;
    }
    const e = content[++i] ?? "";
    const plain = ESCAPES[e];
    if (plain !== undefined) {
      out.push(plain);
      continue;
    }
    const hex = NUMBERED[e]?.[0];
    const digits = hex ?? 3;
    const text = content.slice(hex ? i + 1 : i, (hex ? i + 1 : i) + digits).join("");
    i += hex ? digits : 2;
    const code = parseInt(text, hex ? 16 : 8);
    if (digits >= 4 && (bytes || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))) throw new Error("invalid unicode code point");
    out.push(bytes ? code : String.fromCodePoint(code));
  }
  return out;
}
