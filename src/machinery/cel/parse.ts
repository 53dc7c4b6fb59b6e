import { type Expr, type Literal, type MapEntry, type Problem, type StructField, Uint } from "./ast.ts";
import { type Token, tokens } from "./lex.ts";
import { expandMacro, MacroError } from "./macros.ts";

const RESERVED = new Set(
  "as break const continue else false for function if import in let loop package namespace null return true var void while".split(" "),
);
const STARTS = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
/** What may follow a complete operand: every binary operator, in the order of the grammar. */
const FOLLOWS = ["==", "!=", "in", "<", "<=", ">=", ">", "&&", "||", "[", "{", "}", "(", ")", ".", ",", "-", "?", "+", "*", "/", "%"];
const MAX_DEPTH = 250;
const MAX_CODE_POINTS = 100_000;

const BINARY: readonly (readonly string[])[] = [
  ["==", "!=", "<", "<=", ">=", ">", "in"],
  ["+", "-"],
  ["*", "/", "%"],
];

/** Stops at the first problem that hides what follows. */
class SyntaxProblem extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** Undefined when there are problems. */
export function parse(source: string): { readonly expr?: Expr; readonly problems: readonly Problem[] } {
  const size = [...source].length;
  if (size > MAX_CODE_POINTS)
    return { problems: [{ at: -1, message: `expression code point size exceeds limit: size: ${size}, limit ${MAX_CODE_POINTS}` }] };
  const problems: Problem[] = [];
  const parser = new Parser(tokens(source, problems), problems);
  try {
    const expr = parser.whole();
    return problems.length > 0 ? { problems } : { expr, problems };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return { problems: [...problems, { at: error.at, message: error.message }] };
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #problems: Problem[];
  #next = 0;
  #depth = 0;

  constructor(list: readonly Token[], problems: Problem[]) {
    this.#tokens = list;
    this.#problems = problems;
  }

  whole(): Expr {
    const expr = this.#expr();
    const rest = this.#peek();
    if (rest.kind === "end") return expr;
    if (this.#tokens[this.#next + 1]?.kind === "end")
      throw new SyntaxProblem(rest.at, `Syntax error: extraneous input '${rest.text}' expecting <EOF>`);
    throw new SyntaxProblem(rest.at, `Syntax error: mismatched input '${rest.text}' expecting {<EOF>, ${quoted(FOLLOWS)}}`);
  }

  #expr(): Expr {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxProblem(-1, `expression recursion limit exceeded: ${MAX_DEPTH}`);
    const condition = this.#logical("||", () => this.#logical("&&", () => this.#binary(0)));
    let expr = condition;
    const op = this.#peek();
    if (this.#take("?")) {
      const yes = this.#logical("||", () => this.#logical("&&", () => this.#binary(0)));
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
    if (first.text === "-" && ["int", "float"].includes(this.#tokens[this.#next + 1]?.kind ?? "")) {
      this.#next++;
      return this.#member({ kind: "literal", at: first.at, value: this.#number(this.#tokens[this.#next++] as Token, "-", first.at) });
    }
    if (first.kind === "op" && (first.text === "!" || first.text === "-")) while (this.#take(first.text)) count++;
    const operand = this.#member(this.#primary());
    return count % 2 === 0 ? operand : { kind: "call", at: first.at, name: first.text === "!" ? "!_" : "-_", args: [operand] };
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
        const index = this.#expr();
        this.#expect("]");
        expr = { kind: "call", at: token.at, name, args: [expr, index] };
      } else return expr;
    }
  }

  #primary(): Expr {
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
      case "op":
        return this.#bracketed(token);
      default:
        return this.#unexpected(token);
    }
  }

  #bracketed(token: Token): Expr {
    const { at, text } = token;
    switch (text) {
      case "(": {
        const inner = this.#expr();
        this.#expect(")");
        return inner;
      }
      case "[": {
        const items = this.#sequence("]", () => ({ optional: this.#take("?"), value: this.#expr() }));
        return { kind: "list", at, items };
      }
      case "{":
        return { kind: "map", at, entries: this.#sequence("}", () => this.#entry()) };
      case ".":
        if (this.#peek().kind === "ident") return this.#ident(this.#tokens[this.#next++] as Token, ".");
        return this.#noAlternative(".");
      default:
        return this.#unexpected(token);
    }
  }

  #ident(token: Token, dot: string): Expr {
    const { at, text } = token;
    const constant = { true: true, false: false, null: null }[text];
    if (constant !== undefined) return { kind: "literal", at, value: constant };
    if (text === "in") return this.#unexpected(token);
    const names = [text];
    let ahead = this.#next;
    while (this.#tokens[ahead]?.text === "." && this.#tokens[ahead + 1]?.kind === "ident") {
      names.push((this.#tokens[ahead + 1] as Token).text);
      ahead += 2;
    }
    const brace = this.#tokens[ahead];
    if (brace?.kind === "op" && brace.text === "{") {
      this.#next = ahead + 1;
      return { kind: "struct", at: brace.at, name: dot + names.join("."), fields: this.#sequence("}", () => this.#structField()) };
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
    const key = this.#expr();
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
    if (this.#take(close)) return [];
    const out = [this.#expr()];
    while (this.#take(",")) out.push(this.#expr());
    this.#expect(close);
    return out;
  }

  /** Lists, maps and structs take a comma at their end. */
  #sequence<T>(close: string, item: () => T): T[] {
    const out: T[] = [];
    while (!this.#take(close)) {
      out.push(item());
      if (!this.#take(",")) {
        this.#expect(close);
        break;
      }
    }
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

  #expect(text: string): Token {
    const token = this.#peek();
    if (this.#take(text)) return token;
    const more = text === ":" ? [] : [",", text];
    throw new SyntaxProblem(
      token.at,
      `Syntax error: mismatched input '${token.text}' expecting ${text === ":" ? "':'" : `{${quoted(expectations(more))}}`}`,
    );
  }

  /** The next token does not go on with what began as `before`. */
  #noAlternative(before: string): never {
    const { kind, text, at } = this.#peek();
    throw new SyntaxProblem(at, `Syntax error: no viable alternative at input '${before}${kind === "end" ? "" : text}'`);
  }

  #unexpected(token: Token): never {
    const following = this.#tokens[this.#next];
    const deletable =
      token.kind === "op" &&
      following !== undefined &&
      (following.kind !== "op" || "[{(.-!".includes(following.text)) &&
      following.kind !== "end";
    throw new SyntaxProblem(token.at, `Syntax error: ${deletable ? "extraneous" : "mismatched"} input '${token.text}' expecting ${STARTS}`);
  }
}

const isOneOf = (token: Token, operators: readonly string[]): boolean =>
  (token.kind === "op" || (token.kind === "ident" && token.text === "in")) && operators.includes(token.text);

const quoted = (texts: readonly string[]): string => texts.map((t) => `'${t}'`).join(", ");
const expectations = (closing: readonly string[]): readonly string[] =>
  FOLLOWS.filter((f) => !"[{}().,".includes(f) || f === "[" || f === "." || closing.includes(f));
