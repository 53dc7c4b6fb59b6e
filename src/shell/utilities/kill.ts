import { plainTable, SIGNALS, signalName } from "../signals.ts";
import { signalAll, takeSignal } from "./signalling.ts";
import type { Utility } from "./tool.ts";

export const kill: Utility = {
  name: "kill",
  usage: "[-l] [-SIG] PID...",
  about: "Send a signal (default: TERM) to given PIDs",
  flags: {},
  parse: "raw",
  async run(t) {
    const args = [...t.args];
    if (args[0] === "-l") {
      const [, what] = args;
      if (what !== undefined) {
        const name = signalName(/^\d+$/.test(what) ? String(Number(what) & 127) : what);
        if (name === undefined) return t.fail(`unknown signal '${what}'`);
        await t.out(`${/^\d+$/.test(what) ? name : SIGNALS[name]}\n`);
      } else
        await t.out(
          t.busybox
            ? plainTable()
            : `${Object.keys(SIGNALS)
                .filter((n) => !n.startsWith("RT"))
                .join(" ")}\n`,
        );
      return 0;
    }
    const signal = takeSignal(args);
    if (signal === undefined) return t.fail(`bad signal name '${t.args[0]?.slice(1)}'`);
    if (args.length === 0) return t.fail("you need to specify whom to kill");
    const bad = args.find((a) => !/^-?\d+$/.test(a));
    if (bad !== undefined) return t.fail(`invalid number '${bad}'`);
    return signalAll(t, args.map(Number), signal);
  },
};
