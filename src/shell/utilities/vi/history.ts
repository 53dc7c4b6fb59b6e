import { travel } from "./buffer.ts";
import type { Change, Editor } from "./state.ts";
import { say } from "./state.ts";
import { byteSize } from "./text.ts";
import { strftime } from "../../strftime.ts";

/** `1 line less; before #2  5 seconds ago`. */
function tell(ed: Editor, step: Change, way: "undo" | "redo"): void {
  const [gone, come] = way === "undo" ? [step.added.length, step.removed.length] : [step.removed.length, step.added.length];
  const n = come - gone;
  const what =
    n > 0
      ? `${n} more line${n === 1 ? "" : "s"}`
      : n < 0
        ? n === -1
          ? "1 line less"
          : `${-n} fewer lines`
        : `${come} change${come === 1 ? "" : "s"}`;
  if (ed.flavour === "busybox") {
    const chars = byteSize(step.removed) - byteSize(step.added);
    const left = ed.undo.length;
    const where = byteSize(ed.lines.slice(0, step.at)) + ed.cursor.column;
    return say(ed, `Undo [${left}] ${chars < 0 ? "deleted" : "restored"} ${Math.abs(chars)} chars at position ${where}`);
  }
  const seconds = Math.max(0, Math.round((ed.now - step.time) / 1000));
  const when = seconds >= 100 ? strftime("%H:%M:%S", step.time) : `${seconds} second${seconds === 1 ? "" : "s"} ago`;
  say(ed, `${what}; ${way === "undo" ? "before" : "after"} #${step.id}  ${when}`);
}

export function undoChange(ed: Editor, count: number): void {
  for (let n = 0; n < count; n++) {
    const step = travel(ed, "undo");
    if (step) tell(ed, step, "undo");
    else {
      if (n === 0) say(ed, ed.flavour === "vim" ? "Already at oldest change" : "Already at oldest change");
      return;
    }
  }
}
export function redoChange(ed: Editor, count: number): void {
  for (let n = 0; n < count; n++) {
    const step = travel(ed, "redo");
    if (step) tell(ed, step, "redo");
    else {
      if (n === 0) say(ed, "Already at newest change");
      return;
    }
  }
}
