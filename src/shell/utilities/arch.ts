import type { Utility } from "./tool.ts";

export const arch: Utility = {
  name: "arch",
  usage: "",
  about: "Print system architecture",
  flags: {},
  run: async (t) => {
    await t.out("x86_64\n");
    return 0;
  },
};
