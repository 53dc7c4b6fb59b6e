import type { Statement } from "./ast.ts";
import { Cursor, NotSimulated } from "./cursor.ts";
import { account, grant, user } from "./parse-accounts.ts";
import { parseSelect } from "./parse-select.ts";
import { describeTable, set, show } from "./parse-show.ts";
import { alterations, tableDef, tableName } from "./parse-table.ts";
import { copy, insert, remove, update } from "./parse-write.ts";

/** One statement; undefined: there is nothing but comments. Throws ParseError, UnknownType and NotSimulated. */
export function parseStatement(sql: string, pg: boolean): Statement | undefined {
  const c = new Cursor(sql, pg);
  while (c.takesOp(";"));
  if (c.token.kind === "end") return undefined;
  const statement = any(c);
  while (c.takesOp(";"));
  const left: string = c.token.kind;
  if (left !== "end") c.fail();
  return statement;
}

function any(c: Cursor): Statement {
  const { lower } = c.token;
  const parser = c.token.kind === "word" ? STATEMENTS[lower] : undefined;
  if (parser) return parser(c);
  if (c.seesOp("(")) return parseSelect(c);
  if (c.token.kind === "word" && (c.pg ? PG_REFUSED : MYSQL_REFUSED).has(lower))
    throw new NotSimulated(`${lower.toUpperCase()} is not simulated by Timonel`);
  return c.fail();
}

const PG_REFUSED = new Set([
  "declare",
  "fetch",
  "listen",
  "notify",
  "prepare",
  "execute",
  "do",
  "call",
  "reindex",
  "cluster",
  "lock",
  "merge",
  "import",
  "refresh",
  "security",
  "unlisten",
  "move",
  "close",
]);

const MYSQL_REFUSED = new Set([
  "handler",
  "load",
  "prepare",
  "execute",
  "deallocate",
  "call",
  "do",
  "install",
  "xa",
  "change",
  "start",
  "stop",
  "reset",
  "purge",
  "shutdown",
  "repair",
]);

type Parser = (c: Cursor) => Statement;

export const nothing = (tag: string): Statement => ({ kind: "nothing", tag });

export function rest(c: Cursor): void {
  while (c.token.kind !== "end" && !c.seesOp(";")) c.next();
}

const STATEMENTS: Readonly<Record<string, Parser>> = {
  select: parseSelect,
  with: parseSelect,
  values: parseSelect,
  table: (c) => (c.pg ? parseSelect(c) : c.fail()),
  insert,
  replace: (c) => (c.pg ? c.fail() : insert(c)),
  update,
  delete: remove,
  create,
  drop,
  alter,
  rename: (c) => {
    if (c.pg) c.fail();
    c.wants("rename", "table");
    return {
      kind: "rename table",
      pairs: c.list(() => {
        const from = tableName(c);
        c.wants("to");
        return [from, tableName(c)] as const;
      }),
    };
  },
  truncate: (c) => {
    c.next();
    c.takes("table");
    const tables = c.list(() => tableName(c));
    const restart = c.takes("restart", "identity");
    if (!restart) c.takes("continue", "identity");
    return { kind: "truncate", tables, restart, cascade: c.takes("cascade") };
  },
  use: (c) => (c.pg ? c.fail() : (c.next(), { kind: "use", name: c.name() })),
  begin: (c) => begin(c),
  start: (c) => {
    if (!(c.ahead(1).lower === "transaction")) throw new NotSimulated(`START ${c.ahead(1).text.toUpperCase()} is not simulated by Timonel`);
    return begin(c);
  },
  commit: (c) => ending(c, { kind: "commit" }),
  end: (c) => (c.pg ? ending(c, { kind: "commit" }) : c.fail()),
  abort: (c) => (c.pg ? ending(c, { kind: "rollback", to: undefined }) : c.fail()),
  rollback: (c) => {
    const done = ending(c, { kind: "rollback", to: undefined });
    if (!c.takes("to")) return done;
    c.takes("savepoint");
    return { kind: "rollback", to: c.name() };
  },
  savepoint: (c) => (c.next(), { kind: "savepoint", name: c.name(), release: false }),
  release: (c) => {
    c.next();
    c.takes("savepoint");
    return { kind: "savepoint", name: c.name(), release: true };
  },
  set,
  reset: (c) => {
    if (!c.pg) throw new NotSimulated("RESET is not simulated by Timonel");
    c.next();
    return { kind: "set", items: [{ scope: "session", name: c.name(), value: undefined }] };
  },
  show,
  describe: describeTable,
  desc: describeTable,
  explain: (c) => {
    if (!c.pg && c.ahead(1).kind !== "op" && !/^(select|insert|update|delete|extended|format|with)$/.test(c.ahead(1).lower))
      return describeTable(c);
    c.next();
    return { kind: "explain", of: any(c) };
  },
  grant: (c) => grant(c, false),
  revoke: (c) => grant(c, true),
  flush: (c) => {
    if (c.pg) c.fail();
    rest(c);
    return nothing("FLUSH");
  },
  analyze: (c) => (rest(c), nothing("ANALYZE")),
  vacuum: (c) => (c.pg ? (rest(c), nothing("VACUUM")) : c.fail()),
  checkpoint: (c) => (c.pg ? (rest(c), nothing("CHECKPOINT")) : c.fail()),
  comment: (c) => (c.pg ? (rest(c), nothing("COMMENT")) : c.fail()),
  discard: (c) => (c.pg ? (rest(c), nothing("DISCARD ALL")) : c.fail()),
  lock: (c) => {
    if (c.pg) throw new NotSimulated("LOCK is not simulated by Timonel");
    rest(c);
    return nothing("LOCK");
  },
  unlock: (c) => (rest(c), nothing("UNLOCK")),
  kill: (c) => {
    if (c.pg) c.fail();
    c.next();
    if (!c.takes("query")) c.takes("connection");
    return { kind: "kill", id: c.integer() };
  },
  copy,
};

