import type { Expr, Handler, Pos, Stmt } from "../syntax/nodes.ts";
import { SyntaxFault } from "../syntax/nodes.ts";
import * as flow from "../vm/ops-flow.ts";
import { IMPORT, IMPORT_FROM, IMPORT_STAR } from "../vm/ops-import.ts";
import * as names from "../vm/ops-names.ts";
import * as objects from "../vm/ops-objects.ts";
import { awaitTop, condition, expression, keywordDict, listOfItems, makeFunction, parameters, store } from "./expressions.ts";
import { matching } from "./matching.ts";
import type { Instruction } from "./code.ts";
import type { Scope } from "./scopes.ts";
import { type Around, Unit } from "./unit.ts";

export function statements(u: Unit, body: readonly Stmt[]): void {
  for (const s of body) u.at(s, () => statement(u, s));
}
const none = (u: Unit): void => u.emit(names.CONST, null);
const pop = (u: Unit): void => u.emit(names.POP);

function statement(u: Unit, s: Stmt): void {
  switch (s.t) {
    case "expr":
      if (s.value.t === "const") return;
      expression(u, s.value);
      return pop(u);
    case "assign":
      expression(u, s.value);
      for (const [i, target] of s.targets.entries()) {
        if (i < s.targets.length - 1) u.emit(names.DUP);
        store(u, target);
      }
      return;
    case "augment":
      return augment(u, s);
    case "annotate":
      if (s.value) {
        expression(u, s.value);
        store(u, s.target);
      }
      if (u.scope.kind === "class" && s.target.t === "name") {
        u.emit(names.ANNOTATIONS);
        u.emit(names.CONST, s.target.id);
        expression(u, s.annotation);
        u.emit(objects.MAP_ADD, 1);
        pop(u);
        pop(u);
      } else if (u.scope.kind === "module") {
        expression(u, s.annotation);
        pop(u);
      }
      return;
    case "pass":
      return;
    case "break":
    case "continue":
      return leaveLoop(u, s.t, s);
    case "return":
      if (u.scope.kind !== "function") throw new SyntaxFault("'return' outside function", s);
      if (s.value) expression(u, s.value);
      else none(u);
      leave(u, 0, true);
      return u.emit(flow.RETURN);
    case "raise":
      if (s.value) expression(u, s.value);
      if (s.cause) expression(u, s.cause);
      return u.emit(flow.RAISE, s.value ? (s.cause ? 2 : 1) : 0);
    case "assert": {
      if (u.source.optimized) return;
      const end = u.label();
      condition(u, s.test, end, true);
      u.emit(names.LOAD_GLOBAL, "AssertionError");
      if (s.message) {
        expression(u, s.message);
        u.emit(objects.CALL, 1);
      }
      u.emit(flow.RAISE, 1);
      return u.mark(end);
    }
    case "global":
    case "nonlocal":
      if (s.t === "nonlocal")
        for (const name of s.names) if (u.cell(name) < 0) throw new SyntaxFault(`no binding for nonlocal '${name}' found`, s);
      return;
    case "delete":
      for (const target of s.targets) remove(u, target);
      return;
    case "import":
      for (const [module, as] of s.names) {
        u.emit(IMPORT, { name: module, level: 0, whole: as !== undefined });
        u.variable(as ?? (module.split(".")[0] as string), "store");
      }
      return;
    case "from":
      u.emit(IMPORT, { name: s.module, level: s.level, whole: true });
      if (!s.names) return u.emit(IMPORT_STAR);
      for (const [name, as] of s.names) {
        u.emit(IMPORT_FROM, name);
        u.variable(as, "store");
      }
      return pop(u);
    case "if block": {
      const [other, end] = [u.label(), u.label()];
      condition(u, s.test, other, false);
      statements(u, s.body);
      if (s.other.length > 0) u.jump(flow.JUMP, end);
      u.mark(other);
      statements(u, s.other);
      return u.mark(end);
    }
    case "while": {
      const [next, done, end] = [u.label(), u.label(), u.label()];
      u.mark(next);
      if (!(s.test.t === "const" && s.test.value === true)) condition(u, s.test, done, false);
      within(u, { kind: "loop", next, end, isFor: false }, () => statements(u, s.body));
      u.jump(flow.JUMP, next);
      u.mark(done);
      statements(u, s.other);
      return u.mark(end);
    }
    case "for":
      return loop(u, s);
    case "try":
      return tried(u, s);
    case "with":
      return context(u, s, 0);
    case "function": {
      for (const d of s.decorators) expression(u, d);
      const inner = new Unit(u.scopes.get(s) as Scope, u.scopes, u.source, s.name, u);
      inner.isAsync = s.isAsync;
      inner.place = s;
      const shape = parameters(inner, s.args);
      statements(inner, s.body);
      none(inner);
      inner.emit(flow.RETURN);
      makeFunction(u, inner.finish({ kind: "function", firstLine: s.line, doc: docOf(s.body), ...shape }), s.args, s.returns);
      for (const d of s.decorators.toReversed()) u.at(d, () => u.emit(objects.CALL, 1));
      return u.variable(s.name, "store");
    }
    case "class": {
      for (const d of s.decorators) expression(u, d);
      const inner = new Unit(u.scopes.get(s) as Scope, u.scopes, u.source, s.name, u);
      inner.place = s;
      statements(inner, s.body);
      none(inner);
      inner.emit(flow.RETURN);
      const code = inner.finish({ kind: "class", firstLine: s.line, doc: docOf(s.body) });
      listOfItems(u, s.bases);
      keywordDict(u, s.keywords);
      for (const name of code.free) u.emit(names.CELL, u.cell(name));
      u.emit(objects.CLASS, code);
      for (const d of s.decorators.toReversed()) u.at(d, () => u.emit(objects.CALL, 1));
      return u.variable(s.name, "store");
    }
    case "match":
      return matching(u, s, statements);
  }
}
export function docOf(body: readonly Stmt[]): string | null {
  const [first] = body;
  return first?.t === "expr" && first.value.t === "const" && typeof first.value.value === "string" ? first.value.value : null;
}

