import { numeric } from "./argument.ts";
import { commandOf, SHELL_COMMAND } from "./bindings.ts";
import { bufferOf, textOf } from "./buffer.ts";
import { EDITING_COMMANDS } from "./commands.ts";
import type { LineEditor } from "./editor.ts";
import { HISTORY_COMMANDS } from "./history-commands.ts";
import type { Keymap } from "./keymaps.ts";
import { type Key, splitKeys } from "./keys.ts";
import { remember } from "./kill-ring.ts";
import { SHELL_WORD_COMMANDS } from "./shell-words.ts";
import { TEXT_COMMANDS } from "./text-commands.ts";
import type { Line } from "./types.ts";
import { viCommands } from "./vi/commands.ts";
import { clamp, viOf } from "./vi/state.ts";

/** A command that looks at more than the line; `n` is the numeric argument, 1 by default. A line ends the editing. */
export type EditorCommand = (e: LineEditor, n: number, key: Key, name: string) => Promise<Line | undefined | void>;

const PLAIN: Readonly<Record<string, EditorCommand>> = { ...EDITING_COMMANDS, ...HISTORY_COMMANDS };
const COMMANDS: Readonly<Record<string, EditorCommand>> = { ...PLAIN, ...viCommands((name) => PLAIN[name]) };
/** Keys that one key may stand for, macros within macros among them. */
const MAX_MACRO = 10_000;

const keymapOf = (e: LineEditor): Keymap => (e.vi ? (viOf(e).inserting ? "vi-insert" : "vi-command") : "emacs");

/** Runs what a key is bound to. "on" when editing goes on. */
export async function run(e: LineEditor, key: Key): Promise<Line | "on"> {
  if (e.vi && key.name.startsWith("alt-") && commandOf(e.o.bindings, keymapOf(e), key.name) === undefined) {
    e.unread(splitKeys(key.text).keys);
    return run(e, { name: "escape", text: "\x1b" });
  }
  const found = await commandFor(e, key);
  if (found === undefined) return { kind: "end" };
  const done = await runCommand(e, found, key);
  if (e.vi && !done) await clamp(e);
  return done ?? "on";
}

/** A command by name; what follows it knows that it was the last. */
export async function runCommand(e: LineEditor, name: string, key: Key): Promise<Line | undefined> {
  const given = e.argument;
  const n = Number(given === "-" ? -1 : (given ?? 1));
  if (name === "delete-char" && key.name === "ctrl-d" && e.buffer.chars.length === 0) return { kind: "end" };
  let line: Line | undefined;
  const edit = TEXT_COMMANDS[name] ?? SHELL_WORD_COMMANDS[name];
  if (edit) {
    const { buffer, killed } = edit(e.buffer, n, given !== undefined);
    if (killed) remember(e, killed.text, killed.forward);
    await e.change(buffer);
  } else if (name.startsWith(SHELL_COMMAND)) await shellCommand(e, name.slice(1));
  else line = (await COMMANDS[name]?.(e, n, key, name)) ?? undefined;
  if (name === "digit-argument" || name === "vi-arg-digit" || name === "universal-argument") return line;
  e.done(name);
  if (e.argument !== undefined && given !== undefined) await numeric(e, undefined);
  return line;
}

/** The command that a key begins; more keys are read where they belong to it. "" when it has none. */
async function commandFor(e: LineEditor, key: Key): Promise<string | undefined> {
  const keymap = keymapOf(e);
  if (e.argument !== undefined && key.name === "char" && /\d/.test(key.text))
    return keymap === "vi-command" ? "vi-arg-digit" : "digit-argument";
  const nameOf = (k: Key): string => (k.name === "char" ? k.text : k.name);
  let keys = nameOf(key);
  let command = commandOf(e.o.bindings, keymap, keys);
  while (command === "prefix") {
    const more = await e.key();
    if (more === undefined) return undefined;
    keys += ` ${nameOf(more)}`;
    command = commandOf(e.o.bindings, keymap, keys);
  }
  const recording = e.kept.get("recording") as Key[] | undefined;
  if (recording && command !== "end-kbd-macro" && recording.length < MAX_MACRO) recording.push(key);
  if (command === undefined) return key.name === "char" && keymap !== "vi-command" ? "self-insert" : key.name === "char" ? "abort" : "";
  if (!command.startsWith('"')) return command;
  const played = Number(e.kept.get("played") ?? 0) + command.length;
  e.kept.set("played", played);
  if (played < MAX_MACRO) e.unread(splitKeys(command.slice(1)).keys);
  return "";
}

async function shellCommand(e: LineEditor, source: string): Promise<void> {
  const before = textOf(e.buffer);
  await e.write("\r\x1b[K");
  e.o.input.setRaw?.(false);
  const cursor = e.buffer.chars.slice(0, e.buffer.cursor).join("").length;
  const left = await e.o.command?.(before, cursor, source);
  e.o.input.setRaw?.(true);
  e.row = 0;
  if (!left) return e.paint();
  await e.change(bufferOf(left.text, Array.from(left.text.slice(0, left.cursor)).length));
}
