import { Beep, readFile } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { splitText } from "../screen/text-file.ts";
import { openFile } from "./ex/files.ts";
import { runCommandLine, runScript } from "./ex/run.ts";
import { normalMode } from "./normal.ts";
import type { Editor } from "./state.ts";

export interface Opening {
  /** A script of commands to read first: ~/.vimrc. */
  readonly settings?: string;
  /** `--cmd` before the file is opened, `-c` and `+` after it. */
  readonly first?: readonly string[];
  readonly after?: readonly string[];
  readonly readonly?: boolean;
  /** What is to be edited, in place of a file. */
  readonly text?: string;
}

/** Opens the first file, and edits until it is over. */
export function* editor(ed: Editor, opening: Opening = {}): Co<number> {
  if (opening.settings !== undefined) {
    const file = yield* readFile(opening.settings);
    if (file.text !== undefined) yield* runScript(ed, opening.settings, file.text);
  }
  const pages = ed.pages;
  for (const line of opening.first ?? []) yield* tried(ed, line);
  try {
    yield* openFile(ed, ed.files[0]);
  } catch (error) {
    if (!(error instanceof Beep)) throw error;
  }
  if (opening.text !== undefined) {
    ed.lines = splitText(opening.text).lines;
    ed.file = { ...ed.file, saved: -1 };
  }
  if (opening.readonly) ed.options = { ...ed.options, readonly: true };
  for (const line of opening.after ?? []) yield* tried(ed, line);
  ed.pages ??= pages;
  return yield* resume(ed);
}
function* tried(ed: Editor, line: string): Co {
  try {
    yield* runCommandLine(ed, line);
  } catch (error) {
    if (!(error instanceof Beep)) throw error;
  }
}
/** Goes on where a frozen editor stood: in normal mode, with nothing half typed. */
export function* resume(ed: Editor): Co<number> {
  yield* normalMode(ed);
  return ed.quit ?? 0;
}

/** Whether everything that there is to know is in the state. */
export const isIdle = (ed: Editor): boolean =>
  ed.mode === "normal" &&
  ed.frames.length === 0 &&
  ed.pending === "" &&
  ed.open === undefined &&
  ed.pages === undefined &&
  ed.commandLine === undefined;
