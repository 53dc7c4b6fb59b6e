import { strftime } from "../../strftime.ts";
import type { Tool, Utility } from "../tool.ts";
import { askHidden } from "./ask.ts";
import { matches, newSalt, sha512crypt } from "./crypt.ts";
import { Accounts } from "./database.ts";
import { wrongly } from "./shadow.ts";

const DAY = 86_400_000;

/** What crypt(3) takes for five thousand rounds. */
const WORK = 4;

async function setPassword(t: Tool, accounts: Accounts, name: string, password: string): Promise<void> {
  await t.proc.cpu(WORK);
  accounts.setHash(name, sha512crypt(password, newSalt(t.proc.random)), t.proc.clock.now());
}

export const passwd: Utility = {
  name: "passwd",
  usage: "[options] [LOGIN]",
  about: "Change a user's password",
  flags: {
    delete: { short: "d", long: "delete", help: "delete the password for the named account" },
    lock: { short: "l", long: "lock", help: "lock the password of the named account" },
    unlock: { short: "u", long: "unlock", help: "unlock the password of the named account" },
    status: { short: "S", long: "status", help: "report password status on the named account" },
    expire: { short: "e", long: "expire", help: "force expire the password for the named account" },
  },
  async run(t) {
    const accounts = new Accounts(t.proc.fs);
    const me = accounts.byUid(t.proc.real.uid)?.name;
    const name = t.args[0] ?? me;
    if (name === undefined) return t.fail(t.busybox ? `unknown uid ${t.proc.real.uid}` : "Cannot determine your user name.");
    const user = accounts.user(name);
    if (!user) return t.fail(t.busybox ? `unknown user ${name}` : `user '${name}' does not exist`);
    const root = t.proc.real.uid === 0;
    const changes = t.has("delete") || t.has("lock") || t.has("unlock") || t.has("expire");
    if (!root && (name !== me || changes))
      return t.busybox
        ? t.fail(`${me ?? t.proc.real.uid} can't change password for ${name}`)
        : t.fail(name === me ? "Permission denied." : `You may not view or modify password information for ${name}.`);
    const hash = accounts.hash(name) ?? "*";
    const now = t.proc.clock.now();
    if (t.has("status") && !t.busybox) {
      const day = accounts.changed(name);
      const state = hash === "" ? "NP" : /^[!*]/.test(hash) ? "L" : "P";
      await t.out(`${name} ${state} ${day === undefined ? "never" : strftime("%Y-%m-%d", day * DAY)} 0 99999 7 -1\n`);
      return 0;
    }
    if (t.has("expire")) return t.fail("-e is not supported by this simulator");
    if (t.has("lock") || t.has("unlock") || t.has("delete")) {
      if (t.has("lock") && hash.startsWith("!") && t.busybox) return t.fail(`password for ${name} is already locked`);
      if (t.has("unlock") && !hash.startsWith("!") && t.busybox) return t.fail(`password for ${name} is already unlocked`);
      if (t.has("unlock") && hash === "!" && !t.busybox) {
        await t.warn(
          "unlocking the password would result in a passwordless account.\nYou should set a password with usermod -p to unlock the password of this account.",
          3,
        );
        return 3;
      }
      const next = t.has("delete") ? "" : t.has("lock") ? (hash.startsWith("!") ? hash : `!${hash}`) : hash.replace(/^!/, "");
      accounts.setHash(name, next, now);
      // Debian's says what it did on standard output's brother, BusyBox' as if it were a complaint.
      if (t.busybox)
        await t.proc.stderr.write(
          `passwd: password for ${name} ${t.has("delete") ? "changed" : t.has("lock") ? "is locked" : "is unlocked"}${t.has("delete") ? " by root" : ""}\n`,
        );
      else await t.out("passwd: password changed.\n");
      return 0;
    }
    if (t.busybox) await t.out(`Changing password for ${name}\n`);
    if (!root && hash !== "") {
      const old = await askHidden(t, t.busybox ? "Old password: " : "Current password: ");
      if (old === undefined || !matches(old, hash))
        return t.busybox
          ? t.fail(`incorrect password for ${name}`)
          : t.fail("Authentication token manipulation error\npasswd: password unchanged", 10);
    }
    const first = await askHidden(t, t.busybox ? "New password: " : "New password: ");
    const second = first === undefined ? undefined : await askHidden(t, t.busybox ? "Retype password: " : "Retype new password: ");
    if (t.busybox) {
      if (first === undefined || first !== second) {
        await t.warn(first === undefined ? `password for ${name} is unchanged` : "passwords don't match");
        if (first !== undefined) await t.warn(`password for ${name} is unchanged`);
        return 1;
      }
    } else if (first === undefined || first === "" || first !== second) {
      await t.proc.stderr.write(
        first === undefined || first === ""
          ? "No password has been supplied.\npasswd: Authentication token manipulation error\npasswd: password unchanged\n"
          : "Sorry, passwords do not match.\npasswd: Authentication token manipulation error\npasswd: password unchanged\n",
      );
      return 10;
    }
    await setPassword(t, accounts, name, first);
    if (t.busybox) await t.proc.stderr.write(`passwd: password for ${name} changed by ${root ? "root" : name}\n`);
    else await t.out("passwd: password updated successfully\n");
    return 0;
  },
};

/** `name:password` lines. */
export const chpasswd: Utility = {
  name: "chpasswd",
  usage: "[options]",
  about: "Read user:password from stdin and update /etc/passwd",
  flags: {
    encrypted: { short: "e", long: "encrypted", help: "supplied passwords are encrypted" },
    method: { short: "c", long: "crypt-method", value: "METHOD", help: "the crypt method" },
  },
  async run(t) {
    if (t.args.length > 0 && !t.busybox) return wrongly(t);
    if (t.proc.uid !== 0) return t.busybox ? t.fail("permission denied (are you root?)") : t.fail("Permission denied.");
    const method = t.value("method");
    if (method !== undefined && !/^sha512$/i.test(method)) return t.fail(`${method} is not supported by this simulator: SHA512 is`);
    const accounts = new Accounts(t.proc.fs);
    let line = 0;
    for await (const text of t.lines([])) {
      line++;
      const colon = text.indexOf(":");
      if (colon < 0) {
        if (t.busybox) return t.fail("missing new password");
        await t.warn(`line ${line}: missing new password`);
        continue;
      }
      const [name, password] = [text.slice(0, colon), text.slice(colon + 1)];
      if (!accounts.user(name)) {
        if (t.busybox) return t.fail(`unknown user ${name}`);
        await t.warn(`(user ${name}) pam_chauthtok() failed, error:\nAuthentication token manipulation error`);
        await t.warn(`(line ${line}, user ${name}) password not changed`);
        continue;
      }
      if (t.has("encrypted")) accounts.setHash(name, password, t.proc.clock.now());
      else await setPassword(t, accounts, name, password);
      if (t.busybox) await t.proc.stderr.write(`chpasswd: password for '${name}' changed\n`);
    }
    return t.status;
  },
};
