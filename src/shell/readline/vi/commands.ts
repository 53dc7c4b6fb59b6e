import { numeric } from "../argument.ts";
import { bell } from "../bell.ts";
import { bufferOf, insert, move, remove, textOf } from "../buffer.ts";
import { elsewhere } from "../elsewhere.ts";
import type { LineEditor } from "../editor.ts";
import { tokens } from "../expansion.ts";
import { ask, jump, show } from "../history-commands.ts";
import type { Key } from "../keys.ts";
import { compilePattern, matches } from "../../expand/pattern.ts";
import type { EditorCommand } from "../run.ts";
import type { Line } from "../types.ts";
import { takeBack } from "../undo.ts";
import { firstPrint, found, nextWord, pair, previousWord, wordEnd } from "./motions.ts";
import { lasting, viOf } from "./state.ts";

/** Where a motion goes; `inclusive`: an operator takes the character there too. */
interface Target {
  readonly at: number;
  readonly inclusive: boolean;
}

async function read(e: LineEditor): Promise<Key | undefined> {
  const change = viOf(e).change;
  const replay = e.kept.get("vi replay") as Key[] | undefined;
  const key = replay?.shift() ?? (await e.key());
  if (key && change && !e.kept.has("vi replay") && e.kept.get("vi changing")) change.keys.push(key);
  return key;
}

async function motion(e: LineEditor, key: Key, n: number, counted: boolean): Promise<Target | undefined> {
  const b = e.buffer;
  const { cursor: from, chars } = b;
  const repeat = (step: (at: number) => number): number => {
    let at = from;
    for (let i = 0; i < Math.min(n, 10_000); i++) at = step(at);
    return at;
  };
  const to = (at: number, inclusive = false): Target => ({ at: Math.max(0, Math.min(chars.length, at)), inclusive });
  const name = key.name === "char" ? key.text : key.name;
  switch (name) {
    case "h":
    case "backspace":
    case "left":
      return to(from - n);
    case "l":
    case " ":
    case "right":
      return to(from + n);
    case "w":
    case "W":
      return to(repeat((at) => nextWord(b, at, name === "W")));
    case "b":
    case "B":
      return to(repeat((at) => previousWord(b, at, name === "B")));
    case "e":
    case "E":
      return to(
        repeat((at) => wordEnd(b, at, name === "E")),
        true,
      );
    case "0":
    case "home":
      return to(0);
    case "^":
      return to(firstPrint(b));
    case "$":
    case "end":
      return to(chars.length);
    case "|":
      return to((counted ? n : 1) - 1);
    case "%": {
      const at = pair(b, from);
      return at === undefined ? undefined : to(at, true);
    }
    case "`": {
      const at = viOf(e).marks.get((await read(e))?.text ?? "");
      return at === undefined ? undefined : to(at);
    }
    case "f":
    case "F":
    case "t":
    case "T": {
      const char = (await read(e))?.text ?? "";
      lasting(e).find = { kind: name, char };
      return seek(e, name, char, n);
    }
    case ";":
    case ",": {
      const { find } = lasting(e);
      if (!find) return undefined;
      const turned = /[a-z]/.test(find.kind) ? find.kind.toUpperCase() : find.kind.toLowerCase();
      return seek(e, name === ";" ? find.kind : turned, find.char, n);
    }
    default:
      return undefined;
  }
}
function seek(e: LineEditor, kind: string, char: string, n: number): Target | undefined {
  const at = found(e.buffer, e.buffer.cursor, kind, char, n);
  return at === undefined ? undefined : { at, inclusive: /[ft]/.test(kind) };
}

const moves: EditorCommand = async (e, n, key) => {
  const target = await motion(e, key, n, e.argument !== undefined);
  return target ? e.set(move(e.buffer, target.at)) : bell(e);
};

// --- changes ---

