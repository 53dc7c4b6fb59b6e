import type { Co } from "../screen/ask.ts";
import { setLine } from "./buffer.ts";
import type { Session } from "./insert.ts";
import { KEY } from "../screen/keys.ts";
import { MOTIONS } from "./motions.ts";
import * as scroll from "./scroll.ts";
import type { Editor } from "./state.ts";
import { lineOf, say } from "./state.ts";
import { displayColumn, nextColumn } from "./text.ts";

const at = (line: number, column: number) => ({ line, column });

/** Arrow keys: what is typed after them is another insertion. */
export function* move(ed: Editor, s: Session, k: string): Co {
  const text = lineOf(ed);
  const { line, column } = ed.cursor;
  s.moved = true;
  s.typed = "";
  s.indented = false;
  s.start = { line: -1, column: 0 };
  if (ed.captured !== undefined) ed.captured = "i";
  if (k === KEY.left && column === 0) return;
  if (k === KEY.right) ed.cursor = at(line, column < text.length ? nextColumn(text, column) : column);
  else if (k === KEY.end) ed.cursor = at(line, text.length);
  else if (k === KEY.pageUp || k === KEY.pageDown) scroll.page(ed, k === KEY.pageUp ? -1 : 1, 1);
  else {
    const target = yield* (MOTIONS[k] as NonNullable<(typeof MOTIONS)[string]>)(
      ed,
      { count: undefined, operator: undefined, visual: false },
      k,
    );
    ed.cursor = target.to;
    if (k === KEY.up || k === KEY.down) {
      const max = lineOf(ed).length;
      if (ed.want >= max) ed.cursor = at(ed.cursor.line, Math.min(max, ed.want === Infinity ? max : ed.want));
      return;
    }
  }
  ed.want = displayColumn(lineOf(ed), ed.cursor.column, ed.options.tabstop);
}

/** Control-N and Control-P: words of the buffer that begin like this one, each after the other. */
export function complete(ed: Editor, s: Session, step: 1 | -1): void {
  const { line, column } = ed.cursor;
  const text = lineOf(ed);
  const own = /\w*$/.exec(text.slice(0, column))?.[0] ?? "";
  const last = ed.completion?.at;
  const going = last && last.line === line && text.slice(last.column, column) === own ? ed.completion : undefined;
  const base = going ? going.base : own;
  const from = column - own.length;
  const words = new Set<string>();
  const order = step > 0 || going ? [...ed.lines.slice(line), ...ed.lines.slice(0, line)] : [...ed.lines.slice(0, line + 1).reverse()];
  for (const l of order)
    for (const m of l.matchAll(/\w+/g)) if (m[0].startsWith(base) && m[0] !== base && (m[0] !== own || going)) words.add(m[0]);
  const all = [base, ...words];
  if (words.size === 0) {
    say(ed, "-- Keyword completion (^N^P) Pattern not found", "error");
    return;
  }
  const next = all[(Math.max(0, all.indexOf(own)) + step + all.length) % all.length] as string;
  setLine(ed, line, text.slice(0, from) + next + text.slice(column));
  ed.cursor = at(line, from + next.length);
  s.typed = s.typed.slice(0, s.typed.length - own.length) + next;
  ed.completion = { base, at: at(line, from) };
  const n = all.indexOf(next);
  say(ed, n === 0 ? "-- Keyword completion (^N^P) Back at original" : `-- Keyword completion (^N^P) match ${n} of ${words.size}`);
}
