import { Errno } from "../../runtime/index.ts";
import type { Utility } from "./tool.ts";
import { copyTree, destinations } from "./copying.ts";
import { removeTree } from "./rm.ts";
export const mv: Utility = {
  name: "mv",
  usage: "[-finTv] SOURCE... DEST",
  about: "Rename SOURCE to DEST, or move SOURCEs to DIRECTORY",
  flags: {
    force: { short: "f", long: "force", help: "Do not prompt" },
    keep: { short: "n", long: "no-clobber", help: "Do not overwrite" },
    verbose: { short: "v", long: "verbose", help: "Verbose" },
    plain: { short: "T", help: "DEST is a file" },
    into: { short: "t", value: "DIR", help: "Move into DIR" },
  },
  async run(t) {
    const { fs } = t.proc;
    const list = destinations(t, t.args, t.value("into"));
    if (typeof list === "string") return list.startsWith("missing") ? t.misuse(list) : t.fail(list);
    for (const [from, to] of list) {
      if (t.has("keep") && fs.exists(to)) continue;
      try {
        fs.lstat(from);
        fs.rename(from, to);
        if (t.has("verbose")) await t.out(`renamed '${from}' -> '${to}'\n`);
      } catch (error) {
        if (error instanceof Errno && error.code === "EXDEV") {
          await copyTree(t, from, to, { recursive: true, preserve: true, force: true, verbose: false });
          if (t.status === 0) await removeTree(t, from, { recursive: true, force: true, verbose: false, empty: false });
        } else if (error instanceof Errno)
          await t.warn(
            t.busybox
              ? `can't rename '${from}': ${error.message}`
              : error.code === "ENOENT" && !fs.exists(from)
                ? `cannot stat '${from}': ${error.message}`
                : `cannot move '${from}' to '${to}': ${error.message}`,
          );
        else throw error;
      }
    }
    return t.status;
  },
};
