import type { ProcessContext } from "../../../runtime/index.ts";
import { runScreen } from "../screen/run.ts";
import { editor, isIdle, type Opening, resume } from "./editor.ts";
import { wantsMouse } from "./mouse.ts";
import { render } from "./screen.ts";
import { type Editor, type Mode, newEditor, type Start } from "./state.ts";

/** Keys after which the state is kept whole, so that little has to be typed again after a thaw. */
const KEYS_BETWEEN = 500;

/** Runs the editor on a terminal. */
export async function runEditor(proc: ProcessContext, start: Start, opening: Opening): Promise<number> {
  const held = proc.restored as { readonly editor: Editor } | undefined;
  const ed = held ? copied(held.editor) : newEditor(start);
  const vim = ed.flavour === "vim";
  let bells = ed.bell;
  /** The terminal tells of the mouse; after a thaw it still does. */
  let reporting = held !== undefined && wantsMouse(ed);
  let shape = held ? cursorShape(ed.mode) : "";
  const code = await runScreen(proc, {
    program: held ? resume(ed) : editor(ed, opening),
    // With the text on standard input, keys come from where messages go.
    tty: opening.text === undefined ? proc.stdin : proc.stderr,
    get enter() {
      shape = cursorShape(ed.mode);
      return `\x1b[?1049h${vim ? shape : ""}${vim ? "\x1b[?2004h" : ""}${reporting ? mouse(true) : ""}`;
    },
    get leave() {
      return `${reporting ? mouse(false) : ""}${vim ? "\x1b[?2004l\x1b[0 q" : ""}\x1b[?1049l`;
    },
    resumed: held !== undefined,
    resize: (columns, rows) => Object.assign(ed, { columns, rows: rows - 1 }),
    render: () => render(ed),
    keep: (pressed) => (pressed > KEYS_BETWEEN && isIdle(ed) ? { editor: copied(ed) } : undefined),
    tick: (now) => void (ed.now = now),
    extra() {
      const rung = ed.bell > bells && !vim;
      bells = ed.bell;
      const changed = reporting !== wantsMouse(ed);
      reporting = wantsMouse(ed);
      const shaped = vim && shape !== cursorShape(ed.mode);
      shape = cursorShape(ed.mode);
      return (rung ? "\x07" : "") + (changed ? mouse(reporting) : "") + (shaped ? shape : "");
    },
  });
  if (code === undefined && vim) await proc.stderr.write("Vim: Error reading input, exiting...\nVim: Finished.\n");
  return code ?? 1;
}

/** Has the terminal tell of presses, drags and the wheel, in numbers of any size. */
const mouse = (on: boolean): string => (on ? "\x1b[?1000h\x1b[?1002h\x1b[?1006h" : "\x1b[?1006l\x1b[?1002l\x1b[?1000l");

/** A block; a bar where text is typed, a line below what is typed over (DECSCUSR), as a vimrc's t_SI, t_SR and t_EI ask for it. */
const cursorShape = (mode: Mode): string =>
  mode === "insert" || mode === "command" ? "\x1b[6 q" : mode === "replace" ? "\x1b[4 q" : "\x1b[2 q";

/** Plain data, and not shared: the editor changes its own. */
const copied = (ed: Editor): Editor =>
  JSON.parse(
    JSON.stringify(ed, (_, v: unknown) => (v === Infinity ? "∞" : v)),
    (_, v: unknown) => (v === "∞" ? Infinity : v),
  ) as Editor;
