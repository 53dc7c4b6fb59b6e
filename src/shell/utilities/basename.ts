import { baseName } from "./paths.ts";
import type { Utility } from "./tool.ts";

export const basename: Utility = {
  name: "basename",
  usage: "FILE [SUFFIX]",
  about: "Strip directory path and SUFFIX from FILE",
  flags: { multiple: { short: "a", help: "All arguments are FILEs" }, suffix: { short: "s", value: "SUFFIX", help: "Remove SUFFIX" } },
  async run(t) {
    if (t.args.length === 0) return t.misuse("missing operand");
    const many = t.has("multiple") || t.has("suffix");
    for (const path of many ? t.args : t.args.slice(0, 1)) {
      const suffix = t.value("suffix") ?? (many ? "" : (t.args[1] ?? ""));
      const name = baseName(path);
      await t.out(`${suffix && name.endsWith(suffix) && name !== suffix ? name.slice(0, -suffix.length) : name}\n`);
    }
    return 0;
  },
};
