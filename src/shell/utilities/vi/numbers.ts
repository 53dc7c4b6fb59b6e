import { beep } from "./ask.ts";
import { blockColumns, linesOf, type Region, setLine } from "./buffer.ts";
import type { Editor } from "./state.ts";
import { lineOf } from "./state.ts";

const NUMBER = /0[xX][0-9a-fA-F]+|0[bB][01]+|-?\d+/g;

/** Adds to the number at or after a column. The column of its last digit afterwards. */
export function changeNumber(ed: Editor, line: number, from: number, by: number, bare = false): number | undefined {
  const text = lineOf(ed, line);
  for (const m of text.matchAll(NUMBER)) {
    const end = m.index + m[0].length;
    if (end <= from) continue;
    let word = m[0];
    let start = m.index;
    if (bare && start < from) {
      word = word.slice(from - start);
      start = from;
    }
    // A dash that is part of a word is no sign.
    if (word.startsWith("-") && start > 0 && /[\w]/.test(text[start - 1] as string)) {
      word = word.slice(1);
      start++;
    }
    const radix = /^0[xX]/.test(word) ? 16 : /^0[bB]/.test(word) ? 2 : 10;
    const prefix = radix === 10 ? "" : word.slice(0, 2);
    const digits = radix === 10 ? word.replace(/^-/, "") : word.slice(2);
    const value = (radix === 10 ? BigInt(word) : BigInt(word)) + BigInt(by);
    const size = /^0\d/.test(digits) || radix !== 10 ? digits.length : 0;
    const shown = (value < 0n ? -value : value).toString(radix).padStart(size, "0");
    const next = `${value < 0n ? "-" : ""}${prefix}${/[A-F]/.test(digits) ? shown.toUpperCase() : shown}`;
    setLine(ed, line, text.slice(0, start) + next + text.slice(end));
    return start + next.length - 1;
  }
  return undefined;
}

/** In each line of a selection; `growing`: by more from line to line. */
export function changeNumbers(ed: Editor, r: Region, by: number, growing: boolean): void {
  const [from, to] = linesOf(r);
  let n = 0;
  for (let l = from; l <= to; l++) {
    const column =
      r.kind === "char" ? (l === r.start.line ? r.start.column : 0) : r.kind === "block" ? blockColumns(ed, l, r.left, r.right)[0] : 0;
    if (changeNumber(ed, l, column, by * (growing ? n + 1 : 1), true) !== undefined) n++;
  }
  if (n === 0) beep();
}