function begin(c: Cursor): Statement {
  if (c.takes("start", "transaction")) rest(c);
  else {
    c.next();
    if (!c.takes("work")) c.takes("transaction");
    rest(c);
  }
  return { kind: "begin" };
}

function ending(c: Cursor, statement: Statement): Statement {
  c.next();
  if (!c.takes("work")) c.takes("transaction");
  return statement;
}

export function create(c: Cursor): Statement {
  c.next();
  if (c.sees("or", "replace")) {
    const what = c.ahead(2);
    throw new NotSimulated(`CREATE OR REPLACE ${what.text.toUpperCase()} is not simulated by Timonel`);
  }
  if (c.takes("database") || (c.takes("schema") && c.last)) {
    const what = c.last.lower === "schema" && c.pg ? "schema" : "database";
    const quietly = c.takes("if", "not", "exists");
    const name = c.name();
    const options: Record<string, string> = {};
    let owner: string | undefined;
    c.takes("with");
    while (c.token.kind === "word") {
      c.takes("default");
      let option = c.next().lower;
      if (option === "character") {
        c.wants("set");
        option = "charset";
      }
      c.takesOp("=");
      const value = c.next().text;
      if (option === "owner" || option === "authorization") owner = value;
      else options[option] = value;
    }
    return { kind: "create database", name, quietly, owner, options, what };
  }
  if (c.takes("user") || c.takes("role") || (c.pg && c.takes("group"))) return user(c, false);
  const unique = c.takes("unique");
  if (c.takes("index")) {
    if (c.pg) c.takes("concurrently");
    const quietly = c.takes("if", "not", "exists");
    const name = c.sees("on") ? undefined : c.name();
    if (!c.pg && c.takes("using")) c.next();
    c.wants("on");
    const table = tableName(c);
    if (c.takes("using")) c.next();
    const columns = c.inParens(() => {
      if (c.ahead(1).text === "(" && c.pg) throw new NotSimulated("indexes on expressions are not simulated by Timonel");
      const column = c.name();
      if (c.takesOp("(")) {
        c.integer();
        c.wantsOp(")");
      }
      if (!c.takes("asc")) c.takes("desc");
      return column;
    });
    if (c.sees("where")) throw new NotSimulated("partial indexes are not simulated by Timonel");
    return { kind: "create index", name, table, columns, unique, quietly };
  }
  const temporary = c.takes("temporary") || c.takes("temp") || c.takes("unlogged");
  if (c.takes("table")) {
    if (temporary) throw new NotSimulated("temporary tables are not simulated by Timonel");
    const quietly = c.takes("if", "not", "exists");
    const table = tableName(c);
    const base = { kind: "create table", table, quietly } as const;
    const none = { columns: [], keys: [], foreign: [], checks: [], options: {} };
    if (c.takes("like")) return { ...base, def: none, like: tableName(c), as: undefined };
    if (c.takes("as") || c.sees("select")) return { ...base, def: none, like: undefined, as: parseSelect(c) };
    return { ...base, def: tableDef(c), like: undefined, as: undefined };
  }
  if (c.pg && c.takes("extension")) {
    c.takes("if", "not", "exists");
    throw new NotSimulated(`the extension ${c.token.text} is not simulated by Timonel`);
  }
  if (c.token.kind !== "word") c.fail();
  if (
    /^(view|procedure|function|trigger|event|sequence|type|materialized|domain|server|policy|definer|aggregate|publication|subscription)$/.test(
      c.token.lower,
    )
  )
    throw new NotSimulated(`CREATE ${c.token.text.toUpperCase()} is not simulated by Timonel`);
  return c.fail();
}

function drop(c: Cursor): Statement {
  c.next();
  if (c.takes("database") || c.takes("schema")) {
    const what = c.last.lower === "schema" && c.pg ? "schema" : "database";
    const quietly = c.takes("if", "exists");
    const name = c.name();
    c.takes("cascade");
    if (c.takes("with")) c.inParens(() => c.wants("force"));
    return { kind: "drop database", name, quietly, what };
  }
  if (c.takes("table")) {
    const quietly = c.takes("if", "exists");
    const tables = c.list(() => tableName(c));
    const cascade = c.takes("cascade");
    if (!cascade) c.takes("restrict");
    return { kind: "drop table", tables, quietly, cascade };
  }
  if (c.takes("index")) {
    const quietly = c.takes("if", "exists");
    const name = c.name();
    return { kind: "drop index", name, table: c.takes("on") ? tableName(c) : undefined, quietly };
  }
  if (c.takes("user") || c.takes("role")) {
    const word = c.last.lower as "user" | "role";
    const quietly = c.takes("if", "exists");
    return { kind: "drop user", accounts: c.list(() => account(c)), quietly, word };
  }
  if (c.token.kind !== "word") c.fail();
  throw new NotSimulated(`DROP ${c.token.text.toUpperCase()} is not simulated by Timonel`);
}

export function alter(c: Cursor): Statement {
  c.next();
  if (c.takes("table")) {
    const quietly = c.takes("if", "exists");
    c.takes("only");
    return { kind: "alter table", quietly, table: tableName(c), changes: alterations(c) };
  }
  if (c.takes("user") || c.takes("role")) return user(c, true);
  if (c.pg && c.takes("database") && c.name() && c.takes("owner")) {
    rest(c);
    return nothing("ALTER DATABASE");
  }
  throw new NotSimulated(`ALTER ${c.token.text.toUpperCase()} is not simulated by Timonel`);
}
