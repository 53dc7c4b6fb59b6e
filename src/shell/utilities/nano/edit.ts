import { displayColumn } from "../vi/text.ts";
import { changed, changing, type Nano, type Place } from "./state.ts";

const before = (a: Place, b: Place): boolean => a.line < b.line || (a.line === b.line && a.column < b.column);
const line = (n: Nano, at = n.cursor.line): string => n.lines[at] ?? "";

export function insert(n: Nano, text: string, what = "addition"): void {
  changing(n, what);
  const { line: l, column } = n.cursor;
  const own = line(n);
  const pieces = text.split("\n");
  const last = pieces.length - 1;
  const made = pieces.map((p, i) => `${i === 0 ? own.slice(0, column) : ""}${p}${i === last ? own.slice(column) : ""}`);
  n.lines.splice(l, 1, ...made);
  changed(n, { line: l + last, column: (last === 0 ? column : 0) + (pieces[last] as string).length });
  if (n.lines.at(-1) !== "") n.lines.push("");
}
/** Takes out what lies between two places. */
function remove(n: Nano, a: Place, b: Place, what: string): string {
  const [from, to] = before(b, a) ? [b, a] : [a, b];
  const text = [...n.lines.slice(from.line, to.line + 1)];
  text[text.length - 1] = (text.at(-1) as string).slice(0, to.column);
  text[0] = (text[0] as string).slice(from.column);
  changing(n, what);
  n.lines.splice(from.line, to.line - from.line + 1, line(n, from.line).slice(0, from.column) + line(n, to.line).slice(to.column));
  changed(n, from);
  if (n.lines.at(-1) !== "") n.lines.push("");
  return text.join("\n");
}
export function deletePrevious(n: Nano): void {
  const { line: l, column } = n.cursor;
  if (column > 0) remove(n, { line: l, column: column - 1 }, n.cursor, "deletion");
  else if (l > 0) remove(n, { line: l - 1, column: line(n, l - 1).length }, n.cursor, "line join");
}
export function deleteNext(n: Nano): void {
  const { line: l, column } = n.cursor;
  if (column < line(n).length) remove(n, n.cursor, { line: l, column: column + 1 }, "deletion");
  else if (l + 2 < n.lines.length) remove(n, n.cursor, { line: l + 1, column: 0 }, "line join");
}
/** The line, or what is marked; one cut after another adds up. */
export function cut(n: Nano, keep: boolean): void {
  if (n.mark) {
    const [a, b] = [n.mark, n.cursor];
    const [from, to] = before(b, a) ? [b, a] : [a, b];
    if (keep) {
      const text = n.lines.slice(from.line, to.line + 1);
      text[text.length - 1] = (text.at(-1) as string).slice(0, to.column);
      text[0] = (text[0] as string).slice(from.column);
      n.cut = text;
    } else n.cut = remove(n, a, b, "cut").split("\n");
    n.mark = undefined;
    return;
  }
  const l = n.cursor.line;
  if (l >= n.lines.length - 1 && line(n) === "") {
    n.message = "[ Nothing was cut ]";
    return;
  }
  const taken = line(n);
  n.cut = n.cutting ? [...n.cut.slice(0, -1), taken, ""] : [taken, ""];
  if (keep) n.cursor = { line: Math.min(n.lines.length - 1, l + 1), column: n.cursor.column };
  else {
    changing(n, "cut");
    n.lines.splice(l, 1);
    if (n.lines.length === 0) n.lines.push("");
    changed(n, { line: l, column: 0 });
  }
  n.cutting = true;
}
export function paste(n: Nano): void {
  if (n.cut.length === 0) n.message = "[ Cutbuffer is empty ]";
  else insert(n, n.cut.join("\n"), "paste");
}
export function travel(n: Nano, way: "undo" | "redo"): void {
  const step = way === "undo" ? n.undo.pop() : n.redo.pop();
  if (!step) {
    n.message = way === "undo" ? "[ Nothing to undo ]" : "[ Nothing to redo ]";
    return;
  }
  (way === "undo" ? n.redo : n.undo).push({ ...step, lines: n.lines, cursor: n.cursor });
  n.lines = step.lines.slice();
  n.cursor = step.cursor;
  n.modified = n.undo.length > 0;
  n.message = `[ ${way === "undo" ? "Undid" : "Redid"} ${step.what} ]`;
}
export function indentLines(n: Nano, step: 1 | -1): void {
  const [a, b] = n.mark ? [Math.min(n.mark.line, n.cursor.line), Math.max(n.mark.line, n.cursor.line)] : [n.cursor.line, n.cursor.line];
  changing(n, step > 0 ? "indent" : "unindent");
  const tab = n.tabsToSpaces ? " ".repeat(n.tabsize) : "\t";
  for (let l = a; l <= b; l++) {
    const text = line(n, l);
    n.lines[l] = step > 0 ? (text === "" ? text : tab + text) : text.replace(new RegExp(`^(?:\\t| {1,${n.tabsize}})`), "");
  }
  changed(n, { line: n.cursor.line, column: Math.max(0, Math.min(line(n).length, n.cursor.column)) });
}
/** Fills a paragraph anew, eight columns less than the screen has. */
export function justify(n: Nano): void {
  let [from, to] = [n.cursor.line, n.cursor.line];
  while (line(n, from) === "" && from < n.lines.length - 1) from = to = from + 1;
  while (from > 0 && line(n, from - 1) !== "") from--;
  while (to + 1 < n.lines.length && line(n, to + 1) !== "") to++;
  const width = Math.max(10, n.columns - 8);
  const words = n.lines
    .slice(from, to + 1)
    .join(" ")
    .split(/\s+/)
    .filter(Boolean);
  const filled: string[] = [];
  for (const word of words) {
    const last = filled.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) filled.push(word);
    else filled[filled.length - 1] = `${last} ${word}`;
  }
  changing(n, "justification");
  n.lines.splice(from, to - from + 1, ...filled);
  changed(n, { line: Math.min(n.lines.length - 1, from + filled.length), column: 0 });
  n.message = "[ Justified paragraph ]";
}

const word = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{N}_]/u.test(c);
export function nextWord(n: Nano): Place {
  let { line: l, column } = n.cursor;
  while (word(line(n, l)[column])) column++;
  for (;;) {
    if (column >= line(n, l).length) {
      if (l + 1 >= n.lines.length) return { line: l, column: line(n, l).length };
      l++;
      column = 0;
    } else column++;
    if (word(line(n, l)[column]) && !word(line(n, l)[column - 1])) return { line: l, column };
  }
}
export function previousWord(n: Nano): Place {
  let { line: l, column } = n.cursor;
  for (;;) {
    if (column === 0) {
      if (l === 0) return { line: 0, column: 0 };
      l--;
      column = line(n, l).length;
    } else column--;
    if (word(line(n, l)[column]) && !word(line(n, l)[column - 1])) return { line: l, column };
  }
}
export const shownColumn = (n: Nano): number => displayColumn(line(n), n.cursor.column, n.tabsize);
