import { complain } from "./ask.ts";
import type { Editor, Position, Register } from "./state.ts";
import { lineOf } from "./state.ts";
import { cells, columnAt, displayColumn, displayWidth, lastColumn } from "./text.ts";

/** What an operator works on. A char region's end is the place after its last character; a block's columns are the display's, both within. */
export type Region =
  | { readonly kind: "char"; readonly start: Position; readonly end: Position }
  | { readonly kind: "line"; readonly from: number; readonly to: number }
  | { readonly kind: "block"; readonly from: number; readonly to: number; readonly left: number; readonly right: number };

export const before = (a: Position, b: Position): boolean => a.line < b.line || (a.line === b.line && a.column < b.column);
export const linesOf = (r: Region): readonly [number, number] => (r.kind === "char" ? [r.start.line, r.end.line] : [r.from, r.to]);

/** To be called before anything is changed: what stands there now is what undo brings back. */
export function change(ed: Editor): void {
  ed.open ??= { before: ed.lines.slice(), cursor: ed.cursor };
}
const MAX_UNDO = 1000;
/** Ends a step of undo. */
export function commit(ed: Editor): void {
  if (!ed.open) return;
  const { before: old, cursor } = ed.open;
  ed.open = undefined;
  const now = ed.lines;
  let at = 0;
  while (at < old.length && at < now.length && old[at] === now[at]) at++;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - at && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const removed = old.slice(at, old.length - tail);
  const added = now.slice(at, now.length - tail);
  if (removed.length === 0 && added.length === 0) return;
  ed.redo = [];
  ed.undo.push({ id: ++ed.changes, at, removed, added, cursor, time: ed.now });
  if (ed.undo.length > MAX_UNDO) ed.undo.shift();
  ed.marks["."] ??= ed.cursor;
}

/** Ends a step, unless a macro goes on: what it does is one. */
export function finish(ed: Editor): void {
  if (!ed.frames.some((f) => f.at < f.keys.length || f.times > 1)) commit(ed);
}

/** What a buffer may hold: a count or a repeated copy makes more in a moment. */
const MAX_LINES = 500_000;
const MAX_LINE = 4_000_000;
/** Complains before so much is made. */
export function room(ed: Editor, amount: number, most = MAX_LINE): void {
  if (amount > most) complain(ed, `E342: Out of memory!  (allocating ${amount} bytes)`);
}

export function spliceLines(ed: Editor, at: number, remove: number, add: readonly string[]): void {
  room(ed, ed.lines.length + add.length - remove, MAX_LINES);
  for (const line of add) room(ed, line.length);
  change(ed);
  if (add.length > 10_000) ed.lines = [...ed.lines.slice(0, at), ...add, ...ed.lines.slice(at + remove)];
  else ed.lines.splice(at, remove, ...add);
  if (ed.lines.length === 0) ed.lines.push("");
  ed.marks["."] = { line: Math.min(at, ed.lines.length - 1), column: 0 };
  if (remove === add.length) return;
  for (const [name, mark] of Object.entries(ed.marks)) {
    if (mark.line >= at + remove) ed.marks[name] = { ...mark, line: mark.line - remove + add.length };
    else if (mark.line >= at + add.length && name !== ".") delete ed.marks[name];
  }
}
export function setLine(ed: Editor, line: number, text: string): void {
  room(ed, text.length);
  change(ed);
  ed.lines[line] = text;
  ed.marks["."] = { line, column: Math.min(ed.cursor.column, text.length) };
}

/** Puts text in at a place; the answer is the place after it. */
export function insertAt(ed: Editor, at: Position, text: readonly string[]): Position {
  const line = lineOf(ed, at.line);
  const [head, tail] = [line.slice(0, at.column), line.slice(at.column)];
  if (text.length === 1) {
    setLine(ed, at.line, head + text[0] + tail);
    return { line: at.line, column: at.column + (text[0] as string).length };
  }
  const last = text.at(-1) as string;
  spliceLines(ed, at.line, 1, [head + text[0], ...text.slice(1, -1), last + tail]);
  return { line: at.line + text.length - 1, column: last.length };
}

/** Columns of a block in one of its lines. */
export function blockColumns(ed: Editor, line: number, left: number, right: number): readonly [number, number] {
  const text = lineOf(ed, line);
  const { tabstop } = ed.options;
  const width = displayWidth(text, tabstop);
  if (width <= left) return [text.length, text.length];
  const from = columnAt(text, left, tabstop);
  const to = right === Infinity ? text.length : columnAt(text, right + 1, tabstop);
  return [from, Math.max(from, to)];
}

