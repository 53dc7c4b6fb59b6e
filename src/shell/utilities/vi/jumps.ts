import type { Editor, Position } from "./state.ts";

const MAX_JUMPS = 100;

/** Remembers a place before a jump. */
export function jumped(ed: Editor, from: Position): void {
  ed.marks["'"] = from;
  ed.jumps = [...ed.jumps.filter((j) => j.line !== from.line), from].slice(-MAX_JUMPS);
  ed.jump = ed.jumps.length;
}

/** Control-O and Control-I: places before this one, and back. */
export function travelJumps(ed: Editor, step: number): Position | undefined {
  if (ed.jump === ed.jumps.length && step < 0) {
    const at = ed.jump;
    const same = ed.jumps.findIndex((j) => j.line === ed.cursor.line);
    jumped(ed, ed.cursor);
    ed.jump = same >= 0 && same < at ? ed.jumps.length - 1 : at;
    if (same < 0) ed.jump = ed.jumps.length - 1;
  }
  const to = ed.jumps[ed.jump + step];
  if (to) ed.jump += step;
  return to;
}
