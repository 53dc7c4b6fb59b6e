import { Errno } from "../../runtime/index.ts";
import { askHidden } from "./accounts/ask.ts";
import { matches } from "./accounts/crypt.ts";
import { type Account, Accounts } from "./accounts/database.ts";
import type { Tool, Utility } from "./tool.ts";

const SECURE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const TRIES = 3;

/** What sudoers(5) says of a user, as far as "WHO HOST=(RUNAS) [NOPASSWD:] ALL" goes: the last line that fits. */
function rule(t: Tool, user: Account, groups: readonly string[]): "password" | "free" | undefined {
  const { fs } = t.proc;
  const files = ["/etc/sudoers"];
  if (fs.exists("/etc/sudoers.d"))
    files.push(
      ...fs
        .readdir("/etc/sudoers.d")
        .filter((n) => !/[.~]/.test(n))
        .map((n) => `/etc/sudoers.d/${n}`),
    );
  let found: "password" | "free" | undefined;
  for (const file of files) {
    if (!fs.exists(file)) continue;
    for (const line of fs.readText(file).split("\n")) {
      const [, who = "", free] = /^(\S+)\s+ALL\s*=\s*(?:\([^)]*\)\s*)?(NOPASSWD:\s*)?ALL\s*$/.exec(line.trim()) ?? [];
      const fits = who === user.name || who === `#${user.uid}` || who === "ALL" || (who.startsWith("%") && groups.includes(who.slice(1)));
      if (who !== "" && fits) found = free === undefined ? "password" : "free";
    }
  }
  return found;
}

export const sudo: Utility = {
  name: "sudo",
  usage: "[-EHikns] [-g group] [-u user] [VAR=value] [command [arg ...]]",
  about: "Execute a command as another user",
  parse: "first",
  flags: {
    user: { short: "u", long: "user", value: "user", help: "run command as specified user name or ID" },
    group: { short: "g", long: "group", value: "group", help: "run command as the specified group name or ID" },
    login: { short: "i", long: "login", help: "run login shell as the target user" },
    shell: { short: "s", long: "shell", help: "run shell as the target user" },
    env: { short: "E", long: "preserve-env", help: "preserve user environment when running command" },
    home: { short: "H", long: "set-home", help: "set HOME variable to target user's home dir" },
    never: { short: "n", long: "non-interactive", help: "non-interactive mode, no prompts are used" },
    stdin: { short: "S", long: "stdin", help: "read password from standard input" },
    list: { short: "l", long: "list", help: "list user's privileges" },
    validate: { short: "v", long: "validate", help: "update user's timestamp without running a command" },
    forget: { short: "k", long: "reset-timestamp", help: "invalidate timestamp file" },
  },
  async run(t) {
    const { proc } = t;
    if (proc.uid !== 0) {
      if (/^NoNewPrivs:\s*1/m.test(proc.fs.readText("/proc/self/status")))
        return t.fail(
          'The "no new privileges" flag is set, which prevents sudo from running as root.\nsudo: If sudo is running in a container, you may need to adjust the container configuration to disable the flag.',
        );
      return t.fail("/usr/bin/sudo must be owned by uid 0 and have the setuid bit set");
    }
    const accounts = new Accounts(proc.fs);
    const me = accounts.byUid(proc.real.uid);
    if (!me) return t.fail(`you do not exist in the passwd database`);
    const name = t.value("user") ?? "root";
    const target = /^#\d+$/.test(name) ? accounts.byUid(Number(name.slice(1))) : accounts.user(name);
    if (!target) {
      await t.warn(`unknown user ${name}`);
      return t.fail("error initializing audit plugin sudoers_audit");
    }
    const group = t.has("group") ? accounts.groupNamed(t.value("group") as string) : undefined;
    if (t.has("group") && !group) {
      await t.warn(`unknown group ${t.value("group")}`);
      return t.fail("error initializing audit plugin sudoers_audit");
    }
    const refused = await admit(t, accounts, me);
    if (refused !== undefined) return refused;
    if (t.has("list")) {
      await t.out(`User ${me.name} may run the following commands on ${proc.hostname}:\n    (ALL : ALL) ALL\n`);
      return 0;
    }
    if (t.has("validate") || (t.has("forget") && t.args.length === 0)) return 0;
    return launch(t, accounts, me, target, group?.gid);
  },
};

