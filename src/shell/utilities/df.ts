import { humanBusybox, humanSize } from "./paths.ts";
import type { Utility } from "./tool.ts";
import { mountTable, treeBytes } from "./usage.ts";

/** Disks have no size in Timonel: what is used is counted, capacity shows as "-". */
export const df: Utility = {
  name: "df",
  usage: "[-hkmTa] [FILESYSTEM]...",
  about: "Print filesystem usage statistics; the capacity of disks is not simulated and shows as -",
  flags: {
    human: { short: "h", long: "human-readable", help: "Human readable" },
    kilo: { short: "k", help: "In KiB (default)" },
    mega: { short: "m", help: "In MiB" },
    type: { short: "T", long: "print-type", help: "Print the type" },
    all: { short: "a", long: "all", help: "Show all filesystems" },
    posix: { short: "P", help: "POSIX output format" },
  },
  async run(t) {
    const table = mountTable(t.proc);
    const mounts = new Set(table.map((m) => m.path));
    let chosen = table.filter((m) => t.has("all") || m.type !== "proc");
    if (t.args.length > 0) {
      chosen = [];
      for (const path of t.args) {
        if (!t.proc.fs.exists(path)) {
          await t.warn(t.busybox ? `${path}: can't find mount point` : `${path}: No such file or directory`);
          continue;
        }
        const real = t.proc.fs.realpath(path);
        const home = table
          .filter((m) => m.path === "/" || real === m.path || real.startsWith(`${m.path}/`))
          .sort((a, b) => b.path.length - a.path.length)[0];
        if (home) chosen.push(home);
      }
    }
    const show = (bytes: number): string =>
      t.has("human") ? (t.busybox ? humanBusybox(bytes) : humanSize(bytes)) : String(Math.ceil(bytes / (t.has("mega") ? 1 << 20 : 1024)));
    const head = [
      "Filesystem",
      ...(t.has("type") ? ["Type"] : []),
      t.has("human") ? "Size" : t.has("mega") ? "1M-blocks" : "1K-blocks",
      "Used",
      t.has("human") && !t.busybox ? "Avail" : "Available",
      "Use%",
      "Mounted on",
    ];
    const rows = chosen.map((m) => [
      m.source,
      ...(t.has("type") ? [m.type] : []),
      "-",
      m.type === "proc" ? "0" : show(treeBytes(t.proc, m.path, mounts)),
      "-",
      "-",
      m.path,
    ]);
    const left = t.has("type") ? 2 : 1;
    const widths = head.map((h, i) => Math.max(h.length, i === 0 ? 14 : 5, ...rows.map((r) => (r[i] as string).length)));
    // GNU shows no heading without a row.
    if (rows.length === 0 && !t.busybox) return t.status;
    for (const row of [head, ...rows])
      await t.out(
        `${row.map((c, i) => (i === row.length - 1 ? c : i < left ? c.padEnd(widths[i] as number) : c.padStart(widths[i] as number))).join(" ")}\n`,
      );
    return t.status;
  },
};
