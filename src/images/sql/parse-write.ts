import type { Expr, SelectItem, Statement } from "./ast.ts";
import { type Cursor, NotSimulated } from "./cursor.ts";
import { orderList, parseExpression } from "./parse-expression.ts";
import { parseSelect, selectItems } from "./parse-select.ts";
import { tableName } from "./parse-table.ts";

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
  const overriding = c.pg && c.takes("overriding", "system", "value");
  if (c.pg && c.sees("overriding")) throw new NotSimulated("OVERRIDING USER VALUE is not simulated by Timonel");
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
    const target = {
      columns: c.seesOp("(") ? c.inParens(() => c.name()) : [],
      ...(c.takes("on", "constraint") && { constraint: c.name() }),
    };
    c.wants("do");
    if (c.takes("nothing")) onConflict = { ...target, set: undefined };
    else {
      c.wants("update", "set");
      onConflict = { ...target, set: c.list(() => assignment(c)).map(([name, value]) => [name, value] as const) };
      if (c.sees("where")) throw new NotSimulated("ON CONFLICT … DO UPDATE … WHERE is not simulated by Timonel");
    }
  }
  return { kind: "insert", table, columns, columnsAt, rows, select, replace, overriding, ignore, onConflict, returning: returning(c) };
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
  let select: ReturnType<typeof parseSelect> | undefined;
  let table = { database: undefined as string | undefined, name: "", at: c.token.at };
  let columns: readonly string[] | undefined;
  if (c.takesOp("(")) {
    select = parseSelect(c);
    c.wantsOp(")");
  } else {
    table = tableName(c);
    columns = c.seesOp("(") ? c.inParens(() => c.name()) : undefined;
  }
  const from = !select && c.takes("from");
  if (!from) c.wants("to");
  if (!(from ? c.takes("stdin") : c.takes("stdout")))
    throw new NotSimulated("COPY from and to files of the server is not simulated by Timonel");
  const o = { delimiter: undefined as string | undefined, csv: false, header: false, nothing: undefined as string | undefined };
  c.takes("with");
  const option = (): void => {
    if (c.takes("format")) {
      if (c.takes("csv")) o.csv = true;
      else if (!c.takes("text")) throw new NotSimulated("COPY in binary is not simulated by Timonel");
    } else if (c.takes("csv")) o.csv = true;
    else if (c.takes("header")) {
      o.header = !c.takes("false") && !c.takes("off");
      if (!c.takes("true")) c.takes("on");
    } else if (c.takes("delimiter")) {
      c.takes("as");
      o.delimiter = c.string();
    } else if (c.takes("null")) {
      c.takes("as");
      o.nothing = c.string();
    } else if (c.token.kind === "word") throw new NotSimulated(`COPY with ${c.token.text.toUpperCase()} is not simulated by Timonel`);
    else c.fail();
  };
  if (c.seesOp("(")) c.inParens(option);
  else while (c.token.kind === "word") option();
  const { csv, header } = o;
  return {
    kind: "copy",
    table,
    columns,
    select,
    from,
    delimiter: o.delimiter ?? (csv ? "," : "\t"),
    csv,
    header,
    nothing: o.nothing ?? (csv ? "" : "\\N"),
  };
}
