import { formats } from "./formats.ts";
import { functions } from "./functions.ts";
import { defined } from "./prelude.ts";
import { JqError, type Node, type Pattern } from "./parse.ts";
import { show } from "./print.ts";
import {
  arithmetic,
  at,
  brief,
  compareJson,
  cut,
  getPath,
  isObject,
  type Json,
  type Path,
  setPath,
  slice,
  truthy,
  typeOf,
} from "./values.ts";

/** A value and, where paths are followed, where in the input it is. */
export interface Item {
  readonly value: Json;
  readonly path?: Path | undefined;
}
export interface Scope {
  readonly variables: Readonly<Record<string, Json>>;
  readonly functions: Readonly<Record<string, Closure>>;
  /** Steps left before a filter is given up: none can run for ever. */
  readonly budget: { left: number };
  readonly world: World;
}
/** What a filter may ask for beside its input. */
export interface World {
  /** The next input, undefined at the end. */
  readonly next: () => { readonly value: Json } | undefined;
  readonly say: (text: string) => void;
  readonly line: () => number;
  readonly file: () => string | null;
}
/** `halt` and `halt_error`: the end, whatever is around it. */
export class JqHalt extends Error {
  readonly status: number;
  readonly said: string;
  constructor(status: number, said: string) {
    super("halt");
    this.status = status;
    this.said = said;
  }
}
class JqBreak extends Error {
  readonly label: object;
  constructor(label: object) {
    super("break");
    this.label = label;
  }
}
interface Closure {
  readonly parameters: readonly string[];
  readonly body: Node;
  /** Made late, so that a function can call itself. */
  scope(): Scope;
}

/** All outputs of a filter for one input. Throws JqError. */
export function* run(node: Node, input: Item, scope: Scope): Generator<Item> {
  if (scope.budget.left-- <= 0) throw new JqError("the filter takes too many steps for this simulator");
  switch (node.type) {
    case "identity":
      return yield input;
    case "recurse":
      return yield* recurse(input);
    case "literal":
      return yield { value: node.value };
    case "format":
      return yield { value: apply(node.name, input.value) };
    case "text": {
      let texts = [""];
      for (const part of node.parts) {
        const shown =
          typeof part === "string"
            ? [part]
            : [...run(part, { value: input.value }, scope)].map((i) => apply(node.format ?? "@text", i.value));
        texts = texts.flatMap((t) => shown.map((s) => t + s));
      }
      for (const value of texts) yield { value };
      return;
    }
    case "index":
      for (const of of run(node.of, input, scope))
        for (const { value: key } of run(node.key, { value: input.value }, scope)) yield child(of, key);
      return;
    case "slice":
      for (const of of run(node.of, input, scope)) {
        const [start, end] = [node.from, node.to].map((n) =>
          n ? ([...run(n, { value: input.value }, scope)][0]?.value ?? null) : null,
        ) as [number | null, number | null];
        yield { value: slice(of.value, start, end), path: of.path && [...of.path, { start, end }] };
      }
      return;
    case "iterate":
      for (const of of run(node.of, input, scope)) yield* children(of);
      return;
    case "try":
      try {
        yield* run(node.of, input, scope);
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
        if (node.otherwise) yield* run(node.otherwise, { value: error.value }, scope);
      }
      return;
    case "negate":
      for (const { value } of run(node.of, input, scope)) yield { value: negated(value) };
      return;
    case "array":
      return yield { value: node.of ? [...run(node.of, { value: input.value }, scope)].map((i) => i.value) : [] };
    case "object":
      return yield* objects(node.entries, input, scope);
    case "if":
      for (const { value } of run(node.test, { value: input.value }, scope)) yield* run(truthy(value) ? node.yes : node.no, input, scope);
      return;
    case "bind":
      for (const { value } of run(node.of, { value: input.value }, scope))
        yield* alternatives(node.patterns, value, scope, (inner) => run(node.body, input, inner));
      return;
    case "reduce":
      for (const { value: start } of run(node.start, { value: input.value }, scope)) {
        let value: Json = start;
        for (const item of run(node.of, { value: input.value }, scope)) {
          const before = value;
          const results = alternatives(node.patterns, item.value, scope, (inner) => run(node.update, { value: before }, inner));
          value = [...results].at(-1)?.value ?? null;
        }
        yield { value };
      }
      return;
    case "foreach":
      for (const { value: start } of run(node.start, { value: input.value }, scope)) {
        let value: Json = start;
        for (const item of run(node.of, { value: input.value }, scope)) {
          for (const inner of scopesOf(node.patterns, item.value, scope))
            for (const next of run(node.update, { value }, inner)) {
              value = next.value;
              if (node.extract) yield* run(node.extract, { value }, inner);
              else yield { value };
            }
        }
      }
      return;
    case "label": {
      const label = {};
      try {
        yield* run(node.body, input, { ...scope, variables: { ...scope.variables, [`*label-${node.name}`]: label } });
      } catch (error) {
        if (!(error instanceof JqBreak) || error.label !== label) throw error;
      }
      return;
    }
    case "break":
      throw new JqBreak(scope.variables[`*label-${node.name}`] as object);
    case "location":
      return yield { value: { file: "<top-level>", line: node.line } };
    case "variable":
      return yield { value: scope.variables[node.name] };
    case "define": {
      const inner: Scope = {
        ...scope,
        functions: {
          ...scope.functions,
          [`${node.name}/${node.parameters.length}`]: { parameters: node.parameters, body: node.body, scope: () => inner },
        },
      };
      return yield* run(node.rest, input, inner);
    }
    case "call":
      return yield* call(node, input, scope);
    case "binary":
      return yield* binary(node, input, scope);
  }
}

