import type { Expr, OrderBy, Select, SelectItem, Source } from "./ast.ts";
import { type Cursor, NotSimulated } from "./cursor.ts";
import { orderList, parseExpression } from "./parse-expression.ts";

export function parseSelect(c: Cursor): Select {
  return c.deeper(() => whole(c));
}
function whole(c: Cursor): Select {
  const ctes: { name: string; columns: readonly string[]; select: Select }[] = [];
  if (c.takes("with")) {
    if (c.takes("recursive")) throw new NotSimulated("WITH RECURSIVE is not simulated by Timonel");
    ctes.push(
      ...c.list(() => {
        const name = c.name();
        const columns = c.seesOp("(") ? c.inParens(() => c.name()) : [];
        c.wants("as");
        c.wantsOp("(");
        const select = parseSelect(c);
        c.wantsOp(")");
        return { name, columns, select };
      }),
    );
  }
  const first = one(c);
  const unions: Select["unions"][number][] = [];
  for (;;) {
    const op = c.takes("union") ? "union" : c.takes("except") ? "except" : c.takes("intersect") ? "intersect" : undefined;
    if (op === undefined) break;
    const all = c.takes("all") || (c.takes("distinct"), false);
    unions.push({ all, op, select: one(c) });
  }
  const tail = ending(c);
  return { ...first, ...(unions.length > 0 || tail.any ? tail.parts : {}), unions, ctes: [...ctes, ...first.ctes] };
}

/** ORDER BY, LIMIT and locks, which follow the last of a union. */
function ending(c: Cursor): { readonly any: boolean; readonly parts: Pick<Select, "order" | "limit" | "offset" | "lock" | "locked"> } {
  const from = c.mark();
  const order: readonly OrderBy[] = c.takes("order", "by") ? orderList(c) : [];
  let limit: Expr | undefined;
  let offset: Expr | undefined;
  for (;;) {
    if (c.takes("limit")) {
      if (!(c.pg && c.takes("all"))) limit = parseExpression(c);
      if (!c.pg && c.takesOp(",")) [offset, limit] = [limit, parseExpression(c)];
    } else if (c.takes("offset")) {
      offset = parseExpression(c);
      if (!c.takes("rows")) c.takes("row");
    } else if (c.pg && c.takes("fetch")) {
      if (!c.takes("first")) c.wants("next");
      limit = parseExpression(c);
      if (!c.takes("rows")) c.wants("row");
      c.wants("only");
    } else break;
  }
  let lock = false;
  let locked: Select["locked"];
  if (c.takes("for")) {
    lock = true;
    if (!c.takes("no", "key", "update") && !c.takes("update")) throw new NotSimulated("FOR SHARE is not simulated by Timonel");
    if (c.sees("of")) throw new NotSimulated("FOR UPDATE OF is not simulated by Timonel");
    if (c.takes("skip", "locked")) locked = "skip";
    else if (c.takes("nowait")) locked = "nowait";
  } else if (!c.pg && c.sees("lock", "in", "share", "mode")) throw new NotSimulated("LOCK IN SHARE MODE is not simulated by Timonel");
  return { any: c.mark() > from, parts: { order, limit, offset, lock, ...(locked && { locked }) } };
}

const EMPTY: Select = {
  kind: "select",
  distinct: false,
  items: [],
  from: undefined,
  where: undefined,
  group: [],
  having: undefined,
  order: [],
  limit: undefined,
  offset: undefined,
  values: undefined,
  unions: [],
  ctes: [],
  lock: false,
};

