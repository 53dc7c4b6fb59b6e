import type { Ask, Co, FileText, Ran, Written } from "../screen/ask.ts";
import { CR, ctrl, ESC, isSpecial, KEY } from "../screen/keys.ts";
import { columnAt } from "../vi/text.ts";
import {
  cut,
  deleteNext,
  deletePrevious,
  indentLines,
  insert,
  justify,
  nextWord,
  paste,
  previousWord,
  shownColumn,
  travel,
} from "./edit.ts";
import type { Opening } from "./main.ts";
import { goToLine, readPrompt, replace, search, searchAgain } from "./prompts.ts";
import { load, type Nano } from "./state.ts";

export const ask = function* <T>(question: Ask): Co<T> {
  return (yield question) as T;
};
const MOVES = new Set<string>([KEY.left, KEY.right, KEY.up, KEY.down, KEY.home, KEY.end]);
const count = (lines: number, verb: string): string => `[ ${verb} ${lines} line${lines === 1 ? "" : "s"} ]`;

/** Edits until it is over: asks for keys and files. */
export function* nano(n: Nano, o: Opening): Co<number> {
  n.help = true;
  if (o.file !== undefined) yield* open(n, o.file);
  else n.message = "[ Welcome to nano.  For basic help, type Ctrl+G. ]";
  if (o.line > 0) n.cursor = { line: Math.min(o.line, n.lines.length) - 1, column: Math.max(0, o.column - 1) };
  while (n.quit === undefined) {
    const k = yield* ask<string>({ ask: "key" });
    const { cutting } = n;
    // What was said stays while one types and moves.
    if (k < " " || (isSpecial(k) && !MOVES.has(k))) n.message = "";
    n.found = undefined;
    const cursor = n.cursor;
    yield* press(n, k);
    if (n.cutting && cutting && k !== ctrl("K")) n.cutting = false;
    else if (k !== ctrl("K") && !(k === ESC)) n.cutting = false;
    if (
      cursor !== n.cursor &&
      k !== KEY.up &&
      k !== KEY.down &&
      k !== ctrl("P") &&
      k !== ctrl("N") &&
      k !== KEY.pageUp &&
      k !== KEY.pageDown
    )
      n.want = shownColumn(n);
  }
  return n.quit;
}

function* open(n: Nano, name: string): Co {
  n.name = name;
  const file = yield* ask<FileText>({ ask: "read", path: name });
  if (file.directory) {
    n.name = "";
    n.message = `[ "${name}" is a directory ]`;
  } else if (file.error === "ENOENT") n.message = "[ New File ]";
  else if (file.error !== undefined) {
    n.name = "";
    n.message = `[ Error reading ${name}: Permission denied ]`;
  } else {
    const lines = load(n, file.text ?? "");
    n.message = file.readonly ? `[ File '${name}' is unwritable ]` : count(lines, "Read");
  }
}

const up = (n: Nano, by: number): void => {
  const line = Math.max(0, Math.min(n.lines.length - 1, n.cursor.line + by));
  n.cursor = { line, column: columnAt(n.lines[line] ?? "", n.want, n.tabsize) };
};
const room = (n: Nano): number => Math.max(1, n.rows - 4);

