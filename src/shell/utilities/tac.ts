import type { Utility } from "./tool.ts";

export const tac: Utility = {
  name: "tac",
  usage: "[FILE]...",
  about: "Concatenate FILEs and print them in reverse",
  flags: {},
  run: async (t) => {
    for (const path of t.args.length > 0 ? t.args : ["-"]) {
      // A last line without a newline stays without one, and is first.
      const text = await t.text(path);
      const lines = text.split(/(?<=\n)/).filter((l) => l !== "");
      await t.out(lines.reverse().join(""));
    }
    return t.status;
  },
};
