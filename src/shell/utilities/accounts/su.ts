import { Errno, type Signal } from "../../../runtime/index.ts";
import { baseName } from "../paths.ts";
import type { Tool, Utility } from "../tool.ts";
import { askHidden } from "./ask.ts";
import { matches } from "./crypt.ts";
import { type Account, Accounts } from "./database.ts";

const USER_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games";
const ROOT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const ALPINE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

interface Wanted {
  readonly login: boolean;
  readonly preserve: boolean;
  readonly shell: string | undefined;
  readonly command: string | undefined;
  readonly group?: string | undefined;
  readonly groups?: readonly string[];
  /** What the shell gets besides. */
  readonly rest: readonly string[];
}

/** Whom it may become: root anybody, others whose password they know. */
async function admitted(t: Tool, user: Account): Promise<boolean> {
  if (t.proc.real.uid === 0) return true;
  const kept = new Accounts(t.proc.fs).hash(user.name) ?? "*";
  if (kept === "") return true;
  const given = await askHidden(t, "Password: ");
  return given !== undefined && matches(given, kept);
}

function environment(t: Tool, user: Account, shell: string, { login, preserve }: Wanted): Record<string, string> {
  const { env } = t.proc;
  if (preserve && !login) return { ...env };
  const who = { USER: user.name, LOGNAME: user.name };
  const home = { HOME: user.home, SHELL: shell };
  if (!login) return { ...env, ...home, ...(user.uid !== 0 && who) };
  const path = t.busybox ? ALPINE_PATH : user.uid === 0 ? ROOT_PATH : USER_PATH;
  return { ...(env["TERM"] !== undefined && { TERM: env["TERM"] }), ...home, ...who, PATH: path };
}

/** As somebody else, a shell: BusyBox's becomes it, util-linux' stays to wait for it. */
async function become(t: Tool, user: Account, wanted: Wanted): Promise<number> {
  const accounts = new Accounts(t.proc.fs);
  const shell = wanted.shell ?? (wanted.preserve && t.proc.env["SHELL"]) ?? "";
  const file = shell || user.shell;
  const name = baseName(file);
  const command = wanted.command === undefined ? [] : ["-c", wanted.command];
  const argv = [file, ...(wanted.login && (t.busybox || name === "bash") ? ["-l"] : []), ...command, ...wanted.rest];
  const env = environment(t, user, file, wanted);
  const ids = [wanted.group, ...(wanted.groups ?? [])].filter((g) => g !== undefined).map((g) => accounts.groupNamed(g)?.gid);
  const strange = [wanted.group, ...(wanted.groups ?? [])].find((g) => g !== undefined && !accounts.groupNamed(g));
  if (strange !== undefined) return t.fail(`group ${strange} does not exist`);
  const gid = wanted.group === undefined ? user.gid : (ids[0] as number);
  const groups = wanted.groups?.length ? (ids.filter((id) => id !== undefined) as number[]) : accounts.groupIds({ ...user, gid });
  let cwd: string | undefined;
  if (wanted.login) {
    cwd = user.home;
    if (!t.proc.fs.exists(cwd)) {
      await t.warn(
        t.busybox
          ? `can't change directory to '${user.home}'`
          : `warning: cannot change directory to ${user.home}: No such file or directory`,
      );
      cwd = "/";
    }
  }
  await t.flush();
  const how = { env, user: { uid: user.uid, gid, groups }, ...(cwd !== undefined && { cwd }) };
  try {
    if (t.busybox) return await t.proc.exec(argv, how);
    const child = await t.proc.spawn({ argv, ...how });
    for (const signal of ["TERM", "HUP"] satisfies Signal[]) t.proc.on(signal, () => child.kill(signal));
    for (const signal of ["INT", "QUIT"] satisfies Signal[]) t.proc.on(signal, () => {});
    return (await child.exited).code;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await t.warn(t.busybox ? `can't execute '${file}': ${error.message}` : `failed to execute ${file}: ${error.message}`);
    return error.code === "ENOENT" ? 127 : 126;
  }
}

const UNKNOWN = (name: string): string => `user ${name} does not exist or the user entry does not contain all the required fields`;

