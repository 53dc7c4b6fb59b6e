import type { Tool, Utility } from "../tool.ts";
import { type Account, type Accounts, makeHome, removeTree } from "./database.ts";
import { goodName, groupsOf, locked, nextId, wrongly } from "./shadow.ts";

/** From /etc/default/useradd, as Debian ships it. */
const SHELL = "/bin/sh";
const number = (text: string | undefined): number | undefined => (text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined);

export const useradd: Utility = {
  name: "useradd",
  usage: "[options] LOGIN",
  about: "Create a new user",
  flags: {
    bad: { long: "badname", help: "do not check for bad names" },
    base: { short: "b", long: "base-dir", value: "BASE_DIR", help: "base directory for the home directory of the new account" },
    comment: { short: "c", long: "comment", value: "COMMENT", help: "GECOS field of the new account" },
    home: { short: "d", long: "home-dir", value: "HOME_DIR", help: "home directory of the new account" },
    gid: { short: "g", long: "gid", value: "GROUP", help: "name or ID of the primary group of the new account" },
    groups: { short: "G", long: "groups", value: "GROUPS", help: "list of supplementary groups of the new account" },
    skel: { short: "k", long: "skel", value: "SKEL_DIR", help: "use this alternative skeleton directory" },
    nolog: { short: "l", long: "no-log-init", help: "do not add the user to the lastlog and faillog databases" },
    create: { short: "m", long: "create-home", help: "create the user's home directory" },
    nocreate: { short: "M", long: "no-create-home", help: "do not create the user's home directory" },
    nogroup: { short: "N", long: "no-user-group", help: "do not create a group with the same name as the user" },
    dup: { short: "o", long: "non-unique", help: "allow to create users with duplicate (non-unique) UID" },
    password: { short: "p", long: "password", value: "PASSWORD", help: "encrypted password of the new account" },
    system: { short: "r", long: "system", help: "create a system account" },
    shell: { short: "s", long: "shell", value: "SHELL", help: "login shell of the new account" },
    uid: { short: "u", long: "uid", value: "UID", help: "user ID of the new account" },
    group: { short: "U", long: "user-group", help: "create a group with the same name as the user" },
  },
  async run(t) {
    const [name, extra] = t.args;
    if (name === undefined || extra !== undefined) return wrongly(t);
    if (!t.has("bad") && !goodName(name)) return t.fail(`invalid user name '${name}': use --badname to ignore`, 3);
    const accounts = await locked(t);
    if (!accounts) return 1;
    const system = t.has("system");
    const asked = number(t.value("uid"));
    if (t.has("uid") && asked === undefined) return t.fail(`invalid user ID '${t.value("uid")}'`, 3);
    let own = t.has("gid") ? accounts.groupNamed(t.value("gid") as string) : undefined;
    if (t.has("gid") && !own) return t.fail(`group '${t.value("gid")}' does not exist`, 6);
    const more = await groupsOf(t, accounts, t.value("groups") ?? "");
    if (!more) return 6;
    if (accounts.user(name)) return t.fail(`user '${name}' already exists`, 9);
    const makes = !own && !t.has("nogroup");
    if (makes && accounts.group(name)) return t.fail(`group ${name} exists - if you want to add this user to that group, use -g.`, 9);
    const uids = accounts.users.map((u) => u.uid);
    if (asked !== undefined && uids.includes(asked) && !t.has("dup")) return t.fail(`UID ${asked} is not unique`, 4);
    const gids = accounts.groups.map((g) => g.gid);
    // A user and its group have one number where that is free for both.
    const uid = asked ?? nextId([...uids, ...(makes ? gids : [])], system);
    if (uid === undefined) return t.fail("can't get unique UID (no more available UIDs)", 4);
    if (system && uid > 999) await t.out(`useradd warning: ${name}'s uid ${uid} is greater than SYS_UID_MAX 999\n`);
    if (makes) {
      own = { name, password: accounts.shadowed ? "x" : "!", gid: gids.includes(uid) ? (nextId(gids, system) ?? uid) : uid, members: [] };
      accounts.writeGroups([...accounts.groups, own]);
    }
    const gid = own?.gid ?? 100;
    const home = t.value("home") ?? `${t.value("base") ?? "/home"}/${name}`;
    const shell = t.value("shell") ?? SHELL;
    if (shell !== SHELL && !t.proc.fs.exists(shell))
      await t.proc.stderr.write(`useradd: Warning: missing or non-executable shell '${shell}'\n`);
    const password = t.value("password") ?? "!";
    const user: Account = { name, password: accounts.shadowed ? "x" : password, uid, gid, gecos: t.value("comment") ?? "", home, shell };
    const now = t.proc.clock.now();
    accounts.writeUsers([...accounts.users, user]);
    accounts.addShadow(name, now, system);
    if (t.has("password")) accounts.setHash(name, password, now);
    join(
      accounts,
      name,
      more.map((g) => g.name),
    );
    if (t.has("create") && !makeHome(t.proc.fs, user, 0o755, t.value("skel")))
      await t.proc.stderr.write(
        `useradd: warning: the home directory ${home} already exists.\nuseradd: Not copying any file from skel directory into it.\n`,
      );
    return 0;
  },
};