/** Starts a change that `.` repeats; the count that it was given is its own. */
async function change(e: LineEditor, name: string, key: Key, body: () => Promise<void>): Promise<void> {
  const vi = viOf(e);
  if (!e.kept.has("vi replay")) {
    vi.change = { name, count: e.argument === undefined ? undefined : Number(e.argument), key, keys: [], typed: "" };
    e.kept.set("vi change", vi.change);
    e.kept.set("vi changing", true);
  }
  try {
    await body();
  } finally {
    e.kept.delete("vi changing");
  }
}
/** Insert mode from here on; what is typed until Escape is one change. When repeated, the same text again. */
async function enter(e: LineEditor): Promise<void> {
  const vi = viOf(e);
  if (e.kept.has("vi replay")) {
    const typed = vi.change?.typed ?? "";
    if (typed !== "") await e.change(insert(e.buffer, typed));
    return e.set(move(e.buffer, Math.max(0, e.buffer.cursor - (typed === "" && e.buffer.cursor === 0 ? 0 : 1))));
  }
  vi.inserting = true;
  e.last = "";
  vi.group = e.undo.length;
}

async function cut(e: LineEditor, from: number, end: number, keep = true): Promise<void> {
  const [a, b] = from < end ? [from, end] : [end, from];
  const { buffer, removed } = remove(e.buffer, a, b);
  if (keep && removed !== "") {
    e.kills.unshift(removed);
    e.kills.length = Math.min(e.kills.length, 10);
  }
  await e.change(buffer);
}

/** d, c and y: what the motion that follows passes over; doubled, the line; in capitals, to its end. */
const operate =
  (operator: "d" | "c" | "y"): EditorCommand =>
  (e, n, key, name) =>
    change(e, name, key, async () => {
      const line = e.buffer.chars.length;
      const from = e.buffer.cursor;
      let [begin, end] = [from, line];
      if (key.text === operator) {
        let count = "";
        let next = await read(e);
        while (next && (count === "" ? /^[1-9]$/ : /^\d$/).test(next.text)) {
          count += next.text;
          next = await read(e);
        }
        if (!next || next.name === "escape") return bell(e);
        if (next.text === operator) [begin, end] = [0, line];
        else {
          const target = await motion(e, next, n * Number(count === "" ? 1 : count), count !== "" || e.argument !== undefined);
          if (!target || target.at === from) return bell(e);
          end = target.at + (target.inclusive && target.at >= from ? 1 : 0);
          if (operator === "c" && /^[wW]$/.test(next.text)) while (end > from + 1 && /\s/.test(e.buffer.chars[end - 1] as string)) end--;
        }
      }
      if (operator === "y") {
        const [a, b] = begin < end ? [begin, end] : [end, begin];
        const text = e.buffer.chars.slice(a, b).join("");
        if (text !== "") e.kills.unshift(text);
        return end < from && key.text === operator ? e.set(move(e.buffer, a)) : undefined;
      }
      const depth = e.undo.length;
      await cut(e, begin, end);
      if (operator === "c") {
        await enter(e);
        if (viOf(e).inserting) viOf(e).group = depth;
      }
    });

const inserts =
  (place: (e: LineEditor) => number): EditorCommand =>
  (e, _n, key, name) =>
    change(e, name, key, async () => {
      await e.set(move(e.buffer, place(e)));
      await enter(e);
    });

const subst: EditorCommand = (e, n, key, name) =>
  change(e, name, key, async () => {
    const { cursor, chars } = e.buffer;
    const depth = e.undo.length;
    if (key.text === "S") await cut(e, 0, chars.length);
    else await cut(e, cursor, Math.min(chars.length, cursor + n));
    await enter(e);
    if (viOf(e).inserting) viOf(e).group = depth;
  });

const changeChar: EditorCommand = (e, n, key, name) =>
  change(e, name, key, async () => {
    const next = await read(e);
    const { cursor, chars } = e.buffer;
    if (!next || next.name !== "char" || cursor >= chars.length) return;
    const many = Math.min(n, chars.length - cursor);
    await e.change(
      bufferOf(
        [...chars.slice(0, cursor), ...Array.from({ length: many }, () => next.text), ...chars.slice(cursor + many)].join(""),
        cursor + many - 1,
      ),
    );
  });
