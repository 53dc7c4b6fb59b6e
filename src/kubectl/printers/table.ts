import type { Resource } from "../types.ts";
import { alignTabs, TABLE } from "./tabs.ts";

/** meta.k8s.io/v1 Table, as the server sends it. */
export interface Table {
  readonly kind: "Table";
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly columnDefinitions?: readonly ColumnDefinition[];
  readonly rows?: readonly Row[];
}
export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly priority: number;
}
export interface Row {
  readonly cells: readonly unknown[];
  readonly object?: Partial<Resource>;
}

export interface TableStyle {
  readonly wide: boolean;
  readonly noHeaders: boolean;
  readonly namespaces: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  /** "deployment.apps": before each name, with a slash. */
  readonly prefix: string | undefined;
  /** For --output-watch-events. */
  readonly events?: boolean;
}

export const isTable = (o: object): o is Table => (o as { kind?: string }).kind === "Table";

/** Lines of tab-separated cells, headers first unless unwanted (k8s: cli-runtime/printers/tableprinter.go). */
export function tableLines(
  table: Table,
  columns: readonly ColumnDefinition[],
  style: TableStyle,
  headers: boolean,
  event?: string,
): string[] {
  const lines: string[] = [];
  const shown = columns.map((c, i) => ({ ...c, index: i })).filter((c) => style.wide || c.priority === 0);
  if (headers && !style.noHeaders) {
    const names = shown.map((c) => c.name.toUpperCase());
    if (style.namespaces) names.unshift("NAMESPACE");
    if (style.events) names.unshift("EVENT");
    for (const label of style.labelColumns) names.push((label.split("/").at(-1) as string).toUpperCase());
    if (style.showLabels) names.push("LABELS");
    lines.push(names.join("\t"));
  }
  for (const row of table.rows ?? []) {
    const meta = row.object?.metadata;
    const cells = shown.map((c) => {
      const text = cellText(row.cells[c.index]);
      return style.prefix && c.name.toLowerCase() === "name" ? `${style.prefix}/${text}` : text;
    });
    if (style.namespaces) cells.unshift(meta?.namespace ?? "");
    if (style.events) cells.unshift(event ?? "");
    for (const label of style.labelColumns) cells.push(meta?.labels?.[label] ?? "");
    if (style.showLabels) cells.push(labelsText(meta?.labels));
    lines.push(cells.join("\t"));
  }
  return lines;
}

/** Cells never break the line they are in: what follows a break is replaced by "...". */
function cellText(cell: unknown): string {
  const text = cell === null || cell === undefined ? "" : String(cell);
  const at = text.search(/[\f\n\r]/);
  return at >= 0 ? `${text.slice(0, at)}...` : text;
}

export function labelsText(labels: Readonly<Record<string, string>> | undefined, none = "<none>"): string {
  const keys = Object.keys(labels ?? {}).sort();
  return keys.length === 0 ? none : keys.map((k) => `${k}=${labels?.[k] ?? ""}`).join(",");
}

/** Aligned lines; `widths` carries over from one call to the next. */
export const layout = (lines: readonly string[], widths?: number[]): string =>
  lines.length === 0 ? "" : `${alignTabs(lines.join("\n"), TABLE, widths)}\n`;

/** A table for rows that kubectl words itself. */
export const printRows = (rows: readonly (readonly string[])[]): string => layout(rows.map((r) => r.join("\t")));
