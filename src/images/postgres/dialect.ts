import type { Statement } from "../sql/ast.ts";
import type { Context } from "../sql/context.ts";
import { timestampText } from "../sql/convert.ts";
import { SqlError } from "../sql/errors.ts";
import { pgWords } from "../sql/pg-words.ts";
import { constant } from "../sql/rows.ts";
import type { Dialect, Outcome } from "../sql/session.ts";
import type { User } from "../sql/store.ts";
import { TEXT, textOf } from "../sql/values.ts";
import { catalog } from "./catalog.ts";
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
      if (key === "timonel.started") return `${timestampText(server.started, true)}+00`;
      return session.settings[key] ?? server.settings[key];
    },
    virtual: (ctx, schema, name) => catalog(ctx, schema, name, server.activities()),
    own: (ctx, s) => own(server, ctx, s),
    authorize: (ctx, s) => authorize(ctx, s),
    syntaxError: (sql, { at, token, message }) =>
      message !== "syntax error"
        ? new SqlError(0, "42601", `${message} at or near "${sql.slice(at)}"`, { at })
        : token.kind === "end"
          ? new SqlError(0, "42601", "syntax error at end of input", { at })
          : new SqlError(0, "42601", `syntax error at or near "${sql.slice(token.at, token.end)}"`, { at }),
    unknownType: (name, at) => new SqlError(0, "42704", `type "${name}" does not exist`, { at }),
  };
}

const me = (ctx: Context): User | undefined => ctx.store.users.find((u) => u.user === ctx.session.user);
const denied = (what: string): SqlError => new SqlError(0, "42501", `permission denied ${what}`);

function authorize(ctx: Context, s: Statement): void {
  const user = me(ctx);
  if (!user || user.attributes["superuser"]) return;
  const tables = ctx.store.databases.get(ctx.session.database)?.tables;
  const need = (name: string, privilege: string): void => {
    const table = tables?.get(name);
    if (!table || table.shape.owner === user.user) return;
    const list = user.grants[`${ctx.session.database}.${name}`] ?? [];
    if (!list.includes(privilege) && !list.includes("all privileges")) throw denied(`for table ${name}`);
  };
  const visit = (of: unknown): void => {
    if (typeof of !== "object" || of === null) return;
    const here = of as { readonly kind?: string; readonly name?: string; readonly database?: string };
    if (here.kind === "table" && typeof here.name === "string") need(here.name, "select");
    for (const part of Object.values(of)) visit(part);
  };
  if (s.kind === "insert" || s.kind === "update" || s.kind === "delete") need(s.table.name, s.kind);
  if (s.kind === "select" || s.kind === "insert") visit(s);
  if (s.kind === "create database" && s.what === "database" && !user.attributes["createdb"]) throw denied("to create database");
  if ((s.kind === "create user" || s.kind === "drop user") && !user.attributes["createrole"])
    throw denied(s.kind === "drop user" ? "to drop role" : "to create role");
  for (const t of s.kind === "drop table" || s.kind === "truncate" ? s.tables : s.kind === "alter table" ? [s.table] : []) {
    const table = tables?.get(t.name);
    if (table && table.shape.owner !== user.user) throw new SqlError(0, "42501", `must be owner of table ${t.name}`);
  }
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
      for (const { name, value } of s.items) {
        if (ctx.setting(name) === undefined && !name.includes("."))
          throw new SqlError(0, "42704", `unrecognized configuration parameter "${name}"`);
        if (/^(max_connections|port|listen_addresses|shared_buffers)$/.test(name))
          throw new SqlError(0, "55P02", `parameter "${name}" cannot be changed without restarting the server`);
        const { [name]: _old, ...rest } = ctx.session.settings;
        ctx.session.settings = value ? { ...rest, [name]: textOf(constant(ctx, value), true) } : rest;
      }
      return { tag: "SET" };
    case "create database": {
      if (s.what === "schema") throw ctx.words.notSimulated("schemas other than public are not simulated by Timonel");
      if (ctx.tx.explicit) throw new SqlError(0, "25001", "CREATE DATABASE cannot run inside a transaction block");
      if (store.databases.has(s.name)) throw ctx.words.databaseExists(s.name);
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
          grants: old?.grants ?? {},
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
        const owns = [...store.databases.values()].find((d) => d.owner === user || d.options["acl"]?.includes(`${user}=`));
        if (owns)
          throw new SqlError(0, "2BP01", `role "${user}" cannot be dropped because some objects depend on it`, {
            detail: owns.owner === user ? `owner of database ${owns.name}` : `privileges for database ${owns.name}`,
          });
        store.setUsers(
          ctx.tx,
          store.users.filter((u) => u.user !== user),
        );
      }
      return { tag: "DROP ROLE" };
    case "grant":
      return grant(server, ctx, s);
    default:
      return undefined;
  }
}

function grant(server: PostgresServer, ctx: Context, s: Statement & { readonly kind: "grant" }): Partial<Outcome> {
  const { store } = server;
  const tag = s.revoke ? "REVOKE" : "GRANT";
  for (const { user } of s.accounts)
    if (user !== "public" && !store.users.some((u) => u.user === user)) throw new SqlError(0, "42704", `role "${user}" does not exist`);
  if (!s.on) throw ctx.words.notSimulated("membership of roles is not simulated by Timonel");
  if (s.on.what === "database") {
    const database = store.databases.get(s.on.database);
    if (!database) throw ctx.words.unknownDatabase(s.on.database);
    const head = `=Tc/${database.owner}\n${database.owner}=CTc/${database.owner}`;
    const acl = s.accounts.reduce((text, { user }) => {
      const without = text.split("\n").filter((l) => !l.startsWith(`${user}=`));
      return (s.revoke ? without : [...without, `${user}=CTc/${database.owner}`]).join("\n");
    }, database.options["acl"] ?? head);
    const next = { ...database, options: { ...database.options, acl } };
    store.databases.set(database.name, next);
    store.change(ctx.tx, ["db", database.name, { owner: next.owner, options: next.options, number: next.number }], () =>
      store.databases.set(database.name, database),
    );
    return { tag };
  }
  if (s.on.what === "table") {
    const name = s.on.table;
    if (!store.databases.get(ctx.session.database)?.tables.has(name)) throw ctx.words.unknownTable("", name, -1);
    const on = `${ctx.session.database}.${name}`;
    store.setUsers(
      ctx.tx,
      store.users.map((u) => {
        if (!s.accounts.some((a) => a.user === u.user)) return u;
        const has = u.grants[on] ?? [];
        const next = s.revoke
          ? has.filter((p) => !s.privileges.includes(p) && !s.privileges.includes("all privileges"))
          : [...new Set([...has, ...s.privileges])];
        return { ...u, grants: { ...u.grants, [on]: next } };
      }),
    );
  }
  return { tag };
}
