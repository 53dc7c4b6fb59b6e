import { RegexError } from "../../regex.ts";
import { beep, complain, pause } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { compile, type Match, matchLine, type Pattern } from "./pattern.ts";
import type { Editor, Position, Search } from "./state.ts";
import { lineOf, say } from "./state.ts";
import { lastColumn } from "./text.ts";

/** The pattern; complains of one that is none. */
export function patternOf(ed: Editor, source: string): Pattern {
  try {
    return compile(source, ed.options);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return complain(ed, /^E\d|^\\/.test(error.message) ? error.message : `E383: Invalid search string: ${source}`);
  }
}

export interface Found {
  readonly at: Position;
  readonly match: Match;
  readonly wrapped: boolean;
}

/** The next match after (or last before) a place, around the end of the buffer where 'wrapscan' is on. */
export function* findFrom(ed: Editor, pattern: Pattern, from: Position, forward: boolean, wrap: boolean): Co<Found | undefined> {
  const n = ed.lines.length;
  for (let step = 0; step <= n; step++) {
    const line = forward ? from.line + step : from.line - step;
    const wrapped = line >= n || line < 0;
    if (wrapped && !wrap) return undefined;
    const l = ((line % n) + n) % n;
    let found: Match | undefined;
    if (forward) found = matchLine(pattern, ed.lines, l, step === 0 ? from.column + 1 : 0);
    else {
      // The last that begins before the place.
      const limit = step === 0 ? from.column : Infinity;
      let column = 0;
      for (let m = matchLine(pattern, ed.lines, l, 0); m && m.start < limit; m = matchLine(pattern, ed.lines, l, column)) {
        found = m;
        column = Math.max(m.start + 1, column + 1);
        if (column > lineOf(ed, l).length) break;
      }
    }
    if (found && step === n) {
      const there = found.start <= from.column;
      if (forward ? !there : found.start < from.column) return undefined;
    }
    if (found) return { at: { line: l, column: Math.min(found.start, lastColumn(lineOf(ed, l))) }, match: found, wrapped };
    if (step % 16 === 15) yield* pause(ed);
  }
  return undefined;
}

export interface SearchTarget {
  readonly to: Position;
  readonly kind: "char" | "line";
  readonly inclusive: boolean;
}

/** Runs a search; complains when nothing is found. */
export function* runSearch(ed: Editor, search: Search, count: number, from: Position): Co<SearchTarget> {
  const pattern = patternOf(ed, search.pattern);
  const vim = ed.flavour === "vim";
  let at = from;
  let last: Found | undefined;
  let wrapped = false;
  const offset = /^([esb]?)([+-]?\d*)$/.exec(search.offset) ?? ["", "", ""];
  // From the end of a match that it stands on, where the offset counts from there.
  const ends = offset[1] === "e";
  for (let n = 0; n < count; n++) {
    yield* pause(ed);
    if (ends && search.forward) at = { ...at, column: at.column + 1 - (matchEndsAt(ed, pattern, at) ? 0 : 1) };
    last = yield* findFrom(ed, pattern, at, search.forward, ed.options.wrapscan);
    if (!last) {
      if (!vim) return complain(ed, "Pattern not found");
      if (!ed.options.wrapscan)
        return complain(
          ed,
          `E${search.forward ? 385 : 384}: Search hit ${search.forward ? "BOTTOM" : "TOP"} without match for: ${search.pattern}`,
        );
      return complain(ed, `E486: Pattern not found: ${search.pattern}`);
    }
    wrapped ||= last.wrapped;
    ({ at } = last);
  }
  if (!last) return beep();
  ed.highlight = true;
  if (wrapped && vim) say(ed, `search hit ${search.forward ? "BOTTOM, continuing at TOP" : "TOP, continuing at BOTTOM"}`, "warning");
  const amount = offset[2] === "" ? 0 : offset[2] === "+" || offset[2] === "-" ? Number(`${offset[2]}1`) : Number(offset[2]);
  if (search.offset !== "" && offset[1] === "") {
    const line = Math.max(0, Math.min(ed.lines.length - 1, at.line + amount));
    return { to: { line, column: 0 }, kind: "line", inclusive: true };
  }
  const column = ends ? Math.max(last.match.start, last.match.end - 1) + amount : at.column + amount;
  return {
    to: { line: at.line, column: Math.max(0, Math.min(column, lastColumn(lineOf(ed, at.line)))) },
    kind: "char",
    inclusive: ends,
  };
}
function matchEndsAt(ed: Editor, pattern: Pattern, at: Position): boolean {
  for (let m = matchLine(pattern, ed.lines, at.line, 0); m; m = matchLine(pattern, ed.lines, at.line, Math.max(m.end, m.start + 1))) {
    if (m.start <= at.column && m.end - 1 === at.column) return true;
    if (m.start > at.column) return false;
  }
  return false;
}

/** Splits what was typed after / or ?: the pattern, its offset, and (after `;`) more. */
export function splitSearch(text: string, delimiter: string): { readonly pattern: string; readonly offset: string } {
  let inSet = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "[") inSet = text.indexOf("]", i) > 0;
    else if (text[i] === "]") inSet = false;
    else if (text[i] === delimiter && !inSet)
      return { pattern: text.slice(0, i).replaceAll(`\\${delimiter}`, delimiter), offset: text.slice(i + 1) };
  }
  return { pattern: text.replaceAll(`\\${delimiter}`, delimiter), offset: "" };
}