/** What is in a region, as a register has it. */
export function regionText(ed: Editor, r: Region): Register {
  if (r.kind === "line") return { kind: "line", text: ed.lines.slice(r.from, r.to + 1) };
  if (r.kind === "block") {
    const text = [];
    const { tabstop } = ed.options;
    const widest = Math.max(...ed.lines.slice(r.from, r.to + 1).map((l) => displayWidth(l, tabstop)));
    const width = Math.min(r.right, widest) - r.left + 1;
    // A line that ends before the block is blanks in it.
    for (let l = r.from; l <= r.to; l++)
      text.push(
        displayWidth(lineOf(ed, l), tabstop) < r.left ? " ".repeat(width) : lineOf(ed, l).slice(...blockColumns(ed, l, r.left, r.right)),
      );
    return { kind: "block", text };
  }
  const { start, end } = r;
  if (start.line === end.line) return { kind: "char", text: [lineOf(ed, start.line).slice(start.column, end.column)] };
  return {
    kind: "char",
    text: [
      lineOf(ed, start.line).slice(start.column),
      ...ed.lines.slice(start.line + 1, end.line),
      lineOf(ed, end.line).slice(0, end.column),
    ],
  };
}

export function removeRegion(ed: Editor, r: Region): void {
  if (r.kind === "line") return spliceLines(ed, r.from, r.to - r.from + 1, []);
  if (r.kind === "block") {
    for (let l = r.from; l <= r.to; l++) {
      const [from, to] = blockColumns(ed, l, r.left, r.right);
      const text = lineOf(ed, l);
      if (to > from) setLine(ed, l, text.slice(0, from) + text.slice(to));
    }
    return;
  }
  const { start, end } = r;
  const joined = lineOf(ed, start.line).slice(0, start.column) + lineOf(ed, end.line).slice(end.column);
  if (start.line === end.line) setLine(ed, start.line, joined);
  else spliceLines(ed, start.line, end.line - start.line + 1, [joined]);
}

/** Changes each piece of a region by a function. */
export function mapRegion(ed: Editor, r: Region, fn: (piece: string) => string): void {
  const [from, to] = linesOf(r);
  for (let l = from; l <= to; l++) {
    const text = lineOf(ed, l);
    let [a, b]: readonly [number, number] = [0, text.length];
    if (r.kind === "block") [a, b] = blockColumns(ed, l, r.left, r.right);
    if (r.kind === "char") [a, b] = [l === r.start.line ? r.start.column : 0, l === r.end.line ? r.end.column : text.length];
    const piece = text.slice(a, b);
    const after = fn(piece);
    if (after !== piece) setLine(ed, l, text.slice(0, a) + after + text.slice(b));
  }
}

/** Keeps the cursor on a character, in insert mode also after the last. */
export function clamp(ed: Editor): void {
  const line = Math.max(0, Math.min(ed.cursor.line, ed.lines.length - 1));
  const text = lineOf(ed, line);
  const loose = ed.once || ed.mode === "insert" || ed.mode === "replace" || (ed.mode === "visual" && ed.flavour === "vim");
  const max = loose ? text.length : lastColumn(text);
  const column = Math.max(0, Math.min(ed.cursor.column, max));
  if (line !== ed.cursor.line || column !== ed.cursor.column) ed.cursor = { line, column };
}

/** The display column of the cursor, as j and k keep to it: of a tab its last cell. */
export function cursorColumn(ed: Editor): number {
  const text = lineOf(ed);
  const { tabstop } = ed.options;
  const at = displayColumn(text, ed.cursor.column, tabstop);
  if (ed.mode === "insert" || ed.mode === "replace" || text[ed.cursor.column] !== "\t" || ed.options.list) return at;
  return at + cells("\t", at, tabstop) - 1;
}

/** Where in a line the wanted column is. */
export function wantedColumn(ed: Editor, line: number): number {
  const text = lineOf(ed, line);
  // In visual mode the newline can be reached.
  const last = ed.mode === "visual" ? text.length : lastColumn(text);
  return ed.want === Infinity ? last : Math.min(columnAt(text, ed.want, ed.options.tabstop), last);
}

/** Goes back one step, or forth; the answer is the step, if there was one. */
export function travel(ed: Editor, way: "undo" | "redo"): Editor["undo"][number] | undefined {
  commit(ed);
  const step = way === "undo" ? ed.undo.pop() : ed.redo.pop();
  if (!step) return undefined;
  (way === "undo" ? ed.redo : ed.undo).push(step);
  const [out, back] = way === "undo" ? [step.added, step.removed] : [step.removed, step.added];
  spliceLines(ed, step.at, out.length, back);
  ed.open = undefined;
  let line = Math.min(step.at, ed.lines.length - 1);
  const { cursor } = step;
  if (cursor.line >= step.at - 1 && cursor.line <= step.at + back.length) ({ line } = cursor);
  else if (cursor.line + 1 === line && line > 0) line--;
  if (line >= ed.lines.length) ed.cursor = { line: ed.lines.length - 1, column: 0 };
  else ed.cursor = { line, column: cursor.line === line ? cursor.column : (/\S/.exec(lineOf(ed, line))?.index ?? 0) };
  clamp(ed);
  return step;
}
