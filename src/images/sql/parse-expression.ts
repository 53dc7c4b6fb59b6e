import type { Expr, OrderBy, Select } from "./ast.ts";
import { type Cursor, NotSimulated } from "./cursor.ts";
import { parseSelect } from "./parse-select.ts";
import { parseType } from "./parse-type.ts";
import { BIGINT, BOOL, DOUBLE, INT, NULLTYPE, parseDecimal, TEXT, VARCHAR } from "./values.ts";

const COMPARISONS = new Set(["=", "<", ">", "<=", ">=", "<>", "!=", "<=>"]);
/** Values that are called without parentheses. */
const BARE = new Set([
  "current_date",
  "current_time",
  "current_timestamp",
  "localtime",
  "localtimestamp",
  "current_user",
  "session_user",
  "user",
  "current_role",
  "current_schema",
  "current_catalog",
]);
const MYSQL_BARE = new Set(["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user"]);

export function parseExpression(c: Cursor): Expr {
  return c.deeper(() => or(c));
}
function or(c: Cursor): Expr {
  let left = and(c);
  for (;;) {
    const { at } = c.token;
    const xor = !c.pg && c.sees("xor");
    if (!(c.takes("or") || (!c.pg && c.takesOp("||")) || (xor && c.takes("xor")))) return left;
    left = { kind: "binary", op: xor ? "xor" : "or", left, right: and(c), at };
  }
}
function and(c: Cursor): Expr {
  let left = not(c);
  for (;;) {
    const { at } = c.token;
    if (!(c.takes("and") || (!c.pg && c.takesOp("&&")))) return left;
    left = { kind: "binary", op: "and", left, right: not(c), at };
  }
}
function not(c: Cursor): Expr {
  const { at } = c.token;
  if (c.takes("not")) return { kind: "unary", op: "not", of: c.deeper(() => not(c)), at };
  return predicate(c);
}

function predicate(c: Cursor): Expr {
  let left = additive(c);
  for (;;) {
    const { at } = c.token;
    if (c.token.kind === "op" && COMPARISONS.has(c.token.text)) {
      const op = c.next().text;
      if (c.sees("any") || c.sees("all") || c.sees("some"))
        throw new NotSimulated(`comparisons with ${c.token.text.toUpperCase()} are not simulated by Timonel`);
      left = { kind: "binary", op: op === "!=" ? "<>" : op, left, right: additive(c), at };
      continue;
    }
    if (c.pg && c.token.kind === "op" && /^!?~\*?$/.test(c.token.text)) {
      const op = c.next().text;
      left = { kind: "matches", of: left, pattern: additive(c), not: op.startsWith("!"), fold: op.endsWith("*"), at };
      continue;
    }
    if (c.takes("is")) {
      const negated = c.takes("not");
      const what = c.takes("null") || c.takes("unknown") ? "null" : c.takes("true") ? "true" : c.takes("false") ? "false" : undefined;
      if (what === undefined) c.fail();
      left = { kind: "is", of: left, what: what as "null", not: negated, at };
      continue;
    }
    if (c.pg && (c.sees("isnull") || c.sees("notnull"))) {
      left = { kind: "is", of: left, what: "null", not: c.next().lower === "notnull", at };
      continue;
    }
    const mark = c.mark();
    const negated = c.takes("not");
    if (c.takes("in")) {
      c.wantsOp("(");
      const list: readonly Expr[] | Select = c.sees("select") || c.sees("with") ? parseSelect(c) : c.list(() => parseExpression(c));
      c.wantsOp(")");
      left = { kind: "in", of: left, list, not: negated, at };
    } else if (c.takes("between")) {
      c.takes("symmetric");
      const low = additive(c);
      c.wants("and");
      left = { kind: "between", of: left, low, high: additive(c), not: negated, at };
    } else if (c.takes("like")) {
      left = { kind: "like", of: left, pattern: additive(c), not: negated, fold: undefined, at };
      if (c.takes("escape")) c.string();
    } else if (c.pg && c.takes("ilike")) left = { kind: "like", of: left, pattern: additive(c), not: negated, fold: true, at };
    else if (!c.pg && (c.takes("regexp") || c.takes("rlike")))
      left = { kind: "matches", of: left, pattern: additive(c), not: negated, fold: true, at };
    else {
      c.reset(mark);
      return left;
    }
  }
}

