import { beep, complain, runShell } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import {
  before,
  linesOf,
  mapRegion,
  type Region,
  regionText,
  removeRegion,
  room,
  setLine,
  spliceLines,
  blockColumns,
  insertAt,
  clamp,
} from "./buffer.ts";
import { readCommandLine } from "./command-line.ts";
import { runCommandLine } from "./ex/run.ts";
import { yamlIndent } from "./indent.ts";
import { openInsert } from "./insert.ts";
import { shiftWidth } from "./options.ts";
import { keep, register, tellLines, tellMoved, tellYanked } from "./registers.ts";
import type { Editor } from "./state.ts";
import { lineOf, say } from "./state.ts";
import { displayColumn, firstNonBlank, indentText, indentWidth, lastColumn, makeIndent, displayWidth, charAt } from "./text.ts";

export interface How {
  readonly register: string | undefined;
  /** `3>` in visual mode shifts three times. */
  readonly times?: number;
  /** What is deleted is numbered, however little. */
  readonly big?: boolean;
  readonly visual?: boolean;
}
type Operator = (ed: Editor, r: Region, how: How) => Co;

const at = (line: number, column: number) => ({ line, column });
const toLine = (ed: Editor, line: number): void => {
  const to = Math.max(0, Math.min(line, ed.lines.length - 1));
  ed.cursor = at(to, firstNonBlank(lineOf(ed, to)));
};
const startOf = (ed: Editor, r: Region) =>
  r.kind === "char" ? r.start : r.kind === "line" ? at(r.from, 0) : at(r.from, blockColumns(ed, r.from, r.left, r.right)[0]);
const remember = (ed: Editor, r: Region): void => {
  const [from, to] = linesOf(r);
  ed.marks["["] = r.kind === "char" ? r.start : at(from, 0);
  ed.marks["]"] = r.kind === "char" ? at(to, Math.max(0, r.end.column - 1)) : at(to, lastColumn(lineOf(ed, to)));
};

// oxlint-disable-next-line require-yield
function* remove(ed: Editor, r: Region, how: How): Co {
  const taken = regionText(ed, r);
  if (r.kind === "char" && !before(r.start, r.end) && lineOf(ed, r.start.line) === "" && !how.visual) return beep();
  keep(ed, how.register, taken, "delete", how.big);
  const n = ed.lines.length;
  const whole = r.kind === "line" && r.to - r.from + 1 === n;
  const start = startOf(ed, r);
  removeRegion(ed, r);
  if (r.kind === "line") toLine(ed, r.from);
  else ed.cursor = start;
  ed.marks["["] = ed.marks["]"] = ed.cursor;
  if (whole && ed.flavour === "vim") say(ed, "--No lines in buffer--");
  else tellLines(ed, ed.lines.length - n);
  clamp(ed);
}

// oxlint-disable-next-line require-yield
function* yank(ed: Editor, r: Region, how: How): Co {
  const taken = regionText(ed, r);
  keep(ed, how.register, taken, "yank");
  remember(ed, r);
  if (ed.flavour === "vim") tellYanked(ed, taken, how.register);
  if (r.kind === "line") {
    if (how.visual || r.from < ed.cursor.line) ed.cursor = at(r.from, how.visual ? ed.cursor.column : ed.cursor.column);
  } else ed.cursor = startOf(ed, r);
  clamp(ed);
}

function* changeTo(ed: Editor, r: Region, how: How): Co {
  if (r.kind === "block") return yield* changeBlock(ed, r, how);
  const taken = regionText(ed, r);
  if (r.kind === "line") {
    keep(ed, how.register, taken, "delete", how.big);
    const indent = ed.options.autoindent ? indentText(lineOf(ed, r.from)) : "";
    spliceLines(ed, r.from, r.to - r.from + 1, [indent]);
    ed.cursor = at(r.from, indent.length);
    return yield* openInsert(ed, { indent: indent !== "" });
  }
  if (before(r.start, r.end)) {
    keep(ed, how.register, taken, "delete", how.big);
    removeRegion(ed, r);
  }
  ed.cursor = r.start;
  yield* openInsert(ed);
}

