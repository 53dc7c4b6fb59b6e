export type Token =
  | { readonly kind: "word"; readonly text: string; readonly lower: string; readonly at: number; readonly end: number }
  | { readonly kind: "name"; readonly text: string; readonly lower: string; readonly at: number; readonly end: number }
  | {
      readonly kind: "string" | "number" | "op" | "variable";
      readonly text: string;
      readonly lower: string;
      readonly at: number;
      readonly end: number;
    }
  | { readonly kind: "end"; readonly text: ""; readonly lower: ""; readonly at: number; readonly end: number };

export class LexError extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

const OPERATORS = ["<=>", "!~*", "->>", "::", "<=", ">=", "<>", "!=", "||", "&&", ":=", "<<", ">>", "->", "~*", "!~"];
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", "0": "\0", Z: "\x1a" };

/** Where the text in quotes that begins at `from` ends, and what it is. */
function quotedText(sql: string, from: number, backslash: boolean): { readonly text: string; readonly end: number } {
  const quote = sql[from] as string;
  let text = "";
  for (let i = from + 1; i < sql.length; i++) {
    const c = sql[i] as string;
    if (c === "\\" && backslash) {
      const next = sql[++i] ?? "";
      // In a pattern these two keep their backslash.
      text += next === "%" || next === "_" ? `\\${next}` : (ESCAPES[next] ?? next);
    } else if (c === quote) {
      if (sql[i + 1] !== quote) return { text, end: i + 1 };
      text += quote;
      i++;
    } else text += c;
  }
  throw new LexError(from, "unterminated");
}

/** A statement's tokens. The last one is its end. */
export function tokens(sql: string, pg: boolean): readonly Token[] {
  const out: Token[] = [];
  let i = 0;
  const add = (kind: "word" | "name" | "string" | "number" | "op" | "variable", text: string, end: number): void => {
    out.push({ kind, text, lower: text.toLowerCase(), at: i, end } as Token);
    i = end;
  };
  while (i < sql.length) {
    const c = sql[i] as string;
    const two = sql.slice(i, i + 2);
    if (/\s/.test(c)) i++;
    else if (two === "--" && (pg || /^--(\s|$)/.test(sql.slice(i, i + 3)))) i = lineEnd(sql, i);
    else if (c === "#" && !pg) i = lineEnd(sql, i);
    else if (two === "/*") {
      // /*! … */ is for MySQL to read.
      // What is for a version that nobody has yet is a comment (MariaDB: the sandbox mode of dumps).
      const special = /^\/\*M?!(?!999999)\d*/.exec(sql.slice(i, i + 12));
      const close = sql.indexOf("*/", i + 2);
      if (special && !pg) i += special[0].length;
      else i = close < 0 ? sql.length : close + 2;
    } else if (two === "*/" && !pg) i += 2;
    else if (c === "'" || (c === '"' && !pg)) {
      const { text, end } = quotedText(sql, i, !pg);
      add("string", text, end);
    } else if (pg && /^[eE]'/.test(two)) {
      const { text, end } = quotedText(sql, i + 1, true);
      add("string", text, end);
    } else if (c === "`" || (c === '"' && pg)) {
      const { text, end } = quotedText(sql, i, false);
      add("name", text, end);
    } else if (pg && c === "$" && /^\$\w*\$/.test(sql.slice(i, i + 64))) {
      const tag = (/^\$\w*\$/.exec(sql.slice(i, i + 64)) as RegExpExecArray)[0];
      const close = sql.indexOf(tag, i + tag.length);
      if (close < 0) throw new LexError(i, "unterminated");
      add("string", sql.slice(i + tag.length, close), close + tag.length);
    } else if (/[0-9]/.test(c) || (c === "." && /[0-9]/.test(sql[i + 1] ?? ""))) {
      const [number = c] = /^(0x[0-9a-fA-F]+|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)/.exec(sql.slice(i, i + 400)) ?? [];
      add("number", number, i + number.length);
    } else if (/[A-Za-z_\u0080-\uffff$]/.test(c)) {
      let end = i + 1;
      while (end < sql.length && /[A-Za-z0-9_\u0080-\uffff$]/.test(sql[end] as string)) end++;
      add("word", sql.slice(i, end), end);
    } else if (c === "@" && !pg) {
      const [variable = "@"] = /^@@?(?:(?:global|session|local)\.)?[\w.$]*/i.exec(sql.slice(i, i + 128)) ?? [];
      if (variable === "@" && /[`'"]/.test(sql[i + 1] ?? "")) add("op", "@", i + 1);
      else add("variable", variable, i + variable.length);
    } else {
      const operator = OPERATORS.find((o) => sql.startsWith(o, i)) ?? c;
      add("op", operator, i + operator.length);
    }
  }
  out.push({ kind: "end", text: "", lower: "", at: sql.length, end: sql.length });
  return out;
}

function lineEnd(sql: string, from: number): number {
  const end = sql.indexOf("\n", from);
  return end < 0 ? sql.length : end + 1;
}

/** Whole statements and what is left of a script; `delimiter` is usually a semicolon. Quotes and comments hide it. */
export function splitStatements(
  text: string,
  pg: boolean,
  delimiter = ";",
): { readonly statements: readonly string[]; readonly rest: string } {
  const statements: string[] = [];
  let from = 0;
  let i = 0;
  while (i < text.length) {
    const c = text[i] as string;
    if (text.startsWith(delimiter, i)) {
      statements.push(text.slice(from, i));
      i += delimiter.length;
      from = i;
    } else if (text.startsWith("--", i) || (c === "#" && !pg)) i = lineEnd(text, i);
    else if (text.startsWith("/*", i)) {
      const close = text.indexOf("*/", i + 2);
      i = close < 0 ? text.length : close + 2;
    } else if (c === "'" || c === '"' || c === "`") {
      try {
        i = quotedText(text, i, !pg && c !== "`").end;
      } catch {
        i = text.length;
      }
    } else if (pg && c === "$" && /^\$\w*\$/.test(text.slice(i, i + 64))) {
      const tag = (/^\$\w*\$/.exec(text.slice(i, i + 64)) as RegExpExecArray)[0];
      const close = text.indexOf(tag, i + tag.length);
      i = close < 0 ? text.length : close + tag.length;
    } else i++;
  }
  return { statements, rest: text.slice(from) };
}

/** The statements of a script, the last one with or without its semicolon, each with the line on which it begins. */
export function* numberedStatements(text: string, pg: boolean): Generator<{ readonly sql: string; readonly line: number }> {
  const { statements, rest } = splitStatements(text, pg);
  let from = 0;
  for (const sql of [...statements, rest]) {
    const line = text.slice(0, text.indexOf(sql.trimStart(), from)).split("\n").length;
    from += sql.length;
    yield { sql, line };
  }
}