function* press(n: Nano, k: string): Co {
  const text = n.lines[n.cursor.line] ?? "";
  const { line, column } = n.cursor;
  const changes = !isSpecial(k)
    ? k >= " " ||
      [ctrl("D"), ctrl("H"), ctrl("I"), ctrl("J"), ctrl("K"), ctrl("M"), ctrl("U"), ctrl("R"), ctrl("T"), ctrl("\\")].includes(k)
    : k === KEY.delete;
  if (n.readonly && changes && k !== "\x1b") {
    n.message = "[ Key is invalid in view mode ]";
    return;
  }
  switch (k) {
    case KEY.left:
    case ctrl("B"):
      n.cursor =
        column > 0 ? { line, column: column - 1 } : line > 0 ? { line: line - 1, column: (n.lines[line - 1] ?? "").length } : n.cursor;
      return;
    case KEY.right:
    case ctrl("F"):
      n.cursor = column < text.length ? { line, column: column + 1 } : line + 1 < n.lines.length ? { line: line + 1, column: 0 } : n.cursor;
      return;
    case KEY.up:
    case ctrl("P"):
      return up(n, -1);
    case KEY.down:
    case ctrl("N"):
      return up(n, 1);
    case KEY.pageUp:
    case ctrl("Y"):
      n.top = Math.max(0, n.top - room(n) + 2);
      return up(n, -(room(n) - 2));
    case KEY.pageDown:
    case ctrl("V"):
      return up(n, room(n) - 2);
    case KEY.home:
    case ctrl("A"):
      n.cursor = { line, column: 0 };
      return;
    case KEY.end:
    case ctrl("E"):
      n.cursor = { line, column: text.length };
      return;
    case KEY.wordLeft:
      n.cursor = previousWord(n);
      return;
    case KEY.wordRight:
      n.cursor = nextWord(n);
      return;
    case "\x7f":
    case ctrl("H"):
      return deletePrevious(n);
    case KEY.delete:
    case ctrl("D"):
      return deleteNext(n);
    case CR:
      return insert(n, `\n${n.autoindent ? (/^[ \t]*/.exec(text.slice(0, column))?.[0] ?? "") : ""}`, "line break");
    case "\t":
      if (n.mark) return indentLines(n, 1);
      return insert(n, n.tabsToSpaces ? " ".repeat(n.tabsize - (shownColumn(n) % n.tabsize)) : "\t");
    case KEY.backTab:
      return indentLines(n, -1);
    case ctrl("K"):
      return cut(n, false);
    case ctrl("U"):
      return paste(n);
    case ctrl("J"):
      return justify(n);
    case ctrl("C"):
      return location(n);
    case ctrl("O"):
      yield* save(n);
      return;
    case ctrl("S"):
      yield* write(n, n.name);
      return;
    case ctrl("X"):
      return yield* leave(n);
    case ctrl("R"):
      return yield* insertFile(n);
    case ctrl("T"):
      return yield* execute(n);
    case ctrl("W"):
      return yield* search(n, false);
    case ctrl("Q"):
      return yield* search(n, true);
    case ctrl("\\"):
      return yield* replace(n);
    case "\x1f":
      return yield* goToLine(n);
    case ctrl("G"):
    case KEY.help:
      return yield* showHelp(n);
    case ctrl("Z"):
      n.message = "[ Use ^T^Z to suspend ]";
      return;
    case ctrl("L"):
      return;
    case KEY.pasteStart: {
      let pasted = "";
      for (let c = yield* ask<string>({ ask: "key" }); c !== KEY.pasteEnd; c = yield* ask<string>({ ask: "key" }))
        if (!isSpecial(c)) pasted += c;
      return insert(n, pasted.replace(/\r\n?/g, "\n"), "paste");
    }
    case ESC:
      return yield* meta(n, yield* ask<string>({ ask: "key" }));
    default:
      if (k >= " " && !isSpecial(k)) insert(n, k);
      else n.message = "[ Unbound key ]";
  }
}

function* meta(n: Nano, k: string): Co {
  switch (k.toLowerCase()) {
    case "u":
      return travel(n, "undo");
    case "e":
      return travel(n, "redo");
    case "a":
    case "^":
      n.mark = n.mark ? undefined : n.cursor;
      n.message = n.mark ? "[ Mark Set ]" : "[ Mark Unset ]";
      return;
    case "6":
      return cut(n, true);
    case "\\":
    case "|":
      n.cursor = { line: 0, column: 0 };
      return;
    case "/":
    case "?":
      n.cursor = { line: n.lines.length - 1, column: (n.lines.at(-1) ?? "").length };
      return;
    case "g":
      return yield* goToLine(n);
    case "r":
      return yield* replace(n);
    case "w":
      return searchAgain(n, false);
    case "q":
      return searchAgain(n, true);
    case "n":
      n.numbers = !n.numbers;
      n.message = `[ Line numbering ${n.numbers ? "enabled" : "disabled"} ]`;
      return;
    case "i":
      n.autoindent = !n.autoindent;
      n.message = `[ Auto indent ${n.autoindent ? "enabled" : "disabled"} ]`;
      return;
    case "o":
      n.tabsToSpaces = !n.tabsToSpaces;
      n.message = `[ Conversion of typed tabs to spaces ${n.tabsToSpaces ? "enabled" : "disabled"} ]`;
      return;
    case "x":
      n.help = !n.help;
      return;
    case "}":
      return indentLines(n, 1);
    case "{":
      return indentLines(n, -1);
    case " ":
      n.cursor = nextWord(n);
      return;
    default:
      n.message = "[ Unbound key ]";
  }
}

/** `[ line  1/4 (25%), col  2/ 9 ( 22%), char  1/20 ( 5%) ]`. */
function location(n: Nano): void {
  const text = n.lines[n.cursor.line] ?? "";
  const all = n.lines.join("\n").length;
  const here = n.lines.slice(0, n.cursor.line).reduce((sum, l) => sum + l.length + 1, 0) + n.cursor.column;
  const [line, lines] = [n.cursor.line + 1, n.lines.length];
  const [column, width] = [shownColumn(n) + 1, text.length + 1];
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : Math.floor((part * 100) / whole));
  const pad = (value: number, whole: number): string => String(value).padStart(String(whole).length);
  n.message = `[ line ${pad(line, lines).padStart(2)}/${lines} (${share(line, lines)}%), col ${String(column).padStart(2)}/${String(width).padStart(2)} (${String(share(column, width)).padStart(3)}%), char ${pad(here, all)}/${all} (${String(share(here, all)).padStart(2)}%) ]`;
}

