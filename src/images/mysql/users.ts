import type { Account, Statement } from "../sql/ast.ts";
import type { Context } from "../sql/context.ts";
import { SqlError } from "../sql/errors.ts";
import { tablesOf } from "../sql/locks.ts";
import type { Store, User } from "../sql/store.ts";
import { verifier } from "./password.ts";
import type { MysqlVersion } from "./versions.ts";

/** The account that a client is: the most exact host first. */
export function accountFor(store: Store, user: string, host: string): User | undefined {
  const fits = (pattern: string): number =>
    pattern === host ? 3 : pattern === "%" ? 1 : pattern.includes("%") && likeHost(pattern, host) ? 2 : 0;
  return store.users
    .filter((u) => u.user === user)
    .map((u) => ({ u, n: fits(u.host) }))
    .filter(({ n }) => n > 0)
    .sort((a, b) => b.n - a.n)[0]?.u;
}
function likeHost(pattern: string, host: string): boolean {
  const [head = "", ...rest] = pattern.split("%");
  return host.startsWith(head) && host.endsWith(rest.at(-1) ?? "");
}
const same = (a: Account, b: Account): boolean => a.user === b.user && a.host.toLowerCase() === b.host.toLowerCase();
const shown = (a: Account): string => `'${a.user}'@'${a.host}'`;

export function grantsOf(user: User, v: MysqlVersion): readonly string[] {
  const who = `\`${user.user}\`@\`${user.host}\``;
  const password = v.maria && user.password !== "" ? ` IDENTIFIED BY PASSWORD '${user.password}'` : "";
  const lines = [];
  const all = user.grants["*.*"] ?? [];
  lines.push(
    `GRANT ${all.length === 0 ? "USAGE" : words(all)} ON *.* TO ${who}${password}${all.includes("grant option") ? " WITH GRANT OPTION" : ""}`,
  );
  for (const [on, privileges] of Object.entries(user.grants)) {
    if (on === "*.*" || privileges.length === 0) continue;
    const [database = "", table = ""] = on.split(".");
    lines.push(
      `GRANT ${words(privileges)} ON \`${database}\`.${table === "*" ? "*" : `\`${table}\``} TO ${who}${privileges.includes("grant option") ? " WITH GRANT OPTION" : ""}`,
    );
  }
  return lines;
}
const words = (privileges: readonly string[]): string =>
  privileges
    .filter((p) => p !== "grant option")
    .map((p) => p.toUpperCase())
    .join(", ") || "USAGE";

export function createUsers(ctx: Context, s: Statement & { readonly kind: "create user" }): void {
  let users = ctx.store.users;
  const failed: Account[] = [];
  for (const [given, password] of s.accounts) {
    const who =
      given.user === "" && given.host === ""
        ? { user: ctx.session.user, host: accountFor(ctx.store, ctx.session.user, ctx.session.host)?.host ?? "%" }
        : given;
    const old = users.find((u) => same(u, who));
    if (s.alter ? !old : old) {
      if (s.quietly) ctx.warnings.push({ level: "Note", code: 1973, message: `Can't create user ${shown(who)}; it already exists` });
      else failed.push(who);
      continue;
    }
    const kept = password === undefined ? (old?.password ?? "") : /^\*[0-9A-F]{40}$/.test(password) ? password : verifier(password);
    const user: User = { user: who.user, host: who.host, password: kept, attributes: {}, grants: old?.grants ?? {} };
    users = old ? users.map((u) => (u === old ? user : u)) : [...users, user];
  }
  if (failed.length > 0)
    throw new SqlError(1396, "HY000", `Operation ${s.alter ? "ALTER" : "CREATE"} USER failed for ${failed.map(shown).join(",")}`);
  ctx.store.setUsers(ctx.tx, users);
}
export function dropUsers(ctx: Context, s: Statement & { readonly kind: "drop user" }): void {
  const missing = s.accounts.filter((a) => !ctx.store.users.some((u) => same(u, a)));
  if (missing.length > 0 && !s.quietly) throw new SqlError(1396, "HY000", `Operation DROP USER failed for ${missing.map(shown).join(",")}`);
  ctx.store.setUsers(
    ctx.tx,
    ctx.store.users.filter((u) => !s.accounts.some((a) => same(u, a))),
  );
}
export function setPassword(ctx: Context, s: Statement & { readonly kind: "set password" }): void {
  const who = s.account ?? accountFor(ctx.store, ctx.session.user, ctx.session.host) ?? { user: ctx.session.user, host: "%" };
  if (!ctx.store.users.some((u) => same(u, who))) throw new SqlError(1133, "28000", "Can't find any matching row in the user table");
  const password = /^\*[0-9A-F]{40}$/.test(s.password) ? s.password : verifier(s.password);
  ctx.store.setUsers(
    ctx.tx,
    ctx.store.users.map((u) => (same(u, who) ? { ...u, password } : u)),
  );
}
export function grant(ctx: Context, s: Statement & { readonly kind: "grant" }): void {
  if (!s.on) throw ctx.words.notSimulated("roles are not simulated by Timonel");
  const database = s.on.database === "" ? ctx.session.database : s.on.database;
  if (database === "") throw ctx.words.noDatabase();
  const on = `${database.replaceAll("\\", "")}.${s.on.table}`;
  let users = ctx.store.users;
  for (const [i, who] of s.accounts.entries()) {
    const old = users.find((u) => same(u, who));
    const password = s.passwords[i];
    if (!old && (password === undefined || s.revoke)) {
      if (s.revoke) throw new SqlError(1141, "42000", `There is no such grant defined for user '${who.user}' on host '${who.host}'`);
      throw new SqlError(1133, "28000", "Can't find any matching row in the user table");
    }
    const user = old ?? { user: who.user, host: who.host, password: "", attributes: {}, grants: {} };
    const has = user.grants[on] ?? [];
    const asked = [...s.privileges.filter((p) => p !== "usage"), ...(s.option ? ["grant option"] : [])];
    const next = s.revoke
      ? s.privileges.includes("all privileges")
        ? []
        : has.filter((p) => !asked.includes(p))
      : has.includes("all privileges")
        ? [...new Set([...has, ...asked.filter((p) => p === "grant option")])]
        : asked.includes("all privileges")
          ? [...new Set(["all privileges", ...asked.filter((p) => p === "grant option")])]
          : [...new Set([...has, ...asked])];
    const changed: User = {
      ...user,
      ...(password !== undefined && { password: verifier(password) }),
      grants: { ...user.grants, [on]: next },
    };
    users = old ? users.map((u) => (u === old ? changed : u)) : [...users, changed];
  }
  ctx.store.setUsers(ctx.tx, users);
}

