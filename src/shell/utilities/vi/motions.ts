import { beep, complain, key } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { outwards, outwardsEnd, partner } from "./brackets.ts";
import { wantedColumn } from "./buffer.ts";
import { readCommandLine } from "./command-line.ts";
import { CR, ctrl, ESC, isSpecial, KEY } from "../screen/keys.ts";
import { markAt } from "./marks.ts";
import { lastShown, lineHeight } from "./scroll.ts";
import { runSearch, splitSearch } from "./search.ts";
import type { Editor, Position } from "./state.ts";
import { lineOf } from "./state.ts";
import { columnAt, firstNonBlank, lastColumn, nextColumn, previousColumn } from "./text.ts";
import { nextWord, paragraph, previousEnd, previousWord, wordAt, wordEnd } from "./words.ts";

export interface Target {
  readonly to: Position;
  readonly kind: "char" | "line";
  readonly inclusive?: boolean;
  /** Not from the cursor: a text object's beginning. */
  readonly from?: Position;
  /** The display column that j and k are to keep: "keep" the one that they had. */
  readonly want?: number | "keep";
  /** The place before is kept for '' and Control-O. */
  readonly jump?: boolean;
  /** What is deleted over it is numbered, however little it is. */
  readonly big?: boolean;
}
export interface Situation {
  /** As typed; absent: none. */
  readonly count: number | undefined;
  readonly operator: string | undefined;
  readonly visual: boolean;
}
type Motion = (ed: Editor, s: Situation, k: string) => Co<Target>;

const at = (line: number, column: number): Position => ({ line, column });
const bounded = (ed: Editor, line: number): number => Math.max(0, Math.min(ed.lines.length - 1, line));
/** A motion that asks nothing. */
const plain = (fn: (ed: Editor, n: number, s: Situation, k: string) => Target): Motion =>
  // oxlint-disable-next-line require-yield
  function* (ed, s, k) {
    return fn(ed, s.count ?? 1, s, k);
  };
const vertical = (step: 1 | -1): Motion =>
  plain((ed, n) => {
    const line = ed.cursor.line + step * n;
    if (line < 0 ? ed.cursor.line === 0 : line >= ed.lines.length && ed.cursor.line === ed.lines.length - 1) return beep();
    const to = bounded(ed, line);
    return { to: at(to, wantedColumn(ed, to)), kind: "line", want: "keep" };
  });
/** To the first character that is not blank, lines up or down. */
const lineStep = (step: 1 | -1, less = 0): Motion =>
  plain((ed, n) => {
    const wanted = ed.cursor.line + step * (n - less);
    if (wanted < 0 || wanted >= ed.lines.length) return beep();
    return { to: at(wanted, firstNonBlank(lineOf(ed, wanted))), kind: "line" };
  });
const toLine = (ed: Editor, line: number): Target => {
  const to = bounded(ed, line);
  return { to: at(to, ed.options.startofline ? firstNonBlank(lineOf(ed, to)) : wantedColumn(ed, to)), kind: "line", jump: true };
};

const left = plain((ed, n, s) => {
  if (ed.cursor.column === 0 && !s.operator) return beep();
  let { column } = ed.cursor;
  for (let i = 0; i < n && column > 0; i++) column = previousColumn(lineOf(ed), column);
  return { to: at(ed.cursor.line, column), kind: "char" };
});
const right = plain((ed, n, s) => {
  const text = lineOf(ed);
  const max = s.operator || s.visual ? text.length : lastColumn(text);
  let { column } = ed.cursor;
  if (column >= (s.visual ? lastColumn(text) : max) && !(s.operator && text !== "" && column < text.length)) return beep();
  for (let i = 0; i < n && column < max; i++) column = nextColumn(text, column);
  return { to: at(ed.cursor.line, s.visual ? Math.min(column, lastColumn(text)) : column), kind: "char" };
});
/** Backspace and space go over the ends of lines. */
const around = (step: 1 | -1): Motion =>
  plain((ed, n, s) => {
    let { line, column } = ed.cursor;
    for (let i = 0; i < n; i++) {
      const text = lineOf(ed, line);
      if (step > 0) {
        if (column < lastColumn(text) || (s.operator && column < text.length)) column = nextColumn(text, column);
        else if (line + 1 < ed.lines.length) [line, column] = [line + 1, 0];
        else if (i === 0) return beep();
      } else if (column > 0) column = previousColumn(text, column);
      else if (line > 0) {
        line--;
        column = s.operator ? lineOf(ed, line).length : lastColumn(lineOf(ed, line));
      } else if (i === 0) return beep();
    }
    return { to: at(line, column), kind: "char" };
  });

