import type { Utility } from "./tool.ts";

export const usleep: Utility = {
  name: "usleep",
  usage: "N",
  about: "Pause for N microseconds",
  flags: {},
  async run(t) {
    const text = t.args[0] ?? "";
    if (!/^\d+$/.test(text)) return t.fail(`invalid number '${text}'`);
    await t.proc.clock.sleep(Number(text) / 1000);
    return 0;
  },
};
