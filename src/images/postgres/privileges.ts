import type { Statement, TableName } from "../sql/ast.ts";
import type { Context } from "../sql/context.ts";
import { SqlError } from "../sql/errors.ts";
import { tablesOf } from "../sql/locks.ts";
import type { User } from "../sql/store.ts";
import type { Table } from "../sql/table.ts";
import { holds, schemaHolder, tableHolder } from "./acl.ts";

export const me = (ctx: Context): User | undefined => ctx.store.users.find((u) => u.user === ctx.session.user);
export const denied = (what: string, more: { readonly at?: number; readonly detail?: string } = {}): SqlError =>
  new SqlError(0, "42501", `permission denied ${what}`, more);

const kindOf = (table: Table): string => (table.shape.view ? "view" : table.shape.sequence ? "sequence" : "table");
export const tablesHere = (ctx: Context): ReadonlyMap<string, Table> => ctx.store.databases.get(ctx.session.database)?.tables ?? new Map();

/** nextval() and its like. */
export function mayUse(ctx: Context, sequence: Table, how: "next" | "read" | "set"): void {
  if (me(ctx)?.attributes["superuser"]) return;
  const letters = { next: "Uw", read: "Ur", set: "w" }[how];
  if (![...letters].some((l) => holds(ctx, ctx.session.user, tableHolder(sequence), l))) throw denied(`for sequence ${sequence.name}`);
}

/** Whether the user may. Throws SqlError. */
export function authorize(ctx: Context, s: Statement): void {
  const user = me(ctx);
  if (!user || user.attributes["superuser"]) return;
  const tables = tablesHere(ctx);
  const need = (name: string, letter: string): void => {
    const table = tables.get(name);
    if (table && !holds(ctx, user.user, tableHolder(table), letter)) throw denied(`for ${kindOf(table)} ${name}`);
  };
  const reads = (of: unknown): void => {
    for (const { name } of tablesOf(of)) need(name, "r");
  };
  const owns = (name: string): void => {
    const table = tables.get(name);
    if (table && table.shape.owner !== user.user) throw new SqlError(0, "42501", `must be owner of ${kindOf(table)} ${name}`);
  };
  const mayCreate = (at: TableName): void => {
    const database = ctx.store.databases.get(ctx.session.database);
    if (database && !holds(ctx, user.user, schemaHolder(ctx, database), "C")) throw denied("for schema public", { at: at.at });
  };
  const ownsDatabase = (name: string): void => {
    const database = ctx.store.databases.get(name);
    if (database && database.owner !== user.user) throw new SqlError(0, "42501", `must be owner of database ${name}`);
  };
  switch (s.kind) {
    case "select":
      return reads(s);
    case "insert":
      need(s.table.name, "a");
      if (s.onConflict?.set) need(s.table.name, "w");
      if (s.returning || s.onConflict?.set) need(s.table.name, "r");
      return reads([s.select, s.rows]);
    case "update":
    case "delete":
      need(s.table.name, s.kind === "update" ? "w" : "d");
      if (s.where || s.returning) need(s.table.name, "r");
      return reads([s.where, s.kind === "update" ? s.set : undefined]);
    case "copy":
      if (s.select) return reads(s.select);
      return need(s.table.name, s.from ? "a" : "r");
    case "truncate":
      for (const t of s.tables) need(t.name, "D");
      return;
    case "create table":
      mayCreate(s.table);
      return reads([s.as, s.like]);
    case "create view":
      mayCreate(s.table);
      if (tables.has(s.table.name)) owns(s.table.name);
      return reads(s.select);
    case "create sequence":
      return mayCreate(s.name);
    case "alter table":
    case "create index":
      return owns(s.table.name);
    case "drop table":
    case "drop view":
      for (const t of s.tables) owns(t.name);
      return;
    case "drop sequence":
      for (const t of s.names) owns(t.name);
      return;
    case "alter sequence":
      return owns(s.name.name);
    case "comment":
      return s.on === "database" ? ownsDatabase(s.name.name) : owns(s.name.name);
    case "database owner":
      return ownsDatabase(s.name);
    case "create database":
      if (s.what === "database" && !user.attributes["createdb"]) throw denied("to create database");
      return;
    case "drop database":
      return s.what === "database" ? ownsDatabase(s.name) : undefined;
    case "create user":
    case "drop user":
      if (s.kind === "create user" && s.alter && s.accounts.every(([a]) => a.user === user.user) && Object.keys(s.attributes).length === 0)
        return;
      if (!user.attributes["createrole"])
        throw denied(s.kind === "drop user" ? "to drop role" : s.alter ? "to alter role" : "to create role");
      if (s.kind === "create user" && s.attributes["superuser"]) throw denied(s.alter ? "to alter role" : "to create role");
      return;
    case "role setting":
      if (s.role !== user.user && !user.attributes["createrole"]) throw denied("to alter role");
      return;
    case "maintenance":
      if (s.what === "checkpoint")
        throw denied("to execute CHECKPOINT command", {
          detail: 'Only roles with privileges of the "pg_checkpoint" role may execute this command.',
        });
      return;
    // GRANT looks for itself; what is left everybody may.
    default:
  }
}