/** What is typed on a block's first line stands on all of them afterwards. */
function* changeBlock(ed: Editor, r: Region & { readonly kind: "block" }, how: How): Co {
  keep(ed, how.register, regionText(ed, r), "delete");
  removeRegion(ed, r);
  yield* insertInBlock(ed, r, false);
}
export function* insertInBlock(ed: Editor, r: Region & { readonly kind: "block" }, after: boolean): Co {
  const { tabstop } = ed.options;
  const column = (line: number): number | undefined => {
    const text = lineOf(ed, line);
    const [from, to] = blockColumns(ed, line, r.left, r.right);
    if (!after) return displayWidth(text, tabstop) < r.left ? undefined : from;
    return r.right === Infinity ? text.length : to;
  };
  if (after && r.right !== Infinity) {
    const short = r.right + 1 - displayWidth(lineOf(ed, r.from), tabstop);
    if (short > 0) setLine(ed, r.from, lineOf(ed, r.from) + " ".repeat(short));
  }
  const first = column(r.from) ?? lineOf(ed, r.from).length;
  const old = lineOf(ed, r.from);
  const lines = ed.lines.length;
  ed.cursor = at(r.from, first);
  yield* openInsert(ed);
  const typed = lineOf(ed, r.from).slice(first, first + lineOf(ed, r.from).length - old.length);
  if (ed.lines.length !== lines || typed === "" || lineOf(ed, r.from).length < old.length) return;
  for (let l = r.from + 1; l <= r.to; l++) {
    let text = lineOf(ed, l);
    if (after && r.right !== Infinity) {
      const short = r.right + 1 - displayWidth(text, tabstop);
      if (short > 0) setLine(ed, l, (text += " ".repeat(short)));
    }
    const c = column(l);
    if (c !== undefined) setLine(ed, l, text.slice(0, c) + typed + text.slice(c));
  }
  ed.cursor = startOf(ed, r);
  clamp(ed);
}

/** Moves lines by steps of 'shiftwidth'. */
export function shiftLines(ed: Editor, from: number, to: number, by: number): void {
  const step = shiftWidth(ed.options);
  for (let l = from; l <= to; l++) {
    const text = lineOf(ed, l);
    if (text === "") continue;
    const old = indentWidth(text, ed.options.tabstop);
    const target =
      ed.options.shiftround && old % step !== 0
        ? (by > 0 ? Math.floor(old / step) + by : Math.ceil(old / step) + by) * step
        : old + by * step;
    const shifted = makeIndent(Math.max(0, target), ed.options) + text.slice(indentText(text).length);
    if (shifted !== text) setLine(ed, l, shifted);
  }
}
const shift = (sign: 1 | -1): Operator =>
  // oxlint-disable-next-line require-yield
  function* (ed, r, how) {
    const [from, to] = linesOf(r);
    const times = how.times ?? 1;
    if (r.kind === "block") {
      const start = startOf(ed, r);
      for (let l = from; l <= to; l++) {
        const text = lineOf(ed, l);
        const [a] = blockColumns(ed, l, r.left, r.right);
        if (a >= text.length) continue;
        const blanks = /^[ \t]*/.exec(text.slice(a))?.[0] ?? "";
        const { tabstop, expandtab } = ed.options;
        // Blanks before it become part of what fills up with tabs.
        const begin = sign > 0 && !expandtab ? text.slice(0, a).trimEnd().length : a;
        const began = displayColumn(text, begin, tabstop);
        const floor = displayColumn(text, a, tabstop);
        const end = Math.max(floor, displayColumn(text, a + blanks.length, tabstop) + sign * times * shiftWidth(ed.options));
        let [fill, width] = ["", began];
        while (!expandtab && sign > 0 && (Math.floor(width / tabstop) + 1) * tabstop <= end) {
          fill += "\t";
          width = (Math.floor(width / tabstop) + 1) * tabstop;
        }
        setLine(ed, l, text.slice(0, begin) + fill + " ".repeat(end - width) + text.slice(a + blanks.length));
      }
      ed.cursor = start;
      clamp(ed);
    } else {
      shiftLines(ed, from, to, sign * times);
      toLine(ed, from);
    }
    const n = to - from + 1;
    if (n > 2 && ed.flavour === "vim") say(ed, `${n} lines ${sign > 0 ? ">" : "<"}ed ${times} time${times === 1 ? "" : "s"}`);
  };

