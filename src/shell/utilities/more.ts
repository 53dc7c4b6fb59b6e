import { RegexError, posixRegex } from "../regex.ts";
import { byteSize } from "./vi/text.ts";
import type { Tool, Utility } from "./tool.ts";

/** Forwards a screen at a time; what has been read stays on the terminal. */
export const more: Utility = {
  name: "more",
  usage: "[FILE]...",
  about: "View FILE (or stdin) one screenful at a time; a pass-through when stdout is not a terminal",
  flags: { half: { short: "d", help: "Tell what to press" }, silent: { short: "s", help: "Squeeze empty lines into one" } },
  async run(t) {
    const { proc } = t;
    if (t.args.length === 0 && proc.stdin.tty) {
      await proc.stderr.write(t.busybox ? t.usage() : "more: bad usage\nTry 'more --help' for more information.\n");
      return 1;
    }
    const keys = proc.stdin.tty ? proc.stdin : proc.stderr;
    const pages = proc.stdout.tty && keys.tty;
    for (const file of t.args.length === 0 ? [undefined] : t.args) {
      if (t.args.length > 1) await t.out(`::::::::::::::\n${file}\n::::::::::::::\n`);
      if (!(await show(t, file, pages ? keys : undefined))) break;
    }
    return t.status;
  },
};

type Terminal = Tool["proc"]["stdin"];
/** One file. False: somebody has had enough. */
async function show(t: Tool, file: string | undefined, keys: Terminal | undefined): Promise<boolean> {
  const { proc } = t;
  const size = file !== undefined && proc.fs.exists(file) ? proc.fs.stat(file).size : undefined;
  const rows = (): number => Math.max(2, proc.stdout.size?.rows ?? 24) - 1;
  const columns = (): number => Math.max(1, proc.stdout.size?.columns ?? 80);
  let [left, bytes, number, blank] = [rows(), 0, 0, false];
  let wanted: string | undefined;
  for await (const line of t.lines(file === undefined ? [] : [file])) {
    number++;
    if (t.has("silent") && line === "" && blank) continue;
    blank = line === "";
    if (keys && left <= 0 && wanted === undefined) {
      const next = await ask(t, keys, size === undefined ? undefined : Math.floor((bytes * 100) / Math.max(1, size)), size, number, file);
      if (next === "quit") return false;
      if (typeof next === "string") wanted = next.slice(1);
      else left = next === Infinity ? rows() : next;
    }
    bytes += byteSize([line]);
    if (wanted !== undefined) {
      if (!matches(wanted, line)) continue;
      wanted = undefined;
      left = rows() - 1;
      await t.out("...skipping\n");
    }
    await t.out(`${line}\n`);
    left -= Math.max(1, Math.ceil(line.length / columns()));
  }
  if (wanted !== undefined) await t.out("\nPattern not found\n");
  return true;
}
function matches(pattern: string, line: string): boolean {
  try {
    return posixRegex(pattern, { extended: true }).test(line);
  } catch (error) {
    if (error instanceof RegexError) return false;
    throw error;
  }
}

/** How many lines are to come; a pattern to look for, after a slash; or that it is over. */
async function ask(
  t: Tool,
  keys: Terminal,
  percent: number | undefined,
  size: number | undefined,
  line: number,
  file: string | undefined,
): Promise<number | string> {
  const share = percent === undefined ? "" : t.busybox ? ` (${percent}% of ${size} bytes)` : `(${percent}%)`;
  const hint = t.has("half") && !t.busybox ? "[Press space to continue, 'q' to quit.]" : "";
  const read = async (): Promise<string> => {
    const chunk = await keys.read();
    return chunk === null ? "q" : new TextDecoder().decode(chunk);
  };
  const erase = (): Promise<void> => t.out("\r\x1b[K");
  keys.setRaw?.(true);
  try {
    let count = "";
    for (;;) {
      await t.out(`\r\x1b[7m--More--${share}${hint}\x1b[m\x1b[K`);
      await t.flush();
      const k = await read();
      await erase();
      const n = count === "" ? undefined : Number(count);
      if (/^\d$/.test(k)) count += k;
      else if (k === " " || k === "z" || k === "f") return n ?? Infinity;
      else if (k === "\r" || k === "\n" || k === "j" || k === "s") return n ?? 1;
      else if (k === "d" || k === "\x04") return n ?? 11;
      else if (k === "q" || k === "Q" || k === "\x03") return "quit";
      else if (k === "=") {
        await t.out(String(line - 1));
        await t.flush();
        await read();
      } else if (k === "v" && file !== undefined && !t.busybox) {
        keys.setRaw?.(false);
        await (
          await t.proc.spawn({
            argv: ["/bin/sh", "-c", `${t.proc.env["VISUAL"] ?? t.proc.env["EDITOR"] ?? "vi"} +${line} ${file}`],
            fds: { 0: keys },
          })
        ).exited;
        keys.setRaw?.(true);
      } else if (k.startsWith("/") && !t.busybox) {
        let pattern = k.slice(1);
        for (;;) {
          await t.out(`\r\x1b[K/${pattern}`);
          await t.flush();
          const c = await read();
          if (c === "\r") break;
          pattern = c === "\x7f" ? pattern.slice(0, -1) : pattern + c;
        }
        await t.out("\r\x1b[K");
        return `/${pattern}`;
      } else if (!t.busybox) {
        await t.out("\x1b[7m[Press 'h' for instructions.]\x1b[m");
        await t.flush();
        await read();
      }
    }
  } finally {
    keys.setRaw?.(false);
    await erase();
  }
}
