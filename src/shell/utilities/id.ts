import { Accounts } from "./accounts/database.ts";
import { owners } from "./paths.ts";
import type { Utility } from "./tool.ts";

export const id: Utility = {
  name: "id",
  usage: "[-ugGn] [USER]",
  about: "Print information about USER or the current user",
  flags: {
    user: { short: "u", help: "User id" },
    group: { short: "g", help: "Group id" },
    groups: { short: "G", help: "Supplementary group ids" },
    name: { short: "n", help: "Names" },
  },
  run: async (t) => {
    const who = owners(t.proc);
    const [name] = t.args;
    const accounts = new Accounts(t.proc.fs);
    const asked = name === undefined ? undefined : (accounts.user(name) ?? (/^\d+$/.test(name) ? accounts.byUid(Number(name)) : undefined));
    if (name !== undefined && !asked) return t.fail(t.busybox ? `unknown user ${name}` : `‘${name}’: no such user`);
    const { uid, gid } = asked ?? t.proc;
    // A set-user-ID program made it another: both show.
    const real = asked ?? t.proc.real;
    const groups = asked ? accounts.groupIds(asked) : t.proc.groups.length > 0 ? t.proc.groups : [gid];
    const named = (n: number, name: string): string => (name === String(n) ? String(n) : `${n}(${name})`);
    if (t.has("user")) await t.out(`${t.has("name") ? who.user(uid) : uid}\n`);
    else if (t.has("group")) await t.out(`${t.has("name") ? who.group(gid) : gid}\n`);
    else if (t.has("groups")) await t.out(`${groups.map((g) => (t.has("name") ? who.group(g) : g)).join(" ")}\n`);
    else {
      const user = (n: number): string => named(n, who.user(n));
      const group = (n: number): string => named(n, who.group(n));
      const effective = `${real.uid === uid ? "" : ` euid=${user(uid)}`}${real.gid === gid ? "" : ` egid=${group(gid)}`}`;
      await t.out(`uid=${user(real.uid)} gid=${group(real.gid)}${effective} groups=${groups.map(group).join(",")}\n`);
    }
    return 0;
  },
};
