import { Errno } from "../../runtime/index.ts";
import { type Cell, evenColumns, fittedColumns } from "./ls/columns.ts";
import type { Entry } from "./ls/entry.ts";
import { longLines } from "./ls/long.ts";
import { mark, painter, quoted } from "./ls/paint.ts";
import { humanSize, joinPath } from "./paths.ts";
import type { Tool, Utility } from "./tool.ts";
import { diskBytes } from "./usage.ts";

export const ls: Utility = {
  name: "ls",
  usage: "[-1AaCxdLFpRlinshrSXvctu] [-w WIDTH] [FILE]...",
  about: "List directory contents",
  flags: {
    one: { short: "1", help: "One per line" },
    all: { short: "a", long: "all", help: "Include names starting with ." },
    almost: { short: "A", long: "almost-all", help: "Like -a, without . and .." },
    columns: { short: "C", help: "Columns" },
    across: { short: "x", help: "List by lines" },
    directory: { short: "d", long: "directory", help: "List directories themselves" },
    follow: { short: "L", long: "dereference", help: "Follow links" },
    followArguments: { short: "H", help: "Follow links on the command line" },
    classify: { short: "F", long: "classify", help: "Append indicator" },
    slash: { short: "p", help: "Append / to directories" },
    recursive: { short: "R", long: "recursive", help: "Recurse" },
    long: { short: "l", help: "Long format" },
    inode: { short: "i", long: "inode", help: "List inode numbers" },
    numeric: { short: "n", long: "numeric-uid-gid", help: "Numeric owners" },
    ownerless: { short: "g", help: "Long format without the owner" },
    groupless: { short: "o", help: "Long format without the group" },
    nogroup: { short: "G", long: "no-group", help: "No group in long format" },
    blocks: { short: "s", long: "size", help: "List allocated blocks" },
    human: { short: "h", long: "human-readable", help: "Sizes in human readable format" },
    kilo: { short: "k", help: "Blocks of 1 KiB (as they are)" },
    reverse: { short: "r", long: "reverse", help: "Reverse the order" },
    size: { short: "S", help: "Sort by size" },
    extension: { short: "X", help: "Sort by extension" },
    version: { short: "v", help: "Sort by version" },
    time: { short: "t", help: "Sort by time" },
    changed: { short: "c", help: "Time of the last change of status" },
    accessed: { short: "u", help: "Time of the last access" },
    unsorted: { short: "U", help: "Do not sort" },
    unsortedAll: { short: "f", help: "Like -aU" },
    quote: { short: "Q", long: "quote-name", help: "Names in double quotes" },
    literal: { short: "N", long: "literal", help: "Names as they are" },
    commas: { short: "m", help: "Separated by commas" },
    width: { short: "w", long: "width", value: "WIDTH", help: "Width of the output" },
    full: { long: "full-time", help: "Full date" },
    style: { long: "time-style", value: "STYLE", help: "How dates are written" },
    foldersFirst: { long: "group-directories-first", help: "Folders before files" },
    color: { long: "color", value: "[WHEN]", help: "Colour (never, auto, always)" },
  },
  async run(t) {
    const { fs } = t.proc;
    const long = ["long", "numeric", "full", "ownerless", "groupless"].some((f) => t.has(f));
    const entryOf = (name: string, path: string, follow: boolean): Entry => {
      const own = fs.lstat(path);
      if (own.type !== "symlink") return { name, path, stat: own };
      const there = fs.exists(path);
      if (follow) return { name, path, stat: fs.stat(path) };
      return { name, path, stat: own, target: fs.readlink(path), broken: !there };
    };
    const print = printer(t, long);
    const all = t.has("all") || t.has("unsortedAll");
    const read = (dir: string): Entry[] => {
      const names = fs.readdir(dir).filter((n) => all || t.has("almost") || !n.startsWith("."));
      return [...(all ? [".", ".."] : []), ...names].flatMap((name) => {
        try {
          return [entryOf(name, joinPath(dir, name), t.has("follow"))];
        } catch {
          // It went while we looked.
          return [];
        }
      });
    };
    const files: Entry[] = [];
    const folders: string[] = [];
    for (const path of t.args.length > 0 ? t.args : ["."]) {
      try {
        const follow = t.has("follow") || t.has("followArguments") || !(long || t.has("directory") || t.has("classify"));
        const broken = !t.busybox && !t.has("follow") && fs.lstat(path).type === "symlink" && !fs.exists(path);
        const entry = entryOf(path, path, follow && !broken);
        if (entry.stat.type === "directory" && !t.has("directory")) folders.push(path);
        else files.push(entry);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await t.warn(t.busybox ? `${path}: ${error.message}` : `cannot access '${path}': ${error.message}`, t.busybox ? 1 : 2);
      }
    }
    await print(order(t, files), false);
    let first = files.length === 0;
    const titled = t.args.length > 1 || t.has("recursive");
    const visit = async (dir: string, given: boolean): Promise<void> => {
      let list: Entry[];
      try {
        list = order(t, read(dir));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await t.warn(
          t.busybox ? `can't open '${dir}': ${error.message}` : `cannot open directory '${dir}': ${error.message}`,
          t.busybox || !given ? 1 : 2,
        );
        return;
      }
      if (titled) await t.out(`${first ? "" : "\n"}${dir}:\n`);
      first = false;
      await print(list, true);
      if (t.has("recursive"))
        for (const e of list)
          if (e.stat.type === "directory" && e.name !== "." && e.name !== "..")
            await visit(e.path === e.name ? `./${e.name}` : e.path, false);
    };
    for (const { path } of order(
      t,
      folders.map((name) => entryOf(name, name, true)),
    ))
      await visit(path, true);
    return t.status;
  },
};

