import { Beep, beep, key } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { before, change, clamp, cursorColumn, finish, mapRegion, type Region, regionText, removeRegion, spliceLines } from "./buffer.ts";
import { ctrl, ESC, KEY } from "../screen/keys.ts";
import { pointed } from "./mouse.ts";
import { gMotion, motion } from "./motions.ts";
import { textObject } from "./objects.ts";
import { insertInBlock, joinLines, OPERATORS, put } from "./operators.ts";
import { runPrompt } from "./ex/run.ts";
import { checkRegister, keep, register } from "./registers.ts";
import { openInsert } from "./insert.ts";
import type { Editor, Position, Register, Repeat, VisualKind } from "./state.ts";
import { lineOf } from "./state.ts";
import { displayColumn, lastColumn, nextColumn } from "./text.ts";
import { scrollKey } from "./window.ts";
import { jumped } from "./jumps.ts";
import { changeNumbers } from "./numbers.ts";

const at = (line: number, column: number): Position => ({ line, column });
export const KIND_KEYS: Readonly<Record<string, VisualKind>> = { v: "char", V: "line", [ctrl("V")]: "block" };

/** What is selected. */
export function selection(ed: Editor): Region {
  const v = ed.visual;
  if (!v) return beep();
  const [a, b] = before(ed.cursor, v.start) ? [ed.cursor, v.start] : [v.start, ed.cursor];
  if (v.kind === "line") return { kind: "line", from: a.line, to: b.line };
  if (v.kind === "char") {
    const text = lineOf(ed, b.line);
    // On an empty line, or beyond the last character, the newline is selected.
    if (b.column >= text.length && b.line + 1 < ed.lines.length) return { kind: "char", start: a, end: at(b.line + 1, 0) };
    return { kind: "char", start: a, end: at(b.line, Math.min(text.length, nextColumn(text, b.column))) };
  }
  const { tabstop } = ed.options;
  const edges = (p: Position): readonly [number, number] => {
    const text = lineOf(ed, p.line);
    const from = displayColumn(text, p.column, tabstop);
    return [from, Math.max(from, displayColumn(text, nextColumn(text, p.column), tabstop) - 1)];
  };
  const [x, y] = [edges(a), edges(b)];
  return {
    kind: "block",
    from: Math.min(a.line, b.line),
    to: Math.max(a.line, b.line),
    left: Math.min(x[0], y[0]),
    right: v.toEnd ? Infinity : Math.max(x[1], y[1]),
  };
}

/** Leaves visual mode, and remembers what was selected. */
export function leave(ed: Editor): void {
  if (!ed.visual) return;
  ed.lastVisual = { ...ed.visual, end: ed.cursor };
  ed.visual = undefined;
  ed.mode = "normal";
  ed.message = undefined;
  clamp(ed);
}

export function* visual(ed: Editor, kind: VisualKind, start = ed.cursor): Co {
  ed.visual = { kind, start };
  yield* visualLoop(ed, false);
}

/** Selects again as much as was selected when `.` was made. */
export function* repeatVisual(ed: Editor, r: Repeat & { readonly visual: NonNullable<Repeat["visual"]> }): Co {
  const { kind, lines, columns, toEnd } = r.visual;
  ed.visual = { kind, start: ed.cursor, ...(toEnd && { toEnd: true as const }) };
  ed.mode = "visual";
  const line = Math.min(ed.cursor.line + lines, ed.lines.length - 1);
  const text = lineOf(ed, line);
  let column = kind === "char" && lines > 0 ? columns - 1 : ed.cursor.column + columns - 1;
  column = Math.max(0, Math.min(column, lastColumn(text)));
  if (kind === "block" && !toEnd) {
    const from = displayColumn(lineOf(ed), ed.cursor.column, ed.options.tabstop);
    column = Math.min(from + columns - 1, Math.max(from, text.length - 1));
  }
  ed.cursor = at(line, column);
  yield* visualLoop(ed, true);
}

