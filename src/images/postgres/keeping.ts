import type { Statement } from "../sql/ast.ts";
import type { Context } from "../sql/context.ts";
import { SqlError } from "../sql/errors.ts";
import { findTable } from "../sql/from.ts";
import type { Outcome } from "../sql/session.ts";
import type { Database } from "../sql/store.ts";
import type { Table } from "../sql/table.ts";
import { changed, databaseHolder, type Holder, schemaHolder, tableHolder } from "./acl.ts";
import { denied, me } from "./privileges.ts";
import type { PostgresServer } from "./server.ts";

type Of<K extends Statement["kind"]> = Statement & { readonly kind: K };
type Part = Partial<Outcome>;

/** Throws what is said of a role that is not there. */
export function known(ctx: Context, role: string): void {
  if (!ctx.store.users.some((u) => u.user === role)) throw new SqlError(0, "42704", `role "${role}" does not exist`);
}
const here = (ctx: Context): Database => ctx.store.databases.get(ctx.session.database) as Database;

/** CREATE DATABASE's options: what is asked for is what there is, or is refused. */
export function templated(ctx: Context, options: Readonly<Record<string, string>>): void {
  const not = (what: string): SqlError => ctx.words.notSimulated(`${what} is not simulated by Timonel`);
  for (const [name, value] of Object.entries(options)) {
    if (name === "encoding") {
      if (!/^(utf-?8|unicode|default)$/i.test(value)) throw not(`the encoding ${value}`);
    } else if (name === "template") {
      const template = ctx.store.databases.get(value);
      if (!template) throw new SqlError(0, "3D000", `template database "${value}" does not exist`);
      if (template.tables.size > 0) throw not("a template with tables");
    } else if (!/^(lc_collate|lc_ctype|locale|locale_provider|tablespace)$/.test(name))
      throw not(`the option ${name.toUpperCase()} of CREATE DATABASE`);
  }
}

/** What keeps a role from being dropped. */
export function dependencies(ctx: Context, user: string): readonly string[] {
  const named = (acl: string | undefined): boolean => acl?.split("\n").some((l) => l.startsWith(`${user}=`)) ?? false;
  return [...ctx.store.databases.values()].flatMap((d) => {
    const elsewhere = d.name !== ctx.session.database;
    const tables = [...d.tables.values()].flatMap((t) => {
      const kind = t.shape.view ? "view" : t.shape.sequence ? "sequence" : "table";
      return t.shape.owner === user
        ? [`owner of ${kind} ${t.name}`]
        : named(t.shape.options["acl"])
          ? [`privileges for ${kind} ${t.name}`]
          : [];
    });
    return [
      ...(d.owner === user ? [`owner of database ${d.name}`] : named(d.options["acl"]) ? [`privileges for database ${d.name}`] : []),
      ...(elsewhere
        ? tables.length > 0
          ? [`${tables.length} object${tables.length === 1 ? "" : "s"} in database ${d.name}`]
          : []
        : [...(named(d.options["schema acl"]) ? ["privileges for schema public"] : []), ...tables]),
    ];
  });
}

/** GRANT and REVOKE. */
export function grant(ctx: Context, s: Of<"grant">): Part {
  const { store, tx } = ctx;
  const tag = s.revoke ? "REVOKE" : "GRANT";
  if (!s.on) throw ctx.words.notSimulated("membership of roles is not simulated by Timonel");
  if (s.option) throw ctx.words.notSimulated("WITH GRANT OPTION is not simulated by Timonel");
  for (const { user } of s.accounts) if (user !== "public") known(ctx, user);
  const grantees = s.accounts.map((a) => a.user);
  const user = me(ctx);
  const after = (of: Holder): string => {
    if (!user?.attributes["superuser"] && of.owner !== user?.user) throw denied(`for ${of.kind} ${of.name}`);
    return changed(ctx, of, grantees, s.privileges, s.revoke);
  };
  const { what } = s.on;
  if (what === "database") {
    const database = store.databases.get(s.on.database);
    if (!database) throw ctx.words.unknownDatabase(s.on.database);
    store.setDatabase(tx, database, { options: { ...database.options, acl: after(databaseHolder(database)) } });
    return { tag };
  }
  const database = here(ctx);
  if (/^(schema|all)/.test(what) && s.on.database !== "public") throw new SqlError(0, "3F000", `schema "${s.on.database}" does not exist`);
  if (what === "schema") {
    store.setDatabase(tx, database, { options: { ...database.options, "schema acl": after(schemaHolder(ctx, database)) } });
    return { tag };
  }
  const set = (table: Table): void =>
    store.reshape(tx, database, table, { ...table.shape, options: { ...table.shape.options, acl: after(tableHolder(table)) } });
  if (what === "all tables" || what === "all sequences") {
    for (const table of database.tables.values()) if ((table.shape.sequence !== undefined) === (what === "all sequences")) set(table);
    return { tag };
  }
  const { table } = findTable(ctx, { database: s.on.database === "" ? undefined : s.on.database, name: s.on.table, at: -1 });
  if (what === "sequence" && !table.shape.sequence) throw new SqlError(0, "42809", `"${table.name}" is not a sequence`);
  set(table);
  return { tag };
}

