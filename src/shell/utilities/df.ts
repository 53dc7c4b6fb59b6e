import type { FileSystemSpace } from "../../runtime/index.ts";
import { humanBusybox, humanSize } from "./paths.ts";
import type { Tool, Utility } from "./tool.ts";
import { mountTable } from "./usage.ts";

type Mounted = ReturnType<typeof mountTable>[number];

/** What there is on each mounted file system and how much of it is used (statfs(2)). */
export const df: Utility = {
  name: "df",
  usage: "[-PkmhTai] [-t TYPE] [FILESYSTEM]...",
  about: "Print filesystem usage statistics",
  flags: {
    human: { short: "h", long: "human-readable", help: "Human readable" },
    kilo: { short: "k", help: "In KiB (default)" },
    mega: { short: "m", help: "In MiB" },
    inodes: { short: "i", long: "inodes", help: "Inodes instead of blocks" },
    type: { short: "T", long: "print-type", help: "Print the type" },
    only: { short: "t", long: "type", value: "TYPE", help: "Only file systems of TYPE" },
    except: { short: "x", long: "exclude-type", value: "TYPE", help: "No file systems of TYPE" },
    all: { short: "a", long: "all", help: "Show all filesystems" },
    posix: { short: "P", long: "portability", help: "POSIX output format" },
  },
  async run(t) {
    const table = mountTable(t.proc);
    const chosen = t.args.length > 0 ? await named(t, table) : everything(t, table);
    const rows = chosen
      .filter((m) => (t.has("only") ? t.values("only").includes(m.type) : true) && !t.values("except").includes(m.type))
      .map((m) => rowOf(t, m, t.proc.fs.statfs?.(m.path) ?? NOTHING));
    // GNU shows no heading without a row.
    if (rows.length === 0 && !t.busybox) return t.args.length > 0 ? t.status : t.fail("no file systems processed");
    if (t.busybox) await busyboxTable(t, rows);
    else await gnuTable(t, rows);
    return t.status;
  },
};
const NOTHING: FileSystemSpace = { bytes: 0, free: 0, files: 0, filesFree: 0 };

/** All that has any room; GNU's shows each device once, where it is mounted nearest to the root. */
function everything(t: Tool, table: readonly Mounted[]): readonly Mounted[] {
  if (t.has("all")) return table;
  const real = table.filter((m) => (t.proc.fs.statfs?.(m.path) ?? NOTHING).bytes > 0);
  if (t.busybox) return real;
  return real.filter(
    (m) => !m.source.startsWith("/dev/") || real.every((o) => o === m || o.source !== m.source || o.path.length >= m.path.length),
  );
}

async function named(t: Tool, table: readonly Mounted[]): Promise<readonly Mounted[]> {
  const chosen: Mounted[] = [];
  for (const path of t.args) {
    const device = table.find((m) => m.source === path && path.startsWith("/dev/"));
    if (!device && !t.proc.fs.exists(path)) {
      await t.warn(t.busybox ? `${path}: can't find mount point` : `${path}: No such file or directory`);
      continue;
    }
    const real = device ? device.path : t.proc.fs.realpath(path);
    const home = table
      .filter((m) => m.path === "/" || real === m.path || real.startsWith(`${m.path}/`))
      .sort((a, b) => b.path.length - a.path.length)[0];
    if (home) chosen.push(home);
  }
  return chosen;
}

/** Device, type, all, used, free, percent, place. */
type Row = readonly [source: string, type: string, all: string, used: string, free: string, percent: string, path: string];

function rowOf(t: Tool, { source, type, path }: Mounted, space: FileSystemSpace): Row {
  const inodes = t.has("inodes");
  const [all, free] = inodes ? [space.files, space.filesFree] : [space.bytes, space.free];
  const used = all - free;
  const unit = inodes ? 1 : t.has("mega") ? 1 << 20 : 1024;
  const show = (n: number): string =>
    t.has("human") ? (t.busybox ? humanBusybox(n) : humanSize(n)) : String(t.busybox ? Math.round(n / unit) : Math.ceil(n / unit));
  const percent = all === 0 ? (t.busybox ? "0%" : "-") : `${t.busybox ? Math.round((used * 100) / all) : Math.ceil((used * 100) / all)}%`;
  return [source, type, show(all), show(used), show(free), percent, path];
}

async function gnuTable(t: Tool, rows: readonly Row[]): Promise<void> {
  const inodes = t.has("inodes");
  const posix = t.has("posix");
  const size = inodes ? "Inodes" : t.has("human") ? "Size" : t.has("mega") ? "1M-blocks" : posix ? "1024-blocks" : "1K-blocks";
  const head: Row = [
    "Filesystem",
    "Type",
    size,
    inodes ? "IUsed" : "Used",
    inodes ? "IFree" : t.has("human") ? "Avail" : "Available",
    inodes ? "IUse%" : posix ? "Capacity" : "Use%",
    "Mounted on",
  ];
  const least = [14, 4, 5, 5, 5, 4, 0];
  const columns = [0, ...(t.has("type") ? [1] : []), 2, 3, 4, 5, 6];
  const widths = least.map((w, i) => Math.max(w, ...[head, ...rows].map((r) => (r[i] as string).length)));
  for (const row of [head, ...rows]) {
    const cells = columns.map((i) => {
      const cell = row[i] as string;
      return i === 6 ? cell : i < 2 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number);
    });
    await t.out(`${cells.join(" ")}\n`);
  }
}

/** Columns of fixed width; a long device stands on a line of its own. */
async function busyboxTable(t: Tool, rows: readonly Row[]): Promise<void> {
  const posix = t.has("posix");
  const size = t.has("inodes") ? "Inodes" : t.has("human") ? "Size" : t.has("mega") ? "1M-blocks" : posix ? "1024-blocks" : "1K-blocks";
  const type = t.has("type") ? "Type       " : "";
  await t.out(`Filesystem           ${type}${size.padStart(9)}      Used Available ${posix ? "Capacity" : "Use%"} Mounted on\n`);
  for (const [source, kind, all, used, free, percent, path] of rows) {
    const name = source.length > 20 && !posix ? `${source}\n${" ".repeat(20)}` : source.padEnd(20);
    const shown = t.has("type") ? `${kind.padEnd(10)} ` : "";
    await t.out(`${name} ${shown}${all.padStart(9)} ${used.padStart(9)} ${free.padStart(9)} ${percent.padStart(4)} ${path}\n`);
  }
}
