import { beep, complain, key } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { change, clamp, cursorColumn, type Region, setLine, spliceLines } from "./buffer.ts";
import { fileInfo, write } from "./ex/files.ts";
import { runCommandLine, runPrompt } from "./ex/run.ts";
import { redoChange, undoChange } from "./history.ts";
import { leader, newIndent, openInsert } from "./insert.ts";
import { travelJumps } from "./jumps.ts";
import { CR, ctrl, ESC, isSpecial, KEY } from "../screen/keys.ts";
import { again, playMacro, record } from "./macros.ts";
import { changeNumber } from "./numbers.ts";
import { joinLines, OPERATORS, put, swapCase } from "./operators.ts";
import { type Prefix, typed } from "./prefix.ts";
import type { Editor, Position } from "./state.ts";
import { isModified, lineOf, say } from "./state.ts";
import { indentText, nextColumn, previousColumn } from "./text.ts";

const at = (line: number, column: number): Position => ({ line, column });

interface Simple {
  readonly busybox?: boolean;
  /** `.` does it again. */
  readonly changes?: boolean;
  /** What undo goes back to is not where the cursor is now. */
  readonly late?: true;
  /** The wanted column is its own business. */
  readonly wants?: false;
  run(ed: Editor, n: number, p: Prefix): Co;
}
type Run = (ed: Editor, n: number, p: Prefix) => void;
const plain = (run: Run, how: Omit<Simple, "run"> = {}): Simple => ({
  ...how,
  // oxlint-disable-next-line require-yield
  *run(ed, n, p) {
    run(ed, n, p);
  },
});
const edit = (run: Simple["run"]): Simple => ({ busybox: true, changes: true, run });

function* over(ed: Editor, name: string, region: Region, p: Prefix): Co {
  yield* (OPERATORS[name] as NonNullable<(typeof OPERATORS)[string]>)(ed, region, { register: p.register });
}
/** Characters from the cursor on, or before it. */
function chars(ed: Editor, n: number, back: boolean): Region {
  const { line, column } = ed.cursor;
  const text = lineOf(ed);
  let to = column;
  for (let i = 0; i < n && (back ? to > 0 : to < text.length); i++)
    to = back ? previousColumn(text, to) : Math.min(text.length, nextColumn(text, to));
  if (text === "" || (back && column === 0)) return beep();
  return { kind: "char", start: at(line, Math.min(column, to)), end: at(line, Math.max(column, to)) };
}
function restOf(ed: Editor, n: number): Region {
  const { line, column } = ed.cursor;
  const to = Math.min(ed.lines.length - 1, line + n - 1);
  return { kind: "char", start: at(line, column), end: at(to, lineOf(ed, to).length) };
}

/** o and O. */
function* openLine(ed: Editor, n: number, after: boolean): Co {
  const open = (below: boolean): boolean => {
    const from = lineOf(ed);
    const line = below ? ed.cursor.line + 1 : ed.cursor.line;
    spliceLines(ed, line, 0, [""]);
    const comment = leader(ed, from);
    const indent = comment === "" ? newIndent(ed, from, line) : indentText(from);
    setLine(ed, line, indent + comment);
    ed.cursor = at(line, indent.length + comment.length);
    return indent !== "" && comment === "";
  };
  const indented = open(after);
  yield* openInsert(ed, {
    count: n,
    indent: indented,
    again: (typed_) => {
      open(true);
      const lines = typed_.split(CR);
      const { line, column } = ed.cursor;
      const text = lineOf(ed);
      spliceLines(ed, line, 1, [text.slice(0, column) + (lines[0] ?? ""), ...lines.slice(1)]);
      const last = line + lines.length - 1;
      ed.cursor = at(last, lineOf(ed, last).length);
    },
  });
}

const insertCommand = (place: (ed: Editor) => void): Simple =>
  edit(function* (ed, n) {
    place(ed);
    ed.mode = "insert";
    yield* openInsert(ed, { count: n });
  });

