import { integer, PyFloat } from "../values.ts";
import { type Pos, SyntaxFault } from "./nodes.ts";

export interface Token extends Pos {
  readonly type: "name" | "number" | "string" | "op" | "newline" | "indent" | "dedent" | "end";
  readonly text: string;
  /** Of a number. */
  readonly value?: number | bigint | PyFloat;
  /** Of a string: what stands before the quote, in lower case, and where its body begins and ends in the source. */
  readonly prefix?: string;
  readonly body?: readonly [start: number, end: number];
  /** Where it begins in the source. */
  readonly at: number;
}

const OPERATORS = [
  ...["**=", "//=", ">>=", "<<=", "...", "!=", "->", ":=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "==", "<=", ">="],
  ...["//", "**", "<<", ">>"],
  ...[..."+-*/%@&|^~<>()[]{},:.;="],
];
const NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const NUMBER =
  /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][+-]?\d(?:_?\d)*)?|\d(?:_?\d)*\.?(?:[eE][+-]?\d(?:_?\d)*)?/y;
const CLOSES: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const DEEPEST = 100;

/** Reads a source into tokens. */
export class Tokenizer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  readonly #open: { readonly text: string; readonly at: Pos }[] = [];
  readonly #indents: number[] = [0];
  /** A bracket that nothing closes: told where nothing else is wrong before. */
  unclosed: SyntaxFault | undefined;
  #at = 0;
  #line: number;
  /** Where the current line begins. */
  #start: number;

  /** `line` and `col`: where the source's first character stands, in an f-string. */
  constructor(source: string, line = 1, col = 0) {
    this.#source = source;
    this.#line = line;
    this.#start = -col;
  }

  #pos(from: number, line: number, start: number): Pos {
    return { line, col: from - start, endLine: this.#line, endCol: this.#at - this.#start };
  }
  #fault(message: string, from: number, to: number, kind?: SyntaxFault["kind"]): SyntaxFault {
    const { line, start } = { line: this.#line, start: this.#start };
    return new SyntaxFault(message, { line, col: from - start, endLine: line, endCol: to - start }, kind);
  }
  #push(type: Token["type"], from: number, line: number, start: number, more: Partial<Token> = {}): void {
    this.#tokens.push({ type, text: this.#source.slice(from, this.#at), ...this.#pos(from, line, start), at: from, ...more });
  }
  #nextLine(): void {
    this.#line++;
    this.#start = this.#at;
  }

  /** Without `blocks`: an expression, in which line ends say nothing. */
  run(blocks = true): readonly Token[] {
    const source = this.#source;
    let fresh = blocks;
    for (;;) {
      if (fresh && this.#open.length === 0) {
        if (!this.#indentation()) {
          if (this.#at >= source.length) break;
          continue;
        }
        fresh = false;
      }
      while (this.#at < source.length && " \t\f\r".includes(source[this.#at] as string)) this.#at++;
      if (this.#at >= source.length) break;
      const c = source[this.#at] as string;
      if (c === "#") {
        while (this.#at < source.length && source[this.#at] !== "\n") this.#at++;
      } else if (c === "\\" && /\r?\n/y.test(source.slice(this.#at + 1, this.#at + 3))) {
        this.#at += source[this.#at + 1] === "\r" ? 3 : 2;
        this.#nextLine();
      } else if (c === "\n") {
        const from = this.#at++;
        if (blocks && this.#open.length === 0) {
          this.#push("newline", from, this.#line, this.#start, { text: "" });
          fresh = true;
        }
        this.#nextLine();
      } else this.#token(c);
    }
    const open = this.#open.at(-1);
    if (open && blocks) this.unclosed = new SyntaxFault(`'${open.text}' was never closed`, open.at);
    if (blocks) {
      if (this.#tokens.length > 0 && !["newline", "dedent"].includes(this.#tokens.at(-1)?.type ?? ""))
        this.#push("newline", this.#at, this.#line, this.#start);
      for (; this.#indents.length > 1; this.#indents.pop()) this.#push("dedent", this.#at, this.#line, this.#start);
    }
    this.#push("end", this.#at, this.#line, this.#start);
    return this.#tokens;
  }

  /** False: an empty line. */
  #indentation(): boolean {
    const source = this.#source;
    const from = this.#at;
    let width = 0;
    while (this.#at < source.length && " \t\f".includes(source[this.#at] as string)) {
      width = source[this.#at] === "\t" ? (Math.floor(width / 8) + 1) * 8 : width + 1;
      this.#at++;
    }
    const c = source[this.#at];
    if (c === undefined) return false;
    if (c === "\n" || (c === "\r" && source[this.#at + 1] === "\n")) {
      this.#at += c === "\n" ? 1 : 2;
      this.#nextLine();
      return false;
    }
    if (c === "#") {
      while (this.#at < source.length && source[this.#at] !== "\n") this.#at++;
      return this.#at >= source.length ? false : this.#indentation();
    }
    const now = this.#indents.at(-1) as number;
    if (width > now) {
      if (this.#indents.length > DEEPEST) throw this.#fault("too many levels of indentation", from, this.#at, "IndentationError");
      this.#indents.push(width);
      this.#push("indent", from, this.#line, this.#start);
    }
    for (let last = now; width < last; last = this.#indents.at(-1) as number) {
      this.#indents.pop();
      if ((this.#indents.at(-1) as number) < width) {
        const end = source.indexOf("\n", this.#at);
        const to = end < 0 ? source.length : end;
        throw this.#fault("unindent does not match any outer indentation level", to, to + 1, "IndentationError");
      }
      this.#push("dedent", this.#at, this.#line, this.#start);
    }
    return true;
  }

  #token(c: string): void {
    const source = this.#source;
    const from = this.#at;
    const { line, start } = { line: this.#line, start: this.#start };
    NAME.lastIndex = from;
    const name = NAME.exec(source)?.[0];
    if (name !== undefined) {
      const quote = source[from + name.length];
      if (name.length <= 2 && (quote === '"' || quote === "'") && /^(?:r|b|u|f|br|rb|fr|rf)$/i.test(name)) {
        this.#at += name.length;
        return this.#string(name.toLowerCase(), from);
      }
      this.#at += name.length;
      return this.#push("name", from, line, start);
    }
    if (c === '"' || c === "'") return this.#string("", from);
    if (/[0-9]/.test(c) || (c === "." && /[0-9]/.test(source[from + 1] ?? ""))) return this.#number(from);
    const op = OPERATORS.find((text) => source.startsWith(text, from));
    if (op === undefined) {
      const point = source.codePointAt(from) as number;
      this.#at += point > 0xffff ? 2 : 1;
      if (c === "$" || c === "?" || c === "!" || c === "`") throw this.#fault("invalid syntax", from, this.#at);
      if (c === "\\") throw this.#fault("unexpected character after line continuation character", from + 1, from + 1);
      const hex = point.toString(16).toUpperCase().padStart(4, "0");
      throw this.#fault(
        point < 32 || point === 0xa0
          ? `invalid non-printable character U+${hex}`
          : `invalid character '${String.fromCodePoint(point)}' (U+${hex})`,
        from,
        from + 1,
      );
    }
    this.#at += op.length;
    if ("([{".includes(op)) {
      if (this.#open.length >= 200) throw this.#fault("too many nested parentheses", from, this.#at);
      this.#open.push({ text: op, at: this.#pos(from, line, start) });
    }
    const opener = CLOSES[op];
    if (opener !== undefined) {
      const open = this.#open.pop();
      if (!open) throw this.#fault(`unmatched '${op}'`, from, this.#at);
      if (open.text !== opener) {
        const where = open.at.line === line ? "" : ` on line ${open.at.line}`;
        throw this.#fault(`closing parenthesis '${op}' does not match opening parenthesis '${open.text}'${where}`, from, this.#at);
      }
    }
    this.#push("op", from, line, start);
  }

  #number(from: number): void {
    const { line, start } = { line: this.#line, start: this.#start };
    NUMBER.lastIndex = from;
    const text = NUMBER.exec(this.#source)?.[0] ?? "";
    this.#at += text.length;
    const plain = text.replaceAll("_", "");
    const next = this.#source[this.#at] ?? "";
    if (/[jJ]/.test(next)) throw this.#fault("complex numbers are not simulated in Timonel", from, this.#at + 1);
    if (/[\p{ID_Start}_]/u.test(next) && !/^(?:and|else|for|if|in|is|not|or)\b/.test(this.#source.slice(this.#at, this.#at + 5)))
      throw this.#fault("invalid decimal literal", this.#at - 1, this.#at);
    if (/^0[xob]/i.test(plain)) return this.#push("number", from, line, start, { value: integer(BigInt(plain)) });
    if (/[.eE]/.test(plain)) return this.#push("number", from, line, start, { value: new PyFloat(Number(plain)) });
    if (/^0+[1-9]/.test(plain))
      throw this.#fault(
        "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
        from,
        from + /^0+/.exec(plain)![0].length,
      );
    this.#push("number", from, line, start, { value: integer(BigInt(plain)) });
  }

  #string(prefix: string, from: number): void {
    const source = this.#source;
    const { line, start } = { line: this.#line, start: this.#start };
    const q = source[this.#at] as string;
    const triple = source.startsWith(q.repeat(3), this.#at);
    const end = triple ? q.repeat(3) : q;
    this.#at += end.length;
    const bodyStart = this.#at;
    const formatted = prefix.includes("f");
    let depth = 0;
    for (;;) {
      const c = source[this.#at];
      if (c === undefined || (c === "\n" && !triple)) {
        const lines = this.#line;
        this.#line = line;
        this.#start = start;
        const what = formatted ? "f-string" : "string";
        throw this.#fault(
          triple
            ? `unterminated triple-quoted ${what} literal (detected at line ${lines})`
            : `unterminated ${what} literal (detected at line ${line})`,
          from,
          from + 1,
        );
      }
      if (c === "\\") {
        this.#at += 2;
        if (source[this.#at - 1] === "\n") this.#nextLine();
        continue;
      }
      if (formatted && c === "{" && source[this.#at + 1] === "{" && depth === 0) this.#at++;
      else if (formatted && c === "{") depth++;
      else if (formatted && c === "}" && depth > 0) depth--;
      else if (depth > 0 && (c === '"' || c === "'") && !(triple && source.startsWith(end, this.#at))) {
        // A string within a replacement field; since 3.12 it may use the same quotes.
        const close = source.indexOf(c, this.#at + 1);
        const lineEnd = source.indexOf("\n", this.#at);
        if (close < 0 || (lineEnd >= 0 && lineEnd < close)) depth = 0;
        else {
          this.#at = close + 1;
          continue;
        }
      }
      if (source.startsWith(end, this.#at) && (depth === 0 || c === q)) break;
      this.#at++;
      if (c === "\n") this.#nextLine();
    }
    const bodyEnd = this.#at;
    this.#at += end.length;
    this.#push("string", from, line, start, { prefix, body: [bodyStart, bodyEnd] });
  }
}
