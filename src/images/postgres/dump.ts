import type { ProcessContext, Program } from "../../runtime/index.ts";
import { Connection, ConnectionError, type Where } from "./connection.ts";
import { buildOf } from "./main.ts";
import { options } from "./psql.ts";
import { major, serverVersion } from "./versions.ts";

interface Dump {
  where: Where;
  schema: boolean;
  data: boolean;
  clean: boolean;
  exists: boolean;
  create: boolean;
  owner: boolean;
  privileges: boolean;
  inserts: false | "plain" | "columns";
  tables: string[];
  file: string | undefined;
  refused: string | undefined;
  unknown: string | undefined;
}

const LONG: Readonly<Record<string, string>> = {
  "schema-only": "s",
  "data-only": "a",
  clean: "c",
  create: "C",
  "no-owner": "O",
  "no-privileges": "x",
  "no-acl": "x",
  table: "t",
  file: "f",
  format: "F",
  verbose: "v",
  "if-exists": "if-exists",
  inserts: "inserts",
  "column-inserts": "column-inserts",
  "attribute-inserts": "column-inserts",
  schema: "n",
};
const TAKES = /^[tfFn]$/;
/** Options of connections, which psql has too. */
const SHARED = /^(-[hpUdwW]|--(host|port|username|dbname|no-password|password))/;

function read(proc: ProcessContext): Dump {
  const o: Dump = {
    where: undefined as never,
    schema: true,
    data: true,
    clean: false,
    exists: false,
    create: false,
    owner: true,
    privileges: true,
    inserts: false,
    tables: [],
    file: undefined,
    refused: undefined,
    unknown: undefined,
  };
  const shared: string[] = [];
  const set = (c: string, value: string): void => {
    if (c === "s") o.data = false;
    else if (c === "a") o.schema = false;
    else if (c === "c") o.clean = true;
    else if (c === "C") o.create = true;
    else if (c === "O") o.owner = false;
    else if (c === "x") o.privileges = false;
    else if (c === "t") o.tables.push(value.replace(/^public\./, ""));
    else if (c === "f") o.file = value;
    else if (c === "F") {
      if (!/^p(lain)?$/.test(value)) o.refused = `the format "${value}"`;
    } else if (c === "n") {
      if (value !== "public") o.refused = `the schema "${value}"`;
    } else if (c === "if-exists") o.exists = true;
    else if (c === "inserts") o.inserts ||= "plain";
    else if (c === "column-inserts") o.inserts = "columns";
    else if (c === "v") o.refused = "--verbose";
  };
  const args = proc.argv.slice(1);
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (SHARED.test(word)) {
      shared.push(word);
      if (/^-[hpUd]$|^--(host|port|username|dbname)$/.test(word)) shared.push(args[++i] ?? "");
    } else if (word.startsWith("--")) {
      const [name = "", ...value] = word.slice(2).split("=");
      const c = LONG[name];
      if (c === undefined) o.unknown ??= `unrecognized option '--${name}'`;
      else set(c, TAKES.test(c) ? (value.length > 0 ? value.join("=") : (args[++i] ?? "")) : "");
    } else if (word.startsWith("-") && word.length > 1) {
      for (let j = 1; j < word.length; j++) {
        const c = word[j] as string;
        if (!/^[sacCOxtfFvn]$/.test(c)) o.unknown ??= `invalid option -- '${c}'`;
        if (!TAKES.test(c)) set(c, "");
        else {
          set(c, word.slice(j + 1) || (args[++i] ?? ""));
          break;
        }
      }
    } else shared.push(word);
  }
  o.where = options(proc, shared).where;
  return o;
}

type Row = readonly (string | null)[];
const text = (s: string): string => `'${s.replaceAll("'", "''")}'`;
const name = (s: string): string => (/^[a-z_][a-z0-9_]*$/.test(s) ? s : `"${s.replaceAll('"', '""')}"`);
const heading = (title: string, type: string, owner: string): string =>
  `--\n-- ${title}; Type: ${type}; Schema: public; Owner: ${owner}\n--\n\n`;