const wordForward = (big: boolean): Motion =>
  plain((ed, n, s) => {
    let p = ed.cursor;
    for (let i = 0; i < n; i++) {
      const next = nextWord(ed.lines, p, big);
      const text = lineOf(ed, p.line);
      if (s.operator && i === n - 1 && (!next || next.line > p.line) && p.column < text.length)
        return { to: at(p.line, text.length), kind: "char" };
      if (!next) {
        const end = at(ed.lines.length - 1, lastColumn(lineOf(ed, ed.lines.length - 1)));
        if (i === 0 && p.line === end.line && p.column >= end.column) return beep();
        return { to: s.operator ? { ...end, column: lineOf(ed, end.line).length } : end, kind: "char" };
      }
      p = next;
    }
    return { to: p, kind: "char" };
  });
const wordEndMotion = (big: boolean): Motion =>
  plain((ed, n) => {
    let p = ed.cursor;
    for (let i = 0; i < n; i++) {
      const next = wordEnd(ed.lines, p, big);
      if (!next) {
        const end = at(ed.lines.length - 1, lastColumn(lineOf(ed, ed.lines.length - 1)));
        if (p.line === end.line && p.column >= end.column) return beep();
        return { to: end, kind: "char", inclusive: true };
      }
      p = next;
    }
    return { to: p, kind: "char", inclusive: true };
  });
const backwards = (
  step: (lines: readonly string[], p: Position, big: boolean) => Position | undefined,
  big: boolean,
  inclusive: boolean,
): Motion =>
  plain((ed, n) => {
    let p = ed.cursor;
    for (let i = 0; i < n; i++) {
      const next = step(ed.lines, p, big) ?? at(0, 0);
      if (next.line === p.line && next.column === p.column) {
        if (i === 0) return beep();
        break;
      }
      p = next;
    }
    return { to: p, kind: "char", inclusive };
  });
const paragraphs = (step: 1 | -1): Motion =>
  plain((ed, n) => {
    let { line } = ed.cursor;
    let end = false;
    for (let i = 0; i < n; i++) {
      if (end || (step < 0 && line === 0 && ed.cursor.line === 0 && i > 0)) return beep();
      ({ line, end } = paragraph(ed.lines, line, step));
    }
    if (line === ed.cursor.line && ed.cursor.column === (step > 0 ? lastColumn(lineOf(ed)) : 0)) return beep();
    const text = lineOf(ed, line);
    // At the buffer's end the last character counts.
    return {
      to: at(line, end && step > 0 ? lastColumn(text) : 0),
      kind: "char",
      inclusive: end && step > 0 && text !== "",
      jump: true,
      big: true,
    };
  });

function findChar(ed: Editor, n: number, f: NonNullable<Editor["find"]>, again: boolean): Target {
  const text = lineOf(ed);
  let { column } = ed.cursor;
  // `;` after `t` does not stay where it is.
  if (again && f.till && n === 1) {
    const next = f.forward ? nextColumn(text, column) : previousColumn(text, column);
    if (text.startsWith(f.char, next)) column = next;
  }
  for (let i = 0; i < n; i++) {
    column = f.forward ? text.indexOf(f.char, nextColumn(text, column)) : column === 0 ? -1 : text.lastIndexOf(f.char, column - 1);
    if (column < 0) return beep();
  }
  if (f.till) column = f.forward ? previousColumn(text, column) : nextColumn(text, column);
  return { to: at(ed.cursor.line, column), kind: "char", inclusive: f.forward };
}
const find = (forward: boolean, till: boolean): Motion =>
  function* (ed, s) {
    const char = yield* key(ed);
    if (char === ESC || isSpecial(char)) return beep();
    ed.find = { char, forward, till };
    return findChar(ed, s.count ?? 1, ed.find, false);
  };
const findAgain = (reverse: boolean): Motion =>
  plain((ed, n) => {
    if (!ed.find) return beep();
    return findChar(ed, n, reverse ? { ...ed.find, forward: !ed.find.forward } : ed.find, true);
  });

const search = (forward: boolean): Motion =>
  function* (ed, s) {
    const delimiter = forward ? "/" : "?";
    const text = yield* readCommandLine(ed, delimiter);
    if (text === undefined) return beep();
    const { pattern, offset } = splitSearch(text, delimiter);
    const wanted = pattern === "" ? ed.search?.pattern : pattern;
    if (wanted === undefined) return complain(ed, ed.flavour === "vim" ? "E35: No previous regular expression" : "No previous search");
    ed.search = { pattern: wanted, forward, offset: text === "" ? (ed.search?.offset ?? "") : offset };
    const found = yield* runSearch(ed, ed.search, s.count ?? 1, ed.cursor);
    return { ...found, jump: true, big: true };
  };
