import { diskBytes } from "./usage.ts";
import { Errno, type Stat } from "../../runtime/index.ts";
import { strftime } from "../strftime.ts";
import { humanSize, joinPath, modeString, owners } from "./paths.ts";
import type { Utility } from "./tool.ts";

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
}
export const ls: Utility = {
  name: "ls",
  usage: "[-1AacdFhiLlnRrSst] [FILE]...",
  about: "List directory contents",
  flags: {
    one: { short: "1", help: "One per line" },
    all: { short: "a", long: "all", help: "Include names starting with ." },
    almost: { short: "A", long: "almost-all", help: "Like -a, without . and .." },
    directory: { short: "d", long: "directory", help: "List directories themselves" },
    classify: { short: "F", help: "Append indicator" },
    slash: { short: "p", help: "Append / to directories" },
    human: { short: "h", long: "human-readable", help: "Sizes in human readable format" },
    inode: { short: "i", help: "List inode numbers" },
    long: { short: "l", help: "Long format" },
    numeric: { short: "n", help: "Numeric owners" },
    recursive: { short: "R", long: "recursive", help: "Recurse" },
    reverse: { short: "r", long: "reverse", help: "Reverse the order" },
    size: { short: "S", help: "Sort by size" },
    time: { short: "t", help: "Sort by time" },
    columns: { short: "C", help: "Columns" },
    follow: { short: "L", help: "Follow links" },
    full: { long: "full-time", help: "Full date" },
    color: { long: "color", value: "[WHEN]", help: "Colour (never, auto, always)" },
    unsorted: { short: "U", help: "Do not sort" },
  },
  async run(t) {
    const { fs } = t.proc;
    const who = owners(t.proc);
    const order = (list: Entry[]): Entry[] => {
      if (t.has("unsorted")) return list;
      list.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
      if (t.has("size")) list.sort((a, b) => b.stat.size - a.stat.size);
      else if (t.has("time")) list.sort((a, b) => b.stat.mtime - a.stat.mtime);
      if (t.has("reverse")) list.reverse();
      return list;
    };
    const colour =
      t.has("color") && t.value("color") !== "never" && (t.value("color") === "always" || t.value("color") === "" || t.proc.stdout.tty);
    const label = (e: Entry): string => {
      const mark = t.has("classify")
        ? { directory: "/", symlink: "@", fifo: "|", device: "", file: e.stat.mode & 0o111 ? "*" : "" }[e.stat.type]
        : t.has("slash") && e.stat.type === "directory"
          ? "/"
          : "";
      const paint = colour
        ? {
            directory: "\x1b[1;34m",
            symlink: "\x1b[1;36m",
            fifo: "\x1b[33m",
            device: "\x1b[1;33m",
            file: e.stat.mode & 0o111 ? "\x1b[1;32m" : "",
          }[e.stat.type]
        : "";
      return (t.has("inode") ? `${e.stat.ino} ` : "") + (paint ? `${paint}${e.name}\x1b[m` : e.name) + mark;
    };
    const show = async (list: readonly Entry[]): Promise<void> => {
      if (t.has("long") || t.has("numeric") || t.has("full")) {
        const rows = list.map((e) => [
          modeString(e.stat),
          String(e.stat.nlink),
          t.has("numeric") ? String(e.stat.uid) : who.user(e.stat.uid),
          t.has("numeric") ? String(e.stat.gid) : who.group(e.stat.gid),
          t.has("human") ? humanSize(e.stat.size) : String(e.stat.size),
        ]);
        const widths = [0, 1, 2, 3, 4].map((i) => Math.max(0, ...rows.map((r) => (r[i] as string).length)));
        for (const [i, e] of list.entries()) {
          const [mode, links, user, group, size] = rows[i] as [string, string, string, string, string];
          const recent = Math.abs(t.proc.clock.now() - e.stat.mtime) < 15_778_476_000;
          const date = t.has("full")
            ? strftime("%Y-%m-%d %H:%M:%S.%N %z", e.stat.mtime)
            : strftime(recent ? "%b %e %H:%M" : "%b %e  %Y", e.stat.mtime);
          const target = e.stat.type === "symlink" ? ` -> ${fs.readlink(e.path)}` : "";
          await t.out(
            t.busybox
              ? `${mode} ${links.padStart(4 + 1)} ${user.padEnd(8)} ${group.padEnd(8)} ${size.padStart(9)} ${date} ${label(e)}${target}\n`
              : `${mode} ${links.padStart(widths[1] as number)} ${user.padEnd(widths[2] as number)} ${group.padEnd(widths[3] as number)} ${size.padStart(widths[4] as number)} ${date} ${label(e)}${target}\n`,
          );
        }
        return;
      }
      const names = list.map(label);
      const width = Math.max(0, ...list.map((e) => e.name.length)) + 2;
      const columns =
        (t.proc.stdout.tty || t.has("columns")) && !t.has("one") ? Math.max(1, Math.floor((t.proc.stdout.size?.columns ?? 80) / width)) : 1;
      const rows = Math.ceil(names.length / columns);
      for (let r = 0; r < rows; r++) {
        const line: string[] = [];
        for (let c = 0; c * rows + r < names.length; c++) {
          const at = c * rows + r;
          const last = at + rows >= names.length;
          line.push((names[at] as string) + (last ? "" : " ".repeat(Math.max(0, width - (list[at] as Entry).name.length))));
        }
        await t.out(`${line.join("")}\n`);
      }
    };
    const read = (dir: string): Entry[] => {
      const names = fs.readdir(dir).filter((n) => t.has("all") || t.has("almost") || !n.startsWith("."));
      return order(
        [...(t.has("all") ? [".", ".."] : []), ...names].map((name) => ({
          name,
          path: joinPath(dir, name),
          stat: t.has("follow") ? fs.stat(joinPath(dir, name)) : fs.lstat(joinPath(dir, name)),
        })),
      );
    };
    const files: Entry[] = [];
    const dirs: string[] = [];
    for (const path of t.args.length > 0 ? t.args : ["."]) {
      try {
        const link = fs.lstat(path);
        const stat =
          link.type === "symlink" && (t.has("follow") || !(t.has("long") || t.has("directory"))) && fs.exists(path) ? fs.stat(path) : link;
        if (stat.type === "directory" && !t.has("directory")) dirs.push(path);
        else files.push({ name: path, path, stat });
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await t.warn(t.busybox ? `${path}: ${error.message}` : `cannot access '${path}': ${error.message}`, t.busybox ? 1 : 2);
      }
    }
    await show(order(files));
    let first = files.length === 0;
    const titled = t.args.length > 1 || t.has("recursive");
    const visit = async (dir: string): Promise<void> => {
      let list: Entry[];
      try {
        list = read(dir);
      } catch (error) {
        await t.complain("open", dir, error);
        return;
      }
      if (titled) await t.out(`${first ? "" : "\n"}${dir}:\n`);
      first = false;
      if (t.has("long")) await t.out(`total ${list.reduce((n, e) => n + diskBytes(e.stat) / 1024, 0)}\n`);
      await show(list);
      if (t.has("recursive"))
        for (const e of list) if (e.stat.type === "directory" && e.name !== "." && e.name !== "..") await visit(e.path);
    };
    for (const dir of order(dirs.map((path) => ({ name: path, path, stat: fs.stat(path) })))) await visit(dir.path);
    return t.status;
  },
};
