import { Errno } from "../../runtime/index.ts";
import type { Utility } from "./tool.ts";

export const mkdir: Utility = {
  name: "mkdir",
  usage: "[-m MODE] [-p] DIRECTORY...",
  about: "Create DIRECTORYs",
  flags: {
    parents: { short: "p", long: "parents", help: "Make parents as needed" },
    mode: { short: "m", long: "mode", value: "MODE", help: "Mode" },
    verbose: { short: "v", help: "Verbose" },
  },
  async run(t) {
    if (t.args.length === 0) return t.misuse("missing operand");
    const mode = t.has("mode") ? Number.parseInt(t.value("mode") as string, 8) : 0o777 & ~t.proc.umask;
    if (Number.isNaN(mode)) return t.fail(`invalid mode '${t.value("mode")}'`);
    for (const path of t.args) {
      try {
        const made = !t.proc.fs.exists(path);
        t.proc.fs.mkdir(path, { recursive: t.has("parents"), mode });
        // What is asked for is had whatever the umask.
        if (made && t.has("mode")) t.proc.fs.chmod(path, mode);
        if (t.has("verbose")) await t.out(`${t.busybox ? "created directory: " : "mkdir: created directory "}'${path}'\n`);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await t.warn(
          t.busybox ? `can't create directory '${path}': ${error.message}` : `cannot create directory ‘${path}’: ${error.message}`,
        );
      }
    }
    return t.status;
  },
};
