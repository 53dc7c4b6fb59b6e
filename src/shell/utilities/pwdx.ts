import { Errno } from "../../runtime/index.ts";
import type { Utility } from "./tool.ts";

export const pwdx: Utility = {
  name: "pwdx",
  usage: "PID...",
  about: "Show current directory for PIDs",
  flags: {},
  async run(t) {
    if (t.args.length === 0) {
      await t.proc.stderr.write(t.usage());
      return 1;
    }
    for (const pid of t.args) {
      try {
        await t.out(`${pid}: ${t.proc.fs.readlink(`/proc/${pid}/cwd`)}\n`);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await t.flush();
        await t.proc.stderr.write(`${t.busybox ? "pwdx: " : ""}${pid}: ${error.code === "ENOENT" ? "No such process" : error.message}\n`);
        t.status = 1;
      }
    }
    return t.status;
  },
};