/** The answer is whether it was written. */
function* save(n: Nano): Co<boolean> {
  const name = yield* readPrompt(n, "File Name to Write: ", "write", n.name);
  if (name === undefined || name === "") {
    n.message = "[ Cancelled ]";
    return false;
  }
  if (name !== n.name) {
    const there = yield* ask<FileText>({ ask: "read", path: name });
    if (there.error !== "ENOENT" && !(yield* yesNo(n, `File "${name}" exists; OVERWRITE? `))) return false;
  }
  return yield* write(n, name);
}
function* write(n: Nano, name: string): Co<boolean> {
  if (name === "") return yield* save(n);
  const lines = n.lines.at(-1) === "" ? n.lines.slice(0, -1) : n.lines;
  const newline = n.dos ? "\r\n" : "\n";
  const text = lines.length === 0 ? "" : lines.join(newline) + newline;
  const done = yield* ask<Written>({ ask: "write", path: name, text });
  if (done.error !== undefined) {
    const why =
      {
        EACCES: "Permission denied",
        ENOENT: "No such file or directory",
        EISDIR: "Is a directory",
        ENOSPC: "No space left on device",
        EROFS: "Read-only file system",
      }[done.error] ?? done.error;
    n.message = `[ Error writing ${name}: ${why} ]`;
    return false;
  }
  n.name = name;
  n.modified = false;
  n.message = count(lines.length, "Wrote");
  return true;
}
/** Undefined: neither. */
export function* yesNo(n: Nano, label: string): Co<boolean | undefined> {
  n.prompt = { label, text: "", at: 0, help: "yes" };
  for (;;) {
    const k = (yield* ask<string>({ ask: "key" })).toLowerCase();
    if (k !== "y" && k !== "n" && k !== ctrl("C")) continue;
    n.prompt = undefined;
    if (k === ctrl("C")) n.message = "[ Cancelled ]";
    return k === ctrl("C") ? undefined : k === "y";
  }
}
function* leave(n: Nano): Co {
  if (!n.modified) {
    n.quit = 0;
    return;
  }
  const answer = yield* yesNo(n, "Save modified buffer? ");
  if (answer === undefined) return;
  if (!answer || (yield* save(n))) n.quit = 0;
}
function* insertFile(n: Nano): Co {
  const name = yield* readPrompt(n, "File to insert [from ./]: ", "line");
  if (!name) {
    n.message = "[ Cancelled ]";
    return;
  }
  const file = yield* ask<FileText>({ ask: "read", path: name });
  if (file.text === undefined) n.message = file.directory ? `[ "${name}" is a directory ]` : `[ File "${name}" not found ]`;
  else {
    insert(n, file.text, "insertion");
    n.message = count(file.text.replace(/\n$/, "").split("\n").length, "Read");
  }
}
function* execute(n: Nano): Co {
  const command = yield* readPrompt(n, "Command to execute: ", "line");
  if (!command) {
    n.message = "[ Cancelled ]";
    return;
  }
  const { output } = yield* ask<Ran>({ ask: "shell", command, capture: true });
  insert(n, output, "insertion");
}
function* showHelp(n: Nano): Co {
  const kept = { lines: n.lines, cursor: n.cursor, top: n.top, name: n.name, mark: n.mark, modified: n.modified };
  Object.assign(n, {
    lines: HELP_TEXT,
    cursor: { line: 0, column: 0 },
    top: 0,
    name: "Main nano help text",
    mark: undefined,
    modified: false,
  });
  for (let k = ""; k !== ctrl("X") && k !== "q";) {
    k = yield* ask<string>({ ask: "key" });
    if (k === KEY.down || k === ctrl("V") || k === " ") up(n, k === KEY.down ? 1 : room(n));
    if (k === KEY.up || k === ctrl("Y")) up(n, k === KEY.up ? -1 : -room(n));
  }
  Object.assign(n, kept);
}
const HELP_TEXT = [
  " The keys below work in this nano. ^ means Ctrl, M- means Alt (or Esc first).",
  "",
  "^G  This help (^X leaves it)        ^X  Leave nano",
  "^O  Write the buffer to a file      ^S  Write it under its own name",
  "^R  Insert a file                   ^T  Insert what a command prints",
  "^W  Search; M-W again, M-Q backwards",
  "^\\  Replace                         ^/  Go to a line and column",
  "^K  Cut the line or what is marked  M-6 Copy it",
  "^U  Paste                           M-A Set or unset the mark",
  "M-U Undo                            M-E Redo",
  "^J  Justify the paragraph           ^C  Tell where the cursor is",
  "^A  To the line's beginning         ^E  To its end",
  "^Y  A page up                       ^V  A page down",
  "M-\\ To the first line               M-/ To the last line",
  "^D  Delete this character           ^H  Delete the one before",
  "M-} Indent                          M-{ Unindent",
  "M-N Line numbers                    M-I Auto indent",
  "M-O Tabs become blanks              M-X These keys at the bottom",
];
