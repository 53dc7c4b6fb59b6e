import type { Arguments, Comprehension, Expr, Keyword, Parameter, Pos } from "./nodes.ts";
import { SyntaxFault } from "./nodes.ts";
import type { Cursor } from "./cursor.ts";
import { KEYWORDS } from "./cursor.ts";
import { describe } from "./describe.ts";
import { strings } from "./strings.ts";

const BINARY: readonly (readonly string[])[] = [["|"], ["^"], ["&"], ["<<", ">>"], ["+", "-"], ["*", "/", "//", "%", "@"]];
const COMPARES = new Set(["<", ">", "==", "!=", "<=", ">=", "in", "is", "not"]);

/** Whether an expression can begin with what comes next. */
export function begins(c: Cursor): boolean {
  const { type, text } = c.now;
  if (type === "number" || type === "string") return true;
  if (type === "name") return !KEYWORDS.has(text) || ["None", "True", "False", "not", "lambda", "await", "yield"].includes(text);
  return type === "op" && ["(", "[", "{", "-", "+", "~", "...", "*"].includes(text);
}

/** `a, *b, c`: a tuple if there is a comma. */
export function expressions(c: Cursor, one: (c: Cursor) => Expr = starred): Expr {
  const start = c.now;
  const first = one(c);
  if (!c.is(",")) return first;
  const items = [first];
  while (c.take(",") && begins(c)) items.push(one(c));
  return { ...c.from(start), t: "tuple", items };
}
export function starred(c: Cursor): Expr {
  const start = c.now;
  if (!c.take("*")) return named(c);
  const value = binary(c, 0);
  return { ...c.from(start), t: "starred", value };
}
export function named(c: Cursor): Expr {
  const start = c.now;
  const value = test(c);
  if (!c.is(":=")) return value;
  if (value.t !== "name") throw c.fault(`cannot use assignment expressions with ${describe(value)}`, value);
  c.next();
  const given = test(c);
  return { ...c.from(start), t: "walrus", target: value, value: given };
}

export function test(c: Cursor): Expr {
  return c.nested(() => {
    const start = c.now;
    if (c.is("lambda")) return lambda(c);
    if (c.is("yield")) return yielded(c);
    const value = or(c);
    if (!c.is("if")) return value;
    const at = c.at;
    c.next();
    const condition = or(c);
    if (!c.is("else")) {
      if (c.is(":")) return ((c.at = at), value);
      throw c.fault("expected 'else' after 'if' expression", c.from(start));
    }
    c.next();
    const other = test(c);
    return { ...c.from(start), t: "if", test: condition, then: value, other };
  });
}
function yielded(c: Cursor): Expr {
  const start = c.next();
  if (c.take("from")) {
    const value = test(c);
    return { ...c.from(start), t: "yield from", value };
  }
  const value = begins(c) ? expressions(c) : undefined;
  return { ...c.from(start), t: "yield", value };
}
function lambda(c: Cursor): Expr {
  const start = c.next();
  const args = parameters(c, ":", false);
  c.need(":", "expected ':'");
  const body = test(c);
  return { ...c.from(start), t: "lambda", args, body };
}
function or(c: Cursor): Expr {
  return logical(c, "or", (d) => logical(d, "and", not));
}
function logical(c: Cursor, op: "and" | "or", one: (c: Cursor) => Expr): Expr {
  const start = c.now;
  const first = one(c);
  if (!c.is(op)) return first;
  const values = [first];
  while (c.take(op)) values.push(one(c));
  return { ...c.from(start), t: "bool", op, values };
}
function not(c: Cursor): Expr {
  const start = c.now;
  if (!c.take("not")) return comparison(c);
  const operand = c.nested(() => not(c));
  return { ...c.from(start), t: "unary", op: "not", operand };
}
function comparison(c: Cursor): Expr {
  const start = c.now;
  const first = binary(c, 0);
  const ops: string[] = [];
  const rest: Expr[] = [];
  while (COMPARES.has(c.now.text) && c.now.type !== "string") {
    let op = c.now.text;
    if (op === "not") {
      if (c.peek().text !== "in") break;
      c.next();
      op = "not in";
    }
    c.next();
    if (op === "is" && c.take("not")) op = "is not";
    ops.push(op);
    rest.push(binary(c, 0));
  }
  return ops.length === 0 ? first : { ...c.from(start), t: "compare", first, ops, rest };
}
export function binary(c: Cursor, level: number): Expr {
  const ops = BINARY[level];
  if (!ops) return factor(c);
  const start = c.now;
  let left = binary(c, level + 1);
  while (c.now.type === "op" && ops.includes(c.now.text)) {
    const op = c.next().text;
    const right = binary(c, level + 1);
    left = { ...c.from(start), t: "binary", op, left, right };
  }
  return left;
}
function factor(c: Cursor): Expr {
  const start = c.now;
  for (const op of ["-", "+", "~"] as const)
    if (c.take(op)) {
      const operand = c.nested(() => factor(c));
      return { ...c.from(start), t: "unary", op, operand };
    }
  const base = c.take("await") ? awaited(c, start) : primary(c);
  if (!c.take("**")) return base;
  const right = factor(c);
  return { ...c.from(start), t: "binary", op: "**", left: base, right };
}
function awaited(c: Cursor, start: Pos): Expr {
  const value = primary(c);
  return { ...c.from(start), t: "await", value };
}

