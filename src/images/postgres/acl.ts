import type { Context } from "../sql/context.ts";
import { SqlError } from "../sql/errors.ts";
import type { Database } from "../sql/store.ts";
import type { Table } from "../sql/table.ts";

/** What privileges are on. */
export type AclKind = "table" | "sequence" | "database" | "schema";

const LETTERS: Readonly<Record<string, string>> = {
  insert: "a",
  select: "r",
  update: "w",
  delete: "d",
  truncate: "D",
  references: "x",
  trigger: "t",
  usage: "U",
  create: "C",
  temporary: "T",
  temp: "T",
  connect: "c",
  maintain: "m",
};
/** In the order in which they are shown (postgres: utils/acl.h ACL_ALL_RIGHTS_STR). */
const ORDER = "arwdDxtXUCTcsAm";
/** What has to be known of the surroundings. */
type Around = Pick<Context, "version" | "store"> & { readonly session: { readonly database: string } };
const majorOf = (ctx: Pick<Context, "version">): number => Number(ctx.version.match(/\d+/)?.[0]);
const everything = (ctx: Pick<Context, "version">, kind: AclKind): string =>
  ({ table: majorOf(ctx) >= 17 ? "arwdDxtm" : "arwdDxt", sequence: "rwU", database: "CTc", schema: "UC" })[kind];

/** An access list as it is shown: "grantee=letters/grantor", one a line; nobody's name is everybody. */
function usual(ctx: Pick<Context, "version">, kind: AclKind, owner: string): string {
  const all = everything(ctx, kind);
  if (kind === "database") return `=Tc/${owner}\n${owner}=${all}/${owner}`;
  if (kind !== "schema") return `${owner}=${all}/${owner}`;
  return majorOf(ctx) >= 15 ? "pg_database_owner=UC/pg_database_owner\n=U/pg_database_owner" : "postgres=UC/postgres\n=UC/postgres";
}

export interface Holder {
  readonly kind: AclKind;
  readonly name: string;
  readonly owner: string;
  readonly acl: string | undefined;
}
export const tableHolder = (table: Table): Holder => ({
  kind: table.shape.sequence ? "sequence" : "table",
  name: table.name,
  owner: table.shape.owner,
  acl: table.shape.options["acl"],
});
export const databaseHolder = (d: Database): Holder => ({ kind: "database", name: d.name, owner: d.owner, acl: d.options["acl"] });
export const schemaHolder = (ctx: Context, d: Database): Holder => ({
  kind: "schema",
  name: "public",
  owner: majorOf(ctx) >= 15 ? d.owner : "postgres",
  acl: d.options["schema acl"],
});
export const schemaAcl = (ctx: Context, d: Database): string => d.options["schema acl"] ?? usual(ctx, "schema", "");

/** Whether somebody has a privilege. */
export function holds(ctx: Around, user: string, of: Holder, letter: string): boolean {
  const database = ctx.store.databases.get(ctx.session.database);
  const names = ["", user, ...(database?.owner === user ? ["pg_database_owner"] : [])];
  return (of.acl ?? usual(ctx, of.kind, of.owner)).split("\n").some((line) => {
    const [, grantee = "", letters = ""] = /^(.*)=([a-zA-Z]*)\//.exec(line) ?? [];
    return names.includes(grantee) && letters.includes(letter);
  });
}

/** The list after a GRANT or REVOKE. */
export function changed(ctx: Context, of: Holder, grantees: readonly string[], privileges: readonly string[], revoke: boolean): string {
  const all = everything(ctx, of.kind);
  const letters = privileges.map((p) => {
    if (p === "all privileges") return all;
    const letter = LETTERS[p];
    if (letter === undefined) throw new SqlError(0, "42601", `unrecognized privilege type "${p}"`);
    if (!all.includes(letter))
      throw new SqlError(0, "0LP01", `invalid privilege type ${p.toUpperCase()} for ${of.kind === "table" ? "relation" : of.kind}`);
    return letter;
  });
  const lines = (of.acl ?? usual(ctx, of.kind, of.owner)).split("\n").filter((l) => l !== "");
  for (const name of grantees) {
    const grantee = name === "public" ? "" : name;
    const at = lines.findIndex((l) => l.startsWith(`${grantee}=`));
    const has = at < 0 ? "" : ((lines[at] as string).split("=")[1] as string).replace(/\/.*/, "");
    const next = [...ORDER]
      .filter((l) => (revoke ? has.includes(l) && !letters.join("").includes(l) : (has + letters.join("")).includes(l)))
      .join("");
    const line = `${grantee}=${next}/${of.kind === "schema" && majorOf(ctx) >= 15 ? "pg_database_owner" : of.owner}`;
    if (next === "") lines.splice(at < 0 ? lines.length : at, 1);
    else if (at < 0) lines.push(line);
    else lines[at] = line;
  }
  return lines.join("\n");
}
/** A new owner has what the old one had. */
export const handedOver = (acl: string, from: string, to: string): string =>
  acl
    .split("\n")
    .map((line) => {
      const [left = "", grantor = ""] = line.split("/");
      return `${left.startsWith(`${from}=`) ? to + left.slice(from.length) : left}/${grantor === from ? to : grantor}`;
    })
    .join("\n");