const searchAgain = (reverse: boolean): Motion =>
  function* (ed, s) {
    if (!ed.search) return complain(ed, ed.flavour === "vim" ? "E35: No previous regular expression" : "No previous search");
    const again = { ...ed.search, forward: ed.search.forward !== reverse };
    if (ed.flavour === "vim") ed.message = { text: `${again.forward ? "/" : "?"}${again.pattern}`, kind: "search" };
    const found = yield* runSearch(ed, again, s.count ?? 1, ed.cursor);
    return { ...found, jump: true, big: true };
  };
const star = (forward: boolean, whole: boolean): Motion =>
  function* (ed, s) {
    const word = wordAt(lineOf(ed), ed.cursor.column);
    if (!word) return complain(ed, "E348: No string under cursor");
    const text = lineOf(ed).slice(word.from, word.to);
    const escaped = text.replace(/[\\/.*$^~[\]]/g, "\\$&");
    const pattern = whole && /\w/.test(text) ? `\\<${escaped}\\>` : escaped;
    ed.search = { pattern, forward, offset: "" };
    ed.message = { text: `${forward ? "/" : "?"}${pattern}`, kind: "search" };
    (ed.history["/"] ??= []).push(pattern);
    const found = yield* runSearch(ed, ed.search, s.count ?? 1, at(ed.cursor.line, word.from));
    return { ...found, jump: true, big: true };
  };