const flags: Utility["flags"] = {
  login: { short: "l", long: "login", help: "Make the shell a login shell" },
  command: { short: "c", long: "command", value: "COMMAND", help: "Command to pass to the shell" },
  shell: { short: "s", long: "shell", value: "SHELL", help: "Shell to run" },
  preserve: { short: "m", long: "preserve-environment", help: "Do not reset the environment" },
  same: { short: "p", help: "Same as -m" },
  group: { short: "g", long: "group", value: "GROUP", help: "Specify the primary group" },
  groups: { short: "G", long: "supp-group", value: "GROUP", help: "Specify a supplemental group" },
};

export const su: Utility = {
  name: "su",
  usage: "[-lmp] [-s SH] [-] [USER [FILE ARGS]]",
  about: "Run shell under USER (by default, root)",
  flags,
  parse: "raw",
  async run(t) {
    const wanted = { login: false, preserve: false, shell: undefined as string | undefined, command: undefined as string | undefined };
    const more = { group: undefined as string | undefined, groups: [] as string[] };
    const words = [...t.args];
    let name: string | undefined;
    const rest: string[] = [];
    const value = (inline: string): string | undefined => (inline !== "" ? inline : words.shift());
    while (words.length > 0) {
      const word = words.shift() as string;
      // BusyBox's leaves what follows the name to the shell, which has a -c too.
      if (name !== undefined && t.busybox && word !== "-c") rest.push(word);
      else if (word === "-" || word === "-l" || word === "--login") wanted.login = true;
      else if (["-m", "-p", "--preserve-environment"].includes(word)) wanted.preserve = true;
      else if (word.startsWith("-c") || /^--command(=|$)/.test(word)) wanted.command = value(word.replace(/^-c|^--command=?/, ""));
      else if (word.startsWith("-s") || /^--shell(=|$)/.test(word)) wanted.shell = value(word.replace(/^-s|^--shell=?/, ""));
      else if (!t.busybox && word.startsWith("-g")) more.group = value(word.slice(2));
      else if (!t.busybox && word.startsWith("-G")) more.groups.push(value(word.slice(2)) ?? "");
      else if (word === "--") rest.push(...words.splice(0));
      else if (word.startsWith("-") && name === undefined)
        return t.misuse(
          `${t.flavour === "alpine" ? "unrecognized option: " : "invalid option -- '"}${word.slice(1, 2)}${t.flavour === "alpine" ? "" : "'"}`,
        );
      else if (name === undefined) name = word;
      else rest.push(word);
    }
    if (t.proc.uid !== 0) {
      if (t.busybox) return t.fail("must be suid to work properly");
      // Without root's rights PAM finds no password to compare with.
    }
    const user = new Accounts(t.proc.fs).user(name ?? "root");
    if (!user) return t.fail(t.busybox ? `unknown user ${name ?? "root"}` : UNKNOWN(name ?? "root"));
    if (!(await admitted(t, user))) return t.fail(t.busybox ? "incorrect password" : "Authentication failure");
    if (more.group !== undefined && t.proc.real.uid !== 0) return t.fail("only root can specify alternative groups");
    return become(t, user, { ...wanted, ...more, rest });
  },
};

/** su for root's scripts: nobody is asked anything. */
export const runuser: Utility = {
  name: "runuser",
  usage: "[options] -u <user> [[--] <command>]\n runuser [options] [-] [<user> [<argument>...]]",
  about: "Run a <command> with the effective user ID and group ID of <user>",
  parse: "raw",
  flags,
  async run(t) {
    if (t.proc.real.uid !== 0) return t.fail("may not be used by non-root users");
    if (t.args[0] !== "-u") return su.run(t);
    const [, name = "", ...rest] = t.args;
    const argv = rest[0] === "--" ? rest.slice(1) : rest;
    const accounts = new Accounts(t.proc.fs);
    const user = accounts.user(name);
    if (!user) return t.fail(UNKNOWN(name));
    if (argv.length === 0) return t.fail("no command was specified");
    try {
      return await t.proc.exec(argv, { user: { uid: user.uid, gid: user.gid, groups: accounts.groupIds(user) } });
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await t.warn(`failed to execute ${argv[0]}: ${error.message}`);
      return error.code === "ENOENT" ? 127 : 126;
    }
  },
};

export const nologin: Utility = {
  name: "nologin",
  usage: "",
  about: "Politely refuse a login",
  flags: {},
  parse: "raw",
  async run(t) {
    await t.out(t.busybox ? "This account is not available\n" : "This account is currently not available.\n");
    return 1;
  },
};