/** pg_dump, in its plain format: a script that psql reads. */
export const pgDump: Program = async (proc) => {
  await proc.cpu(4);
  const v = buildOf(proc);
  if (/^(-V|--version)$/.test(proc.argv[1] ?? "")) {
    await proc.stdout.write(`pg_dump (PostgreSQL) ${serverVersion(v)}\n`);
    return 0;
  }
  const o = read(proc);
  const fail = async (message: string, hint = ""): Promise<number> => {
    await proc.stderr.write(`pg_dump: ${message}\n${hint}`);
    return 1;
  };
  if (o.unknown !== undefined) return fail(o.unknown, 'pg_dump: hint: Try "pg_dump --help" for more information.\n');
  if (o.refused !== undefined) return fail(`error: ${o.refused} is not simulated by Timonel`);
  if (!o.schema && !o.data) return fail("error: options -s/--schema-only and -a/--data-only cannot be used together");
  if (o.exists && !o.clean) return fail("error: option --if-exists requires option -c/--clean");
  let connection: Connection;
  try {
    connection = await Connection.open(proc, o.where);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return fail(`error: ${error.message}`);
  }
  let failed: string | undefined;
  const rows = async (sql: string): Promise<readonly Row[]> => {
    let found: readonly Row[] = [];
    for await (const event of connection.query(sql)) {
      if (event.kind === "rows") found = event.rows;
      if (event.kind === "error") failed ??= `error: query failed: ERROR:  ${event.fields["M"] ?? ""}\npg_dump: detail: Query was: ${sql}`;
    }
    return found;
  };
  await rows("begin transaction isolation level repeatable read, read only");
  await rows("select pg_catalog.set_config('search_path', '', false)");
  const out = await script(proc, o, connection, rows);
  await connection.close();
  if (typeof out === "number") return fail("error: no matching tables were found");
  if (failed !== undefined) return fail(failed);
  if (o.file === undefined) await proc.stdout.write(out);
  else {
    try {
      proc.fs.writeFile(o.file, out);
    } catch (error) {
      return fail(`error: could not open output file "${o.file}": ${(error as Error).message}`);
    }
  }
  return 0;
};

