import { Errno } from "../../runtime/index.ts";
import { joinPath } from "./paths.ts";
import type { Utility } from "./tool.ts";

/** BusyBox' tree, which has no options. */
export const tree: Utility = {
  name: "tree",
  usage: "[DIR]...",
  about: "List contents of directories in a tree-like format",
  flags: {},
  async run(t) {
    let [folders, files] = [0, 0];
    const visit = async (path: string, lead: string): Promise<void> => {
      let names: readonly string[] = [];
      try {
        names = t.proc.fs.readdir(path).filter((n) => !n.startsWith("."));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
      for (const [i, name] of names.entries()) {
        const last = i === names.length - 1;
        const at = joinPath(path, name);
        const stat = t.proc.fs.lstat(at);
        const target = stat.type === "symlink" ? ` -> ${t.proc.fs.readlink(at)}` : "";
        await t.out(`${lead}${last ? "└── " : "├── "}${name}${target}\n`);
        if (stat.type === "directory") {
          folders++;
          await visit(at, `${lead}${last ? "    " : "│   "}`);
        } else files++;
      }
    };
    for (const path of t.args.length > 0 ? t.args : ["."]) {
      const there = t.proc.fs.exists(path) && t.proc.fs.stat(path).type === "directory";
      await t.out(there ? `${path}\n` : `${path} [error opening dir]\n`);
      if (there) await visit(path, "");
    }
    await t.out(`\n${folders} directories, ${files} files\n`);
    return 0;
  },
};
