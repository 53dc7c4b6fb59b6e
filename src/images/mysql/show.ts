import type { Account, Statement } from "../sql/ast.ts";
import { compile, likeMatcher } from "../sql/compile.ts";
import type { Context, Field, Rows } from "../sql/context.ts";
import { timestampText } from "../sql/convert.ts";
import { databaseOf } from "../sql/define.ts";
import { SqlError } from "../sql/errors.ts";
import { findTable } from "../sql/from.ts";
import type { Table } from "../sql/table.ts";
import { truth } from "../sql/truth.ts";
import { BIGINT, type Row, TEXT, textOf, VARCHAR } from "../sql/values.ts";
import { columnRows, createTableText, typeText } from "./describe.ts";
import { grantsOf } from "./users.ts";
import type { MysqlVersion } from "./versions.ts";

/** What only the server knows, for SHOW and information_schema. */
export interface Self {
  readonly version: MysqlVersion;
  readonly variables: (ctx: Context, global: boolean) => Readonly<Record<string, string>>;
  readonly status: () => Readonly<Record<string, string>>;
  readonly processes: () => readonly {
    readonly id: number;
    readonly user: string;
    readonly host: string;
    readonly db: string;
    readonly command: string;
    readonly since: number;
    readonly info: string | undefined;
  }[];
}

const fields = (...names: readonly string[]): readonly Field[] =>
  names.map((n) => ({ name: n.replace("#", ""), type: n.startsWith("#") ? BIGINT : VARCHAR, notNull: true }));

const byName = (a: Row, b: Row): number => ((a[0] as string) < (b[0] as string) ? -1 : 1);

