/** What a terminal is to show: rows with their escapes, and where the cursor is. */
export interface Screen {
  readonly rows: readonly string[];
  readonly row: number;
  readonly column: number;
}

/** What has to be sent for a terminal that shows one screen to show another: only rows that differ. */
export function difference(before: Screen | undefined, after: Screen): string {
  let out = before ? "" : "\x1b[H\x1b[2J";
  for (const [i, row] of after.rows.entries()) {
    if (before ? before.rows[i] === row : row === "") continue;
    out += `\x1b[${i + 1};1H${row}\x1b[K`;
  }
  if (out === "" && before?.row === after.row && before.column === after.column) return "";
  return `${out === "" ? "" : `\x1b[?25l${out}`}\x1b[${after.row + 1};${after.column + 1}H${out === "" ? "" : "\x1b[?25h"}`;
}
