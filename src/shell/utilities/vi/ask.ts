import type { Co, FileText, Ran, Written } from "../screen/ask.ts";
import { KEY } from "../screen/keys.ts";
import type { Editor, Message } from "./state.ts";
import { say } from "./state.ts";

/** A command that cannot be done: rings the bell, and ends macros. */
export class Beep extends Error {}
export const beep = (): never => {
  throw new Beep();
};
/** The same with a message: `E486: Pattern not found: x`. */
export class Complaint extends Beep {}
export function complain(ed: Editor, text: string, kind: Message["kind"] = "error"): never {
  say(ed, text, kind);
  throw new Complaint(text);
}
/** Control-C. */
export class Interrupted extends Beep {}

/** Keys of macros between two pauses. */
const UNTYPED = 2000;

/** The next key: of a macro, or one that somebody presses. */
export function* key(ed: Editor): Co<string> {
  let k: string | undefined;
  while (k === undefined && ed.frames.length > 0) {
    const frame = ed.frames.at(-1) as Editor["frames"][number];
    k = frame.keys[frame.at++];
    if (k === undefined) {
      frame.at = 0;
      if (--frame.times <= 0) ed.frames.pop();
    }
  }
  if (k === undefined) {
    ed.untyped = 0;
    k = (yield { ask: "key" }) as string;
    if (k === KEY.mouse) ed.mouse = (yield { ask: "key" }) as string;
    if (ed.recording) ed.recording.keys += k;
  } else yield* pause(ed);
  if (ed.captured !== undefined) ed.captured += k;
  return k;
}

/** To be called in every loop that may be long. */
export function* pause(ed: Editor): Co {
  if (++ed.untyped % UNTYPED !== 0) return;
  if (yield { ask: "pause" }) {
    ed.frames = [];
    say(ed, "Interrupted", "error");
    throw new Interrupted();
  }
}

export const readFile = function* (path: string): Co<FileText> {
  return (yield { ask: "read", path }) as FileText;
};
export const writeFile = function* (path: string, text: string, how: { append?: boolean; force?: boolean } = {}): Co<Written> {
  return (yield { ask: "write", path, text, ...how }) as Written;
};
export const runShell = function* (command: string, capture: boolean, input?: string): Co<Ran> {
  return (yield { ask: "shell", command, capture, ...(input !== undefined && { input }) }) as Ran;
};
