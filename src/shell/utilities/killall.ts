import { commandName } from "./process-text.ts";
import { signalAll, takeSignal } from "./signalling.ts";
import type { Utility } from "./tool.ts";

export const killall: Utility = {
  name: "killall",
  usage: "[-q] [-SIG] NAME...",
  about: "Send a signal (default: TERM) to given processes",
  flags: {},
  parse: "raw",
  async run(t) {
    const args = [...t.args];
    const signal = takeSignal(args);
    if (signal === undefined) return t.fail(`bad signal name '${t.args[0]}'`);
    for (const name of args.filter((a) => a !== "-q")) {
      const found = t.proc.processes().filter((p) => commandName(p) === name && p.pid !== t.proc.pid);
      if (found.length === 0) {
        if (t.busybox) await t.warn(`${name}: no process killed`);
        else {
          await t.proc.stderr.write(`${name}: no process found\n`);
          t.status = 1;
        }
      }
      await signalAll(
        t,
        found.map((p) => p.pid),
        signal,
      );
    }
    return t.status;
  },
};