function negated(value: Json): Json {
  if (typeof value !== "number") throw new JqError(`${brief(value)} cannot be negated`);
  return -value;
}

/** The scopes that a value taken apart by patterns gives: the first that fits, all names of all set. */
function* scopesOf(patterns: readonly Pattern[], value: Json, scope: Scope): Generator<Scope> {
  const unset = patterns.length > 1 ? Object.fromEntries(patterns.flatMap(namesOf).map((name) => [name, null])) : {};
  const base = { ...scope, variables: { ...scope.variables, ...unset } };
  for (const [i, pattern] of patterns.entries()) {
    try {
      return yield* destructured(pattern, value, base);
    } catch (error) {
      if (!(error instanceof JqError) || i === patterns.length - 1) throw error;
    }
  }
}
/** As `scopesOf`, but an error of the body too makes the next pattern's turn (`?//`). */
function* alternatives(patterns: readonly Pattern[], value: Json, scope: Scope, body: (inner: Scope) => Generator<Item>): Generator<Item> {
  for (const [i, pattern] of patterns.entries()) {
    try {
      const unset = patterns.length > 1 ? Object.fromEntries(patterns.flatMap(namesOf).map((name) => [name, null])) : {};
      for (const inner of destructured(pattern, value, { ...scope, variables: { ...scope.variables, ...unset } })) yield* body(inner);
      return;
    } catch (error) {
      if (!(error instanceof JqError) || i === patterns.length - 1) throw error;
    }
  }
}
export function namesOf(pattern: Pattern): string[] {
  if (pattern.type === "name") return [pattern.name];
  if (pattern.type === "array") return pattern.items.flatMap(namesOf);
  return pattern.entries.flatMap((e) => [...(e.name === undefined ? [] : [e.name]), ...(e.value ? namesOf(e.value) : [])]);
}
function* destructured(pattern: Pattern, value: Json, scope: Scope): Generator<Scope> {
  const named = (name: string, to: Json): Scope => ({ ...scope, variables: { ...scope.variables, [name]: to } });
  if (pattern.type === "name") return yield named(pattern.name, value);
  const parts: readonly { readonly key: Node; readonly name?: string; readonly value?: Pattern }[] =
    pattern.type === "array" ? pattern.items.map((item, i) => ({ key: { type: "literal", value: i }, value: item })) : pattern.entries;
  const [first, ...rest] = parts;
  if (!first) return yield scope;
  for (const { value: key } of run(first.key, { value }, scope)) {
    if (pattern.type === "object" && typeof key !== "string" && !Array.isArray(value))
      throw new JqError(`Cannot index ${typeOf(value)} with ${typeOf(key)}`);
    const found = at(value, key);
    const inner = first.name === undefined ? scope : named(first.name, found);
    for (const next of first.value ? destructured(first.value, found, inner) : [inner])
      yield* destructured({ type: "object", entries: rest }, value, next);
  }
}

function child(of: Item, key: Json): Item {
  return { value: at(of.value, key), path: of.path && [...of.path, key as string | number] };
}
function* children(of: Item): Generator<Item> {
  if (!Array.isArray(of.value) && !isObject(of.value)) throw new JqError(`Cannot iterate over ${brief(of.value)}`);
  for (const key of Array.isArray(of.value) ? of.value.keys() : Object.keys(of.value)) yield child(of, key);
}
function* recurse(item: Item): Generator<Item> {
  yield item;
  if (Array.isArray(item.value) || isObject(item.value)) for (const c of children(item)) yield* recurse(c);
}
function apply(name: string, value: Json): string {
  const format = formats[name];
  if (!format) throw new JqError(`${name.slice(1)} is not a valid format`);
  return format(value);
}