export function show(ctx: Context, s: Statement & { readonly kind: "show" }, self: Self): Rows {
  const { version: v } = self;
  const made = (names: readonly Field[], rows: readonly Row[]): Rows => filtered(ctx, s, { fields: names, rows });
  switch (s.what) {
    case "databases":
      return made(fields(s.like === undefined ? "Database" : `Database (${s.like})`), [...databases(ctx)].map((n) => [n]).sort(byName));
    case "tables": {
      const database = databaseOf(ctx, s.name);
      const head = `Tables_in_${database.name}${s.like === undefined ? "" : ` (${s.like})`}`;
      const rows = [...database.tables.values()]
        .map((t): Row => (s.full ? [t.name, t.shape.view ? "VIEW" : "BASE TABLE"] : [t.name]))
        .sort(byName);
      return made(fields(head, ...(s.full ? ["Table_type"] : [])), rows);
    }
    case "columns": {
      const virtual = s.table && ctx.virtual(s.table.database, s.table.name);
      if (virtual)
        return made(
          fields("Field", "Type", "Null", "Key", "Default", "Extra"),
          virtual.fields.map((f) => [f.name, typeText({ ...f.type, size: f.type.size ?? 64 }, v), "YES", "", null, ""]),
        );
      const { table } = findTable(ctx, s.table as never);
      const rows = columnRows(table, v);
      if (!s.full) return made(fields("Field", "Type", "Null", "Key", "Default", "Extra"), rows);
      const collation = ctx.setting("collation_server") ?? "";
      return made(
        fields("Field", "Type", "Collation", "Null", "Key", "Default", "Extra", "Privileges", "Comment"),
        rows.map(([name = null, type = null, ...rest], i) => [
          name,
          type,
          /char|text/.test(String(type)) ? collation : null,
          ...rest,
          "select,insert,update,references",
          table.shape.columns[i]?.comment ?? "",
        ]),
      );
    }
    case "create table": {
      const { table } = findTable(ctx, s.table as never);
      return table.shape.view
        ? viewRow(ctx, table, made)
        : made(fields("Table", "Create Table"), [[table.name, createTableText(ctx, table, v)]]);
    }
    case "create view": {
      const { database, table } = findTable(ctx, s.table as never);
      if (!table.shape.view) throw new SqlError(1347, "HY000", `'${database.name}.${table.name}' is not of type 'VIEW'`);
      return viewRow(ctx, table, made);
    }
    case "create database": {
      const database = databaseOf(ctx, s.name);
      const charset = database.options["charset"] ?? ctx.setting("character_set_server") ?? "utf8mb4";
      return made(fields("Database", "Create Database"), [
        [
          database.name,
          `CREATE DATABASE \`${database.name}\` /*!40100 DEFAULT CHARACTER SET ${charset} COLLATE ${ctx.setting("collation_server")} */`,
        ],
      ]);
    }
    case "index": {
      const { table } = findTable(ctx, s.table as never);
      const rows = table.shape.indexes.flatMap((i) =>
        i.columns.map((c, n): Row => {
          const nullable = table.shape.columns.find((x) => x.name.toLowerCase() === c.toLowerCase())?.nullable ?? false;
          return [
            table.name,
            i.kind === "index" ? 1 : 0,
            i.name,
            n + 1,
            c,
            "A",
            table.size,
            null,
            null,
            nullable ? "YES" : "",
            "BTREE",
            "",
            "",
            ...(v.maria ? ["NO"] : ["YES", null]),
          ];
        }),
      );
      const names = [
        "Table",
        "#Non_unique",
        "Key_name",
        "#Seq_in_index",
        "Column_name",
        "Collation",
        "#Cardinality",
        "#Sub_part",
        "Packed",
        "Null",
        "Index_type",
        "Comment",
        "Index_comment",
      ];
      return made(fields(...names, ...(v.maria ? ["Ignored"] : ["Visible", "Expression"])), rows);
    }
    case "variables":
    case "global variables":
      return made(
        fields("Variable_name", "Value"),
        Object.entries(self.variables(ctx, s.what !== "variables"))
          .map(([k, x]) => [k, x])
          .sort(byName),
      );
    case "status":
    case "global status":
      return made(
        fields("Variable_name", "Value"),
        Object.entries(self.status())
          .map(([k, x]) => [k, x])
          .sort(byName),
      );
    case "processlist": {
      const rows = self
        .processes()
        .map((p): Row => [
          p.id,
          p.user,
          p.host,
          p.db === "" ? null : p.db,
          p.command,
          Math.max(0, Math.floor((ctx.now - p.since) / 1000)),
          p.info === undefined ? "" : "starting",
          p.info ?? null,
          ...(v.maria ? ["0.000"] : []),
        ]);
      return made(
        [
          ...fields("#Id", "User", "Host", "db", "Command", "#Time", "State", "Info"),
          ...(v.maria ? [{ name: "Progress", type: BIGINT }] : []),
        ],
        rows,
      );
    }
    case "warnings":
    case "errors":
      return made(
        fields("Level", "#Code", "Message"),
        ctx.session.warnings.filter((w) => s.what === "warnings" || w.level === "Error").map((w) => [w.level, w.code, w.message]),
      );
    case "engines":
      return made(fields("Engine", "Support", "Comment", "Transactions", "XA", "Savepoints"), [
        ["InnoDB", "DEFAULT", "Supports transactions, row-level locking, foreign keys and encryption for tables", "YES", "YES", "YES"],
      ]);
    case "grants": {
      const who: Account =
        s.account && s.account.user + s.account.host !== "" ? s.account : { user: ctx.session.user, host: ctx.session.host };
      const user =
        ctx.store.users.find((u) => u.user === who.user && u.host === who.host) ??
        (s.account ? undefined : ctx.store.users.find((u) => u.user === who.user));
      if (!user) throw new SqlError(1141, "42000", `There is no such grant defined for user '${who.user}' on host '${who.host}'`);
      return made(
        fields(`Grants for ${user.user}@${user.host}`),
        grantsOf(user, v).map((g) => [g]),
      );
    }
    default:
      throw ctx.words.notSimulated(`SHOW ${s.what.toUpperCase()} is not simulated by Timonel`);
  }
}

/** As it was written: MySQL keeps a text of its own making, with every name in full. */
function viewRow(ctx: Context, table: Table, made: (names: readonly Field[], rows: readonly Row[]) => Rows): Rows {
  const owner = ctx.store.users.find((u) => u.user === table.shape.owner);
  const text = `CREATE ALGORITHM=UNDEFINED DEFINER=\`${table.shape.owner}\`@\`${owner?.host ?? "%"}\` SQL SECURITY DEFINER VIEW \`${table.name}\` AS ${table.shape.view?.text ?? ""}`;
  const charset = ctx.setting("character_set_client") ?? "";
  return made(fields("View", "Create View", "character_set_client", "collation_connection"), [
    [table.name, text, charset, ctx.setting("collation_connection") ?? ""],
  ]);
}

function filtered(ctx: Context, s: Statement & { readonly kind: "show" }, rows: Rows): Rows {
  if (s.like !== undefined) {
    const like = likeMatcher(s.like, true);
    return { ...rows, rows: rows.rows.filter((r) => like(textOf(r[0] ?? null, false))) };
  }
  if (!s.where) return rows;
  const columns = rows.fields.map((f) => ({ table: "", name: f.name, type: f.type }));
  const where = compile({ ctx, columns, outer: undefined, clause: "where clause", aggregates: undefined, ctes: new Map() }, s.where);
  return { ...rows, rows: rows.rows.filter((row) => truth(where.run({ row, outer: undefined }))) };
}

