import type { Co } from "../screen/ask.ts";
import { CR, ctrl, ESC, isSpecial, KEY } from "../screen/keys.ts";
import { ask } from "./nano.ts";
import { changed, changing, type Nano, type Place, type Prompt } from "./state.ts";

/** Reads a line at the bottom. Undefined: it was given up. */
export function* readPrompt(
  n: Nano,
  label: string,
  help: Prompt["help"],
  start = "",
  keys: (k: string) => string | undefined = () => undefined,
): Co<string | undefined> {
  let [text, at, past] = [start, start.length, n.history.length];
  const set = (next: string, column = next.length): void => void ([text, at] = [next.slice(0, 4000), column]);
  for (;;) {
    n.prompt = { label, text, at, help };
    const k = yield* ask<string>({ ask: "key" });
    const own = keys(k);
    if (k === ctrl("C") || own !== undefined) {
      n.prompt = undefined;
      return own;
    }
    if (k === CR) break;
    if (k === "\x7f" || k === ctrl("H")) {
      if (at > 0) set(text.slice(0, at - 1) + text.slice(at), at - 1);
    } else if (k === KEY.delete || k === ctrl("D")) set(text.slice(0, at) + text.slice(at + 1), at);
    else if (k === ctrl("U") || k === ctrl("K")) set("");
    else if (k === KEY.left) at = Math.max(0, at - 1);
    else if (k === KEY.right) at = Math.min(text.length, at + 1);
    else if (k === KEY.home || k === ctrl("A")) at = 0;
    else if (k === KEY.end || k === ctrl("E")) at = text.length;
    else if (k === KEY.up || k === ctrl("P")) {
      if (past > 0) set(n.history[--past] as string);
    } else if (k === KEY.down || k === ctrl("N")) {
      if (past < n.history.length) set(n.history[++past] ?? "");
    } else if (k === ESC) {
      const meta = keys(`M-${(yield* ask<string>({ ask: "key" })).toLowerCase()}`);
      if (meta !== undefined) {
        n.prompt = undefined;
        return meta;
      }
    } else if (k >= " " && !isSpecial(k)) set(text.slice(0, at) + k + text.slice(at), at + k.length);
  }
  n.prompt = undefined;
  if (text !== "" && help === "search") n.history = [...n.history.filter((h) => h !== text), text].slice(-100);
  return text;
}

/** The next place of a text after (or before) another, round the buffer. */
function find(n: Nano, what: string, from: Place, backwards: boolean, here: boolean): Place | undefined {
  const fold = (s: string): string => (n.caseSensitive ? s : s.toLowerCase());
  const wanted = fold(what);
  const total = n.lines.length;
  for (let step = 0; step <= total; step++) {
    const line = (((backwards ? from.line - step : from.line + step) % total) + total) % total;
    const text = fold(n.lines[line] ?? "");
    let column: number;
    if (backwards) {
      const limit = step === 0 ? from.column - 1 : Infinity;
      column = limit < 0 ? -1 : text.lastIndexOf(wanted, limit);
    } else column = text.indexOf(wanted, step === 0 ? from.column + (here ? 0 : 1) : 0);
    if (column >= 0) return { line, column };
  }
  return undefined;
}

function goTo(n: Nano, what: string, backwards: boolean): void {
  const from = n.cursor;
  const to = find(n, what, from, backwards, false);
  if (!to) {
    n.message = `[ "${what}" not found ]`;
    return;
  }
  n.cursor = to;
  n.found = { line: to.line, from: to.column, to: to.column + what.length };
  const wrapped = backwards
    ? to.line > from.line || (to.line === from.line && to.column > from.column)
    : to.line < from.line || (to.line === from.line && to.column < from.column);
  if (to.line === from.line && to.column === from.column) n.message = "[ This is the only occurrence ]";
  else if (wrapped) n.message = "[ Search Wrapped ]";
}
function toggles(n: Nano): (k: string) => string | undefined {
  return (k) => {
    if (k === "M-c") n.caseSensitive = !n.caseSensitive;
    if (k === "M-b") n.backwards = !n.backwards;
    return k === ctrl("R") ? "\x12" : k === ctrl("T") ? "\x14" : undefined;
  };
}
const how = (n: Nano): string => `${n.caseSensitive ? " [Case Sensitive]" : ""}${n.backwards ? " [Backwards]" : ""}`;

