import type { Alteration, CheckDef, ColumnDef, Expr, ForeignDef, KeyDef, TableDef, TableName } from "./ast.ts";
import { type Cursor, NotSimulated } from "./cursor.ts";
import { collation, parseExpression } from "./parse-expression.ts";
import { isSerial, parseType } from "./parse-type.ts";

export function tableName(c: Cursor): TableName {
  const { at } = c.token;
  const first = c.name();
  if (!c.takesOp(".")) return { database: undefined, name: first, at };
  return { database: first, name: c.name(), at };
}

interface Parts {
  columns: ColumnDef[];
  keys: KeyDef[];
  foreign: ForeignDef[];
  checks: CheckDef[];
}
const parts = (): Parts => ({ columns: [], keys: [], foreign: [], checks: [] });

/** Columns and constraints in parentheses, and the options after them. */
export function tableDef(c: Cursor): TableDef {
  const into = parts();
  c.inParens(() => element(c, into));
  return { ...into, options: tableOptions(c) };
}

function tableOptions(c: Cursor): Readonly<Record<string, string>> {
  const options: Record<string, string> = {};
  while (c.token.kind === "word" && !c.sees("as") && !c.sees("select")) {
    c.takes("default");
    let name = c.next().lower;
    if (name === "character") {
      c.wants("set");
      name = "charset";
    }
    if (c.pg) throw new NotSimulated(`the table option ${name.toUpperCase()} is not simulated by Timonel`);
    c.takesOp("=");
    options[name] = c.next().text;
    c.takesOp(",");
  }
  return options;
}

const keyColumns = (c: Cursor): string[] =>
  c.inParens(() => {
    const name = c.name();
    if (c.takesOp("(")) {
      c.integer();
      c.wantsOp(")");
    }
    c.takes("asc");
    c.takes("desc");
    return name;
  });

/** A column or a constraint. */
function element(c: Cursor, into: Parts): void {
  if (!constraint(c, into)) column(c, into);
}

export function constraint(c: Cursor, into: Parts): boolean {
  const mark = c.mark();
  let name: string | undefined;
  if (c.takes("constraint")) name = c.sees("primary") || c.sees("unique") || c.sees("foreign") || c.sees("check") ? undefined : c.name();
  if (c.takes("primary", "key")) {
    into.keys.push({ kind: "primary", name, columns: keyColumns(c) });
    return true;
  }
  if (c.takes("unique")) {
    if (!c.pg && !c.takes("key")) c.takes("index");
    if (!c.pg && c.seesName()) name = c.name();
    into.keys.push({ kind: "unique", name, columns: keyColumns(c) });
    return true;
  }
  if (c.takes("foreign", "key")) {
    if (!c.pg && c.seesName()) name ??= c.name();
    const columns = keyColumns(c);
    into.foreign.push({ ...references(c), name, columns });
    return true;
  }
  if (c.takes("check")) {
    into.checks.push({ ...check(c), name, column: undefined });
    return true;
  }
  if (!c.pg && (c.sees("key") || c.sees("index") || c.sees("fulltext"))) {
    if (c.takes("fulltext")) throw new NotSimulated("FULLTEXT indexes are not simulated by Timonel");
    c.next();
    if (c.seesName()) name = c.name();
    into.keys.push({ kind: "index", name, columns: keyColumns(c) });
    return true;
  }
  c.reset(mark);
  return false;
}
function check(c: Cursor): Pick<CheckDef, "of" | "text"> {
  c.wantsOp("(");
  const from = c.token.at;
  const of = parseExpression(c);
  const text = c.sql.slice(from, c.last.end);
  c.wantsOp(")");
  return { of, text };
}
function references(c: Cursor): Omit<ForeignDef, "name" | "columns"> {
  c.wants("references");
  const { name: table } = tableName(c);
  const to = c.seesOp("(") ? keyColumns(c) : [];
  const actions = { onDelete: "no action" as ForeignDef["onDelete"], onUpdate: "no action" as ForeignDef["onUpdate"] };
  while (c.takes("on")) {
    const which = c.takes("delete") ? "onDelete" : (c.wants("update"), "onUpdate");
    if (c.takes("cascade")) actions[which] = "cascade";
    else if (c.takes("restrict")) actions[which] = "restrict";
    else if (c.takes("set", "null")) actions[which] = "set null";
    else c.wants("no", "action");
  }
  return { table, references: to, ...actions };
}