/** Commands that are a key and want nothing to work on. */
export const SIMPLE: Readonly<Record<string, Simple>> = {
  [ESC]: plain(
    (ed) => {
      ed.frames = [];
      ed.bell += 0;
    },
    { busybox: true, wants: false },
  ),
  [ctrl("C")]: plain(
    (ed) => {
      if (ed.flavour === "vim")
        say(ed, "Type  :qa!  and press <Enter> to abandon all changes and exit Vim".replace(/qa!/, isModified(ed) ? "qa!" : "qa"));
    },
    { busybox: true, wants: false },
  ),
  x: edit(function* (ed, n, p) {
    yield* over(ed, "d", chars(ed, n, false), p);
  }),
  [KEY.delete]: edit(function* (ed, n, p) {
    yield* over(ed, "d", chars(ed, n, false), p);
  }),
  X: {
    ...edit(function* (ed, n, p) {
      const region = chars(ed, n, true);
      ed.cursor = (region as Region & { readonly kind: "char" }).start;
      yield* over(ed, "d", region, p);
    }),
    late: true,
  },
  D: edit(function* (ed, n, p) {
    yield* over(ed, "d", restOf(ed, n), p);
  }),
  C: edit(function* (ed, n, p) {
    yield* over(ed, "c", restOf(ed, n), p);
  }),
  s: edit(function* (ed, n, p) {
    yield* over(ed, "c", lineOf(ed) === "" ? restOf(ed, 1) : chars(ed, n, false), p);
  }),
  S: edit(function* (ed, n, p) {
    yield* over(ed, "c", { kind: "line", from: ed.cursor.line, to: Math.min(ed.lines.length - 1, ed.cursor.line + n - 1) }, p);
  }),
  Y: {
    busybox: true,
    wants: false,
    *run(ed, n, p) {
      yield* over(ed, "y", { kind: "line", from: ed.cursor.line, to: Math.min(ed.lines.length - 1, ed.cursor.line + n - 1) }, p);
    },
  },
  J: edit(function* (ed, n) {
    if (ed.cursor.line >= ed.lines.length - 1) beep();
    joinLines(ed, ed.cursor.line, Math.min(ed.lines.length - 1, ed.cursor.line + Math.max(2, n) - 1), true);
    yield* [];
  }),
  "~": edit(function* (ed, n) {
    const { start, end } = chars(ed, n, false) as Region & { kind: "char" };
    const text = lineOf(ed);
    setLine(ed, start.line, text.slice(0, start.column) + swapCase(text.slice(start.column, end.column)) + text.slice(end.column));
    ed.cursor = end;
    clamp(ed);
    yield* [];
  }),
  r: edit(function* (ed, n) {
    let c = yield* typed(ed, "r");
    if (c === ctrl("V")) c = yield* key(ed);
    if (c === ESC || c === ctrl("C") || isSpecial(c)) return beep();
    const { line, column } = ed.cursor;
    const text = lineOf(ed);
    if ([...text.slice(column)].length < n || text === "") return beep();
    const { end } = chars(ed, n, false) as Region & { kind: "char" };
    if (c === CR) {
      spliceLines(ed, line, 1, [text.slice(0, column), text.slice(end.column)]);
      const indent = newIndent(ed, text, line + 1);
      if (indent !== "") setLine(ed, line + 1, indent + lineOf(ed, line + 1).trimStart());
      ed.cursor = at(line + 1, ed.options.autoindent ? indent.length : 0);
      return;
    }
    setLine(ed, line, text.slice(0, column) + c.repeat(n) + text.slice(end.column));
    ed.cursor = at(line, column + c.length * (n - 1));
  }),
  R: edit(function* (ed, n) {
    yield* openInsert(ed, { count: n, replace: true });
  }),
  [KEY.insert]: insertCommand(() => {}),
  i: insertCommand(() => {}),
  a: insertCommand((ed) => {
    if (lineOf(ed) !== "") ed.cursor = at(ed.cursor.line, nextColumn(lineOf(ed), ed.cursor.column));
  }),
  I: insertCommand((ed) => {
    ed.cursor = at(ed.cursor.line, indentText(lineOf(ed)).length);
  }),
  A: insertCommand((ed) => {
    ed.cursor = at(ed.cursor.line, lineOf(ed).length);
  }),
  o: edit((ed, n) => openLine(ed, n, true)),
  O: edit((ed, n) => openLine(ed, n, false)),
  p: edit(function* (ed, n, p) {
    put(ed, p.register, n, true);
    yield* [];
  }),
  P: edit(function* (ed, n, p) {
    put(ed, p.register, n, false);
    yield* [];
  }),
  u: plain((ed, n) => undoChange(ed, n), { busybox: true }),
  [ctrl("R")]: plain((ed, n) => redoChange(ed, n)),
  ".": {
    busybox: true,
    *run(ed, _, p) {
      yield* again(ed, p);
    },
  },
  q: {
    wants: false,
    *run(ed) {
      yield* record(ed);
    },
  },
  "@": {
    wants: false,
    *run(ed, n) {
      yield* playMacro(ed, n);
    },
  },
  m: {
    busybox: true,
    wants: false,
    *run(ed) {
      const name = yield* typed(ed, "m");
      if (!/^[a-zA-Z'`[\]<>]$/.test(name)) return beep();
      if (name === "<" || name === ">") return beep();
      ed.marks[name === "`" ? "'" : name] = ed.cursor;
    },
  },
  ":": {
    busybox: true,
    wants: false,
    *run(ed, _, p) {
      yield* runPrompt(ed, p.count === undefined ? "" : p.count === 1 ? "." : `.,.+${p.count - 1}`);
      ed.want = cursorColumn(ed);
    },
  },
  "&": {
    changes: true,
    *run(ed) {
      yield* runCommandLine(ed, "s");
    },
  },
  Z: {
    busybox: true,
    wants: false,
    *run(ed) {
      const second = yield* typed(ed, "Z");
      if (second === "Q" && ed.flavour === "vim") ed.quit = 0;
      else if (second !== "Z") return beep();
      else {
        if (isModified(ed)) yield* write(ed, { bang: false });
        ed.quit = 0;
      }
    },
  },
  [ctrl("G")]: plain((ed) => fileInfo(ed), { busybox: true, wants: false }),
  [ctrl("L")]: plain(() => {}, { busybox: true, wants: false }),
  [ctrl("A")]: edit(function* (ed, n) {
    const column = changeNumber(ed, ed.cursor.line, ed.cursor.column, n);
    if (column === undefined) return beep();
    ed.cursor = at(ed.cursor.line, column);
    yield* [];
  }),
  [ctrl("X")]: edit(function* (ed, n) {
    const column = changeNumber(ed, ed.cursor.line, ed.cursor.column, -n);
    if (column === undefined) return beep();
    ed.cursor = at(ed.cursor.line, column);
    yield* [];
  }),
  [ctrl("O")]: plain((ed, n) => jumpBy(ed, -n)),
  "\t": plain((ed, n) => jumpBy(ed, n)),
  [ctrl("Z")]: {
    busybox: true,
    wants: false,
    *run() {
      yield { ask: "suspend" };
    },
  },
  [KEY.pasteStart]: {
    changes: false,
    *run(ed) {
      ed.frames.push({ keys: [KEY.pasteStart], at: 0, times: 1 });
      ed.mode = "insert";
      // What is pasted ends insert mode by its own end.
      change(ed);
      let text = "";
      ed.frames.pop();
      for (let c = yield* key(ed); c !== KEY.pasteEnd; c = yield* key(ed)) if (!isSpecial(c)) text += c;
      ed.mode = "normal";
      const saved = ed.registers;
      ed.registers = { ...saved, "=": { kind: "char", text: text.replace(/\r\n?/g, "\n").split("\n") } };
      put(ed, "=", 1, false, true);
      ed.registers = saved;
      clamp(ed);
    },
  },
  U: plain((ed) => say(ed, "U is not available in this vim: u undoes a change at a time"), { wants: false }),
  K: plain((ed) => complain(ed, "E319: Sorry, the command is not available in this version"), { wants: false }),
  [ctrl("W")]: {
    wants: false,
    *run(ed) {
      yield* typed(ed, "^W");
      complain(ed, "E319: Sorry, the command is not available in this version: windows");
    },
  },
};

function jumpBy(ed: Editor, step: number): void {
  const to = travelJumps(ed, step);
  if (!to) return beep();
  ed.cursor = to;
  clamp(ed);
}
