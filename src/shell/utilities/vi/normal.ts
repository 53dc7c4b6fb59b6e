import { Beep, beep, complain, key } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import { change, clamp, commit, cursorColumn, finish } from "./buffer.ts";
import { gCommand } from "./g-commands.ts";
import { jumped } from "./jumps.ts";
import { CR, isSpecial, KEY } from "../screen/keys.ts";
import { pointed } from "./mouse.ts";
import { motion, type Target } from "./motions.ts";
import { operate } from "./operate.ts";
import { BUSYBOX_OPERATORS, OPERATORS } from "./operators.ts";
import { MAX_COUNT, type Prefix, typed } from "./prefix.ts";
import { checkRegister } from "./registers.ts";
import { SIMPLE } from "./simple.ts";
import type { Editor, Position } from "./state.ts";
import { KIND_KEYS, visual } from "./visual.ts";
import { scrollKey } from "./window.ts";

/** One command of normal mode, from its first key to its last. */
export function* command(ed: Editor): Co {
  ed.pending = "";
  let count: number | undefined;
  let name: string | undefined;
  let k = yield* key(ed);
  if (ed.flavour === "busybox") ed.message = undefined;
  for (;;) {
    if (k === '"') checkRegister((name = yield* typed(ed, k)));
    else if (/[1-9]/.test(k) || (k === "0" && count !== undefined)) count = Math.min(MAX_COUNT, (count ?? 0) * 10 + Number(k));
    else break;
    ed.pending = `${name === undefined ? "" : `"${name}`}${count ?? ""}`;
    k = yield* key(ed);
  }
  const outer = ed.captured;
  ed.captured = "";
  try {
    const changes = yield* dispatch(ed, k, { count, register: name });
    if (changes)
      ed.repeat = {
        count: changes === true ? count : changes.count,
        register: name,
        keys: k + (ed.captured ?? "").replaceAll("\u0000", ""),
      };
  } finally {
    ed.captured = outer === undefined ? undefined : outer + k + (ed.captured ?? "");
    ed.pending = "";
    if (outer === undefined) finish(ed);
  }
  if (ed.mode === "normal") clamp(ed);
}
/** Runs a command; the answer is whether `.` repeats it, and with what count. */
function* dispatch(ed: Editor, k: string, p: Prefix): Co<boolean | { readonly count: number | undefined }> {
  const vim = ed.flavour === "vim";
  const n = p.count ?? 1;
  if (k === KEY.mouse) {
    const from = ed.cursor;
    if (pointed(ed) === "drag") yield* visual(ed, "char", from);
    return false;
  }
  if (k === "g" && vim) return yield* gCommand(ed, p);
  if (Object.hasOwn(OPERATORS, k) && (vim || BUSYBOX_OPERATORS.includes(k))) return yield* operate(ed, k, k, p);
  const simple = SIMPLE[k];
  if (simple && (vim || simple.busybox)) {
    if (simple.changes && !simple.late) change(ed);
    yield* simple.run(ed, n, p);
    if (simple.wants !== false) ed.want = cursorColumn(ed);
    return simple.changes ?? false;
  }
  if (KIND_KEYS[k] && vim) {
    yield* visual(ed, KIND_KEYS[k] as "char");
    return false;
  }
  if (yield* scrollKey(ed, k, p.count)) return false;
  ed.pending += k;
  const from = ed.cursor;
  const target = yield* motion(ed, k, { count: p.count, operator: undefined, visual: false });
  if (!target) return unknown(ed, k);
  go(ed, target, from);
  return false;
}
function unknown(ed: Editor, k: string): never {
  if (ed.flavour === "busybox" && k > " " && !isSpecial(k) && k !== "\x7f") return complain(ed, `'${k}' is not implemented`);
  return beep();
}
/** Goes where a motion leads. */
export function go(ed: Editor, target: Target, from: Position): void {
  if (target.jump) jumped(ed, from);
  ed.cursor = target.to;
  clamp(ed);
  if (target.want !== "keep") ed.want = target.want ?? cursorColumn(ed);
}

/** Normal mode, until it is over. */
export function* normalMode(ed: Editor): Co {
  while (ed.quit === undefined) {
    try {
      yield* command(ed);
    } catch (error) {
      if (!(error instanceof Beep)) throw error;
      ed.bell++;
      ed.frames = [];
      ed.captured = undefined;
      ed.visual = undefined;
      ed.mode = "normal";
      ed.commandLine = undefined;
      commit(ed);
      clamp(ed);
    }
    if (ed.pages) yield* showPages(ed);
  }
}
/** What has more than a row waits for a key, which is a command already unless it is Enter. */
function* showPages(ed: Editor): Co {
  const k = yield* key(ed);
  ed.pages = undefined;
  if (k !== CR && k !== " " && k !== "\n") ed.frames.push({ keys: [k], at: 0, times: 1 });
}
