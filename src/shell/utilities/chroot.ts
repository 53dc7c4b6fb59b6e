import { Errno } from "../../runtime/index.ts";
import { execChild } from "./children.ts";
import type { Utility } from "./tool.ts";

export const chroot: Utility = {
  name: "chroot",
  usage: "NEWROOT [PROG ARGS]",
  about: "Run PROG with root directory set to NEWROOT",
  parse: "first",
  flags: {},
  async run(t) {
    const [root, ...argv] = t.args;
    if (root === undefined) return t.misuse("missing operand", t.busybox ? 1 : 125);
    try {
      // Not every refusal is the program's: may it, and is it a directory?
      if (t.proc.fs.stat(root).type !== "directory") throw new Errno("ENOTDIR", "Not a directory", root);
      if (!t.proc.capable("SYS_CHROOT")) throw new Errno("EPERM", "Operation not permitted", root);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return t.fail(`${t.busybox ? "can't" : "cannot"} change root directory to '${root}': ${error.message}`, t.busybox ? 1 : 125);
    }
    return execChild(t, argv.length > 0 ? argv : [t.proc.env["SHELL"] || "/bin/sh", "-i"], { root });
  },
};
