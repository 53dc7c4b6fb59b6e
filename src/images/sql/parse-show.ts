import type { Expr, Statement } from "./ast.ts";
import { type Cursor, NotSimulated } from "./cursor.ts";
import { account } from "./parse-accounts.ts";
import { parseExpression, variable } from "./parse-expression.ts";
import { txMode } from "./parse-mode.ts";
import { tableName } from "./parse-table.ts";
import { TEXT } from "./values.ts";

export function set(c: Cursor): Statement {
  c.next();
  if (!c.pg && c.takes("password")) {
    const who = c.takes("for") ? account(c) : undefined;
    c.wantsOp("=");
    const password = c.takes("password") ? (c.inParens(() => c.string())[0] as string) : c.string();
    return { kind: "set password", account: who, password };
  }
  if (!c.pg && (c.takes("names") || c.takes("character", "set") || c.takes("charset"))) {
    const results = c.last.lower === "names";
    const charset = c.takes("default") ? "" : c.next().text.toLowerCase();
    const collation = c.takes("collate") ? c.next().text.toLowerCase() : undefined;
    return { kind: "set names", charset, collation, results };
  }
  if (c.takes("session", "characteristics", "as", "transaction")) return { kind: "set transaction", scope: "session", mode: txMode(c) };
  if (c.takes("transaction")) return { kind: "set transaction", scope: "next", mode: txMode(c) };
  if (!c.pg && c.takes("session", "transaction")) return { kind: "set transaction", scope: "session", mode: txMode(c) };
  if (!c.pg && c.takes("global", "transaction")) return { kind: "set transaction", scope: "global", mode: txMode(c) };
  if (c.pg && c.sees("constraints")) throw new NotSimulated("SET CONSTRAINTS is not simulated by Timonel");
  if (c.pg && (c.sees("role") || c.sees("session", "authorization"))) throw new NotSimulated("SET ROLE is not simulated by Timonel");
  const local = c.pg && c.takes("local");
  let scope: "global" | "session" | "user" = "session";
  const items = c.list(() => {
    if (c.takes("global")) scope = "global";
    else if (c.takes("session") || c.takes("local")) scope = "session";
    const token = c.next();
    let name = c.pg ? token.lower : token.text.toLowerCase();
    let own: "global" | "session" | "user" = scope;
    if (token.kind === "variable") {
      const found = variable(token.text, token.at);
      [own, name] = [found.scope, found.name];
    } else if (token.kind !== "word" && token.kind !== "name") c.fail();
    while (c.takesOp(".")) name += `.${c.next().text}`;
    if (c.pg && name === "time" && c.takes("zone")) name = "timezone";
    else if (!c.takesOp("=") && !c.takesOp(":=")) c.wants("to");
    let value: Expr | undefined;
    if (c.takes("default")) value = undefined;
    else if (c.token.kind === "word" && (c.ahead(1).kind === "end" || c.ahead(1).text === "," || c.ahead(1).text === ";"))
      value = { kind: "literal", value: c.next().text, type: TEXT, at: token.at };
    else {
      const { at } = c.token;
      value = c.pg && (c.token.kind === "word" || c.token.kind === "name") ? words(c) : parseExpression(c);
      // A list of names is one text.
      if (c.pg && c.seesOp(",")) {
        while (c.takesOp(",")) c.next();
        value = { kind: "literal", value: c.sql.slice(at, c.last.end), type: TEXT, at };
      }
    }
    return { scope: own, name, value };
  });
  return { kind: "set", items, local };
}

/** A value of PostgreSQL's SET may be a word: on, utf8, public. */
function words(c: Cursor): Expr {
  const { text, at } = c.next();
  return { kind: "literal", value: text, type: TEXT, at };
}

export function describeTable(c: Cursor): Statement {
  if (c.pg) c.fail();
  c.next();
  const table = tableName(c);
  return {
    kind: "show",
    what: "columns",
    name: undefined,
    table,
    like: c.token.kind === "end" || c.seesOp(";") ? undefined : c.next().text,
    where: undefined,
    full: false,
  };
}

export function show(c: Cursor): Statement {
  c.next();
  const base = { kind: "show", name: undefined, table: undefined, like: undefined, where: undefined, full: false } as const;
  if (c.pg) {
    if (c.takes("all")) return { ...base, what: "all" };
    if (c.takes("time", "zone")) return { ...base, what: "variable", name: "timezone" };
    if (c.takes("transaction", "isolation", "level")) return { ...base, what: "variable", name: "transaction_isolation" };
    let name = c.name();
    while (c.takesOp(".")) name += `.${c.name()}`;
    return { ...base, what: "variable", name };
  }
  const full = c.takes("full");
  const global = c.takes("global");
  if (!global && !c.takes("session")) c.takes("local");
  const filter = (): { like: string | undefined; where: Expr | undefined } =>
    c.takes("like")
      ? { like: c.string(), where: undefined }
      : c.takes("where")
        ? { like: undefined, where: parseExpression(c) }
        : { like: undefined, where: undefined };
  const word = c.next().lower;
  switch (word) {
    case "databases":
    case "schemas":
      return { ...base, what: "databases", ...filter() };
    case "tables": {
      const name = c.takes("from") || c.takes("in") ? c.name() : undefined;
      return { ...base, what: "tables", name, full, ...filter() };
    }
    case "table":
      c.wants("status");
      return { ...base, what: "table status", name: c.takes("from") || c.takes("in") ? c.name() : undefined, ...filter() };
    case "columns":
    case "fields": {
      if (!c.takes("from")) c.wants("in");
      const table = tableName(c);
      const database = c.takes("from") || c.takes("in") ? c.name() : table.database;
      return { ...base, what: "columns", table: { ...table, database }, full, ...filter() };
    }
    case "index":
    case "indexes":
    case "keys":
      if (!c.takes("from")) c.wants("in");
      return { ...base, what: "index", table: tableName(c) };
    case "create":
      if (c.takes("database") || c.takes("schema")) return { ...base, what: "create database", name: c.name() };
      if (c.takes("view")) return { ...base, what: "create view", table: tableName(c) };
      if (c.takes("user")) throw new NotSimulated("SHOW CREATE USER is not simulated by Timonel");
      c.wants("table");
      return { ...base, what: "create table", table: tableName(c) };
    case "variables":
    case "status":
      return { ...base, what: global ? `global ${word}` : word, ...filter() };
    case "processlist":
      return { ...base, what: word, full };
    case "grants":
      return { ...base, what: word, account: c.takes("for") ? account(c) : undefined };
    case "warnings":
    case "errors":
    case "engines":
    case "privileges":
    case "plugins":
      return { ...base, what: word };
    case "collation":
    case "character":
    case "charset":
    case "master":
    case "slave":
    case "replica":
    case "binary":
    case "engine":
    case "procedure":
    case "function":
    case "triggers":
    case "events":
    case "open":
      throw new NotSimulated(`SHOW ${word.toUpperCase()} is not simulated by Timonel`);
    default:
      c.reset(c.mark() - 1);
      return c.fail();
  }
}
