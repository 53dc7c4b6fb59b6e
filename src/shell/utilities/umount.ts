import type { Utility } from "./tool.ts";
import { mountTable } from "./usage.ts";

export const umount: Utility = {
  name: "umount",
  usage: "[-rlf] FILESYSTEM|DIRECTORY",
  about: "Unmount filesystems; a container may not",
  flags: {
    lazy: { short: "l", help: "Lazy umount" },
    force: { short: "f", help: "Force umount" },
    readonly: { short: "r", help: "Remount devices read-only" },
  },
  async run(t) {
    if (t.args.length === 0) return t.fail("bad usage");
    for (const path of t.args) {
      const known = mountTable(t.proc).some((m) => m.path === path.replace(/(?<=.)\/$/, ""));
      const there = t.proc.fs.exists(path);
      if (t.busybox)
        await t.warn(
          `can't unmount ${path}: ${!there ? "No such file or directory" : known ? "Operation not permitted" : "Invalid argument"}`,
        );
      else if (!there) await t.warn(`${path}: no mount point specified.`, 32);
      else await t.warn(known ? `${path}: must be superuser to unmount.` : `${path}: not mounted.`, 32);
    }
    return t.status;
  },
};