function* objects(
  entries: readonly (readonly [Node, Node])[],
  input: Item,
  scope: Scope,
  from = 0,
  made: Readonly<Record<string, Json>> = {},
): Generator<Item> {
  const entry = entries[from];
  if (!entry) return yield { value: made };
  for (const { value: key } of run(entry[0], { value: input.value }, scope)) {
    if (typeof key !== "string") throw new JqError(`Cannot use ${brief(key)} as object key`);
    for (const { value } of run(entry[1], { value: input.value }, scope))
      yield* objects(entries, input, scope, from + 1, { ...made, [key]: value });
  }
}

function* call(node: Extract<Node, { type: "call" }>, input: Item, scope: Scope): Generator<Item> {
  const name = `${node.name}/${node.args.length}`;
  const written = Object.hasOwn(functions, name) ? undefined : defined(name);
  const closure: Closure | undefined = Object.hasOwn(scope.functions, name)
    ? scope.functions[name]
    : written && { ...written, scope: () => ({ ...scope, functions: {} }) };
  if (closure) {
    let scopes: Scope[] = [{ ...closure.scope(), budget: scope.budget }];
    for (const [i, parameter] of closure.parameters.entries()) {
      const arg = node.args[i] as Node;
      const bound: Closure = { parameters: [], body: arg, scope: () => scope };
      if (!parameter.startsWith("$")) scopes = scopes.map((s) => ({ ...s, functions: { ...s.functions, [`${parameter}/0`]: bound } }));
      else
        scopes = scopes.flatMap((s) =>
          [...run(arg, { value: input.value }, scope)].map(({ value }) => ({
            ...s,
            variables: { ...s.variables, [parameter.slice(1)]: value },
          })),
        );
    }
    for (const s of scopes) yield* run(closure.body, input, s);
    return;
  }
  const fn = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!fn) throw new JqError(`${name} is not defined`);
  yield* fn(
    input,
    node.args.map((arg) => (item: Item) => run(arg, item, scope)),
    scope,
  );
}

function* binary(node: Extract<Node, { type: "binary" }>, input: Item, scope: Scope): Generator<Item> {
  const { operator, left, right } = node;
  const plain = { value: input.value };
  if (operator === "|") {
    for (const item of run(left, input, scope)) yield* run(right, item, scope);
  } else if (operator === ",") {
    yield* run(left, input, scope);
    yield* run(right, input, scope);
  } else if (operator === "//") {
    let any = false;
    for (const item of run(left, input, scope)) {
      if (!truthy(item.value)) continue;
      any = true;
      yield item;
    }
    if (!any) yield* run(right, input, scope);
  } else if (operator === "and" || operator === "or") {
    for (const a of run(left, plain, scope)) {
      if (truthy(a.value) === (operator === "or")) yield { value: operator === "or" };
      else for (const b of run(right, plain, scope)) yield { value: truthy(b.value) };
    }
  } else if (/^[^=!<>]?\/?=$|^\|=$/.test(operator)) yield* assign(node, input, scope);
  else {
    for (const b of run(right, plain, scope)) {
      for (const a of run(left, plain, scope)) {
        if (!/[<>=]/.test(operator)) {
          yield { value: arithmetic(operator, a.value, b.value) };
          continue;
        }
        const order = compareJson(a.value, b.value);
        yield {
          value:
            operator === "=="
              ? order === 0
              : operator === "!="
                ? order !== 0
                : operator === "<"
                  ? order < 0
                  : operator === "<="
                    ? order <= 0
                    : operator === ">"
                      ? order > 0
                      : order >= 0,
        };
      }
    }
  }
}

/** Where in the input a filter's outputs are. */
export function pathsOf(outputs: Iterable<Item>): Path[] {
  return Array.from(outputs, ({ path, value }) => {
    if (!path) throw new JqError(`Invalid path expression with result ${cut(show(value), 29)}`);
    return path;
  });
}

function* assign({ operator, left, right }: Extract<Node, { type: "binary" }>, input: Item, scope: Scope): Generator<Item> {
  const paths = pathsOf(run(left, { value: input.value, path: [] }, scope));
  if (operator === "|=") {
    let { value } = input;
    const gone: Path[] = [];
    for (const path of paths) {
      const next = run(right, { value: getPath(value, path) }, scope).next();
      if (next.done) gone.push(path);
      else value = setPath(value, path, next.value.value);
    }
    for (const path of gone.reverse()) value = setPath(value, path, undefined);
    return yield { value };
  }
  for (const { value: by } of run(right, { value: input.value }, scope)) {
    let { value } = input;
    for (const path of paths) {
      const old = getPath(value, path);
      const next = operator === "=" ? by : operator === "//=" ? (truthy(old) ? old : by) : arithmetic(operator.slice(0, -1), old, by);
      value = setPath(value, path, next);
    }
    yield { value };
  }
}
