import type { Description } from "../../../runtime/index.ts";
import { difference, type Screen } from "../screen/difference.ts";
import { END, Keys } from "../screen/input.ts";
import { ctrl } from "../screen/keys.ts";
import type { Tool } from "../tool.ts";
import { press, type } from "./keys.ts";
import { newPager, type Pager, view } from "./view.ts";

/** Lines that one pager holds. */
const MAX_LINES = 500_000;

export interface Setting {
  readonly chop: boolean;
  readonly numbers: boolean;
  readonly raw: boolean;
  readonly fold: Pager["fold"];
  /** -F. */
  readonly oneScreen: boolean;
  /** -X. */
  readonly stay: boolean;
  /** `+G`, `+/pattern`, `+20`. */
  readonly first: string;
}

/** Shows texts a screen at a time, reading no further than has been asked for. */
export async function runPager(t: Tool, files: readonly (string | undefined)[], setting: Setting, tty: Description): Promise<number> {
  const { proc } = t;
  const size = () => ({ rows: Math.max(2, proc.stdout.size?.rows ?? 24), columns: Math.max(2, proc.stdout.size?.columns ?? 80) });
  const keys = new Keys(tty);
  let shown: Screen | undefined;
  let index = 0;
  let source: AsyncGenerator<string> | undefined;
  let p = newPager(undefined, size());
  const { chop, numbers, raw, fold } = setting;
  const open = (): void => {
    const name = files[index];
    source = t.lines(name === undefined ? [] : [name]);
    p = { ...newPager(name, size()), chop, numbers, raw, fold, among: files.length > 1 ? ` (file ${index + 1} of ${files.length})` : "" };
  };
  /** Reads until there are so many lines. */
  const reach = async (wanted: number): Promise<void> => {
    const more: string[] = [];
    let ended = p.ended;
    while (!ended && p.lines.length + more.length < Math.min(wanted, MAX_LINES)) {
      const next = await source?.next();
      if (next?.done === false) more.push(next.value);
      else ended = true;
    }
    p = { ...p, lines: more.length === 0 ? p.lines : [...p.lines, ...more], ended: ended || p.lines.length + more.length >= MAX_LINES };
  };
  const draw = async (): Promise<void> => {
    const next = view(p).screen;
    const out = difference(shown, next);
    shown = next;
    if (out !== "") await proc.stdout.write(out);
  };
  open();
  await reach(p.rows * 2);
  if (setting.oneScreen && p.ended && files.length === 1 && view(p).atEnd && setting.first === "") {
    for (const line of p.lines) await t.out(`${line}\n`);
    return t.status;
  }
  const off = proc.on("WINCH", () => {
    p = { ...p, ...size() };
    shown = undefined;
    void draw().catch(() => undefined);
  });
  tty.setRaw?.(true);
  // On the screen that everybody writes to, what is there goes up instead of under.
  await proc.stdout.write(setting.stay ? "\n".repeat(p.rows) : "\x1b[?1049h");
  let typed = setting.first;
  const nextKey = async (): Promise<string | typeof END> => {
    if (typed !== "") {
      const k = typed[0] as string;
      typed = typed.slice(1);
      return k;
    }
    const waiting = keys.next();
    if (waiting !== undefined) return waiting;
    await draw();
    return keys.read();
  };
  let number = "";
  try {
    for (;;) {
      const k = await nextKey();
      if (k === END) return 0;
      if (k === ctrl("C") && !p.typing) continue;
      if (!p.typing && /\d/.test(k)) {
        number += k;
        p = { ...p, message: `:${number}` };
        continue;
      }
      const n = number === "" ? undefined : Math.min(99_999_999, Number(number));
      number = "";
      const had = p.message;
      let next = p.typing
        ? type(p, k)
        : had.endsWith("(press RETURN)") && k === "\r"
          ? { pager: { ...p, message: "" } }
          : press({ ...p, message: "" }, k, n);
      if ("reach" in next) {
        p = next.pager;
        await reach(next.reach);
        const { then } = next;
        next = press(p, then, n);
        if ("reach" in next) next = { pager: next.pager };
      }
      if ("quit" in next) return next.quit;
      p = next.pager;
      if ("edit" in next && p.name !== undefined) {
        await proc.stdout.write("\x1b[?1049l");
        tty.setRaw?.(false);
        const editor = proc.env["VISUAL"] ?? proc.env["EDITOR"] ?? "vi";
        await (
          await proc.spawn({ argv: ["/bin/sh", "-c", `${editor} +${next.edit + 1} ${p.name}`], fds: { 0: tty } })
        ).exited;
        tty.setRaw?.(true);
        await proc.stdout.write("\x1b[?1049h");
        shown = undefined;
        const { top } = p;
        open();
        await reach(top + p.rows * 2);
        p = { ...p, top, fresh: false };
      } else if ("edit" in next) p = { ...p, message: "Cannot edit standard input  (press RETURN)" };
      if ("file" in next) {
        const to = index + next.file;
        if (to < 0 || to >= files.length) p = { ...p, message: `No ${next.file > 0 ? "next" : "previous"} file  (press RETURN)` };
        else {
          index = to;
          open();
          await reach(p.rows * 2);
        }
      }
    }
  } finally {
    off();
    tty.setRaw?.(false);
    await proc.stdout.write(setting.stay ? "\r\x1b[K" : `\x1b[${p.rows};1H\x1b[K\x1b[?1049l`).catch(() => undefined);
  }
}
