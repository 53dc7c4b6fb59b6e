import { beep } from "./ask.ts";
import { enclosing } from "./brackets.ts";
import type { Region } from "./buffer.ts";
import type { Editor, Position } from "./state.ts";
import { lineOf } from "./state.ts";
import { charAt, classOf, nextColumn, previousColumn } from "./text.ts";

const BRACKETS: Readonly<Record<string, readonly [string, string]>> = {
  "(": ["(", ")"],
  ")": ["(", ")"],
  b: ["(", ")"],
  "{": ["{", "}"],
  "}": ["{", "}"],
  B: ["{", "}"],
  "[": ["[", "]"],
  "]": ["[", "]"],
  "<": ["<", ">"],
  ">": ["<", ">"],
};
const chars = (start: Position, end: Position): Region => ({ kind: "char", start, end });

/** A text object around (a) or inside (i); beeps where there is none. */
export function textObject(ed: Editor, around: boolean, what: string, count: number, from?: Position): Region {
  const at = from ?? ed.cursor;
  if (what === "w" || what === "W") return words(ed, at, around, what === "W", count);
  if (what === "p") return paragraphs(ed, at.line, around, count);
  if (what === '"' || what === "'" || what === "`") return quoted(ed, at, around, what);
  if (what === "t") return tag(ed, at, around, count);
  const pair = BRACKETS[what];
  if (!pair) return beep();
  const outside = enclosing(ed, at, pair[0], pair[1], 1) === undefined;
  const begin = outside ? nextOpen(ed, at, pair[0]) : at;
  const found = begin && enclosing(ed, begin, pair[0], pair[1], count);
  if (!found) return beep();
  const { start, end } = found;
  if (around) return chars(start, { line: end.line, column: end.column + 1 });
  const inner = { line: start.line, column: start.column + 1 };
  // Brackets on lines of their own: the lines between them.
  if (inner.column >= lineOf(ed, start.line).length && lineOf(ed, end.line).slice(0, end.column).trim() === "" && end.line > start.line) {
    return end.line === start.line + 1 ? beep() : { kind: "line", from: start.line + 1, to: end.line - 1 };
  }
  return chars(inner, end);
}

/** Outside of brackets, the next ones are meant. */
function nextOpen(ed: Editor, at: Position, open: string): Position | undefined {
  for (let line = at.line; line < ed.lines.length; line++) {
    const column = lineOf(ed, line).indexOf(open, line === at.line ? at.column : 0);
    if (column >= 0) return { line, column };
  }
  return undefined;
}

function words(ed: Editor, at: Position, around: boolean, big: boolean, count: number): Region {
  const text = lineOf(ed, at.line);
  const kind = (column: number): number => classOf(charAt(text, column), big);
  const run = (column: number): number => {
    const here = kind(column);
    let to = column;
    while (to < text.length && kind(to) === here) to = nextColumn(text, to);
    return to;
  };
  let from = at.column;
  while (from > 0 && kind(previousColumn(text, from)) === kind(at.column)) from = previousColumn(text, from);
  let to = from;
  if (text === "") return chars(at, at);
  const blankFirst = kind(at.column) === 0;
  for (let n = 0; n < count; n++) {
    if (to >= text.length) {
      if (n > 0) return beep();
      break;
    }
    to = run(to);
    if (!around) continue;
    if (blankFirst) {
      if (to < text.length) to = run(to);
    } else if (to < text.length && kind(to) === 0) to = run(to);
    else if (n === count - 1) while (from > 0 && kind(previousColumn(text, from)) === 0) from = previousColumn(text, from);
  }
  // Blanks before the word are taken only where there is text before them.
  if (around && !blankFirst && text.slice(0, from).trim() === "" && from < at.column && kind(from) === 0) {
    while (kind(from) === 0) from = nextColumn(text, from);
  }
  return chars({ line: at.line, column: from }, { line: at.line, column: to });
}

function paragraphs(ed: Editor, line: number, around: boolean, count: number): Region {
  const blank = (l: number): boolean => lineOf(ed, l).trim() === "";
  let from = line;
  while (from > 0 && blank(from - 1) === blank(line)) from--;
  let to = from - 1;
  for (let n = 0; n < count; n++) {
    const start = to + 1;
    if (start >= ed.lines.length) return beep();
    to = start;
    while (to + 1 < ed.lines.length && blank(to + 1) === blank(start)) to++;
    if (!around) continue;
    if (to + 1 < ed.lines.length) {
      const second = to + 1;
      to = second;
      while (to + 1 < ed.lines.length && blank(to + 1) === blank(second)) to++;
    } else if (blank(start)) return beep();
    else while (n === 0 && from > 0 && blank(from - 1)) from--;
  }
  return { kind: "line", from, to };
}

function quoted(ed: Editor, at: Position, around: boolean, quote: string): Region {
  const text = lineOf(ed, at.line);
  const marks: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === quote) marks.push(i);
  }
  let pair: readonly [number, number] | undefined;
  for (let i = 0; i + 1 < marks.length; i += 2) {
    const [a, b] = [marks[i] as number, marks[i + 1] as number];
    if (at.column <= b) {
      pair = [a, b];
      break;
    }
  }
  if (!pair) return beep();
  const p = (column: number): Position => ({ line: at.line, column });
  if (!around) return chars(p(pair[0] + 1), p(pair[1]));
  let [from, to] = [pair[0], pair[1] + 1];
  const blank = (c: string | undefined): boolean => c === " " || c === "\t";
  if (blank(text[to])) while (blank(text[to])) to++;
  else while (from > 0 && blank(text[from - 1])) from--;
  return chars(p(from), p(to));
}

/** An element of a markup language: the tags that enclose the place. */
function tag(ed: Editor, at: Position, around: boolean, count: number): Region {
  const text = ed.lines.join("\n");
  let offset = at.column;
  for (let l = 0; l < at.line; l++) offset += lineOf(ed, l).length + 1;
  const opened: { readonly name: string; readonly from: number; readonly inner: number }[] = [];
  let left = count;
  for (const m of text.matchAll(/<(\/?)([A-Za-z][\w:.-]*)[^<>]*>/g)) {
    if (m[0].endsWith("/>")) continue;
    if (m[1] === "") {
      opened.push({ name: m[2] as string, from: m.index, inner: m.index + m[0].length });
      continue;
    }
    const i = opened.findLastIndex((o) => o.name === m[2]);
    if (i < 0) continue;
    const [open] = opened.splice(i) as [(typeof opened)[number]];
    const end = m.index + m[0].length;
    if (open.from > offset || end <= offset || --left > 0) continue;
    return around ? chars(place(text, open.from), place(text, end)) : chars(place(text, open.inner), place(text, m.index));
  }
  return beep();
}
function place(text: string, offset: number): Position {
  const head = text.slice(0, offset).split("\n");
  return { line: head.length - 1, column: (head.at(-1) as string).length };
}
