import type { Statement, TableName } from "./ast.ts";
import { type Cursor, NotSimulated } from "./cursor.ts";
import { tableName } from "./parse-table.ts";

/** ANALYZE, VACUUM, CHECK TABLE and their like. */
export function maintenance(c: Cursor): Statement {
  const what = c.next().lower as "analyze" | "check" | "optimize" | "vacuum" | "checkpoint" | "discard";
  if (c.pg ? /^(check|optimize)$/.test(what) : /^(vacuum|checkpoint|discard)$/.test(what)) {
    c.reset(c.mark() - 1);
    return c.fail();
  }
  if (what === "checkpoint") return { kind: "maintenance", what, tables: [] };
  if (what === "discard") {
    if (!c.takes("all")) throw new NotSimulated(`DISCARD ${c.token.text.toUpperCase()} is not simulated by Timonel`);
    return { kind: "maintenance", what, tables: [] };
  }
  const word = what.toUpperCase();
  if (!c.pg) {
    if (!c.takes("local")) c.takes("no_write_to_binlog");
    c.wants("table");
    const tables = c.list(() => tableName(c));
    if (c.token.kind === "word") throw new NotSimulated(`${word} TABLE … ${c.token.text.toUpperCase()} is not simulated by Timonel`);
    return { kind: "maintenance", what, tables };
  }
  if (c.seesOp("(") || c.sees("full") || c.sees("freeze") || c.sees("verbose"))
    throw new NotSimulated(`options of ${word} are not simulated by Timonel`);
  if (what === "vacuum") c.takes("analyze");
  const tables: readonly TableName[] = c.seesName() ? c.list(() => tableName(c)) : [];
  return { kind: "maintenance", what, tables };
}

export function flush(c: Cursor): Statement {
  if (c.pg) c.fail();
  c.next();
  if (c.takes("privileges")) return { kind: "maintenance", what: "flush privileges", tables: [] };
  if (c.takes("tables") || c.takes("table")) {
    const tables = c.seesName() && !c.sees("with") ? c.list(() => tableName(c)) : [];
    if (c.sees("with") || c.sees("for")) throw new NotSimulated("FLUSH TABLES WITH READ LOCK is not simulated by Timonel");
    return { kind: "maintenance", what: "flush tables", tables };
  }
  throw new NotSimulated(`FLUSH ${c.token.text.toUpperCase()} is not simulated by Timonel`);
}

/** LOCK TABLES t READ, u WRITE and UNLOCK TABLES. */
export function lock(c: Cursor): Statement {
  if (c.pg) throw new NotSimulated("LOCK is not simulated by Timonel");
  const locks = c.next().lower === "lock";
  if (!c.takes("tables")) c.wants("table");
  if (!locks) return { kind: "unlock tables" };
  return {
    kind: "lock tables",
    tables: c.list(() => {
      const table = tableName(c);
      const named = c.takes("as") || (c.seesName() && !c.sees("read") && !c.sees("write") && !c.sees("low_priority"));
      const alias = named ? c.name() : table.name;
      c.takes("low_priority");
      const write = c.takes("write");
      if (!write) {
        c.wants("read");
        c.takes("local");
      }
      return { table, alias, write };
    }),
  };
}

/** COMMENT ON … IS …. */
export function comment(c: Cursor): Statement {
  if (!c.pg) c.fail();
  c.wants("comment", "on");
  const { lower, text } = c.next();
  if (!/^(table|column|database|view|sequence)$/.test(lower))
    throw new NotSimulated(`COMMENT ON ${text.toUpperCase()} is not simulated by Timonel`);
  const on = lower as "table" | "column" | "database" | "view" | "sequence";
  let name = tableName(c);
  let column: string | undefined;
  if (on === "column") {
    if (c.takesOp(".")) column = c.name();
    else if (name.database !== undefined) [column, name] = [name.name, { ...name, database: undefined, name: name.database }];
    else c.fail();
  }
  c.wants("is");
  return { kind: "comment", on, name, column, text: c.takes("null") ? undefined : c.string() };
}
