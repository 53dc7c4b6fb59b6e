import { charWidth } from "./width.ts";

/** The line being edited, as characters with a cursor. Pure: every edit gives a new one. */
export interface Buffer {
  readonly chars: readonly string[];
  readonly cursor: number;
}

/** Characters with what is set on top of them: an accent goes where its letter goes. */
export function clusters(text: string): readonly string[] {
  const out: string[] = [];
  for (const c of text) {
    if (out.length > 0 && c > "\u02ff" && charWidth(c) === 0) out[out.length - 1] += c;
    else out.push(c);
  }
  return out;
}
export function bufferOf(text: string, cursor?: number): Buffer {
  const chars = clusters(text);
  return { chars, cursor: cursor ?? chars.length };
}
export function textOf(b: Buffer): string {
  return b.chars.join("");
}
export function insert(b: Buffer, text: string): Buffer {
  const added = clusters(text);
  const before = b.chars[b.cursor - 1];
  if (before !== undefined && added[0] !== undefined && added[0] > "\u02ff" && charWidth(added[0]) === 0) {
    const joined = { chars: [...b.chars.slice(0, b.cursor - 1), before + added[0], ...b.chars.slice(b.cursor)], cursor: b.cursor };
    return insert(joined, added.slice(1).join(""));
  }
  return { chars: [...b.chars.slice(0, b.cursor), ...added, ...b.chars.slice(b.cursor)], cursor: b.cursor + added.length };
}
/** Removes between two positions; the cursor goes where the hole is. */
export function remove(b: Buffer, from: number, to: number): { buffer: Buffer; removed: string } {
  const [start, end] = from < to ? [from, to] : [to, from];
  return {
    buffer: { chars: [...b.chars.slice(0, start), ...b.chars.slice(end)], cursor: start },
    removed: b.chars.slice(start, end).join(""),
  };
}
export function move(b: Buffer, cursor: number): Buffer {
  return { ...b, cursor: Math.max(0, Math.min(b.chars.length, cursor)) };
}

const WORD = /[\p{L}\p{N}]/u;
/** Start of the word before the cursor (Alt-B), or of the blank-separated one (Ctrl-W). */
export function wordStart(b: Buffer, blank = false): number {
  const inside = (c: string | undefined): boolean => c !== undefined && (blank ? !/\s/.test(c) : WORD.test(c));
  let i = b.cursor;
  while (i > 0 && !inside(b.chars[i - 1])) i--;
  while (i > 0 && inside(b.chars[i - 1])) i--;
  return i;
}
export function wordEnd(b: Buffer): number {
  let i = b.cursor;
  while (i < b.chars.length && !WORD.test(b.chars[i] as string)) i++;
  while (i < b.chars.length && WORD.test(b.chars[i] as string)) i++;
  return i;
}
/** Ctrl-T. */
export function transpose(b: Buffer): Buffer {
  if (b.chars.length < 2 || b.cursor === 0) return b;
  const at = b.cursor === b.chars.length ? b.cursor - 1 : b.cursor;
  const chars = [...b.chars];
  [chars[at - 1], chars[at]] = [chars[at] as string, chars[at - 1] as string];
  return { chars, cursor: at + 1 };
}
