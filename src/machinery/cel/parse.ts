import { type Expr, type Literal, type MapEntry, type Problem, type StructField, Uint } from "./ast.ts";
import { type Token, tokens } from "./lex.ts";
import { expandMacro, MacroError } from "./macros.ts";

const RESERVED = new Set(
  "as break const continue else false for function if import in let loop package namespace null return true var void while".split(" "),
);
/** Tokens in the order of the grammar, as lists of what was expected have them. */
const ORDER = "'[' ']' '{' '}' '(' ')' '.' ',' '-' '!' '?' 'true' 'false' 'null' NUM_FLOAT NUM_INT NUM_UINT STRING BYTES IDENTIFIER".split(
  " ",
);
const STARTS = ORDER.filter((name) => !/[\])},?]/.test(name));
const OPERATORS = ["==", "!=", "in", "<", "<=", ">=", ">", "&&", "||", "[", ".", "-", "?", "+", "*", "/", "%"];
const FIELDS = ["IDENTIFIER", "ESC_IDENTIFIER", "'?'"];
const MAX_DEPTH = 250;
const MAX_CODE_POINTS = 100_000;

const BINARY: readonly (readonly string[])[] = [
  ["==", "!=", "<", "<=", ">=", ">", "in"],
  ["+", "-"],
  ["*", "/", "%"],
];

/** Stops at the first problem that hides what follows. */
class SyntaxProblem extends Error {}

/** Undefined when there are problems. */
export function parse(source: string): { readonly expr?: Expr; readonly problems: readonly Problem[] } {
  const size = [...source].length;
  if (size > MAX_CODE_POINTS)
    return { problems: [{ at: -1, message: `expression code point size exceeds limit: size: ${size}, limit ${MAX_CODE_POINTS}` }] };
  const problems: Problem[] = [];
  const parser = new Parser(tokens(source, problems), problems);
  try {
    const expr = parser.whole();
    return problems.length > 0 ? { problems: inPlace(problems) } : { expr, problems };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return { problems: inPlace(problems) };
  }
}

/** Lexer and parser find them each in its own time. */
const inPlace = (problems: readonly Problem[]): readonly Problem[] => [...problems].sort((a, b) => a.at - b.at);

