import type { Utility } from "./tool.ts";

export const nproc: Utility = {
  name: "nproc",
  usage: "",
  about: "Print number of available CPUs",
  flags: {},
  run: async (t) => {
    if (t.args[0] !== undefined && !t.busybox) return t.misuse(`extra operand ‘${t.args[0]}’`);
    const online = t.proc.fs.exists("/sys/devices/system/cpu/online")
      ? /-(\d+)/.exec(t.proc.fs.readText("/sys/devices/system/cpu/online"))?.[1]
      : undefined;
    await t.out(`${Number(online ?? 0) + 1}\n`);
    return 0;
  },
};