/** Whether it may: undefined, or what it exits with after a complaint. */
async function admit(t: Tool, accounts: Accounts, me: Account): Promise<number | undefined> {
  if (me.uid === 0) return undefined;
  const groups = accounts.groups.filter((g) => accounts.groupIds(me).includes(g.gid)).map((g) => g.name);
  const said = rule(t, me, groups);
  if (said === "free") return undefined;
  if (t.has("never")) return t.fail("a password is required");
  if (!t.proc.stdin.tty && !t.has("stdin")) {
    await t.warn(
      "a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper",
    );
    return t.fail("a password is required");
  }
  for (let i = 0; i < TRIES; i++) {
    const given = await askHidden(t, `[sudo] password for ${me.name}: `);
    if (given === undefined)
      return t.fail(
        i === 0 ? "no password was provided\nsudo: a password is required" : `${i} incorrect password attempt${i === 1 ? "" : "s"}`,
      );
    if (matches(given, accounts.hash(me.name) ?? "*")) {
      if (said !== undefined) return undefined;
      await t.proc.stderr.write(`${me.name} is not in the sudoers file.\n`);
      return 1;
    }
    if (i < TRIES - 1) await t.proc.stderr.write("Sorry, try again.\n");
  }
  return t.fail(`${TRIES} incorrect password attempts`);
}

async function launch(t: Tool, accounts: Accounts, me: Account, target: Account, gid: number | undefined): Promise<number> {
  const { proc } = t;
  const words = [...t.args];
  const set: Record<string, string> = {};
  while (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) {
    const [, key = "", value = ""] = /^(\w+)=([\s\S]*)$/.exec(words.shift() as string) ?? [];
    set[key] = value;
  }
  const shell = t.has("login") ? target.shell : proc.env["SHELL"] || me.shell;
  let argv: readonly string[] = words;
  if (t.has("login") || t.has("shell")) {
    // What a shell's -c would take apart again is kept together.
    const quoted = words.map((w) => w.replace(/[^\w$@%+=:,./-]/g, "\\$&")).join(" ");
    argv = [shell, ...(t.has("login") ? ["-l"] : []), ...(words.length > 0 ? ["-c", quoted] : [])];
  }
  if (argv.length === 0) {
    await proc.stderr.write(t.usage());
    return 1;
  }
  const kept = t.has("env")
    ? proc.env
    : Object.fromEntries(
        ["TERM", "LANG", "COLORTERM", "DISPLAY"].flatMap((k) => (proc.env[k] === undefined ? [] : [[k, proc.env[k] as string]])),
      );
  const env: Record<string, string> = {
    ...kept,
    HOME: target.home,
    LOGNAME: target.name,
    USER: target.name,
    SHELL: target.shell,
    PATH: SECURE_PATH,
    MAIL: `/var/mail/${target.name}`,
    SUDO_COMMAND: argv.join(" "),
    SUDO_USER: me.name,
    SUDO_UID: String(me.uid),
    SUDO_GID: String(proc.real.gid),
    ...set,
  };
  const own = gid ?? target.gid;
  try {
    const child = await proc.spawn({
      argv,
      env,
      user: { uid: target.uid, gid: own, groups: accounts.groupIds({ ...target, gid: own }) },
      ...(t.has("login") && { cwd: proc.fs.exists(target.home) ? target.home : "/" }),
    });
    for (const signal of ["TERM", "HUP"] as const) proc.on(signal, () => child.kill(signal));
    for (const signal of ["INT", "QUIT"] as const) proc.on(signal, () => {});
    return (await child.exited).code;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return t.fail(error.code === "ENOENT" ? `${argv[0]}: command not found` : `unable to execute ${argv[0]}: ${error.message}`);
  }
}
