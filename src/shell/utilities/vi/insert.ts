import { Beep, key } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { change, clamp, insertAt, room, setLine, spliceLines } from "./buffer.ts";
import { yamlIndent } from "./indent.ts";
import { CR, ctrl, ESC, isSpecial, KEY } from "../screen/keys.ts";
import { pointed } from "./mouse.ts";
import { shiftWidth } from "./options.ts";
import { register } from "./registers.ts";
import type { Editor, Position } from "./state.ts";
import { lineOf } from "./state.ts";
import { charAt, classOf, displayColumn, indentText, indentWidth, makeIndent, nextColumn, previousColumn } from "./text.ts";
import { complete, move } from "./insert-moves.ts";
import { command } from "./normal.ts";

/** What is being typed in insert mode. */
export interface Session {
  /** Where typing began: without 'start' in 'backspace' one cannot go back beyond. */
  readonly replace: boolean;
  /** What the line began with when it was opened, if nothing has been typed on it since. */
  indented: boolean;
  /** What was typed, as far as it can be typed again: for a count and for `.`. */
  typed: string;
  /** The characters that Replace mode has typed over, for Backspace. */
  over: (string | undefined)[];
  moved: boolean;
  /** Where typing began: Control-U and Control-W stop there at first. */
  start: Position;
}
const at = (line: number, column: number) => ({ line, column });
/** Whether lines are indented by what they say. */
const knowsYaml = (ed: Editor): boolean => ed.filetype === "yaml" && ed.features.indent && !ed.options.paste;

/** Insert mode, from here until Escape. */
export function* openInsert(
  ed: Editor,
  how: { readonly count?: number; readonly replace?: boolean; readonly indent?: boolean; readonly again?: (typed: string) => void } = {},
): Co {
  change(ed);
  ed.mode = how.replace ? "replace" : "insert";
  ed.message = undefined;
  clamp(ed);
  const s: Session = { replace: how.replace ?? false, indented: how.indent ?? false, typed: "", over: [], moved: false, start: ed.cursor };
  const started = ed.cursor;
  for (;;) {
    const k = yield* key(ed);
    if (k === ESC || k === ctrl("C") || k === KEY.insert) {
      if (k !== KEY.insert) break;
      ed.mode = ed.mode === "replace" ? "insert" : "replace";
      continue;
    }
    try {
      yield* insertKey(ed, s, k);
    } catch (error) {
      if (!(error instanceof Beep)) throw error;
      ed.bell++;
    }
  }
  const count = s.moved ? 1 : (how.count ?? 1);
  if (count > 1) room(ed, count * (s.typed.length + 1), 200_000);
  if (count > 1)
    for (let n = 1; n < count; n++)
      if (how.again) how.again(s.typed);
      else for (const k of s.typed) typeKey(ed, { ...s, over: [] }, k);
  if (s.indented && lineOf(ed).trim() === "") {
    setLine(ed, ed.cursor.line, "");
    ed.cursor = at(ed.cursor.line, 0);
  }
  ed.lastInsert = s.typed.replaceAll(CR, "\n");
  ed.lastInsertAt = ed.cursor;
  ed.marks["^"] = ed.cursor;
  ed.marks["["] = started;
  ed.marks["]"] = ed.cursor;
  ed.mode = "normal";
  if (ed.cursor.column > 0) ed.cursor = at(ed.cursor.line, previousColumn(lineOf(ed), ed.cursor.column));
  clamp(ed);
}

