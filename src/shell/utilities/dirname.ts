import type { Utility } from "./tool.ts";

export const dirname: Utility = {
  name: "dirname",
  usage: "FILE...",
  about: "Strip non-directory suffix from FILE",
  flags: {},
  async run(t) {
    if (t.args.length === 0) return t.misuse("missing operand");
    for (const path of t.args)
      await t.out(
        `${/^\/+[^/]*\/*$/.test(path) ? "/" : path.replace(/\/+$/, "").includes("/") ? path.replace(/\/+$/, "").replace(/\/+[^/]*$/, "") : "."}\n`,
      );
    return 0;
  },
};
