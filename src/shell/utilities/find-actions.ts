import { Errno } from "../../runtime/index.ts";
import { strftime } from "../strftime.ts";
import { runChild } from "./children.ts";
import type { Primary } from "./find-expression.ts";
import { findFormat } from "./find-printf.ts";
import { modeString, owners } from "./paths.ts";
import { diskBytes } from "./usage.ts";

/** What is done with what was found. */
export const ACTIONS: ReadonlyMap<string, Primary> = new Map<string, Primary>([
  [
    "-print",
    (e) => {
      e.acts = true;
      return async (path) => {
        await e.tool.out(`${path}\n`);
        return true;
      };
    },
  ],
  [
    "-print0",
    (e) => {
      e.acts = true;
      return async (path) => {
        await e.tool.out(`${path}\0`);
        return true;
      };
    },
  ],
  [
    "-delete",
    (e) => {
      e.acts = e.deep = true;
      return async (path, _, s) => {
        try {
          if (s.type === "directory") e.tool.proc.fs.rmdir(path);
          else e.tool.proc.fs.unlink(path);
          return true;
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          await e.tool.warn(`cannot delete '${path}': ${error.message}`);
          return false;
        }
      };
    },
  ],
  [
    "-quit",
    (e) => {
      e.acts = true;
      return async () => {
        e.quit = true;
        return false;
      };
    },
  ],
  [
    "-exec",
    (e) => {
      e.acts = true;
      const argv: string[] = [];
      while (e.next !== undefined && e.next !== ";" && !(e.next === "+" && argv.at(-1) === "{}")) argv.push(e.take());
      if (e.next === undefined) e.failure ??= e.tool.busybox ? "-exec requires an argument" : "missing argument to `-exec'";
      if (e.take() === ";")
        return async (path) =>
          (await runChild(
            e.tool,
            argv.map((w) => w.split("{}").join(path)),
          )) === 0;
      const batch = { argv: argv.slice(0, -1), paths: [] as string[] };
      e.batches.push(batch);
      return (path) => {
        batch.paths.push(path);
        return true;
      };
    },
  ],
  [
    "-ls",
    (e) => {
      e.acts = true;
      return async (path, _, s) => {
        const who = owners(e.tool.proc);
        const date = strftime("%b %e %H:%M", s.mtime);
        await e.tool.out(
          `${String(s.ino).padStart(9)} ${String(diskBytes(s) / 1024).padStart(6)} ${modeString(s)} ${String(s.nlink).padStart(3)} ${who.user(s.uid).padEnd(8)} ${who.group(s.gid).padEnd(8)} ${String(s.size).padStart(8)} ${date} ${path}\n`,
        );
        return true;
      };
    },
  ],
  [
    "-printf",
    (e, name) => {
      e.acts = true;
      const print = findFormat(e.tool, e.value(name));
      return async (path, _, s, depth) => {
        await e.tool.out(print(path, s, depth, e.top));
        return true;
      };
    },
  ],
  [
    "-execdir",
    (e) => {
      e.acts = true;
      const argv: string[] = [];
      while (e.next !== undefined && e.next !== ";" && e.next !== "+") argv.push(e.take());
      if (e.next === undefined) e.failure ??= "missing argument to `-execdir'";
      e.take();
      return async (path) => {
        const slash = path.lastIndexOf("/");
        const before = e.tool.proc.cwd;
        e.tool.proc.cwd = slash < 0 ? before : e.tool.proc.fs.realpath(path.slice(0, slash) || "/");
        try {
          return (
            (await runChild(
              e.tool,
              argv.map((w) => w.split("{}").join(`./${path.slice(slash + 1)}`)),
            )) === 0
          );
        } finally {
          e.tool.proc.cwd = before;
        }
      };
    },
  ],
  ...["-ok", "-okdir"].map((word): [string, Primary] => [
    word,
    (e, name) => {
      e.failure ??=
        e.next === undefined ? `missing argument to \`${name}'` : `${name} asks at a terminal, which is not simulated in Timonel`;
      return () => false;
    },
  ]),
]);
