import { left, quote } from "./backslash.ts";
import { printed } from "./format.ts";
import type { Psql } from "./psql.ts";

/** \d and \d+ of one relation. */
export async function table(shell: Psql, given: string, verbose: boolean): Promise<"done" | "failed"> {
  const name = given.replace(/^public\./, "").replace(/^"(.*)"$/, "$1");
  const text = quote(name);
  const [found] = await shell.rows(`select relkind, relof from pg_class where relname = ${text}`);
  if (!found) {
    await shell.proc.stderr.write(`Did not find any relation named "${given}".\n`);
    return "failed";
  }
  const [kind = "r", of] = found;
  if (kind === "S") return sequence(shell, name);
  if (kind === "i") return index(shell, name, of ?? "");
  const columns = await shell.rows(
    `select column_name, formatted, is_nullable, column_default, description from information_schema.columns where table_name = ${text} order by ordinal_position`,
  );
  const more = verbose ? await details(shell, name, kind === "v") : { columns: [], cells: () => [], footers: [] };
  await shell.proc.stdout.write(
    printed(
      {
        columns: [...left("Column|Type|Collation|Nullable|Default"), ...more.columns],
        rows: columns.map(([c = "", type = "", nullable, value = null, description = null]) => [
          c,
          type,
          null,
          nullable === "NO" ? "not null" : null,
          value,
          ...more.cells(type ?? "", description),
        ]),
        title: `${kind === "v" ? "View" : "Table"} "public.${name}"`,
        footers: [...(kind === "v" ? [] : await constraints(shell, text)), ...more.footers],
      },
      { ...shell.look, expanded: false },
    ),
  );
  return "done";
}

async function constraints(shell: Psql, text: string): Promise<readonly string[]> {
  const indexes = await shell.rows(
    `select indexname, isprimary, isunique, columns from pg_indexes where tablename = ${text} order by isprimary desc, indexname`,
  );
  const own = await shell.rows(`select conname, contype, definition from pg_constraint where conrelid = ${text} order by 1`);
  const references = await shell.rows(`select conrelid, conname, definition from pg_constraint where confrelid = ${text} order by 2`);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [title, ...lines.map((l) => `    ${l}`)];
  const unique = (n: string | null | undefined): boolean => /_key\d*$/.test(n ?? "");
  const of = (type: string): readonly string[] => own.filter((c) => c[1] === type).map(([n, , d]) => `"${n}" ${d}`);
  return [
    ...section(
      "Indexes:",
      indexes.map(
        ([n, primary, uniq, columns]) =>
          `"${n}" ${primary === "t" ? "PRIMARY KEY, " : uniq === "t" ? (unique(n) ? "UNIQUE CONSTRAINT, " : "UNIQUE, ") : ""}btree (${columns})`,
      ),
    ),
    ...section("Check constraints:", of("c")),
    ...section("Foreign-key constraints:", of("f")),
    ...section(
      "Referenced by:",
      references.map(([t, n, d]) => `TABLE "${t}" CONSTRAINT "${n}" ${d}`),
    ),
  ];
}

/** What \d+ says more. */
async function details(shell: Psql, name: string, view: boolean) {
  const major = Number(shell.connection?.serverVersion.split(".")[0]);
  const compression = major >= 14 && !view;
  const [definition] = view ? await shell.rows(`select definition from pg_views where viewname = ${quote(name)}`) : [];
  const storage = (type: string): string =>
    type.startsWith("numeric") ? "main" : /^(text|character|bytea|json)/.test(type) ? "extended" : "plain";
  return {
    columns: left(view ? "Storage|Description" : `Storage|${compression ? "Compression|" : ""}Stats target|Description`),
    cells: (type: string, description: string | null): readonly (string | null)[] => [
      storage(type),
      ...(view ? [] : [...(compression ? [null] : []), null]),
      description,
    ],
    footers: view ? ["View definition:", definition?.[0] ?? ""] : ["Access method: heap"],
  };
}

async function sequence(shell: Psql, name: string): Promise<"done"> {
  const [row = []] = await shell.rows(
    `select start_value, increment_by, owned_table, owned_column from pg_sequences where sequencename = ${quote(name)}`,
  );
  const [start = "1", increment = "1", of, column] = row;
  const type = of
    ? ((
        await shell.rows(
          `select data_type from information_schema.columns where table_name = ${quote(of)} and column_name = ${quote(column ?? "")}`,
        )
      )[0]?.[0] ?? "bigint")
    : "bigint";
  const most = { smallint: "32767", integer: "2147483647" }[type] ?? "9223372036854775807";
  const right = ["Start", "Minimum", "Maximum", "Increment"];
  await shell.proc.stdout.write(
    printed(
      {
        columns: left("Type|Start|Minimum|Maximum|Increment|Cycles?|Cache").map((c) => ({
          ...c,
          right: right.includes(c.name) || c.name === "Cache",
        })),
        rows: [[type, start, "1", most, increment, "no", "1"]],
        title: `Sequence "public.${name}"`,
        footers: of ? [`Owned by: public.${of}.${column}`] : [],
      },
      { ...shell.look, expanded: false },
    ),
  );
  return "done";
}

async function index(shell: Psql, name: string, of: string): Promise<"done"> {
  const [row = []] = await shell.rows(`select isprimary, isunique, columns from pg_indexes where indexname = ${quote(name)}`);
  const names = (row[2] ?? "").split(", ");
  const types = await shell.rows(`select column_name, formatted from information_schema.columns where table_name = ${quote(of)}`);
  await shell.proc.stdout.write(
    printed(
      {
        columns: left("Column|Type|Key?|Definition"),
        rows: names.map((n) => [n, types.find(([c]) => c === n)?.[1] ?? "", "yes", n]),
        title: `Index "public.${name}"`,
        footers: [`${row[0] === "t" ? "primary key, " : row[1] === "t" ? "unique, " : ""}btree, for table "public.${of}"`],
      },
      { ...shell.look, expanded: false },
    ),
  );
  return "done";
}
