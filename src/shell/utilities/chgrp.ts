import { chown } from "./chown.ts";
import { owners } from "./paths.ts";
import { eachPath } from "./recursion.ts";
import type { Utility } from "./tool.ts";

export const chgrp: Utility = {
  name: "chgrp",
  usage: "[-R] GROUP FILE...",
  about: "Change the group membership of FILEs to GROUP",
  flags: chown.flags,
  async run(t) {
    const [group, ...paths] = t.args;
    if (group === undefined || paths.length === 0)
      return t.misuse(group === undefined ? "missing operand" : `missing operand after ‘${group}’`);
    const gid = owners(t.proc).groupId(group);
    if (gid === undefined) return t.fail(t.busybox ? `unknown group ${group}` : `invalid group: ‘${group}’`);
    return eachPath(t, paths, (path) => t.proc.fs.chown(path, t.proc.fs.stat(path).uid, gid), t.has("recursive"));
  },
};
