import type { Context, Field, Rows } from "../sql/context.ts";
import { pgTypeName } from "../sql/convert.ts";
import { searched } from "../sql/from.ts";
import type { Table } from "../sql/table.ts";
import { BOOL, INT, type Row, TEXT, type Value } from "../sql/values.ts";
import { schemaAcl } from "./acl.ts";

export interface Activity {
  readonly pid: number;
  readonly user: string;
  readonly database: string;
  readonly address: string | null;
  readonly state: string;
  readonly query: string;
  readonly started: string;
  readonly application: string;
}
const NAME = { name: "name" } as const;
const fields = (text: string): readonly Field[] =>
  text
    .split(" ")
    .map((n) =>
      n.startsWith("#")
        ? { name: n.slice(1), type: INT }
        : n.startsWith("?")
          ? { name: n.slice(1), type: BOOL }
          : n.startsWith("$")
            ? { name: n.slice(1), type: TEXT }
            : { name: n, type: NAME },
    );

/** A column's default as \d shows it. */
function defaultText(c: Table["shape"]["columns"][number]): Value {
  if (c.identity) return `generated ${c.identity} as identity`;
  if (!c.default || c.defaultText === undefined) return null;
  if (c.default.kind === "literal" && c.default.quoted) return `'${String(c.default.value)}'::${pgTypeName(c.type, false)}`;
  return c.defaultText.toLowerCase() === "current_timestamp" ? "CURRENT_TIMESTAMP" : c.defaultText;
}

