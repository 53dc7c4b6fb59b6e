import { Beep } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { ESC } from "../screen/keys.ts";
import { command } from "./normal.ts";
import type { Editor } from "./state.ts";

/** Types keys for the learner: :normal. What is not finished then is given up, as if Escape had been pressed. */
export function* executeKeys(ed: Editor, keys: string): Co {
  const outer = ed.frames;
  const captured = ed.captured;
  const frame = { keys: [...keys, ESC, ESC], at: 0, times: 1 };
  ed.frames = [frame];
  try {
    while (ed.frames.includes(frame) && (ed.frames.length > 1 || frame.at < frame.keys.length - 2)) yield* command(ed);
  } catch (error) {
    if (!(error instanceof Beep)) throw error;
  } finally {
    ed.frames = outer;
    ed.captured = captured;
    if (ed.mode !== "command") ed.mode = "normal";
  }
}
