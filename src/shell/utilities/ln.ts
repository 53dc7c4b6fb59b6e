import { Errno } from "../../runtime/index.ts";
import type { Utility } from "./tool.ts";
import { destinations } from "./copying.ts";
export const ln: Utility = {
  name: "ln",
  usage: "[-sfnv] TARGET... LINK|DIR",
  about: "Create a link LINK or DIR/TARGET to the specified TARGET(s)",
  flags: {
    symbolic: { short: "s", long: "symbolic", help: "Make symlinks" },
    force: { short: "f", long: "force", help: "Remove existing destinations" },
    plain: { short: "n", help: "Do not dereference a link to a directory" },
    verbose: { short: "v", help: "Verbose" },
  },
  async run(t) {
    const { fs } = t.proc;
    const list = destinations(t, t.args.length === 1 ? [...t.args, "."] : t.args, undefined);
    if (typeof list === "string") return list.startsWith("missing") ? t.misuse(list) : t.fail(list);
    for (const [target, path] of list) {
      try {
        if (t.has("force")) {
          try {
            fs.unlink(path);
          } catch (error) {
            if (!(error instanceof Errno) || error.code !== "ENOENT") throw error;
          }
        }
        if (t.has("symbolic")) fs.symlink(target, path);
        else fs.link(target, path);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await t.warn(
          t.busybox
            ? `${error.code === "ENOENT" ? target : path}: ${error.message}`
            : !t.has("symbolic") && error.code === "ENOENT" && !fs.exists(target)
              ? `failed to access '${target}': ${error.message}`
              : `failed to create ${t.has("symbolic") ? "symbolic" : "hard"} link '${path}': ${error.message}`,
        );
      }
    }
    return t.status;
  },
};