function augment(u: Unit, s: Stmt & { readonly t: "augment" }): void {
  const { target } = s;
  if (target.t === "name") {
    u.at(target, () => u.variable(target.id, "load"));
    expression(u, s.value);
    u.emit(objects.INPLACE, s.op);
    return u.variable(target.id, "store");
  }
  if (target.t === "attribute") {
    expression(u, target.of);
    u.emit(names.DUP);
    u.at(target, () => u.emit(objects.ATTRIBUTE, u.mangled(target.name)));
    expression(u, s.value);
    u.emit(objects.INPLACE, s.op);
    u.emit(names.SWAP);
    u.at(target, () => u.emit(objects.SET_ATTRIBUTE, u.mangled(target.name)));
    return pop(u);
  }
  if (target.t !== "subscript") return;
  expression(u, target.of);
  expression(u, target.index);
  u.emit(names.DUP2);
  u.at(target, () => u.emit(objects.ITEM));
  expression(u, s.value);
  u.emit(objects.INPLACE, s.op);
  u.emit(names.ROT3);
  u.at(target, () => u.emit(objects.SET_ITEM));
  pop(u);
}
function remove(u: Unit, target: Expr): void {
  u.at(target, () => {
    if (target.t === "name") return u.variable(target.id, "delete");
    if (target.t === "attribute") {
      expression(u, target.of);
      u.emit(objects.DELETE_ATTRIBUTE, u.mangled(target.name));
      return pop(u);
    }
    if (target.t === "subscript") {
      expression(u, target.of);
      expression(u, target.index);
      u.emit(objects.DELETE_ITEM);
      return pop(u);
    }
    if (target.t === "tuple" || target.t === "list") for (const item of target.items) remove(u, item);
  });
}
function loop(u: Unit, s: Stmt & { readonly t: "for" }): void {
  if (s.isAsync) throw new SyntaxFault("async for is not simulated in Timonel", s);
  const [next, done, end] = [u.label(), u.label(), u.label()];
  expression(u, s.iterable);
  u.emit(flow.GET_ITER);
  u.mark(next);
  u.jump(flow.FOR_ITER, done);
  store(u, s.target);
  within(u, { kind: "loop", next, end, isFor: true }, () => statements(u, s.body));
  u.jump(flow.JUMP, next);
  u.mark(done);
  statements(u, s.other);
  u.mark(end);
}

function within(u: Unit, around: Around, fn: () => void): void {
  u.around.push(around);
  fn();
  u.around.pop();
}
/** Undoes what is around, from the inside out, down to a depth. `keeps`: a value on top of the stack stays there. */
function leave(u: Unit, down: number, keeps: boolean): void {
  const all = u.around.splice(down);
  const rest = [...all];
  while (rest.length > 0) {
    const around = rest.pop() as Around;
    const under = (op: Instruction): void => {
      if (keeps) u.emit(names.SWAP);
      u.emit(op);
    };
    switch (around.kind) {
      case "loop":
        if (around.isFor) under(names.POP);
        break;
      case "failing":
        u.emit(flow.POP_BLOCK);
        under(names.POP);
        under(flow.POP_EXCEPT);
        break;
      case "try":
        u.emit(flow.POP_BLOCK);
        break;
      case "finally":
        u.emit(flow.POP_BLOCK);
        // What it runs is not within itself.
        u.around.push(...rest);
        around.body();
        u.around.splice(down);
        break;
      case "with":
        u.emit(flow.POP_BLOCK);
        u.at(around.at, () => {
          under(flow.LEAVE);
          if (around.isAsync) awaitTop(u);
        });
        pop(u);
        break;
      case "handler":
        u.emit(flow.POP_BLOCK);
        under(flow.POP_EXCEPT);
        forget(u, around.name);
    }
  }
  u.around.push(...all);
}
function leaveLoop(u: Unit, how: "break" | "continue", at: Pos): void {
  const i = u.around.findLastIndex((a) => a.kind === "loop");
  const around = u.around[i];
  if (around?.kind !== "loop") throw new SyntaxFault(how === "break" ? "'break' outside loop" : "'continue' not properly in loop", at);
  leave(u, i + 1, false);
  if (how === "continue") return u.jump(flow.JUMP, around.next);
  if (around.isFor) pop(u);
  u.jump(flow.JUMP, around.end);
}
/** `except E as name`: the name is gone afterwards. */
function forget(u: Unit, name: string | undefined): void {
  if (name === undefined) return;
  none(u);
  u.variable(name, "store");
  u.variable(name, "delete");
}

