import { ConnectionError } from "./connection.ts";
import { type Grid, printed } from "./format.ts";
import type { Psql } from "./psql.ts";

const left = (names: string): Grid["columns"] => names.split("|").map((name) => ({ name, right: false }));
const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A backslash command. */
export async function describe(shell: Psql, line: string): Promise<"done" | "failed" | "quit"> {
  const { proc } = shell;
  const [command = "", ...args] = line.replace(/;$/, "").split(/\s+/);
  const name = command.replace(/[+]$/, "");
  const [arg] = args;
  const show = async (grid: Grid): Promise<"done"> => {
    await proc.stdout.write(printed(grid, { ...shell.look, expanded: false }));
    return "done";
  };
  switch (name) {
    case "\\q":
      return "quit";
    case "\\c":
    case "\\connect":
      return connect(shell, args);
    case "\\l":
    case "\\list":
      return databases(shell, show);
    case "\\dt":
    case "\\d":
      if (arg !== undefined) return name === "\\d" ? table(shell, arg) : relations(shell, name, arg, show);
      return relations(shell, name, undefined, show);
    case "\\di":
    case "\\ds":
      return relations(shell, name, arg, show);
    case "\\du":
    case "\\dg":
      return roles(shell, show);
    case "\\dn": {
      await show({ columns: left("Name|Owner"), rows: [["public", "pg_database_owner"]], title: "List of schemas", footers: ["(1 row)"] });
      return "done";
    }
    case "\\x":
      shell.look = { ...shell.look, expanded: arg === undefined ? !shell.look.expanded : arg === "on" };
      if (!shell.o.quiet) await proc.stdout.write(`Expanded display is ${shell.look.expanded ? "on" : "off"}.\n`);
      return "done";
    case "\\t":
      shell.look = { ...shell.look, tuplesOnly: !shell.look.tuplesOnly };
      if (!shell.o.quiet) await proc.stdout.write(`Tuples only is ${shell.look.tuplesOnly ? "on" : "off"}.\n`);
      return "done";
    case "\\a":
      shell.look = { ...shell.look, aligned: !shell.look.aligned };
      if (!shell.o.quiet) await proc.stdout.write(`Output format is ${shell.look.aligned ? "aligned" : "unaligned"}.\n`);
      return "done";
    case "\\timing":
      shell.timing = arg === undefined ? !shell.timing : arg === "on";
      await proc.stdout.write(`Timing is ${shell.timing ? "on" : "off"}.\n`);
      return "done";
    case "\\pset":
      if (arg === "null")
        shell.look = {
          ...shell.look,
          nothing: args
            .slice(1)
            .join(" ")
            .replace(/^'(.*)'$/, "$1"),
        };
      return "done";
    case "\\echo":
      await proc.stdout.write(`${args.join(" ")}\n`);
      return "done";
    case "\\conninfo": {
      const { database, user, host, port } = shell.where;
      const how = host === "" ? `via socket in "/var/run/postgresql" at port "${port}"` : `on host "${host}" at port "${port}"`;
      await proc.stdout.write(`You are connected to database "${database}" as user "${user}" ${how}.\n`);
      return "done";
    }
    case "\\i": {
      try {
        const lines = proc.fs.readText(arg ?? "").split("\n");
        return (await shell.script(async () => lines.shift(), arg)) === 0 ? "done" : "failed";
      } catch (error) {
        await proc.stderr.write(`${arg}: ${(error as Error).message}\n`);
        return "failed";
      }
    }
    case "\\!":
      await (
        await proc.spawn({ argv: ["sh", "-c", args.join(" ")] })
      ).exited;
      return "done";
    case "\\set":
      if (arg === "ON_ERROR_STOP") shell.o.stop = true;
      return "done";
    case "\\?":
    case "\\h":
      await proc.stdout.write("psql: help is not simulated by Timonel\n");
      return "done";
    default:
      await proc.stderr.write(`invalid command ${command}\n${shell.input.interactive ? "Try \\? for help.\n" : ""}`);
      return "failed";
  }
}

type Show = (grid: Grid) => Promise<"done">;

async function connect(shell: Psql, [database, user]: readonly string[]): Promise<"done" | "failed"> {
  const where = {
    ...shell.where,
    database: database === undefined || database === "-" ? shell.where.database : database.replace(/^"(.*)"$/, "$1"),
    user: user ?? shell.where.user,
  };
  const old = shell.connection;
  try {
    await shell.connect(where);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    if (shell.input.interactive) await shell.proc.stderr.write(`${error.message}\nPrevious connection kept\n`);
    else {
      await shell.proc.stderr.write(`\\connect: ${error.message}\n`);
      shell.connection = undefined;
      await old?.close();
    }
    return "failed";
  }
  await old?.close();
  if (!shell.o.quiet) await shell.proc.stdout.write(`You are now connected to database "${where.database}" as user "${where.user}".\n`);
  return "done";
}