function column(c: Cursor, into: Parts): ColumnDef {
  const name = c.name();
  const written = c.token.lower;
  const type = parseType(c);
  let nullable = true;
  let value: Expr | undefined;
  let text: string | undefined;
  let auto = isSerial(written);
  let onUpdateNow = false;
  let identity: ColumnDef["identity"] = false;
  let comment: string | undefined;
  let named: string | undefined;
  if (auto) nullable = false;
  for (;;) {
    if (c.takes("not", "null")) nullable = false;
    else if (c.takes("null")) nullable = true;
    else if (c.takes("default")) {
      const from = c.token.at;
      value = simple(c);
      text = c.sql.slice(from, c.last.end);
    } else if (c.takes("auto_increment")) auto = true;
    else if (c.pg && c.takes("generated")) {
      const always = c.takes("always");
      if (!always) c.wants("by", "default");
      c.wants("as");
      if (always && c.seesOp("(")) throw new NotSimulated("generated columns are not simulated by Timonel");
      c.wants("identity");
      if (c.seesOp("(")) throw new NotSimulated("options of identity columns are not simulated by Timonel");
      [auto, identity, nullable] = [true, always ? "always" : "by default", false];
    } else if (c.takes("on", "update")) {
      simple(c);
      onUpdateNow = true;
    } else if (c.takes("comment")) comment = c.string();
    else if (c.takes("constraint")) named = c.name();
    else if (c.takes("primary", "key") || (!c.pg && c.takes("key"))) {
      into.keys.push({ kind: "primary", name: named, columns: [name] });
      nullable = false;
    } else if (c.takes("unique")) {
      if (!c.pg) c.takes("key");
      into.keys.push({ kind: "unique", name: named, columns: [name] });
    } else if (c.sees("references")) {
      const to = references(c);
      // MySQL reads it and forgets it; MariaDB has kept it since 10.5.
      into.foreign.push({ ...to, name: named, columns: [name] });
    } else if (c.takes("check")) into.checks.push({ ...check(c), name: named, column: name });
    else if (c.takes("collate")) collation(c);
    else if (c.takes("character", "set") || c.takes("charset")) {
      if (!/^(utf8(mb[34])?|ascii|latin1)$/.test(c.next().text.toLowerCase()))
        throw new NotSimulated(`CHARACTER SET ${c.last.text} is not simulated by Timonel`);
    } else break;
  }
  const made: ColumnDef = { name, type, nullable, default: value, defaultText: text, auto, onUpdateNow, comment, identity };
  into.columns.push(made);
  return made;
}
/** A default: what may follow it belongs to the column. */
const simple = (c: Cursor): Expr => parseExpression(c);