async function script(
  proc: ProcessContext,
  o: Dump,
  connection: Connection,
  rows: (sql: string) => Promise<readonly Row[]>,
): Promise<string | number> {
  const v = buildOf(proc);
  const all = (await rows(
    "select relname, relkind, relowner, relacl, description from pg_class where relkind <> 'i' order by 1",
  )) as readonly (readonly [string, string, string, string | null, string | null])[];
  const wanted = (n: string): boolean =>
    o.tables.length === 0 || o.tables.some((t) => new RegExp(`^${t.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(n));
  const sequences = await rows("select sequencename, start_value, increment_by, last_value, owned_table, owned_column from pg_sequences");
  const views = await rows("select viewname, definition from pg_views");
  const chosen = inOrder(
    views,
    all.filter(([n, kind]) => wanted(n) || (kind === "S" && sequences.some((s) => s[0] === n && s[4] !== null && wanted(s[4] ?? "")))),
  );
  if (chosen.length === 0 && o.tables.length > 0) return 1;
  const tables = chosen.filter((r) => r[1] === "r");
  const columns = await rows(
    "select table_name, column_name, formatted, is_nullable, column_default, description, is_identity, identity_generation from information_schema.columns order by table_name, ordinal_position",
  );
  const of = (table: string): readonly Row[] => columns.filter((c) => c[0] === table);
  const constraints = (await rows("select conrelid, conname, contype, definition from pg_constraint order by conrelid, conname")).filter(
    (c) => tables.some((t) => t[0] === c[0]),
  );
  const indexes = (await rows("select tablename, indexname, indexdef from pg_indexes order by tablename, indexname")).filter(
    (i) => tables.some((t) => t[0] === i[0]) && !constraints.some((c) => c[1] === i[1]),
  );
  const identity = (sequence: Row): boolean => of(sequence[4] ?? "").some((c) => c[1] === sequence[5] && c[6] === "YES");
  const parts: string[] = [];
  const owner = (kind: string, n: string, who: string): string =>
    o.owner ? `ALTER ${kind} public.${name(n)} OWNER TO ${name(who)};\n\n` : "";
  if (o.clean && o.schema) parts.push(cleaned(o, chosen, constraints));
  if (o.schema) {
    for (const [n, kind, who, , comment] of chosen) {
      if (kind === "r") parts.push(table(n, who, of(n), constraints) + owner("TABLE", n, who));
      else if (kind === "v") {
        const definition = views.find((x) => x[0] === n);
        parts.push(
          `${heading(`Name: ${n}`, "VIEW", who)}CREATE VIEW public.${name(n)} AS\n${definition?.[1] ?? ""}\n\n\n${owner("VIEW", n, who)}`,
        );
      } else {
        const s = sequences.find((x) => x[0] === n) as Row;
        if (!identity(s))
          parts.push(sequence(s, who, of(s[4] ?? "")) + owner(major(v) >= 15 ? "SEQUENCE" : "TABLE", n, who) + ownership(s, who));
        else parts.push(identityColumn(s, who, of(s[4] ?? "")));
      }
      if (comment !== null && kind !== "S")
        parts.push(
          `${heading(`Name: ${kind === "v" ? "VIEW" : "TABLE"} ${n}`, "COMMENT", who)}COMMENT ON ${kind === "v" ? "VIEW" : "TABLE"} public.${name(n)} IS ${text(comment)};\n\n\n`,
        );
      for (const c of of(n))
        if (c[5])
          parts.push(
            `${heading(`Name: COLUMN ${n}.${c[1]}`, "COMMENT", who)}COMMENT ON COLUMN public.${name(n)}.${name(c[1] ?? "")} IS ${text(c[5])};\n\n\n`,
          );
    }
    for (const [n, , who] of tables)
      for (const c of of(n))
        if (c[4]?.startsWith("nextval(") && c[6] !== "YES")
          parts.push(
            `${heading(`Name: ${n} ${c[1]}`, "DEFAULT", who)}ALTER TABLE ONLY public.${name(n)} ALTER COLUMN ${name(c[1] ?? "")} SET DEFAULT ${c[4].replace("nextval('", "nextval('public.")};\n\n\n`,
          );
  }
  if (o.data) {
    for (const [n, , who] of tables) parts.push(await data(o, connection, rows, n, who, of(n)));
    for (const s of sequences) {
      const found = chosen.find((c) => c[0] === s[0]);
      if (found)
        parts.push(
          `${heading(`Name: ${s[0]}`, "SEQUENCE SET", found[2])}SELECT pg_catalog.setval('public.${s[0]}', ${s[3] ?? s[1]}, ${s[3] === null ? "false" : "true"});\n\n\n`,
        );
    }
  }
  if (o.schema) {
    const who = (t: string | null | undefined): string => tables.find((x) => x[0] === t)?.[2] ?? "";
    for (const [t, n, type, definition] of constraints)
      if (type === "p" || type === "u")
        parts.push(
          `${heading(`Name: ${t} ${n}`, "CONSTRAINT", who(t))}ALTER TABLE ONLY public.${name(t ?? "")}\n    ADD CONSTRAINT ${name(n ?? "")} ${definition};\n\n\n`,
        );
    for (const [t, n, definition] of indexes) parts.push(`${heading(`Name: ${n}`, "INDEX", who(t))}${definition};\n\n\n`);
    for (const [t, n, type, definition] of constraints)
      if (type === "f")
        parts.push(
          `${heading(`Name: ${t} ${n}`, "FK CONSTRAINT", who(t))}ALTER TABLE ONLY public.${name(t ?? "")}\n    ADD CONSTRAINT ${name(n ?? "")} ${(definition ?? "").replace("REFERENCES ", "REFERENCES public.")};\n\n\n`,
        );
    if (o.privileges) for (const [n, kind, whose, acl] of chosen) if (acl !== null) parts.push(grants(n, kind, whose, acl));
  }
  const version = serverVersion(v);
  // Since August 2025 a script keeps psql from obeying what data may hold (CVE-2025-8714).
  const key = [...proc.random.bytes(48)].map((b) => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ab"[b & 63]).join("");
  const guard = ["18.0", "17.6", "16.10", "15.14", "14.19", "13.22"].includes(v.version);
  const database = o.create
    ? `${heading(`Name: ${o.where.database}`, "DATABASE", "").replace("Schema: public", "Schema: -")}CREATE DATABASE ${name(o.where.database)} WITH TEMPLATE = template0 ENCODING = 'UTF8'${major(v) >= 15 ? " LOCALE_PROVIDER = libc" : ""} LOCALE = 'en_US.utf8';\n\n\n${guard ? `\\unrestrict ${key}\n` : ""}\\connect ${name(o.where.database)}\n${guard ? `\\restrict ${key}\n` : ""}\n`
    : "";
  return `--\n-- PostgreSQL database dump\n--\n\n${guard ? `\\restrict ${key}\n\n` : ""}-- Dumped from database version ${connection.serverVersion}\n-- Dumped by pg_dump version ${version}\n\n${preamble(major(v))}\n${database}${o.schema ? `SET default_tablespace = '';\n\n${major(v) >= 12 ? "SET default_table_access_method = heap;\n\n" : ""}` : ""}${parts.join("")}--\n-- PostgreSQL database dump complete\n--\n\n${guard ? `\\unrestrict ${key}\n\n` : ""}`;
}

/** By name, but a view after what it looks at. */
function inOrder<T extends readonly [string, ...unknown[]]>(views: readonly Row[], objects: readonly T[]): readonly T[] {
  const done = new Set<T>();
  const put = (object: T): void => {
    if (done.has(object)) return;
    const definition = views.find((v) => v[0] === object[0])?.[1];
    if (definition) for (const other of objects) if (other !== object && definition.includes(`public.${name(other[0])}`)) put(other);
    done.add(object);
  };
  for (const object of objects) put(object);
  return [...done];
}

const preamble = (v: number): string =>
  `SET statement_timeout = 0;\nSET lock_timeout = 0;\nSET idle_in_transaction_session_timeout = 0;\n${v >= 17 ? "SET transaction_timeout = 0;\n" : ""}SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\nSELECT pg_catalog.set_config('search_path', '', false);\nSET check_function_bodies = false;\nSET xmloption = content;\nSET client_min_messages = warning;\nSET row_security = off;\n`;

function cleaned(o: Dump, chosen: readonly Row[], constraints: readonly Row[]): string {
  const maybe = o.exists ? "IF EXISTS " : "";
  const lines = constraints
    .filter((c) => c[2] !== "c")
    .toSorted((a, b) => Number(b[2] === "f") - Number(a[2] === "f"))
    .map(([t, n]) => `ALTER TABLE ${maybe}ONLY public.${name(t ?? "")} DROP CONSTRAINT ${maybe}${name(n ?? "")};`);
  const kinds: Readonly<Record<string, string>> = { r: "TABLE", v: "VIEW" };
  const order = ["v", "r"];
  for (const kind of order) for (const [n, k] of chosen) if (k === kind) lines.push(`DROP ${kinds[kind]} ${maybe}public.${name(n ?? "")};`);
  return `${lines.join("\n")}\n`;
}

function table(n: string, who: string, columns: readonly Row[], constraints: readonly Row[]): string {
  const lines = columns.map(([, c, type, nullable, value, , own]) => {
    const preset = value && own !== "YES" && !value.startsWith("nextval(") ? ` DEFAULT ${value}` : "";
    return `    ${name(c ?? "")} ${type}${preset}${nullable === "NO" ? " NOT NULL" : ""}`;
  });
  for (const [t, c, type, definition] of constraints)
    if (t === n && type === "c") lines.push(`    CONSTRAINT ${name(c ?? "")} ${definition}`);
  return `${heading(`Name: ${n}`, "TABLE", who)}CREATE TABLE public.${name(n)} (\n${lines.join(",\n")}\n);\n\n\n`;
}
function sequence([n, start, increment, , , column]: Row, who: string, columns: readonly Row[]): string {
  const type = columns.find((c) => c[1] === column)?.[2];
  return `${heading(`Name: ${n}`, "SEQUENCE", who)}CREATE SEQUENCE public.${name(n ?? "")}\n${type && type !== "bigint" ? `    AS ${type}\n` : ""}    START WITH ${start}\n    INCREMENT BY ${increment}\n    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1;\n\n\n`;
}
function ownership([n, , , , of, column]: Row, who: string): string {
  if (!of) return "";
  return `${heading(`Name: ${n}`, "SEQUENCE OWNED BY", who)}ALTER SEQUENCE public.${name(n ?? "")} OWNED BY public.${name(of)}.${name(column ?? "")};\n\n\n`;
}
function identityColumn([n, , , , of, column]: Row, who: string, columns: readonly Row[]): string {
  const how = columns.find((c) => c[1] === column)?.[7] ?? "BY DEFAULT";
  return `${heading(`Name: ${n}`, "SEQUENCE", who)}ALTER TABLE public.${name(of ?? "")} ALTER COLUMN ${name(column ?? "")} ADD GENERATED ${how} AS IDENTITY (\n    SEQUENCE NAME public.${name(n ?? "")}\n    START WITH 1\n    INCREMENT BY 1\n    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1\n);\n\n\n`;
}

async function data(
  o: Dump,
  connection: Connection,
  rows: (sql: string) => Promise<readonly Row[]>,
  n: string,
  who: string,
  columns: readonly Row[],
): Promise<string> {
  const names = columns.map((c) => name(c[1] ?? "")).join(", ");
  const head = heading(`Data for Name: ${n}`, "TABLE DATA", who);
  if (o.inserts) {
    const found = await rows(`select ${names} from public.${name(n)}`);
    const value = (x: string | null, i: number): string =>
      x === null
        ? "NULL"
        : /^(smallint|integer|bigint|numeric|real|double)/.test(columns[i]?.[2] ?? "")
          ? x
          : columns[i]?.[2] === "boolean"
            ? x === "t"
              ? "true"
              : "false"
            : text(x);
    return `${head}${found.map((r) => `INSERT INTO public.${name(n)}${o.inserts === "columns" ? ` (${names})` : ""} VALUES (${r.map(value).join(", ")});\n`).join("")}\n\n`;
  }
  let lines = "";
  for await (const event of connection.query(`COPY public.${name(n)} (${names}) TO stdout;`))
    if (event.kind === "copy out") lines += event.text;
  return `${head}COPY public.${name(n)} (${names}) FROM stdin;\n${lines}\\.\n\n\n`;
}

const WORDS: Readonly<Record<string, string>> = {
  r: "SELECT",
  a: "INSERT",
  w: "UPDATE",
  d: "DELETE",
  D: "TRUNCATE",
  x: "REFERENCES",
  t: "TRIGGER",
  m: "MAINTAIN",
  U: "USAGE",
};
function grants(n: string, kind: string, owner: string, acl: string): string {
  const what = kind === "S" ? "SEQUENCE" : "TABLE";
  const all = kind === "S" ? /^rwU$/ : /^arwdDxtm?$/;
  const lines = acl.split("\n").flatMap((line) => {
    const [, who = "", letters = ""] = /^(.*)=([a-zA-Z]*)\//.exec(line) ?? [];
    if (who === owner) return [];
    const words = all.test(letters)
      ? "ALL"
      : [..."rawdDxtmU"]
          .filter((l) => letters.includes(l))
          .map((l) => WORDS[l])
          .join(",");
    return [`GRANT ${words} ON ${what} public.${name(n)} TO ${who === "" ? "PUBLIC" : name(who)};`];
  });
  return lines.length === 0 ? "" : `${heading(`Name: ${what} ${n}`, "ACL", owner)}${lines.join("\n")}\n\n\n`;
}

/** pg_restore reads archives, of which there are none: what pg_dump writes here is for psql. */
export const pgRestore: Program = async (proc) => {
  await proc.cpu(2);
  const file = proc.argv.slice(1).findLast((a) => !a.startsWith("-"));
  let head = "";
  try {
    head = file === undefined ? "" : proc.fs.readText(file).slice(0, 64);
  } catch (error) {
    await proc.stderr.write(`pg_restore: error: could not open input file "${file}": ${(error as Error).message}\n`);
    return 1;
  }
  await proc.stderr.write(
    file === undefined
      ? "pg_restore: error: archives are not simulated by Timonel\n"
      : head.startsWith("--\n-- PostgreSQL database dump")
        ? "pg_restore: error: input file appears to be a text format dump. Please use psql.\n"
        : "pg_restore: error: input file does not appear to be a valid archive\n",
  );
  return 1;
};
