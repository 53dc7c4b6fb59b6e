import { goUnquote } from "./gounquote.ts";
import { goQuote } from "./fields.ts";

/** The syntax of Go's text/template, with its errors (Go: text/template/parse). Positions are offsets. */
interface At {
  readonly pos: number;
  /** As Go prints the node in errors. */
  readonly text: string;
}
export type Operand = At &
  (
    | { readonly kind: "dot" }
    | { readonly kind: "nil" }
    | { readonly kind: "const"; readonly value: string | number | bigint | boolean }
    | { readonly kind: "function"; readonly name: string }
    | { readonly kind: "field"; readonly names: readonly string[] }
    | { readonly kind: "variable"; readonly name: string; readonly names: readonly string[] }
    | { readonly kind: "chain"; readonly of: Pipe; readonly names: readonly string[] }
  );
export type Command = At & { readonly args: readonly Operand[] };
export type Pipe = At & {
  readonly variables: readonly string[];
  readonly assign: boolean;
  readonly commands: readonly Command[];
};
export type Statement =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "action"; readonly pipe: Pipe }
  | {
      readonly kind: "if" | "with" | "range";
      readonly pipe: Pipe;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: "template"; readonly name: string; readonly pipe: Pipe | undefined; readonly pos: number; readonly text: string }
  | { readonly kind: "break" | "continue" };

export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

export type Templates = ReadonlyMap<string, readonly Statement[]>;

export function parseTemplates(name: string, source: string, isFunction: (name: string) => boolean): Templates {
  return new Parser(name, source, isFunction).parseAll();
}

interface Token {
  readonly kind: "space" | "op" | "number" | "char" | "string" | "field" | "dot" | "variable" | "word" | "close";
  readonly text: string;
  readonly pos: number;
}

const TOKEN =
  /(?<space>\s+)|(?<op>:=|[=|(),])|(?<number>[-+]?(?:0[xX][0-9a-fA-F]+|(?:[0-9][0-9_]*\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?))|(?<char>'(?:\\.|[^'\\\n])+')|(?<string>"(?:\\.|[^"\\\n])*"|`[^`]*`)|(?<field>\.[\p{L}_][\p{L}\p{Nd}_]*)|(?<dot>\.)|(?<variable>\$[\p{L}\p{Nd}_]*)|(?<word>[\p{L}_][\p{L}\p{Nd}_]*)/uy;

class Parser {
  readonly #name: string;
  readonly #source: string;
  readonly #isFunction: (name: string) => boolean;
  readonly #templates = new Map<string, readonly Statement[]>();
  #at = 0;
  #tokens: Token[] = [];
  #next = 0;
  #variables: string[] = ["$"];
  #trimNext = false;
  #loops = 0;
  constructor(name: string, source: string, isFunction: (name: string) => boolean) {
    this.#name = name;
    this.#source = source;
    this.#isFunction = isFunction;
  }

  parseAll(): Templates {
    const { body, end } = this.#list();
    if (end !== "eof") throw this.#error(`unexpected {{${end}}}`);
    this.#templates.set(this.#name, body);
    return this.#templates;
  }

