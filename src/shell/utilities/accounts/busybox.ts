import type { Tool } from "../tool.ts";
import { askHidden } from "./ask.ts";
import { newSalt, sha512crypt } from "./crypt.ts";
import { type Account, Accounts, makeHome, removeTree } from "./database.ts";

/** BusyBox' adduser, addgroup, deluser and delgroup (busybox: loginutils). */

const FIRST = 1000;
const LAST = 60_000;
const FIRST_SYSTEM = 100;
const LAST_SYSTEM = 999;

const range = (system: boolean): readonly [number, number] => (system ? [FIRST_SYSTEM, LAST_SYSTEM] : [FIRST, LAST]);

/** What is wrong with a name; undefined: nothing. */
function badName(name: string): string | undefined {
  const at = [...name].findIndex((c, i) => !(/[A-Za-z0-9_]/.test(c) || (i > 0 && /[.$-]/.test(c))));
  return at < 0 ? undefined : `illegal character with code ${name.charCodeAt(at)} at position ${at}`;
}

async function usage(t: Tool): Promise<number> {
  await t.proc.stderr.write(t.usage());
  return 1;
}

export async function addUser(t: Tool): Promise<number> {
  if (t.proc.uid !== 0) return t.fail("permission denied (are you root?)");
  const [name, group, extra] = t.args;
  if (name === undefined || extra !== undefined) return usage(t);
  const accounts = new Accounts(t.proc.fs);
  if (group !== undefined) return addMember(t, accounts, name, group);
  const bad = badName(name);
  if (bad !== undefined) return t.fail(bad);
  const wanted = t.value("group");
  const own = wanted === undefined ? undefined : accounts.groupNamed(wanted);
  if (wanted !== undefined && !own) return t.fail(`unknown group ${wanted}`);
  if (accounts.user(name)) return t.fail(`user '${name}' in use`);
  const system = t.has("system");
  const asked = t.value("uid");
  if (asked !== undefined && !/^\d+$/.test(asked)) return t.fail(`invalid number '${asked}'`);
  const nobody = system && !own ? accounts.group("nogroup") : undefined;
  const makes = !own && !nobody;
  const taken = (id: number): boolean => accounts.byUid(id) !== undefined || (makes && accounts.groups.some((g) => g.gid === id));
  const uid = asked === undefined ? accounts.freeId(...range(system), taken) : Number(asked);
  if (uid === undefined) return t.fail("no uids left");
  if (asked !== undefined && taken(uid)) return t.fail(`uid '${uid}' in use`);
  if (makes && accounts.group(name)) return t.fail(`group '${name}' in use`);
  const gid = own?.gid ?? nobody?.gid ?? uid;
  const home = t.value("home") ?? `/home/${name}`;
  const outside = t.flavour === "alpine" ? "/sbin/nologin" : "/bin/false";
  const shell = t.value("shell") ?? (system ? outside : t.proc.env["SHELL"] || "/bin/sh");
  const user: Account = { name, password: "x", uid, gid, gecos: t.value("gecos") ?? "Linux User,,,", home, shell };
  const now = t.proc.clock.now();
  if (makes) accounts.writeGroups([...accounts.groups, { name, password: "x", gid: uid, members: [] }]);
  accounts.writeUsers([...accounts.users, accounts.shadowed ? user : { ...user, password: "!" }]);
  accounts.addShadow(name, now, false);
  if (!t.has("homeless")) makeHome(t.proc.fs, user, 0o2755, t.value("skel"));
  if (t.has("disabled") || system) return 0;
  await t.out(`Changing password for ${name}\n`);
  const first = await askHidden(t, "New password: ");
  const second = first === undefined ? undefined : await askHidden(t, "Retype password: ");
  if (first === undefined || first !== second) {
    if (first !== undefined) await t.proc.stderr.write("passwd: passwords don't match\n");
    await t.proc.stderr.write(`passwd: password for ${name} is unchanged\n`);
    return 1;
  }
  accounts.setHash(name, sha512crypt(first, newSalt(t.proc.random)), now);
  await t.proc.stderr.write(`passwd: password for ${name} changed by root\n`);
  return 0;
}

async function addMember(t: Tool, accounts: Accounts, name: string, group: string): Promise<number> {
  const to = accounts.group(group);
  if (!to) return t.fail(`unknown group ${group}`);
  if (!accounts.user(name)) return t.fail(`unknown user ${name}`);
  if (!to.members.includes(name))
    accounts.writeGroups(accounts.groups.map((g) => (g.name === group ? { ...g, members: [...g.members, name] } : g)));
  return 0;
}

export async function addGroup(t: Tool): Promise<number> {
  if (t.proc.uid !== 0) return t.fail("permission denied (are you root?)");
  const [name, group, extra] = t.args;
  if (name === undefined || extra !== undefined) return usage(t);
  const accounts = new Accounts(t.proc.fs);
  if (group !== undefined) return addMember(t, accounts, name, group);
  const bad = badName(name);
  if (bad !== undefined) return t.fail(bad);
  if (accounts.group(name)) return t.fail(`group '${name}' in use`);
  const asked = t.value("gid");
  if (asked !== undefined && !/^\d+$/.test(asked)) return t.fail(`invalid number '${asked}'`);
  const taken = (id: number): boolean => accounts.groups.some((g) => g.gid === id);
  const gid = asked === undefined ? accounts.freeId(...range(t.has("system")), taken) : Number(asked);
  if (gid === undefined) return t.fail("no gids left");
  if (asked !== undefined && taken(gid)) return t.fail(`gid '${gid}' in use`);
  accounts.writeGroups([...accounts.groups, { name, password: "x", gid, members: [] }]);
  return 0;
}

/** deluser and delgroup, which both take a member out of a group when they are given two names. */
export async function remove(t: Tool, what: "user" | "group"): Promise<number> {
  const [name, group, extra] = t.args;
  if (name === undefined || extra !== undefined) return usage(t);
  if (t.proc.uid !== 0) return t.fail("permission denied (are you root?)");
  const accounts = new Accounts(t.proc.fs);
  if (group !== undefined) {
    const from = accounts.group(group);
    if (!from) return t.fail(`unknown group ${group}`);
    if (!accounts.user(name)) return t.fail(`unknown user ${name}`);
    if (!from.members.includes(name)) return t.fail(`can't find ${name} in /etc/group`);
    accounts.writeGroups(accounts.groups.map((g) => (g.name === group ? { ...g, members: g.members.filter((m) => m !== name) } : g)));
    return 0;
  }
  if (what === "group") {
    const gone = accounts.group(name);
    if (!gone) return t.fail(`unknown group ${name}`);
    const holder = accounts.users.find((u) => u.gid === gone.gid);
    if (holder) return t.fail(`'${holder.name}' still has '${name}' as their primary group!`);
    accounts.writeGroups(accounts.groups.filter((g) => g.name !== name));
    return 0;
  }
  const user = accounts.user(name);
  if (!user) return t.fail(`unknown user ${name}`);
  if (t.has("home")) removeTree(t.proc.fs, user.home);
  const users = accounts.users.filter((u) => u.name !== name);
  accounts.writeUsers(users);
  accounts.renameShadow(name, undefined);
  // The group of its name goes with it, unless somebody else is in it.
  accounts.writeGroups(
    accounts.groups
      .map((g) => ({ ...g, members: g.members.filter((m) => m !== name) }))
      .filter((g) => !(g.name === name && g.members.length === 0 && !users.some((u) => u.gid === g.gid))),
  );
  return 0;
}
