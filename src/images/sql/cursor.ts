import { LexError, type Token, tokens } from "./lexer.ts";

/** The parser met what it cannot read, there. */
export class ParseError extends Error {
  readonly at: number;
  readonly token: Token;
  constructor(token: Token, message = "syntax error") {
    super(message);
    this.at = token.at;
    this.token = token;
  }
}
/** Known to the real one, and not to us. */
export class NotSimulated extends Error {}

/** Tokens with a place in them. */
export class Cursor {
  readonly sql: string;
  readonly pg: boolean;
  readonly #tokens: readonly Token[];
  #i = 0;
  depth = 0;

  constructor(sql: string, pg: boolean) {
    this.sql = sql;
    this.pg = pg;
    try {
      this.#tokens = tokens(sql, pg);
    } catch (error) {
      if (!(error instanceof LexError)) throw error;
      throw new ParseError(
        { kind: "op", text: sql.slice(error.at), lower: "", at: error.at, end: sql.length },
        pg ? "unterminated quoted string" : "syntax error",
      );
    }
  }
  get token(): Token {
    return this.#tokens[this.#i] as Token;
  }
  ahead(n: number): Token {
    return (this.#tokens[this.#i + n] ?? this.#tokens.at(-1)) as Token;
  }
  get last(): Token {
    return this.#tokens[Math.max(0, this.#i - 1)] as Token;
  }
  next(): Token {
    const { token } = this;
    if (token.kind !== "end") this.#i++;
    return token;
  }
  mark(): number {
    return this.#i;
  }
  reset(mark: number): void {
    this.#i = mark;
  }
  /** Whether these words come next. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, n) => {
      const token = this.ahead(n);
      return token.kind === "word" && token.lower === word;
    });
  }
  /** Takes these words if they come next. */
  takes(...words: readonly string[]): boolean {
    if (!this.sees(...words)) return false;
    this.#i += words.length;
    return true;
  }
  wants(...words: readonly string[]): void {
    for (const word of words) if (!this.takes(word)) this.fail();
  }
  seesOp(op: string): boolean {
    return this.token.kind === "op" && this.token.text === op;
  }
  takesOp(op: string): boolean {
    if (!this.seesOp(op)) return false;
    this.#i++;
    return true;
  }
  wantsOp(op: string): void {
    if (!this.takesOp(op)) this.fail();
  }
  fail(): never {
    throw new ParseError(this.token);
  }
  /** A name of something: what is not quoted is small letters to PostgreSQL. */
  name(): string {
    const token = this.next();
    if (token.kind === "name") return token.text;
    if (token.kind === "word" && !RESERVED.has(token.lower)) return this.pg ? token.lower : token.text;
    throw new ParseError(token);
  }
  seesName(): boolean {
    return this.token.kind === "name" || (this.token.kind === "word" && !RESERVED.has(this.token.lower));
  }
  string(): string {
    if (this.token.kind !== "string") this.fail();
    return this.next().text;
  }
  integer(): number {
    if (this.token.kind !== "number") this.fail();
    return Number(this.next().text);
  }
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takesOp(",")) items.push(item());
    return items;
  }
  inParens<T>(item: () => T): T[] {
    this.wantsOp("(");
    const items = this.list(item);
    this.wantsOp(")");
    return items;
  }
  /** Expressions in expressions, so deep and no deeper. */
  deeper<T>(fn: () => T): T {
    if (++this.depth > 200) throw new NotSimulated("expressions nested more than 200 deep are not simulated by Timonel");
    try {
      return fn();
    } finally {
      this.depth--;
    }
  }
}

const RESERVED = new Set(
  "select from where group having order limit union except intersect join left right inner cross natural on using and or not in is null like between case when then else end as distinct create insert update delete into values set table primary foreign references check unique constraint default exists all any desc asc with for grant window fetch offset returning".split(
    " ",
  ),
);
for (const word of ["offset", "window", "fetch", "returning"]) RESERVED.add(word);
