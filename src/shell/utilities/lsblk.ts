import type { Utility } from "./tool.ts";

/** There are no block devices in /sys of a sandbox, which is what the real one says then. */
export const lsblk: Utility = {
  name: "lsblk",
  usage: "[options] [<device> ...]",
  about: "Lists information about block devices.",
  flags: {},
  parse: "raw",
  async run(t) {
    const device = t.args.find((a) => !a.startsWith("-"));
    if (device !== undefined) return t.fail(`${device}: not a block device`, 32);
    return t.fail("failed to access sysfs directory: /sys/dev/block: No such file or directory");
  },
};
