import { ConnectionError } from "./connection.ts";
import { type Grid, printed } from "./format.ts";
import { copyHere } from "./copy-here.ts";
import type { Psql } from "./psql.ts";
import { table } from "./table-shown.ts";

export const left = (names: string): Grid["columns"] => names.split("|").map((name) => ({ name, right: false }));
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A backslash command. */
export async function describe(shell: Psql, line: string): Promise<"done" | "failed" | "quit"> {
  const { proc } = shell;
  const [command = "", ...args] = line.replace(/;$/, "").split(/\s+/);
  const verbose = command.endsWith("+");
  const name = command.replace(/[+]$/, "");
  const [arg] = args;
  if (shell.restricted !== undefined && name !== "\\unrestrict") {
    await proc.stderr.write("backslash commands are restricted; only \\unrestrict is allowed\n");
    return "failed";
  }
  const refused = async (what: string): Promise<"failed"> => {
    await proc.stderr.write(`psql: ${what} is not simulated by Timonel\n`);
    return "failed";
  };
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
      return databases(shell, verbose, show);
    case "\\d":
      return arg === undefined ? relations(shell, name, undefined, verbose, show) : table(shell, arg, verbose);
    case "\\dt":
    case "\\dv":
    case "\\di":
    case "\\ds":
      return relations(shell, name, arg, verbose, show);
    case "\\dp":
    case "\\z":
      return privileges(shell, arg, show);
    case "\\du":
    case "\\dg":
      return roles(shell, verbose, show);
    case "\\dn":
      return schemas(shell, verbose, show);
    case "\\restrict":
      shell.restricted = arg ?? "";
      return "done";
    case "\\unrestrict":
      if (shell.restricted !== arg) {
        await proc.stderr.write(
          shell.restricted === undefined ? "\\unrestrict: not currently in restricted mode\n" : "\\unrestrict: wrong key\n",
        );
        return "failed";
      }
      shell.restricted = undefined;
      return "done";
    case "\\copy":
      return (await copyHere(shell, line)) ? "done" : "failed";
    case "\\encoding":
      if (arg !== undefined && !/^utf-?8$/i.test(arg)) return refused(`the encoding ${arg}`);
      if (arg === undefined) await proc.stdout.write("UTF8\n");
      return "done";
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
      if (arg === "pager") return "done";
      if (arg !== "null") return refused(`\\pset ${arg ?? ""}`.trim());
      else
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
      if (arg === undefined) {
        const lines = Object.entries(shell.variables).map(([k, v]) => `${k} = '${v}'\n`);
        await proc.stdout.write(lines.toSorted().join(""));
      } else
        setVariable(
          shell,
          arg,
          args
            .slice(1)
            .map((a) => a.replace(/^'(.*)'$/, "$1"))
            .join(""),
        );
      return "done";
    case "\\unset":
      if (arg !== undefined) setVariable(shell, arg, undefined);
      return "done";
    default:
      if (KNOWN.test(name)) return refused(name);
      await proc.stderr.write(`invalid command ${command}\n${shell.input.interactive ? "Try \\? for help.\n" : ""}`);
      return "failed";
  }
}

/** Commands that psql has, and this one has not. */
const KNOWN =
  /^\\(\?|h|help|dx|df|dd|dD|dE|dF|da|db|dc|dC|des|dew|dl|dL|dm|do|dO|dP|dRp|dRs|drds|dT|dy|ddp|sf|sv|e|ef|ev|o|ir|w|p|r|s|watch|gset|gexec|gdesc|crosstabview|prompt|password|cd|getenv|setenv|if|elif|else|endif|lo_.*|bind|parse|f|H|T|C|errverbose|qecho|warn)$/;

export function setVariable(shell: Psql, name: string, value: string | undefined): void {
  const { [name]: _, ...rest } = shell.variables;
  shell.variables = value === undefined ? rest : { ...rest, [name]: value };
  if (name === "ON_ERROR_STOP") shell.o.stop = /^(|1|on|true|yes)$/i.test(value ?? "off");
  if (name === "QUIET") shell.o.quiet = /^(|1|on|true|yes)$/i.test(value ?? "off");
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

async function databases(shell: Psql, verbose: boolean, show: Show): Promise<"done" | "failed"> {
  if (verbose) {
    await shell.proc.stderr.write("psql: \\l+ is not simulated by Timonel: its databases have no size that it could tell\n");
    return "failed";
  }
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

const KINDS: Readonly<Record<string, string>> = { r: "table", v: "view", S: "sequence", i: "index" };

async function relations(
  shell: Psql,
  command: string,
  pattern: string | undefined,
  verbose: boolean,
  show: Show,
): Promise<"done" | "failed"> {
  const kinds = { "\\dt": "('r')", "\\dv": "('v')", "\\di": "('i')", "\\ds": "('S')" }[command] ?? "('r', 'v', 'S')";
  const bare = pattern?.replace(/^public\./, "");
  const like = bare === undefined ? "" : ` and relname like ${quote(bare.replaceAll("_", "\\_").replaceAll("*", "%"))}`;
  const rows = await shell.rows(
    `select relname, relkind, relowner, relof, description from pg_class where relkind in ${kinds}${like} order by 1`,
  );
  if (rows.length === 0) {
    await shell.proc.stderr.write(
      pattern === undefined ? "Did not find any relations.\n" : `Did not find any relation named "${pattern}".\n`,
    );
    return pattern === undefined ? "done" : "failed";
  }
  const index = command === "\\di";
  // Sizes are left out: nobody knows how many pages these would be.
  return show({
    columns: left(`Schema|Name|Type|Owner${index ? "|Table" : ""}${verbose ? "|Persistence|Description" : ""}`),
    rows: rows.map(([name = "", k, owner = "", of = "", description = null]) => [
      "public",
      name,
      KINDS[k ?? ""] ?? "",
      owner,
      ...(index ? [of] : []),
      ...(verbose ? ["permanent", description] : []),
    ]),
    title: "List of relations",
  });
}

async function privileges(shell: Psql, pattern: string | undefined, show: Show): Promise<"done"> {
  const like = pattern === undefined ? "" : ` and relname like ${quote(pattern.replaceAll("_", "\\_").replaceAll("*", "%"))}`;
  const rows = await shell.rows(`select relname, relkind, relacl from pg_class where relkind in ('r', 'v', 'S')${like} order by 1`);
  return show({
    columns: left("Schema|Name|Type|Access privileges|Column privileges|Policies"),
    rows: rows.map(([name = "", k, acl = null]) => ["public", name, KINDS[k ?? ""] ?? "", acl, "", ""]),
    title: "Access privileges",
  });
}

async function schemas(shell: Psql, verbose: boolean, show: Show): Promise<"done"> {
  const rows = await shell.rows("select nspname, nspowner, nspacl, description from pg_namespace order by 1");
  return show({
    columns: left(`Name|Owner${verbose ? "|Access privileges|Description" : ""}`),
    rows: rows.map((r) => (verbose ? r : r.slice(0, 2))),
    title: "List of schemas",
    footers: [`(${rows.length} row)`],
  });
}

async function roles(shell: Psql, verbose: boolean, show: Show): Promise<"done"> {
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
    columns: left(`Role name|Attributes${members ? "|Member of" : ""}${verbose ? "|Description" : ""}`),
    rows: rows.map((r) => [r[0] ?? "", words(r), ...(members ? ["{}"] : []), ...(verbose ? [""] : [])]),
    title: "List of roles",
    footers: [],
  });
  return "done";
}
