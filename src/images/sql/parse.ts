import type { Statement } from "./ast.ts";
import { Cursor, NotSimulated } from "./cursor.ts";
import { account, grant, user } from "./parse-accounts.ts";
import { comment, flush, lock, maintenance } from "./parse-keeping.ts";
import { parseSelect } from "./parse-select.ts";
import { txMode } from "./parse-mode.ts";
import { describeTable, set, show } from "./parse-show.ts";
import { alterations, tableDef, tableName } from "./parse-table.ts";
import { createView, sequence, viewWords } from "./parse-views.ts";
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
    if (c.takes("all")) throw new NotSimulated("RESET ALL is not simulated by Timonel");
    return { kind: "set", local: false, items: [{ scope: "session", name: c.name(), value: undefined }] };
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
  flush,
  analyze: maintenance,
  check: maintenance,
  optimize: maintenance,
  vacuum: maintenance,
  checkpoint: maintenance,
  discard: maintenance,
  comment,
  lock,
  unlock: lock,
  kill: (c) => {
    if (c.pg) c.fail();
    c.next();
    if (c.takes("query")) throw new NotSimulated("KILL QUERY is not simulated by Timonel");
    c.takes("connection");
    return { kind: "kill", id: c.integer() };
  },
  copy,
};

function begin(c: Cursor): Statement {
  const starts = c.takes("start", "transaction");
  if (!starts) {
    c.next();
    if (!c.takes("work") && c.pg) c.takes("transaction");
  }
  return { kind: "begin", mode: starts || c.pg ? txMode(c) : {} };
}

function ending(c: Cursor, statement: Statement): Statement {
  c.next();
  if (!c.takes("work")) c.takes("transaction");
  return statement;
}

export function create(c: Cursor): Statement {
  c.next();
  const replace = c.takes("or", "replace");
  if (!c.pg) viewWords(c);
  if (c.takes("view")) return createView(c, replace);
  if (replace) throw new NotSimulated(`CREATE OR REPLACE ${c.token.text.toUpperCase()} is not simulated by Timonel`);
  if (c.pg && c.takes("sequence")) return sequence(c, "create sequence");
  if (c.takes("database") || (c.takes("schema") && c.last)) {
    const what = c.last.lower === "schema" && c.pg ? "schema" : "database";
    const quietly = c.takes("if", "not", "exists");
    const name = c.name();
    const options: Record<string, string> = {};
    let owner: string | undefined;
    c.takes("with");
    while (c.token.kind === "word") {
      c.takes("default");
      if (c.pg && c.takes("connection", "limit")) throw new NotSimulated("CONNECTION LIMIT is not simulated by Timonel");
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
    if (c.takes("using") && c.next().lower !== "btree")
      throw new NotSimulated(`indexes USING ${c.last.text.toUpperCase()} are not simulated by Timonel`);
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
    /^(procedure|function|trigger|event|sequence|type|materialized|domain|server|policy|definer|aggregate|publication|subscription)$/.test(
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
    let force = false;
    if (c.pg && (c.takes("with") || c.seesOp("(")))
      c.inParens(() => {
        c.wants("force");
        force = true;
      });
    return { kind: "drop database", name, quietly, what, force };
  }
  if (c.takes("view") || (c.pg && c.takes("sequence"))) {
    const { lower } = c.last;
    const quietly = c.takes("if", "exists");
    const names = c.list(() => tableName(c));
    const cascade = c.takes("cascade");
    if (!cascade) c.takes("restrict");
    return lower === "view" ? { kind: "drop view", tables: names, quietly, cascade } : { kind: "drop sequence", names, quietly, cascade };
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
  if (c.takes("table") || (c.pg && c.takes("view"))) {
    const word = c.last.lower === "view" ? "VIEW" : "TABLE";
    const quietly = c.takes("if", "exists");
    c.takes("only");
    return { kind: "alter table", quietly, table: tableName(c), changes: alterations(c), word };
  }
  if (c.takes("user") || c.takes("role")) return user(c, true);
  if (c.pg && c.takes("sequence")) return sequence(c, "alter sequence");
  if (c.pg && c.takes("database")) {
    const name = c.name();
    if (c.takes("owner", "to")) return { kind: "database owner", name, owner: c.name() };
    throw new NotSimulated(`ALTER DATABASE … ${c.token.text.toUpperCase()} is not simulated by Timonel`);
  }
  throw new NotSimulated(`ALTER ${c.token.text.toUpperCase()} is not simulated by Timonel`);
}