/** What the server tells of itself as tables: as much of pg_catalog and information_schema as people ask for. */
export function catalog(ctx: Context, schema: string | undefined, name: string, activities: readonly Activity[]): Rows | undefined {
  if (schema !== undefined && schema !== "pg_catalog" && schema !== "information_schema") return undefined;
  if (schema === undefined && !name.startsWith("pg_")) return undefined;
  const { store, session } = ctx;
  const database = store.databases.get(session.database);
  const relations = [...(database?.tables.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
  const tables = relations.filter((t) => !t.shape.view && !t.shape.sequence);
  const columned = relations.filter((t) => !t.shape.sequence);
  const made = (names: string, rows: readonly Row[]): Rows => ({ fields: fields(names), rows });
  switch (schema === "information_schema" ? `information_schema.${name}` : name) {
    case "pg_database":
      return made(
        "datname datowner ?datistemplate ?datallowconn #encoding $datacl $description",
        [...store.databases.values()].map((d) => [
          d.name,
          d.owner,
          d.name.startsWith("template"),
          d.name !== "template0",
          6,
          d.options["acl"] ?? null,
          d.options["comment"] ?? (d.name === "postgres" ? "default administrative connection database" : null),
        ]),
      );
    case "pg_tables":
      return made(
        "schemaname tablename tableowner",
        tables.map((t) => ["public", t.name, t.shape.owner]),
      );
    case "pg_class":
      return made("relname relkind relowner $relof #reltuples $relacl $description", [
        ...relations.flatMap((t): Row[] => [
          [
            t.name,
            t.shape.view ? "v" : t.shape.sequence ? "S" : "r",
            t.shape.owner,
            null,
            t.shape.sequence ? 1 : t.size,
            t.shape.options["acl"] ?? null,
            t.shape.comment ?? null,
          ],
          ...t.shape.indexes.map((i): Row => [i.name, "i", t.shape.owner, t.name, t.size, null, null]),
        ]),
      ]);
    case "pg_views":
      return made(
        "schemaname viewname viewowner $definition",
        relations.flatMap((t): Row[] =>
          t.shape.view ? [["public", t.name, t.shape.owner, ` ${searched(ctx) ? t.shape.view.text : t.shape.view.full};`]] : [],
        ),
      );
    case "pg_sequences":
      return made(
        "schemaname sequencename sequenceowner #start_value #increment_by #last_value $owned_table $owned_column",
        relations.flatMap((t): Row[] => {
          const { sequence, owner } = t.shape;
          if (!sequence) return [];
          const last = t.auto === sequence.start ? null : t.auto - sequence.increment;
          const { table = null, column = null } = sequence.owned ?? {};
          return [["public", t.name, owner, sequence.start, sequence.increment, last, table, column]];
        }),
      );
    case "pg_namespace":
      return made("nspname nspowner $nspacl $description", [
        [
          "public",
          Number(ctx.version.match(/\d+/)?.[0]) >= 15 ? "pg_database_owner" : "postgres",
          database ? schemaAcl(ctx, database) : null,
          "standard public schema",
        ],
      ]);
    case "pg_indexes":
      return made(
        "schemaname tablename indexname $indexdef ?isprimary ?isunique $columns",
        tables.flatMap((t) =>
          t.shape.indexes.map((i): Row => [
            "public",
            t.name,
            i.name,
            `CREATE ${i.kind === "index" ? "" : "UNIQUE "}INDEX ${i.name} ON public.${t.name} USING btree (${i.columns.join(", ")})`,
            i.kind === "primary",
            i.kind !== "index",
            i.columns.join(", "),
          ]),
        ),
      );
    case "pg_constraint":
      return made(
        "conrelid conname contype confrelid $definition",
        tables.flatMap((t) => [
          ...t.shape.indexes.flatMap((i): Row[] =>
            i.kind === "primary"
              ? [[t.name, i.name, "p", null, `PRIMARY KEY (${i.columns.join(", ")})`]]
              : i.kind === "unique" && /_key\d*$/.test(i.name)
                ? [[t.name, i.name, "u", null, `UNIQUE (${i.columns.join(", ")})`]]
                : [],
          ),
          ...t.shape.foreign.map((f): Row => [
            t.name,
            f.name,
            "f",
            f.table,
            `FOREIGN KEY (${f.columns.join(", ")}) REFERENCES ${f.table}(${f.references.join(", ")})${f.onUpdate === "no action" ? "" : ` ON UPDATE ${f.onUpdate.toUpperCase()}`}${f.onDelete === "no action" ? "" : ` ON DELETE ${f.onDelete.toUpperCase()}`}`,
          ]),
          ...t.shape.checks.map((c): Row => [t.name, c.name, "c", null, `CHECK (${c.text})`]),
        ]),
      );
    case "pg_roles":
    case "pg_user":
    case "pg_authid":
      return made(
        name === "pg_user"
          ? "usename ?usesuper ?usecreatedb ?usecreaterole ?userepl ?usebypassrls ?login"
          : "rolname ?rolsuper ?rolcreatedb ?rolcreaterole ?rolreplication ?rolbypassrls ?rolcanlogin",
        store.users.map((u) => [
          u.user,
          ...["superuser", "createdb", "createrole", "replication", "bypassrls", "login"].map((a) => u.attributes[a] ?? false),
        ]),
      );
    case "pg_stat_activity":
      return made(
        "datname #pid usename $application_name $client_addr $backend_start $state $query",
        activities.map((a) => [a.database, a.pid, a.user, a.application, a.address, a.started, a.state, a.query]),
      );
    case "pg_settings":
      return made(
        "name $setting",
        ["max_connections", "shared_buffers", "port", "listen_addresses", "work_mem", "server_version"].map((n) => [
          n,
          ctx.setting(n) ?? "",
        ]),
      );
    case "information_schema.tables":
      return made(
        "table_catalog table_schema table_name $table_type",
        columned.map((t) => [session.database, "public", t.name, t.shape.view ? "VIEW" : "BASE TABLE"]),
      );
    case "information_schema.schemata":
      return made(
        "catalog_name schema_name schema_owner",
        ["public", "information_schema", "pg_catalog"].map((s) => [session.database, s, "postgres"]),
      );
    case "information_schema.columns":
      return made(
        "table_schema table_name column_name #ordinal_position $column_default $is_nullable $data_type #character_maximum_length $formatted $description is_identity identity_generation",
        columned.flatMap((t) =>
          t.shape.columns.map((c, i): Row => [
            "public",
            t.name,
            c.name,
            i + 1,
            defaultText(c),
            c.nullable ? "YES" : "NO",
            pgTypeName(c.type, false),
            c.type.size ?? null,
            pgTypeName(c.type),
            c.comment ?? null,
            c.identity ? "YES" : "NO",
            c.identity ? c.identity.toUpperCase() : null,
          ]),
        ),
      );
    default:
      throw ctx.words.notSimulated(`the relation ${schema ?? "pg_catalog"}.${name} is not simulated by Timonel`);
  }
}
