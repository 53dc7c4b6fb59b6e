import { type Buffer, move, remove } from "./buffer.ts";
import type { Edited, TextCommand } from "./text-commands.ts";

/** Where the shell's words stand: blanks part them, quotes hold them together; each as [from, end]. */
function words({ chars }: Buffer): readonly (readonly [number, number])[] {
  const out: [number, number][] = [];
  let at = 0;
  while (at < chars.length) {
    while (at < chars.length && /\s/.test(chars[at] as string)) at++;
    const from = at;
    let quote = "";
    while (at < chars.length && (quote !== "" || !/\s/.test(chars[at] as string))) {
      const c = chars[at] as string;
      if (c === "\\" && quote !== "'") at++;
      else if (quote === "") quote = /["']/.test(c) ? c : "";
      else if (c === quote) quote = "";
      at++;
    }
    if (from < chars.length) out.push([from, Math.min(at, chars.length)]);
  }
  return out;
}
const ahead = (b: Buffer): number => words(b).find(([, end]) => end > b.cursor)?.[1] ?? b.chars.length;
const behind = (b: Buffer): number => words(b).findLast(([from]) => from < b.cursor)?.[0] ?? 0;
function times(b: Buffer, n: number, step: (b: Buffer) => number): number {
  let at = b;
  for (let i = 0; i < Math.abs(n); i++) at = move(at, step(at));
  return at.cursor;
}
const far = (b: Buffer, n: number, forward: boolean): number => times(b, n, n >= 0 === forward ? ahead : behind);
function kill(b: Buffer, end: number): Edited {
  const { buffer, removed } = remove(b, b.cursor, end);
  return { buffer, killed: { text: removed, forward: end > b.cursor } };
}

function transpose(b: Buffer): Edited {
  const all = words(b);
  const at = all.findIndex(([, end]) => end > b.cursor);
  const second = all[at < 0 ? all.length - 1 : at];
  const first = all[(at < 0 ? all.length - 1 : at) - 1];
  if (!first || !second) return { buffer: b };
  const part = (from: number, end: number): readonly string[] => b.chars.slice(from, end);
  const chars = [...part(0, first[0]), ...part(...second), ...part(first[1], second[0]), ...part(...first), ...b.chars.slice(second[1])];
  return { buffer: { chars, cursor: second[1] } };
}

/** Motions and kills over words as the shell reads them. */
export const SHELL_WORD_COMMANDS: Readonly<Record<string, TextCommand>> = {
  "shell-forward-word": (b, n) => ({ buffer: move(b, far(b, n, true)) }),
  "shell-backward-word": (b, n) => ({ buffer: move(b, far(b, n, false)) }),
  "shell-kill-word": (b, n) => kill(b, far(b, n, true)),
  "shell-backward-kill-word": (b, n) => kill(b, far(b, n, false)),
  "shell-transpose-words": transpose,
};