const SYSTEM = ["information_schema", "mysql", "performance_schema", "sys"];

/** Databases that the user may see. */
export function databases(ctx: Context): Set<string> {
  const user =
    ctx.store.users.find((u) => u.user === ctx.session.user && (u.host === ctx.session.host || u.host === "%")) ??
    ctx.store.users.find((u) => u.user === ctx.session.user);
  const everything = user && "*.*" in user.grants && (user.grants["*.*"]?.length ?? 0) > 0;
  const own = [...ctx.store.databases.keys()].filter(
    (name) => everything || Object.keys(user?.grants ?? {}).some((g) => g.split(".")[0] === name),
  );
  return new Set([...(everything ? SYSTEM : ["information_schema"]), ...own]);
}

/** information_schema and mysql: what the server tells of itself as tables. */
export function systemTable(ctx: Context, database: string | undefined, name: string, self: Self): Rows | undefined {
  const where = (database ?? ctx.session.database).toLowerCase();
  const { version: v } = self;
  if (database === undefined && ctx.store.databases.has(ctx.session.database) && name.toLowerCase() !== "dual") return undefined;
  if (name.toLowerCase() === "dual" && database === undefined) return { fields: [], rows: [[]] };
  const tables = [...ctx.store.databases.values()].flatMap((d) => [...d.tables.values()].map((t) => ({ d, t })));
  const key = `${where}.${name.toLowerCase()}`;
  switch (key) {
    case "information_schema.schemata":
      return {
        fields: fields("CATALOG_NAME", "SCHEMA_NAME", "DEFAULT_CHARACTER_SET_NAME"),
        rows: [...databases(ctx)].map((d) => ["def", d, ctx.setting("character_set_server") ?? ""]),
      };
    case "information_schema.tables":
      return {
        fields: fields(
          "TABLE_CATALOG",
          "TABLE_SCHEMA",
          "TABLE_NAME",
          "TABLE_TYPE",
          "ENGINE",
          "#TABLE_ROWS",
          "#AUTO_INCREMENT",
          "CREATE_TIME",
        ),
        rows: tables.map(({ d, t }) => [
          "def",
          d.name,
          t.name,
          t.shape.view ? "VIEW" : "BASE TABLE",
          t.shape.view ? null : "InnoDB",
          t.size,
          t.shape.columns.some((c) => c.auto) ? t.auto : null,
          timestampText(t.shape.created, false),
        ]),
      };
    case "information_schema.columns":
      return {
        fields: fields(
          "TABLE_SCHEMA",
          "TABLE_NAME",
          "COLUMN_NAME",
          "#ORDINAL_POSITION",
          "COLUMN_DEFAULT",
          "IS_NULLABLE",
          "DATA_TYPE",
          "COLUMN_TYPE",
          "COLUMN_KEY",
          "EXTRA",
        ),
        rows: tables.flatMap(({ d, t }) =>
          columnRows(t, v).map(([n = "", type = "", nullable = "", mark = "", value = null, more = ""], i) => [
            d.name,
            t.name,
            n,
            i + 1,
            value,
            nullable,
            String(type).replace(/[( ].*/, ""),
            type,
            mark,
            more,
          ]),
        ),
      };
    case "information_schema.processlist":
      return {
        fields: fields("#ID", "USER", "HOST", "DB", "COMMAND", "#TIME", "INFO"),
        rows: self
          .processes()
          .map((p) => [
            p.id,
            p.user,
            p.host,
            p.db === "" ? null : p.db,
            p.command,
            Math.max(0, Math.floor((ctx.now - p.since) / 1000)),
            p.info ?? null,
          ]),
      };
    case "mysql.user":
      return {
        fields: [
          { name: "Host", type: VARCHAR },
          { name: "User", type: VARCHAR },
          { name: "Password", type: VARCHAR },
          { name: "plugin", type: VARCHAR },
          { name: "authentication_string", type: TEXT },
        ],
        rows: ctx.store.users.map((u) => [u.host, u.user, u.password, "mysql_native_password", u.password]),
      };
    case "mysql.db":
      return {
        fields: fields("Host", "Db", "User"),
        rows: ctx.store.users.flatMap((u) =>
          Object.keys(u.grants).flatMap((g) => (g === "*.*" ? [] : [[u.host, g.split(".")[0] as string, u.user]])),
        ),
      };
    default:
      if (SYSTEM.includes(where) && database !== undefined)
        throw ctx.words.notSimulated(`the table ${where}.${name} is not simulated by Timonel`);
      return undefined;
  }
}
