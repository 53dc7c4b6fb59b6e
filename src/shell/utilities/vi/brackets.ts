import type { Editor, Position } from "./state.ts";
import { lineOf } from "./state.ts";

const OPEN = "([{";
const CLOSE = ")]}";

/** What `%` goes to: the partner of the first bracket at or after the cursor. */
export function partner(ed: Editor): Position | undefined {
  const text = lineOf(ed);
  for (let i = ed.cursor.column; i < text.length; i++) {
    const c = text[i] as string;
    const open = OPEN.indexOf(c);
    if (open >= 0) return scan(ed, { line: ed.cursor.line, column: i }, c, CLOSE[open] as string, 1);
    const close = CLOSE.indexOf(c);
    if (close >= 0) return scan(ed, { line: ed.cursor.line, column: i }, c, OPEN[close] as string, -1);
  }
  return undefined;
}

/** From a bracket to the one that ends (or began) it. */
function scan(ed: Editor, from: Position, same: string, other: string, step: 1 | -1): Position | undefined {
  let depth = 0;
  for (let line = from.line; line >= 0 && line < ed.lines.length; line += step) {
    const text = lineOf(ed, line);
    let i = line === from.line ? from.column : step > 0 ? 0 : text.length - 1;
    for (; i >= 0 && i < text.length; i += step) {
      if (text[i] === same) depth++;
      else if (text[i] === other && --depth === 0) return { line, column: i };
    }
  }
  return undefined;
}

/** The brackets around a place, the `count`th pair outwards. */
export function enclosing(
  ed: Editor,
  at: Position,
  open: string,
  close: string,
  count: number,
): { readonly start: Position; readonly end: Position } | undefined {
  const here = lineOf(ed, at.line)[at.column];
  let start: Position | undefined = here === open ? at : outwards(ed, at, open, close);
  for (let n = 1; n < count && start; n++) start = outwards(ed, start, open, close);
  const end = start && scan(ed, start, open, close, 1);
  return start && end ? { start, end } : undefined;
}

/** The bracket before a place that is not closed before it. */
export function outwards(ed: Editor, at: Position, open: string, close: string): Position | undefined {
  let depth = 0;
  for (let line = at.line; line >= 0; line--) {
    const text = lineOf(ed, line);
    for (let i = (line === at.line ? at.column : text.length) - 1; i >= 0; i--) {
      if (text[i] === close) depth++;
      else if (text[i] === open && depth-- === 0) return { line, column: i };
    }
  }
  return undefined;
}
/** The bracket after a place that was not opened after it. */
export function outwardsEnd(ed: Editor, at: Position, open: string, close: string): Position | undefined {
  let depth = 0;
  for (let line = at.line; line < ed.lines.length; line++) {
    const text = lineOf(ed, line);
    for (let i = line === at.line ? at.column + 1 : 0; i < text.length; i++) {
      if (text[i] === open) depth++;
      else if (text[i] === close && depth-- === 0) return { line, column: i };
    }
  }
  return undefined;
}