/** A key in insert mode. */
function* insertKey(ed: Editor, s: Session, k: string): Co {
  switch (k) {
    case ctrl("R"): {
      const name = yield* key(ed);
      if ([ctrl("R"), ctrl("O"), ctrl("P")].includes(name)) return yield* insertKey(ed, s, k);
      const { kind, text } = register(ed, name);
      for (const c of text.join(CR) + (kind === "line" ? CR : "")) literal(ed, s, c);
      return;
    }
    case ctrl("V"):
    case ctrl("Q"):
      return literal(ed, s, yield* verbatim(ed));
    case ctrl("A"):
      for (const c of ed.lastInsert) typeKey(ed, s, c === "\n" ? CR : c);
      return;
    case KEY.mouse:
      pointed(ed);
      s.start = ed.cursor;
      s.moved = true;
      s.typed = "";
      return;
    case KEY.pasteStart:
      return yield* paste(ed, s);
    case ctrl("N"):
    case ctrl("P"):
      return complete(ed, s, k === ctrl("N") ? 1 : -1);
    case KEY.left:
    case KEY.right:
    case KEY.up:
    case KEY.down:
    case KEY.home:
    case KEY.end:
    case KEY.wordLeft:
    case KEY.wordRight:
    case KEY.pageUp:
    case KEY.pageDown:
      return yield* move(ed, s, k);
    case ctrl("O"): {
      const { mode } = ed;
      ed.mode = "normal";
      ed.once = true;
      try {
        yield* command(ed);
      } finally {
        ed.once = false;
        ed.mode = mode;
      }
      s.start = ed.cursor;
      s.moved = true;
      s.typed = "";
      return;
    }
    default:
      if (isSpecial(k) && k !== KEY.delete) return;
      typeKey(ed, s, k);
  }
}
/** Control-V: the next key as it is, or a character by its number. */
export function* verbatim(ed: Editor): Co<string> {
  const first = yield* key(ed);
  if (first === "u") {
    let hex = "";
    while (hex.length < 4) {
      const k = yield* key(ed);
      if (!/[0-9a-fA-F]/.test(k)) break;
      hex += k;
    }
    return hex === "" ? "u" : String.fromCodePoint(Number.parseInt(hex, 16));
  }
  if (!/\d/.test(first)) return first;
  let digits = first;
  while (digits.length < 3) {
    const k = yield* key(ed);
    if (!/\d/.test(k)) break;
    digits += k;
  }
  return String.fromCharCode(Number(digits) & 255);
}

/** A terminal's paste: as it is, with no indent of ours. */
function* paste(ed: Editor, s: Session): Co {
  let text = "";
  for (let k = yield* key(ed); k !== KEY.pasteEnd; k = yield* key(ed)) if (!isSpecial(k)) text += k;
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  ed.cursor = insertAt(ed, ed.cursor, lines);
  s.indented = false;
  s.typed += lines.join(CR);
}

/** A key that types, or takes back what was typed. */
function typeKey(ed: Editor, s: Session, k: string): void {
  const { line, column } = ed.cursor;
  const text = lineOf(ed);
  switch (k) {
    case CR:
    case "\n":
      s.typed += CR;
      return newLine(ed, s);
    case "\x7f":
    case "\b":
      s.typed = s.typed.slice(0, -1);
      return backspace(ed, s);
    case ctrl("W"):
      return eraseTo(ed, s, wordStart(text, column));
    case ctrl("U"): {
      const indent = indentText(text).length;
      return eraseTo(ed, s, column > indent ? indent : 0);
    }
    case KEY.delete:
      if (column < text.length) setLine(ed, line, text.slice(0, column) + text.slice(nextColumn(text, column)));
      else if (line + 1 < ed.lines.length) spliceLines(ed, line, 2, [text + lineOf(ed, line + 1)]);
      return;
    case "\t":
      s.typed += k;
      return tab(ed, s);
    case ctrl("T"):
    case ctrl("D"): {
      const old = indentText(text);
      const step = shiftWidth(ed.options);
      const width = indentWidth(text, ed.options.tabstop);
      const wanted = k === ctrl("T") ? (Math.floor(width / step) + 1) * step : Math.max(0, (Math.ceil(width / step) - 1) * step);
      const indent = makeIndent(wanted, ed.options);
      setLine(ed, line, indent + text.slice(old.length));
      ed.cursor = at(line, Math.max(0, column + indent.length - old.length));
      return;
    }
    case ctrl("E"):
    case ctrl("Y"): {
      const other = lineOf(ed, line + (k === ctrl("E") ? 1 : -1));
      const c = charAt(other, column);
      if (c !== "") literal(ed, s, c);
      return;
    }
    default:
      if (k < " ") return;
      literal(ed, s, k);
      electric(ed, k);
  }
}

