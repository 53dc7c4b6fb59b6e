export interface Look {
  readonly expanded: boolean;
  readonly tuplesOnly: boolean;
  readonly aligned: boolean;
  readonly separator: string;
  readonly nothing: string;
}
export interface Grid {
  readonly columns: readonly { readonly name: string; readonly right: boolean }[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly title?: string;
  readonly footers?: readonly string[];
}
const width = (text: string): number => Math.max(...text.split("\n").map((l) => [...l].length));
const fill = (text: string, n: number, right: boolean): string =>
  right ? " ".repeat(Math.max(0, n - [...text].length)) + text : text + " ".repeat(Math.max(0, n - [...text].length));
const centred = (text: string, n: number): string => {
  const spare = Math.max(0, n - [...text].length);
  return " ".repeat(Math.floor(spare / 2)) + text + " ".repeat(spare - Math.floor(spare / 2));
};

/** A result as psql prints it (postgres: fe_utils/print.c). */
export function printed(grid: Grid, look: Look): string {
  const { columns, rows, title, footers } = grid;
  const cell = (v: string | null): string => v ?? look.nothing;
  const count = footers ?? [`(${rows.length} row${rows.length === 1 ? "" : "s"})`];
  if (!look.aligned && !look.expanded) {
    const lines = rows.map((r) => r.map(cell).join(look.separator));
    return [...(look.tuplesOnly ? [] : [columns.map((c) => c.name).join(look.separator)]), ...lines, ...(look.tuplesOnly ? [] : count)]
      .map((l) => `${l}\n`)
      .join("");
  }
  if (look.expanded) return expanded(grid, look, cell);
  const widths = columns.map((c, i) => Math.max(look.tuplesOnly ? 0 : [...c.name].length, ...rows.map((r) => width(cell(r[i] ?? null)))));
  const total = widths.reduce((n, w) => n + w + 3, -1);
  const head = look.tuplesOnly
    ? ""
    : `${columns.map((c, i) => ` ${centred(c.name, widths[i] as number)} `).join("|")}\n${widths.map((w) => "-".repeat(w + 2)).join("+")}\n`;
  const lines = rows.flatMap((r) => {
    const cells = r.map((v) => cell(v).split("\n"));
    const high = Math.max(1, ...cells.map((c) => c.length));
    return Array.from({ length: high }, (_, n) =>
      cells
        .map((c, i) => {
          const last = i === cells.length - 1;
          const more = n + 1 < c.length ? "+" : " ";
          const text = fill(c[n] ?? "", widths[i] as number, columns[i]?.right ?? false);
          return ` ${last && more === " " ? (columns[i]?.right ? text : trimmedLast(c[n] ?? "", text)) : text}${last && more === " " ? "" : more}`;
        })
        .join("|"),
    );
  });
  const name = title === undefined || look.tuplesOnly ? "" : `${centred(title, total).trimEnd()}\n`;
  return `${name}${head}${lines.map((l) => `${l}\n`).join("")}${look.tuplesOnly ? "" : count.map((f) => `${f}\n`).join("")}\n`;
}
/** The last column is not filled up, but what is null or short keeps its place. */
const trimmedLast = (text: string, filled: string): string => (text === "" ? filled.slice(0, 0) : text);

function expanded({ columns, rows }: Grid, look: Look, cell: (v: string | null) => string): string {
  if (rows.length === 0) return look.tuplesOnly ? "" : "(0 rows)\n\n";
  const names = Math.max(...columns.map((c) => [...c.name].length));
  const values = Math.max(...rows.flatMap((r) => r.map((v) => width(cell(v)))));
  if (!look.aligned)
    return `${rows.map((r) => columns.map((c, i) => `${c.name}${look.separator}${cell(r[i] ?? null)}\n`).join("")).join("\n")}`;
  return `${rows
    .map((r, n) => {
      const label = `-[ RECORD ${n + 1} ]`;
      const rule =
        label.length >= names + 1
          ? label + "-".repeat(Math.max(0, names + 3 + values - label.length))
          : `${fill(label, names + 1, false)
              .replaceAll(" ", "-")
              .replace("-RECORD-", " RECORD ")
              .replace("-]", " ]")
              .replace("[-", "[ ")}+${"-".repeat(values + 1)}`;
      return `${look.tuplesOnly ? "" : `${rule}\n`}${columns.map((c, i) => `${fill(c.name, names, false)} | ${cell(r[i] ?? null)}\n`).join("")}`;
    })
    .join("")}\n`;
}
