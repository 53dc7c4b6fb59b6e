import type { Editor, Position } from "./state.ts";

const at = (line: number, column: number): Position => ({ line, column });

/** Where a mark is: a letter, or one of those that the editor sets itself. */
export function markAt(ed: Editor, name: string): Position | undefined {
  if (name === "<" || name === ">") {
    const v = ed.lastVisual;
    if (!v) return undefined;
    const swapped = v.end.line < v.start.line || (v.end.line === v.start.line && v.end.column < v.start.column);
    const p = (name === "<") === swapped ? v.end : v.start;
    return v.kind === "line" ? at(p.line, name === "<" ? 0 : Infinity) : p;
  }
  return ed.marks[name === "`" ? "'" : name] ?? (name === "'" || name === "`" ? at(0, 0) : undefined);
}
