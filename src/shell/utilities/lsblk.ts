import type { Tool, Utility } from "./tool.ts";
import { mountTable } from "./usage.ts";

const SYS = "/sys/block";
const SECTOR = 512;

/** Disks of the machine as /sys has them, which containers see too. */
export const lsblk: Utility = {
  name: "lsblk",
  usage: "[options] [<device> ...]",
  about: "Lists information about block devices.",
  flags: {
    bytes: { short: "b", long: "bytes", help: "print SIZE in bytes" },
    paths: { short: "p", long: "paths", help: "print complete device path" },
    heading: { short: "n", long: "noheadings", help: "don't print headings" },
    fs: { short: "f", long: "fs", help: "output info about filesystems" },
    all: { short: "a", long: "all", help: "print all devices" },
  },
  async run(t) {
    const { fs } = t.proc;
    if (!fs.exists(SYS)) return t.fail("failed to access sysfs directory: /sys/dev/block: No such file or directory");
    if (t.has("fs")) return t.fail("option --fs is not supported by this simulator");
    const wanted = t.args.map((device) => device.replace(/^\/dev\//, ""));
    const disks = fs.readdir(SYS);
    const known = new Set(disks.flatMap((disk) => [disk, ...partsOf(t, disk)]));
    for (const [i, name] of wanted.entries()) if (!known.has(name)) return t.fail(`${t.args[i]}: not a block device`, 32);
    const rows: string[][] = [];
    for (const disk of disks) {
      const parts = partsOf(t, disk);
      if (wanted.length === 0 || wanted.includes(disk)) rows.push(...row(t, `${SYS}/${disk}`, disk, "", "disk"));
      for (const [i, part] of parts.entries()) {
        const alone = wanted.includes(part);
        if (wanted.length > 0 && !alone && !wanted.includes(disk)) continue;
        rows.push(...row(t, `${SYS}/${disk}/${part}`, part, alone ? "" : i === parts.length - 1 ? "└─" : "├─", "part"));
      }
    }
    const head = ["NAME", "MAJ:MIN", "RM", "SIZE", "RO", "TYPE", "MOUNTPOINTS"];
    const all = t.has("heading") ? rows : [head, ...rows];
    const widths = head.map((_, i) => Math.max(...all.map((r) => (r[i] as string).length), i === 3 ? 5 : 0));
    for (const cells of all)
      await t.out(
        `${cells.map((cell, i) => (i === 6 ? cell : [2, 3, 4].includes(i) ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number))).join(" ")}\n`,
      );
    return 0;
  },
};

/** 100G, 1.5T: one place behind the point where there is one. */
function inUnits(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < 5; unit++) value /= 1024;
  return `${Math.round(value * 10) / 10}${"BKMGTP"[unit]}`;
}

const partsOf = (t: Tool, disk: string): readonly string[] => t.proc.fs.readdir(`${SYS}/${disk}`).filter((name) => name.startsWith(disk));

/** A device and where it is mounted, a line for each place. */
function row(t: Tool, at: string, name: string, mark: string, type: string): string[][] {
  const read = (file: string): string => t.proc.fs.readText(`${at}/${file}`).trim();
  const bytes = Number(read("size")) * SECTOR;
  const places = mountTable(t.proc)
    .filter((m) => m.source === `/dev/${name}`)
    .map((m) => m.path);
  const size = t.has("bytes") ? String(bytes) : inUnits(bytes);
  const first = [`${mark}${t.has("paths") ? "/dev/" : ""}${name}`, read("dev"), "0", size, "0", type, places[0] ?? ""];
  const blank = mark === "" ? "" : mark === "└─" ? "  " : "│ ";
  return [first, ...places.slice(1).map((place) => [blank, "", "", "", "", "", place])];
}
