import { bufferOf, insert, move, remove, textOf } from "./buffer.ts";
import { bell } from "./bell.ts";
import type { LineEditor } from "./editor.ts";
import { tokens } from "./expansion.ts";
import type { EditorCommand } from "./run.ts";
import { find, type Search, searchLine } from "./search.ts";
import type { Line } from "./types.ts";
import { viOf } from "./vi/state.ts";

export async function show(e: LineEditor, index: number): Promise<void> {
  if (index < 0 || index >= e.lines.length) return bell(e);
  e.lines[e.at] = textOf(e.buffer);
  e.at = index;
  e.undo = [];
  const text = e.lines[index] ?? "";
  await e.set(bufferOf(text, e.vi && !viOf(e).inserting ? 0 : undefined));
}

/** The next line of history that begins with, or has, what stands before the cursor. */
async function prefixed(e: LineEditor, step: -1 | 1, within: boolean): Promise<void> {
  const { cursor } = e.buffer;
  const again = /^history-(substring-)?search/.test(e.last);
  const prefix = again ? String(e.kept.get("sought") ?? "") : e.buffer.chars.slice(0, cursor).join("");
  e.kept.set("sought", prefix);
  for (let i = e.at + step; i >= 0 && i < e.lines.length; i += step) {
    const line = e.lines[i] as string;
    if (!(within ? line.includes(prefix) : line.startsWith(prefix)) || line === textOf(e.buffer)) continue;
    await show(e, i);
    return e.set(move(e.buffer, within ? e.buffer.chars.length : prefix === "" ? e.buffer.chars.length : cursor));
  }
  return bell(e);
}

/** Arguments of earlier lines: the last of them, or the one that an argument names. */
async function argument(e: LineEditor, n: number | undefined, name: string): Promise<void> {
  const { history } = e.o;
  const back = e.last === name ? e.times : 0;
  const nth = back > 0 ? (e.kept.get("nth") as number | undefined) : n;
  e.kept.set("nth", nth);
  const line = history[history.length - 1 - back];
  if (line === undefined) return bell(e);
  const words = tokens(line);
  const word = nth === undefined ? words.at(-1) : words[nth < 0 ? words.length + nth - 1 : nth];
  if (word === undefined) return bell(e);
  const b = back > 0 ? remove(e.buffer, e.inserted, e.buffer.cursor).buffer : e.buffer;
  e.inserted = b.cursor;
  await e.change(insert(b, word));
}

/** Ctrl-R and Ctrl-S. Resolves to a line when Enter ends it, undefined when editing goes on. */
async function incremental(e: LineEditor, direction: -1 | 1): Promise<Line | undefined> {
  const original = e.buffer;
  // Lines that were changed are searched as they are now.
  const history = e.lines;
  e.lines[e.at] = textOf(original);
  const home = e.at;
  let s: Search = { query: "", at: e.at, direction, found: textOf(original), failed: false };
  const paint = async (): Promise<void> => {
    ({ prompt: e.shown, buffer: e.buffer } = searchLine(s, original.cursor));
    await e.paint();
  };
  await paint();
  const before: Search[] = [];
  for (;;) {
    const key = await e.key(true);
    if (key === undefined) return { kind: "end" };
    const was = s;
    if (key.name === "char") s = find(history, { ...s, query: s.query + key.text }, 0);
    else if (key.name === "backspace") s = before.pop() ?? s;
    else if (key.name === "ctrl-r" || key.name === "ctrl-s") {
      const again = key.name === "ctrl-r" ? -1 : 1;
      // Twice at once: what was searched for last.
      const query = s.query === "" ? String(e.kept.get("query") ?? "") : s.query;
      s = find(history, { ...s, query, direction: again }, s.query === "" ? 0 : again);
    } else {
      e.shown = e.prompt;
      if (s.query !== "") e.kept.set("query", s.query);
      const cancelled = key.name === "ctrl-g" || key.name === "ctrl-c";
      if (!cancelled && s.at !== home) {
        e.at = s.at;
        e.undo = [];
      }
      await e.set(cancelled ? original : bufferOf(s.found, e.buffer.cursor));
      if (key.name === "ctrl-c") return e.interrupted();
      if (key.name === "enter") return e.accept();
      if (!cancelled && key.name !== "escape" && key.text !== "\x1b") e.unread([key]);
      return undefined;
    }
    if (key.name !== "backspace") before.push(was);
    if (s.failed && !was.failed) await bell(e);
    await paint();
  }
}

/** Alt-P and Alt-N, and vi's / and ?: asks for a text, then finds the line that has it. */
export async function ask(e: LineEditor, prompt: string): Promise<string | undefined> {
  const original = e.buffer;
  e.shown = prompt;
  await e.set(bufferOf(""));
  let text = "";
  for (;;) {
    const key = await e.key();
    if (key?.name === "char") text += key.text;
    else if (key?.name === "backspace" && text !== "") text = Array.from(text).slice(0, -1).join("");
    else {
      e.shown = e.prompt;
      await e.set(original);
      return key?.name === "enter" || key?.name === "ctrl-j" ? text : undefined;
    }
    await e.set(bufferOf(text));
  }
}
export async function jump(e: LineEditor, matches: (line: string) => boolean, step: -1 | 1): Promise<void> {
  for (let i = e.at + step; i >= 0 && i < e.lines.length; i += step) if (matches(e.lines[i] as string)) return show(e, i);
  return bell(e);
}
/** Alt-P, Alt-N: the cursor goes where the text is. */
async function asked(e: LineEditor, step: -1 | 1): Promise<void> {
  const text = await ask(e, ":");
  const sought = text === "" ? String(e.kept.get("asked") ?? "") : text;
  if (sought === undefined || sought === "") return text === undefined ? undefined : bell(e);
  e.kept.set("asked", sought);
  const before = e.at;
  await jump(e, (line) => line.includes(sought), step);
  if (e.at !== before) await e.set(move(e.buffer, Array.from(textOf(e.buffer).split(sought)[0] ?? "").length));
}

/** Commands that look at lines that were. */
export const HISTORY_COMMANDS: Readonly<Record<string, EditorCommand>> = {
  "previous-history": (e, n) => show(e, e.at - n),
  "next-history": (e, n) => show(e, e.at + n),
  "beginning-of-history": (e) => show(e, 0),
  "end-of-history": (e) => show(e, e.lines.length - 1),
  "history-search-backward": (e) => prefixed(e, -1, false),
  "history-search-forward": (e) => prefixed(e, 1, false),
  "history-substring-search-backward": (e) => prefixed(e, -1, true),
  "history-substring-search-forward": (e) => prefixed(e, 1, true),
  "yank-last-arg": (e, n, _k, name) => argument(e, e.argument === undefined ? undefined : n, name),
  "insert-last-argument": (e, n, _k, name) => argument(e, e.argument === undefined ? undefined : n, name),
  "yank-nth-arg": (e, n, _k, name) => argument(e, e.argument === undefined ? 1 : n, name),
  "reverse-search-history": (e) => incremental(e, -1),
  "forward-search-history": (e) => incremental(e, 1),
  "non-incremental-reverse-search-history": (e) => asked(e, -1),
  "non-incremental-forward-search-history": (e) => asked(e, 1),
  async "operate-and-get-next"(e) {
    e.next = e.at + 1;
    return e.accept();
  },
};