const changeCase: EditorCommand = (e, n, key, name) =>
  change(e, name, key, async () => {
    const { cursor, chars } = e.buffer;
    const end = Math.min(chars.length, cursor + n);
    const turned = chars.slice(cursor, end).map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()));
    await e.change(bufferOf([...chars.slice(0, cursor), ...turned, ...chars.slice(end)].join(""), end));
  });

async function escape(e: LineEditor): Promise<void> {
  const vi = viOf(e);
  if (!vi.inserting) return bell(e);
  vi.inserting = false;
  e.kept.delete("overwrite");
  if (vi.group !== undefined) {
    const before = e.undo[vi.group];
    if (vi.change && before) vi.change.typed = typedSince(textOf(before), e, vi.change.name);
    e.undo.length = Math.min(e.undo.length, vi.group + 1);
    vi.group = undefined;
  } else e.undo = [];
  await e.set(move(e.buffer, e.buffer.cursor - 1));
}
/** What was typed since: what stands now between the parts of the line that were not touched. */
function typedSince(before: string, e: LineEditor, name: string): string {
  const now = textOf(e.buffer);
  const head = e.buffer.chars.slice(0, e.buffer.cursor).join("");
  let same = 0;
  while (same < head.length && before[same] === head[same]) same++;
  const tail = now.slice(head.length);
  if (/insert|append/.test(name)) return now.length >= before.length ? now.slice(before.length - tail.length, head.length) : "";
  return head.slice(same);
}

async function redo(e: LineEditor): Promise<void> {
  const { change: last } = viOf(e);
  if (!last) return bell(e);
  e.kept.set("vi replay", [...last.keys]);
  const given = e.argument;
  e.argument = given ?? (last.count === undefined ? undefined : String(last.count));
  try {
    await VI_COMMANDS[last.name]?.(e, Number(e.argument ?? 1), last.key, last.name);
  } finally {
    e.kept.delete("vi replay");
    e.argument = given;
  }
}

async function put(e: LineEditor, n: number, key: Key): Promise<void> {
  const text = (e.kills[0] ?? "").repeat(Math.min(n, 1000));
  if (text === "") return e.set(move(e.buffer, e.buffer.cursor + (key.text === "p" ? 1 : 0)));
  const at = key.text === "p" ? Math.min(e.buffer.chars.length, e.buffer.cursor + 1) : e.buffer.cursor;
  const b = insert(move(e.buffer, at), text);
  await e.change(move(b, b.cursor - 1));
}

async function find(e: LineEditor, key: Key): Promise<void> {
  const text = await ask(e, key.text);
  if (text === undefined) return;
  const known = lasting(e);
  const step = key.text === "/" ? -1 : 1;
  const sought = text === "" ? known.search?.text : text;
  if (sought === undefined) return bell(e);
  known.search = { text: sought, step };
  await again(e, step);
}
async function again(e: LineEditor, step: -1 | 1): Promise<void> {
  const text = lasting(e).search?.text;
  if (text === undefined) return bell(e);
  const pattern = compilePattern(text.startsWith("^") ? `${text.slice(1)}*` : `*${text}*`);
  await jump(e, (line) => matches(pattern, line), step);
}

async function lastArgument(e: LineEditor, n: number): Promise<Line | void> {
  const words = tokens(e.o.history.at(-1) ?? "");
  const word = e.argument === undefined ? words.at(-1) : words[n - 1];
  if (word === undefined) return bell(e);
  const { chars, cursor } = e.buffer;
  const at = chars.length === 0 ? 0 : cursor + 1;
  viOf(e).inserting = true;
  await e.change(insert(move(e.buffer, at), `${chars.length === 0 ? "" : " "}${word}`));
}

