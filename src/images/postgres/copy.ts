import type { Expr, Statement } from "../sql/ast.ts";
import { SqlError } from "../sql/errors.ts";
import type { SqlSession } from "../sql/session.ts";
import { TEXT, textOf } from "../sql/values.ts";

type Copy = Statement & { readonly kind: "copy" };
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\" };

/** COPY FROM STDIN: the text's rows as one INSERT. */
export function copyIn(session: SqlSession, copy: Copy, text: string): number {
  const lines = copy.csv
    ? csvRows(text, copy.delimiter)
    : text
        .split("\n")
        .filter((l, i, all) => !(l === "" && i === all.length - 1) && l !== "\\.")
        .map((line) => line.split(copy.delimiter).map((c) => (c === copy.nothing ? null : unescaped(c))));
  if (copy.header) lines.shift();
  if (lines.length === 0) return 0;
  const literal = (value: string | null): Expr => ({ kind: "literal", value, type: TEXT, quoted: true, at: -1 }) as Expr;
  const rows = lines.map((cells) => {
    if (copy.columns && cells.length < copy.columns.length)
      throw new SqlError(0, "22P04", `missing data for column "${copy.columns[cells.length]}"`);
    if (copy.columns && cells.length > copy.columns.length) throw new SqlError(0, "22P04", "extra data after last expected column");
    return cells.map(literal);
  });
  return session.run({
    kind: "insert",
    table: copy.table,
    columns: copy.columns,
    columnsAt: [],
    rows,
    select: undefined,
    replace: false,
    overriding: true,
    ignore: false,
    onConflict: undefined,
    returning: undefined,
  }).affected;
}
const unescaped = (cell: string): string => cell.replace(/\\(.)/g, (_, e: string) => ESCAPES[e] ?? e);

/** Rows of cells, which may hold line ends between their quotes; nothing at all is null. */
function csvRows(text: string, delimiter: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let cells: (string | null)[] = [];
  for (let i = 0; i < text.length;) {
    let cell: string | null = null;
    if (text[i] === '"') {
      cell = "";
      for (i++; i < text.length; i++) {
        if (text[i] === '"' && text[i + 1] === '"') cell += text[i++];
        else if (text[i] === '"') break;
        else cell += text[i];
      }
      i++;
    } else {
      const from = i;
      while (i < text.length && text[i] !== "\n" && !text.startsWith(delimiter, i)) i++;
      if (i > from) cell = text.slice(from, i).replace(/\r$/, "");
    }
    cells.push(cell);
    if (text.startsWith(delimiter, i)) {
      i += delimiter.length;
      if (i < text.length && text[i] !== "\n") continue;
      cells.push(null);
    }
    while (i < text.length && text[i] !== "\n") i++;
    i++;
    if (cells.length !== 1 || cells[0] !== "\\.") rows.push(cells);
    cells = [];
  }
  return rows;
}

/** COPY TO STDOUT: every row as a line. */
export function dumpRows(session: SqlSession, copy: Copy): readonly string[] {
  const columns = copy.columns?.map((c) => `"${c}"`).join(", ") ?? "*";
  const select = copy.select ?? session.parse(`select ${columns} from public."${copy.table.name.replaceAll('"', '""')}"`);
  const { rows } = select ? session.run(select) : { rows: undefined };
  const { csv, delimiter, nothing } = copy;
  const quoted = (text: string): string =>
    text === nothing || text.includes(delimiter) || /["\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const escaped = (text: string): string => {
    const safe = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
    return delimiter === "\t" ? safe : safe.replaceAll(delimiter, `\\${delimiter}`);
  };
  const lines = (rows?.rows ?? []).map((row) =>
    row.map((v) => (v === null ? nothing : csv ? quoted(textOf(v, true)) : escaped(textOf(v, true)))).join(delimiter),
  );
  return [...(copy.header ? [(rows?.fields ?? []).map((f) => f.name).join(delimiter)] : []), ...lines].map((l) => `${l}\n`);
}