async function databases(shell: Psql, show: Show): Promise<"done"> {
  const rows = await shell.rows("select datname, datowner, datacl from pg_database order by 1");
  const version = Number(shell.connection?.serverVersion.split(".")[0]);
  const provider = version >= 15;
  const utf = ["en_US.utf8", "en_US.utf8"];
  return show({
    columns: left(
      version >= 16
        ? "Name|Owner|Encoding|Locale Provider|Collate|Ctype|Locale|ICU Rules|Access privileges"
        : provider
          ? "Name|Owner|Encoding|Collate|Ctype|ICU Locale|Locale Provider|Access privileges"
          : "Name|Owner|Encoding|Collate|Ctype|Access privileges",
    ),
    rows: rows.map(([name = "", owner = "", acl = null]) =>
      version >= 16
        ? [name, owner, "UTF8", "libc", ...utf, null, null, acl]
        : provider
          ? [name, owner, "UTF8", ...utf, null, "libc", acl]
          : [name, owner, "UTF8", ...utf, acl],
    ),
    title: "List of databases",
  });
}

async function relations(shell: Psql, command: string, pattern: string | undefined, show: Show): Promise<"done" | "failed"> {
  const kinds = command === "\\dt" ? "('r')" : command === "\\di" ? "('i')" : command === "\\ds" ? "('S')" : "('r', 'S')";
  const like = pattern === undefined ? "" : ` and relname like ${quote(pattern.replaceAll("_", "\\_").replaceAll("*", "%"))}`;
  const rows = await shell.rows(`select relname, relkind, relowner, relof from pg_class where relkind in ${kinds}${like} order by 1`);
  if (rows.length === 0) {
    await shell.proc.stderr.write(
      pattern === undefined ? "Did not find any relations.\n" : `Did not find any relation named "${pattern}".\n`,
    );
    return pattern === undefined ? "done" : "failed";
  }
  const kind: Readonly<Record<string, string>> = { r: "table", S: "sequence", i: "index" };
  const index = command === "\\di";
  return show({
    columns: left(`Schema|Name|Type|Owner${index ? "|Table" : ""}`),
    rows: rows.map(([name = "", k, owner = "", of = ""]) => ["public", name, kind[k ?? ""] ?? "", owner, ...(index ? [of] : [])]),
    title: "List of relations",
  });
}

async function table(shell: Psql, given: string): Promise<"done" | "failed"> {
  const name = given.replace(/^public\./, "").replace(/^"(.*)"$/, "$1");
  const text = quote(name);
  const columns = await shell.rows(
    `select column_name, formatted, is_nullable, column_default from information_schema.columns where table_name = ${text} order by ordinal_position`,
  );
  if (columns.length === 0) {
    await shell.proc.stderr.write(`Did not find any relation named "${given}".\n`);
    return "failed";
  }
  const indexes = await shell.rows(
    `select indexname, isprimary, isunique, columns from pg_indexes where tablename = ${text} order by isprimary desc, indexname`,
  );
  const constraints = await shell.rows(`select conname, contype, definition from pg_constraint where conrelid = ${text} order by 1`);
  const references = await shell.rows(`select conrelid, conname, definition from pg_constraint where confrelid = ${text} order by 2`);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [title, ...lines.map((l) => `    ${l}`)];
  const unique = (n: string | null | undefined): boolean => /_key\d*$/.test(n ?? "");
  await shell.proc.stdout.write(
    printed(
      {
        columns: left("Column|Type|Collation|Nullable|Default"),
        rows: columns.map(([c = "", type = "", nullable, value = null]) => [c, type, null, nullable === "NO" ? "not null" : null, value]),
        title: `Table "public.${name}"`,
        footers: [
          ...section(
            "Indexes:",
            indexes.map(
              ([n, primary, uniq, of]) =>
                `"${n}" ${primary === "t" ? "PRIMARY KEY, " : uniq === "t" ? (unique(n) ? "UNIQUE CONSTRAINT, " : "UNIQUE, ") : ""}btree (${of})`,
            ),
          ),
          ...section(
            "Check constraints:",
            constraints.filter((c) => c[1] === "c").map(([n, , d]) => `"${n}" ${d}`),
          ),
          ...section(
            "Foreign-key constraints:",
            constraints.filter((c) => c[1] === "f").map(([n, , d]) => `"${n}" ${d}`),
          ),
          ...section(
            "Referenced by:",
            references.map(([t, n, d]) => `TABLE "${t}" CONSTRAINT "${n}" ${d}`),
          ),
        ],
      },
      { ...shell.look, expanded: false },
    ),
  );
  return "done";
}

async function roles(shell: Psql, show: Show): Promise<"done"> {
  const rows = await shell.rows(
    "select rolname, rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls from pg_roles order by 1",
  );
  const members = Number(shell.connection?.serverVersion.split(".")[0]) < 16;
  const words = ([, superuser, role, db, login, replication, bypass]: readonly (string | null)[]): string =>
    [
      superuser === "t" && "Superuser",
      role === "t" && "Create role",
      db === "t" && "Create DB",
      login !== "t" && "Cannot login",
      replication === "t" && "Replication",
      bypass === "t" && "Bypass RLS",
    ]
      .filter(Boolean)
      .join(", ");
  await show({
    columns: left(`Role name|Attributes${members ? "|Member of" : ""}`),
    rows: rows.map((r) => [r[0] ?? "", words(r), ...(members ? ["{}"] : [])]),
    title: "List of roles",
    footers: [],
  });
  return "done";
}
