import { parseDuration } from "./durations.ts";
import type { Utility } from "./tool.ts";

export const sleep: Utility = {
  name: "sleep",
  usage: "[N]...",
  about:
    "Pause for a time equal to the total of the args given, where each arg can have an optional suffix of (s)econds, (m)inutes, (h)ours, or (d)ays",
  flags: {},
  async run(t) {
    if (t.args.length === 0) return t.misuse("missing operand");
    let total = 0;
    for (const word of t.args) {
      const ms = parseDuration(word);
      if (Number.isNaN(ms)) return t.busybox ? t.fail(`invalid number '${word}'`) : t.misuse(`invalid time interval ‘${word}’`);
      total += ms;
    }
    // Infinity in steps that a timer can hold.
    while (total > 1e12) {
      await t.proc.clock.sleep(1e12);
      if (total !== Infinity) total -= 1e12;
    }
    await t.proc.clock.sleep(total);
    return 0;
  },
};
