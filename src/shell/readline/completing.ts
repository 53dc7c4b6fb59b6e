import { bell } from "./bell.ts";
import { insert, move, remove, textOf } from "./buffer.ts";
import type { LineEditor } from "./editor.ts";
import type { Key } from "./keys.ts";
import { listing, quotedName, shared } from "./listing.ts";
import type { EditorCommand } from "./run.ts";
import type { Completion } from "./types.ts";
import { variable } from "./variables.ts";

/** COMP_TYPE: the character that readline has for the kind of completion. */
const TYPE = {
  complete: 9,
  "possible-completions": 63,
  "insert-completions": 42,
  "menu-complete": 37,
  "menu-complete-backward": 37,
} as const;
const ROWS = 24;

interface Menu {
  readonly start: number;
  readonly words: readonly string[];
  at: number;
}

const on = (e: LineEditor, name: string): boolean => variable(e.o.bindings, name) === "on";
const codeOf = (key: Key): number => (key.text.length > 0 ? key.text.charCodeAt(key.text.length - 1) : 0);

async function asked(e: LineEditor, type: number, key: Key): Promise<Completion | undefined> {
  const cursor = e.buffer.chars.slice(0, e.buffer.cursor).join("").length;
  const found = await e.o.complete?.(textOf(e.buffer), cursor, { type, key: codeOf(key) });
  if (!found) return undefined;
  const matches = [...new Set(found.matches)];
  return { ...found, matches: found.sorted ? matches.sort() : matches };
}

const folding = (e: LineEditor) => {
  const ignoring = on(e, "completion-ignore-case");
  const mapping = ignoring && on(e, "completion-map-case");
  return (text: string): string => (mapping ? text.toLowerCase().replaceAll("_", "-") : ignoring ? text.toLowerCase() : text);
};

/** A match as it is put into the line; the only one is finished: its quote closed, a slash or a space behind it. */
function inserted(e: LineEditor, c: Completion, match: string, only: boolean): string {
  const text = c.quoting ? quotedName(match, c.quote, c.unquotable ?? false) : match;
  if (!only) return text;
  const after = e.buffer.chars[e.buffer.cursor];
  if (c.files && c.folder(match)) return on(e, "mark-directories") && after !== "/" && !text.endsWith("/") ? `${text}/` : text;
  return after === undefined || c.append === "/" ? `${text}${c.quote}${c.append}` : `${text}${c.quote !== after ? c.quote : ""}`;
}

const completing =
  (how: keyof typeof TYPE): EditorCommand =>
  async (e, _n, key) => {
    if (on(e, "disable-completion")) return e.type(key.text);
    const menu = how.startsWith("menu-complete");
    const step = how.endsWith("backward") ? -1 : 1;
    const turning = e.kept.get("menu") as Menu | undefined;
    if (menu && e.last.startsWith("menu-complete") && turning) return turn(e, turning, step);
    // The second Tab in a row, where the first changed nothing, asks for all.
    const again = how === "complete" && e.last === "complete" && !e.kept.get("completed");
    const ambiguous = on(e, "show-all-if-ambiguous") ? 33 : on(e, "show-all-if-unmodified") ? 64 : 9;
    const type = again ? 63 : how === "complete" ? ambiguous : TYPE[how];
    const c = await asked(e, type, key);
    if (!c || c.matches.length === 0) {
      e.kept.set("completed", false);
      return bell(e);
    }
    if (how === "possible-completions" || again) return list(e, c);
    const start = Array.from(textOf(e.buffer).slice(0, c.from)).length;
    const put = (text: string): Promise<void> => e.change(insert(remove(e.buffer, start, e.buffer.cursor).buffer, text));
    if (how === "insert-completions") return put(c.matches.map((m) => `${inserted(e, { ...c, append: "" }, m, false)} `).join(""));
    const common = shared(c.matches, folding(e));
    const before = textOf(e.buffer);
    if (menu) {
      const words = c.matches.map((m) => inserted(e, c, m, true));
      const typed = e.buffer.chars.slice(start, e.buffer.cursor).join("");
      const made: Menu = {
        start,
        words: words.length === 1 ? words : [...words, typed === common ? typed : inserted(e, c, common, false)],
        at: step < 0 ? words.length : -1,
      };
      e.kept.set("menu", made);
      return turn(e, made, step);
    }
    const typed = textOf(e.buffer).slice(c.from, before.length - e.buffer.chars.slice(e.buffer.cursor).join("").length);
    // What is listed at once is listed before the line changes.
    const lists = c.matches.length > 1 && (type === 33 || (type === 64 && inserted(e, c, common, false) === typed));
    if (lists) await list(e, c);
    if (common !== "" || c.matches.length === 1) await put(inserted(e, c, common, c.matches.length === 1));
    e.kept.set("completed", textOf(e.buffer) !== before);
    if (c.matches.length > 1 && !lists) await bell(e);
  };

async function turn(e: LineEditor, menu: Menu, step: number): Promise<void> {
  menu.at = (menu.at + step + menu.words.length) % menu.words.length;
  await e.change(insert(remove(e.buffer, menu.start, e.buffer.cursor).buffer, menu.words[menu.at] as string));
  if (menu.words.length > 1 && menu.at === menu.words.length - 1) await bell(e);
}

/** All matches under the line; many are asked about first, and shown a page at a time. */
async function list(e: LineEditor, c: Completion): Promise<void> {
  const keep = e.buffer;
  e.buffer = move(keep, keep.chars.length);
  await e.paint();
  e.buffer = keep;
  await e.write("\r\n");
  const most = Number(variable(e.o.bindings, "completion-query-items"));
  if (most > 0 && c.matches.length >= most) {
    await e.write(`Display all ${c.matches.length} possibilities? (y or n)`);
    const yes = await answer(e, /^[yY ]$/, /^[nN]$/);
    await e.write("\r\n");
    if (!yes) {
      e.row = 0;
      return e.paint();
    }
  }
  const marked = (m: string): boolean => c.files && on(e, "mark-directories") && !m.endsWith("/") && c.folder(m);
  const names = c.matches.map((m) => [c.files ? m.replace(/^.*\/(?=[^/])/, "") : m, marked(m) ? "/" : ""] as const);
  const rows = listing(names, e.columns, on(e, "print-completions-horizontally"));
  const page = on(e, "page-completions") ? (e.o.output.size?.rows ?? ROWS) - 1 : Infinity;
  let left = page;
  for (const [i, row] of rows.entries()) {
    if (left === 0 && i < rows.length) {
      await e.write("--More--");
      const more = await answer(e, /^[yY \r\n\t]$/, /^[nNqQ]$/);
      await e.write("\r\x1b[K");
      if (!more) break;
      left = more === "\r" || more === "\n" ? 1 : page;
    }
    await e.write(`${row}\r\n`);
    left--;
  }
  e.row = 0;
  await e.paint();
}
async function answer(e: LineEditor, yes: RegExp, no: RegExp): Promise<string | undefined> {
  for (;;) {
    const key = await e.key();
    if (!key || no.test(key.text) || key.name === "backspace" || key.name === "ctrl-g" || key.name === "ctrl-c") return undefined;
    if (yes.test(key.text)) return key.text;
    await bell(e);
  }
}

export const COMPLETION_COMMANDS: Readonly<Record<string, EditorCommand>> = {
  complete: completing("complete"),
  "possible-completions": completing("possible-completions"),
  "insert-completions": completing("insert-completions"),
  "menu-complete": completing("menu-complete"),
  "menu-complete-backward": completing("menu-complete-backward"),
};
