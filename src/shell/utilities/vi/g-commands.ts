import { beep, complain } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { change, clamp } from "./buffer.ts";
import { runCommandLine } from "./ex/run.ts";
import { openInsert } from "./insert.ts";
import { ctrl } from "../screen/keys.ts";
import { gMotion } from "./motions.ts";
import { go } from "./normal.ts";
import { operate } from "./operate.ts";
import { joinLines, put } from "./operators.ts";
import { type Prefix, typed } from "./prefix.ts";
import type { Editor, Position } from "./state.ts";
import { lineOf, say } from "./state.ts";
import { byteSize, charAt } from "./text.ts";
import { visual } from "./visual.ts";

const at = (line: number, column: number): Position => ({ line, column });

/** Commands that begin with g. */
export function* gCommand(ed: Editor, p: Prefix): Co<boolean | { readonly count: number | undefined }> {
  const n = p.count ?? 1;
  const k = yield* typed(ed, "g");
  if ("uU~?".includes(k)) {
    ed.pending = ed.pending.slice(0, -1);
    return yield* operate(ed, `g${k}`, `g${k}`, p);
  }
  switch (k) {
    case "J":
      change(ed);
      if (ed.cursor.line >= ed.lines.length - 1) return beep();
      joinLines(ed, ed.cursor.line, Math.min(ed.lines.length - 1, ed.cursor.line + Math.max(2, n) - 1), false);
      return true;
    case "p":
    case "P":
      change(ed);
      put(ed, p.register, n, k === "p", true);
      clamp(ed);
      return true;
    case "I":
      change(ed);
      ed.cursor = at(ed.cursor.line, 0);
      yield* openInsert(ed, { count: n });
      return true;
    case "i":
      change(ed);
      ed.cursor = ed.marks["^"] ?? ed.cursor;
      ed.mode = "insert";
      yield* openInsert(ed, { count: n });
      return true;
    case "v": {
      const v = ed.lastVisual;
      if (!v) return beep();
      ed.mode = "visual";
      ed.cursor = v.end;
      clamp(ed);
      yield* visual(ed, v.kind, v.start);
      return false;
    }
    case "&":
      yield* runCommandLine(ed, "%s//~/&");
      return true;
    case "a": {
      const c = charAt(lineOf(ed), ed.cursor.column);
      const code = c.codePointAt(0) ?? 0;
      say(
        ed,
        c === "" ? "NUL" : `<${c}>  ${code},  Hex ${code.toString(16).padStart(2, "0")},  Octal ${code.toString(8).padStart(3, "0")}`,
      );
      return false;
    }
    case ctrl("G"): {
      const total = byteSize(ed.lines);
      say(
        ed,
        `Col ${ed.cursor.column + 1} of ${lineOf(ed).length}; Line ${ed.cursor.line + 1} of ${ed.lines.length}; Byte ${byteSize(ed.lines.slice(0, ed.cursor.line)) + ed.cursor.column + 1} of ${total}`,
      );
      return false;
    }
    case ";": {
      const last = ed.marks["."];
      if (!last) return complain(ed, "E664: Changelist is empty");
      ed.cursor = last;
      clamp(ed);
      return false;
    }
    default: {
      const fn = gMotion(k);
      if (!fn) return beep();
      const from = ed.cursor;
      go(ed, yield* fn(ed, { count: p.count, operator: undefined, visual: false }, k), from);
      return false;
    }
  }
}
