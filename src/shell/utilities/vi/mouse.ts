import { clamp, cursorColumn } from "./buffer.ts";
import { gutter, line as scrollBy, lineHeight, textColumns } from "./scroll.ts";
import type { Editor, Position } from "./state.ts";
import { lineOf } from "./state.ts";
import { columnAt } from "./text.ts";

/** Lines that one notch of the wheel turns. */
const NOTCH = 3;
const LEFT = 0;
const DRAGGED = 32;
const WHEEL_UP = 64;
const WHEEL_DOWN = 65;

/** Whether 'mouse' names the mode that the editor is in. */
export function wantsMouse(ed: Editor): boolean {
  const letter = ed.mode === "visual" ? "v" : ed.mode === "insert" || ed.mode === "replace" ? "i" : "n";
  return /a/.test(ed.options.mouse) || ed.options.mouse.includes(letter);
}

/** Goes where the mouse was pressed or dragged to, or turns the window; what of these it was. */
export function pointed(ed: Editor): "press" | "drag" | "other" {
  const [, button, column, row, end] = /^(\d+);(\d+);(\d+)([Mm])$/.exec(ed.mouse ?? "") ?? [];
  if (end !== "M" || !wantsMouse(ed)) return "other";
  const what = Number(button);
  if (what === WHEEL_UP || what === WHEEL_DOWN) scrollBy(ed, what === WHEEL_UP ? -1 : 1, NOTCH);
  if ((what !== LEFT && what !== DRAGGED) || Number(row) > ed.rows) return "other";
  ed.cursor = placeAt(ed, Number(row) - 1, Number(column) - 1);
  clamp(ed);
  ed.want = cursorColumn(ed);
  return what === LEFT ? "press" : "drag";
}

/** What stands in a cell of the window, or the nearest to it. */
function placeAt(ed: Editor, row: number, column: number): Position {
  let [line, left] = [ed.top, row];
  while (line < ed.lines.length - 1 && left >= lineHeight(ed, line)) left -= lineHeight(ed, line++);
  const below = Math.min(left, lineHeight(ed, line) - 1) * textColumns(ed);
  const display = Math.max(0, column - gutter(ed)) + (ed.options.wrap ? below : ed.left);
  return { line, column: columnAt(lineOf(ed, line), display, ed.options.tabstop) };
}
