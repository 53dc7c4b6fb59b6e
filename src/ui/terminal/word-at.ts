/** What a word is bounded by, as where a double click selects one. */
const BREAK = /[\s()[\]{}'",`]/;

/** The word that holds a cell; the cell alone where there is none. */
export function wordAt(line: string, x: number): readonly [number, number] {
  if (BREAK.test(line[x] ?? " ")) return [x, x];
  let [from, to] = [x, x];
  while (from > 0 && !BREAK.test(line[from - 1] as string)) from--;
  while (to < line.length - 1 && !BREAK.test(line[to + 1] as string)) to++;
  return [from, to];
}