export function* search(n: Nano, backwards: boolean): Co {
  n.backwards = backwards;
  const again = n.searched === "" ? "" : ` [${n.searched}]`;
  const what = yield* readPrompt(n, `Search${how(n)}${again}: `, "search", "", toggles(n));
  if (what === "\x12") return yield* replace(n);
  if (what === "\x14") return yield* goToLine(n);
  if (what === undefined || (what === "" && n.searched === "")) {
    n.message = "[ Cancelled ]";
    return;
  }
  if (what !== "") n.searched = what;
  goTo(n, n.searched, n.backwards);
}
export function searchAgain(n: Nano, backwards: boolean): void {
  if (n.searched === "") n.message = "[ No current search pattern ]";
  else goTo(n, n.searched, backwards);
}

export function* replace(n: Nano): Co {
  const again = n.searched === "" ? "" : ` [${n.searched}]`;
  const what = yield* readPrompt(n, `Search (to replace)${how(n)}${again}: `, "search", "", toggles(n));
  const wanted = what === "" ? n.searched : what;
  if (what === undefined || wanted === undefined || wanted === "" || what === "\x12" || what === "\x14") {
    n.message = "[ Cancelled ]";
    return;
  }
  n.searched = wanted;
  const by = yield* readPrompt(n, "Replace with: ", "line");
  if (by === undefined) {
    n.message = "[ Cancelled ]";
    return;
  }
  const began = n.cursor;
  let [done, all, wrapped] = [0, false, false];
  let from = n.cursor;
  for (let first = true; done < 100_000; first = false) {
    const at = find(n, wanted, from, false, first || done > 0 || from.column === 0);
    if (!at) break;
    const back = at.line < from.line || (at.line === from.line && at.column < from.column);
    if (back) wrapped = true;
    if (wrapped && (at.line > began.line || (at.line === began.line && at.column >= began.column))) break;
    let answer = "y";
    if (!all) {
      n.cursor = at;
      n.found = { line: at.line, from: at.column, to: at.column + wanted.length };
      n.prompt = { label: "Replace this instance? ", text: "", at: 0, help: "all" };
      do answer = (yield* ask<string>({ ask: "key" })).toLowerCase();
      while (!"yna".includes(answer) && answer !== ctrl("C"));
      n.prompt = undefined;
      n.found = undefined;
    }
    if (answer === ctrl("C")) break;
    if (answer === "a") all = true;
    if (answer === "n") {
      from = { line: at.line, column: at.column + wanted.length };
      continue;
    }
    changing(n, "replacement");
    const text = n.lines[at.line] ?? "";
    n.lines[at.line] = text.slice(0, at.column) + by + text.slice(at.column + wanted.length);
    from = { line: at.line, column: at.column + by.length };
    changed(n, from);
    done++;
  }
  if (all) n.cursor = began;
  n.message = done === 0 ? `[ "${wanted}" not found ]` : `[ Replaced ${done} occurrence${done === 1 ? "" : "s"} ]`;
}

export function* goToLine(n: Nano): Co {
  const text = yield* readPrompt(n, "Enter line number, column number: ", "line");
  const m = /^\s*(-?\d+)?\s*(?:[,. ]\s*(-?\d+))?\s*$/.exec(text ?? "x");
  if (!m || (m[1] === undefined && m[2] === undefined)) {
    n.message = text === undefined || text === "" ? "[ Cancelled ]" : "[ Invalid line or column number ]";
    return;
  }
  const wanted = m[1] === undefined ? n.cursor.line + 1 : Number(m[1]);
  const line = Math.max(0, Math.min(n.lines.length - 1, wanted < 0 ? n.lines.length + wanted : wanted - 1));
  n.cursor = { line, column: Math.max(0, Math.min((n.lines[line] ?? "").length, Number(m[2] ?? 1) - 1)) };
}