const mark = (exact: boolean): Motion =>
  function* (ed) {
    const name = yield* key(ed);
    const p = markAt(ed, name);
    if (!p)
      return complain(
        ed,
        ed.flavour === "vim" ? (/[a-zA-Z0-9'`"[\]<>.^]/.test(name) ? "E20: Mark not set" : "E78: Unknown mark") : "Mark not set",
      );
    const line = bounded(ed, p.line);
    const jump = !/[<>[\]]/.test(name);
    return exact
      ? { to: at(line, Math.min(p.column, lastColumn(lineOf(ed, line)))), kind: "char", jump, big: true }
      : { to: at(line, firstNonBlank(lineOf(ed, line))), kind: "line", jump };
  };
const onScreen = (where: "H" | "M" | "L"): Motion =>
  plain((ed, n) => {
    const bottom = lastShown(ed);
    const off = Math.min(ed.options.scrolloff, (ed.rows - 1) >> 1);
    let line = ed.top;
    if (where === "H") line = Math.min(bottom, Math.max(ed.top + n - 1, ed.top === 0 ? 0 : ed.top + off));
    if (where === "L") line = Math.max(ed.top, Math.min(bottom - n + 1, bottom === ed.lines.length - 1 ? bottom : bottom - off));
    if (where === "M") {
      let used = 0;
      for (let l = ed.top; l <= bottom; l++) used += lineHeight(ed, l);
      const half = Math.floor((Math.min(used, ed.rows) - 1) / 2);
      for (let rows = 0; rows + lineHeight(ed, line) <= half && line < bottom; line++) rows += lineHeight(ed, line);
    }
    return { to: at(line, firstNonBlank(lineOf(ed, line))), kind: "line", jump: true };
  });

const bracket = (open: string, close: string, forward: boolean): Motion =>
  plain((ed, n) => {
    let p: Position | undefined = ed.cursor;
    for (let i = 0; i < n && p; i++) p = forward ? outwardsEnd(ed, p, open, close) : outwards(ed, p, open, close);
    return p ? { to: p, kind: "char", inclusive: forward, jump: true, big: true } : beep();
  });

const G_MOTIONS: Readonly<Record<string, Motion>> = {
  g: plain((ed, n) => toLine(ed, n - 1)),
  e: backwards(previousEnd, false, true),
  E: backwards(previousEnd, true, true),
  _: plain((ed, n) => {
    const line = bounded(ed, ed.cursor.line + n - 1);
    return { to: at(line, Math.max(0, lineOf(ed, line).trimEnd().length - 1)), kind: "char", inclusive: true };
  }),
  j: vertical(1),
  k: vertical(-1),
  "0": plain((ed) => ({ to: at(ed.cursor.line, 0), kind: "char" })),
  "^": plain((ed) => ({ to: at(ed.cursor.line, firstNonBlank(lineOf(ed))), kind: "char" })),
  $: plain((ed) => ({ to: at(ed.cursor.line, lastColumn(lineOf(ed))), kind: "char", inclusive: true })),
  m: plain((ed) => ({
    to: at(ed.cursor.line, Math.min(lastColumn(lineOf(ed)), columnAt(lineOf(ed), ed.columns >> 1, ed.options.tabstop))),
    kind: "char",
  })),
  o: plain((ed, n) => {
    let [left, line] = [n - 1, 0];
    while (line < ed.lines.length - 1 && left > lineOf(ed, line).length) left -= lineOf(ed, line++).length + 1;
    return { to: at(line, Math.min(left, lastColumn(lineOf(ed, line)))), kind: "char", jump: true };
  }),
  "*": star(true, false),
  "#": star(false, false),
};
const OPEN_MOTIONS: Readonly<Record<string, Motion>> = { "(": bracket("(", ")", false), "{": bracket("{", "}", false) };
const CLOSE_MOTIONS: Readonly<Record<string, Motion>> = { ")": bracket("(", ")", true), "}": bracket("{", "}", true) };

export const MOTIONS: Readonly<Record<string, Motion>> = {
  h: left,
  [KEY.left]: left,
  [ctrl("H")]: around(-1),
  "\x7f": around(-1),
  l: right,
  [KEY.right]: right,
  " ": around(1),
  j: vertical(1),
  [KEY.down]: vertical(1),
  [ctrl("J")]: vertical(1),
  [ctrl("N")]: vertical(1),
  k: vertical(-1),
  [KEY.up]: vertical(-1),
  [ctrl("P")]: vertical(-1),
  w: wordForward(false),
  W: wordForward(true),
  [KEY.wordRight]: wordForward(true),
  e: wordEndMotion(false),
  E: wordEndMotion(true),
  b: backwards(previousWord, false, false),
  B: backwards(previousWord, true, false),
  [KEY.wordLeft]: backwards(previousWord, true, false),
  "0": plain((ed) => ({ to: at(ed.cursor.line, 0), kind: "char" })),
  [KEY.home]: plain((ed) => ({ to: at(ed.cursor.line, 0), kind: "char" })),
  "^": plain((ed) => ({ to: at(ed.cursor.line, firstNonBlank(lineOf(ed))), kind: "char" })),
  $: plain((ed, n) => toEnd(ed, n)),
  [KEY.end]: plain((ed, n) => toEnd(ed, n)),
  "|": plain((ed, n) => ({
    to: at(ed.cursor.line, Math.min(lastColumn(lineOf(ed)), columnAt(lineOf(ed), n - 1, ed.options.tabstop))),
    kind: "char",
    want: n - 1,
  })),
  G: plain((ed, n, s) => toLine(ed, s.count === undefined ? ed.lines.length - 1 : n - 1)),
  "+": lineStep(1),
  [CR]: lineStep(1),
  "-": lineStep(-1),
  _: lineStep(1, 1),
  "{": paragraphs(-1),
  "}": paragraphs(1),
  "%": plain((ed, n, s) => {
    if (s.count !== undefined) return n > 100 ? beep() : toLine(ed, Math.ceil((ed.lines.length * n) / 100) - 1);
    const p = partner(ed);
    return p ? { to: p, kind: "char", inclusive: true, jump: true, big: true } : beep();
  }),
  f: find(true, false),
  F: find(false, false),
  t: find(true, true),
  T: find(false, true),
  ";": findAgain(false),
  ",": findAgain(true),
  "/": search(true),
  "?": search(false),
  n: searchAgain(false),
  N: searchAgain(true),
  "*": star(true, true),
  "#": star(false, true),
  "'": mark(false),
  "`": mark(true),
  H: onScreen("H"),
  M: onScreen("M"),
  L: onScreen("L"),
};
function toEnd(ed: Editor, n: number): Target {
  const line = ed.cursor.line + n - 1;
  if (line >= ed.lines.length) return beep();
  return { to: at(line, lastColumn(lineOf(ed, line))), kind: "char", inclusive: true, want: Infinity };
}

/** BusyBox's vi has only these. */
const BUSYBOX = new Set([
  ..."hl jkwWeEbB0^$|G+-_{}%fFtT;,/?nN'HML",
  CR,
  "\x7f",
  ctrl("H"),
  ctrl("J"),
  ctrl("N"),
  ctrl("P"),
  KEY.left,
  KEY.right,
  KEY.up,
  KEY.down,
  KEY.home,
  KEY.end,
]);

/** The motion that a key begins, if it does. */
export function* motion(ed: Editor, k: string, s: Situation): Co<Target | undefined> {
  if (ed.flavour === "busybox" && k !== "g" && !BUSYBOX.has(k)) return undefined;
  if (k === "g" || k === "[" || k === "]") {
    const second = yield* key(ed);
    const table = k === "g" ? G_MOTIONS : k === "[" ? OPEN_MOTIONS : CLOSE_MOTIONS;
    const fn = table[second];
    if (ed.flavour === "busybox" && second !== "g") return complain(ed, `'${k}${second}' is not implemented`);
    if (!fn) return beep();
    return yield* fn(ed, s, second);
  }
  const fn = MOTIONS[k];
  return fn ? yield* fn(ed, s, k) : undefined;
}
export const gMotion = (k: string): Motion | undefined => G_MOTIONS[k];