/** Lines of YAML find their place when a key, a list's dash or a bracket is typed. */
function electric(ed: Editor, k: string): void {
  if (!knowsYaml(ed) || !":-#}]".includes(k)) return;
  const text = lineOf(ed);
  const indent = indentText(text);
  if (k !== ":" && ed.cursor.column !== indent.length + 1) return;
  const wanted = makeIndent(yamlIndent(ed, ed.cursor.line), ed.options);
  if (wanted === indent) return;
  setLine(ed, ed.cursor.line, wanted + text.slice(indent.length));
  ed.cursor = at(ed.cursor.line, ed.cursor.column + wanted.length - indent.length);
}

function literal(ed: Editor, s: Session, k: string): void {
  if (k === CR || k === "\n") return newLine(ed, { ...s, indented: false });
  const { line, column } = ed.cursor;
  const text = lineOf(ed);
  s.indented = false;
  s.typed += k;
  const replaced = ed.mode === "replace" && column < text.length ? charAt(text, column) : undefined;
  if (ed.mode === "replace") s.over.push(replaced);
  setLine(ed, line, text.slice(0, column) + k + text.slice(column + (replaced?.length ?? 0)));
  ed.cursor = at(line, column + k.length);
  const { textwidth } = ed.options;
  if (textwidth > 0 && !ed.options.paste && k !== " " && displayColumn(lineOf(ed), ed.cursor.column, ed.options.tabstop) > textwidth)
    fold(ed);
}
/** Breaks a line that has become longer than 'textwidth'. */
function fold(ed: Editor): void {
  const { line, column } = ed.cursor;
  const text = lineOf(ed);
  const blank = text.slice(0, column).search(/\s+\S*$/);
  if (blank <= indentText(text).length) return;
  const rest = text.slice(blank).trimStart();
  const indent = ed.options.autoindent ? indentText(text) : "";
  const before = text.length - column;
  spliceLines(ed, line, 1, [text.slice(0, blank), indent + rest]);
  ed.cursor = at(line + 1, (indent + rest).length - before);
}

