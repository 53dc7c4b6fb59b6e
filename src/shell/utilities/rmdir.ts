import { Errno } from "../../runtime/index.ts";
import type { Utility } from "./tool.ts";

export const rmdir: Utility = {
  name: "rmdir",
  usage: "[-p] DIRECTORY...",
  about: "Remove DIRECTORYs if they are empty",
  flags: { parents: { short: "p", long: "parents", help: "Include parents" } },
  async run(t) {
    if (t.args.length === 0) return t.misuse("missing operand");
    for (const path of t.args) {
      try {
        for (let at = path; at !== "" && at !== "."; at = t.has("parents") ? at.replace(/\/?[^/]*$/, "") : "") t.proc.fs.rmdir(at);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await t.warn(t.busybox ? `'${path}': ${error.message}` : `failed to remove '${path}': ${error.message}`);
      }
    }
    return t.status;
  },
};