function primary(c: Cursor): Expr {
  const start = c.now;
  let value = atom(c);
  for (;;) {
    if (c.take(".")) {
      const name = c.name();
      value = { ...c.from(start), t: "attribute", of: value, name };
    } else if (c.is("(")) {
      c.next();
      const { args, keywords } = callArguments(c);
      value = { ...c.from(start), t: "call", fn: value, args, keywords };
    } else if (c.take("[")) {
      const index = expressions(c, slice);
      c.need("]", "invalid syntax. Perhaps you forgot a comma?");
      value = { ...c.from(start), t: "subscript", of: value, index };
    } else return value;
  }
}
function slice(c: Cursor): Expr {
  const start = c.now;
  const lower = c.is(":") ? undefined : starred(c);
  if (!c.is(":")) return lower as Expr;
  c.next();
  const upper = c.is(":") || c.is("]") || c.is(",") ? undefined : test(c);
  const step = c.take(":") && !c.is("]") && !c.is(",") ? test(c) : undefined;
  return { ...c.from(start), t: "slice", lower, upper, step };
}

/** What stands between the parentheses of a call or class, which are read with it. */
export function callArguments(c: Cursor): { readonly args: readonly Expr[]; readonly keywords: readonly Keyword[] } {
  const args: Expr[] = [];
  const keywords: Keyword[] = [];
  while (!c.is(")")) {
    const start = c.now;
    if (c.take("**")) keywords.push({ name: undefined, value: test(c) });
    else if (c.now.type === "name" && c.peek().text === "=" && c.peek().type === "op") {
      if (KEYWORDS.has(c.now.text) && ["True", "False", "None"].includes(c.now.text)) throw c.fault(`cannot assign to ${c.now.text}`);
      const name = c.name();
      c.next();
      if (keywords.some((k) => k.name === name)) throw c.fault(`keyword argument repeated: ${name}`, c.from(start));
      keywords.push({ name, value: test(c) });
    } else {
      const value = starred(c);
      if (c.is("for") || (c.is("async") && c.peek().text === "for")) {
        const clauses = comprehension(c);
        args.push({ ...c.from(start), t: "comprehension", of: "generator", item: value, value: undefined, clauses });
      } else {
        if (c.is("=")) throw c.fault('expression cannot contain assignment, perhaps you meant "=="?', c.from(start));
        if (value.t !== "starred" && keywords.length > 0)
          throw c.fault(
            keywords.some((k) => k.name === undefined)
              ? "positional argument follows keyword argument unpacking"
              : "positional argument follows keyword argument",
            c.from(value),
          );
        args.push(value);
      }
    }
    if (!c.take(",") && !c.is(")")) throw forgotten(c, start);
  }
  c.next();
  return { args, keywords };
}

/** Two expressions side by side within brackets. */
function forgotten(c: Cursor, start: Pos): SyntaxFault {
  if (!begins(c) || c.is("*") || c.is("-") || c.is("+")) return c.fault();
  const at = c.at;
  try {
    test(c);
    return c.fault("invalid syntax. Perhaps you forgot a comma?", c.from(start));
  } catch {
    c.at = at;
    return c.fault();
  }
}