const LEVELS: readonly (readonly string[])[] = [["||"], ["|", "&", "<<", ">>"], ["+", "-"], ["*", "/", "%", "div", "mod"]];
const additive = (c: Cursor): Expr => binary(c, c.pg ? 0 : 1);
function binary(c: Cursor, level: number): Expr {
  const operators = LEVELS[level];
  if (!operators) return unary(c);
  let left = binary(c, level + 1);
  for (;;) {
    const { token } = c;
    const op =
      token.kind === "op"
        ? token.text
        : token.kind === "word" && !c.pg && (token.lower === "div" || token.lower === "mod")
          ? token.lower
          : "";
    if (!operators.includes(op)) return left;
    c.next();
    left = { kind: "binary", op: op === "mod" ? "%" : op, left, right: binary(c, level + 1), at: token.at };
  }
}
function unary(c: Cursor): Expr {
  const { at } = c.token;
  for (const op of ["-", "+", "~"]) if (c.takesOp(op)) return { kind: "unary", op, of: c.deeper(() => unary(c)), at };
  if (!c.pg && c.takesOp("!")) return { kind: "unary", op: "not", of: c.deeper(() => unary(c)), at };
  if (!c.pg && c.takes("binary")) return unary(c);
  return postfix(c, primary(c));
}
function postfix(c: Cursor, of: Expr): Expr {
  for (;;) {
    const { at } = of;
    if (c.pg && c.takesOp("::")) of = { kind: "cast", of, type: parseType(c), at };
    else if (c.seesOp("->") || c.seesOp("->>")) {
      const op = c.next().text;
      const minus = c.takesOp("-");
      const right = primary(c);
      of = { kind: "binary", op, left: of, right: minus ? { kind: "unary", op: "-", of: right, at: right.at } : right, at };
    } else if (c.takes("collate")) collation(c);
    else if (c.pg && c.takes("at", "time", "zone")) {
      const zone = additive(c);
      if (zone.kind !== "literal" || !/^(etc\/)?(utc|gmt|zulu)$/i.test(String(zone.value)))
        throw new NotSimulated("time zones other than UTC are not simulated by Timonel");
    } else return of;
  }
}

/** Every text is compared as the dialect's default says. */
export function collation(c: Cursor): void {
  const name = c.next().text.toLowerCase();
  if (c.pg ? !/^(default|en_us\.utf8|en_us)$/.test(name) : !/^utf8(mb[34])?_.*_ci$|_swedish_ci$/.test(name))
    throw new NotSimulated(`COLLATE ${name} is not simulated by Timonel`);
}

function primary(c: Cursor): Expr {
  const { token } = c;
  const { at } = token;
  switch (token.kind) {
    case "number": {
      c.next();
      if (/^0x/i.test(token.text)) return { kind: "literal", value: Number(token.text), type: BIGINT, at };
      if (/e/i.test(token.text)) return { kind: "literal", value: Number(token.text), type: DOUBLE, at };
      if (!token.text.includes(".") && Number.isSafeInteger(Number(token.text)))
        return { kind: "literal", value: Number(token.text), type: Number(token.text) < 2 ** 31 ? INT : BIGINT, at };
      const value = parseDecimal(token.text) ?? null;
      return { kind: "literal", value, type: { name: "decimal", scale: (token.text.split(".")[1] ?? "").length }, at };
    }
    case "string": {
      c.next();
      let text = token.text;
      while (!c.pg && c.token.kind === "string") text += c.next().text;
      return { kind: "literal", value: text, type: c.pg ? { name: "text", written: "unknown" } : VARCHAR, quoted: true, at };
    }
    case "variable":
      c.next();
      return variable(token.text, at);
    case "op":
      return operator(c, at);
    case "name":
      return column(c, at);
    case "word":
      return word(c, at);
    case "end":
      return c.fail();
  }
}

export function variable(text: string, at: number): Expr & { readonly kind: "variable" } {
  const system = /^@@(?:(global|session|local)\.)?(.*)$/i.exec(text);
  if (!system) return { kind: "variable", scope: "user", name: text.slice(1).toLowerCase(), at };
  return {
    kind: "variable",
    scope: system[1]?.toLowerCase() === "global" ? "global" : "session",
    name: (system[2] as string).toLowerCase(),
    at,
  };
}

function operator(c: Cursor, at: number): Expr {
  if (c.takesOp("*")) return { kind: "star", table: undefined, at };
  if (c.pg && c.sees("array")) throw new NotSimulated("arrays are not simulated by Timonel");
  c.wantsOp("(");
  if (c.sees("select") || c.sees("with") || c.sees("values")) {
    const select = parseSelect(c);
    c.wantsOp(")");
    return { kind: "subquery", select, at };
  }
  const inner = parseExpression(c);
  if (c.seesOp(",")) throw new NotSimulated("rows as values are not simulated by Timonel");
  c.wantsOp(")");
  return inner;
}

