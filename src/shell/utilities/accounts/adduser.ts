import type { Tool, Utility } from "../tool.ts";
import { askHidden } from "./ask.ts";
import { addGroup, addUser, remove } from "./busybox.ts";
import { newSalt, sha512crypt } from "./crypt.ts";
import { type Account, Accounts, makeHome, removeTree } from "./database.ts";
import { goodName } from "./shadow.ts";

/** Debian's adduser, addgroup, deluser and delgroup, which talk; BusyBox' are elsewhere. */

const RANGES = { user: [1000, 59_999], system: [100, 999] } as const;

async function guarded(t: Tool): Promise<Accounts | undefined> {
  if (t.proc.uid === 0) return new Accounts(t.proc.fs);
  await t.warn(`Only root may ${t.name.startsWith("add") ? "add a user or group to" : "remove a user or group from"} the system.`);
  return undefined;
}

async function member(t: Tool, accounts: Accounts, name: string, group: string): Promise<number> {
  const to = accounts.group(group);
  if (!accounts.user(name)) return t.fail(`The user \`${name}' does not exist.`);
  if (!to) return t.fail(`The group \`${group}' does not exist.`);
  if (to.members.includes(name)) {
    await t.proc.stderr.write(`adduser: The user \`${name}' is already a member of \`${group}'.\n`);
    return 0;
  }
  await t.out(`Adding user \`${name}' to group \`${group}' ...\n`);
  accounts.writeGroups(accounts.groups.map((g) => (g.name === group ? { ...g, members: [...g.members, name] } : g)));
  return 0;
}

async function newUser(t: Tool): Promise<number> {
  const accounts = await guarded(t);
  if (!accounts) return 1;
  const [name, group] = t.args;
  if (name === undefined) return t.fail("Only one or two names allowed.");
  if (group !== undefined) return member(t, accounts, name, group);
  const system = t.has("system");
  if (!goodName(name))
    return t.fail(
      "Please enter a username matching the regular expression configured\nvia the NAME_REGEX configuration variable.  Use the `--allow-bad-names'\noption to relax this check or reconfigure NAME_REGEX.",
    );
  if (accounts.user(name)) {
    if (!system) return t.fail(`The user \`${name}' already exists.`);
    await t.out(`The system user \`${name}' already exists. Exiting.\n`);
    return 0;
  }
  const wanted = t.value("ingroup") ?? t.value("gid");
  const own = wanted === undefined ? undefined : accounts.groupNamed(wanted);
  if (wanted !== undefined && !own) return t.fail(`The group \`${wanted}' does not exist.`);
  const makes = !own && (!system || t.has("makeGroup"));
  if (makes && accounts.group(name)) return t.fail(`The group \`${name}' already exists.`);
  const taken = (id: number): boolean => accounts.byUid(id) !== undefined || (makes && accounts.groups.some((g) => g.gid === id));
  const asked = t.value("uid");
  const [low, high] = RANGES[system ? "system" : "user"];
  const uid = asked === undefined ? accounts.freeId(low, high, taken) : Number(asked);
  if (uid === undefined || !(uid >= 0)) return t.fail(`No UID is available in the range ${low}-${high} (FIRST_UID - LAST_UID).`);
  if (asked !== undefined && accounts.byUid(uid)) return t.fail(`The UID ${uid} is already in use.`);
  const nogroup = accounts.group("nogroup");
  const gid = own?.gid ?? (makes ? uid : (nogroup?.gid ?? 65_534));
  const named = own?.name ?? (makes ? name : "nogroup");
  const home = t.value("home") ?? (system ? "/nonexistent" : `/home/${name}`);
  const shell = t.value("shell") ?? (system ? "/usr/sbin/nologin" : "/bin/bash");
  const gecos = t.value("gecos") ?? ",,,";
  const user: Account = {
    name,
    password: accounts.shadowed ? "x" : "!",
    uid,
    gid,
    gecos: system ? (t.value("gecos") ?? "") : gecos,
    home,
    shell,
  };
  if (system) await t.out(`Adding system user \`${name}' (UID ${uid}) ...\n`);
  else await t.out(`Adding user \`${name}' ...\n`);
  if (makes) {
    await t.out(`Adding new group \`${name}' ${system ? "(GID " : "("}${uid}) ...\n`);
    accounts.writeGroups([...accounts.groups, { name, password: "x", gid: uid, members: [] }]);
  }
  await t.out(
    `Adding new user \`${name}' ${system ? `(UID ${uid})` : `(${uid})`} with group \`${named}${system ? "'" : ` (${gid})'`} ...\n`,
  );
  accounts.writeUsers([...accounts.users, user]);
  accounts.addShadow(name, t.proc.clock.now(), system);
  if (t.has("homeless") || home === "/nonexistent") await t.out(`Not creating \`${home}'.\n`);
  else if (t.proc.fs.exists(home)) await t.proc.stderr.write(`adduser: Warning: The home directory \`${home}' already exists.\n`);
  else {
    await t.out(`Creating home directory \`${home}' ...\n`);
    makeHome(t.proc.fs, user, 0o700);
    if (!system) await t.out("Copying files from `/etc/skel' ...\n");
  }
  if (!system && !t.has("disabled") && !t.has("noLogin")) {
    const first = await askHidden(t, "New password: ");
    const second = first === undefined ? undefined : await askHidden(t, "Retype new password: ");
    if (first === undefined || first === "" || first !== second) {
      await t.proc.stderr.write(first ? "Sorry, passwords do not match.\n" : "No password has been supplied.\n");
      await t.proc.stderr.write("passwd: Authentication token manipulation error\npasswd: password unchanged\n");
      return 10;
    }
    accounts.setHash(name, sha512crypt(first, newSalt(t.proc.random)), t.proc.clock.now());
    await t.out("passwd: password updated successfully\n");
  }
  if (!system && accounts.group("users")) {
    await t.out(`Adding new user \`${name}' to supplemental / extra groups \`users' ...\n`);
    return member(t, accounts, name, "users");
  }
  return 0;
}

