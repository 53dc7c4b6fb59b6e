import { key } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { CR, ctrl, ESC, isSpecial, KEY } from "../screen/keys.ts";
import { verbatim } from "./insert.ts";
import { register } from "./registers.ts";
import { complete } from "./ex/complete.ts";
import { patternOf, findFrom, splitSearch } from "./search.ts";
import { Beep } from "./ask.ts";
import type { Editor } from "./state.ts";
import { lineOf } from "./state.ts";
import { wordAt } from "./words.ts";

const MAX_HISTORY = 200;
const MAX_LINE = 10_000;

/** Reads a line at the bottom: a command, or a pattern. Undefined: it was given up. */
export function* readCommandLine(ed: Editor, prefix: string, start = ""): Co<string | undefined> {
  const kind = prefix === "?" ? "/" : prefix;
  const past = ed.history[kind] ?? [];
  const [mode, { top, left }] = [ed.mode, ed];
  let [text, at, index, typed] = [start, start.length, past.length, start];
  ed.mode = "command";
  const set = (next: string, column = next.length): void => {
    text = next.slice(0, MAX_LINE);
    at = Math.min(column, text.length);
  };
  const insert = (piece: string): void => set(text.slice(0, at) + piece + text.slice(at), at + piece.length);
  const done = (result: string | undefined): string | undefined => {
    ed.mode = mode;
    ed.commandLine = undefined;
    ed.incremental = undefined;
    ed.completion = undefined;
    ed.top = top;
    ed.left = left;
    return result;
  };
  for (;;) {
    ed.commandLine = { prefix, text, at };
    if (kind === "/") yield* preview(ed, prefix, text);
    const k = yield* key(ed);
    if (k === CR || k === "\n") break;
    if (k === ESC || k === ctrl("C")) return done(undefined);
    switch (k) {
      case "\x7f":
      case "\b":
        if (text === "") return done(undefined);
        if (at > 0) set(text.slice(0, at - 1) + text.slice(at), at - 1);
        break;
      case KEY.delete:
        set(text.slice(0, at) + text.slice(at + 1), at);
        break;
      case ctrl("W"): {
        const head = text.slice(0, at).replace(/(?:\w+|[^\w\s]+)?\s*$/, "");
        set(head + text.slice(at), head.length);
        break;
      }
      case ctrl("U"):
        set(text.slice(at), 0);
        break;
      case ctrl("B"):
      case KEY.home:
        at = 0;
        break;
      case ctrl("E"):
      case KEY.end:
        at = text.length;
        break;
      case KEY.left:
        at = Math.max(0, at - 1);
        break;
      case KEY.right:
        at = Math.min(text.length, at + 1);
        break;
      case KEY.wordLeft:
        at = text.slice(0, at).search(/\S+\s*$/);
        if (at < 0) at = 0;
        break;
      case KEY.wordRight:
        at += /^\S*\s*/.exec(text.slice(at))?.[0].length ?? 0;
        break;
      case KEY.up:
      case KEY.down:
      case ctrl("P"):
      case ctrl("N"): {
        if (index === past.length) typed = text;
        const step = k === KEY.up || k === ctrl("P") ? -1 : 1;
        const like = k === KEY.up || k === KEY.down ? typed : "";
        let next = index + step;
        while (next >= 0 && next < past.length && !past[next]?.startsWith(like)) next += step;
        if (next < 0 || next > past.length) break;
        index = next;
        set(index === past.length ? typed : (past[index] as string));
        break;
      }
      case ctrl("R"): {
        const name = yield* key(ed);
        if (name === ctrl("W")) {
          const word = wordAt(lineOf(ed), ed.cursor.column);
          if (word) insert(lineOf(ed).slice(word.from, word.to));
        } else insert(register(ed, name).text.join("\n"));
        break;
      }
      case ctrl("V"):
      case ctrl("Q"):
        insert(yield* verbatim(ed));
        break;
      case "\t":
      case KEY.backTab:
        if (kind === ":") set(yield* complete(ed, text, k === "\t" ? 1 : -1));
        else insert("\t");
        continue;
      case KEY.pasteStart:
        for (let p = yield* key(ed); p !== KEY.pasteEnd; p = yield* key(ed)) if (!isSpecial(p)) insert(p);
        break;
      default:
        if (!isSpecial(k) && k >= " ") insert(k);
    }
    ed.completion = undefined;
  }
  if (text !== "") ed.history[kind] = [...past.filter((h) => h !== text), text].slice(-MAX_HISTORY);
  // What was typed stays on the last row.
  ed.message = { text: prefix + text, kind: "search" };
  return done(text);
}

/** Shows where a search would go, while it is typed. */
function* preview(ed: Editor, prefix: string, text: string): Co {
  if (!ed.options.incsearch || ed.flavour !== "vim") return;
  const { pattern } = splitSearch(text, prefix);
  const message = ed.message;
  ed.incremental = { pattern, at: undefined };
  if (pattern === "") return;
  try {
    const found = yield* findFrom(ed, patternOf(ed, pattern), ed.cursor, prefix === "/", ed.options.wrapscan);
    ed.incremental = { pattern, at: found && { line: found.at.line, column: found.match.start } };
  } catch (error) {
    if (!(error instanceof Beep)) throw error;
    ed.incremental = undefined;
  }
  ed.message = message;
}
