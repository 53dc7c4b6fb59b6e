import { type Pos, SyntaxFault } from "./nodes.ts";
import type { Token } from "./tokens.ts";

export const KEYWORDS = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  ),
);
const DEEPEST = 120;

/** Where a parser stands among its tokens. */
export class Cursor {
  readonly source: string;
  readonly tokens: readonly Token[];
  at = 0;
  #depth = 0;

  constructor(source: string, tokens: readonly Token[]) {
    this.source = source;
    this.tokens = tokens;
  }

  get now(): Token {
    return this.tokens[this.at] as Token;
  }
  get last(): Token {
    return this.tokens[Math.max(0, this.at - 1)] as Token;
  }
  peek(n = 1): Token {
    return this.tokens[Math.min(this.at + n, this.tokens.length - 1)] as Token;
  }
  next(): Token {
    return this.tokens[this.at++] as Token;
  }
  /** Whether an operator or keyword of this text comes next. */
  is(text: string): boolean {
    const { type, text: now } = this.now;
    return now === text && (type === "op" || type === "name");
  }
  /** Takes it, if it comes next. */
  isType(type: Token["type"]): boolean {
    return this.now.type === type;
  }
  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }
  need(text: string, message = "invalid syntax"): Token {
    if (!this.is(text)) throw this.fault(message);
    return this.next();
  }
  name(): string {
    const { type, text } = this.now;
    if (type !== "name" || KEYWORDS.has(text)) throw this.fault();
    this.at++;
    return text;
  }
  /** What is written from a token on to the last one read. */
  from(start: Pos): Pos {
    const { endLine, endCol } = this.last;
    return { line: start.line, col: start.col, endLine, endCol };
  }
  fault(message = "invalid syntax", at: Pos = this.now): SyntaxFault {
    if (message === "invalid syntax" && at === this.now) {
      if (this.now.type === "indent")
        return new SyntaxFault("unexpected indent", { line: at.line, col: -1, endLine: at.line, endCol: -1 }, "IndentationError");
    }
    return new SyntaxFault(message, at);
  }
  /** Bounds how deep expressions and blocks may nest. */
  nested<T>(fn: () => T): T {
    if (++this.#depth > DEEPEST) throw this.fault("too many nested parentheses");
    const value = fn();
    this.#depth--;
    return value;
  }
}