async function newGroup(t: Tool): Promise<number> {
  const accounts = await guarded(t);
  if (!accounts) return 1;
  const [name, group] = t.args;
  if (name === undefined) return t.fail("Only one or two names allowed.");
  if (group !== undefined) return member(t, accounts, name, group);
  if (accounts.group(name)) {
    if (!t.has("system")) return t.fail(`The group \`${name}' already exists.`);
    await t.out(`The group \`${name}' already exists as a system group. Exiting.\n`);
    return 0;
  }
  const asked = t.value("gid");
  const [low, high] = RANGES[t.has("system") ? "system" : "user"];
  const taken = (id: number): boolean => accounts.groups.some((g) => g.gid === id);
  if (asked !== undefined && taken(Number(asked))) return t.fail(`The GID \`${asked}' is already in use.`);
  const gid = asked === undefined ? accounts.freeId(low, high, taken) : Number(asked);
  if (gid === undefined || !(gid >= 0)) return t.fail(`The GID \`${asked}' is not valid.`);
  await t.out(`Adding group \`${name}' (GID ${gid}) ...\n`);
  accounts.writeGroups([...accounts.groups, { name, password: "x", gid, members: [] }]);
  await t.out("Done.\n");
  return 0;
}

async function drop(t: Tool, what: "user" | "group"): Promise<number> {
  const accounts = await guarded(t);
  if (!accounts) return 1;
  const [name, group] = t.args;
  if (name === undefined) return t.fail("Only one or two names allowed.");
  if (group !== undefined) {
    const from = accounts.group(group);
    if (!accounts.user(name)) return t.fail(`The user \`${name}' does not exist.`, 2);
    if (!from) return t.fail(`The group \`${group}' does not exist.`, 3);
    if (!from.members.includes(name)) return t.fail(`The user \`${name}' is not a member of group \`${group}'.`, 6);
    await t.out(`Removing user \`${name}' from group \`${group}' ...\n`);
    accounts.writeGroups(accounts.groups.map((g) => (g.name === group ? { ...g, members: g.members.filter((m) => m !== name) } : g)));
    await t.out("Done.\n");
    return 0;
  }
  if (what === "group") {
    const gone = accounts.group(name);
    if (!gone) return t.fail(`The group \`${name}' does not exist.`, 3);
    const holder = accounts.users.find((u) => u.gid === gone.gid);
    if (holder) return t.fail(`\`${holder.name}' still has \`${name}' as their primary group!`, 7);
    await t.out(`Removing group \`${name}' ...\n`);
    accounts.writeGroups(accounts.groups.filter((g) => g.name !== name));
    await t.out("Done.\n");
    return 0;
  }
  const user = accounts.user(name);
  if (!user) return t.fail(`The user \`${name}' does not exist.`, 2);
  if (user.uid === 0)
    return t.fail(
      "WARNING: You are just about to delete the root account (uid 0).\nUsually this is never required as it may render the whole system unusable.\nIf you really want this, call deluser with parameter --force.",
      1,
    );
  if (t.has("home")) await t.out("Looking for files to backup/remove ...\nRemoving files ...\n");
  await t.out(`Removing user \`${name}' ...\n`);
  if (t.has("home")) removeTree(t.proc.fs, user.home);
  const users = accounts.users.filter((u) => u.name !== name);
  accounts.writeUsers(users);
  accounts.renameShadow(name, undefined);
  accounts.writeGroups(
    accounts.groups
      .map((g) => ({ ...g, members: g.members.filter((m) => m !== name) }))
      .filter((g) => !(g.name === name && g.gid === user.gid && g.members.length === 0 && !users.some((u) => u.gid === g.gid))),
  );
  await t.out("Done.\n");
  return 0;
}

