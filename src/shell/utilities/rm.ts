import { Errno } from "../../runtime/index.ts";
import { joinPath } from "./paths.ts";
import type { Tool, Utility } from "./tool.ts";

export async function removeTree(
  t: Tool,
  path: string,
  o: { readonly recursive: boolean; readonly force: boolean; readonly verbose: boolean; readonly empty: boolean },
): Promise<void> {
  const { fs } = t.proc;
  try {
    if (fs.lstat(path).type !== "directory") {
      fs.unlink(path);
      if (o.verbose) await t.out(`removed '${path}'\n`);
      return;
    }
    if (!o.recursive && !o.empty) return t.warn(t.busybox ? `'${path}' is a directory` : `cannot remove '${path}': Is a directory`);
    if (o.recursive) for (const name of fs.readdir(path)) await removeTree(t, joinPath(path, name), o);
    fs.rmdir(path);
    if (o.verbose) await t.out(`removed directory '${path}'\n`);
  } catch (error) {
    if (error instanceof Errno && error.code === "ENOENT" && o.force) return;
    await t.complain("remove", path, error);
  }
}
export const rm: Utility = {
  name: "rm",
  usage: "[-irf] FILE...",
  about: "Remove (unlink) FILEs",
  flags: {
    recursive: { short: "r", long: "recursive", help: "Recurse" },
    Recursive: { short: "R", help: "Recurse" },
    force: { short: "f", long: "force", help: "Never prompt" },
    empty: { short: "d", help: "Remove empty directories" },
    verbose: { short: "v", long: "verbose", help: "Verbose" },
  },
  async run(t) {
    if (t.args.length === 0) return t.has("force") ? 0 : t.misuse("missing operand");
    for (const path of t.args) {
      if (/^\/+$/.test(path) && !t.busybox)
        await t.warn("it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe");
      else if (/^(.*\/)?\.\.?\/?$/.test(path)) await t.warn(`refusing to remove '.' or '..' directory: skipping '${path}'`);
      else
        await removeTree(t, path, {
          recursive: t.has("recursive") || t.has("Recursive"),
          force: t.has("force"),
          verbose: t.has("verbose"),
          empty: t.has("empty"),
        });
    }
    return t.status;
  },
};
