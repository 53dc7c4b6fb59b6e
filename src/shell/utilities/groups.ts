import { owners } from "./paths.ts";
import type { Utility } from "./tool.ts";

export const groups: Utility = {
  name: "groups",
  usage: "[USER]",
  about: "Print the groups USER is in",
  flags: {},
  async run(t) {
    const who = owners(t.proc);
    const own = [...new Set([t.proc.gid, ...t.proc.groups])];
    if (t.args.length === 0) {
      for (const gid of t.busybox ? [] : own) if (who.group(gid) === String(gid)) await t.warn(`cannot find name for group ID ${gid}`);
      await t.out(`${own.map((gid) => who.group(gid)).join(" ")}\n`);
      return t.status;
    }
    for (const user of t.args) {
      const line = lines(t.proc.fs.exists("/etc/passwd") ? t.proc.fs.readText("/etc/passwd") : "").find((l) => l[0] === user);
      if (!line) {
        await t.warn(t.busybox ? `unknown user ${user}` : `‘${user}’: no such user`);
        continue;
      }
      const more = lines(t.proc.fs.exists("/etc/group") ? t.proc.fs.readText("/etc/group") : "").filter((l) =>
        (l[3] ?? "").split(",").includes(user),
      );
      const names = [...new Set([who.group(Number(line[3])), ...more.map((l) => l[0] as string)])].join(" ");
      await t.out(t.busybox ? `${names}\n` : `${user} : ${names}\n`);
    }
    return t.status;
  },
};

const lines = (text: string): readonly string[][] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((l) => l.split(":"));
