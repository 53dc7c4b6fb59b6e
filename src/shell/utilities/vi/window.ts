import { beep, key } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { CR, ctrl, KEY } from "../screen/keys.ts";
import * as scroll from "./scroll.ts";
import type { Editor } from "./state.ts";
import { lineOf } from "./state.ts";
import { firstNonBlank } from "./text.ts";

/** Keys that move the window. False for one that does not. */
export function* scrollKey(ed: Editor, k: string, count: number | undefined): Co<boolean> {
  switch (k) {
    case ctrl("F"):
    case KEY.pageDown:
      return scroll.page(ed, 1, count ?? 1) || beep();
    case ctrl("B"):
    case KEY.pageUp:
      return scroll.page(ed, -1, count ?? 1) || beep();
    case ctrl("D"):
      return scroll.half(ed, 1, count) || beep();
    case ctrl("U"):
      return scroll.half(ed, -1, count) || beep();
    case ctrl("E"):
      scroll.line(ed, 1, count ?? 1);
      return true;
    case ctrl("Y"):
      scroll.line(ed, -1, count ?? 1);
      return true;
    case "z":
      return yield* zKey(ed, count);
    default:
      return false;
  }
}

function* zKey(ed: Editor, count: number | undefined): Co<boolean> {
  const k = yield* key(ed);
  const where = { t: "top", [CR]: "top", z: "middle", ".": "middle", b: "bottom", "-": "bottom" }[k] as
    | "top"
    | "middle"
    | "bottom"
    | undefined;
  if (!where) return beep();
  if (count !== undefined) ed.cursor = { line: Math.min(count, ed.lines.length) - 1, column: ed.cursor.column };
  if (k === CR || k === "." || k === "-") ed.cursor = { line: ed.cursor.line, column: firstNonBlank(lineOf(ed)) };
  scroll.place(ed, where);
  return true;
}
