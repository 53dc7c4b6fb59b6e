import { goSprint, goType, sortedKeys } from "./goprint.ts";
import { goQuote } from "./fields.ts";
import { isTrue, templateFunctions } from "./gotemplate-functions.ts";
import {
  parseTemplates,
  TemplateError,
  type Command,
  type Operand,
  type Pipe,
  type Statement,
  type Templates,
} from "./gotemplate-parser.ts";
import { isMap } from "./patch-merge.ts";

export interface TemplateResult {
  /** What was written, up to the error if there was one. */
  readonly output: string;
  readonly error: TemplateError | undefined;
}

export interface GoTemplate {
  /** `data` is decoded JSON. kubectl's default allows missing keys: they print `<no value>`. */
  execute(data: unknown, options?: { readonly allowMissingKeys: boolean }): TemplateResult;
}

/** kubectl names its template "output". Throws TemplateError with Go's text. */
export function parseGoTemplate(source: string, name = "output"): GoTemplate {
  const templates = parseTemplates(name, source, (f) => f === "and" || f === "or" || templateFunctions.has(f));
  return {
    execute(data, options = { allowMissingKeys: true }) {
      const run = new Execution(templates, source, options.allowMissingKeys);
      try {
        run.template(name, data);
        return { output: run.output(), error: undefined };
      } catch (error) {
        if (error instanceof TemplateError) return { output: run.output(), error };
        throw error;
      }
    },
  };
}

type Variables = { readonly name: string; value: unknown }[];
type Flow = "break" | "continue" | undefined;

/** Statements a template may run, and templates it may nest: endless ones end with an error. */
const STEP_LIMIT = 2_000_000;
const DEPTH_LIMIT = 500;

class Execution {
  readonly #templates: Templates;
  readonly #source: string;
  readonly #allowMissing: boolean;
  readonly #out: string[] = [];
  #name = "";
  #vars: Variables = [];
  #steps = 0;
  #depth = 0;
  constructor(templates: Templates, source: string, allowMissing: boolean) {
    this.#templates = templates;
    this.#source = source;
    this.#allowMissing = allowMissing;
  }
  output(): string {
    return this.#out.join("");
  }

  template(name: string, dot: unknown): void {
    const [outerName, outerVars] = [this.#name, this.#vars];
    this.#name = name;
    this.#vars = [{ name: "$", value: dot }];
    this.#list(this.#templates.get(name) ?? [], dot);
    this.#name = outerName;
    this.#vars = outerVars;
  }

  #fail(at: { readonly pos: number; readonly text: string }, message: string): never {
    const before = this.#source.slice(0, at.pos);
    const line = before.split("\n").length;
    const column = at.pos - (before.lastIndexOf("\n") + 1);
    // The template that was parsed names the place, the one that runs is executing.
    const [root] = [...this.#templates.keys()].slice(-1);
    throw new TemplateError(`template: ${root}:${line}:${column}: executing ${goQuote(this.#name)} at <${at.text}>: ${message}`);
  }

  #list(statements: readonly Statement[], dot: unknown): Flow {
    const scope = this.#vars.length;
    for (const s of statements) {
      const flow = this.#statement(s, dot);
      if (flow !== undefined) return flow;
    }
    this.#vars.length = scope;
    return undefined;
  }

  #statement(s: Statement, dot: unknown): Flow {
    if (++this.#steps > STEP_LIMIT) throw new TemplateError(`template: ${this.#name}: exceeded ${STEP_LIMIT} steps`);
    switch (s.kind) {
      case "text":
        this.#out.push(s.text);
        return undefined;
      case "action": {
        const value = this.#pipe(s.pipe, dot);
        if (s.pipe.variables.length === 0) this.#out.push(printed(value));
        return undefined;
      }
      case "if":
      case "with": {
        const scope = this.#vars.length;
        const value = this.#pipe(s.pipe, dot);
        const yes = isTrue(value);
        const flow = this.#list(yes ? s.body : s.otherwise, yes && s.kind === "with" ? value : dot);
        this.#vars.length = scope;
        return flow;
      }
      case "range":
        this.#range(s.pipe, s.body, s.otherwise, dot);
        return undefined;
      case "template": {
        if (!this.#templates.has(s.name)) this.#fail(s, `template ${goQuote(s.name)} not defined`);
        if (++this.#depth > DEPTH_LIMIT) this.#fail(s, `exceeded maximum template depth (${DEPTH_LIMIT})`);
        this.template(s.name, s.pipe === undefined ? undefined : this.#pipe(s.pipe, dot));
        this.#depth--;
        return undefined;
      }
      default:
        return s.kind;
    }
  }

  #range(pipe: Pipe, body: readonly Statement[], otherwise: readonly Statement[], dot: unknown): void {
    const scope = this.#vars.length;
    const over = this.#pipe({ ...pipe, variables: [] }, dot);
    let ran = false;
    for (const [key, item] of this.#items(over, pipe)) {
      ran = true;
      const names = pipe.variables;
      if (names.length === 1) this.#set(names[0] ?? "", typeof over === "bigint" ? key : item, pipe.assign);
      else if (names.length === 2) {
        this.#set(names[0] ?? "", key, pipe.assign);
        this.#set(names[1] ?? "", item, pipe.assign);
      }
      const flow = this.#list(body, item);
      this.#vars.length = scope;
      if (flow === "break") break;
    }
    if (!ran) this.#list(otherwise, dot);
    this.#vars.length = scope;
  }

  *#items(over: unknown, pipe: Pipe): Generator<readonly [unknown, unknown]> {
    if (over === undefined || over === null) return;
    if (typeof over === "bigint") for (let i = 0n; i < over; i++) yield [i, i];
    else if (Array.isArray(over)) for (const [i, v] of over.entries()) yield [BigInt(i), v];
    else if (isMap(over)) for (const k of sortedKeys(over)) yield [k, over[k]];
    else this.#fail(pipe, `range can't iterate over ${goSprint(over)}`);
  }

  #set(name: string, value: unknown, assign: boolean): void {
    const known = assign ? this.#vars.findLast((v) => v.name === name) : undefined;
    if (known !== undefined) known.value = value;
    else this.#vars.push({ name, value });
  }