/** The indent of a line that is opened next to another. */
export function newIndent(ed: Editor, from: string, line: number): string {
  if (ed.options.paste) return "";
  if (knowsYaml(ed)) return makeIndent(yamlIndent(ed, line), ed.options);
  if (!ed.options.autoindent && !ed.options.smartindent) return "";
  const width = indentWidth(from, ed.options.tabstop);
  if (ed.options.smartindent && /\{\s*$/.test(from)) return makeIndent(width + shiftWidth(ed.options), ed.options);
  return ed.options.expandtab ? makeIndent(width, ed.options) : indentText(from);
}
/** `# ` where the line before is a comment ('formatoptions' r and o). */
export function leader(ed: Editor, from: string): string {
  return ed.filetype === "yaml" && ed.features.plugin && !ed.options.paste ? (/^\s*(# ?)/.exec(from)?.[1] ?? "").replace(/#$/, "# ") : "";
}

function newLine(ed: Editor, s: Session): void {
  const { line, column } = ed.cursor;
  const text = lineOf(ed);
  if (ed.mode === "replace") s.over.push(undefined);
  const head = text.slice(0, column);
  const tail = text.slice(column);
  const indents = ed.options.autoindent || ed.options.smartindent || knowsYaml(ed);
  const kept = s.indented && head.trim() === "" ? "" : indents ? head.replace(/[ \t]+$/, "") : head;
  const old = s.indented && head.trim() === "" ? head : text;
  spliceLines(ed, line, 1, [kept, tail]);
  const comment = leader(ed, old);
  const indent = comment === "" ? newIndent(ed, old, line + 1) : indentText(old);
  const start = indent + comment;
  setLine(ed, line + 1, start + (indents ? tail.trimStart() : tail));
  ed.cursor = at(line + 1, start.length);
  s.indented = indent !== "" && comment === "";
}

function backspace(ed: Editor, s: Session): void {
  const { line, column } = ed.cursor;
  const text = lineOf(ed);
  if (ed.mode === "replace") {
    if (s.over.length === 0) return void (column > 0 && (ed.cursor = at(line, previousColumn(text, column))));
    const was = s.over.pop();
    const from = previousColumn(text, column);
    setLine(ed, line, text.slice(0, from) + (was ?? "") + text.slice(column));
    ed.cursor = at(line, from);
    return;
  }
  if (column === 0) {
    if (line === 0) throw new Beep();
    const above = lineOf(ed, line - 1);
    spliceLines(ed, line - 1, 2, [above + text]);
    ed.cursor = at(line - 1, above.length);
    return;
  }
  const head = text.slice(0, column);
  const step = ed.options.softtabstop > 0 ? ed.options.softtabstop : ed.options.softtabstop < 0 ? shiftWidth(ed.options) : 0;
  let from = previousColumn(text, column);
  if (step > 0 && !ed.options.paste && /[ \t]$/.test(head)) {
    const width = displayColumn(text, column, ed.options.tabstop);
    const wanted = Math.floor((width - 1) / step) * step;
    from = column;
    while (from > 0 && /[ \t]/.test(text[from - 1] as string) && displayColumn(text, from, ed.options.tabstop) > wanted) from--;
    const gap = wanted - displayColumn(text, from, ed.options.tabstop);
    if (gap > 0) {
      setLine(ed, line, text.slice(0, from) + " ".repeat(gap) + text.slice(column));
      ed.cursor = at(line, from + gap);
      return;
    }
  }
  setLine(ed, line, text.slice(0, from) + text.slice(column));
  ed.cursor = at(line, from);
}
function wordStart(text: string, column: number): number {
  let from = column;
  while (from > 0 && classOf(text[from - 1], false) === 0) from--;
  const kind = classOf(text[from - 1], false);
  while (from > 0 && classOf(text[from - 1], false) === kind) from--;
  return from;
}
function eraseTo(ed: Editor, s: Session, wanted: number): void {
  const { line, column } = ed.cursor;
  if (column === 0) return backspace(ed, s);
  const from = s.start.line === line && s.start.column < column ? Math.max(wanted, s.start.column) : wanted;
  s.typed = s.typed.slice(0, Math.max(0, s.typed.length - (column - from)));
  const text = lineOf(ed);
  setLine(ed, line, text.slice(0, from) + text.slice(column));
  ed.cursor = at(line, from);
}

function tab(ed: Editor, s: Session): void {
  const { line, column } = ed.cursor;
  const text = lineOf(ed);
  const { expandtab, tabstop, paste: raw } = ed.options;
  const step = ed.options.softtabstop > 0 ? ed.options.softtabstop : ed.options.softtabstop < 0 ? shiftWidth(ed.options) : tabstop;
  s.indented = false;
  const from = displayColumn(text, column, tabstop);
  const blanks = (n: number): void => {
    setLine(ed, line, `${text.slice(0, column)}${" ".repeat(n)}${text.slice(column)}`);
    ed.cursor = at(line, column + n);
  };
  if (raw || (!expandtab && step === tabstop)) {
    setLine(ed, line, `${text.slice(0, column)}\t${text.slice(column)}`);
    ed.cursor = at(line, column + 1);
  } else if (expandtab) blanks(step - (from % step));
  else {
    // Blanks before it and the step together may make a tab.
    const start = column - (/ *$/.exec(text.slice(0, column))?.[0].length ?? 0);
    const begin = displayColumn(text, start, tabstop);
    const wanted = from + step - (from % step);
    let [fill, width] = ["", begin];
    while (Math.floor(width / tabstop) * tabstop + tabstop <= wanted) {
      fill += "\t";
      width = Math.floor(width / tabstop) * tabstop + tabstop;
    }
    fill += " ".repeat(wanted - width);
    setLine(ed, line, text.slice(0, start) + fill + text.slice(column));
    ed.cursor = at(line, start + fill.length);
  }
}