function one(c: Cursor): Select {
  if (c.takesOp("(")) {
    const inner = parseSelect(c);
    c.wantsOp(")");
    return inner;
  }
  if (c.takes("values")) return { ...EMPTY, values: c.list(() => c.inParens(() => parseExpression(c))) };
  if (c.pg && c.takes("table")) {
    const at = c.token.at;
    const name = c.name();
    const items = [{ of: { kind: "star", table: undefined, at } as Expr, alias: undefined, text: "*" }];
    return { ...EMPTY, items, from: { kind: "table", database: undefined, name, alias: name, at } };
  }
  c.wants("select");
  const distinct = c.takes("distinct") || (c.takes("all"), false);
  if (distinct && c.sees("on")) throw new NotSimulated("DISTINCT ON is not simulated by Timonel");
  for (;;)
    if (!c.pg && (c.takes("sql_no_cache") || c.takes("sql_calc_found_rows") || c.takes("straight_join"))) continue;
    else break;
  const items = c.pg && (c.sees("from") || c.token.kind === "end") ? [] : selectItems(c);
  if (c.sees("into")) throw new NotSimulated("SELECT … INTO is not simulated by Timonel");
  const from = c.takes("from") ? sources(c) : undefined;
  const where = c.takes("where") ? parseExpression(c) : undefined;
  const group = c.takes("group", "by") ? c.list(() => parseExpression(c)) : [];
  if (!c.pg && c.takes("with", "rollup")) throw new NotSimulated("WITH ROLLUP is not simulated by Timonel");
  const having = c.takes("having") ? parseExpression(c) : undefined;
  const inner = { ...EMPTY, distinct, items, from, where, group, having };
  // In parentheses its own ending; else it belongs to the whole.
  return inner;
}

export function selectItems(c: Cursor): SelectItem[] {
  return c.list(() => {
    const from = c.token.at;
    const of = parseExpression(c);
    const text = c.sql.slice(from, c.last.end);
    let alias: string | undefined;
    if (c.takes("as")) {
      const token = c.next();
      if (token.kind === "end" || token.kind === "op" || token.kind === "number") c.fail();
      alias = c.pg && token.kind === "word" ? token.lower : token.text;
    } else if (c.seesName() || (!c.pg && c.token.kind === "string")) alias = c.token.kind === "string" ? c.next().text : c.name();
    return { of, alias, text };
  });
}

export function sources(c: Cursor): Source {
  let left = joined(c);
  while (c.seesOp(",")) {
    const { at } = c.next();
    left = { kind: "join", how: "cross", left, right: joined(c), on: undefined, using: undefined, at };
  }
  return left;
}
function joined(c: Cursor): Source {
  let left = source(c);
  for (;;) {
    const { at } = c.token;
    if (c.sees("natural")) throw new NotSimulated("NATURAL JOIN is not simulated by Timonel");
    let how: "inner" | "left" | "right" | "cross" | "full";
    if (c.takes("cross", "join")) how = "cross";
    else if (c.takes("inner", "join") || c.takes("join") || (!c.pg && c.takes("straight_join"))) how = "inner";
    else if (c.sees("left") || c.sees("right") || (c.pg && c.sees("full"))) {
      how = c.next().lower as "left";
      c.takes("outer");
      c.wants("join");
    } else return left;
    const right = source(c);
    const on = c.takes("on") ? parseExpression(c) : undefined;
    const using = on === undefined && c.takes("using") ? c.inParens(() => c.name()) : undefined;
    left = { kind: "join", how, left, right, on, using, at };
  }
}
function source(c: Cursor): Source {
  const { at } = c.token;
  c.takes("lateral");
  if (c.takesOp("(")) {
    if (!c.sees("select") && !c.sees("values") && !c.sees("with")) {
      const inner = sources(c);
      c.wantsOp(")");
      return inner;
    }
    const select = parseSelect(c);
    c.wantsOp(")");
    const { alias, columns } = aliasOf(c);
    return { kind: "select", select, alias: alias ?? "", columns, at };
  }
  let name = c.name();
  let database: string | undefined;
  if (c.takesOp(".")) {
    database = name;
    name = c.token.kind === "word" ? c.next().text : c.name();
    if (c.pg) name = name.toLowerCase();
  }
  if (c.seesOp("(")) {
    c.wantsOp("(");
    const args = c.seesOp(")") ? [] : c.list(() => parseExpression(c));
    c.wantsOp(")");
    const { alias, columns } = aliasOf(c);
    return { kind: "call", name, args, alias: alias ?? name, columns, at };
  }
  const { alias } = aliasOf(c);
  return { kind: "table", database, name, alias: alias ?? name, at };
}
function aliasOf(c: Cursor): { readonly alias: string | undefined; readonly columns: readonly string[] } {
  const alias =
    c.takes("as") || (c.seesName() && !/^(straight_join|full|set|lock|for|use|force|ignore|partition)$/.test(c.token.lower))
      ? c.name()
      : undefined;
  const columns = alias !== undefined && c.pg && c.seesOp("(") ? c.inParens(() => c.name()) : [];
  return { alias, columns };
}
