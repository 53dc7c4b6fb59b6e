/** What went wrong, as `try` gives it: any value, mostly a text. */
export class JqError extends Error {
  readonly value: unknown;
  constructor(value: unknown) {
    super(typeof value === "string" ? value : JSON.stringify(value ?? null));
    this.value = value;
  }
}
/** A filter that is none: where, counted in characters. */
export class JqSyntax extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** What a value is taken apart by: `$x`, `[$a, $b]`, `{a: $x, $b}`. */
export type Pattern =
  | { readonly type: "name"; readonly name: string }
  | { readonly type: "array"; readonly items: readonly Pattern[] }
  | { readonly type: "object"; readonly entries: readonly { readonly key: Node; readonly name?: string; readonly value?: Pattern }[] };

export type Node =
  | { readonly type: "identity" }
  | { readonly type: "recurse" }
  | { readonly type: "literal"; readonly value: unknown }
  | { readonly type: "text"; readonly parts: readonly (string | Node)[]; readonly format: string | undefined }
  | { readonly type: "index"; readonly of: Node; readonly key: Node }
  | { readonly type: "slice"; readonly of: Node; readonly from: Node | undefined; readonly to: Node | undefined }
  | { readonly type: "iterate"; readonly of: Node }
  | { readonly type: "try"; readonly of: Node; readonly otherwise: Node | undefined }
  | { readonly type: "binary"; readonly operator: string; readonly left: Node; readonly right: Node }
  | { readonly type: "negate"; readonly of: Node }
  | { readonly type: "array"; readonly of: Node | undefined }
  | { readonly type: "object"; readonly entries: readonly (readonly [Node, Node])[] }
  | { readonly type: "if"; readonly test: Node; readonly yes: Node; readonly no: Node }
  | { readonly type: "bind"; readonly of: Node; readonly patterns: readonly Pattern[]; readonly body: Node }
  | { readonly type: "reduce"; readonly of: Node; readonly patterns: readonly Pattern[]; readonly start: Node; readonly update: Node }
  | {
      readonly type: "foreach";
      readonly of: Node;
      readonly patterns: readonly Pattern[];
      readonly start: Node;
      readonly update: Node;
      readonly extract: Node | undefined;
    }
  | { readonly type: "label"; readonly name: string; readonly body: Node }
  | { readonly type: "break"; readonly name: string; readonly at: number }
  | { readonly type: "location"; readonly line: number }
  | { readonly type: "variable"; readonly name: string; readonly at: number }
  | { readonly type: "format"; readonly name: string }
  | { readonly type: "call"; readonly name: string; readonly args: readonly Node[]; readonly at: number }
  | { readonly type: "define"; readonly name: string; readonly parameters: readonly string[]; readonly body: Node; readonly rest: Node };

const IDENTITY: Node = { type: "identity" };
const TOKEN =
  /\s+|#[^\n]*|(\?\/\/|\/\/=|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\/\/|\.\.|\.(?!\d)|[-[\](){}|,:;=<>+*/%?])|((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|([A-Za-z_]\w*(?:::\w+)*)|(\$[A-Za-z_]\w*)|(@\w+)|(")/y;
const LEVELS: readonly (readonly string[])[] = [
  ["//"],
  ["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="],
  ["or"],
  ["and"],
  ["==", "!=", "<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/", "%"],
];
const RESERVED = new Set(["then", "elif", "else", "end", "as", "and", "or", "catch"]);

/** Parses a filter. Throws JqError. */
export function parseJq(source: string): Node {
  const parser = new Parser(source);
  const node = parser.pipe();
  if (parser.token !== undefined) parser.fail(", expecting end of file");
  return node;
}

/** What bison calls it. */
function tokenName(token: string | undefined): string {
  if (token === undefined) return "end of file";
  if (token === '"') return "QQSTRING_START";
  if (/^[\])}]/.test(token)) return "INVALID_CHARACTER";
  if (/^[\d.]\d*/.test(token) && /\d/.test(token)) return "LITERAL";
  if (token.startsWith("@")) return "FORMAT";
  if (token.startsWith("$")) return "BINDING";
  return /^[A-Za-z_]/.test(token) && !RESERVED.has(token) ? "IDENT" : RESERVED.has(token) ? token : `'${token}'`;
}