function word(c: Cursor, at: number): Expr {
  const { lower } = c.token;
  switch (lower) {
    case "null":
      c.next();
      return { kind: "literal", value: null, type: NULLTYPE, at };
    case "true":
    case "false":
      c.next();
      return { kind: "literal", value: c.pg ? lower === "true" : lower === "true" ? 1 : 0, type: c.pg ? BOOL : INT, at };
    case "default":
      c.next();
      if (c.takesOp("(")) throw new NotSimulated("DEFAULT(column) is not simulated by Timonel");
      return { kind: "default", at };
    case "case":
      return caseOf(c, at);
    case "cast":
    case "convert": {
      c.next();
      c.wantsOp("(");
      const of = parseExpression(c);
      if (lower === "cast") c.wants("as");
      else if (c.takes("using")) {
        c.name();
        c.wantsOp(")");
        return of;
      } else c.wantsOp(",");
      const type = parseType(c);
      c.wantsOp(")");
      return { kind: "cast", of, type, at };
    }
    case "exists": {
      c.next();
      c.wantsOp("(");
      const select = parseSelect(c);
      c.wantsOp(")");
      return { kind: "exists", select, at };
    }
    case "interval": {
      c.next();
      if (c.pg) return { kind: "interval", amount: { kind: "literal", value: c.string(), type: TEXT, at }, unit: "text", at };
      const amount = parseExpression(c);
      return { kind: "interval", amount, unit: c.next().lower, at };
    }
    case "date":
    case "timestamp":
    case "time":
      if (c.ahead(1).kind === "string") {
        c.next();
        return { kind: "cast", of: primary(c), type: { name: lower }, at };
      }
      return column(c, at);
    default:
      return (c.pg ? BARE : MYSQL_BARE).has(lower) && !(c.ahead(1).kind === "op" && c.ahead(1).text === "(") ? bare(c, at) : column(c, at);
  }
}
function bare(c: Cursor, at: number): Expr {
  return { kind: "call", name: c.next().lower, args: [], distinct: false, at };
}

function caseOf(c: Cursor, at: number): Expr {
  c.wants("case");
  const of = c.sees("when") ? undefined : parseExpression(c);
  const whens: (readonly [Expr, Expr])[] = [];
  while (c.takes("when")) {
    const when = parseExpression(c);
    c.wants("then");
    whens.push([when, parseExpression(c)]);
  }
  if (whens.length === 0) c.fail();
  const otherwise = c.takes("else") ? parseExpression(c) : undefined;
  c.wants("end");
  return { kind: "case", of, whens, otherwise, at };
}

/** A column, perhaps of a table, or a call. */
function column(c: Cursor, at: number): Expr {
  const open = c.ahead(1);
  const called = open.kind === "op" && open.text === "(";
  if (called && c.token.kind === "word") return call(c, c.next().lower, at);
  const first = c.name();
  if (!c.takesOp(".")) return { kind: "column", table: undefined, name: first, at };
  if (c.takesOp("*")) return { kind: "star", table: first, at };
  const after = c.ahead(1);
  if (after.kind === "op" && after.text === "(") return call(c, c.next().lower, at);
  let [table, name] = [first, c.token.kind === "word" ? (c.pg ? c.token.lower : c.token.text) : c.token.text];
  c.next();
  if (c.takesOp(".")) {
    if (c.takesOp("*")) return { kind: "star", table: name, at };
    [table, name] = [name, c.name()];
  }
  return { kind: "column", table, name, at };
}

function call(c: Cursor, name: string, at: number): Expr {
  c.wantsOp("(");
  const distinct = c.takes("distinct");
  const args: Expr[] = [];
  if (name === "extract" || name === "position" || (name === "substring" && c.pg) || name === "trim" || name === "overlay") {
    // Words between the arguments stand for commas.
    if (name === "extract") {
      const field = c.next();
      args.push({ kind: "literal", value: field.lower, type: VARCHAR, at: field.at });
      c.wants("from");
    }
    if (name === "trim") {
      const side = c.takes("leading") ? "l" : c.takes("trailing") ? "r" : c.takes("both") ? "b" : "b";
      const first = c.sees("from") ? undefined : parseExpression(c);
      const of = c.takes("from") ? parseExpression(c) : undefined;
      c.wantsOp(")");
      const chars = of === undefined ? undefined : first;
      return {
        kind: "call",
        name: side === "l" ? "ltrim" : side === "r" ? "rtrim" : "btrim",
        args: [of ?? (first as Expr), ...(chars ? [chars] : [])],
        distinct,
        at,
      };
    }
    args.push(name === "position" ? additive(c) : parseExpression(c));
    while (c.takes("from") || c.takes("for") || c.takes("in") || c.takesOp(",")) args.push(parseExpression(c));
  } else if (!c.seesOp(")")) {
    if (!c.pg && /^(timestampdiff|timestampadd)$/.test(name)) {
      const unit = c.next();
      args.push({ kind: "literal", value: unit.lower, type: VARCHAR, at: unit.at });
      c.wantsOp(",");
    }
    args.push(...c.list(() => parseExpression(c)));
  }
  const order: readonly OrderBy[] | undefined = c.takes("order", "by") ? orderList(c) : undefined;
  const separator = c.takes("separator") ? c.string() : undefined;
  c.wantsOp(")");
  if (c.sees("over")) throw new NotSimulated("window functions are not simulated by Timonel");
  if (c.sees("filter") && c.pg) throw new NotSimulated("FILTER clauses are not simulated by Timonel");
  return { kind: "call", name, args, distinct, at, ...(order && { order }), ...(separator !== undefined && { separator }) };
}

export function orderList(c: Cursor): OrderBy[] {
  return c.list(() => {
    const by = parseExpression(c);
    const down = c.takes("desc") || (c.takes("asc"), false);
    const nulls = c.takes("nulls") ? (c.takes("first") ? "first" : (c.wants("last"), "last")) : undefined;
    return { by, down, nulls } as OrderBy;
  });
}
