import { beep, key } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { before, change, cursorColumn, type Region, regionText } from "./buffer.ts";
import { jumped } from "./jumps.ts";
import { ctrl, ESC } from "../screen/keys.ts";
import { gMotion, motion, type Target } from "./motions.ts";
import { textObject } from "./objects.ts";
import { OPERATORS } from "./operators.ts";
import { MAX_COUNT, type Prefix } from "./prefix.ts";
import { tellMoved } from "./registers.ts";
import type { Editor, Position } from "./state.ts";
import { lineOf } from "./state.ts";
import { charAt, classOf, indentText, nextColumn } from "./text.ts";
import { wordEnd } from "./words.ts";
import { KIND_KEYS } from "./visual.ts";

const at = (line: number, column: number): Position => ({ line, column });

/** An operator: waits for what it is to work on. */
export function* operate(ed: Editor, name: string, own: string, p: Prefix): Co<boolean | { readonly count: number | undefined }> {
  ed.pending += own;
  const from = ed.cursor;
  ed.mode = "operator";
  let found: { readonly region: Region; readonly big: boolean; readonly count: number | undefined; readonly from: Position };
  try {
    found = yield* object(ed, name, own, p);
  } finally {
    ed.mode = "normal";
  }
  const { region } = found;
  const fn = OPERATORS[name] as NonNullable<(typeof OPERATORS)[string]>;
  // What undo goes back to is where the change begins.
  ed.cursor = name !== "y" && before(found.from, from) ? found.from : from;
  if (name !== "y") change(ed);
  if (name === "y" && region.kind === "line") ed.cursor = region.from < from.line ? at(region.from, found.from.column) : from;
  const moved = ed.flavour === "busybox" && "dy".includes(name) ? regionText(ed, region) : undefined;
  yield* fn(ed, region, { register: p.register, big: found.big });
  if (moved) tellMoved(ed, name === "d" ? "Delete" : "Yank", moved, p.register);
  ed.want = cursorColumn(ed);
  return name === "y" || name === "!" ? false : { count: found.count };
}
function* object(ed: Editor, name: string, own: string, p: Prefix) {
  let inner: number | undefined;
  let force: "char" | "line" | "block" | undefined;
  let k = yield* key(ed);
  for (;;) {
    if (/[1-9]/.test(k) || (k === "0" && inner !== undefined)) inner = Math.min(MAX_COUNT, (inner ?? 0) * 10 + Number(k));
    else if (KIND_KEYS[k] && ed.flavour === "vim") force = KIND_KEYS[k];
    else break;
    ed.pending += k;
    k = yield* key(ed);
  }
  // Both counts are one when it is done again.
  if (inner !== undefined && ed.captured !== undefined) ed.captured = ed.captured.replace(/\d+(?=[^\d]*$)/, "");
  const count = p.count === undefined && inner === undefined ? undefined : Math.min(MAX_COUNT, (p.count ?? 1) * (inner ?? 1));
  const from = ed.cursor;
  if (k === ESC || k === ctrl("C")) return beep();
  const result = (region: Region, big = false, begin = from) => ({ region, big, count, from: begin });
  // Doubled: whole lines.
  let doubled = k === own || (own.length === 2 && k === own[1]);
  if (own.length === 2 && k === "g") {
    ed.pending += k;
    const second = yield* key(ed);
    if (second === own[1]) doubled = true;
    else {
      const fn = gMotion(second);
      if (!fn) return beep();
      return targetRegion(ed, yield* fn(ed, { count, operator: name, visual: false }, second), name, count, force);
    }
  }
  if (doubled) {
    const to = ed.cursor.line + (count ?? 1) - 1;
    if (to >= ed.lines.length && ed.cursor.line === ed.lines.length - 1 && (count ?? 1) > 1) return beep();
    return result({ kind: "line", from: ed.cursor.line, to: Math.min(to, ed.lines.length - 1) });
  }
  if ((k === "i" || k === "a") && ed.flavour === "vim") {
    ed.pending += k;
    const what = yield* key(ed);
    const region = textObject(ed, k === "a", what, count ?? 1);
    return result(region, false, region.kind === "char" ? region.start : region.kind === "line" ? at(region.from, from.column) : from);
  }
  // `cw` on a word leaves the blanks after it.
  const big = k === "W";
  if (name === "c" && (k === "w" || k === "W") && classOf(charAt(lineOf(ed), ed.cursor.column) || undefined, false) !== 0)
    return changeWord(ed, big, count, from);
  const target = yield* motion(ed, k, { count, operator: name, visual: false });
  if (!target) return beep();
  return targetRegion(ed, target, name, count, force);
}
function changeWord(ed: Editor, big: boolean, count: number | undefined, from: Position) {
  let p = from;
  for (let n = 0; n < (count ?? 1); n++) p = wordEnd(ed.lines, p, big, n === 0) ?? p;
  return {
    region: { kind: "char", start: from, end: at(p.line, nextColumn(lineOf(ed, p.line), p.column)) } as Region,
    big: false,
    count,
    from,
  };
}

/** What lies between the cursor and where a motion goes. */
function targetRegion(ed: Editor, target: Target, name: string, count: number | undefined, force?: "char" | "line" | "block") {
  const cursor = ed.cursor;
  const [start, end] = before(target.to, cursor) ? [target.to, cursor] : [cursor, target.to];
  if (target.jump && name !== "y") jumped(ed, cursor);
  const answer = (region: Region) => ({ region, big: target.big ?? false, count, from: start });
  const kind = force === "char" && target.kind === "line" ? "char" : (force ?? target.kind);
  if (kind === "line") return answer({ kind: "line", from: start.line, to: end.line });
  if (kind === "block")
    return answer({
      kind: "block",
      from: start.line,
      to: end.line,
      left: Math.min(start.column, end.column),
      right: Math.max(start.column, end.column),
    });
  const inclusive = force === "char" ? !target.inclusive && target.kind === "char" : target.inclusive;
  const last = lineOf(ed, end.line);
  if (inclusive) {
    const stop = at(end.line, Math.min(last.length, nextColumn(last, end.column)));
    return answer(whole(ed, start, last === "" ? end : stop, name));
  }
  if (end.line > start.line && end.column === 0 && !force) {
    // Up to a line's beginning is up to the end of the line before; from a line's indent, it is whole lines (motion.txt: exclusive-linewise).
    if (start.column <= indentText(lineOf(ed, start.line)).length && lineOf(ed, start.line).slice(0, start.column).trim() === "")
      return answer({ kind: "line", from: start.line, to: end.line - 1 });
    return answer(whole(ed, start, at(end.line - 1, lineOf(ed, end.line - 1).length), name));
  }
  return answer(whole(ed, start, end, name));
}
/** A deletion over lines with nothing before and nothing after it takes the lines. */
function whole(ed: Editor, start: Position, end: Position, name: string): Region {
  if (
    name === "d" &&
    end.line > start.line &&
    lineOf(ed, start.line).slice(0, start.column).trim() === "" &&
    lineOf(ed, end.line).slice(end.column).trim() === ""
  )
    return { kind: "line", from: start.line, to: end.line };
  return { kind: "char", start, end };
}
