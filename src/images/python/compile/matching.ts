import type { Expr, Pattern, Stmt } from "../syntax/nodes.ts";
import { SyntaxFault } from "../syntax/nodes.ts";
import * as flow from "../vm/ops-flow.ts";
import { MATCH_CLASS, MATCH_KEYS, MATCH_SEQUENCE } from "../vm/ops-match.ts";
import * as names from "../vm/ops-names.ts";
import * as objects from "../vm/ops-objects.ts";
import { condition, expression } from "./expressions.ts";
import type { Label, Unit } from "./unit.ts";

/** `match`: the subject stays on the stack until a case is taken. */
export function matching(u: Unit, s: Stmt & { readonly t: "match" }, body: (u: Unit, body: readonly Stmt[]) => void): void {
  const end = u.label();
  expression(u, s.subject);
  for (const c of s.cases) {
    const next = u.label();
    u.at(c.pattern, () => {
      u.emit(names.DUP);
      pattern(u, c.pattern, next);
    });
    if (c.guard) condition(u, c.guard, next, false);
    u.emit(names.POP);
    body(u, c.body);
    u.jump(flow.JUMP, end);
    u.mark(next);
  }
  u.emit(names.POP);
  u.mark(end);
}

/** value → nothing, or a jump. */
function pattern(u: Unit, p: Pattern, fail: Label): void {
  switch (p.t) {
    case "capture":
    case "star":
      if (p.name === undefined) u.emit(names.POP);
      else u.variable(p.name, "store");
      return;
    case "value":
      expression(u, p.value);
      if (p.value.t === "const" && (p.value.value === null || typeof p.value.value === "boolean")) u.emit(objects.IS);
      else u.emit(objects.COMPARE, "==");
      return u.jump(flow.JUMP_IF_FALSE, fail);
    case "as":
      u.emit(names.DUP);
      dropping(u, p.pattern, fail, 1);
      return u.variable(p.name, "store");
    case "or": {
      const done = u.label();
      for (const [i, item] of p.items.entries()) {
        if (i === p.items.length - 1) return (pattern(u, item, fail), u.mark(done));
        const other = u.label();
        u.emit(names.DUP);
        pattern(u, item, other);
        u.emit(names.POP);
        u.jump(flow.JUMP, done);
        u.mark(other);
      }
      return;
    }
    case "sequence": {
      const star = p.items.findIndex((i) => i.t === "star");
      u.emit(MATCH_SEQUENCE, [star < 0 ? p.items.length : p.items.length - 1, star]);
      return parts(u, p.items, fail);
    }
    case "mapping":
      if (p.keys.some((k) => k.t !== "const" && k.t !== "attribute"))
        throw new SyntaxFault("mapping pattern keys may only match literals and attribute lookups", p);
      for (const key of p.keys) expression(u, key);
      u.emit(MATCH_KEYS, [p.keys.length, p.rest !== undefined]);
      return parts(u, p.rest === undefined ? p.items : [...p.items, { ...p, t: "capture", name: p.rest }], fail);
    case "class": {
      const of: Expr = p.of;
      expression(u, of);
      u.emit(MATCH_CLASS, { positional: p.items.length, names: p.named.map(([name]) => name) });
      return parts(u, [...p.items, ...p.named.map(([, item]) => item)], fail);
    }
  }
}
/** tuple or None → each part by itself, or a jump. */
function parts(u: Unit, items: readonly Pattern[], fail: Label): void {
  const [some, none] = [u.label(), u.label()];
  u.emit(names.DUP);
  u.emit(names.CONST, null);
  u.emit(objects.IS);
  u.jump(flow.JUMP_IF_FALSE, some);
  u.mark(none);
  u.emit(names.POP);
  u.jump(flow.JUMP, fail);
  u.mark(some);
  for (const [i, item] of items.entries()) {
    u.emit(names.DUP);
    u.emit(names.CONST, i);
    u.emit(objects.ITEM);
    dropping(u, item, fail, 1);
  }
  u.emit(names.POP);
}
/** A pattern of the value on top; where it fails, what is below goes too. */
function dropping(u: Unit, p: Pattern, fail: Label, below: number): void {
  const [bad, good] = [u.label(), u.label()];
  pattern(u, p, bad);
  u.jump(flow.JUMP, good);
  u.mark(bad);
  for (let i = 0; i < below; i++) u.emit(names.POP);
  u.jump(flow.JUMP, fail);
  u.mark(good);
}
