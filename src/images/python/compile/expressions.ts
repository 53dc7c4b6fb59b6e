import type { Arguments, Comprehension, Expr, Formatted, Keyword } from "../syntax/nodes.ts";
import { SyntaxFault } from "../syntax/nodes.ts";
import * as flow from "../vm/ops-flow.ts";
import * as names from "../vm/ops-names.ts";
import * as objects from "../vm/ops-objects.ts";
import type { Code } from "./code.ts";
import type { Scope } from "./scopes.ts";
import { type Label, Unit } from "./unit.ts";

/** Leaves the expression's value on the stack. */
export function expression(u: Unit, e: Expr): void {
  u.at(e, () => compile(u, e));
}
function compile(u: Unit, e: Expr): void {
  switch (e.t) {
    case "const":
      return u.emit(names.CONST, e.value);
    case "name":
      return u.variable(e.id, "load");
    case "fstring":
      return formatted(u, e.parts);
    case "binary":
      expression(u, e.left);
      expression(u, e.right);
      return e.op === "+" ? u.emit(objects.ADD) : u.emit(objects.BINARY, e.op);
    case "unary":
      expression(u, e.operand);
      return e.op === "not" ? u.emit(flow.NOT) : u.emit(objects.UNARY, e.op);
    case "bool": {
      const end = u.label();
      for (const [i, value] of e.values.entries()) {
        expression(u, value);
        if (i === e.values.length - 1) break;
        u.emit(names.DUP);
        u.jump(e.op === "and" ? flow.JUMP_IF_FALSE : flow.JUMP_IF_TRUE, end);
        u.emit(names.POP);
      }
      return u.mark(end);
    }
    case "compare":
      return comparison(u, e);
    case "call":
      return call(u, e);
    case "attribute":
      expression(u, e.of);
      return u.emit(objects.ATTRIBUTE, u.mangled(e.name));
    case "subscript":
      expression(u, e.of);
      expression(u, e.index);
      return u.emit(objects.ITEM);
    case "slice":
      for (const part of [e.lower, e.upper, e.step]) {
        if (part) expression(u, part);
        else u.emit(names.CONST, null);
      }
      return u.emit(objects.SLICE);
    case "list":
    case "tuple":
      if (e.items.some((i) => i.t === "starred")) {
        spread(u, e.items);
        if (e.t === "tuple") u.emit(objects.LIST_TO_TUPLE);
        return;
      }
      for (const item of e.items) expression(u, item);
      return u.emit(e.t === "list" ? objects.BUILD_LIST : objects.BUILD_TUPLE, e.items.length);
    case "set":
      spread(u, e.items);
      return u.emit(objects.BUILD_SET);
    case "dict":
      return dictionary(u, e.keys, e.values);
    case "comprehension":
      return comprehension(u, e);
    case "lambda": {
      const inner = new Unit(scopeOf(u, e), u.scopes, u.source, "<lambda>", u);
      inner.place = e.body;
      const shape = parameters(inner, e.args);
      expression(inner, e.body);
      inner.emit(flow.RETURN);
      return makeFunction(u, inner.finish({ kind: "function", firstLine: e.line, ...shape }), e.args, undefined);
    }
    case "if": {
      const [other, end] = [u.label(), u.label()];
      condition(u, e.test, other, false);
      expression(u, e.then);
      u.jump(flow.JUMP, end);
      u.mark(other);
      expression(u, e.other);
      return u.mark(end);
    }
    case "yield":
      if (u.scope.isComprehension)
        throw new SyntaxFault(
          `'yield' inside ${u.name.slice(1, -1).replace("comp", " comprehension").replace("genexpr", "generator expression")}`,
          e,
        );
      if (e.value) expression(u, e.value);
      else u.emit(names.CONST, null);
      return u.emit(flow.YIELD);
    case "yield from":
      expression(u, e.value);
      u.emit(flow.GET_ITER);
      return delegate(u);
    case "await":
      if (!u.isAsync) throw new SyntaxFault(u.scope.kind === "function" ? "'await' outside async function" : "'await' outside function", e);
      expression(u, e.value);
      return awaitTop(u);
    case "starred":
      throw new SyntaxFault("can't use starred expression here", e);
    case "walrus":
      expression(u, e.value);
      u.emit(names.DUP);
      return u.variable(e.target.id, "store");
  }
}
const scopeOf = (u: Unit, node: object): Scope => u.scopes.get(node) as Scope;

/** iterator → what it returns in the end; everything that it yields is yielded. */
function delegate(u: Unit): void {
  u.emit(names.CONST, null);
  const [again, end] = [u.label(), u.label()];
  u.mark(again);
  u.jump(flow.SEND, end);
  u.emit(flow.YIELD);
  u.jump(flow.JUMP, again);
  u.mark(end);
}
/** awaitable → its result */
export function awaitTop(u: Unit): void {
  u.emit(flow.GET_AWAITABLE);
  delegate(u);
}

