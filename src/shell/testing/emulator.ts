import { charWidth } from "../readline/width.ts";

/** What a terminal shows after all that was painted on it: enough of one for full-screen programs. */
export function emulator(columns = 80, rows = 24) {
  let grid: string[][] = [];
  let styles: string[][] = [];
  let [row, column, style, rest] = [0, 0, "", ""];
  const blank = (): string[] => Array.from({ length: columns }, () => " ");
  const clear = (): void => {
    grid = Array.from({ length: rows }, blank);
    styles = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ""));
  };
  clear();
  let kept: { grid: string[][]; row: number; column: number } | undefined;
  const down = (): void => {
    if (row < rows - 1) row++;
    else {
      grid.push(blank());
      grid.shift();
      styles.push(styles.shift() as string[]);
    }
  };
  const erase = (line: number, from: number, to = columns): void => {
    grid[line]?.fill(" ", from, to);
    styles[line]?.fill("", from, to);
  };
  const control = (args: string, what: string): void => {
    const [a = 0, b = 0] = args.replace("?", "").split(";").map(Number);
    if (what === "H") [row, column] = [Math.max(1, a) - 1, Math.max(1, b) - 1];
    else if (what === "K") erase(row, a === 1 ? 0 : column, a === 1 ? column + 1 : columns);
    else if (what === "J") {
      erase(row, a === 2 ? 0 : column);
      for (let r = a === 2 ? 0 : row + 1; r < rows; r++) erase(r, 0);
    } else if (what === "m") style = args === "" || args === "0" ? "" : args;
    else if (what === "A") row = Math.max(0, row - Math.max(1, a));
    else if (what === "B") row = Math.min(rows - 1, row + Math.max(1, a));
    else if (what === "C") column = Math.min(columns - 1, column + Math.max(1, a));
    else if (what === "D") column = Math.max(0, column - Math.max(1, a));
    else if (what === "P" || what === "@") {
      const line = grid[row] as string[];
      const many = Array.from({ length: Math.min(Math.max(1, a), columns - column) }, () => " ");
      line.splice(column, what === "P" ? many.length : 0, ...(what === "P" ? [] : many));
      if (what === "P") line.push(...many);
      else line.splice(columns);
    } else if (what === "G") column = Math.min(columns, Math.max(1, a)) - 1;
    else if (args === "?1049" && what === "h") {
      kept = { grid, row, column };
      clear();
    } else if (args === "?1049" && what === "l" && kept) ({ grid, row, column } = kept);
  };
  return {
    write(text: string): void {
      let s = rest + text;
      rest = "";
      while (s !== "") {
        const sequence = /^\x1b\[([?\d;]*)([@A-Za-z])|^\x1b\][^\x07]*\x07/.exec(s);
        if (sequence) {
          if (sequence[2]) control(sequence[1] ?? "", sequence[2]);
          s = s.slice(sequence[0].length);
          continue;
        }
        if (s.startsWith("\x1b") && s.length < 12) {
          rest = s;
          return;
        }
        const c = String.fromCodePoint(s.codePointAt(0) as number);
        s = s.slice(c.length);
        if (c === "\r") column = 0;
        else if (c === "\n") down();
        else if (c === "\b") column = Math.max(0, column - 1);
        else if (c === "\t") column = Math.min(columns - 1, column + 8 - (column % 8));
        else if (c >= " ") {
          const width = charWidth(c);
          if (column + width > columns) {
            column = 0;
            down();
          }
          const line = grid[row] as string[];
          // What has no width of its own belongs to the character before it; a wide one takes two cells.
          if (width === 0) line[Math.max(0, column - 1)] += c;
          else line[column] = c;
          if (width === 2) line[column + 1] = "";
          (styles[row] as string[])[column] = style;
          column += width;
        }
      }
    },
    resize(width: number, height: number): void {
      [columns, rows] = [width, height];
      clear();
    },
    /** Rows without the blanks at their ends. */
    rows: (): string[] => grid.map((r) => r.join("").trimEnd()),
    row: (n: number): string => (grid.at(n) ?? []).join("").trimEnd(),
    /** What of a row has this style. */
    styled: (n: number, wanted: string): string => (grid.at(n) ?? []).filter((_, i) => styles.at(n)?.[i] === wanted).join(""),
    cursor: () => ({ row, column }),
  };
}
