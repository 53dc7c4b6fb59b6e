import type { Editor } from "./state.ts";
import { lineOf } from "./state.ts";
import { displayColumn, displayWidth, firstNonBlank } from "./text.ts";
import { wantedColumn } from "./buffer.ts";

/** Columns of line numbers, with the blank after them. */
export function gutter(ed: Editor): number {
  const { number, relativenumber } = ed.options;
  if (!number && !relativenumber) return 0;
  return Math.max(3, String(number ? ed.lines.length : ed.rows).length) + 1;
}
export const textColumns = (ed: Editor): number => Math.max(1, ed.columns - gutter(ed));

/** Rows that a line takes. */
export function lineHeight(ed: Editor, line: number): number {
  if (!ed.options.wrap) return 1;
  const text = lineOf(ed, line);
  const columns = textColumns(ed);
  // Most lines need no counting.
  if (text.length * 8 <= columns || (text.length < columns && !/[^ -~]/.test(text))) return 1;
  const width = displayWidth(text, ed.options.tabstop) + (ed.options.list ? 1 : 0);
  return Math.max(1, Math.ceil(width / columns));
}

/** The last line that is shown whole. */
export function lastShown(ed: Editor): number {
  let rows = 0;
  let line = ed.top;
  for (; line < ed.lines.length; line++) {
    rows += lineHeight(ed, line);
    if (rows > ed.rows) break;
  }
  return Math.max(ed.top, line - 1);
}
/** The first line that may be at the top for `bottom` to be shown last. */
function topFor(ed: Editor, bottom: number): number {
  let rows = lineHeight(ed, bottom);
  let line = bottom;
  while (line > 0 && rows + lineHeight(ed, line - 1) <= ed.rows) rows += lineHeight(ed, --line);
  return line;
}

/** Moves the window so that the cursor is in it: by as much as is needed, or to its middle when it is far. */
export function follow(ed: Editor): void {
  const { line } = ed.cursor;
  const last = ed.lines.length - 1;
  ed.top = Math.max(0, Math.min(ed.top, last));
  const off = Math.min(ed.options.scrolloff, (ed.rows - 1) >> 1);
  const upper = Math.max(0, line - off);
  const lower = Math.min(last, line + off);
  if (upper < ed.top) {
    const middle = topFor(ed, Math.min(last, line + (ed.rows >> 1)));
    ed.top = ed.top - upper >= ed.rows - 1 ? Math.max(0, middle) : upper;
  } else if (lower > lastShown(ed)) {
    const near = topFor(ed, lower);
    const far = near - ed.top >= ed.rows - 1;
    ed.top = far ? Math.min(near === 0 ? 0 : middleTop(ed), Math.max(0, topFor(ed, last))) : near;
    if (ed.top > upper) ed.top = upper;
  }
  if (!ed.options.wrap) followColumn(ed);
}
function middleTop(ed: Editor): number {
  let rows = 0;
  let { line } = ed.cursor;
  while (line > 0 && rows + lineHeight(ed, line - 1) <= (ed.rows - 1) >> 1) rows += lineHeight(ed, --line);
  return line;
}
function followColumn(ed: Editor): void {
  const at = displayColumn(lineOf(ed), ed.cursor.column, ed.options.tabstop);
  const columns = textColumns(ed);
  if (at < ed.left || at >= ed.left + columns) {
    const jump = ed.flavour === "busybox" ? 0 : columns >> 1;
    ed.left = at < ed.left && at < columns - 1 ? 0 : Math.max(0, at < ed.left ? at - jump : at - columns + 1 + jump);
  }
}

const toLine = (ed: Editor, line: number): void => {
  const to = Math.max(0, Math.min(ed.lines.length - 1, line));
  ed.cursor = { line: to, column: ed.options.startofline ? firstNonBlank(lineOf(ed, to)) : wantedColumn(ed, to) };
};
/** Keeps the cursor's line within the window, with 'scrolloff'. */
function pull(ed: Editor): void {
  const off = Math.min(ed.options.scrolloff, (ed.rows - 1) >> 1);
  const bottom = lastShown(ed);
  const first = ed.top === 0 ? 0 : ed.top + off;
  const last = bottom >= ed.lines.length - 1 ? ed.lines.length - 1 : bottom - off;
  if (ed.cursor.line < first) toLine(ed, first);
  else if (ed.cursor.line > last) toLine(ed, Math.max(ed.top, last));
}

/** A screenful, less two lines. False: there is nothing more. */
export function page(ed: Editor, step: 1 | -1, count: number): boolean {
  const last = ed.lines.length - 1;
  if (step > 0 ? ed.top >= last : ed.top === 0) return false;
  const jump = Math.max(1, ed.rows - 2) * count;
  if (step > 0) {
    ed.top = Math.min(last, ed.top + jump);
    if (ed.cursor.line < ed.top) toLine(ed, ed.top);
  } else {
    const bottom = ed.top + 1 - (count - 1) * Math.max(1, ed.rows - 2);
    ed.top = bottom <= 0 ? 0 : topFor(ed, Math.min(last, bottom));
    pull(ed);
  }
  pull(ed);
  return true;
}

/** Half a screen, the cursor as much. */
export function half(ed: Editor, step: 1 | -1, amount: number | undefined): boolean {
  const last = ed.lines.length - 1;
  if (step > 0 ? ed.cursor.line >= last : ed.cursor.line === 0) return false;
  const jump = amount ?? Math.max(1, ed.rows >> 1);
  const line = ed.cursor.line + step * jump;
  const maxTop = topFor(ed, last);
  ed.top = step > 0 ? Math.max(ed.top, Math.min(maxTop, ed.top + jump)) : Math.max(0, ed.top - jump);
  toLine(ed, line);
  return true;
}
/** A line at a time, the cursor staying where it can. */
export function line(ed: Editor, step: 1 | -1, count: number): void {
  ed.top = Math.max(0, Math.min(ed.lines.length - 1, ed.top + step * count));
  const { column } = ed.cursor;
  const before = ed.cursor.line;
  pull(ed);
  if (ed.cursor.line !== before) ed.cursor = { line: ed.cursor.line, column: wantedColumn(ed, ed.cursor.line) };
  else ed.cursor = { line: before, column };
}
/** Puts the cursor's line at the top, in the middle or at the bottom. */
export function place(ed: Editor, where: "top" | "middle" | "bottom"): void {
  const off = Math.min(ed.options.scrolloff, (ed.rows - 1) >> 1);
  const at = ed.cursor.line;
  if (where === "top") ed.top = Math.max(0, at - off);
  else if (where === "middle") ed.top = middleTop(ed);
  else ed.top = topFor(ed, Math.min(ed.lines.length - 1, at + off));
}
