import { Errno, type Stat } from "../../runtime/index.ts";
import { compilePattern, matches } from "../expand/pattern.ts";
import { runChild } from "./children.ts";
import { parseDate } from "./date.ts";
import { findFormat } from "./find-printf.ts";
import { baseName, modeString, owners } from "./paths.ts";
import type { Utility } from "./tool.ts";
import { posixRegex } from "../regex.ts";
import { strftime } from "../strftime.ts";
import { diskBytes, mountTable } from "./usage.ts";

type Test = (path: string, name: string, stat: Stat, depth: number) => Promise<boolean> | boolean;
export const find: Utility = {
  name: "find",
  usage: "[PATH]... [OPTIONS] [ACTIONS]",
  about: "Search for files and perform actions on them",
  flags: {},
  parse: "raw",
  async run(t) {
    const args = [...t.args];
    const paths: string[] = [];
    const { fs } = t.proc;
    let [min, max, at, acts, deep] = [0, Infinity, 0, false, false];
    const batches: { argv: string[]; paths: string[] }[] = [];
    let failure: string | undefined;
    let [prune, stay, follow] = [false, false, false];
    while (args[0] === "-L" || args[0] === "-H" || args[0] === "-P") follow = args.shift() === "-L";
    while (args.length > 0 && !/^[-(!]/.test(args[0] as string)) paths.push(args.shift() as string);
    const value = (name: string): string => {
      const v = args[at++];
      if (v === undefined) failure ??= t.busybox ? `${name} requires an argument` : `missing argument to \`${name}'`;
      return v ?? "";
    };
    const compare = (text: string): ((n: number) => boolean) => {
      const n = Number(text.replace(/^[-+]/, ""));
      return text.startsWith("+") ? (x) => x > n : text.startsWith("-") ? (x) => x < n : (x) => x === n;
    };
    const or = (): Test => {
      let left = and();
      while (args[at] === "-o" || args[at] === "-or") {
        at++;
        const [a, b] = [left, and()];
        left = async (...x) => (await a(...x)) || b(...x);
      }
      return left;
    };
    const and = (): Test => {
      let left = not();
      while (at < args.length && args[at] !== ")" && args[at] !== "-o" && args[at] !== "-or") {
        if (args[at] === "-a" || args[at] === "-and") at++;
        const [a, b] = [left, not()];
        left = async (...x) => (await a(...x)) && b(...x);
      }
      return left;
    };
    const not = (): Test => {
      if (args[at] === "!" || args[at] === "-not") {
        at++;
        const a = not();
        return async (...x) => !(await a(...x));
      }
      if (args[at] === "(") {
        at++;
        const a = or();
        if (args[at++] !== ")") failure ??= "invalid expression; I was expecting to find a ')' somewhere but did not see one.";
        return a;
      }
      return primary();
    };
    const primary = (): Test => {
      const name = args[at++] ?? "";
      switch (name) {
        case "-name":
        case "-iname": {
          const p = compilePattern(value(name), { ignoreCase: name === "-iname" });
          return (_, n) => matches(p, n);
        }
        case "-path":
        case "-wholename":
        case "-ipath": {
          const p = compilePattern(value(name), { ignoreCase: name === "-ipath" });
          return (path) => matches(p, path);
        }
        case "-type": {
          const type = { f: "file", d: "directory", l: "symlink", p: "fifo", c: "device" }[value(name)];
          return (_, __, s) => s.type === type;
        }
        case "-size": {
          const text = value(name);
          const unit = { c: 1, k: 1024, M: 1 << 20, G: 1 << 30, b: 512, w: 2 }[text.at(-1) ?? ""] ?? 512;
          const c = compare(text.replace(/[ckMGbw]$/, ""));
          return (_, __, s) => c(Math.ceil(s.size / unit));
        }
        case "-mtime":
        case "-mmin": {
          const c = compare(value(name));
          const unit = name === "-mtime" ? 86_400_000 : 60_000;
          return (_, __, s) => c(Math.floor((t.proc.clock.now() - s.mtime) / unit));
        }
        case "-newer": {
          const ref = value(name);
          const when = fs.exists(ref) ? fs.stat(ref).mtime : Infinity;
          return (_, __, s) => s.mtime > when;
        }
        case "-perm": {
          const text = value(name);
          const n = Number.parseInt(text.replace(/^[-/]/, ""), 8);
          return (_, __, s) =>
            text.startsWith("-") ? (s.mode & n) === n : text.startsWith("/") ? (s.mode & n) !== 0 : (s.mode & 0o7777) === n;
        }
        case "-user": {
          const id = owners(t.proc).userId(value(name));
          return (_, __, s) => s.uid === id;
        }
        case "-empty":
          return (path, _, s) => (s.type === "directory" ? fs.readdir(path).length === 0 : s.size === 0);
        case "-maxdepth":
          max = Number(value(name));
          return () => true;
        case "-mindepth":
          min = Number(value(name));
          return () => true;
        case "-depth":
          deep = true;
          return () => true;
        case "-xdev":
        case "-mount":
          stay = true;
          return () => true;
        case "-follow":
          follow = true;
          return () => true;
        case "-true":
          return () => true;
        case "-prune":
          return () => {
            prune = true;
            return true;
          };
        case "-print":
          acts = true;
          return async (path) => {
            await t.out(`${path}\n`);
            return true;
          };
        case "-print0":
          acts = true;
          return async (path) => {
            await t.out(`${path}\0`);
            return true;
          };
        case "-delete":
          acts = deep = true;
          return async (path, _, s) => {
            try {
              if (s.type === "directory") fs.rmdir(path);
              else fs.unlink(path);
              return true;
            } catch (error) {
              if (!(error instanceof Errno)) throw error;
              await t.warn(`cannot delete '${path}': ${error.message}`);
              return false;
            }
          };
        case "-quit":
          acts = true;
          return async () => {
            quit = true;
            return false;
          };
        case "-exec": {
          acts = true;
          const argv: string[] = [];
          while (at < args.length && args[at] !== ";" && !(args[at] === "+" && argv.at(-1) === "{}")) argv.push(args[at++] as string);
          if (at >= args.length) failure ??= t.busybox ? "-exec requires an argument" : "missing argument to `-exec'";
          if (args[at++] === ";")
            return async (path) =>
              (await runChild(
                t,
                argv.map((w) => w.split("{}").join(path)),
              )) === 0;
          const batch = { argv: argv.slice(0, -1), paths: [] as string[] };
          batches.push(batch);
          return (path) => {
            batch.paths.push(path);
            return true;
          };
        }
        case "-regex":
        case "-iregex": {
          // Emacs' syntax is find's own; what courses write reads the same in POSIX's basic one.
          const p = posixRegex(`^\\(${value(name)}\\)$`, { extended: false, ignoreCase: name === "-iregex" });
          return (path) => p.test(path);
        }
        case "-links": {
          const c = compare(value(name));
          return (_, __, s) => c(s.nlink);
        }
        case "-inum": {
          const c = compare(value(name));
          return (_, __, s) => c(s.ino);
        }
        case "-group": {
          const id = owners(t.proc).groupId(value(name));
          return (_, __, s) => s.gid === id;
        }
        case "-uid":
        case "-gid": {
          const c = compare(value(name));
          return (_, __, s) => c(name === "-uid" ? s.uid : s.gid);
        }
        case "-samefile": {
          const ref = value(name);
          const ino = fs.exists(ref) ? fs.stat(ref).ino : -1;
          return (_, __, s) => s.ino === ino;
        }
        case "-lname": {
          const p = compilePattern(value(name));
          return (path, _, s) => s.type === "symlink" && matches(p, fs.readlink(path));
        }
        case "-false":
          return () => false;
        case "-readable":
        case "-writable":
        case "-executable": {
          const bit = name === "-readable" ? 4 : name === "-writable" ? 2 : 1;
          return (_, __, s) => {
            if (t.proc.uid === 0) return bit !== 1 || s.type === "directory" || (s.mode & 0o111) !== 0;
            const shift = s.uid === t.proc.uid ? 6 : s.gid === t.proc.gid ? 3 : 0;
            return ((s.mode >> shift) & bit) !== 0;
          };
        }
        case "-newermt": {
          const when = parseDate(value(name), t.proc.clock.now());
          if (Number.isNaN(when)) failure ??= "I cannot figure out how to interpret the date or time";
          return (_, __, s) => s.mtime > when;
        }
        case "-ls":
          acts = true;
          return async (path, _, s) => {
            const who = owners(t.proc);
            const date = strftime("%b %e %H:%M", s.mtime);
            await t.out(
              `${String(s.ino).padStart(9)} ${String(diskBytes(s) / 1024).padStart(6)} ${modeString(s)} ${String(s.nlink).padStart(3)} ${who.user(s.uid).padEnd(8)} ${who.group(s.gid).padEnd(8)} ${String(s.size).padStart(8)} ${date} ${path}\n`,
            );
            return true;
          };
        case "-printf": {
          acts = true;
          const print = findFormat(t, value(name));
          return async (path, _, s, depth) => {
            await t.out(print(path, s, depth, top));
            return true;
          };
        }
        case "-execdir": {
          acts = true;
          const argv: string[] = [];
          while (at < args.length && args[at] !== ";" && args[at] !== "+") argv.push(args[at++] as string);
          if (at++ >= args.length) failure ??= "missing argument to `-execdir'";
          return async (path) => {
            const slash = path.lastIndexOf("/");
            const before = t.proc.cwd;
            t.proc.cwd = slash < 0 ? before : fs.realpath(path.slice(0, slash) || "/");
            try {
              return (
                (await runChild(
                  t,
                  argv.map((w) => w.split("{}").join(`./${path.slice(slash + 1)}`)),
                )) === 0
              );
            } finally {
              t.proc.cwd = before;
            }
          };
        }
        case "-ok":
        case "-okdir":
          failure ??=
            at >= args.length ? `missing argument to \`${name}'` : `${name} asks at a terminal, which is not simulated in Timonel`;
          return () => false;
        default:
          failure ??= t.busybox
            ? `unrecognized: ${name}`
            : name.startsWith("-")
              ? `unknown predicate \`${name}'`
              : `paths must precede expression: \`${name}'`;
          return () => false;
      }
    };
    let quit = false;
    let top = ".";
    const test: Test = args.length > 0 ? or() : () => true;
    if (failure === undefined && at < args.length) failure = `unexpected argument '${args[at]}'`;
    if (failure !== undefined) return t.fail(failure);
    const visit = async (path: string, depth: number): Promise<void> => {
      if (quit) return;
      let stat: Stat;
      try {
        stat = follow && fs.exists(path) ? fs.stat(path) : fs.lstat(path);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        return t.warn(t.busybox ? `${path}: ${error.message}` : `‘${path}’: ${error.message}`);
      }
      prune = false;
      const check = async (): Promise<void> => {
        if (depth >= min && (await test(path, baseName(path), stat, depth)) && !acts && !prune) await t.out(`${path}\n`);
      };
      if (!deep) await check();
      const other = stay && depth > 0 && stat.type === "directory" && mounts.has(fs.realpath(path));
      // A link to a directory above would lead round in circles.
      const real = follow && stat.type === "directory" ? fs.realpath(path) : "";
      if (real !== "" && above.includes(real))
        return t.warn(
          t.busybox
            ? `${path}: Too many levels of symbolic links`
            : `File system loop detected; ‘${path}’ is part of the same file system loop.`,
        );
      if (stat.type === "directory" && depth < max && !prune && !other) {
        above.push(real);
        await t.proc.cpu(0.01);
        try {
          for (const name of fs.readdir(path)) await visit(path.endsWith("/") ? path + name : `${path}/${name}`, depth + 1);
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          await t.warn(t.busybox ? `${path}: ${error.message}` : `‘${path}’: ${error.message}`);
        }
      }
      if (stat.type === "directory" && depth < max && !prune && !other) above.pop();
      if (deep) await check();
    };
    const above: string[] = [];
    const mounts = new Set(stay ? mountTable(t.proc).map((m) => m.path) : []);
    for (const path of paths.length > 0 ? paths : ["."]) {
      top = path;
      await visit(path, 0);
    }
    for (const b of batches) if (b.paths.length > 0) await runChild(t, [...b.argv, ...b.paths]);
    return t.status;
  },
};
