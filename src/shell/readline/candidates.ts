import { textWidth } from "./width.ts";

export interface Completion {
  /** Where in the line (UTF-16) the replaced word starts. */
  readonly from: number;
  readonly candidates: readonly string[];
}

/** What all candidates begin with; a single one is finished with a space, a directory or an option with a value is not. */
export function inserted(candidates: readonly string[], ignoreCase: boolean): string {
  let shared = candidates[0] as string;
  const same = (c: string): boolean => (ignoreCase ? c.toLowerCase().startsWith(shared.toLowerCase()) : c.startsWith(shared));
  for (const c of candidates) while (!same(c)) shared = shared.slice(0, -1);
  return candidates.length === 1 && !/[/= ]$/.test(shared) ? `${shared} ` : shared;
}

/** The candidates in columns, filled downwards, as wide as the terminal. */
export function listing(candidates: readonly string[], columns: number): string {
  const names = candidates.map((c) => c.trimEnd().replace(/^.*\/(?=[^/])/, ""));
  const width = Math.max(...names.map(textWidth)) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const down = Math.ceil(names.length / across);
  let out = "";
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const name = names[column * down + row];
      if (name === undefined) continue;
      const last = column === across - 1 || (column + 1) * down + row >= names.length;
      out += last ? name : name + " ".repeat(width - textWidth(name));
    }
    out += "\r\n";
  }
  return out;
}
