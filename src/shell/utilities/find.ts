import { Errno, type Stat } from "../../runtime/index.ts";
import { runChild } from "./children.ts";
import { Expression } from "./find-expression.ts";
import { baseName } from "./paths.ts";
import type { Utility } from "./tool.ts";
import { mountTable } from "./usage.ts";

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
    let follow = false;
    while (args[0] === "-L" || args[0] === "-H" || args[0] === "-P") follow = args.shift() === "-L";
    while (args.length > 0 && !/^[-(!]/.test(args[0] as string)) paths.push(args.shift() as string);
    const e = new Expression(t, args, follow);
    const test = e.read();
    if (e.failure !== undefined) return t.fail(e.failure);
    const visit = async (path: string, depth: number): Promise<void> => {
      if (e.quit) return;
      let stat: Stat;
      try {
        stat = e.follow && fs.exists(path) ? fs.stat(path) : fs.lstat(path);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        return t.warn(t.busybox ? `${path}: ${error.message}` : `‘${path}’: ${error.message}`);
      }
      e.prune = false;
      const check = async (): Promise<void> => {
        if (depth >= e.min && (await test(path, baseName(path), stat, depth)) && !e.acts && !e.prune) await t.out(`${path}\n`);
      };
      if (!e.deep) await check();
      const other = e.stay && depth > 0 && stat.type === "directory" && mounts.has(fs.realpath(path));
      // A link to a directory above would lead round in circles.
      const real = e.follow && stat.type === "directory" ? fs.realpath(path) : "";
      if (real !== "" && above.includes(real))
        return t.warn(
          t.busybox
            ? `${path}: Too many levels of symbolic links`
            : `File system loop detected; ‘${path}’ is part of the same file system loop.`,
        );
      if (stat.type === "directory" && depth < e.max && !e.prune && !other) {
        above.push(real);
        await t.proc.cpu(0.01);
        try {
          for (const name of fs.readdir(path)) await visit(path.endsWith("/") ? path + name : `${path}/${name}`, depth + 1);
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          await t.warn(t.busybox ? `${path}: ${error.message}` : `‘${path}’: ${error.message}`);
        }
      }
      if (stat.type === "directory" && depth < e.max && !e.prune && !other) above.pop();
      if (e.deep) await check();
    };
    const above: string[] = [];
    const mounts = new Set(e.stay ? mountTable(t.proc).map((m) => m.path) : []);
    for (const path of paths.length > 0 ? paths : ["."]) {
      e.top = path;
      await visit(path, 0);
    }
    for (const b of e.batches) if (b.paths.length > 0) await runChild(t, [...b.argv, ...b.paths]);
    return t.status;
  },
};
