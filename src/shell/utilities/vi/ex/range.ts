import { complain } from "../ask.ts";
import type { Co } from "../../screen/ask.ts";
import { markAt } from "../marks.ts";
import { findFrom, patternOf } from "../search.ts";
import type { Editor } from "../state.ts";
import { lineOf } from "../state.ts";

/** What stands before a command's name, from zero and both within; `given`: how many addresses. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly given: 0 | 1 | 2;
}

/** Reads the addresses at the beginning of a command line. */
export function* readRange(ed: Editor, text: string): Co<{ readonly range: Range; readonly rest: string }> {
  let rest = text.trimStart();
  if (rest.startsWith("%")) return { range: { from: 0, to: ed.lines.length - 1, given: 2 }, rest: rest.slice(1).trimStart() };
  if (rest.startsWith("*")) rest = `'<,'>${rest.slice(1)}`;
  const found: number[] = [];
  let here = ed.cursor.line;
  for (;;) {
    const address = yield* readAddress(ed, rest, here);
    if (address) {
      found.push(address.line);
      ({ rest } = address);
    }
    const separator = /^\s*([,;])/.exec(rest);
    if (!separator) break;
    if (!address) found.push(ed.cursor.line);
    if (separator[1] === ";") here = found.at(-1) as number;
    rest = rest.slice(separator[0].length).trimStart();
    if (!(yield* readAddress(ed, rest, here)) && !/^\s*[,;]/.test(rest)) {
      found.push(ed.cursor.line);
      break;
    }
  }
  rest = rest.trimStart();
  const [a, b] = found.slice(-2);
  if (a === undefined) return { range: { from: ed.cursor.line, to: ed.cursor.line, given: 0 }, rest };
  if (b === undefined) return { range: { from: a, to: a, given: 1 }, rest };
  return { range: { from: a, to: b, given: 2 }, rest };
}

/** One address: a number, `.`, `$`, a mark or a pattern, and what is added to it. Undefined: there is none. */
export function* readAddress(ed: Editor, text: string, here: number): Co<{ readonly line: number; readonly rest: string } | undefined> {
  let rest = text;
  let line: number | undefined;
  const number = /^\d+/.exec(rest);
  if (number) {
    line = Number(number[0]) - 1;
    rest = rest.slice(number[0].length);
  } else if (rest.startsWith(".")) {
    line = here;
    rest = rest.slice(1);
  } else if (rest.startsWith("$")) {
    line = ed.lines.length - 1;
    rest = rest.slice(1);
  } else if (rest.startsWith("'")) {
    const mark = markAt(ed, rest[1] ?? "");
    if (!mark) return complain(ed, ed.flavour === "vim" ? "E20: Mark not set" : "Mark not set");
    line = mark.line;
    rest = rest.slice(2);
  } else if (/^[/?]/.test(rest)) {
    const delimiter = rest[0] as string;
    let end = 1;
    while (end < rest.length && rest[end] !== delimiter) end += rest[end] === "\\" ? 2 : 1;
    const source = rest.slice(1, end).replaceAll(`\\${delimiter}`, delimiter) || ed.search?.pattern;
    if (!source) return complain(ed, "E35: No previous regular expression");
    rest = rest.slice(end + 1);
    ed.search = { pattern: source, forward: delimiter === "/", offset: "" };
    const from = { line: here, column: delimiter === "/" ? lineOf(ed, here).length : 0 };
    const match = yield* findFrom(ed, patternOf(ed, source), from, delimiter === "/", true);
    if (!match) return complain(ed, `E486: Pattern not found: ${source}`);
    ({ line } = match.at);
  } else if (/^\\[/?&]/.test(rest)) return complain(ed, "E10: \\ should be followed by /, ? or &");
  for (let m = /^\s*([+-])(\d*)/.exec(rest); m; m = /^\s*([+-])(\d*)/.exec(rest)) {
    line = (line ?? here) + (m[1] === "+" ? 1 : -1) * (m[2] === "" ? 1 : Number(m[2]));
    rest = rest.slice(m[0].length);
  }
  return line === undefined ? undefined : { line, rest };
}