function* visualLoop(ed: Editor, repeating: boolean): Co {
  ed.mode = "visual";
  for (;;) {
    ed.pending = "";
    const captured = ed.captured;
    try {
      if ((yield* visualCommand(ed, repeating)) === "done") break;
    } catch (error) {
      if (!(error instanceof Beep)) throw error;
      if (ed.mode !== "visual" || repeating) {
        leave(ed);
        throw error;
      }
      ed.bell++;
      ed.frames = [];
      ed.captured = captured;
    }
    if (ed.visual === undefined) break;
  }
  leave(ed);
}

function* visualCommand(ed: Editor, repeating: boolean): Co<"done" | "more"> {
  let name: string | undefined;
  let count: number | undefined;
  let k = yield* key(ed);
  for (;;) {
    if (k === '"') checkRegister((name = yield* key(ed)));
    else if (/[1-9]/.test(k) || (k === "0" && count !== undefined)) count = Math.min(99_999_999, (count ?? 0) * 10 + Number(k));
    else break;
    k = yield* key(ed);
  }
  const v = ed.visual as NonNullable<Editor["visual"]>;
  if (k === ESC || k === ctrl("C") || k === ctrl("\\")) return "done";
  if (k === KEY.mouse) return pointed(ed) === "press" ? "done" : "more";
  const kind = KIND_KEYS[k];
  if (kind) {
    if (v.kind === kind) return "done";
    ed.visual = { ...v, kind };
    return "more";
  }
  if (k === "o" || k === "O") {
    const other = v.start;
    if (k === "O" && v.kind === "block") {
      ed.visual = { ...v, start: at(v.start.line, ed.cursor.column) };
      ed.cursor = at(ed.cursor.line, Math.min(other.column, lastColumn(lineOf(ed))));
    } else {
      ed.visual = { ...v, start: ed.cursor };
      ed.cursor = other;
    }
    ed.want = cursorColumn(ed);
    return "more";
  }
  if (k === ":") {
    const r = selection(ed);
    leave(ed);
    ed.cursor = r.kind === "char" ? r.start : at(r.from, ed.cursor.column);
    yield* runPrompt(ed, "'<,'>");
    return "done";
  }
  if (k === "i" || k === "a") {
    const what = yield* key(ed);
    const single = v.start.line === ed.cursor.line && v.start.column === ed.cursor.column;
    const from =
      single || before(ed.cursor, v.start) ? ed.cursor : at(ed.cursor.line, Math.min(lastColumn(lineOf(ed)), ed.cursor.column + 1));
    const r = textObject(ed, k === "a", what, count ?? 1, single ? ed.cursor : from);
    if (r.kind === "line" && what !== "p") {
      // What is between brackets on lines of their own, the last newline too.
      ed.visual = { kind: v.kind, start: at(r.from, 0) };
      ed.cursor = at(r.to, lineOf(ed, r.to).length);
    } else if (r.kind === "line") {
      ed.visual = { kind: "line", start: single ? at(r.from, 0) : v.start };
      ed.cursor = at(r.to, ed.cursor.column);
    } else if (r.kind === "char") {
      ed.visual = { kind: v.kind === "line" ? "char" : v.kind, start: single || "()[]{}<>bB\"'`t".includes(what) ? r.start : v.start };
      ed.cursor = at(r.end.line, Math.max(0, r.end.column - 1));
    }
    clamp(ed);
    ed.want = cursorColumn(ed);
    return "more";
  }
  const operation = yield* operationOf(ed, k, count);
  if (operation === MOVED) return "more";
  if (operation) {
    const r = selection(ed);
    const size = sizeOf(r);
    const keys = operation.keys;
    if (operation.changes && !repeating) ed.repeat = undefined;
    leave(ed);
    ed.cursor =
      r.kind === "char"
        ? r.start
        : r.kind === "line"
          ? at(r.from, v.kind === "line" ? ed.cursor.column : 0)
          : at(r.from, Math.min(r.left, lastColumn(lineOf(ed, r.from))));
    if (operation.changes) ed.captured = "";
    yield* operation.run(r, name);
    finish(ed);
    if (operation.changes) ed.repeat = { count, register: name, keys: keys + (ed.captured ?? ""), visual: size };
    ed.captured = undefined;
    ed.want = cursorColumn(ed);
    return "done";
  }
  if (yield* scrollKey(ed, k, count)) return "more";
  const before_ = ed.cursor;
  const target = yield* motion(ed, k, { count, operator: undefined, visual: true });
  if (!target) return beep();
  if (target.jump) jumped(ed, before_);
  ed.cursor = target.to;
  if (target.want === Infinity) ed.visual = { ...(ed.visual as typeof v), toEnd: true };
  else if (target.want !== "keep" && ed.visual?.toEnd) ed.visual = { kind: v.kind, start: v.start };
  if (target.want === Infinity) ed.cursor = at(ed.cursor.line, lineOf(ed).length);
  if (target.want !== "keep") ed.want = target.want ?? cursorColumn(ed);
  return "more";
}
function sizeOf(r: Region): NonNullable<Repeat["visual"]> {
  if (r.kind === "line") return { kind: "line", lines: r.to - r.from, columns: 1, toEnd: false };
  if (r.kind === "block") return { kind: "block", lines: r.to - r.from, columns: r.right - r.left + 1, toEnd: r.right === Infinity };
  const lines = r.end.line - r.start.line;
  return { kind: "char", lines, columns: lines > 0 ? r.end.column : r.end.column - r.start.column, toEnd: false };
}

