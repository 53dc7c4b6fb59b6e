import type { Utility } from "./tool.ts";

export const column: Utility = {
  name: "column",
  usage: "[-t] [-s SEP] [-o SEP] [-N NAMES] [-c WIDTH] [FILE]...",
  about: "Columnate lists",
  flags: {
    table: { short: "t", long: "table", help: "Create a table" },
    separator: { short: "s", long: "separator", value: "SEP", help: "Possible table delimiters" },
    output: { short: "o", long: "output-separator", value: "SEP", help: "Columns separator for table output" },
    names: { short: "N", long: "table-columns", value: "NAMES", help: "Comma separated column names" },
    width: { short: "c", long: "output-width", value: "WIDTH", help: "Width of output in characters" },
    rows: { short: "x", long: "fillrows", help: "Fill rows before columns" },
  },
  async run(t) {
    const lines: string[] = [];
    for await (const line of t.lines()) if (line.trim() !== "") lines.push(line);
    const width = (text: string): number => Array.from(text).length;
    if (t.has("table")) {
      const separator = t.value("separator");
      const split = (line: string): string[] =>
        separator === undefined ? line.trim().split(/[ \t]+/) : line.split(new RegExp(`[${separator.replace(/[\\\]^-]/g, "\\$&")}]`));
      const rows = lines.map(split);
      const names = t.value("names");
      if (names !== undefined) rows.unshift(names.split(","));
      const between = t.value("output") ?? "  ";
      const widths: number[] = [];
      for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, width(cell))));
      for (const row of rows) {
        const cells = row.map((cell, i) => (i === row.length - 1 ? cell : cell + " ".repeat((widths[i] as number) - width(cell))));
        await t.out(`${cells.join(between)}\n`);
      }
      return t.status;
    }
    const total = Number(t.value("width") ?? 80);
    const cell = (Math.floor(Math.max(1, ...lines.map(width)) / 8) + 1) * 8;
    const columns = Math.max(1, Math.floor(total / cell));
    const rows = Math.ceil(lines.length / columns);
    for (let r = 0; r < rows; r++) {
      let out = "";
      let at = 0;
      for (let c = 0; c < columns; c++) {
        const text = lines[t.has("rows") ? r * columns + c : c * rows + r];
        if (text === undefined) break;
        while (at < c * cell) {
          out += "\t";
          at = (Math.floor(at / 8) + 1) * 8;
        }
        out += text;
        at += width(text);
      }
      await t.out(`${out}\n`);
    }
    return t.status;
  },
};