/** `=` lists, `*` puts in all, `\` completes; the last two go on inserting. */
async function complete(
  e: LineEditor,
  n: number,
  key: Key,
  name: string,
  byName: (name: string) => EditorCommand | undefined,
): Promise<void> {
  const { chars, cursor } = e.buffer;
  if (chars[cursor] !== undefined && !/\s/.test(chars[cursor] as string))
    e.buffer = move(e.buffer, Math.max(cursor + 1, wordEnd(e.buffer, cursor - 1, true) + 1));
  viOf(e).inserting = key.text !== "=";
  await byName(key.text === "=" ? "possible-completions" : key.text === "*" ? "insert-completions" : "complete")?.(e, n, key, name);
}

export const viCommands = (byName: (name: string) => EditorCommand | undefined): Readonly<Record<string, EditorCommand>> => ({
  ...VI_COMMANDS,
  "vi-complete": (e, n, key, name) => complete(e, n, key, name, byName),
});

const VI_COMMANDS: Readonly<Record<string, EditorCommand>> = {
  "vi-movement-mode": escape,
  "vi-insertion-mode": inserts((e) => e.buffer.cursor),
  "vi-insert-beg": inserts(() => 0),
  "vi-append-mode": inserts((e) => Math.min(e.buffer.chars.length, e.buffer.cursor + 1)),
  "vi-append-eol": inserts((e) => e.buffer.chars.length),
  "vi-next-word": moves,
  "vi-prev-word": moves,
  "vi-end-word": moves,
  "vi-first-print": moves,
  "vi-column": moves,
  "vi-match": moves,
  "vi-goto-mark": moves,
  "vi-char-search": moves,
  "vi-delete-to": operate("d"),
  "vi-change-to": operate("c"),
  "vi-yank-to": operate("y"),
  "vi-subst": subst,
  "vi-change-char": changeChar,
  "vi-change-case": changeCase,
  "vi-delete": (e, n, key, name) =>
    change(e, name, key, () => cut(e, e.buffer.cursor, Math.min(e.buffer.chars.length, e.buffer.cursor + n))),
  "vi-rubout": (e, n, key, name) => change(e, name, key, () => cut(e, Math.max(0, e.buffer.cursor - n), e.buffer.cursor)),
  "vi-put": (e, n, key, name) => change(e, name, key, () => put(e, n, key)),
  "vi-replace": (e, _n, key, name) =>
    change(e, name, key, async () => {
      await enter(e);
      if (viOf(e).inserting) e.kept.set("overwrite", true);
    }),
  "vi-redo": redo,
  "vi-undo": takeBack,
  "vi-arg-digit": (e, _n, key) => numeric(e, `${e.argument ?? ""}${key.text}`.slice(0, 7)),
  "vi-set-mark": async (e) => {
    const name = (await e.key())?.text ?? "";
    if (/^[a-z]$/.test(name)) viOf(e).marks.set(name, e.buffer.cursor);
    else await bell(e);
  },
  "vi-fetch-history": (e, n) => show(e, e.argument === undefined ? 0 : n - 1),
  "vi-search": (e, _n, key) => find(e, key),
  "vi-search-again": (e, _n, key) => {
    const step = lasting(e).search?.step ?? -1;
    return again(e, key.text === "n" ? step : step === 1 ? -1 : 1);
  },
  "vi-edit-and-execute-command": (e) => elsewhere(e),
  "vi-yank-arg": lastArgument,
  async "vi-eof-maybe"(e): Promise<Line | void> {
    return e.buffer.chars.length === 0 ? { kind: "end" } : e.accept();
  },
  async "vi-unix-word-rubout"(e) {
    const from = e.buffer.cursor;
    const { chars } = e.buffer;
    let at = from;
    while (at > 0 && /\s/.test(chars[at - 1] as string)) at--;
    // At the beginning of a word only the blanks before it go.
    const begins = at < from && chars[from] !== undefined && !/\s/.test(chars[from] as string);
    if (at > 0 && !begins) at = previousWord(e.buffer, at, false);
    await cut(e, at, from);
  },
};
