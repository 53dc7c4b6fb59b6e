import type { Expr, SelectItem, Statement } from "./ast.ts";
import { type Cursor, NotSimulated } from "./cursor.ts";
import { orderList, parseExpression } from "./parse-expression.ts";
import { parseSelect, selectItems } from "./parse-select.ts";
import { tableName } from "./parse-table.ts";
import { rest } from "./parse.ts";

function returning(c: Cursor): readonly SelectItem[] | undefined {
  return c.takes("returning") ? selectItems(c) : undefined;
}

export function insert(c: Cursor): Statement {
  const replace = c.next().lower === "replace";
  if (c.takes("low_priority") || c.takes("delayed")) c.takes("ignore");
  const ignore = !c.pg && c.takes("ignore");
  if (c.pg) c.wants("into");
  else c.takes("into");
  const table = tableName(c);
  if (c.pg && c.takes("as")) c.name();
  const columnsAt: number[] = [];
  let columns: string[] | undefined;
  const ahead = c.ahead(1);
  if (c.seesOp("(") && !(ahead.kind === "word" && /^(select|with|values)$/.test(ahead.lower))) {
    c.wantsOp("(");
    columns = c.seesOp(")")
      ? []
      : c.list(() => {
          columnsAt.push(c.token.at);
          const name = c.name();
          return c.takesOp(".") ? c.name() : name;
        });
    c.wantsOp(")");
  }
  let rows: (readonly Expr[])[] | undefined;
  let select: ReturnType<typeof parseSelect> | undefined;
  if (c.takes("default", "values")) rows = [[]];
  else if (!c.pg && c.takes("set")) {
    const pairs = c.list(() => assignment(c));
    columns = pairs.map(([name]) => name);
    columnsAt.push(...pairs.map(([, , at]) => at));
    rows = [pairs.map(([, value]) => value)];
  } else if (c.takes("values") || (!c.pg && c.takes("value"))) {
    rows = c.list(() => {
      c.wantsOp("(");
      const row = c.seesOp(")") ? [] : c.list(() => parseExpression(c));
      c.wantsOp(")");
      return row;
    });
  } else select = parseSelect(c);
  let onConflict: (Statement & { kind: "insert" })["onConflict"];
  if (!c.pg && c.takes("on", "duplicate", "key", "update")) {
    onConflict = { columns: [], set: c.list(() => assignment(c)).map(([name, value]) => [name, value] as const) };
  } else if (c.pg && c.takes("on", "conflict")) {
    const target = c.seesOp("(") ? c.inParens(() => c.name()) : [];
    if (c.takes("on", "constraint")) c.name();
    c.wants("do");
    if (c.takes("nothing")) onConflict = { columns: target, set: undefined };
    else {
      c.wants("update", "set");
      onConflict = { columns: target, set: c.list(() => assignment(c)).map(([name, value]) => [name, value] as const) };
    }
  }
  return { kind: "insert", table, columns, columnsAt, rows, select, replace, ignore, onConflict, returning: returning(c) };
}

function assignment(c: Cursor): readonly [string, Expr, number] {
  const { at } = c.token;
  let name = c.name();
  if (c.takesOp(".")) name = c.name();
  if (!c.takesOp("=")) c.wantsOp(":=");
  return [name, parseExpression(c), at];
}

export function update(c: Cursor): Statement {
  c.next();
  if (c.takes("low_priority")) c.takes("ignore");
  const table = tableName(c);
  if (c.seesOp(",") || c.sees("join") || c.sees("inner") || c.sees("left"))
    throw new NotSimulated("UPDATE of several tables is not simulated by Timonel");
  const alias = c.takes("as") || (c.seesName() && !c.sees("set")) ? c.name() : table.name;
  c.wants("set");
  const set = c.list(() => assignment(c));
  if (c.sees("from")) throw new NotSimulated("UPDATE … FROM is not simulated by Timonel");
  const where = c.takes("where") ? parseExpression(c) : undefined;
  const order = c.takes("order", "by") ? orderList(c) : [];
  const limit = c.takes("limit") ? parseExpression(c) : undefined;
  return { kind: "update", table, alias, set, where, order, limit, returning: returning(c) };
}

export function remove(c: Cursor): Statement {
  c.next();
  if (!c.takes("from")) throw new NotSimulated("DELETE of several tables is not simulated by Timonel");
  const table = tableName(c);
  const alias = c.takes("as") || c.seesName() ? c.name() : table.name;
  if (c.sees("using")) throw new NotSimulated("DELETE … USING is not simulated by Timonel");
  const where = c.takes("where") ? parseExpression(c) : undefined;
  const order = c.takes("order", "by") ? orderList(c) : [];
  const limit = c.takes("limit") ? parseExpression(c) : undefined;
  return { kind: "delete", table, alias, where, order, limit, returning: returning(c) };
}

export function copy(c: Cursor): Statement {
  if (!c.pg) c.fail();
  c.next();
  if (c.seesOp("(")) throw new NotSimulated("COPY of a query is not simulated by Timonel");
  const table = tableName(c);
  const columns = c.seesOp("(") ? c.inParens(() => c.name()) : undefined;
  const from = c.takes("from") || (c.wants("to"), false);
  if (!(from ? c.takes("stdin") : c.takes("stdout"))) throw new NotSimulated("COPY from and to files is not simulated by Timonel");
  const text = c.sql.slice(c.token.at).toLowerCase();
  rest(c);
  const csv = /\bcsv\b/.test(text);
  return {
    kind: "copy",
    table,
    columns,
    from,
    delimiter: /delimiter\s*'(.)'/.exec(text)?.[1] ?? (csv ? "," : "\t"),
    csv,
    header: /\bheader\b/.test(text),
  };
}