class Parser {
  readonly #source: string;
  #at = 0;
  #began = 0;
  token: string | undefined;
  constructor(source: string) {
    this.#source = source;
    this.#advance();
  }
  fail(expecting = ""): never {
    throw new JqSyntax(`syntax error, unexpected ${tokenName(this.token)}${expecting} (Unix shell quoting issues?)`, this.#began);
  }
  #advance(): void {
    for (;;) {
      if (this.#at >= this.#source.length) {
        this.token = undefined;
        return;
      }
      TOKEN.lastIndex = this.#at;
      const m = TOKEN.exec(this.#source);
      if (!m)
        throw new JqSyntax(
          `syntax error, unexpected INVALID_CHARACTER${this.#at === 0 ? ", expecting end of file" : ""} (Unix shell quoting issues?)`,
          this.#at,
        );
      const began = this.#at;
      this.#at = TOKEN.lastIndex;
      if (m.slice(1).some((group) => group !== undefined)) {
        this.#began = began;
        this.token = m[0];
        return;
      }
    }
  }
  #accept(token: string): boolean {
    if (this.token !== token) return false;
    this.#advance();
    return true;
  }
  #take(token: string): void {
    if (!this.#accept(token)) this.fail();
  }
  #name(): string {
    const { token } = this;
    if (token === undefined || !/^[A-Za-z_]/.test(token)) this.fail();
    this.#advance();
    return token as string;
  }
  #variable(): string {
    const token = this.token ?? "";
    if (!token.startsWith("$")) this.fail();
    this.#advance();
    return token.slice(1);
  }

  pipe(): Node {
    if (this.#accept("def")) {
      const name = this.#name();
      const parameters: string[] = [];
      if (this.#accept("(")) {
        do parameters.push(this.token?.startsWith("$") ? `$${this.#variable()}` : this.#name());
        while (this.#accept(";"));
        this.#take(")");
      }
      this.#take(":");
      const body = this.pipe();
      this.#take(";");
      return { type: "define", name, parameters, body, rest: this.pipe() };
    }
    if (this.#accept("label")) {
      const name = this.#variable();
      this.#take("|");
      return { type: "label", name, body: this.pipe() };
    }
    const left = this.#comma();
    return this.#accept("|") ? { type: "binary", operator: "|", left, right: this.pipe() } : left;
  }
  #comma(): Node {
    let left = this.#level(0);
    while (this.#accept(",")) left = { type: "binary", operator: ",", left, right: this.#level(0) };
    return left;
  }
  #level(n: number): Node {
    const operators = LEVELS[n];
    if (!operators) return this.#unary();
    const left = this.#level(n + 1);
    if (n === 0) return this.#accept("//") ? { type: "binary", operator: "//", left, right: this.#level(0) } : left;
    let out = left;
    while (this.token !== undefined && operators.includes(this.token)) {
      const operator = this.token;
      this.#advance();
      out = { type: "binary", operator, left: out, right: this.#level(n === 1 ? 0 : n + 1) };
    }
    return out;
  }
  #unary(): Node {
    if (this.#accept("-")) return { type: "negate", of: this.#postfix() };
    const of = this.#postfix();
    if (!this.#accept("as")) return of;
    const patterns = this.#patterns();
    this.#take("|");
    return { type: "bind", of, patterns, body: this.pipe() };
  }
  #postfix(): Node {
    let node = this.#primary();
    for (;;) {
      const { token } = this as { token: string | undefined };
      if (token === "[") node = this.#bracket(node);
      else if (this.#accept("?")) node = { type: "try", of: node, otherwise: undefined };
      else if (this.token === "." && /^\s*(["[A-Za-z_])/.test(this.#source.slice(this.#at))) {
        this.#advance();
        node = (this.token as string | undefined) === "[" ? this.#bracket(node) : this.#field(node);
      } else return node;
    }
  }
  #field(of: Node): Node {
    const key: Node = this.token === '"' ? this.#text(undefined) : { type: "literal", value: this.#name() };
    return { type: "index", of, key };
  }
  #bracket(of: Node): Node {
    this.#take("[");
    if (this.#accept("]")) return { type: "iterate", of };
    if (this.#accept(":")) {
      const to = this.pipe();
      this.#take("]");
      return { type: "slice", of, from: undefined, to };
    }
    const key = this.pipe();
    if (this.#accept(":")) {
      const to = this.token === "]" ? undefined : this.pipe();
      this.#take("]");
      return { type: "slice", of, from: key, to };
    }
    this.#take("]");
    return { type: "index", of, key };
  }
  #primary(): Node {
    const token = this.token ?? this.fail();
    if (/^\d/.test(token)) {
      this.#advance();
      return { type: "literal", value: Number(token) };
    }
    if (token === '"') return this.#text(undefined);
    if (token.startsWith("@")) {
      this.#advance();
      return this.token === '"' ? this.#text(token) : { type: "format", name: token };
    }
    if (token.startsWith("$")) {
      const at = this.#began;
      const name = this.#variable();
      return name === "__loc__" ? { type: "location", line: this.#line(at) } : { type: "variable", name, at };
    }
    if (token === ".") {
      this.#advance();
      if (
        this.token === '"' ||
        (this.token !== undefined && /^[A-Za-z_]/.test(this.token) && this.#source[this.#at - this.token.length - 1] === ".")
      )
        return this.#field(IDENTITY);
      return IDENTITY;
    }
    if (this.#accept("..")) return { type: "recurse" };
    if (this.#accept("(")) {
      const node = this.pipe();
      this.#take(")");
      return node;
    }
    if (this.#accept("[")) {
      const of = this.token === "]" ? undefined : this.pipe();
      this.#take("]");
      return { type: "array", of };
    }
    if (this.#accept("{")) return this.#object();
    if (this.#accept("if")) return this.#if();
    if (this.#accept("try")) {
      const of = this.#unary();
      return { type: "try", of, otherwise: this.#accept("catch") ? this.#unary() : undefined };
    }
    if (token === "reduce" || token === "foreach") {
      this.#advance();
      const of = this.#postfix();
      this.#take("as");
      const patterns = this.#patterns();
      this.#take("(");
      const start = this.pipe();
      this.#take(";");
      const update = this.pipe();
      const extract = token === "foreach" && this.#accept(";") ? this.pipe() : undefined;
      this.#take(")");
      return token === "reduce"
        ? { type: "reduce", of, patterns, start, update }
        : { type: "foreach", of, patterns, start, update, extract };
    }
    const at = this.#began;
    if (this.#accept("break")) return { type: "break", name: this.#variable(), at };
    if (token === "import" || token === "include") throw new JqSyntax(`${token}: modules are not there on this computer`, at);
    if (RESERVED.has(token) || !/^[A-Za-z_]/.test(token)) this.fail();
    this.#advance();
    const args: Node[] = [];
    if (this.#accept("(")) {
      do args.push(this.pipe());
      while (this.#accept(";"));
      this.#take(")");
    }
    return { type: "call", name: token, args, at };
  }
  #line(at: number): number {
    return this.#source.slice(0, at).split("\n").length;
  }
  #patterns(): Pattern[] {
    const out = [this.#pattern()];
    while (this.#accept("?//")) out.push(this.#pattern());
    return out;
  }
  #pattern(): Pattern {
    if (this.#accept("[")) {
      const items = [this.#pattern()];
      while (this.#accept(",")) items.push(this.#pattern());
      this.#take("]");
      return { type: "array", items };
    }
    if (!this.#accept("{")) return { type: "name", name: this.#variable() };
    const entries: { key: Node; name?: string; value?: Pattern }[] = [];
    do {
      const token = this.token ?? this.fail();
      let key: Node;
      let name: string | undefined;
      if (token.startsWith("$")) {
        name = this.#variable();
        key = { type: "literal", value: name };
      } else if (this.#accept("(")) {
        key = this.pipe();
        this.#take(")");
      } else key = token === '"' ? this.#text(undefined) : { type: "literal", value: this.#name() };
      const value = this.#accept(":") ? this.#pattern() : undefined;
      if (name === undefined && !value) this.fail();
      entries.push({ key, ...(name === undefined ? {} : { name }), ...(value ? { value } : {}) });
    } while (this.#accept(","));
    this.#take("}");
    return { type: "object", entries };
  }
  #if(): Node {
    const test = this.pipe();
    this.#take("then");
    const yes = this.pipe();
    if (this.#accept("elif")) return { type: "if", test, yes, no: this.#if() };
    const no = this.#accept("else") ? this.pipe() : IDENTITY;
    this.#take("end");
    return { type: "if", test, yes, no };
  }
  #object(): Node {
    const entries: [Node, Node][] = [];
    while (!this.#accept("}")) {
      const token = this.token ?? this.fail();
      let key: Node;
      let value: Node | undefined;
      if (token === "(") {
        this.#advance();
        key = this.pipe();
        this.#take(")");
      } else if (token.startsWith("$")) {
        const at = this.#began;
        const name = this.#variable();
        key = { type: "literal", value: name };
        value = name === "__loc__" ? { type: "location", line: this.#line(at) } : { type: "variable", name, at };
      } else if (token.startsWith("@")) {
        this.#advance();
        key = this.#text(token);
        value = { type: "index", of: IDENTITY, key };
      } else {
        key = token === '"' ? this.#text(undefined) : { type: "literal", value: this.#name() };
        value = { type: "index", of: IDENTITY, key };
      }
      if (this.#accept(":")) {
        value = this.#level(0);
        while (this.#accept("|")) value = { type: "binary", operator: "|", left: value, right: this.#level(0) };
      }
      entries.push([key, value ?? this.fail()]);
      if (!this.#accept(",") && this.token !== "}") this.fail();
    }
    return { type: "object", entries };
  }
  /** A string, with \( … ) in it; the opening quote is the current token. */
  #text(format: string | undefined): Node {
    const parts: (string | Node)[] = [];
    let raw = "";
    const close = (): void => {
      if (raw !== "") parts.push(JSON.parse(`"${raw.replace(/\n/g, "\\n").replace(/\t/g, "\\t")}"`) as string);
      raw = "";
    };
    for (;;) {
      const c = this.#source[this.#at++];
      if (c === undefined)
        throw new JqSyntax("syntax error, unexpected QQSTRING_TEXT, expecting QQSTRING_END (Unix shell quoting issues?)", this.#began);
      if (c === '"') break;
      if (c === "\\" && this.#source[this.#at] === "(") {
        close();
        this.#at++;
        this.#advance();
        parts.push(this.pipe());
        if (this.token !== ")") this.fail();
      } else if (c === "\\") raw += c + (this.#source[this.#at++] ?? "");
      else raw += c;
    }
    close();
    this.#advance();
    return parts.every((p) => typeof p === "string") ? { type: "literal", value: parts.join("") } : { type: "text", parts, format };
  }
}