  #error(message: string, pos = this.#at): TemplateError {
    const line = this.#source.slice(0, pos).split("\n").length;
    return new TemplateError(`template: ${this.#name}:${line}: ${message}`);
  }

  /** Statements up to `{{end}}`, `{{else}}` or the end of the text; the action that ended it stays in the tokens. */
  #list(): { body: Statement[]; end: "end" | "else" | "eof" } {
    const body: Statement[] = [];
    for (;;) {
      const open = this.#source.indexOf("{{", this.#at);
      let text = open < 0 ? this.#source.slice(this.#at) : this.#source.slice(this.#at, open);
      if (this.#trimNext) text = text.trimStart();
      this.#trimNext = false;
      if (open >= 0 && /^\{\{-\s/.test(this.#source.slice(open, open + 4))) text = text.trimEnd();
      if (text !== "") body.push({ kind: "text", text });
      if (open < 0) {
        this.#at = this.#source.length;
        return { body, end: "eof" };
      }
      if (!this.#scan(open)) continue;
      const word = this.#peek();
      if (word?.kind === "word" && (word.text === "end" || word.text === "else")) {
        this.#take();
        return { body, end: word.text };
      }
      const statement = this.#statement();
      if (statement !== undefined) body.push(statement);
    }
  }

  /** Reads the tokens of one action; false for a comment. */
  #scan(open: number): boolean {
    let at = open + 2;
    if (/^-\s/.test(this.#source.slice(at, at + 2))) at += 2;
    const comment = /\s*\/\*/y;
    comment.lastIndex = at;
    if (comment.test(this.#source)) {
      const close = this.#source.indexOf("*/", at);
      if (close < 0) throw this.#error("unclosed comment", open);
      const end = /(\s-)?\}\}/y;
      end.lastIndex = close + 2;
      const m = end.exec(this.#source);
      if (m === null) throw this.#error("comment ends before closing delimiter", open);
      this.#trimNext = m[1] !== undefined;
      this.#at = end.lastIndex;
      return false;
    }
    this.#tokens = [];
    this.#next = 0;
    let depth = 0;
    for (;;) {
      const close = /\s-\}\}|\}\}/y;
      close.lastIndex = at;
      const m = close.exec(this.#source);
      if (m !== null) {
        if (depth > 0) throw this.#error("unclosed left paren", open);
        this.#trimNext = m[0].length > 2;
        this.#at = close.lastIndex;
        return true;
      }
      if (at >= this.#source.length) throw this.#error("unclosed action", open);
      TOKEN.lastIndex = at;
      const token = TOKEN.exec(this.#source);
      const kind = Object.entries(token?.groups ?? {}).find(([, v]) => v !== undefined)?.[0] as Token["kind"] | undefined;
      if (token === null || kind === undefined) throw this.#badCharacter(at);
      const [text] = token;
      if (text === "(") depth++;
      if (text === ")" && --depth < 0) throw this.#error("unexpected right paren", at);
      this.#tokens.push({ kind, text, pos: at });
      at += text.length;
    }
  }

  #badCharacter(at: number): TemplateError {
    const c = String.fromCodePoint(this.#source.codePointAt(at) ?? 0);
    if (c === '"') return this.#error("unterminated quoted string", at);
    if (c === "`") return this.#error("unterminated raw quoted string", at);
    if (c === "'") return this.#error("unterminated character constant", at);
    const code = (c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    const within = /[\w)]$/.test(this.#source.slice(0, at));
    return this.#error(within ? `bad character U+${code} '${c}'` : `unrecognized character in action: U+${code} '${c}'`, at);
  }

  #peek(): Token | undefined {
    while (this.#tokens[this.#next]?.kind === "space") this.#next++;
    return this.#tokens[this.#next];
  }
  #take(): Token | undefined {
    const token = this.#peek();
    this.#next++;
    return token;
  }
  #expectEnd(context: string): void {
    const t = this.#peek();
    if (t !== undefined) throw this.#error(`unexpected ${tokenText(t)} in ${context}`, t.pos);
  }

  #statement(): Statement | undefined {
    const first = this.#peek();
    if (first?.kind === "word") {
      switch (first.text) {
        case "if":
        case "with":
        case "range":
          this.#take();
          return this.#control(first.text);
        case "define":
        case "block":
        case "template":
          this.#take();
          return this.#named(first.text, first.pos);
        case "break":
        case "continue":
          this.#take();
          this.#expectEnd(first.text);
          if (this.#loops === 0) throw this.#error(`{{${first.text}}} outside {{range}}`, first.pos);
          return { kind: first.text };
      }
    }
    const pipe = this.#pipe("command", false, undefined);
    return { kind: "action", pipe };
  }

  #control(kind: "if" | "with" | "range"): Statement {
    const scope = this.#variables.length;
    const pipe = this.#pipe(kind, kind === "range", undefined);
    if (kind === "range") this.#loops++;
    const { body, end } = this.#list();
    if (kind === "range") this.#loops--;
    let otherwise: readonly Statement[] = [];
    if (end === "eof") throw this.#error("unexpected EOF");
    if (end === "else") {
      const chained = this.#peek();
      if (chained?.kind === "word" && chained.text === kind && kind !== "range") {
        this.#take();
        otherwise = [this.#control(kind)];
        this.#variables.length = scope;
        return { kind, pipe, body, otherwise };
      }
      this.#expectEnd("else");
      const rest = this.#list();
      if (rest.end === "eof") throw this.#error("unexpected EOF");
      if (rest.end === "else") throw this.#error("expected end; found {{else}}");
      otherwise = rest.body;
    }
    this.#expectEnd("end");
    this.#variables.length = scope;
    return { kind, pipe, body, otherwise };
  }

  #named(kind: "define" | "block" | "template", pos: number): Statement | undefined {
    const token = this.#take();
    const name = token?.kind === "string" ? goUnquote(token.text) : null;
    if (name === null) throw this.#error(`unexpected ${tokenText(token)} in ${kind === "define" ? "define clause" : `${kind} clause`}`);
    let pipe: Pipe | undefined;
    if (kind === "define") this.#expectEnd("define clause");
    else if (kind === "block" || this.#peek() !== undefined) pipe = this.#pipe(`${kind} clause`, false, undefined);
    const text = `{{template ${goQuote(name)}${pipe === undefined ? "" : ` ${pipe.text}`}}}`;
    if (kind === "template") return { kind: "template", name, pipe, pos: token?.pos ?? pos, text };
    const outer = this.#variables;
    this.#variables = ["$"];
    const { body, end } = this.#list();
    this.#variables = outer;
    if (end !== "end") throw this.#error(end === "eof" ? "unexpected EOF" : "unexpected {{else}} in define clause");
    // Of two that say something neither may stand for the other (text/template/parse: Tree.add).
    if (this.#templates.get(name)?.some(says) && body.some(says))
      throw this.#error(`template: multiple definition of template ${goQuote(name)}`);
    this.#templates.set(name, body);
    return kind === "define" ? undefined : { kind: "template", name, pipe, pos, text };
  }

  #pipe(context: string, range: boolean, close: ")" | undefined): Pipe {
    const { variables, assign } = this.#declaration(context, range);
    const commands: Command[] = [];
    const pos = this.#peek()?.pos ?? this.#at;
    for (;;) {
      const t = this.#peek();
      const ended = t === undefined || (close !== undefined && t.text === close);
      if (ended || t.text === "|") {
        if (commands.length === 0) throw this.#error(`missing value for ${context}`);
      }
      if (ended) break;
      commands.push(this.#command(context));
      const after = this.#peek();
      if (after?.text === "|") {
        // Nothing after it is well, too (text/template/parse: pipeline).
        this.#take();
      }
    }
    for (const [i, c] of commands.entries()) {
      const head = c.args[0];
      if (i > 0 && (head?.kind === "const" || head?.kind === "dot" || head?.kind === "nil"))
        throw this.#error(`non executable command in pipeline stage ${i + 1}`);
    }
    if (!assign) this.#variables.push(...variables);
    const body = commands.map((c) => c.text).join(" | ");
    const text = variables.length === 0 ? body : `${variables.join(", ")} ${assign ? "=" : ":="} ${body}`;
    return { variables, assign, commands, pos, text };
  }

  #declaration(context: string, range: boolean): { variables: string[]; assign: boolean } {
    const start = this.#next;
    const variables: string[] = [];
    while (this.#peek()?.kind === "variable") {
      variables.push(this.#take()?.text ?? "");
      const t = this.#peek();
      if (t?.text === ":=" || t?.text === "=") {
        this.#take();
        const assign = t.text === "=";
        for (const v of variables) if (assign && !this.#variables.includes(v)) throw this.#error(`undefined variable ${goQuote(v)}`);
        return { variables, assign };
      }
      if (t?.text !== ",") break;
      if (!range || variables.length > 1) throw this.#error(`too many declarations in ${context}`);
      this.#take();
    }
    this.#next = start;
    return { variables: [], assign: false };
  }

  #command(context: string): Command {
    const args: Operand[] = [];
    for (;;) {
      const t = this.#peek();
      if (t === undefined || t.text === "|" || t.text === ")") break;
      const spaced = args.length === 0 || this.#tokens[this.#next - 1]?.kind === "space" || t.text === "(";
      if (!spaced) throw this.#error(`unexpected ${tokenText(t)} in operand`, t.pos);
      args.push(this.#operand(context));
    }
    if (args.length === 0) throw this.#error("empty command");
    return { args, pos: args[0]?.pos ?? 0, text: args.map((a) => a.text).join(" ") };
  }

  #operand(context: string): Operand {
    const t = this.#take();
    if (t === undefined) throw this.#error(`missing value for ${context}`);
    const { pos, text } = t;
    switch (t.kind) {
      case "word":
        if (text === "true" || text === "false") return { kind: "const", value: text === "true", pos, text };
        if (text === "nil") return { kind: "nil", pos, text };
        if (!this.#isFunction(text)) throw this.#error(`function ${goQuote(text)} not defined`, pos);
        return { kind: "function", name: text, pos, text };
      case "string":
      case "char": {
        const s = goUnquote(text);
        if (s === null) throw this.#error("invalid syntax", pos);
        return { kind: "const", value: t.kind === "char" ? BigInt(s.codePointAt(0) ?? 0) : s, pos, text };
      }
      case "number": {
        const plain = text.replaceAll("_", "");
        const whole = /^[-+]?(0[xX][0-9a-fA-F]+|[0-9]+)$/.exec(plain);
        const value = whole === null ? Number(plain) : BigInt(plain.replace(/^[-+]/, "")) * (plain.startsWith("-") ? -1n : 1n);
        return { kind: "const", value, pos, text };
      }
      case "dot":
        return { kind: "dot", pos, text };
      case "field": {
        const [names, last] = this.#fields();
        const all = [text.slice(1), ...names];
        // Go names the position of the second field of a chain.
        return { kind: "field", names: all, pos: last ?? pos, text: `.${all.join(".")}` };
      }
      case "variable": {
        if (!this.#variables.includes(text)) throw this.#error(`undefined variable ${goQuote(text)}`, pos);
        const [names, last] = this.#fields();
        return { kind: "variable", name: text, names, pos: last ?? pos, text: [text, ...names].join(".") };
      }
      default: {
        if (text !== "(") throw this.#error(`unexpected ${tokenText(t)} in ${context}`, pos);
        const of = this.#pipe("parenthesized pipeline", false, ")");
        if (this.#take()?.text !== ")") throw this.#error("unclosed left paren", pos);
        const [names] = this.#fields();
        return { kind: "chain", of, names, pos, text: [`(${of.text})`, ...names].join(".") };
      }
    }
  }

  /** Field names right behind an operand, and where the first stands. */
  #fields(): readonly [names: string[], first: number | undefined] {
    const names: string[] = [];
    const first = this.#tokens[this.#next];
    while (this.#tokens[this.#next]?.kind === "field") names.push((this.#tokens[this.#next++]?.text ?? "").slice(1));
    return [names, names.length > 0 ? first?.pos : undefined];
  }
}

const says = (s: Statement): boolean => s.kind !== "text" || s.text.trim() !== "";

function tokenText(t: Token | undefined): string {
  if (t === undefined) return '"}}"';
  if (t.kind === "dot") return "<.>";
  return t.kind === "word" && /^(if|else|end|range|with|define|block|template)$/.test(t.text) ? `<${t.text}>` : goQuote(t.text);
}
