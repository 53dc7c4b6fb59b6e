import type { Problem } from "./ast.ts";

export interface Token {
  readonly kind: "int" | "uint" | "float" | "string" | "bytes" | "ident" | "quoted" | "op" | "end";
  readonly text: string;
  readonly at: number;
  /** What a literal stands for. */
  readonly value?: string | Uint8Array;
}

const OPERATORS = ["==", "!=", "<=", ">=", "&&", "||", ...".,[](){}<>?:+-*/%!="];
const DIGIT = /[0-9]/;
const IDENT_START = /[A-Za-z_]/;
const IDENT = /[A-Za-z0-9_]/;

/** Offsets count code points, as places in errors do. */
export function tokens(source: string, problems: Problem[]): readonly Token[] {
  const points = [...source];
  const out: Token[] = [];
  let i = 0;
  while (i < points.length) {
    const c = points[i] as string;
    if (/\s/.test(c)) i++;
    else if (c === "/" && points[i + 1] === "/") while (i < points.length && points[i] !== "\n") i++;
    else {
      const literal = stringStart(points, i);
      const token = literal ? readString(points, i, literal, problems) : readToken(points, i);
      if (token === undefined) {
        problems.push({ at: i, message: `Syntax error: token recognition error at: '${c}'` });
        i++;
      } else {
        i += [...token.text].length;
        out.push(token);
      }
    }
  }
  out.push({ kind: "end", text: "<EOF>", at: points.length });
  return out;
}

function readToken(points: readonly string[], at: number): Token | undefined {
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
    const end = points.indexOf("`", at + 1);
    return end === -1 ? undefined : made("quoted", end + 1);
  }
  const two = c + (points[at + 1] ?? "");
  const op = OPERATORS.find((o) => o === two) ?? OPERATORS.find((o) => o === c);
  return op === undefined || op === "=" ? undefined : made("op", at + op.length);
}

function readNumber(
  points: readonly string[],
  at: number,
  run: (from: number, pattern: RegExp) => number,
  made: (kind: Token["kind"], end: number) => Token,
): Token {
  const unsigned = (end: number) => (/[uU]/.test(points[end] ?? "") ? made("uint", end + 1) : made("int", end));
  if (points[at] === "0" && points[at + 1] === "x") return unsigned(run(at + 2, /[0-9a-fA-F]/));
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
  let i = at;
  let raw = false;
  let bytes = false;
  for (; i < at + 2 && /[rRbB]/.test(points[i] ?? ""); i++) {
    if (/[rR]/.test(points[i] as string)) raw = true;
    else bytes = true;
  }
  const quote = points[i];
  if (quote !== '"' && quote !== "'") return undefined;
  const triple = points[i + 1] === quote && points[i + 2] === quote;
  return { prefix: i - at, quote: triple ? quote.repeat(3) : quote, raw, bytes };
}

function readString(points: readonly string[], at: number, start: StringStart, problems: Problem[]): Token | undefined {
  const { quote, raw, bytes } = start;
  const from = at + start.prefix + quote.length;
  let i = from;
  const closes = () => points.slice(i, i + quote.length).join("") === quote;
  while (i < points.length && !closes()) {
    if (quote.length === 1 && points[i] === "\n") return undefined;
    i += points[i] === "\\" && !raw ? 2 : 1;
  }
  if (i >= points.length) return undefined;
  const text = points.slice(at, i + quote.length).join("");
  const content = points.slice(from, i);
  const encode = new TextEncoder();
  try {
    if (!bytes) return { kind: "string", text, at, value: raw ? content.join("") : unescape(content, false).join("") };
    const parts = raw ? content : unescape(content, true);
    return { kind: "bytes", text, at, value: Uint8Array.from(parts.flatMap((p) => (typeof p === "number" ? [p] : [...encode.encode(p)]))) };
  } catch (error) {
    problems.push({ at, message: (error as Error).message });
    return { kind: bytes ? "bytes" : "string", text, at, value: bytes ? new Uint8Array() : "" };
  }
}

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
    const digits = { x: 2, X: 2, u: 4, U: 8 }[e] ?? (/[0-3]/.test(e) ? 3 : 0);
    const hex = digits !== 3;
    const text = content.slice(hex ? i + 1 : i, (hex ? i + 1 : i) + digits).join("");
    if (digits === 0 || !(hex ? /^[0-9a-fA-F]+$/ : /^[0-7]+$/).test(text) || text.length !== digits)
      throw new Error("unable to unescape string");
    i += hex ? digits : 2;
    const code = parseInt(text, hex ? 16 : 8);
    if (digits >= 4 && (bytes || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))) throw new Error("invalid unicode code point");
    out.push(bytes ? code : String.fromCodePoint(code));
  }
  return out;
}