function order(t: Tool, list: Entry[]): Entry[] {
  if (t.has("unsorted") || t.has("unsortedAll")) return list;
  const extension = (e: Entry): string => (e.name.includes(".") ? e.name.slice(e.name.lastIndexOf(".")) : "");
  if (t.has("size")) list.sort((a, b) => b.stat.size - a.stat.size);
  else if (t.has("time")) list.sort((a, b) => b.stat.mtime - a.stat.mtime);
  else if (t.has("extension")) list.sort((a, b) => (extension(a) < extension(b) ? -1 : extension(a) > extension(b) ? 1 : 0));
  else if (t.has("version")) list.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  else list.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  if (t.has("reverse")) list.reverse();
  if (t.has("foldersFirst")) list.sort((a, b) => Number(b.stat.type === "directory") - Number(a.stat.type === "directory"));
  return list;
}

/** Writes a list; `folder` gives it its total. */
function printer(t: Tool, long: boolean): (list: readonly Entry[], folder: boolean) => Promise<void> {
  const { stdout } = t.proc;
  const when = t.value("color");
  // BusyBox colours for a terminal unless told not to; GNU's does where it is asked.
  const automatic = when === "auto" || when === "tty" || when === "if-tty" || (when === undefined && t.busybox);
  const colour = when === "always" || when === "" || when === "yes" || when === "force" || (automatic && stdout.tty);
  // GNU's looks whether the terminal is one that knows colours.
  const knows = t.busybox || ["TERM", "COLORTERM", "LS_COLORS"].some((name) => (t.proc.env[name] ?? "") !== "");
  const paint = painter(colour && knows, t.busybox);
  const style = t.has("classify") ? "classify" : t.has("slash") ? "slash" : "none";
  const escape = !t.busybox && stdout.tty && !t.has("literal") && !t.has("quote");
  const shown = (name: string): string =>
    t.has("quote")
      ? `"${name.replace(/["\\]/g, "\\$&")}"`
      : escape
        ? quoted(name)
        : name.replace(stdout.tty ? /[\x00-\x1f\x7f]/g : /(?!)/, "?");
  const kilo = (e: Entry): string => (t.has("human") ? humanSize(diskBytes(e.stat)) : String(diskBytes(e.stat) / 1024));
  return async (list, folder) => {
    const odd = escape && list.some((e) => quoted(e.name) !== e.name);
    const inodes = Math.max(0, ...list.map((e) => String(e.stat.ino).length));
    const blocks = Math.max(0, ...list.map((e) => kilo(e).length));
    const front = (e: Entry): string =>
      (t.has("inode") ? `${String(e.stat.ino).padStart(t.busybox ? 7 : inodes)} ` : "") +
      (t.has("blocks") ? `${kilo(e).padStart(t.busybox ? 6 : blocks)} ` : "");
    const nameOf = (e: Entry): { readonly text: string; readonly width: number } => {
      const name = shown(e.name);
      const space = odd && !/^['"]/.test(name) ? " " : "";
      return { text: space + paint(e, name) + mark(e, style), width: space.length + [...name].length + mark(e, style).length };
    };
    if (folder && (long || t.has("blocks"))) {
      const total = list.reduce((n, e) => n + diskBytes(e.stat), 0);
      await t.out(`total ${t.has("human") ? humanSize(total).padEnd(t.busybox ? 7 : 0) : total / 1024}\n`);
    }
    if (long) {
      const lines = longLines(
        t,
        list,
        (e) => nameOf(e).text.replace(/@$/, e.target === undefined ? "@" : "") + (e.target === undefined ? "" : ` -> ${shown(e.target)}`),
      );
      for (const [i, line] of lines.entries()) await t.out(`${front(list[i] as Entry)}${line}\n`);
      return;
    }
    const cells = list.map((e): Cell => {
      const { text, width } = nameOf(e);
      return { text: front(e) + text, width: front(e).length + width };
    });
    const width = Number(t.value("width") ?? stdout.size?.columns ?? 80);
    if (t.has("commas") && !t.busybox) {
      let line = "";
      for (const [i, cell] of cells.entries()) {
        const piece = cell.text + (i === cells.length - 1 ? "" : ",");
        if (line !== "" && line.length + 1 + piece.length > width) {
          await t.out(`${line}\n`);
          line = piece;
        } else line += `${line === "" ? "" : " "}${piece}`;
      }
      if (line !== "") await t.out(`${line}\n`);
    } else if (cells.length > 0 && !t.has("one") && (stdout.tty || t.has("columns") || t.has("across")))
      await t.out(t.busybox ? evenColumns(cells, width, t.has("across")) : fittedColumns(cells, width, t.has("across"), !colour));
    else for (const cell of cells) await t.out(`${cell.text}\n`);
  };
}
