import type { Position } from "./state.ts";
import { charAt, classOf, lastColumn, nextColumn, previousColumn } from "./text.ts";

type Lines = readonly string[];
const kind = (lines: Lines, p: Position, big: boolean): 0 | 1 | 2 => classOf(charAt(lines[p.line] ?? "", p.column) || undefined, big);

/** Where the next word begins, an empty line being one. Undefined: there is none. */
export function nextWord(lines: Lines, from: Position, big: boolean): Position | undefined {
  let { line, column } = from;
  let text = lines[line] ?? "";
  const here = kind(lines, from, big);
  if (here !== 0) while (column < text.length && classOf(charAt(text, column), big) === here) column = nextColumn(text, column);
  for (;;) {
    while (column < text.length && classOf(charAt(text, column), big) === 0) column = nextColumn(text, column);
    if (column < text.length) return { line, column };
    if (++line >= lines.length) return undefined;
    text = lines[line] as string;
    column = 0;
    if (text === "") return { line, column };
  }
}

/** The last character of this word, or of the next where it stands on that (or `stay`). */
export function wordEnd(lines: Lines, from: Position, big: boolean, stay = false): Position | undefined {
  let { line, column } = from;
  let text = lines[line] ?? "";
  if (!stay) column = nextColumn(text, column);
  for (;;) {
    while (column < text.length && classOf(charAt(text, column), big) === 0) column = nextColumn(text, column);
    if (column < text.length) break;
    if (++line >= lines.length) return undefined;
    text = lines[line] as string;
    column = 0;
  }
  const here = classOf(charAt(text, column), big);
  for (;;) {
    const next = nextColumn(text, column);
    if (next >= text.length || classOf(charAt(text, next), big) !== here) return { line, column };
    column = next;
  }
}

/** Where the word before begins. */
export function previousWord(lines: Lines, from: Position, big: boolean): Position | undefined {
  let { line, column } = from;
  let text = lines[line] ?? "";
  for (;;) {
    if (column === 0) {
      if (--line < 0) return undefined;
      text = lines[line] as string;
      if (text === "") return { line, column: 0 };
      column = text.length;
    }
    column = previousColumn(text, column);
    if (classOf(charAt(text, column), big) !== 0) break;
    if (column === 0 && line === 0) return { line, column };
  }
  const here = classOf(charAt(text, column), big);
  while (column > 0 && classOf(charAt(text, previousColumn(text, column)), big) === here) column = previousColumn(text, column);
  return { line, column };
}

/** The last character of the word before. */
export function previousEnd(lines: Lines, from: Position, big: boolean): Position | undefined {
  let { line, column } = from;
  let text = lines[line] ?? "";
  const here = kind(lines, from, big);
  if (here !== 0)
    while (column > 0 && classOf(charAt(text, previousColumn(text, column)), big) === here) column = previousColumn(text, column);
  for (;;) {
    if (column === 0) {
      if (--line < 0) return undefined;
      text = lines[line] as string;
      if (text === "") return { line, column: 0 };
      column = lastColumn(text);
    } else column = previousColumn(text, column);
    if (classOf(charAt(text, column), big) !== 0) return { line, column };
  }
}

/** The next empty line after some text, or before some; beyond the buffer's ends its last and first place. */
export function paragraph(lines: Lines, from: number, step: 1 | -1): { readonly line: number; readonly end: boolean } {
  let line = from;
  while (lines[line] === "" && line + step >= 0 && line + step < lines.length) line += step;
  while (lines[line] !== "") {
    if (line + step < 0 || line + step >= lines.length) return { line, end: true };
    line += step;
  }
  return { line, end: false };
}

/** Keyword under or after a column of a line. */
export function wordAt(text: string, column: number): { readonly from: number; readonly to: number } | undefined {
  let from = column;
  while (from < text.length && classOf(charAt(text, from), false) !== 2) from = nextColumn(text, from);
  if (from >= text.length) {
    // No keyword: what is not blank.
    from = column;
    while (from < text.length && classOf(charAt(text, from), false) === 0) from = nextColumn(text, from);
    if (from >= text.length) return undefined;
  }
  const here = classOf(charAt(text, from), false);
  while (from > 0 && classOf(charAt(text, previousColumn(text, from)), false) === here) from = previousColumn(text, from);
  let to = from;
  while (to < text.length && classOf(charAt(text, to), false) === here) to = nextColumn(text, to);
  return { from, to };
}
