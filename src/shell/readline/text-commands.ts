import { type Buffer, move, remove, transpose, wordEnd, wordStart } from "./buffer.ts";

/** What a command made of the line; `killed` goes to the kill ring, before or after what was killed just before. */
export interface Edited {
  readonly buffer: Buffer;
  readonly killed?: { readonly text: string; readonly forward: boolean };
}
/** `n`: the numeric argument, 1 by default; below zero the other way round where readline does so. */
export type TextCommand = (b: Buffer, n: number, counted?: boolean) => Edited;

const to =
  (cursor: (b: Buffer) => number): TextCommand =>
  (b) => ({ buffer: move(b, cursor(b)) });
/** Steps `n` times: a word, and another. */
function steps(b: Buffer, n: number, step: (b: Buffer) => number): number {
  let at = b;
  for (let i = 0; i < n; i++) at = move(at, step(at));
  return at.cursor;
}
const back = (b: Buffer): number => wordStart(b);
const on = (b: Buffer): number => wordEnd(b);
/** Forward, or back where the argument is negative. */
const far = (b: Buffer, n: number, ahead: (b: Buffer) => number, behind: (b: Buffer) => number): number =>
  n >= 0 ? steps(b, n, ahead) : steps(b, -n, behind);

function kill(b: Buffer, from: number, end: number): Edited {
  const { buffer, removed } = remove(b, from, end);
  return { buffer, killed: { text: removed, forward: Math.max(from, end) > b.cursor } };
}
const erase = (b: Buffer, from: number, end: number): Edited => ({ buffer: remove(b, from, end).buffer });
const within = (b: Buffer, at: number): number => Math.max(0, Math.min(b.chars.length, at));

function changeWord(b: Buffer, n: number, change: (word: string) => string): Edited {
  const end = far(b, n, on, back);
  const [from, until] = [Math.min(b.cursor, end), Math.max(b.cursor, end)];
  const changed = Array.from(change(b.chars.slice(from, until).join("")));
  return { buffer: { chars: [...b.chars.slice(0, from), ...changed, ...b.chars.slice(until)], cursor: until } };
}
const capital = (text: string): string =>
  text.toLowerCase().replace(/(^|[^\p{L}\p{N}])(\p{L})/gu, (_, a: string, c: string) => a + c.toUpperCase());

function transposeWords(b: Buffer): Edited {
  const end = wordEnd(b);
  const second = wordStart(move(b, end));
  const firstStart = wordStart(move(b, second));
  const firstEnd = wordEnd(move(b, firstStart));
  if (firstStart === second || firstEnd > second) return { buffer: b };
  const part = (from: number, until: number): readonly string[] => b.chars.slice(from, until);
  const chars = [
    ...part(0, firstStart),
    ...part(second, end),
    ...part(firstEnd, second),
    ...part(firstStart, firstEnd),
    ...b.chars.slice(end),
  ];
  return { buffer: { chars, cursor: end } };
}
function deleteBlank(b: Buffer): Edited {
  const blank = (i: number): boolean => b.chars[i] === " " || b.chars[i] === "\t";
  let [from, end] = [b.cursor, b.cursor];
  while (from > 0 && blank(from - 1)) from--;
  while (end < b.chars.length && blank(end)) end++;
  return erase(b, from, end);
}

/** Commands that look at nothing but the line, by readline's names. */
export const TEXT_COMMANDS: Readonly<Record<string, TextCommand>> = {
  "beginning-of-line": to(() => 0),
  "end-of-line": to((b) => b.chars.length),
  "backward-char": (b, n) => ({ buffer: move(b, b.cursor - n) }),
  "forward-char": (b, n) => ({ buffer: move(b, b.cursor + n) }),
  "backward-word": (b, n) => ({ buffer: move(b, far(b, n, back, on)) }),
  "forward-word": (b, n) => ({ buffer: move(b, far(b, n, on, back)) }),
  "delete-char": (b, n) => erase(b, b.cursor, within(b, b.cursor + n)),
  "backward-delete-char": (b, n) => erase(b, within(b, b.cursor - n), b.cursor),
  "transpose-chars": (b) => ({ buffer: transpose(b) }),
  "transpose-words": transposeWords,
  "upcase-word": (b, n) => changeWord(b, n, (w) => w.toUpperCase()),
  "downcase-word": (b, n) => changeWord(b, n, (w) => w.toLowerCase()),
  "capitalize-word": (b, n) => changeWord(b, n, capital),
  "kill-line": (b) => kill(b, b.cursor, b.chars.length),
  "backward-kill-line": (b) => kill(b, 0, b.cursor),
  "unix-line-discard": (b) => kill(b, 0, b.cursor),
  "kill-whole-line": (b) => kill(b, 0, b.chars.length),
  "kill-word": (b, n) => kill(b, b.cursor, far(b, n, on, back)),
  "backward-kill-word": (b, n) => kill(b, far(b, n, back, on), b.cursor),
  "unix-word-rubout": (b, n) =>
    kill(
      b,
      steps(b, n, (at) => wordStart(at, true)),
      b.cursor,
    ),
  "delete-horizontal-space": deleteBlank,
  "unix-filename-rubout": (b) => {
    let at = b.cursor;
    while (at > 0 && /[\s/]/.test(b.chars[at - 1] as string)) at--;
    while (at > 0 && !/[\s/]/.test(b.chars[at - 1] as string)) at--;
    return kill(b, at, b.cursor);
  },
};
