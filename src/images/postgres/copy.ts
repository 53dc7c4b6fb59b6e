import type { Expr, Statement } from "../sql/ast.ts";
import { SqlError } from "../sql/errors.ts";
import type { SqlSession } from "../sql/session.ts";
import { TEXT, textOf } from "../sql/values.ts";

type Copy = Statement & { readonly kind: "copy" };
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\" };

/** COPY FROM STDIN: the text's rows as one INSERT. */
export function copyIn(session: SqlSession, copy: Copy, text: string): number {
  const lines = text.split("\n").filter((l, i, all) => !(l === "" && i === all.length - 1) && l !== "\\.");
  if (copy.header) lines.shift();
  if (lines.length === 0) return 0;
  const literal = (value: string | null): Expr => ({ kind: "literal", value, type: TEXT, quoted: true, at: -1 }) as Expr;
  const rows = lines.map((line) => {
    const cells = copy.csv
      ? csvCells(line, copy.delimiter)
      : line.split(copy.delimiter).map((c) => (c === "\\N" ? null : c.replace(/\\(.)/g, (_, e: string) => ESCAPES[e] ?? e)));
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
    ignore: false,
    onConflict: undefined,
    returning: undefined,
  }).affected;
}
function csvCells(line: string, delimiter: string): readonly (string | null)[] {
  const cells: (string | null)[] = [];
  let i = 0;
  for (;;) {
    if (line[i] === '"') {
      let cell = "";
      for (i++; i < line.length; i++) {
        if (line[i] === '"' && line[i + 1] === '"') cell += line[i++];
        else if (line[i] === '"') break;
        else cell += line[i];
      }
      i++;
      cells.push(cell);
    } else {
      const end = line.indexOf(delimiter, i);
      const cell = line.slice(i, end < 0 ? undefined : end);
      cells.push(cell === "" ? null : cell);
      i = end < 0 ? line.length : end;
    }
    if (line[i] !== delimiter) return cells;
    i++;
  }
}

/** COPY TO STDOUT: every row as a line. */
export function dumpRows(session: SqlSession, copy: Copy): readonly string[] {
  const columns = copy.columns?.map((c) => `"${c}"`).join(", ") ?? "*";
  const select = session.parse(`select ${columns} from "${copy.table.name}"`);
  const { rows } = select ? session.run(select) : { rows: undefined };
  const lines = (rows?.rows ?? []).map((row) =>
    row
      .map((v) => {
        const text = textOf(v, true);
        if (copy.csv) return v === null ? "" : /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        return v === null ? "\\N" : text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
      })
      .join(copy.delimiter),
  );
  return [...(copy.header ? [(rows?.fields ?? []).map((f) => f.name).join(copy.delimiter)] : []), ...lines].map((l) => `${l}\n`);
}
