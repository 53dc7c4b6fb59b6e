import { owners } from "./paths.ts";
import type { Utility } from "./tool.ts";

export const whoami: Utility = {
  name: "whoami",
  usage: "",
  about: "Print the user name associated with the current effective user id",
  flags: {},
  run: async (t) => {
    if (t.args[0] !== undefined && !t.busybox) return t.misuse(`extra operand ‘${t.args[0]}’\nTry 'whoami --help' for more information.`);
    const name = owners(t.proc).user(t.proc.uid);
    if (name === String(t.proc.uid))
      return t.fail(t.busybox ? `unknown uid ${t.proc.uid}` : `cannot find name for user ID ${t.proc.uid}: No such file or directory`);
    await t.out(`${name}\n`);
    return 0;
  },
};