/** Makes a user a member of these groups too; `only` takes it out of all others. */
function join(accounts: Accounts, name: string, groups: readonly string[], only = false): void {
  accounts.writeGroups(
    accounts.groups.map((g) => {
      const there = g.members.includes(name);
      if (groups.includes(g.name)) return there ? g : { ...g, members: [...g.members, name] };
      return only && there ? { ...g, members: g.members.filter((m) => m !== name) } : g;
    }),
  );
}

export const usermod: Utility = {
  name: "usermod",
  usage: "[options] LOGIN",
  about: "Modify a user account",
  flags: {
    append: { short: "a", long: "append", help: "append the user to the supplemental GROUPS mentioned by the -G option" },
    comment: { short: "c", long: "comment", value: "COMMENT", help: "new value of the GECOS field" },
    home: { short: "d", long: "home", value: "HOME_DIR", help: "new home directory for the user account" },
    gid: { short: "g", long: "gid", value: "GROUP", help: "force use GROUP as new primary group" },
    groups: { short: "G", long: "groups", value: "GROUPS", help: "new list of supplementary GROUPS" },
    login: { short: "l", long: "login", value: "NEW_LOGIN", help: "new value of the login name" },
    lock: { short: "L", long: "lock", help: "lock the user account" },
    move: { short: "m", long: "move-home", help: "move contents of the home directory to the new location" },
    dup: { short: "o", long: "non-unique", help: "allow using duplicate (non-unique) UID" },
    password: { short: "p", long: "password", value: "PASSWORD", help: "use encrypted password for the new password" },
    shell: { short: "s", long: "shell", value: "SHELL", help: "new login shell for the user account" },
    uid: { short: "u", long: "uid", value: "UID", help: "new UID for the user account" },
    unlock: { short: "U", long: "unlock", help: "unlock the user account" },
  },
  async run(t) {
    const [name, extra] = t.args;
    if (name === undefined || extra !== undefined) return wrongly(t);
    if (t.has("append") && !t.has("groups")) {
      await t.warn("-a flag is only allowed with the -G flag");
      return wrongly(t);
    }
    const accounts = await locked(t);
    if (!accounts) return 1;
    const user = accounts.user(name);
    if (!user) return t.fail(`user '${name}' does not exist`, 6);
    const own = t.has("gid") ? accounts.groupNamed(t.value("gid") as string) : undefined;
    if (t.has("gid") && !own) return t.fail(`group '${t.value("gid")}' does not exist`, 6);
    const more = await groupsOf(t, accounts, t.value("groups") ?? "");
    if (!more) return 6;
    const uid = number(t.value("uid"));
    if (t.has("uid") && uid === undefined) return t.fail(`invalid user ID '${t.value("uid")}'`, 3);
    if (uid !== undefined && uid !== user.uid && !t.has("dup") && accounts.byUid(uid)) return t.fail(`UID '${uid}' already exists`, 4);
    const login = t.value("login");
    if (login !== undefined && login !== name && accounts.user(login)) return t.fail(`user '${login}' already exists`, 9);
    const shell = t.value("shell");
    if (shell !== undefined && !t.proc.fs.exists(shell))
      await t.proc.stderr.write(`usermod: Warning: missing or non-executable shell '${shell}'\n`);
    const hash = accounts.hash(name) ?? "";
    if (t.has("unlock") && hash === "!") {
      await t.proc.stderr.write(
        "usermod: unlocking the user's password would result in a passwordless account.\nYou should set a password with usermod -p to unlock this user's password.\n",
      );
    }
    const now = t.proc.clock.now();
    if (t.has("groups"))
      join(
        accounts,
        name,
        more.map((g) => g.name),
        !t.has("append"),
      );
    if (t.has("password")) accounts.setHash(name, t.value("password") as string, now);
    else if (t.has("lock") && !hash.startsWith("!")) accounts.setHash(name, `!${hash}`, now);
    else if (t.has("unlock") && hash.startsWith("!") && hash !== "!") accounts.setHash(name, hash.slice(1), now);
    const changed: Account = {
      ...user,
      name: login ?? name,
      password: accounts.user(name)?.password ?? "x",
      uid: uid ?? user.uid,
      gid: own?.gid ?? user.gid,
      gecos: t.value("comment") ?? user.gecos,
      home: t.value("home") ?? user.home,
      shell: shell ?? user.shell,
    };
    accounts.writeUsers(accounts.users.map((u) => (u.name === name ? changed : u)));
    if (login !== undefined) {
      accounts.renameShadow(name, login);
      accounts.writeGroups(accounts.groups.map((g) => ({ ...g, members: g.members.map((m) => (m === name ? login : m)) })));
    }
    const { fs } = t.proc;
    if (t.has("move") && changed.home !== user.home && fs.exists(user.home) && !fs.exists(changed.home)) fs.rename(user.home, changed.home);
    if (changed.uid !== user.uid && fs.exists(changed.home)) keepFiles(t, changed.home, user, changed);
    return 0;
  },
};
/** What was its own in its home stays its own. */
function keepFiles(t: Tool, path: string, before: Account, after: Account): void {
  const stat = t.proc.fs.lstat(path);
  if (stat.uid === before.uid) t.proc.fs.chown(path, after.uid, stat.gid === before.gid ? after.gid : stat.gid);
  if (stat.type === "directory") for (const name of t.proc.fs.readdir(path)) keepFiles(t, `${path}/${name}`, before, after);
}