function atom(c: Cursor): Expr {
  const token = c.now;
  if (token.type === "string") return strings(c, parseInner);
  if (token.type === "number") return (c.next(), { ...c.from(token), t: "const", value: token.value as number });
  if (token.type === "name") {
    if (token.text === "None" || token.text === "True" || token.text === "False") {
      c.next();
      return { ...c.from(token), t: "const", value: token.text === "None" ? null : token.text === "True" };
    }
    const id = c.name();
    return { ...c.from(token), t: "name", id };
  }
  if (c.is("(")) return c.nested(() => parenthesized(c));
  if (c.is("[")) return c.nested(() => list(c));
  if (c.is("{")) return c.nested(() => braces(c));
  if (c.take("...")) return { ...c.from(token), t: "name", id: "Ellipsis" };
  throw c.fault();
}
function parenthesized(c: Cursor): Expr {
  const start = c.next();
  if (c.take(")")) return { ...c.from(start), t: "tuple", items: [] };
  const first = c.is("yield") ? yielded(c) : starred(c);
  if (c.is("for") || c.is("async")) {
    const clauses = comprehension(c);
    c.need(")");
    return { ...c.from(start), t: "comprehension", of: "generator", item: first, value: undefined, clauses };
  }
  if (!c.is(",")) {
    if (!c.is(")")) throw c.is("=") ? c.fault("invalid syntax. Maybe you meant '==' or ':=' instead of '='?", first) : forgotten(c, first);
    c.next();
    if (first.t === "starred") throw c.fault("cannot use starred expression here", first);
    // What is in parentheses begins and ends with them, where it is a whole statement's; operators point at the inside.
    return first;
  }
  const items = [first];
  while (c.take(",") && !c.is(")")) items.push(starred(c));
  if (!c.is(")")) throw forgotten(c, items.at(-1) as Expr);
  c.next();
  return { ...c.from(start), t: "tuple", items };
}
function list(c: Cursor): Expr {
  const start = c.next();
  const items: Expr[] = [];
  while (!c.is("]")) {
    const item = starred(c);
    items.push(item);
    if (items.length === 1 && (c.is("for") || c.is("async"))) {
      const clauses = comprehension(c);
      c.need("]");
      return { ...c.from(start), t: "comprehension", of: "list", item, value: undefined, clauses };
    }
    if (!c.take(",") && !c.is("]")) throw forgotten(c, item);
  }
  c.next();
  return { ...c.from(start), t: "list", items };
}
function braces(c: Cursor): Expr {
  const start = c.next();
  const keys: (Expr | undefined)[] = [];
  const values: Expr[] = [];
  let isSet = false;
  while (!c.is("}")) {
    const before = c.now;
    if (c.take("**")) {
      keys.push(undefined);
      values.push(binary(c, 0));
    } else {
      const item = starred(c);
      const pair: boolean = !isSet && c.take(":");
      if (!pair && keys.length > 0 && !isSet) throw c.fault("':' expected after dictionary key", c.last);
      isSet = !pair;
      if (pair && (c.is("}") || c.is(","))) throw c.fault("expression expected after dictionary key and ':'", c.last);
      const value = pair ? test(c) : undefined;
      if (keys.length === 0 && (c.is("for") || c.is("async"))) {
        const clauses = comprehension(c);
        c.need("}");
        return { ...c.from(start), t: "comprehension", of: pair ? "dict" : "set", item, value, clauses };
      }
      keys.push(item);
      if (value) values.push(value);
    }
    if (!c.take(",") && !c.is("}")) throw forgotten(c, before);
  }
  c.next();
  if (isSet) return { ...c.from(start), t: "set", items: keys as Expr[] };
  return { ...c.from(start), t: "dict", keys, values };
}
function comprehension(c: Cursor): readonly Comprehension[] {
  const clauses: Comprehension[] = [];
  while (c.is("for") || c.is("async")) {
    if (c.is("async")) throw c.fault("asynchronous comprehensions are not simulated in Timonel");
    c.next();
    const target = targets(c);
    c.need("in");
    const iterable = or(c);
    const conditions: Expr[] = [];
    while (c.take("if")) conditions.push(c.nested(() => (c.is("lambda") ? lambda(c) : conditionOf(c))));
    clauses.push({ target, iterable, conditions });
  }
  return clauses;
}
function conditionOf(c: Cursor): Expr {
  const start = c.now;
  const value = or(c);
  if (!c.is(":=") || value.t !== "name") return value;
  c.next();
  const given = or(c);
  return { ...c.from(start), t: "walrus", target: value, value: given };
}
/** What a `for` assigns to: `in` ends it. */
export function targets(c: Cursor): Expr {
  return expressions(c, (d) => {
    const start = d.now;
    if (!d.take("*")) return binary(d, 0);
    const value = binary(d, 0);
    return { ...d.from(start), t: "starred", value };
  });
}

export function parameters(c: Cursor, end: ")" | ":", annotated: boolean): Arguments {
  const positional: Parameter[] = [];
  const keywordOnly: Parameter[] = [];
  let positionalOnly = 0;
  let rest: Parameter | undefined;
  let keywords: Parameter | undefined;
  let starSeen = false;
  const seen = new Set<string>();
  const one = (withFallback: boolean): Parameter => {
    const at = c.now;
    const name = c.name();
    if (seen.has(name)) throw c.fault(`duplicate argument '${name}' in function definition`, at);
    seen.add(name);
    const annotation = annotated && c.take(":") ? starred(c) : undefined;
    const fallback = withFallback && c.take("=") ? test(c) : undefined;
    return { name, annotation, fallback };
  };
  while (!c.is(end)) {
    if (c.take("**")) keywords = one(false);
    else if (c.take("*")) {
      if (starSeen) throw c.fault("* argument may appear only once", c.last);
      starSeen = true;
      if (!c.is(",")) rest = one(false);
      else if (c.peek().text === end) throw c.fault("named arguments must follow bare *", c.last);
    } else if (c.take("/")) positionalOnly = positional.length;
    else {
      const at = c.now;
      const made = one(true);
      if (starSeen) keywordOnly.push(made);
      else {
        if (made.fallback === undefined && positional.at(-1)?.fallback !== undefined)
          throw c.fault("parameter without a default follows parameter with a default", at);
        positional.push(made);
      }
    }
    if (!c.take(",") && !c.is(end)) throw c.fault();
  }
  return { positionalOnly, positional, rest, keywordOnly, keywords };
}

/** The expression of a replacement field, from its own tokens. */
function parseInner(c: Cursor): Expr {
  if (c.now.type === "end") throw new SyntaxFault("f-string: valid expression required before '}'", c.now);
  return c.is("yield") ? yielded(c) : expressions(c);
}
