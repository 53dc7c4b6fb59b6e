import { RE2JS } from "re2js";
import { charWidth } from "../../readline/width.ts";
import type { Screen } from "../screen/difference.ts";

/** A pager: what it has read, and what of it is shown. Plain data. */
export interface Pager {
  readonly lines: readonly string[];
  /** Nothing more will come. */
  readonly ended: boolean;
  readonly name: string | undefined;
  /** Place among its files: " (file 1 of 2)". */
  readonly among: string;
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
  readonly chop: boolean;
  readonly numbers: boolean;
  readonly raw: boolean;
  /** 0: case matters; 1: unless the pattern has capitals; 2: never. */
  readonly fold: 0 | 1 | 2;
  readonly pattern: string;
  readonly backwards: boolean;
  readonly highlight: boolean;
  readonly filter: string;
  /** Shown in place of the prompt, once. */
  readonly message: string;
  /** What is typed after `/` and the like. */
  readonly typing: { readonly prefix: string; readonly text: string } | undefined;
  /** The file has just been opened: its name is the prompt. */
  readonly fresh: boolean;
}
export const newPager = (name: string | undefined, size: { readonly rows: number; readonly columns: number }): Pager => ({
  lines: [],
  ended: false,
  name,
  among: "",
  top: 0,
  left: 0,
  ...size,
  chop: false,
  numbers: false,
  raw: false,
  fold: 0,
  pattern: "",
  backwards: false,
  highlight: true,
  filter: "",
  message: "",
  typing: undefined,
  fresh: true,
});

export interface Matcher {
  /** Pieces of a text that match. */
  (text: string): readonly (readonly [number, number])[];
}
/** Undefined: it is no pattern. */
export function matcher(pattern: string, fold: Pager["fold"]): Matcher | undefined {
  try {
    const ignore = fold === 2 || (fold === 1 && !/[A-Z]/.test(pattern));
    const regex = RE2JS.compile(pattern, ignore ? RE2JS.CASE_INSENSITIVE : 0);
    return (text) => {
      const found: [number, number][] = [];
      const m = regex.matcher(text);
      for (let at = 0; found.length < 200 && at <= text.length && m.find(at); at = Math.max(m.end(), m.start() + 1))
        found.push([m.start(), m.end()]);
      return found;
    };
  } catch {
    return undefined;
  }
}
const SGR = /\x1b\[[0-9;:]*m/y;
/** A text without colours. */
export const plainText = (line: string): string => line.replace(/\x1b\[[0-9;:]*m/g, "");

/** Lines that are shown: all, or those that match after `&`. */
export function shownLines(p: Pager): readonly number[] | undefined {
  if (p.filter === "") return undefined;
  const test = matcher(p.filter, p.fold);
  return p.lines.flatMap((l, i) => (!test || test(plainText(l)).length > 0 ? [i] : []));
}

/** One line as rows of a terminal. */
export function lineRows(p: Pager, index: number, test?: Matcher): string[] {
  const line = p.lines[index] ?? "";
  const gutter = p.numbers ? `${String(index + 1).padStart(7)} ` : "";
  const width = Math.max(1, p.columns - gutter.length);
  const marks = test ? test(plainText(line)) : [];
  const rows: string[] = [];
  let [out, used, at, style, lit, column] = ["", 0, 0, "", false, 0];
  const put = (text: string, cells: number, inverse: boolean): void => {
    if (p.chop && (column < p.left || column >= p.left + width)) {
      column += cells;
      return;
    }
    if (!p.chop && used + cells > width) {
      rows.push(out + (style !== "" || lit ? "\x1b[m" : ""));
      [out, used] = [style, 0];
      lit = false;
    }
    if (inverse !== lit) {
      out += inverse ? "\x1b[7m" : `\x1b[27m`;
      lit = inverse;
    }
    out += text;
    used += cells;
    column += cells;
  };
  for (let i = 0; i < line.length && rows.length < 200;) {
    SGR.lastIndex = i;
    const sgr = p.raw ? SGR.exec(line) : null;
    if (sgr) {
      out += sgr[0];
      style = /\[0?m$/.test(sgr[0]) ? "" : style + sgr[0];
      i += sgr[0].length;
      continue;
    }
    const c = String.fromCodePoint(line.codePointAt(i) as number);
    i += c.length;
    const inverse = marks.some(([from, to]) => at >= from && at < to);
    if (c === "\t") for (let n = 8 - (column % 8); n > 0; n--) put(" ", 1, inverse);
    else if (c === "\x1b") for (const e of "ESC") put(e, 1, true);
    else if (c < " " || c === "\x7f") {
      put("^", 1, true);
      put(String.fromCharCode(c.charCodeAt(0) ^ 64), 1, true);
    } else put(c, charWidth(c), inverse);
    at += c.length;
  }
  rows.push(out + (style !== "" || lit ? "\x1b[m" : ""));
  return rows.map((r, i) => (gutter === "" ? r : `${i === 0 ? gutter : " ".repeat(gutter.length)}${r}`));
}

const inverse = (text: string): string => `\x1b[7m${text}\x1b[m`;
/** The screen, and the first line that is not on it. */
export function view(p: Pager): { readonly screen: Screen; readonly bottom: number; readonly atEnd: boolean } {
  const room = p.rows - 1;
  const rows: string[] = [];
  const shown = shownLines(p);
  const count = shown ? shown.length : p.lines.length;
  const test = p.highlight && p.pattern !== "" ? matcher(p.pattern, p.fold) : undefined;
  let line = p.top;
  for (; line < count && rows.length < room; line++) {
    const own = lineRows(p, shown ? (shown[line] as number) : line, test);
    if (rows.length > 0 && rows.length + own.length > room) {
      rows.push(...own.slice(0, room - rows.length));
      break;
    }
    rows.push(...own.slice(0, room - rows.length));
  }
  const atEnd = p.ended && line >= count;
  while (rows.length < room) rows.push("~");
  const bottom = p.typing ? `${p.typing.prefix}${p.typing.text}` : prompt(p, atEnd);
  rows.push(p.typing || bottom === ":" ? bottom : inverse(bottom));
  return { screen: { rows, row: p.rows - 1, column: Math.min(p.columns - 1, bottom.length) }, bottom: line, atEnd };
}
function prompt(p: Pager, atEnd: boolean): string {
  if (p.message !== "") return p.message;
  const name = p.fresh && p.name !== undefined ? `${p.name}${p.among}` : "";
  if (atEnd) return name === "" ? "(END)" : `${name} (END)`;
  return name === "" ? ":" : name;
}