export const userdel: Utility = {
  name: "userdel",
  usage: "[options] LOGIN",
  about: "Delete a user account and related files",
  flags: {
    force: { short: "f", long: "force", help: "force removal of files, even if not owned by user" },
    remove: { short: "r", long: "remove", help: "remove home directory and mail spool" },
  },
  async run(t) {
    const [name, extra] = t.args;
    if (name === undefined || extra !== undefined) return wrongly(t);
    const accounts = await locked(t);
    if (!accounts) return 1;
    const user = accounts.user(name);
    if (!user) return t.fail(`user '${name}' does not exist`, 6);
    const running = t.proc.processes().find((p) => p.uid === user.uid && p.uid !== 0);
    if (running && !t.has("force")) return t.fail(`user ${name} is currently used by process ${running.pid}`, 8);
    leave(accounts, user);
    if (t.has("remove")) {
      await t.proc.stderr.write(`userdel: ${name} mail spool (/var/mail/${name}) not found\n`);
      if (!t.proc.fs.exists(user.home)) await t.proc.stderr.write(`userdel: ${name} home directory (${user.home}) not found\n`);
      else if (t.proc.fs.stat(user.home).uid === user.uid || t.has("force")) removeTree(t.proc.fs, user.home);
      else return t.fail(`${user.home} not owned by ${name}, not removing`, 12);
    }
    return 0;
  },
};

/** A user goes, and the group of its name that nobody else is in. */
function leave(accounts: Accounts, { name, gid }: Account): void {
  const users = accounts.users.filter((u) => u.name !== name);
  accounts.writeUsers(users);
  accounts.renameShadow(name, undefined);
  accounts.writeGroups(
    accounts.groups
      .map((g) => (g.members.includes(name) ? { ...g, members: g.members.filter((m) => m !== name) } : g))
      .filter((g) => !(g.name === name && g.gid === gid && g.members.length === 0 && !users.some((u) => u.gid === gid))),
  );
}
