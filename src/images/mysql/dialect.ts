import type { Statement } from "../sql/ast.ts";
import type { Context } from "../sql/context.ts";
import { SqlError } from "../sql/errors.ts";
import { constant } from "../sql/rows.ts";
import type { Dialect, Outcome } from "../sql/session.ts";
import { textOf } from "../sql/values.ts";
import { mysqlWords } from "../sql/words.ts";
import type { MysqlServer } from "./server.ts";
import { flag, obeyed, READ_ONLY, setNames } from "./assign.ts";
import { maintain } from "./keeping.ts";
import { defaults, isolationNames } from "./settings.ts";
import { databases, type Self, show, systemTable } from "./show.ts";
import { accountFor, authorize, createUsers, dropUsers, grant, may, setPassword } from "./users.ts";
import type { MysqlVersion } from "./versions.ts";

function about(server: MysqlServer): Self {
  return {
    version: server.version,
    variables: (ctx, global) => ({ ...server.globals, ...(!global && ctx.session.settings) }),
    status: () => statusVariables(server),
    processes: () =>
      server.sessions.all.map((s) => ({
        id: s.id,
        user: s.state.sql.user,
        host: s.state.sql.host === "localhost" ? "localhost" : `${s.socket.remote.ip}:${s.socket.remote.port}`,
        db: s.state.sql.database,
        command: s.state.command,
        since: s.state.at,
        info: s.state.info,
      })),
  };
}

function statusVariables(server: MysqlServer): Readonly<Record<string, string>> {
  return {
    Aborted_connects: String(server.aborted),
    Connections: String(server.sessions.next - 1),
    Max_used_connections: String(Math.max(1, server.sessions.all.length)),
    Open_tables: String(server.tableCount + 10),
    Queries: String(server.questions),
    Questions: String(server.questions),
    Threads_connected: String(server.sessions.all.length),
    Threads_running: "1",
    Uptime: String(Math.floor((server.proc.clock.now() - server.started) / 1000)),
  };
}

/** The language as this server speaks it. */
export function dialectOf(server: MysqlServer): Dialect {
  const { version, proc } = server;
  const self = about(server);
  return {
    pg: false,
    words: wordsOf(version),
    version: version.full,
    hostname: proc.hostname,
    random: proc.random,
    now: () => proc.clock.now(),
    setting: (session, given) => {
      const name = isolationNames(version).includes(given) ? (isolationNames(version)[0] as string) : given;
      return name === "warning_count"
        ? String(session.warnings.length)
        : name === "last_insert_id"
          ? String(session.lastInsertId)
          : (session.settings[name] ?? server.globals[name]);
    },
    virtual: (ctx, database, name) => systemTable(ctx, database, name, self),
    own: (ctx, s) => own(server, ctx, s, self),
    authorize,
    // There are no sequences here.
    mayUse: () => {},
    configure: () => {},
    syntaxError: (sql, { at }) => {
      const near = sql.slice(at).replace(/;\s*$/, "").slice(0, 80);
      const line = sql.slice(0, at).split("\n").length;
      return new SqlError(
        1064,
        "42000",
        `You have an error in your SQL syntax; check the manual that corresponds to your ${version.maria ? "MariaDB" : "MySQL"} server version for the right syntax to use near '${near}' at line ${line}`,
      );
    },
    unknownType: (name) => new SqlError(4161, "HY000", `Unknown data type: '${name}'`),
  };
}

function own(server: MysqlServer, ctx: Context, s: Statement, self: Self): Partial<Outcome> | undefined {
  switch (s.kind) {
    case "show":
      return { rows: show(ctx, s, self), affected: 0 };
    case "use": {
      if (!databases(ctx).has(s.name) && !server.store.databases.has(s.name)) throw ctx.words.unknownDatabase(s.name);
      ctx.session.database = s.name;
      return {};
    }
    case "create database": {
      if (databases(ctx).has(s.name) || server.store.databases.has(s.name)) {
        if (!s.quietly) throw ctx.words.databaseExists(s.name);
        ctx.warnings.push({ level: "Note", code: 1007, message: ctx.words.databaseExists(s.name).message });
        return { affected: 1 };
      }
      server.store.createDatabase(ctx.tx, s.name, ctx.session.user, s.options);
      return { affected: 1 };
    }
    case "drop database": {
      const known = server.store.databases.get(s.name);
      if (!known) {
        if (!s.quietly) throw new SqlError(1008, "HY000", `Can't drop database '${s.name}'; database doesn't exist`);
        ctx.warnings.push({ level: "Note", code: 1008, message: `Can't drop database '${s.name}'; database doesn't exist` });
        return {};
      }
      server.store.dropDatabase(ctx.tx, s.name);
      if (ctx.session.database === s.name) ctx.session.database = "";
      return { affected: known.tables.size };
    }
    case "create user":
      createUsers(ctx, s);
      return {};
    case "drop user":
      dropUsers(ctx, s);
      return {};
    case "set password":
      setPassword(ctx, s);
      return {};
    case "grant":
      grant(ctx, s);
      return {};
    case "kill": {
      const victim = server.sessions.get(s.id);
      if (!victim) throw new SqlError(1094, "HY000", `Unknown thread id: ${s.id}`);
      const account = accountFor(server.store, ctx.session.user, ctx.session.host);
      if (victim.state.sql.user !== ctx.session.user && !may(account, "super", "*"))
        throw new SqlError(1095, "HY000", `You are not owner of thread ${s.id}`);
      server.sessions.drop(victim);
      return {};
    }
    case "set transaction": {
      const { isolation, readOnly } = s.mode;
      const scope = s.scope === "global" ? "global" : "session";
      const [name = ""] = isolationNames(server.version);
      if (isolation !== undefined) assign(server, ctx, scope, name, isolation.toUpperCase().replace(" ", "-"));
      if (readOnly !== undefined) assign(server, ctx, scope, "transaction_read_only", readOnly ? "ON" : "OFF");
      return {};
    }
    case "set names":
      setNames(ctx, s);
      return {};
    case "maintenance":
      return maintain(server, ctx, s);
    case "set":
      for (const { scope, name, value } of s.items) set(server, ctx, scope, name, value);
      return {};
    default:
      return undefined;
  }
}

