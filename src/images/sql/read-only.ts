import type { Statement } from "./ast.ts";
import type { Context } from "./context.ts";
import { SqlError } from "./errors.ts";

/** What ends MySQL's transaction before it is done. */
export const DDL = new Set<Statement["kind"]>([
  "create table",
  "drop table",
  "alter table",
  "rename table",
  "truncate",
  "create index",
  "drop index",
  "create database",
  "drop database",
  "create user",
  "drop user",
  "grant",
  "set password",
  "create view",
  "drop view",
  "lock tables",
]);
export const TAGS: Readonly<Partial<Record<Statement["kind"], string>>> = {
  "create table": "CREATE TABLE",
  "drop table": "DROP TABLE",
  "alter table": "ALTER TABLE",
  truncate: "TRUNCATE TABLE",
  "create index": "CREATE INDEX",
  "drop index": "DROP INDEX",
  "create view": "CREATE VIEW",
  "drop view": "DROP VIEW",
  "create sequence": "CREATE SEQUENCE",
  "alter sequence": "ALTER SEQUENCE",
  "drop sequence": "DROP SEQUENCE",
  begin: "BEGIN",
  commit: "COMMIT",
  rollback: "ROLLBACK",
};

/** What changes something: a transaction that is READ ONLY does none of it. */
const CHANGES = new Set<Statement["kind"]>([
  ...[...DDL].filter((kind) => kind !== "lock tables"),
  "insert",
  "update",
  "delete",
  "create sequence",
  "alter sequence",
  "drop sequence",
  "comment",
  "role setting",
  "database owner",
]);
/** A transaction that is READ ONLY. */
export function refuseWriting(ctx: Context, s: Statement): void {
  const writes = CHANGES.has(s.kind) || (s.kind === "copy" && s.from);
  if (!writes && !(s.kind === "select" && s.lock)) return;
  if (!ctx.pg) throw new SqlError(1792, "25006", "Cannot execute statement in a READ ONLY transaction");
  const what = s.kind === "select" ? "SELECT FOR UPDATE" : s.kind === "copy" ? "COPY FROM" : (TAGS[s.kind] ?? s.kind.toUpperCase());
  throw new SqlError(0, "25006", `cannot execute ${what} in a read-only transaction`);
}
