import { Errno, type Stat } from "../../runtime/index.ts";
import { humanBusybox, humanSize, joinPath } from "./paths.ts";
import type { Utility } from "./tool.ts";
import { diskBytes, mountTable } from "./usage.ts";

export const du: Utility = {
  name: "du",
  usage: "[-abchkmsx] [-d N] [FILE]...",
  about: "Summarize disk space used for FILEs and directories",
  flags: {
    all: { short: "a", long: "all", help: "Show file sizes too" },
    bytes: { short: "b", long: "bytes", help: "Apparent size in bytes" },
    total: { short: "c", long: "total", help: "Show a grand total" },
    depth: { short: "d", long: "max-depth", value: "N", help: "Limit output to depth N" },
    human: { short: "h", long: "human-readable", help: "Human readable" },
    kilo: { short: "k", help: "In KiB (default)" },
    mega: { short: "m", help: "In MiB" },
    summary: { short: "s", long: "summarize", help: "Only a total for each argument" },
    one: { short: "x", long: "one-file-system", help: "Skip other filesystems" },
  },
  async run(t) {
    const { fs } = t.proc;
    const mounts = t.has("one") ? new Set(mountTable(t.proc).map((m) => m.path)) : new Set<string>();
    const most = t.has("summary") ? 0 : Number(t.value("depth") ?? Infinity);
    const seen = new Set<number>();
    const show = (bytes: number): string =>
      t.has("bytes")
        ? String(bytes)
        : t.has("human")
          ? t.busybox
            ? humanBusybox(bytes)
            : humanSize(bytes)
          : String(Math.ceil(bytes / (t.has("mega") ? 1 << 20 : 1024)));
    const visit = async (path: string, depth: number): Promise<number> => {
      let stat: Stat;
      try {
        stat = fs.lstat(path);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await t.warn(t.busybox ? `${path}: ${error.message}` : `cannot access '${path}': ${error.message}`);
        return 0;
      }
      // A file with several names is counted once.
      if (stat.type === "file" && stat.nlink > 1) {
        if (seen.has(stat.ino)) return 0;
        seen.add(stat.ino);
      }
      let sum = t.has("bytes") ? (stat.type === "directory" ? 4096 : stat.size) : diskBytes(stat);
      if (stat.type === "directory") {
        await t.proc.cpu(0.01);
        try {
          for (const name of fs.readdir(path)) {
            const below = joinPath(path === "." ? "./" : path, name);
            if (!mounts.has(below)) sum += await visit(below, depth + 1);
          }
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          await t.warn(t.busybox ? `can't open '${path}': ${error.message}` : `cannot read directory '${path}': ${error.message}`);
        }
      }
      if (depth <= most && (depth === 0 || stat.type === "directory" || t.has("all"))) await t.out(`${show(sum)}\t${path}\n`);
      return sum;
    };
    let total = 0;
    for (const path of t.args.length > 0 ? t.args : ["."]) total += await visit(path, 0);
    if (t.has("total")) await t.out(`${show(total)}\ttotal\n`);
    return t.status;
  },
};