/** Whether an account has a privilege on a table, a database (table "*"), or everywhere ("*", "*"). */
export function may(user: User | undefined, privilege: string, database: string, table = "*"): boolean {
  const has = (on: string): boolean => {
    const list = user?.grants[on] ?? [];
    return list.includes(privilege) || list.includes("all privileges") || (privilege === "any" && list.length > 0);
  };
  return (
    has("*.*") ||
    has(`${database}.*`) ||
    (table === "*"
      ? privilege === "any" && Object.keys(user?.grants ?? {}).some((g) => g.startsWith(`${database}.`) && has(g))
      : has(`${database}.${table}`))
  );
}
const NEEDED: Readonly<Partial<Record<Statement["kind"], string>>> = {
  select: "select",
  insert: "insert",
  update: "update",
  delete: "delete",
  "create table": "create",
  "drop table": "drop",
  "alter table": "alter",
  truncate: "drop",
  "create index": "index",
  "drop index": "index",
  "create view": "create view",
  "drop view": "drop",
  "lock tables": "lock tables",
};

export function authorize(ctx: Context, s: Statement): void {
  const { user: name, host, database } = ctx.session;
  const user = accountFor(ctx.store, name, host);
  const account = `'${name}'@'${user?.host ?? host}'`;
  const noDatabase = (d: string): never => {
    throw new SqlError(1044, "42000", `Access denied for user ${account} to database '${d}'`);
  };
  if (s.kind === "use" && !/^information_schema$/i.test(s.name) && !may(user, "any", s.name)) noDatabase(s.name);
  if ((s.kind === "create database" || s.kind === "drop database") && !may(user, s.kind === "create database" ? "create" : "drop", s.name))
    noDatabase(s.name);
  if (/^(create user|drop user)$/.test(s.kind) && !may(user, "create user", "*"))
    throw new SqlError(1227, "42000", "Access denied; you need (at least one of) the CREATE USER privilege(s) for this operation");
  if (s.kind === "grant" && !(user?.grants["*.*"] ?? []).includes("grant option")) {
    if (s.on) noDatabase(s.on.database);
  }
  const needed = NEEDED[s.kind];
  if (needed === undefined) return;
  if (s.kind === "create view")
    for (const t of tablesOf(s.select))
      if (!may(user, "select", t.database ?? database, t.name))
        throw new SqlError(1142, "42000", `SELECT command denied to user ${account} for table \`${t.database ?? database}\`.\`${t.name}\``);
  for (const t of s.kind === "create view" ? [s.table] : tablesOf(s)) {
    const d = t.database ?? database;
    if (/^(information_schema|)$/i.test(d) || may(user, needed, d, t.name)) continue;
    if (d !== "mysql" && needed === "create" && t.database === undefined) noDatabase(d);
    throw new SqlError(1142, "42000", `${needed.toUpperCase()} command denied to user ${account} for table \`${d}\`.\`${t.name}\``);
  }
}