/** Jumps if the expression is as `on` says. */
export function condition(u: Unit, e: Expr, to: Label, on: boolean): void {
  if (e.t === "unary" && e.op === "not") return u.at(e, () => condition(u, e.operand, to, !on));
  if (e.t === "bool") {
    const short = (e.op === "or") === on;
    const end = u.label();
    for (const [i, value] of e.values.entries()) {
      if (i === e.values.length - 1 || short) condition(u, value, to, on);
      else condition(u, value, end, !on);
    }
    return u.mark(end);
  }
  expression(u, e);
  u.at(e, () => u.jump(on ? flow.JUMP_IF_TRUE : flow.JUMP_IF_FALSE, to));
}

function comparison(u: Unit, e: Expr & { readonly t: "compare" }): void {
  expression(u, e.first);
  const end = u.label();
  for (const [i, op] of e.ops.entries()) {
    const last = i === e.ops.length - 1;
    expression(u, e.rest[i] as Expr);
    if (!last) {
      u.emit(names.DUP);
      u.emit(names.ROT3);
    }
    if (op === "is" || op === "is not") {
      u.emit(objects.IS);
      if (op === "is not") u.emit(flow.NOT);
    } else if (op === "in" || op === "not in") u.emit(objects.CONTAINS, op === "not in");
    else u.emit(objects.COMPARE, op);
    if (last) break;
    u.emit(names.DUP);
    u.jump(flow.JUMP_IF_FALSE, end);
    u.emit(names.POP);
  }
  if (e.ops.length > 1) {
    const done = u.label();
    u.jump(flow.JUMP, done);
    u.mark(end);
    u.emit(names.SWAP);
    u.emit(names.POP);
    u.mark(done);
  }
}

/** A list of items some of which are starred. */
function spread(u: Unit, items: readonly Expr[]): void {
  let n = 0;
  while (n < items.length && items[n]?.t !== "starred") expression(u, items[n++] as Expr);
  u.emit(objects.BUILD_LIST, n);
  for (const item of items.slice(n)) {
    if (item.t === "starred") {
      expression(u, item.value);
      u.at(item.value, () => u.emit(objects.LIST_EXTEND));
    } else {
      expression(u, item);
      u.emit(objects.LIST_APPEND, 1);
    }
  }
}
function dictionary(u: Unit, keys: readonly (Expr | undefined)[], values: readonly Expr[]): void {
  let n = 0;
  for (; n < keys.length && keys[n]; n++) {
    expression(u, keys[n] as Expr);
    expression(u, values[n] as Expr);
  }
  u.emit(objects.BUILD_DICT, n);
  for (let i = n; i < keys.length; i++) {
    const key = keys[i];
    if (key) {
      expression(u, key);
      expression(u, values[i] as Expr);
      u.emit(objects.MAP_ADD, 1);
      u.emit(names.POP);
    } else {
      expression(u, values[i] as Expr);
      u.emit(objects.DICT_UPDATE, false);
    }
  }
}

function call(u: Unit, e: Expr & { readonly t: "call" }): void {
  const { fn, args, keywords } = e;
  if (fn.t === "name" && fn.id === "super" && args.length === 0 && u.scope.kind === "function") {
    // super() within a method: its class, and the method's first parameter.
    const cell = u.cell("__class__");
    if (cell >= 0) {
      u.variable("super", "load");
      u.emit(names.LOAD_CELL, cell);
      const first = u.locals[0] ?? "";
      u.variable(first, "load");
      return u.emit(objects.CALL, 2);
    }
  }
  expression(u, fn);
  callWith(u, args, keywords);
}
/** function → what it returns */
function callWith(u: Unit, args: readonly Expr[], keywords: readonly Keyword[]): void {
  if (!args.some((a) => a.t === "starred") && !keywords.some((k) => k.name === undefined)) {
    for (const arg of args) expression(u, arg);
    for (const { value } of keywords) expression(u, value);
    if (keywords.length === 0) return u.emit(objects.CALL, args.length);
    return u.emit(objects.CALL_NAMED, { n: args.length, names: keywords.map((k) => k.name as string) });
  }
  spread(u, args);
  keywordDict(u, keywords);
  u.emit(objects.CALL_SPREAD);
}
export function keywordDict(u: Unit, keywords: readonly Keyword[]): void {
  u.emit(objects.BUILD_DICT, 0);
  for (const { name, value } of keywords) {
    if (name === undefined) {
      expression(u, value);
      u.emit(objects.DICT_UPDATE, true);
    } else {
      u.emit(names.CONST, name);
      expression(u, value);
      u.emit(objects.MAP_ADD, 1);
      u.emit(names.POP);
    }
  }
}
export { spread as listOfItems };

function formatted(u: Unit, parts: readonly (string | Formatted)[]): void {
  for (const part of parts) {
    if (typeof part === "string") u.emit(names.CONST, part);
    else {
      expression(u, part.value);
      formatted(u, part.spec);
      u.at(part.value, () => u.emit(objects.FORMAT, part.conversion));
    }
  }
  u.emit(objects.JOIN, parts.length);
}

const KINDS = { list: "<listcomp>", set: "<setcomp>", dict: "<dictcomp>", generator: "<genexpr>" } as const;

