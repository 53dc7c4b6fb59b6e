import { execChild } from "./children.ts";
import type { Utility } from "./tool.ts";

export const nohup: Utility = {
  name: "nohup",
  usage: "PROG ARGS",
  about: "Run PROG immune to hangups",
  parse: "first",
  flags: {},
  async run(t) {
    if (t.args.length === 0) return t.misuse("missing operand", 125);
    t.proc.on("HUP", "ignore");
    if (!t.proc.stdout.tty) return execChild(t, t.args);
    await t.proc.stderr.write("nohup: ignoring input and appending output to 'nohup.out'\n");
    const out = t.proc.open("nohup.out", "a");
    return execChild(t, t.args, { fds: { 0: t.proc.stdin, 1: out, 2: out } });
  },
};
