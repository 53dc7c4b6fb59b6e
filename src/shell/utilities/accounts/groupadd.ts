import type { Utility } from "../tool.ts";
import { Accounts } from "./database.ts";
import { goodName, locked, nextId, wrongly } from "./shadow.ts";

export const groupadd: Utility = {
  name: "groupadd",
  usage: "[options] GROUP",
  about: "Create a new group",
  flags: {
    force: { short: "f", long: "force", help: "exit successfully if the group already exists" },
    gid: { short: "g", long: "gid", value: "GID", help: "use GID for the new group" },
    dup: { short: "o", long: "non-unique", help: "allow to create groups with duplicate (non-unique) GID" },
    system: { short: "r", long: "system", help: "create a system account" },
  },
  async run(t) {
    const [name, extra] = t.args;
    if (name === undefined || extra !== undefined) return wrongly(t);
    if (!goodName(name)) return t.fail(`'${name}' is not a valid group name`, 3);
    const accounts = await locked(t);
    if (!accounts) return 10;
    if (accounts.group(name)) return t.has("force") ? 0 : t.fail(`group '${name}' already exists`, 9);
    const asked = t.value("gid");
    if (asked !== undefined && !/^\d+$/.test(asked)) return t.fail(`invalid group ID '${asked}'`, 3);
    const gids = accounts.groups.map((g) => g.gid);
    const taken = asked !== undefined && gids.includes(Number(asked)) && !t.has("dup");
    if (taken && !t.has("force")) return t.fail(`GID '${asked}' already exists`, 4);
    const gid = asked === undefined || taken ? nextId(gids, t.has("system")) : Number(asked);
    if (gid === undefined) return t.fail("Can't get unique GID (no more available GIDs)", 4);
    accounts.writeGroups([...accounts.groups, { name, password: "x", gid, members: [] }]);
    return 0;
  },
};

export const groupmod: Utility = {
  name: "groupmod",
  usage: "[options] GROUP",
  about: "Modify a group definition on the system",
  flags: {
    gid: { short: "g", long: "gid", value: "GID", help: "change the group ID to GID" },
    name: { short: "n", long: "new-name", value: "NEW_GROUP", help: "change the name to NEW_GROUP" },
    dup: { short: "o", long: "non-unique", help: "allow to use a duplicate (non-unique) GID" },
  },
  async run(t) {
    const [name, extra] = t.args;
    if (name === undefined || extra !== undefined) return wrongly(t);
    const accounts = await locked(t);
    if (!accounts) return 10;
    const group = accounts.group(name);
    if (!group) return t.fail(`group '${name}' does not exist`, 6);
    const [to, id] = [t.value("name") ?? name, t.value("gid")];
    if (to !== name && accounts.group(to)) return t.fail(`group '${to}' already exists`, 9);
    if (id !== undefined && !/^\d+$/.test(id)) return t.fail(`invalid group ID '${id}'`, 3);
    const gid = id === undefined ? group.gid : Number(id);
    if (gid !== group.gid && !t.has("dup") && accounts.groups.some((g) => g.gid === gid)) return t.fail(`GID '${gid}' already exists`, 4);
    accounts.writeGroups(accounts.groups.map((g) => (g === group || g.name === name ? { ...g, name: to, gid } : g)));
    accounts.writeUsers(accounts.users.map((u) => (u.gid === group.gid ? { ...u, gid } : u)));
    return 0;
  },
};

export const groupdel: Utility = {
  name: "groupdel",
  usage: "[options] GROUP",
  about: "Delete a group",
  flags: { force: { short: "f", long: "force", help: "delete group even if it is the primary group of a user" } },
  async run(t) {
    const [name, extra] = t.args;
    if (name === undefined || extra !== undefined) return wrongly(t);
    const accounts = await locked(t);
    if (!accounts) return 10;
    const group = accounts.group(name);
    if (!group) return t.fail(`group '${name}' does not exist`, 6);
    const owner = accounts.users.find((u) => u.gid === group.gid);
    if (owner && !t.has("force")) return t.fail(`cannot remove the primary group of user '${owner.name}'`, 8);
    accounts.writeGroups(accounts.groups.filter((g) => g.name !== name));
    return 0;
  },
};

export const gpasswd: Utility = {
  name: "gpasswd",
  usage: "[option] GROUP",
  about: "Administer /etc/group",
  flags: {
    add: { short: "a", long: "add", value: "USER", help: "add USER to GROUP" },
    delete: { short: "d", long: "delete", value: "USER", help: "remove USER from GROUP" },
    members: { short: "M", long: "members", value: "USER,...", help: "set the list of members of GROUP" },
  },
  async run(t) {
    const [name] = t.args;
    if (name === undefined || !["add", "delete", "members"].some((f) => t.has(f))) return wrongly(t);
    if (t.proc.uid !== 0) return t.fail("Permission denied.");
    const accounts = new Accounts(t.proc.fs);
    const group = accounts.group(name);
    if (!group) return t.fail(`group '${name}' does not exist in /etc/group`, 3);
    const [add, remove] = [t.value("add"), t.value("delete")];
    const users = add !== undefined ? [add] : remove !== undefined ? [remove] : (t.value("members") as string).split(",").filter(Boolean);
    for (const user of users) if (!accounts.user(user)) return t.fail(`user '${user}' does not exist`, 3);
    if (add !== undefined) await t.out(`Adding user ${add} to group ${name}\n`);
    if (remove !== undefined) await t.out(`Removing user ${remove} from group ${name}\n`);
    if (remove !== undefined && !group.members.includes(remove)) return t.fail(`user '${remove}' is not a member of '${name}'`, 3);
    const members =
      remove !== undefined ? group.members.filter((m) => m !== remove) : add !== undefined ? [...new Set([...group.members, add])] : users;
    accounts.writeGroups(accounts.groups.map((g) => (g.name === name ? { ...g, members } : g)));
    return 0;
  },
};
