import { fromBytes, type Description } from "../../runtime/index.ts";
import { strftime } from "../strftime.ts";
import type { Tool, Utility } from "./tool.ts";

const ALTERNATE = "\x1b[?1049h\x1b[?25l";
const BACK = "\x1b[?25h\x1b[?1049l";

export const watch: Utility = {
  name: "watch",
  usage: "[options] command",
  about: "Run a command again and again, its output on the whole screen",
  parse: "first",
  flags: {
    interval: { short: "n", long: "interval", value: "SEC", help: "Seconds to wait between updates" },
    differences: { short: "d", long: "differences", value: "[permanent]", help: "Highlight changes between updates" },
    title: { short: "t", long: "no-title", help: "Turn off the header" },
    changed: { short: "g", long: "chgexit", help: "Exit when the output of the command changes" },
    errors: { short: "e", long: "errexit", help: "Exit when the command has a non-zero exit" },
    exec: { short: "x", long: "exec", help: "Pass the command to exec instead of to sh -c" },
    color: { short: "c", long: "color", help: "Interpret ANSI color sequences" },
    beep: { short: "b", long: "beep", help: "Beep when the command has a non-zero exit" },
    precise: { short: "p", long: "precise", help: "Attempt to run the command in precise intervals" },
    nowrap: { short: "w", long: "no-wrap", help: "Turn off line wrapping" },
  },
  async run(t) {
    const { proc } = t;
    if (t.args.length === 0) {
      await proc.stderr.write("\nUsage:\n watch [options] command\n\nFor more details see watch(1).\n");
      return 1;
    }
    const every = Number((t.value("interval") ?? proc.env["WATCH_INTERVAL"] ?? "2").replace(",", "."));
    if (Number.isNaN(every)) return t.fail(`failed to parse argument: '${t.value("interval") ?? ""}'`);
    const seconds = Math.max(0.1, Math.min(every, 2 ** 31 / 1000));
    const screen = proc.stdout.tty;
    // Whoever interrupts it gets the screen back that was there before.
    const undo = screen
      ? proc.on("INT", () => {
          undo?.();
          // Its own signal ends it at once, and nothing waits for the rest.
          void proc.stdout
            .write(BACK)
            .then(() => proc.kill(proc.pid, "INT"))
            .catch(() => {});
        })
      : undefined;
    if (screen) await proc.stdout.write(ALTERNATE);
    let before: string | undefined;
    for (;;) {
      const started = proc.clock.now();
      const { text, code } = await output(t);
      if (t.has("beep") && code !== 0) await t.out("\x07");
      await t.out(`\x1b[H\x1b[2J${frame(t, text, before, seconds)}`);
      await t.flush();
      if (t.has("errors") && code !== 0) {
        await t.out(`\x1b[${proc.stdout.size?.rows ?? 24};1Hcommand exit with a non-zero status, press a key to exit`);
        await t.flush();
        if (screen) {
          proc.stdin.setRaw?.(true);
          await proc.stdin.read(1);
          proc.stdin.setRaw?.(false);
          await proc.stdout.write(BACK);
        }
        undo?.();
        return 8;
      }
      if (t.has("changed") && before !== undefined && before !== text) {
        if (screen) await proc.stdout.write(BACK);
        undo?.();
        return 0;
      }
      before = text;
      const took = t.has("precise") ? proc.clock.now() - started : 0;
      await proc.clock.sleep(Math.max(0, seconds * 1000 - took));
    }
  },
};

/** What the command prints, complaints included. */
async function output(t: Tool): Promise<{ readonly text: string; readonly code: number }> {
  const { proc } = t;
  const { read, write } = proc.pipe();
  const child = await proc.spawn({ argv: t.has("exec") ? t.args : ["sh", "-c", t.args.join(" ")], fds: { 1: write, 2: write } });
  proc.close(write);
  const text = await drained(read);
  proc.close(read);
  return { text, code: (await child.exited).code };
}
const MAX = 1_000_000;
async function drained(from: Description): Promise<string> {
  const chunks: string[] = [];
  let size = 0;
  for (let chunk = await from.read(); chunk !== null; chunk = await from.read()) {
    if (size < MAX) chunks.push(fromBytes(chunk));
    size += chunk.length;
  }
  return chunks.join("");
}

/** The header, and as much of the text as the screen has room for. */
function frame(t: Tool, text: string, before: string | undefined, seconds: number): string {
  const { proc } = t;
  const { columns, rows } = proc.stdout.size ?? { columns: 80, rows: 24 };
  const title = t.has("title") ? [] : [header(t, columns, seconds), ""];
  // Colours are taken out unless they are wanted, as the screen has none for them.
  const plain = t.has("color") ? text : text.replace(/\x1b\[[\d;]*[A-Za-z]/g, "");
  const lines = plain
    .replaceAll("\t", "        ")
    .replace(/\n$/, "")
    .split("\n")
    .flatMap((line) =>
      t.has("color") || line.length <= columns ? [line] : t.has("nowrap") ? [line.slice(0, columns)] : pieces(line, columns),
    )
    .slice(0, Math.max(0, rows - title.length));
  const old = before?.replaceAll("\t", "        ").split("\n");
  const shown = t.has("differences") && old && !t.has("color") ? lines.map((line, i) => changed(line, old[i] ?? "")) : lines;
  return [...title, ...shown].join("\r\n");
}
function pieces(line: string, width: number): string[] {
  const out: string[] = [];
  for (let at = 0; at < line.length; at += width) out.push(line.slice(at, at + width));
  return out;
}
function changed(line: string, old: string): string {
  let out = "";
  for (let i = 0; i < line.length; i++) out += line[i] === old[i] ? line[i] : `\x1b[7m${line[i] ?? ""}\x1b[27m`;
  return out;
}
/** "Every 2.0s: command", and at the right margin where and when. */
function header(t: Tool, columns: number, seconds: number): string {
  const left = `Every ${seconds.toFixed(1)}s: `;
  const right = `${t.proc.hostname}: ${strftime("%a %b %e %H:%M:%S %Y", t.proc.clock.now())}`;
  const room = columns - left.length - right.length - 1;
  const command = t.args.join(" ");
  if (room < 1) return right.slice(0, columns);
  const shown = command.length > room ? (room > 4 ? `${command.slice(0, room - 4)}... ` : "").padEnd(room) : command.padEnd(room);
  return `${left}${shown} ${right}`;
}
