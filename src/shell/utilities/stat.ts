import { Errno } from "../../runtime/index.ts";
import { strftime } from "../strftime.ts";
import { modeString, owners } from "./paths.ts";
import type { Utility } from "./tool.ts";
import { diskBytes } from "./usage.ts";

export const stat: Utility = {
  name: "stat",
  usage: "[-c FMT] FILE...",
  about: "Display file status",
  flags: { format: { short: "c", long: "format", value: "FMT", help: "Format" }, follow: { short: "L", help: "Follow links" } },
  async run(t) {
    const who = owners(t.proc);
    for (const path of t.args) {
      try {
        const s = t.has("follow") ? t.proc.fs.stat(path) : t.proc.fs.lstat(path);
        const kind = {
          file: s.size === 0 ? "regular empty file" : "regular file",
          directory: "directory",
          symlink: "symbolic link",
          device: "character special file",
          fifo: "fifo",
        }[s.type];
        const mode = (s.mode & 0o7777).toString(8);
        const date = strftime("%Y-%m-%d %H:%M:%S.%N %z", s.mtime);
        const values: Record<string, string> = {
          n: path,
          N: `'${path}'${s.type === "symlink" ? ` -> '${t.proc.fs.readlink(path)}'` : ""}`,
          s: String(s.size),
          a: mode,
          A: modeString(s),
          u: String(s.uid),
          U: who.user(s.uid),
          g: String(s.gid),
          G: who.group(s.gid),
          i: String(s.ino),
          h: String(s.nlink),
          F: kind,
          y: date,
          Y: String(Math.floor(s.mtime / 1000)),
          x: date,
          X: String(Math.floor(s.mtime / 1000)),
          z: date,
          Z: String(Math.floor(s.mtime / 1000)),
          b: String(diskBytes(s) / 512),
          B: "512",
          o: "4096",
          "%": "%",
        };
        const format = t.value("format");
        if (format !== undefined) await t.out(`${format.replace(/%([a-zA-Z%])/g, (all, c: string) => values[c] ?? all)}\n`);
        else
          await t.out(
            `  File: ${path}\n  Size: ${String(s.size).padEnd(10)}\tBlocks: ${String(diskBytes(s) / 512).padEnd(10)} IO Block: 4096   ${kind}\nDevice: 0,0\tInode: ${String(s.ino).padEnd(11)} Links: ${s.nlink}\nAccess: (${mode.padStart(4, "0")}/${modeString(s)})  Uid: (${String(s.uid).padStart(5)}/${who.user(s.uid).padStart(8)})   Gid: (${String(s.gid).padStart(5)}/${who.group(s.gid).padStart(8)})\nAccess: ${date}\nModify: ${date}\nChange: ${date}\n${t.busybox ? "" : " Birth: -\n"}`,
          );
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await t.warn(t.busybox ? `can't stat '${path}': ${error.message}` : `cannot statx '${path}': ${error.message}`);
      }
    }
    return t.status;
  },
};
