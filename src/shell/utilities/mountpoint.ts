import type { Utility } from "./tool.ts";
import { mountTable } from "./usage.ts";

export const mountpoint: Utility = {
  name: "mountpoint",
  usage: "[-q] DIR",
  about: "Check if DIR is a mountpoint",
  flags: { quiet: { short: "q", help: "Quiet" } },
  async run(t) {
    const [path] = t.args;
    if (path === undefined) return t.fail("bad usage");
    if (!t.proc.fs.exists(path)) return t.has("quiet") ? 1 : t.fail(`${path}: No such file or directory`);
    const real = t.proc.fs.realpath(path);
    const known = mountTable(t.proc).some((m) => m.path === real);
    if (!t.has("quiet")) await t.out(`${path} is ${known ? "" : "not "}a mountpoint\n`);
    return known ? 0 : t.busybox ? 1 : 32;
  },
};
