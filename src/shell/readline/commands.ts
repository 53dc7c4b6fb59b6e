import { numeric } from "./argument.ts";
import { bell } from "./bell.ts";
import { type Buffer, bufferOf, insert, move, remove, textOf } from "./buffer.ts";
import { COMPLETION_COMMANDS } from "./completing.ts";
import type { LineEditor } from "./editor.ts";
import { elsewhere } from "./elsewhere.ts";
import { boundKeys } from "./bindings.ts";
import { COMMANDS } from "./keymaps.ts";
import type { Key } from "./keys.ts";
import { remember } from "./kill-ring.ts";
import type { EditorCommand } from "./run.ts";
import { takeBack } from "./undo.ts";
import { variable } from "./variables.ts";

async function search(e: LineEditor, n: number): Promise<void> {
  const next = await e.key();
  if (!next) return;
  const { chars, cursor } = e.buffer;
  let at = cursor;
  for (let i = 0; i < Math.abs(n) && at >= 0; i++)
    at = n > 0 ? chars.indexOf(next.text, at + 1) : at === 0 ? -1 : chars.lastIndexOf(next.text, at - 1);
  return at < 0 ? bell(e) : e.set(move(e.buffer, at));
}

async function paste(e: LineEditor): Promise<void> {
  let text = "";
  for (let key = await e.key(); key && key.name !== "paste-end"; key = await e.key()) text += key.name === "enter" ? "\n" : key.text;
  await e.change(insert(e.buffer, text.replace(/\n+$/, "")));
}

async function expanded(e: LineEditor, how: string): Promise<void> {
  const text = await e.o.expand?.(textOf(e.buffer), how);
  return text === undefined ? bell(e) : e.change(bufferOf(text));
}

const region = (e: LineEditor): readonly [number, number] => {
  const mark = Math.min(e.mark, e.buffer.chars.length);
  return mark < e.buffer.cursor ? [mark, e.buffer.cursor] : [e.buffer.cursor, mark];
};

/** Types over what is there, until a key that does not. */
async function overwrite(e: LineEditor): Promise<void> {
  e.kept.set("overwrite", !(e.kept.get("overwrite") ?? false));
}

/** Commands that are neither of the line alone nor of history. */
export const EDITING_COMMANDS: Readonly<Record<string, EditorCommand>> = {
  ...COMPLETION_COMMANDS,
  async "self-insert"(e, n, key) {
    const text = key.text.repeat(Math.max(0, Math.min(n, 1000)));
    if (!e.kept.get("overwrite")) return e.type(text);
    const b: Buffer = remove(e.buffer, e.buffer.cursor, Math.min(e.buffer.chars.length, e.buffer.cursor + Array.from(text).length)).buffer;
    return e.change(insert(b, text));
  },
  "accept-line": (e) => e.accept(),
  interrupt: (e) => e.interrupted(),
  "edit-and-execute-command": (e) => elsewhere(e),
  async "insert-comment"(e, _n, key) {
    const begin = variable(e.o.bindings, "comment-begin");
    const b = move(e.buffer, 0);
    const out = e.argument !== undefined && textOf(b).startsWith(begin);
    await e.change(out ? remove(b, 0, Array.from(begin).length).buffer : insert(b, begin));
    return key ? e.accept() : undefined;
  },
  async yank(e) {
    e.inserted = e.buffer.cursor;
    await e.change(insert(e.buffer, e.kills[0] ?? ""));
  },
  async "yank-pop"(e) {
    if (e.last !== "yank" && e.last !== "yank-pop") return bell(e);
    e.kills.push(e.kills.shift() ?? "");
    return e.change(insert(remove(e.buffer, e.inserted, e.buffer.cursor).buffer, e.kills[0] ?? ""));
  },
  async "kill-region"(e) {
    const { buffer, removed } = remove(e.buffer, ...region(e));
    remember(e, removed, true);
    await e.change(buffer);
  },
  async "copy-region-as-kill"(e) {
    remember(e, e.buffer.chars.slice(...region(e)).join(""), true);
  },
  async "quoted-insert"(e, n) {
    const next = await e.key();
    if (next)
      await e.change(
        insert(e.buffer, (next.name.startsWith("alt-") ? `\x1b${next.text}` : next.text).repeat(Math.max(1, Math.min(n, 1000)))),
      );
  },
  "tab-insert": (e) => e.change(insert(e.buffer, "\t")),
  "character-search": search,
  "character-search-backward": (e, n) => search(e, -n),
  undo: takeBack,
  async "revert-line"(e) {
    if (e.undo[0]) await e.set(e.undo[0]);
    else await bell(e);
    e.undo = [];
  },
  async "set-mark"(e) {
    e.mark = e.buffer.cursor;
  },
  async "exchange-point-and-mark"(e) {
    const { mark } = e;
    e.mark = e.buffer.cursor;
    await e.set(move(e.buffer, mark));
  },
  async "clear-screen"(e) {
    await e.write("\x1b[H\x1b[2J");
    e.row = 0;
    await e.paint();
  },
  async "clear-display"(e) {
    await e.write("\x1b[H\x1b[2J\x1b[3J");
    e.row = 0;
    await e.paint();
  },
  "redraw-current-line": (e) => e.paint(),
  "bracketed-paste-begin": paste,
  "overwrite-mode": overwrite,
  "digit-argument": (e, _n, key) => numeric(e, key.text === "-" ? "-" : `${e.argument ?? ""}${key.text}`.slice(0, 7)),
  "universal-argument": (e) => numeric(e, String(Math.min(1024, Number(e.argument ?? 1) * 4))),
  async "start-kbd-macro"(e) {
    if (e.kept.has("recording")) await bell(e);
    else e.kept.set("recording", []);
  },
  async "end-kbd-macro"(e) {
    const recorded = e.kept.get("recording");
    if (!recorded) return bell(e);
    e.kept.set("macro", recorded);
    e.kept.delete("recording");
  },
  async "call-last-kbd-macro"(e, n) {
    const keys = (e.kept.get("macro") ?? []) as readonly Key[];
    for (let i = 0; i < Math.min(n, 100); i++) e.unread(keys);
  },
  "shell-expand-line": (e) => expanded(e, "shell-expand-line"),
  "alias-expand-line": (e) => expanded(e, "alias-expand-line"),
  "history-expand-line": (e) => expanded(e, "history-expand-line"),
  "history-and-alias-expand-line": (e) => expanded(e, "history-and-alias-expand-line"),
  async "magic-space"(e) {
    const text = await e.o.expand?.(textOf(e.buffer), "history-expand-line");
    if (text !== undefined) await e.change(bufferOf(text));
    await e.type(" ");
  },
  async "display-shell-version"(e) {
    await e.write("\r\nGNU bash, version 5.2.37(1)-release (x86_64-pc-linux-gnu)\r\n");
    e.row = 0;
    await e.paint();
  },
  async "dump-functions"(e) {
    const bound = boundKeys(e.o.bindings ?? new Map());
    await e.write(
      `\r\n${COMMANDS.map((c) => `${c}${bound.some(([, name]) => name === c) ? " is bound" : " is not bound to any keys"}\r\n`).join("")}`,
    );
    e.row = 0;
    await e.paint();
  },
  abort: bell,
};
