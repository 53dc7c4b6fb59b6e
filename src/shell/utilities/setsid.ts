import { execChild } from "./children.ts";
import type { Utility } from "./tool.ts";

export const setsid: Utility = {
  name: "setsid",
  usage: "[-cw] PROG ARGS",
  about: "Run PROG in a new session",
  parse: "first",
  flags: {
    ctty: { short: "c", help: "Set controlling terminal to stdin" },
    wait: { short: "w", long: "wait", help: "Wait for it to end" },
  },
  async run(t) {
    if (t.args.length === 0) return t.misuse("no command specified");
    if (!t.has("wait")) {
      const leads = t.proc.processes().find((p) => p.pid === t.proc.pid)?.group === t.proc.pid;
      // A leader of its group cannot begin a session: a child does, and nobody waits for it.
      if (!leads) return execChild(t, t.args);
    }
    const child = await t.proc.spawn({ argv: t.args, group: "new" });
    return t.has("wait") ? (await child.exited).code : 0;
  },
};