// oxlint-disable-next-line require-yield
function* indent(ed: Editor, r: Region): Co {
  const [from, to] = linesOf(r);
  if (ed.filetype !== "yaml") return complain(ed, `= knows only how YAML is indented, and this is ${ed.filetype || "no YAML"}`);
  for (let l = from; l <= to; l++) {
    const text = lineOf(ed, l);
    const wanted = text.trim() === "" ? "" : makeIndent(yamlIndent(ed, l), ed.options) + text.slice(indentText(text).length);
    if (wanted !== text) setLine(ed, l, wanted);
  }
  toLine(ed, from);
  if (to - from > 1) say(ed, `${to - from + 1} lines indented `);
}

const letters = (fn: (text: string) => string): Operator =>
  // oxlint-disable-next-line require-yield
  function* (ed, r) {
    const [from, to] = linesOf(r);
    // Nothing at the very beginning is the first character, as the real one has it.
    const nothing = r.kind === "char" && !before(r.start, r.end) && from === 0 && r.start.column === 0;
    mapRegion(ed, nothing ? { ...r, end: at(0, 1) } : r, fn);
    ed.cursor = r.kind === "line" ? at(from, Math.min(ed.cursor.column, lastColumn(lineOf(ed, from)))) : startOf(ed, r);
    if (to - from > 1) say(ed, `${to - from + 1} lines changed`);
    clamp(ed);
  };
export const swapCase = (text: string): string =>
  [...text].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join("");

/** Joins lines; `spaces`: a blank between them in place of their indents. */
export function joinLines(ed: Editor, from: number, to: number, spaces: boolean): void {
  let text = lineOf(ed, from);
  let column = 0;
  for (let l = from + 1; l <= to; l++) {
    let next = lineOf(ed, l);
    if (spaces) {
      next = next.trimStart();
      column = text.length;
      const blank = next === "" || next.startsWith(")") || /[ \t]$/.test(text) || text === "" ? "" : " ";
      if (next === "") column = Math.max(0, text.length - 1);
      text += blank + next;
    } else {
      column = text.length;
      text += next;
    }
  }
  const n = ed.lines.length;
  spliceLines(ed, from, to - from + 1, [text]);
  ed.cursor = at(from, column);
  clamp(ed);
  tellLines(ed, ed.lines.length - n);
}

function* filter(ed: Editor, r: Region): Co {
  const [from, to] = linesOf(r);
  const range = from === ed.cursor.line ? (to === from ? "." : `.,.+${to - from}`) : `${from + 1},${to + 1}`;
  const text = yield* readCommandLine(ed, ":", `${range}!`);
  if (text === undefined) return beep();
  yield* runCommandLine(ed, text);
}
export function* filterLines(ed: Editor, from: number, to: number, command: string): Co {
  const input = ed.lines.slice(from, to + 1).join("\n");
  const { output } = yield* runShell(command, true, `${input}\n`);
  const lines = output.replace(/\n$/, "").split("\n");
  const n = to - from + 1;
  spliceLines(ed, from, n, output === "" ? [] : lines);
  toLine(ed, from);
  if (n > 2) say(ed, `${n} lines filtered`);
}