function tried(u: Unit, s: Stmt & { readonly t: "try" }): void {
  if (s.last.length === 0) return excepted(u, s);
  const [handler, end] = [u.label(), u.label()];
  u.jump(flow.SETUP, handler);
  within(u, { kind: "finally", body: () => statements(u, s.last) }, () => (s.handlers.length > 0 ? excepted(u, s) : statements(u, s.body)));
  u.emit(flow.POP_BLOCK);
  statements(u, s.last);
  u.jump(flow.JUMP, end);
  u.mark(handler);
  const again = u.label();
  u.jump(flow.SETUP, again);
  within(u, { kind: "failing" }, () => statements(u, s.last));
  u.emit(flow.POP_BLOCK);
  u.emit(flow.RERAISE);
  u.mark(again);
  u.emit(flow.RERAISE_OVER, 1);
  u.mark(end);
}
function excepted(u: Unit, s: Stmt & { readonly t: "try" }): void {
  const [handler, end] = [u.label(), u.label()];
  u.jump(flow.SETUP, handler);
  within(u, { kind: "try" }, () => statements(u, s.body));
  u.emit(flow.POP_BLOCK);
  statements(u, s.other);
  u.jump(flow.JUMP, end);
  u.mark(handler);
  for (const h of s.handlers) handle(u, h, end);
  u.emit(flow.RERAISE);
  u.mark(end);
}
function handle(u: Unit, h: Handler, end: ReturnType<Unit["label"]>): void {
  const next = u.label();
  if (h.type) {
    const { type } = h;
    expression(u, type);
    u.at(type, () => u.emit(flow.MATCHES));
    u.jump(flow.JUMP_IF_FALSE, next);
  }
  if (h.name === undefined) pop(u);
  else u.variable(h.name, "store");
  const failed = u.label();
  u.jump(flow.SETUP, failed);
  within(u, { kind: "handler", name: h.name }, () => statements(u, h.body));
  u.emit(flow.POP_BLOCK);
  u.emit(flow.POP_EXCEPT);
  forget(u, h.name);
  u.jump(flow.JUMP, end);
  u.mark(failed);
  forget(u, h.name);
  u.emit(flow.RERAISE_OVER, 0);
  u.mark(next);
}

function context(u: Unit, s: Stmt & { readonly t: "with" }, i: number): void {
  const item = s.items[i];
  if (!item) return statements(u, s.body);
  const { context: of, target } = item;
  if (s.isAsync && !u.isAsync) throw new SyntaxFault("'async with' outside async function", s);
  const [failed, end, swallowed] = [u.label(), u.label(), u.label()];
  expression(u, of);
  u.emit(flow.ENTER, s.isAsync);
  if (s.isAsync) awaitTop(u);
  // The block begins with the exit alone on the stack.
  if (target) {
    u.jump(flow.SETUP_BELOW, failed);
    store(u, target);
  } else {
    pop(u);
    u.jump(flow.SETUP, failed);
  }
  within(u, { kind: "with", isAsync: s.isAsync, at: of }, () => context(u, s, i + 1));
  u.emit(flow.POP_BLOCK);
  u.at(of, () => {
    u.emit(flow.LEAVE);
    if (s.isAsync) awaitTop(u);
  });
  pop(u);
  u.jump(flow.JUMP, end);
  u.mark(failed);
  const worse = u.label();
  u.at(of, () => {
    u.jump(flow.SETUP, worse);
    u.emit(flow.LEAVE_FAILED);
    if (s.isAsync) awaitTop(u);
    u.emit(flow.POP_BLOCK);
    u.jump(flow.JUMP_IF_TRUE, swallowed);
  });
  u.emit(flow.RERAISE);
  u.mark(worse);
  u.emit(flow.RERAISE_OVER, 1);
  u.mark(swallowed);
  pop(u);
  u.emit(flow.POP_EXCEPT);
  pop(u);
  u.mark(end);
}