interface Operation {
  readonly keys: string;
  readonly changes: boolean;
  run(r: Region, name: string | undefined): Co;
}
const whole = (r: Region): Region =>
  r.kind === "line"
    ? r
    : r.kind === "char"
      ? { kind: "line", from: r.start.line, to: r.end.column === 0 && r.end.line > r.start.line ? r.end.line - 1 : r.end.line }
      : { kind: "line", from: r.from, to: r.to };

function* operationOf(ed: Editor, first: string, count: number | undefined): Co<Operation | undefined> {
  const op = (name: string, keys: string, shape: (r: Region) => Region = (r) => r): Operation => ({
    keys,
    changes: name !== "y",
    *run(r, reg) {
      yield* (OPERATORS[name] as NonNullable<(typeof OPERATORS)[string]>)(ed, shape(r), { register: reg, times: count ?? 1, visual: true });
    },
  });
  const toEnd = (r: Region): Region => (r.kind === "block" ? { ...r, right: Infinity } : whole(r));
  switch (first) {
    case "d":
    case "x":
    case KEY.delete:
    case "\x7f":
      return op("d", first);
    case "X":
      return op("d", first, whole);
    case "D":
      return op("d", first, toEnd);
    case "y":
      return op("y", first);
    case "Y":
      return op("y", first, (r) => (r.kind === "block" ? r : whole(r)));
    case "c":
    case "s":
      return op("c", first);
    case "C":
      return op("c", first, toEnd);
    case "S":
    case "R":
      return op("c", first, whole);
    case ">":
    case "<":
    case "=":
      return op(first, first, (r) => (r.kind === "block" && first !== "=" ? r : whole(r)));
    case "!":
      return op(first, first, whole);
    case "~":
      return op("g~", first);
    case "u":
      return op("gu", first);
    case "U":
      return op("gU", first);
    case "J":
      return joining(ed, first, true);
    case "r": {
      const c = yield* key(ed);
      if (c === ESC) return beep();
      return {
        keys: first + c,
        changes: true,
        // oxlint-disable-next-line require-yield
        *run(r) {
          mapRegion(ed, r, (piece) => [...piece].map(() => c).join(""));
          clamp(ed);
        },
      };
    }
    case "p":
    case "P":
      return { keys: first, changes: true, run: (r, reg) => putOver(ed, r, reg, count ?? 1, first === "P") };
    case "I":
    case "A":
      return { keys: first, changes: true, run: (r) => insertAll(ed, r, first === "A") };
    case ctrl("A"):
    case ctrl("X"):
      return {
        keys: first,
        changes: true,
        // oxlint-disable-next-line require-yield
        *run(r) {
          changeNumbers(ed, r, (count ?? 1) * (first === ctrl("A") ? 1 : -1), false);
        },
      };
    case "g": {
      const second = yield* key(ed);
      if ("uU~?".includes(second)) return op(`g${second}`, `g${second}`);
      if (second === "J") return joining(ed, "gJ", false);
      if (second === ctrl("A") || second === ctrl("X"))
        return {
          keys: first + second,
          changes: true,
          // oxlint-disable-next-line require-yield
          *run(r) {
            changeNumbers(ed, r, (count ?? 1) * (second === ctrl("A") ? 1 : -1), true);
          },
        };
      if (second === "v" && ed.lastVisual) {
        const { end, ...last } = ed.lastVisual;
        const now = ed.visual;
        if (now) ed.lastVisual = { ...now, end: ed.cursor };
        ed.visual = last;
        ed.cursor = end;
        clamp(ed);
        return MOVED;
      }
      const fn = gMotion(second);
      if (!fn) return beep();
      const target = yield* fn(ed, { count, operator: undefined, visual: true }, second);
      if (target.jump) jumped(ed, ed.cursor);
      ed.cursor = target.to;
      if (target.want !== "keep") ed.want = target.want ?? cursorColumn(ed);
      return MOVED;
    }
    default:
      return undefined;
  }
}
/** `g` began a motion, which has been made. */
const MOVED: Operation = { keys: "", changes: false, *run() {} };

