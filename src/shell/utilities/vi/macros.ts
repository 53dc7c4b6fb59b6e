import { beep, complain } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { runCommandLine } from "./ex/run.ts";
import { CR } from "../screen/keys.ts";
import { command } from "./normal.ts";
import { type Prefix, typed } from "./prefix.ts";
import { register } from "./registers.ts";
import type { Editor } from "./state.ts";
import { repeatVisual } from "./visual.ts";

/** `.`: a count of its own takes the place of the old one. */
export function* again(ed: Editor, p: Prefix): Co {
  const r = ed.repeat;
  if (!r) return beep();
  const frame = { keys: [...r.keys], at: 0, times: 1 };
  const depth = ed.frames.length;
  if (r.visual) {
    ed.frames.push(frame);
    yield* repeatVisual(ed, r as typeof r & { visual: NonNullable<typeof r.visual> });
  } else {
    const count = p.count ?? r.count;
    // "1 to "9 are walked through.
    const name = r.register && /[1-8]/.test(r.register) ? String(Number(r.register) + 1) : r.register;
    const keys = [...(name === undefined ? "" : `"${name}`), ...(count === undefined ? "" : String(count)), ...r.keys];
    ed.frames.push({ ...frame, keys });
    const message = ed.message;
    yield* command(ed);
    ed.message ??= message;
  }
  ed.frames.length = Math.min(ed.frames.length, depth);
}

export function* record(ed: Editor): Co {
  if (ed.recording) {
    const { register: name, keys } = ed.recording;
    // Without the q that ended it.
    const text = keys.slice(0, -1);
    const lower = name.toLowerCase();
    const old = /[A-Z]/.test(name) ? (ed.registers[lower]?.text.join("\n") ?? "") : "";
    ed.registers[lower] = { kind: "char", text: [old + text] };
    ed.recording = undefined;
    return;
  }
  const name = yield* typed(ed, "q");
  if (!/^[a-zA-Z0-9"]$/.test(name)) return beep();
  ed.recording = { register: name, keys: "" };
}
export function* playMacro(ed: Editor, n: number): Co {
  let name = yield* typed(ed, "@");
  if (name === ":") {
    for (let i = 0; i < n; i++) yield* runCommandLine(ed, ed.lastCommand);
    return;
  }
  if (name === "@") name = ed.lastMacro ?? complain(ed, "E748: No previously used register");
  if (!/^[a-zA-Z0-9".*+-]$/.test(name)) return beep();
  const value = register(ed, name);
  ed.lastMacro = name;
  const keys = [...value.text.join(CR), ...(value.kind === "line" ? [CR] : [])];
  if (ed.frames.length > 1000) return complain(ed, "E169: Command too recursive");
  if (keys.length > 0) ed.frames.push({ keys, at: 0, times: n });
}