export function alterations(c: Cursor): Alteration[] {
  return c.list(() => alteration(c));
}
function alteration(c: Cursor): Alteration {
  const into = parts();
  const rest = (): TableDef => ({ ...into, options: {} });
  if (c.takes("add")) {
    if (constraint(c, into)) return { kind: "constraint", part: rest() };
    c.takes("column");
    const quietly = c.takes("if", "not", "exists");
    const made = column(c, into);
    const after = c.takes("first") ? "" : c.takes("after") ? c.name() : undefined;
    return { kind: "add", column: made, after, part: { ...rest(), columns: [] }, quietly };
  }
  if (c.takes("drop")) {
    if (c.takes("primary", "key")) return { kind: "drop key", name: "PRIMARY", what: "primary" };
    if (c.takes("foreign", "key")) return { kind: "drop key", name: c.name(), what: "foreign" };
    if (c.takes("constraint")) {
      c.takes("if", "exists");
      return ending(c, { kind: "drop key", name: c.name(), what: "constraint" });
    }
    if (!c.pg && (c.takes("index") || c.takes("key"))) return { kind: "drop key", name: c.name(), what: "index" };
    c.takes("column");
    const quietly = c.takes("if", "exists");
    return ending(c, { kind: "drop", column: c.name(), quietly });
  }
  if (!c.pg && c.takes("modify")) {
    c.takes("column");
    const made = column(c, into);
    return { kind: "change", column: made.name, to: made };
  }
  if (!c.pg && c.takes("change")) {
    c.takes("column");
    const old = c.name();
    return { kind: "change", column: old, to: column(c, into) };
  }
  if (c.takes("rename")) {
    if (c.takes("to") || (!c.pg && c.takes("as"))) return { kind: "rename", to: c.name() };
    if (!c.takes("column") && !c.pg) throw new NotSimulated("renaming indexes is not simulated by Timonel");
    const old = c.name();
    c.wants("to");
    return { kind: "rename column", column: old, to: c.name() };
  }
  if (c.takes("alter")) {
    c.takes("column");
    const name = c.name();
    if (c.takes("type") || c.takes("set", "data", "type")) {
      const type = parseType(c);
      const using = c.takes("using");
      if (using) {
        const of = parseExpression(c);
        if (of.kind !== "cast" || of.of.kind !== "column" || of.of.name !== name || of.type.name !== type.name)
          throw new NotSimulated("USING with more than a cast of the column is not simulated by Timonel");
      }
      return { kind: "type", column: name, type, using };
    }
    if (c.takes("set", "default")) {
      const from = c.token.at;
      const to = parseExpression(c);
      return { kind: "default", column: name, to, text: c.sql.slice(from, c.last.end) };
    }
    if (c.takes("drop", "default")) return { kind: "default", column: name, to: undefined, text: undefined };
    if (c.takes("set", "not", "null")) return { kind: "nullable", column: name, nullable: false };
    if (c.pg && c.takes("add", "generated")) return addIdentity(c, name);
    c.wants("drop", "not", "null");
    return { kind: "nullable", column: name, nullable: true };
  }
  if (!c.pg && (c.takes("disable", "keys") || c.takes("enable", "keys"))) return { kind: "keys" };
  if (c.pg && c.takes("owner", "to")) return { kind: "owner", to: c.name() };
  if (!c.pg && c.takes("auto_increment")) {
    c.takesOp("=");
    return { kind: "auto", value: c.integer() };
  }
  throw c.token.kind === "end" ? c.fail() : new NotSimulated(`ALTER TABLE … ${c.token.text.toUpperCase()} is not simulated by Timonel`);
}
/** As pg_dump writes it: ADD GENERATED … AS IDENTITY (SEQUENCE NAME … START WITH 1 …). */
function addIdentity(c: Cursor, column: string): Alteration {
  const always = c.takes("always");
  if (!always) c.wants("by", "default");
  c.wants("as", "identity");
  let sequence: string | undefined;
  if (c.takesOp("(")) {
    c.wants("sequence", "name");
    sequence = tableName(c).name;
    for (const [word, value] of [["start with", 1], ["increment by", 1], ["no minvalue"], ["no maxvalue"], ["cache", 1]] as const)
      if (c.takes(...word.split(" ")) && value !== undefined && c.integer() !== value)
        throw new NotSimulated("options of identity columns are not simulated by Timonel");
    c.wantsOp(")");
  }
  return { kind: "identity", column, how: always ? "always" : "by default", sequence };
}
function ending(c: Cursor, of: Alteration): Alteration {
  if (!c.takes("cascade")) c.takes("restrict");
  return of;
}