const joining = (ed: Editor, keys: string, spaces: boolean): Operation => ({
  keys,
  changes: true,
  // oxlint-disable-next-line require-yield
  *run(r) {
    const { from, to } = whole(r) as Region & { kind: "line" };
    const last = Math.min(ed.lines.length - 1, Math.max(to, from + 1));
    if (last === from) beep();
    joinLines(ed, from, last, spaces);
  },
});

/** What a register holds; nothing is put from an empty one, and what is selected goes. */
function held(ed: Editor, name: string | undefined): Register {
  try {
    return register(ed, name);
  } catch (error) {
    if (!(error instanceof Beep)) throw error;
    return { kind: "char", text: [""] };
  }
}
/** What is put takes the place of what is selected, which goes to the unnamed register. */
function* putOver(ed: Editor, r: Region, name: string | undefined, count: number, keepRegister: boolean): Co {
  const value = held(ed, name);
  const replaced = regionText(ed, r);
  const kept = ed.registers;
  const everything = r.kind === "line" && r.from === 0 && r.to === ed.lines.length - 1;
  const last = r.kind === "line" && r.to === ed.lines.length - 1;
  const atEnd = r.kind === "char" && r.end.column > 0 && r.end.column >= lineOf(ed, r.end.line).length;
  change(ed);
  removeRegion(ed, r);
  ed.registers = { ...kept, "=": value };
  if (r.kind === "line" && value.kind !== "line") {
    if (!everything) spliceLines(ed, r.from, 0, [""]);
    ed.cursor = at(r.from, 0);
    put(ed, "=", count, false);
    ed.cursor = at(r.from, 0);
  } else if (r.kind !== "line" && value.kind === "line") {
    const { line, column } = r.kind === "char" ? r.start : { line: r.from, column: ed.cursor.column };
    const text = lineOf(ed, line);
    spliceLines(ed, line, 1, [text.slice(0, column), text.slice(column)]);
    ed.cursor = at(line, 0);
    put(ed, "=", count, true);
  } else {
    ed.cursor = r.kind === "line" ? at(Math.min(r.from, ed.lines.length - 1), 0) : r.kind === "char" ? r.start : ed.cursor;
    clamp(ed);
    put(ed, "=", count, r.kind === "line" ? last && !everything : atEnd);
    if (everything) spliceLines(ed, ed.lines.length - 1, 1, []);
  }
  ed.registers = kept;
  if (!keepRegister) keep(ed, undefined, replaced, "delete");
  yield* [];
}

function* insertAll(ed: Editor, r: Region, after: boolean): Co {
  if (r.kind === "block") return yield* insertInBlock(ed, r, after);
  if (r.kind === "line") ed.cursor = after ? at(r.to, lineOf(ed, r.to).length) : at(r.from, 0);
  else ed.cursor = after ? r.end : r.start;
  ed.mode = "insert";
  yield* openInsert(ed);
}
