export interface Cell {
  /** As it is written, colours included. */
  readonly text: string;
  /** How wide it looks. */
  readonly width: number;
}

/** BusyBox': columns as wide as the widest name. */
export function evenColumns(cells: readonly Cell[], width: number, across: boolean): string {
  const column = Math.max(0, ...cells.map((c) => c.width)) + 2;
  const count = Math.max(1, Math.floor(width / column));
  const rows = Math.ceil(cells.length / count);
  const lines: string[] = [];
  for (let r = 0; r < rows; r++) {
    const line = across ? cells.slice(r * count, (r + 1) * count) : cells.filter((_, i) => i % rows === r);
    lines.push(line.map((c, i) => c.text + (i === line.length - 1 ? "" : " ".repeat(column - c.width))).join(""));
  }
  return lines.map((l) => `${l}\n`).join("");
}

/** GNU's: as many columns as fit, each as wide as it has to be; between them tabs where nothing is coloured. */
export function fittedColumns(cells: readonly Cell[], width: number, across: boolean, tabs: boolean): string {
  const layout = (count: number): { readonly rows: number; readonly widths: readonly number[] } | undefined => {
    const rows = Math.ceil(cells.length / count);
    const widths: number[] = Array.from({ length: across ? count : Math.ceil(cells.length / rows) }, () => 0);
    for (const [i, cell] of cells.entries()) {
      const c = across ? i % count : Math.floor(i / rows);
      widths[c] = Math.max(widths[c] as number, cell.width + (c === widths.length - 1 ? 0 : 2));
    }
    return widths.reduce((a, b) => a + b, 0) < width ? { rows, widths } : undefined;
  };
  // A column takes three places at least.
  let count = Math.max(1, Math.min(cells.length, Math.floor(width / 3)));
  let found = layout(count);
  while (!found && count > 1) found = layout(--count);
  const { rows, widths } = found ?? { rows: cells.length, widths: [0] };
  const lines: string[] = [];
  for (let r = 0; r < rows; r++) {
    const line = across ? cells.slice(r * count, (r + 1) * count) : cells.filter((_, i) => i % rows === r);
    let at = 0;
    let start = 0;
    let text = "";
    for (const [i, cell] of line.entries()) {
      text += indent(at, start, tabs) + cell.text;
      at = start + cell.width;
      start += widths[i] as number;
    }
    lines.push(text);
  }
  return lines.map((l) => `${l}\n`).join("");
}

function indent(from: number, to: number, tabs: boolean): string {
  let out = "";
  let at = from;
  while (at < to) {
    if (tabs && Math.floor(to / 8) > Math.floor((at + 1) / 8)) {
      out += "\t";
      at += 8 - (at % 8);
    } else {
      out += " ";
      at++;
    }
  }
  return out;
}
