import { compilePattern, matches } from "../expand/pattern.ts";
import { posixRegex } from "../regex.ts";
import { parseDate } from "./date.ts";
import type { Primary } from "./find-expression.ts";
import { owners } from "./paths.ts";

/** `+N` more than N, `-N` less, N just that. */
function compare(text: string): (n: number) => boolean {
  const n = Number(text.replace(/^[-+]/, ""));
  return text.startsWith("+") ? (x) => x > n : text.startsWith("-") ? (x) => x < n : (x) => x === n;
}

/** What a file has to be, and how the walk goes. */
export const TESTS: ReadonlyMap<string, Primary> = new Map<string, Primary>([
  ...["-name", "-iname"].map((word): [string, Primary] => [
    word,
    (e, name) => {
      const p = compilePattern(e.value(name), { ignoreCase: name === "-iname" });
      return (_, n) => matches(p, n);
    },
  ]),
  ...["-path", "-wholename", "-ipath"].map((word): [string, Primary] => [
    word,
    (e, name) => {
      const p = compilePattern(e.value(name), { ignoreCase: name === "-ipath" });
      return (path) => matches(p, path);
    },
  ]),
  [
    "-type",
    (e, name) => {
      const type = { f: "file", d: "directory", l: "symlink", p: "fifo", c: "device" }[e.value(name)];
      return (_, __, s) => s.type === type;
    },
  ],
  [
    "-size",
    (e, name) => {
      const text = e.value(name);
      const unit = { c: 1, k: 1024, M: 1 << 20, G: 1 << 30, b: 512, w: 2 }[text.at(-1) ?? ""] ?? 512;
      const c = compare(text.replace(/[ckMGbw]$/, ""));
      return (_, __, s) => c(Math.ceil(s.size / unit));
    },
  ],
  ...["-mtime", "-mmin"].map((word): [string, Primary] => [
    word,
    (e, name) => {
      const c = compare(e.value(name));
      const unit = name === "-mtime" ? 86_400_000 : 60_000;
      return (_, __, s) => c(Math.floor((e.tool.proc.clock.now() - s.mtime) / unit));
    },
  ]),
  [
    "-newer",
    (e, name) => {
      const ref = e.value(name);
      const when = e.tool.proc.fs.exists(ref) ? e.tool.proc.fs.stat(ref).mtime : Infinity;
      return (_, __, s) => s.mtime > when;
    },
  ],
  [
    "-perm",
    (e, name) => {
      const text = e.value(name);
      const n = Number.parseInt(text.replace(/^[-/]/, ""), 8);
      return (_, __, s) =>
        text.startsWith("-") ? (s.mode & n) === n : text.startsWith("/") ? (s.mode & n) !== 0 : (s.mode & 0o7777) === n;
    },
  ],
  [
    "-user",
    (e, name) => {
      const id = owners(e.tool.proc).userId(e.value(name));
      return (_, __, s) => s.uid === id;
    },
  ],
  [
    "-empty",
    (e) => {
      return (path, _, s) => (s.type === "directory" ? e.tool.proc.fs.readdir(path).length === 0 : s.size === 0);
    },
  ],
  [
    "-maxdepth",
    (e, name) => {
      e.max = Number(e.value(name));
      return () => true;
    },
  ],
  [
    "-mindepth",
    (e, name) => {
      e.min = Number(e.value(name));
      return () => true;
    },
  ],
  [
    "-depth",
    (e) => {
      e.deep = true;
      return () => true;
    },
  ],
  ...["-xdev", "-mount"].map((word): [string, Primary] => [
    word,
    (e) => {
      e.stay = true;
      return () => true;
    },
  ]),
  [
    "-follow",
    (e) => {
      e.follow = true;
      return () => true;
    },
  ],
  [
    "-true",
    () => {
      return () => true;
    },
  ],
  [
    "-prune",
    (e) => {
      return () => {
        e.prune = true;
        return true;
      };
    },
  ],
  ...["-regex", "-iregex"].map((word): [string, Primary] => [
    word,
    (e, name) => {
      // Emacs' syntax is find's own; what courses write reads the same in POSIX's basic one.
      const p = posixRegex(`^\\(${e.value(name)}\\)$`, { extended: false, ignoreCase: name === "-iregex" });
      return (path) => p.test(path);
    },
  ]),
  [
    "-links",
    (e, name) => {
      const c = compare(e.value(name));
      return (_, __, s) => c(s.nlink);
    },
  ],
  [
    "-inum",
    (e, name) => {
      const c = compare(e.value(name));
      return (_, __, s) => c(s.ino);
    },
  ],
  [
    "-group",
    (e, name) => {
      const id = owners(e.tool.proc).groupId(e.value(name));
      return (_, __, s) => s.gid === id;
    },
  ],
  ...["-uid", "-gid"].map((word): [string, Primary] => [
    word,
    (e, name) => {
      const c = compare(e.value(name));
      return (_, __, s) => c(name === "-uid" ? s.uid : s.gid);
    },
  ]),
  [
    "-samefile",
    (e, name) => {
      const ref = e.value(name);
      const ino = e.tool.proc.fs.exists(ref) ? e.tool.proc.fs.stat(ref).ino : -1;
      return (_, __, s) => s.ino === ino;
    },
  ],
  [
    "-lname",
    (e, name) => {
      const p = compilePattern(e.value(name));
      return (path, _, s) => s.type === "symlink" && matches(p, e.tool.proc.fs.readlink(path));
    },
  ],
  [
    "-false",
    () => {
      return () => false;
    },
  ],
  ...["-readable", "-writable", "-executable"].map((word): [string, Primary] => [
    word,
    (e, name) => {
      const bit = name === "-readable" ? 4 : name === "-writable" ? 2 : 1;
      return (_, __, s) => {
        if (e.tool.proc.uid === 0) return bit !== 1 || s.type === "directory" || (s.mode & 0o111) !== 0;
        const shift = s.uid === e.tool.proc.uid ? 6 : s.gid === e.tool.proc.gid ? 3 : 0;
        return ((s.mode >> shift) & bit) !== 0;
      };
    },
  ]),
  [
    "-newermt",
    (e, name) => {
      const when = parseDate(e.value(name), e.tool.proc.clock.now());
      if (Number.isNaN(when)) e.failure ??= "I cannot figure out how to interpret the date or time";
      return (_, __, s) => s.mtime > when;
    },
  ],
]);