/** COMMENT ON. */
export function comment(ctx: Context, s: Of<"comment">): Part {
  const { store, tx } = ctx;
  const tag = "COMMENT";
  if (s.on === "database") {
    const database = store.databases.get(s.name.name);
    if (!database) throw ctx.words.unknownDatabase(s.name.name);
    const { comment: _, ...rest } = database.options;
    store.setDatabase(tx, database, { options: s.text === undefined ? rest : { ...rest, comment: s.text } });
    return { tag };
  }
  const { database, table } = findTable(ctx, s.name);
  const { shape } = table;
  if (s.column !== undefined) {
    const at = table.position(s.column);
    if (at < 0) throw new SqlError(0, "42703", `column "${s.column}" of relation "${table.name}" does not exist`);
    const columns = shape.columns.map((c, i) => (i === at ? { ...c, comment: s.text } : c));
    store.reshape(tx, database, table, { ...shape, columns });
    return { tag };
  }
  const kind = shape.view ? "view" : shape.sequence ? "sequence" : "table";
  if (s.on !== kind) throw new SqlError(0, "42809", `"${table.name}" is not a ${s.on}`);
  const { comment: _, ...rest } = shape;
  store.reshape(tx, database, table, s.text === undefined ? rest : { ...rest, comment: s.text });
  return { tag };
}

/** ALTER ROLE … SET: what its next sessions begin with. */
export function roleSetting(ctx: Context, s: Of<"role setting">): Part {
  known(ctx, s.role);
  // It is checked as if it were set now, and taken back.
  const before = ctx.session.settings;
  if (s.value !== undefined) ctx.configure(s.name, s.value, false);
  const value = ctx.session.settings[s.name.toLowerCase()];
  ctx.session.settings = before;
  ctx.store.setUsers(
    ctx.tx,
    ctx.store.users.map((u) => {
      if (u.user !== s.role) return u;
      const { [s.name.toLowerCase()]: _, ...rest } = u.settings ?? {};
      return { ...u, settings: s.value === undefined || value === undefined ? rest : { ...rest, [s.name.toLowerCase()]: value } };
    }),
  );
  return { tag: "ALTER ROLE" };
}

/** VACUUM, ANALYZE, CHECKPOINT, DISCARD ALL. Nothing lies dead in our tables, and their statistics are their rows. */
export function maintain(server: PostgresServer, ctx: Context, s: Of<"maintenance">): Part {
  const tag = s.what === "discard" ? "DISCARD ALL" : s.what.toUpperCase();
  if (ctx.tx.explicit && (s.what === "vacuum" || s.what === "discard"))
    throw new SqlError(0, "25001", `${tag} cannot run inside a transaction block`);
  if (s.what === "discard") {
    ctx.session.settings = {};
    ctx.session.sequences = {};
  }
  if (s.what === "checkpoint") server.checkpoint();
  const user = me(ctx);
  for (const name of s.tables) {
    const { table } = findTable(ctx, name);
    if (!user?.attributes["superuser"] && table.shape.owner !== user?.user)
      ctx.warnings.push({ level: "Warning", code: 0, message: `permission denied to ${s.what} "${table.name}", skipping it` });
  }
  return { tag };
}