function set(
  server: MysqlServer,
  ctx: Context,
  scope: "user" | "global" | "session",
  name: string,
  of: (Statement & { readonly kind: "set" })["items"][number]["value"],
): void {
  const value = of ? constant(ctx, of) : null;
  if (scope === "user") {
    ctx.session.variables = { ...ctx.session.variables, [name]: value };
    return;
  }
  const own = isolationNames(server.version);
  assign(server, ctx, scope, own.includes(name) ? (own[0] as string) : name, of ? textOf(value, false) : undefined);
}

/** A variable of the server for this session or for all that come. Nothing given: its default again. */
function assign(server: MysqlServer, ctx: Context, scope: "global" | "session", name: string, given: string | undefined): void {
  if (!(name in server.globals)) throw new SqlError(1193, "HY000", `Unknown system variable '${name}'`);
  if (READ_ONLY.test(name)) throw new SqlError(1238, "HY000", `Variable '${name}' is a read only variable`);
  if (given === undefined && scope === "session") {
    const { [name]: _, ...rest } = ctx.session.settings;
    ctx.session.settings = rest;
    return;
  }
  const text = given ?? (defaults(server.version)[name] as string);
  const shown = obeyed(ctx, name, /^(ON|OFF)$/.test(server.globals[name] as string) ? flag(name, text) : text);
  if (scope === "global") {
    const account = accountFor(server.store, ctx.session.user, ctx.session.host);
    if (!may(account, "super", "*"))
      throw new SqlError(
        1227,
        "42000",
        "Access denied; you need (at least one of) the SUPER, SYSTEM_VARIABLES_ADMIN privilege(s) for this operation",
      );
    server.globals[name] = shown;
  } else if (/^(max_connections|innodb_buffer_pool_size|read_only|slow_query_log)$/.test(name))
    throw new SqlError(1229, "HY000", `Variable '${name}' is a GLOBAL variable and should be set with SET GLOBAL`);
  else ctx.session.settings = { ...ctx.session.settings, [name]: shown };
}

/** What parts of a statement were called before MariaDB named them by their keywords. */
const OLD: Readonly<Record<string, string>> = {
  SELECT: "field list",
  "INSERT INTO": "field list",
  "REPLACE INTO": "field list",
  SET: "field list",
  UPDATE: "field list",
  ON: "on clause",
  VALUES: "field list",
};

const NEW: Readonly<Record<string, string>> = {
  "field list": "SELECT",
  "where clause": "WHERE",
  "order clause": "ORDER BY",
  "group statement": "GROUP BY",
  "having clause": "HAVING",
};

function wordsOf({ maria, version }: MysqlVersion): typeof mysqlWords {
  const base = maria ? mysqlWords : oracleWords;
  const named = maria && /^(10\.11\.(9|1\d)|10\.6\.(19|2\d)|10\.5\.(2[6-9])|11\.[48]|12)/.test(version) ? NEW : OLD;
  return {
    ...base,
    unknownColumn: (name, table, clause, at) => base.unknownColumn(name, table, named[clause] ?? clause, at),
    ambiguousColumn: (name, clause, at) => base.ambiguousColumn(name, named[clause] ?? clause, at),
  };
}

const oracleWords: typeof mysqlWords = {
  ...mysqlWords,
  notSimulated: (what) => new SqlError(1235, "42000", `This version of MySQL doesn't yet support '${what}'`),
  duplicateKey: (table, key, _columns, values) =>
    new SqlError(1062, "23000", `Duplicate entry '${values.join("-")}' for key '${table}.${key}'`),
};
