import type { Cursor } from "./cursor.ts";
import { binary, expressions, named, starred } from "./expressions.ts";
import type { Case, Expr, Pattern, Stmt } from "./nodes.ts";
import { SyntaxFault } from "./nodes.ts";
import { block } from "./statements.ts";

/** `match subject:` with its cases, or undefined where `match` is a name like others. */
export function matchStatement(c: Cursor): Stmt | undefined {
  const before = c.at;
  const start = c.next();
  let subject: Expr;
  try {
    subject = expressions(c, starred);
    if (!c.is(":") || c.peek().type !== "newline" || c.peek(2).type !== "indent" || c.peek(3).text !== "case") throw c.fault();
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    c.at = before;
    return undefined;
  }
  c.at += 3;
  const cases: Case[] = [];
  while (c.is("case")) {
    const at = c.next();
    const first = c.now;
    let pattern = as(c);
    if (c.is(",")) {
      const items = [pattern];
      while (c.take(",") && !c.is(":") && !c.is("if")) items.push(as(c));
      pattern = { ...c.from(first), t: "sequence", items };
    } else if (pattern.t === "star") pattern = { ...c.from(first), t: "sequence", items: [pattern] };
    const guard = c.take("if") ? named(c) : undefined;
    cases.push({ pattern, guard, body: block(c, "'case' statement", at) });
    while (c.now.type === "newline") c.next();
  }
  if (c.now.type !== "dedent") throw c.fault();
  c.next();
  return { ...c.from(start), t: "match", subject, cases };
}

function as(c: Cursor): Pattern {
  const start = c.now;
  const items = [closed(c)];
  while (c.take("|")) items.push(closed(c));
  const pattern: Pattern = items.length === 1 ? (items[0] as Pattern) : { ...c.from(start), t: "or", items };
  if (!c.take("as")) return pattern;
  const name = c.name();
  return { ...c.from(start), t: "as", pattern, name };
}
function many(c: Cursor, end: string): Pattern[] {
  const items: Pattern[] = [];
  while (!c.is(end)) {
    items.push(as(c));
    if (!c.take(",") && !c.is(end)) throw c.fault();
  }
  c.next();
  return items;
}
function closed(c: Cursor): Pattern {
  const start = c.now;
  if (c.take("*")) {
    const name = c.name();
    return { ...c.from(start), t: "star", name: name === "_" ? undefined : name };
  }
  if (c.take("[")) {
    const items = many(c, "]");
    return { ...c.from(start), t: "sequence", items };
  }
  if (c.take("(")) {
    const one = c.at;
    const items = many(c, ")");
    if (items.length === 1 && c.tokens[c.at - 2]?.text !== "," && items[0]?.t !== "star" && c.at > one) return items[0] as Pattern;
    return { ...c.from(start), t: "sequence", items };
  }
  if (c.take("{")) return mapping(c);
  if (start.type === "name" && !["None", "True", "False"].includes(start.text)) {
    let of: Expr = { ...start, t: "name", id: c.name() } as Expr;
    if (!c.is(".") && !c.is("(")) return { ...c.from(start), t: "capture", name: start.text === "_" ? undefined : start.text };
    while (c.take(".")) {
      const name = c.name();
      of = { ...c.from(start), t: "attribute", of, name };
    }
    if (!c.take("(")) return { ...c.from(start), t: "value", value: of };
    const items: Pattern[] = [];
    const pairs: [string, Pattern][] = [];
    while (!c.is(")")) {
      if (c.now.type === "name" && c.peek().text === "=") {
        const name = c.name();
        c.next();
        pairs.push([name, as(c)]);
      } else items.push(as(c));
      if (!c.take(",") && !c.is(")")) throw c.fault();
    }
    c.next();
    return { ...c.from(start), t: "class", of, items, named: pairs };
  }
  const value = binary(c, 4);
  return { ...c.from(start), t: "value", value };
}
function mapping(c: Cursor): Pattern {
  const start = c.last;
  const keys: Expr[] = [];
  const items: Pattern[] = [];
  let rest: string | undefined;
  while (!c.is("}")) {
    if (c.take("**")) rest = c.name();
    else {
      keys.push(binary(c, 4));
      c.need(":");
      items.push(as(c));
    }
    if (!c.take(",") && !c.is("}")) throw c.fault();
  }
  c.next();
  return { ...c.from(start), t: "mapping", keys, items, rest };
}