/**
 * Recursive descent. About what it did not expect it does and says what ANTLR does: leave one token out, make one up,
 * or skip to what may follow (antlr4: DefaultErrorStrategy).
 */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #problems: Problem[];
  #next = 0;
  #depth = 0;
  /** What may come after an expression, where it is: of all that is open. */
  readonly #open: (readonly string[])[] = [["<EOF>"]];
  /** Where a problem was found; there is no second one until a token was taken. */
  #failedAt = -1;

  constructor(list: readonly Token[], problems: Problem[]) {
    this.#tokens = list;
    this.#problems = problems;
  }

  whole(): Expr {
    const expr = this.#expr();
    const rest = this.#peek();
    if (rest.kind === "end") return expr;
    return this.#stop(`${this.#tokens[this.#next + 1]?.kind === "end" ? "extraneous" : "mismatched"} input '${rest.text}' expecting <EOF>`);
  }

  #expr(): Expr {
    if (++this.#depth > MAX_DEPTH) {
      this.#problems.push({ at: -1, message: `expression recursion limit exceeded: ${MAX_DEPTH}` });
      throw new SyntaxProblem();
    }
    const condition = this.#logical("||", () => this.#logical("&&", () => this.#binary(0)));
    let expr = condition;
    const op = this.#peek();
    if (this.#take("?")) {
      const yes = this.#within([":"], () => this.#logical("||", () => this.#logical("&&", () => this.#binary(0))));
      this.#expect(":");
      expr = { kind: "call", at: op.at, name: "_?_:_", args: [condition, yes, this.#expr()] };
    }
    this.#depth--;
    return expr;
  }

  #logical(op: "||" | "&&", operand: () => Expr): Expr {
    let left = operand();
    for (let token = this.#peek(); this.#take(op); token = this.#peek())
      left = { kind: "call", at: token.at, name: `_${op}_`, args: [left, operand()] };
    return left;
  }

  #binary(level: number): Expr {
    const operators = BINARY[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (let token = this.#peek(); isOneOf(token, operators); token = this.#peek()) {
      this.#next++;
      const name = token.text === "in" ? "@in" : `_${token.text}_`;
      left = { kind: "call", at: token.at, name, args: [left, this.#binary(level + 1)] };
    }
    return left;
  }

  #unary(): Expr {
    const first = this.#peek();
    let count = 0;
    if (first.kind === "op" && (first.text === "!" || first.text === "-")) while (this.#isSign(first.text)) count++;
    const operand = this.#member(this.#primary());
    return count % 2 === 0 ? operand : { kind: "call", at: first.at, name: first.text === "!" ? "!_" : "-_", args: [operand] };
  }

  /** Takes an operator, but not the sign of a number. */
  #isSign(text: string): boolean {
    const kind = this.#tokens[this.#next + 1]?.kind;
    return !(text === "-" && (kind === "int" || kind === "float")) && this.#take(text);
  }

  #member(start: Expr): Expr {
    let expr = start;
    for (;;) {
      const token = this.#peek();
      if (this.#take(".")) {
        const optional = this.#take("?");
        const id = this.#identifier();
        const open = this.#peek();
        if (!optional && id.kind === "ident" && this.#take("(")) expr = this.#call(open.at, id.text, this.#list(")"), expr);
        else if (optional)
          expr = { kind: "call", at: token.at, name: "_?._", args: [expr, { kind: "literal", at: id.at, value: id.text }] };
        else expr = { kind: "select", at: token.at, operand: expr, field: id.text, test: false };
      } else if (this.#take("[")) {
        const name = this.#take("?") ? "_[?_]" : "_[_]";
        const index = this.#within(["]"], () => this.#expr());
        this.#expect("]");
        expr = { kind: "call", at: token.at, name, args: [expr, index] };
      } else return expr;
    }
  }

  #primary(): Expr {
    const sign = this.#peek();
    const signed = this.#tokens[this.#next + 1];
    if (isOneOf(sign, ["-"]) && (signed?.kind === "int" || signed?.kind === "float")) {
      this.#next += 2;
      return { kind: "literal", at: sign.at, value: this.#number(signed, "-", sign.at) };
    }
    if (!isStart(sign) || isOneOf(sign, ["-", "!"])) {
      const lost = this.#lostOperand();
      if (lost) return lost;
    }
    const token = this.#tokens[this.#next++] as Token;
    const { at } = token;
    switch (token.kind) {
      case "int":
      case "uint":
      case "float":
        return { kind: "literal", at, value: this.#number(token, "", at) };
      case "string":
      case "bytes":
        return { kind: "literal", at, value: token.value ?? "" };
      case "ident":
        return this.#ident(token, "");
      default:
        return this.#bracketed(token);
    }
  }

  #bracketed(token: Token): Expr {
    const { at, text } = token;
    switch (text) {
      case "(": {
        const inner = this.#within([")"], () => this.#expr());
        this.#expect(")");
        return inner;
      }
      case "[": {
        const items = this.#sequence("]", [...STARTS, "'?'"], () => ({ optional: this.#take("?"), value: this.#expr() }));
        return { kind: "list", at, items };
      }
      case "{":
        return { kind: "map", at, entries: this.#sequence("}", [...STARTS, "'?'"], () => this.#entry()) };
      default:
        if (this.#peek().kind === "ident") return this.#ident(this.#tokens[this.#next++] as Token, ".");
        return this.#noAlternative(".");
    }
  }

  #ident(token: Token, dot: string): Expr {
    const { at, text } = token;
    const constant = { true: true, false: false, null: null }[text];
    if (constant !== undefined) return { kind: "literal", at, value: constant };
    const names = [text];
    let ahead = this.#next;
    while (this.#tokens[ahead]?.text === "." && this.#tokens[ahead + 1]?.kind === "ident") {
      names.push((this.#tokens[ahead + 1] as Token).text);
      ahead += 2;
    }
    const brace = this.#tokens[ahead];
    if (brace?.kind === "op" && brace.text === "{") {
      this.#next = ahead + 1;
      return { kind: "struct", at: brace.at, name: dot + names.join("."), fields: this.#sequence("}", FIELDS, () => this.#structField()) };
    }
    if (RESERVED.has(text)) this.#problems.push({ at, message: `reserved identifier: ${text}` });
    const open = this.#peek();
    if (this.#take("(")) return this.#call(open.at, dot + text, this.#list(")"));
    return { kind: "ident", at, name: dot + text };
  }

  #call(at: number, name: string, args: readonly Expr[], target?: Expr): Expr {
    try {
      return expandMacro(at, name, args, target) ?? { kind: "call", at, name, args, ...(target ? { target } : {}) };
    } catch (error) {
      if (!(error instanceof MacroError)) throw error;
      this.#problems.push({ at: error.at, message: error.message });
      return { kind: "literal", at, value: null };
    }
  }

  #entry(): MapEntry {
    const optional = this.#take("?");
    const key = this.#within([":"], () => this.#expr());
    const { at } = this.#expect(":");
    return { at, key, value: this.#expr(), optional };
  }

  #structField(): StructField {
    const optional = this.#take("?");
    const id = this.#identifier();
    const { at } = this.#expect(":");
    return { at, name: id.text, value: this.#expr(), optional };
  }

  #identifier(): Token {
    const token = this.#tokens[this.#next] as Token;
    if (token.kind === "quoted") this.#problems.push({ at: token.at, message: "unsupported syntax: '`'" });
    if (token.kind !== "ident" && token.kind !== "quoted") {
      return this.#noAlternative(this.#tokens[this.#next - 1]?.text === "." ? "." : "");
    }
    this.#next++;
    return token;
  }

  #list(close: string): Expr[] {
    this.#begin([...STARTS, `'${close}'`]);
    if (this.#take(close)) return [];
    const item = (): Expr => this.#within([",", close], () => this.#expr());
    const out = [item()];
    while (this.#take(",")) out.push(item());
    this.#expect(close);
    return out;
  }

  /** Lists, maps and structs take a comma at their end. */
  #sequence<T>(close: string, starts: readonly string[], item: () => T): T[] {
    const out: T[] = [];
    const ends = ["','", `'${close}'`];
    this.#begin([...starts, ...ends]);
    while (isOneOfNames(this.#peek(), starts)) {
      out.push(this.#within([",", close], item));
      this.#begin(ends);
      if (!this.#take(",")) break;
    }
    if (out.length === 0) this.#take(",");
    this.#expect(close);
    return out;
  }

  #number(token: Token, sign: string, at: number): Literal {
    if (token.kind === "float") return Number(sign + token.text);
    const unsigned = token.kind === "uint";
    const magnitude = BigInt(unsigned ? token.text.slice(0, -1) : token.text);
    const value = sign === "-" ? -magnitude : magnitude;
    if (unsigned && value <= 0xffffffffffffffffn) return new Uint(value);
    if (!unsigned && BigInt.asIntN(64, value) === value) return value;
    this.#problems.push({ at, message: `invalid ${unsigned ? "uint" : "int"} literal` });
    return 0n;
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(text: string): boolean {
    const token = this.#peek();
    if (token.kind !== "op" || token.text !== text) return false;
    this.#next++;
    return true;
  }

  #within<T>(follow: readonly string[], inner: () => T): T {
    this.#open.push(follow);
    const out = inner();
    this.#open.pop();
    return out;
  }

  #tell(message: string): void {
    if (this.#failedAt !== this.#next) this.#problems.push({ at: this.#peek().at, message: `Syntax error: ${message}` });
    this.#failedAt = this.#next;
  }

  #stop(message: string): never {
    this.#tell(message);
    throw new SyntaxProblem();
  }

  /** One of these comes next, perhaps after a token too many. */
  #begin(names: readonly string[]): void {
    const token = this.#peek();
    if (isOneOfNames(token, names)) return;
    const next = this.#tokens[this.#next + 1];
    if (!next || !isOneOfNames(next, names)) this.#stop(`mismatched input '${token.text}' expecting ${listed(names)}`);
    this.#tell(`extraneous input '${token.text}' expecting ${listed(names)}`);
    this.#next++;
  }

  #expect(text: string): Token {
    const token = this.#peek();
    if (this.#take(text)) return token;
    const next = this.#tokens[this.#next + 1];
    if (next?.kind === "op" && next.text === text) {
      this.#tell(`extraneous input '${token.text}' expecting '${text}'`);
      this.#next += 2;
      return next;
    }
    const goesOn = text === ":" ? isStart(token) : isOneOf(token, OPERATORS) || this.#open.at(-1)?.includes(token.text);
    if (!goesOn) this.#stop(`mismatched input '${token.text}' expecting '${text}'`);
    this.#tell(`missing '${text}' at '${token.text}'`);
    return { kind: "op", text, at: token.at };
  }

  /** No operand begins here. Undefined: it does behind a token too many. */
  #lostOperand(): Expr | undefined {
    const { at, text } = this.#peek();
    const next = this.#tokens[this.#next + 1];
    if (next && isStart(next)) {
      this.#tell(`extraneous input '${text}' expecting ${listed(STARTS)}`);
      this.#next++;
      return undefined;
    }
    this.#tell(`mismatched input '${text}' expecting ${listed(STARTS)}`);
    const follows = (token: Token): boolean => isOneOf(token, OPERATORS) || this.#open.some((texts) => texts.includes(token.text));
    while (this.#peek().kind !== "end" && !follows(this.#peek())) this.#next++;
    if (this.#peek().kind === "end") throw new SyntaxProblem();
    this.#failedAt = this.#next;
    return { kind: "literal", at, value: null };
  }

  /** The next token does not go on with what began as `before`. */
  #noAlternative(before: string): never {
    const { kind, text } = this.#peek();
    this.#tell(`no viable alternative at input '${before}${kind === "end" ? "" : text}'`);
    throw new SyntaxProblem();
  }
}

const isOneOf = (token: Token, texts: readonly string[]): boolean =>
  (token.kind === "op" || (token.kind === "ident" && token.text === "in")) && texts.includes(token.text);

/** What a list of expectations calls a token. */
const NAMES: Readonly<Record<Token["kind"], string>> = {
  int: "NUM_INT",
  uint: "NUM_UINT",
  float: "NUM_FLOAT",
  string: "STRING",
  bytes: "BYTES",
  ident: "IDENTIFIER",
  quoted: "ESC_IDENTIFIER",
  op: "",
  end: "<EOF>",
};
const KEYWORDS = ["true", "false", "null", "in"];

function isOneOfNames({ kind, text }: Token, names: readonly string[]): boolean {
  return names.includes(kind === "op" || (kind === "ident" && KEYWORDS.includes(text)) ? `'${text}'` : NAMES[kind]);
}
const isStart = (token: Token): boolean => isOneOfNames(token, STARTS);

const place = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
const listed = (names: readonly string[]): string => `{${[...names].sort((a, b) => place(a) - place(b)).join(", ")}}`;
