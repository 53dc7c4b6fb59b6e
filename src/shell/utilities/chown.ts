import { owners } from "./paths.ts";
import { eachPath } from "./recursion.ts";
import type { Utility } from "./tool.ts";

const recursive: Utility["flags"] = {
  recursive: { short: "R", long: "recursive", help: "Recurse" },
  verbose: { short: "v", help: "Verbose" },
  quiet: { short: "f", help: "Hide errors" },
};

export const chown: Utility = {
  name: "chown",
  usage: "[-R] USER[:[GROUP]] FILE...",
  about: "Change the owner and/or group of FILEs",
  flags: recursive,
  async run(t) {
    const [spec, ...paths] = t.args;
    if (spec === undefined || paths.length === 0)
      return t.misuse(spec === undefined ? "missing operand" : `missing operand after ‘${spec}’`);
    const [user, group] = spec.split(/[:.]/);
    const who = owners(t.proc);
    const [uid, gid] = [user ? who.userId(user) : -1, group ? who.groupId(group) : -1];
    if (uid === undefined) return t.fail(t.busybox ? `unknown user ${user}` : `invalid user: ‘${spec}’`);
    if (gid === undefined) return t.fail(t.busybox ? `unknown group ${group}` : `invalid group: ‘${spec}’`);
    return eachPath(
      t,
      paths,
      (path) => {
        const s = t.proc.fs.stat(path);
        t.proc.fs.chown(path, uid < 0 ? s.uid : uid, gid < 0 ? s.gid : gid);
      },
      t.has("recursive"),
    );
  },
};
