import type { Statement } from "../sql/ast.ts";
import type { Context } from "../sql/context.ts";
import { timestampText } from "../sql/convert.ts";
import { SqlError } from "../sql/errors.ts";
import { pgWords } from "../sql/pg-words.ts";
import { constant } from "../sql/rows.ts";
import type { Dialect, Outcome } from "../sql/session.ts";
import type { User } from "../sql/store.ts";
import { TEXT, textOf } from "../sql/values.ts";
import { handedOver } from "./acl.ts";
import { catalog } from "./catalog.ts";
import { configure } from "./configure.ts";
import { comment, dependencies, grant, known, maintain, roleSetting, templated } from "./keeping.ts";
import { authorize, mayUse } from "./privileges.ts";
import type { PostgresServer } from "./server.ts";
import { fullVersion } from "./versions.ts";

/** The language as this server speaks it. */
export function dialectOf(server: PostgresServer): Dialect {
  return {
    pg: true,
    words: pgWords,
    version: fullVersion(server.version),
    hostname: server.proc.hostname,
    random: server.proc.random,
    now: () => server.proc.clock.now(),
    setting: (session, name) => {
      const key = name.toLowerCase();
      if (key === "transaction_isolation" && session.settings[key] === undefined)
        return session.settings["default_transaction_isolation"] ?? server.settings["default_transaction_isolation"];
      if (key === "timonel.started") return `${timestampText(server.started, true)}+00`;
      return session.settings[key] ?? server.settings[key];
    },
    virtual: (ctx, schema, name) => catalog(ctx, schema, name, server.activities()),
    own: (ctx, s) => own(server, ctx, s),
    authorize,
    mayUse,
    configure,
    syntaxError: (sql, { at, token, message }) =>
      message !== "syntax error"
        ? new SqlError(0, "42601", `${message} at or near "${sql.slice(at)}"`, { at })
        : token.kind === "end"
          ? new SqlError(0, "42601", "syntax error at end of input", { at })
          : new SqlError(0, "42601", `syntax error at or near "${sql.slice(token.at, token.end)}"`, { at }),
    unknownType: (name, at) => new SqlError(0, "42704", `type "${name}" does not exist`, { at }),
  };
}

function own(server: PostgresServer, ctx: Context, s: Statement): Partial<Outcome> | undefined {
  const { store } = server;
  switch (s.kind) {
    case "show": {
      if (s.what === "all") throw ctx.words.notSimulated("SHOW ALL is not simulated by Timonel");
      const name = s.name as string;
      const value = ctx.setting(name);
      if (value === undefined) throw new SqlError(0, "42704", `unrecognized configuration parameter "${name}"`);
      return { rows: { fields: [{ name: name === "timezone" ? "TimeZone" : name, type: TEXT }], rows: [[value]] }, tag: "SHOW" };
    }
    case "set":
      for (const { name, value } of s.items) configure(ctx, name, value && textOf(constant(ctx, value), true), s.local);
      return { tag: s.items.every((i) => i.value === undefined) ? "RESET" : "SET" };
    case "set transaction": {
      const { isolation, readOnly } = s.mode;
      if (isolation !== undefined) configure(ctx, "default_transaction_isolation", isolation, false);
      if (readOnly !== undefined) configure(ctx, "default_transaction_read_only", readOnly ? "on" : "off", false);
      return { tag: "SET" };
    }
    case "maintenance":
      return maintain(server, ctx, s);
    case "comment":
      return comment(ctx, s);
    case "role setting":
      return roleSetting(ctx, s);
    case "database owner": {
      const database = store.databases.get(s.name);
      if (!database) throw ctx.words.unknownDatabase(s.name);
      known(ctx, s.owner);
      const acl = database.options["acl"];
      const options = acl === undefined ? database.options : { ...database.options, acl: handedOver(acl, database.owner, s.owner) };
      store.setDatabase(ctx.tx, database, { owner: s.owner, options });
      return { tag: "ALTER DATABASE" };
    }
    case "create database": {
      if (s.what === "schema") throw ctx.words.notSimulated("schemas other than public are not simulated by Timonel");
      if (ctx.tx.explicit) throw new SqlError(0, "25001", "CREATE DATABASE cannot run inside a transaction block");
      if (store.databases.has(s.name)) throw ctx.words.databaseExists(s.name);
      if (s.owner !== undefined) known(ctx, s.owner);
      templated(ctx, s.options);
      store.createDatabase(ctx.tx, s.name, s.owner ?? ctx.session.user, {});
      return { tag: "CREATE DATABASE" };
    }
    case "drop database": {
      if (s.what === "schema") throw ctx.words.notSimulated("schemas other than public are not simulated by Timonel");
      if (!store.databases.has(s.name)) {
        if (!s.quietly) throw ctx.words.unknownDatabase(s.name);
        ctx.warnings.push({ level: "Note", code: 0, message: `database "${s.name}" does not exist, skipping` });
        return { tag: "DROP DATABASE" };
      }
      if (s.name === ctx.session.database) throw new SqlError(0, "55006", "cannot drop the currently open database");
      if (ctx.tx.explicit) throw new SqlError(0, "25001", "DROP DATABASE cannot run inside a transaction block");
      if (s.force) server.terminate(s.name);
      const others = server.activities().filter((a) => a.database === s.name).length;
      if (others > 0)
        throw new SqlError(0, "55006", `database "${s.name}" is being accessed by other users`, {
          detail: others === 1 ? "There is 1 other session using the database." : `There are ${others} other sessions using the database.`,
        });
      store.dropDatabase(ctx.tx, s.name);
      return { tag: "DROP DATABASE" };
    }
    case "create user": {
      let users = store.users;
      for (const [{ user }, password] of s.accounts) {
        const old = users.find((u) => u.user === user);
        if (!s.alter && old) throw new SqlError(0, "42710", `role "${user}" already exists`);
        if (s.alter && !old) throw new SqlError(0, "42704", `role "${user}" does not exist`);
        const made: User = {
          user,
          host: "",
          password: password === undefined ? (old?.password ?? "") : server.verifier(password),
          attributes: { ...old?.attributes, ...s.attributes },
          grants: {},
          ...(old?.settings && { settings: old.settings }),
        };
        users = old ? users.map((u) => (u === old ? made : u)) : [...users, made];
      }
      store.setUsers(ctx.tx, users);
      return { tag: s.alter ? "ALTER ROLE" : "CREATE ROLE" };
    }
    case "drop user":
      for (const { user } of s.accounts) {
        if (!store.users.some((u) => u.user === user)) {
          if (!s.quietly) throw new SqlError(0, "42704", `role "${user}" does not exist`);
          ctx.warnings.push({ level: "Note", code: 0, message: `role "${user}" does not exist, skipping` });
        }
        const ties = dependencies(ctx, user);
        if (ties.length > 0)
          throw new SqlError(0, "2BP01", `role "${user}" cannot be dropped because some objects depend on it`, { detail: ties.join("\n") });
        store.setUsers(
          ctx.tx,
          store.users.filter((u) => u.user !== user),
        );
      }
      return { tag: "DROP ROLE" };
    case "grant":
      return grant(ctx, s);
    default:
      return undefined;
  }
}