export const OPERATORS: Readonly<Record<string, Operator>> = {
  d: remove,
  y: yank,
  c: changeTo,
  ">": shift(1),
  "<": shift(-1),
  "=": indent,
  "!": filter,
  "g~": letters(swapCase),
  gu: letters((t) => t.toLowerCase()),
  gU: letters((t) => t.toUpperCase()),
  "g?": letters((t) => t.replace(/[A-Za-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + (/[a-mA-M]/.test(c) ? 13 : -13)))),
};
export const BUSYBOX_OPERATORS = "dyc><";

/** p and P: after or before the cursor. */
export function put(ed: Editor, name: string | undefined, count: number, after: boolean, follow = false): void {
  const value = register(ed, name);
  const { kind, text } = value;
  if (ed.flavour === "busybox") tellMoved(ed, "Put", value, name, count);
  const n = ed.lines.length;
  const { line, column } = ed.cursor;
  room(ed, count * text.reduce((sum, l) => sum + l.length + 1, 0));
  if (kind === "line") {
    const where = after ? line + 1 : line;
    const all = Array.from({ length: count }, () => text).flat();
    spliceLines(ed, where, 0, all);
    ed.marks["["] = at(where, 0);
    ed.marks["]"] = at(where + all.length - 1, 0);
    if (follow) ed.cursor = at(Math.min(where + all.length, ed.lines.length - 1), 0);
    else toLine(ed, where);
    return tellLines(ed, ed.lines.length - n);
  }
  const own = lineOf(ed, line);
  const from = after && own !== "" ? column + Math.max(1, charAt(own, column).length) : column;
  if (kind === "block") return putBlock(ed, text, count, line, displayColumn(own, from, ed.options.tabstop), follow);
  const first = text.length === 1 ? [(text[0] as string).repeat(count)] : repeated(text, count);
  const end = insertAt(ed, at(line, from), first);
  ed.marks["["] = at(line, from);
  ed.marks["]"] = at(end.line, Math.max(0, end.column - 1));
  if (follow) ed.cursor = end;
  else if (first.length === 1 && first[0] === "") ed.cursor = at(line, column);
  else ed.cursor = first.length > 1 ? at(line, from) : at(line, Math.max(from, end.column - 1));
  if (!follow) clamp(ed);
  tellLines(ed, ed.lines.length - n);
}
function repeated(text: readonly string[], count: number): string[] {
  const all = [...text];
  for (let i = 1; i < count; i++) all.push(`${all.pop() ?? ""}${text[0] ?? ""}`, ...text.slice(1));
  return all;
}
function putBlock(ed: Editor, text: readonly string[], count: number, line: number, column: number, follow: boolean): void {
  const { tabstop } = ed.options;
  const width = Math.max(...text.map((t) => displayWidth(t, tabstop)));
  while (ed.lines.length < line + text.length) spliceLines(ed, ed.lines.length, 0, [""]);
  for (const [i, piece] of text.entries()) {
    const own = lineOf(ed, line + i);
    const short = column - displayWidth(own, tabstop);
    const padded = short > 0 ? own + " ".repeat(short) : own;
    const [from] = blockColumnsOf(padded, column, tabstop);
    const tail = padded.slice(from);
    const filled = piece + " ".repeat(width - displayWidth(piece, tabstop));
    const last = tail === "" ? piece : filled;
    setLine(ed, line + i, padded.slice(0, from) + filled.repeat(count - 1) + last + tail);
  }
  const [from] = blockColumnsOf(lineOf(ed, line), column, tabstop);
  ed.cursor = follow ? at(line + text.length - 1, from + width * count) : at(line, from);
}
function blockColumnsOf(text: string, column: number, tabstop: number): readonly [number] {
  let [display, i] = [0, 0];
  while (i < text.length && display < column) {
    display = displayColumn(text, i + 1, tabstop);
    i++;
  }
  return [i];
}