  #pipe(pipe: Pipe, dot: unknown): unknown {
    let value: unknown;
    let first = true;
    for (const command of pipe.commands) {
      value = this.#command(command, dot, first ? [] : [value]);
      first = false;
    }
    for (const name of pipe.variables) this.#set(name, value, pipe.assign);
    return value;
  }

  #command(c: Command, dot: unknown, piped: readonly unknown[]): unknown {
    const [head, ...args] = c.args;
    if (head === undefined) return undefined;
    if (head.kind === "function") return this.#call(head.name, c, args, dot, piped);
    if (args.length > 0 || piped.length > 0) {
      if (head.kind === "field") this.#fail(head, `${head.names.at(-1) ?? ""} is not a method but has arguments`);
      this.#fail(head, `can't give argument to non-function ${head.text}`);
    }
    if (head.kind === "nil") this.#fail(head, "nil is not a command");
    return this.#operand(head, dot);
  }

  #call(name: string, at: Command, args: readonly Operand[], dot: unknown, piped: readonly unknown[]): unknown {
    if (name === "and" || name === "or") {
      let value: unknown;
      for (const arg of args) {
        value = this.#operand(arg, dot);
        if (isTrue(value) === (name === "or")) return value;
      }
      if (args.length + piped.length === 0)
        this.#fail({ pos: at.pos, text: name }, `wrong number of args for ${name}: want at least 1 got 0`);
      return piped.length > 0 ? piped[0] : value;
    }
    const f = templateFunctions.get(name);
    if (f === undefined) return this.#fail(at, `${goQuote(name)} is not a defined function`);
    const count = args.length + piped.length;
    if (f.variadic ? count < f.args : count !== f.args)
      this.#fail(
        { pos: at.pos, text: name },
        `wrong number of args for ${name}: want ${f.variadic ? "at least " : ""}${f.args} got ${count}`,
      );
    if (name === "call")
      this.#fail(
        at,
        `error calling call: non-function ${args[0]?.text ?? "."} of type ${goType(args[0] ? this.#operand(args[0], dot) : piped[0])}`,
      );
    const values = [...args.map((a) => this.#operand(a, dot)), ...piped];
    try {
      return f.call(values);
    } catch (e) {
      if (e instanceof TemplateError) this.#fail(at, `error calling ${name}: ${e.message}`);
      throw e;
    }
  }

  #operand(o: Operand, dot: unknown): unknown {
    switch (o.kind) {
      case "dot":
        return dot;
      case "nil":
        return null;
      case "const":
        return o.value;
      case "field":
        return this.#fields(dot, o.names, o);
      case "variable":
        return this.#fields(this.#vars.findLast((v) => v.name === o.name)?.value, o.names, o);
      case "chain":
        return this.#fields(this.#pipe(o.of, dot), o.names, o);
      case "function":
        return this.#call(o.name, { args: [o], pos: o.pos, text: o.text }, [], dot, []);
    }
  }

  #fields(from: unknown, names: readonly string[], at: Operand): unknown {
    let value = from;
    for (const name of names) {
      if (value === undefined) {
        if (!this.#allowMissing) this.#fail(at, `nil data; no entry for key ${goQuote(name)}`);
        return undefined;
      }
      if (value === null) this.#fail(at, `nil pointer evaluating interface {}.${name}`);
      if (!isMap(value)) this.#fail(at, `can't evaluate field ${name} in type interface {}`);
      const found: unknown = Object.hasOwn(value, name) ? value[name] : undefined;
      if (found === undefined && !this.#allowMissing) this.#fail(at, `map has no entry for key ${goQuote(name)}`);
      value = found;
    }
    return value;
  }
}

function printed(value: unknown): string {
  return value === undefined || value === null ? "<no value>" : goSprint(value);
}