function comprehension(u: Unit, e: Expr & { readonly t: "comprehension" }): void {
  const scope = scopeOf(u, e);
  if (e.of === "generator") scope.yields = true;
  const inner = new Unit(scope, u.scopes, u.source, KINDS[e.of], u);
  inner.place = e;
  inner.local(".0");
  inner.isAsync = false;
  if (e.of === "list") inner.emit(objects.BUILD_LIST, 0);
  else if (e.of === "set") {
    inner.emit(objects.BUILD_LIST, 0);
    inner.emit(objects.BUILD_SET);
  } else if (e.of === "dict") inner.emit(objects.BUILD_DICT, 0);
  clauses(inner, e, e.clauses, 0);
  if (e.of === "generator") inner.emit(names.CONST, null);
  inner.emit(flow.RETURN);
  const code = inner.finish({ kind: "expression", firstLine: e.line, positional: 1 });
  for (const name of code.free) u.emit(names.CELL, u.cell(name));
  u.emit(objects.FUNCTION, { code, defaults: 0, keywordDefaults: [], annotated: false });
  const [first] = e.clauses as readonly [Comprehension];
  expression(u, first.iterable);
  u.at(first.iterable, () => u.emit(flow.GET_ITER));
  u.emit(objects.CALL, 1);
}
function clauses(u: Unit, e: Expr & { readonly t: "comprehension" }, all: readonly Comprehension[], depth: number): void {
  const clause = all[depth];
  if (!clause) {
    expression(u, e.item);
    if (e.of === "generator") {
      u.emit(flow.YIELD);
      return u.emit(names.POP);
    }
    if (e.of === "list") return u.emit(objects.LIST_APPEND, depth + 1);
    if (e.value) expression(u, e.value);
    if (e.of === "dict") u.emit(objects.MAP_ADD, depth + 1);
    else u.emit(objects.SET_ADD, depth + 1);
    return u.emit(names.POP);
  }
  if (depth === 0) u.emit(names.LOAD_FAST, 0);
  else {
    expression(u, clause.iterable);
    u.at(clause.iterable, () => u.emit(flow.GET_ITER));
  }
  const [next, end] = [u.label(), u.label()];
  u.mark(next);
  u.at(clause.iterable, () => u.jump(flow.FOR_ITER, end));
  store(u, clause.target);
  for (const test of clause.conditions) condition(u, test, next, false);
  clauses(u, e, all, depth + 1);
  u.jump(flow.JUMP, next);
  u.mark(end);
}

/** Gives what is on the stack to a target. */
export function store(u: Unit, target: Expr): void {
  u.at(target, () => {
    switch (target.t) {
      case "name":
        return u.variable(target.id, "store");
      case "attribute":
        expression(u, target.of);
        u.emit(objects.SET_ATTRIBUTE, u.mangled(target.name));
        return u.emit(names.POP);
      case "subscript":
        expression(u, target.of);
        expression(u, target.index);
        u.emit(objects.SET_ITEM);
        return u.emit(names.POP);
      case "tuple":
      case "list": {
        const star = target.items.findIndex((i) => i.t === "starred");
        if (star < 0) u.emit(objects.UNPACK, target.items.length);
        else u.emit(objects.UNPACK_STARRED, (star << 16) + target.items.length - star - 1);
        for (const item of target.items) store(u, item.t === "starred" ? item.value : item);
        return;
      }
      default:
        throw new SyntaxFault("starred assignment target must be in a list or tuple", target);
    }
  });
}

/** The parameters, as the first locals. */
export function parameters(u: Unit, args: Arguments): Partial<Code> {
  for (const p of [...args.positional, ...args.keywordOnly, args.rest, args.keywords]) if (p) u.local(p.name);
  return {
    positionalOnly: args.positionalOnly,
    positional: args.positional.length,
    keywordOnly: args.keywordOnly.length,
    rest: args.rest !== undefined,
    keywords: args.keywords !== undefined,
  };
}
/** Leaves a function on the stack. */
export function makeFunction(u: Unit, code: Code, args: Arguments, returns: Expr | undefined): void {
  const given = args.positional.filter((p) => p.fallback);
  for (const p of given) expression(u, p.fallback as Expr);
  const named = args.keywordOnly.filter((p) => p.fallback);
  for (const p of named) expression(u, p.fallback as Expr);
  const annotated = [...args.positional, ...args.keywordOnly, args.rest, args.keywords].filter((p) => p?.annotation);
  const annotations = annotated.length > 0 || returns !== undefined;
  if (annotations) {
    for (const p of annotated) {
      u.emit(names.CONST, p?.name);
      expression(u, p?.annotation as Expr);
    }
    if (returns) {
      u.emit(names.CONST, "return");
      expression(u, returns);
    }
    u.emit(objects.BUILD_DICT, annotated.length + (returns ? 1 : 0));
  }
  for (const name of code.free) u.emit(names.CELL, u.cell(name));
  u.emit(objects.FUNCTION, { code, defaults: given.length, keywordDefaults: named.map((p) => p.name), annotated: annotations });
}