export const adduser: Utility = {
  name: "adduser",
  usage: "[OPTIONS] USER [GROUP]",
  about: "Create new user, or add USER to GROUP",
  flags: {
    home: { short: "h", long: "home", value: "DIR", help: "Home directory" },
    gecos: { short: "g", long: "gecos", value: "GECOS", help: "GECOS field" },
    shell: { short: "s", long: "shell", value: "SHELL", help: "Login shell" },
    group: { short: "G", value: "GRP", help: "Group" },
    ingroup: { long: "ingroup", value: "GROUP", help: "Group" },
    gid: { long: "gid", value: "ID", help: "Group id" },
    makeGroup: { long: "group", help: "A system user with a group of its name" },
    system: { short: "S", long: "system", help: "Create a system user" },
    disabled: { short: "D", long: "disabled-password", help: "Don't assign a password" },
    noLogin: { long: "disabled-login", help: "Don't assign a password" },
    homeless: { short: "H", long: "no-create-home", help: "Don't create home directory" },
    uid: { short: "u", long: "uid", value: "UID", help: "User id" },
    skel: { short: "k", value: "SKEL", help: "Skeleton directory (/etc/skel)" },
  },
  run: (t) => (t.busybox ? addUser(t) : newUser(t)),
};

export const addgroup: Utility = {
  name: "addgroup",
  usage: "[-g GID] [-S] [USER] GROUP",
  about: "Add a group or add a user to a group",
  flags: {
    gid: { short: "g", long: "gid", value: "GID", help: "Group id" },
    system: { short: "S", long: "system", help: "Create a system group" },
  },
  run: (t) => (t.busybox ? addGroup(t) : newGroup(t)),
};

export const deluser: Utility = {
  name: "deluser",
  usage: "[--remove-home] USER [GROUP]",
  about: "Delete USER from the system, or from GROUP",
  flags: {
    home: { long: "remove-home", help: "Remove home directory" },
  },
  run: (t) => (t.busybox ? remove(t, "user") : drop(t, "user")),
};

export const delgroup: Utility = {
  name: "delgroup",
  usage: "[USER] GROUP",
  about: "Delete group GROUP from the system or user USER from group GROUP",
  flags: {},
  run: (t) => (t.busybox ? remove(t, "group") : drop(t, "group")),
};
