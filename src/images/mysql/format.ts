import type { Result } from "./connection.ts";

/** Columns that a terminal shows a text in: wide letters take two. */
function width(text: string): number {
  let n = 0;
  for (const c of text) {
    const code = c.codePointAt(0) as number;
    n +=
      code >= 0x1100 &&
      (code <= 0x115f ||
        (code >= 0x2e80 && code <= 0xa4cf) ||
        (code >= 0xac00 && code <= 0xd7a3) ||
        (code >= 0xf900 && code <= 0xfaff) ||
        (code >= 0xfe30 && code <= 0xfe6f) ||
        (code >= 0xff00 && code <= 0xff60) ||
        code >= 0x1f300)
        ? 2
        : 1;
  }
  return n;
}
const padded = (text: string, n: number, right: boolean): string =>
  right ? " ".repeat(Math.max(0, n - width(text))) + text : text + " ".repeat(Math.max(0, n - width(text)));

/** The box that everybody knows. */
export function table({ columns = [], rows }: Result, names: boolean): string {
  const widths = columns.map((c, i) => Math.max(names ? width(c.name) : 0, ...rows.map((r) => width(r[i] ?? "NULL")), c.notNull ? 0 : 4));
  const line = `+${widths.map((w) => "-".repeat(w + 2)).join("+")}+\n`;
  const shown = (cells: readonly string[], right: (i: number) => boolean): string =>
    `| ${cells.map((c, i) => padded(c, widths[i] as number, right(i))).join(" | ")} |\n`;
  const head = names
    ? shown(
        columns.map((c) => c.name),
        () => false,
      ) + line
    : "";
  return (
    line +
    head +
    rows
      .map((r) =>
        shown(
          r.map((v) => v ?? "NULL"),
          (i) => columns[i]?.numeric ?? false,
        ),
      )
      .join("") +
    line
  );
}
export function vertical({ columns = [], rows }: Result, names: boolean): string {
  const widest = Math.max(...columns.map((c) => width(c.name)));
  return rows
    .map(
      (r, n) =>
        `${"*".repeat(27)} ${n + 1}. row ${"*".repeat(27)}\n${columns.map((c, i) => `${names ? `${padded(c.name, widest, true)}: ` : ""}${r[i] ?? "NULL"}\n`).join("")}`,
    )
    .join("");
}
const ESCAPES: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\\": "\\\\", "\0": "\\0" };
export function tabs({ columns = [], rows }: Result, names: boolean): string {
  const cell = (v: string | null): string => (v === null ? "NULL" : v.replace(/[\t\n\\\0]/g, (c) => ESCAPES[c] as string));
  return [...(names ? [columns.map((c) => c.name)] : []), ...rows].map((r) => `${r.map(cell).join("\t")}\n`).join("");
}
