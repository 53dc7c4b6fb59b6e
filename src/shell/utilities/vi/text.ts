import { charWidth } from "../../readline/width.ts";

/** Kinds of characters that words are made of: blank, punctuation, word; WORDs know only blank and not. */
export function classOf(c: string | undefined, big: boolean): 0 | 1 | 2 {
  if (c === undefined || c === " " || c === "\t" || c === "\u00a0") return 0;
  if (big) return 1;
  return /[\w\u00c0-\u{10ffff}]/u.test(c) ? 2 : 1;
}

/** Cells of a character that begins in column `at` of the display. */
export function cells(c: string, at: number, tabstop: number): number {
  if (c === "\t") return tabstop - (at % tabstop);
  const code = c.codePointAt(0) ?? 0;
  if (code < 32 || code === 127) return 2;
  return code < 127 ? 1 : Math.max(1, charWidth(c));
}

/** Display column where the character at `column` begins. */
export function displayColumn(line: string, column: number, tabstop: number): number {
  let at = 0;
  for (const c of line.slice(0, column)) at += cells(c, at, tabstop);
  return at;
}
export const displayWidth = (line: string, tabstop: number): number => displayColumn(line, line.length, tabstop);

/** The column whose character covers a display column; the line's length beyond its end. */
export function columnAt(line: string, display: number, tabstop: number): number {
  let [at, column] = [0, 0];
  for (const c of line) {
    at += cells(c, at, tabstop);
    if (at > display) return column;
    column += c.length;
  }
  return column;
}

/** The character at a column, both halves of it. */
export const charAt = (line: string, column: number): string => {
  const code = line.codePointAt(column);
  return code === undefined ? "" : String.fromCodePoint(code);
};
export const nextColumn = (line: string, column: number): number => column + Math.max(1, charAt(line, column).length);
export function previousColumn(line: string, column: number): number {
  const low = line.charCodeAt(column - 1);
  return Math.max(0, column - (low >= 0xdc00 && low <= 0xdfff ? 2 : 1));
}
/** Column of the last character; 0 in an empty line. */
export const lastColumn = (line: string): number => (line === "" ? 0 : previousColumn(line, line.length));

export const indentText = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? "";
export const indentWidth = (line: string, tabstop: number): number => displayWidth(indentText(line), tabstop);
export const firstNonBlank = (line: string): number => {
  const at = indentText(line).length;
  return at === line.length ? lastColumn(line) : at;
};
/** An indent of so many columns. */
export function makeIndent(width: number, o: { readonly expandtab: boolean; readonly tabstop: number }): string {
  if (width <= 0) return "";
  return o.expandtab ? " ".repeat(width) : "\t".repeat(Math.floor(width / o.tabstop)) + " ".repeat(width % o.tabstop);
}
/** UTF-8 bytes, newlines included. */
export function byteSize(lines: readonly string[], newline = 1): number {
  let n = lines.length * newline;
  for (const line of lines) {
    n += line.length;
    // eslint-disable-next-line no-control-regex
    if (/[^\x00-\x7f]/.test(line))
      for (const c of line) {
        const code = c.codePointAt(0) as number;
        n += (code > 0xffff ? 4 : code > 0x7ff ? 3 : code > 0x7f ? 2 : 1) - c.length;
      }
  }
  return n;
}
