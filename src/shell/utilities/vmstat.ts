import { memoryInfo } from "./meminfo.ts";
import type { Tool, Utility } from "./tool.ts";

const HEAD =
  "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n";

/** Ticks as /proc/stat counts them: user, nice, system, idle, waiting, and stolen. */
function ticks(t: Tool): readonly number[] {
  const line = /^cpu\s+(.*)$/m.exec(t.proc.fs.readText("/proc/stat"))?.[1] ?? "";
  return line.split(/\s+/).map(Number);
}

export const vmstat: Utility = {
  name: "vmstat",
  usage: "[options] [delay [count]]",
  about: "Report virtual memory statistics",
  flags: {
    stats: { short: "s", long: "stats", help: "event counter statistics" },
    wide: { short: "w", long: "wide", help: "wide output" },
    stamp: { short: "t", long: "timestamp", help: "show timestamp" },
    unit: { short: "S", long: "unit", value: "UNIT", help: "define display unit" },
    disk: { short: "d", long: "disk", help: "disk statistics" },
  },
  async run(t) {
    for (const flag of ["wide", "stamp", "unit", "disk"])
      if (t.has(flag)) return t.fail(`--${vmstat.flags[flag]?.long} is not supported by this simulator`);
    const memory = memoryInfo(t.proc);
    if (t.has("stats")) {
      const rows: readonly (readonly [number, string])[] = [
        [memory("MemTotal"), "K total memory"],
        [memory("MemTotal") - memory("MemAvailable"), "K used memory"],
        [memory("MemFree"), "K free memory"],
        [memory("Buffers"), "K buffer memory"],
        [memory("Cached"), "K swap cache"],
        [0, "K total swap"],
        [0, "K used swap"],
        [0, "K free swap"],
      ];
      for (const [n, what] of rows) await t.out(`${String(n).padStart(13)} ${what}\n`);
      return 0;
    }
    const [delay, count] = t.args.map(Number);
    if (delay !== undefined && !(delay > 0)) return t.fail("failed to parse argument: '" + t.args[0] + "'");
    await t.out(HEAD);
    let before: readonly number[] | undefined;
    for (let i = 0; i < (delay === undefined ? 1 : (count ?? Infinity)); i++) {
      if (i > 0) await t.proc.clock.sleep((delay as number) * 1000);
      const now = ticks(t);
      const part = now.map((n, j) => n - (before?.[j] ?? 0));
      before = now;
      const total = Math.max(
        1,
        part.reduce((a, b) => a + b, 0),
      );
      const percent = (...at: number[]): string =>
        String(Math.round((100 * at.reduce((n, j) => n + (part[j] ?? 0), 0)) / total)).padStart(2);
      const running = t.proc.processes().filter((p) => p.state === "R" || p.pid === t.proc.pid).length;
      const info = memoryInfo(t.proc);
      const wide = (n: number, width: number): string => String(n).padStart(width);
      // Nothing here counts blocks, interrupts and context switches; there is no swap.
      await t.out(
        `${wide(running, 2)} ${wide(0, 2)} ${wide(0, 6)} ${wide(info("MemFree"), 6)} ${wide(info("Buffers"), 6)} ${wide(info("Cached"), 6)} ${wide(0, 4)} ${wide(0, 4)} ${wide(0, 5)} ${wide(0, 5)} ${wide(0, 4)} ${wide(0, 4)} ${percent(0, 1)} ${percent(2, 5, 6)} ${percent(3)} ${percent(4)} ${percent(7)}\n`,
      );
      await t.flush();
    }
    return 0;
  },
};
