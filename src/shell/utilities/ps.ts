import type { ProcessInfo } from "../../runtime/index.ts";
import { strftime } from "../strftime.ts";
import { owners } from "./paths.ts";
import { clockOf, commandLine, commandName } from "./process-text.ts";
import type { Utility } from "./tool.ts";

/** Columns that are not called what one asks for. */
const TITLES: Readonly<Record<string, string>> = { args: "COMMAND", comm: "COMMAND", command: "COMMAND", etime: "ELAPSED", tty: "TT" };
const BUSYBOX_WIDTHS: Readonly<Record<string, number>> = {
  pid: 5,
  ppid: 5,
  pgid: 5,
  user: 8,
  comm: 16,
  etime: 7,
  stat: 4,
  vsz: 4,
  rss: 4,
  tty: 6,
  time: 6,
};

export const ps: Utility = {
  name: "ps",
  usage: "[-ef] [aux] [-o COL1,COL2=HEADER]",
  about: "Show list of processes",
  flags: {},
  parse: "raw",
  async run(t) {
    const all = t.proc.processes();
    const who = owners(t.proc);
    const words = t.args.join(" ");
    const at = t.args.findIndex((a) => a.startsWith("-o"));
    const columns: Record<string, (p: ProcessInfo) => string> = {
      pid: (p) => String(p.pid),
      ppid: (p) => String(p.ppid),
      pgid: (p) => String(p.group),
      user: (p) => who.user(p.uid),
      uid: (p) => String(p.uid),
      comm: (p) => commandName(p),
      args: commandLine,
      cmd: commandLine,
      command: commandLine,
      stat: (p) => p.state,
      s: (p) => p.state,
      state: (p) => p.state,
      time: (p) => clockOf(p.cpu),
      vsz: (p) => String(Math.round(p.memory / 1024)),
      rss: (p) => String(Math.round(p.memory / 1024)),
      etime: (p) => clockOf(t.proc.clock.now() - p.started),
      tty: (p) => (p.tty ? "pts/0" : "?"),
    };
    const table = async (keys: readonly string[], titles: readonly string[], rows: readonly ProcessInfo[]): Promise<number> => {
      const cells = rows.map((p) => keys.map((k) => (columns[k] as (p: ProcessInfo) => string)(p)));
      const left = (k: string): boolean => ["user", "comm", "args", "cmd", "command", "stat", "tty"].includes(k);
      const least = (k: string): number => (t.busybox ? (BUSYBOX_WIDTHS[k] ?? 0) : 0);
      const widths = keys.map((k, i) => Math.max(least(k), (titles[i] as string).length, ...cells.map((c) => (c[i] as string).length)));
      for (const line of [titles, ...cells]) {
        // BusyBox writes all titles from the left.
        const fromLeft = (k: string): boolean => left(k) || (t.busybox && line === titles);
        await t.out(
          `${line.map((c, i) => (i === keys.length - 1 && left(keys[i] as string) ? c : fromLeft(keys[i] as string) ? c.padEnd(widths[i] as number) : c.padStart(widths[i] as number))).join(" ")}\n`,
        );
      }
      return 0;
    };
    if (at >= 0) {
      const spec = ((t.args[at] as string).slice(2) || t.args[at + 1] || "").split(",");
      const keys = spec.map((s) => s.split("=")[0] as string);
      const bad = keys.find((k) => !columns[k]);
      if (bad !== undefined)
        return t.fail(
          t.busybox
            ? `bad -o argument '${bad}', supported arguments: ${Object.keys(columns).join(",")}`
            : `error: unknown user-defined format specifier "${bad}"`,
        );
      const titles = spec.map((s) =>
        s.includes("=") ? (s.split("=")[1] as string) : (TITLES[s] ?? (t.busybox && s === "cmd" ? "COMMAND" : s.toUpperCase())),
      );
      return table(keys, titles, all);
    }
    if (t.busybox) {
      await t.out("PID   USER     TIME  COMMAND\n");
      for (const p of all)
        await t.out(
          `${String(p.pid).padStart(5)} ${who.user(p.uid).slice(0, 8).padEnd(8)} ${clockOf(p.cpu).padStart(5)} ${commandLine(p)}\n`,
        );
      return 0;
    }
    if (/\ba?u?x|aux/.test(words)) {
      await t.out("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n");
      for (const p of all)
        await t.out(
          `${who.user(p.uid).padEnd(8)} ${String(p.pid).padStart(7)} ${((p.cpu * 100) / Math.max(1, t.proc.clock.now() - p.started)).toFixed(1).padStart(4)}  0.0 ${String(Math.round(p.memory / 512)).padStart(6)} ${String(Math.round(p.memory / 1024)).padStart(5)} ${(p.tty ? "pts/0" : "?").padEnd(8)} ${p.state.padEnd(4)} ${strftime("%H:%M", p.started)} ${clockOf(p.cpu).padStart(6)} ${commandLine(p)}\n`,
        );
      return 0;
    }
    if (/-[eA]f?/.test(words)) {
      if (!words.includes("f")) return table(["pid", "tty", "time", "comm"], ["PID", "TTY", "TIME", "CMD"], all);
      await t.out("UID          PID    PPID  C STIME TTY          TIME CMD\n");
      for (const p of all)
        await t.out(
          `${who.user(p.uid).padEnd(8)} ${String(p.pid).padStart(7)} ${String(p.ppid).padStart(7)}  0 ${strftime("%H:%M", p.started)} ${(p.tty ? "pts/0" : "?").padEnd(8)} ${`00:${clockOf(p.cpu).padStart(5, "0")}`} ${commandLine(p)}\n`,
        );
      return 0;
    }
    if (words !== "") return t.fail(`error: unsupported option ${words}`);
    return table(
      ["pid", "tty", "time", "comm"],
      ["PID", "TTY", "TIME", "CMD"],
      all.filter((p) => p.tty),
    );
  },
};
