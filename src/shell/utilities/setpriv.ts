import { Errno } from "../../runtime/index.ts";
import { Accounts } from "./accounts/database.ts";
import type { Tool, Utility } from "./tool.ts";

/** capabilities(7), by number. */
const NAMES =
  "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore".split(
    " ",
  );

/** What /proc/self/status says of it. */
const status = (t: Tool, name: string): string =>
  new RegExp(`^${name}:\\s*(.*)$`, "m").exec(t.proc.fs.readText("/proc/self/status"))?.[1]?.trim() ?? "";
const setOf = (hex: string): readonly string[] => NAMES.filter((_, i) => (BigInt(`0x${hex || "0"}`) >> BigInt(i)) & 1n);
const text = (set: readonly string[]): string => (set.length === 0 ? "[none]" : set.join(","));

export const setpriv: Utility = {
  name: "setpriv",
  usage: "[OPTIONS] PROG [ARGS]",
  about: "Run PROG with different privilege settings",
  parse: "first",
  flags: {
    dump: { short: "d", long: "dump", help: "Show current capabilities" },
    nnp: { long: "no-new-privs", help: "Disallow granting new privileges" },
    nnp2: { long: "nnp", help: "Disallow granting new privileges" },
    reuid: { long: "reuid", value: "UID", help: "Set real and effective uid" },
    ruid: { long: "ruid", value: "UID", help: "Set real uid" },
    euid: { long: "euid", value: "UID", help: "Set effective uid" },
    regid: { long: "regid", value: "GID", help: "Set real and effective gid" },
    clear: { long: "clear-groups", help: "Clear supplementary groups" },
    keep: { long: "keep-groups", help: "Keep supplementary groups" },
    init: { long: "init-groups", help: "Initialize supplementary groups" },
    groups: { long: "groups", value: "GROUP,...", help: "Set supplementary groups" },
    inh: { long: "inh-caps", value: "CAP,...", help: "Set inheritable capabilities" },
    ambient: { long: "ambient-caps", value: "CAP,...", help: "Set ambient capabilities" },
    bounding: { long: "bounding-set", value: "CAP,...", help: "Set capability bounding set" },
    reset: { long: "reset-env", help: "Clear all environment and initialize HOME, SHELL, USER, LOGNAME and PATH" },
  },
  async run(t) {
    if (t.has("dump")) return dump(t);
    if (t.has("ruid") || t.has("euid")) return t.fail("--ruid and --euid are not supported by this simulator: --reuid is");
    const accounts = new Accounts(t.proc.fs);
    const number = (name: string, kind: "reuid" | "regid"): number | undefined =>
      /^\d+$/.test(name) ? Number(name) : kind === "reuid" ? accounts.user(name)?.uid : accounts.group(name)?.gid;
    const ids: { reuid?: number; regid?: number } = {};
    for (const kind of ["reuid", "regid"] as const) {
      const given = t.value(kind);
      if (given === undefined) continue;
      const id = number(given, kind);
      if (id === undefined) return t.fail(`failed to parse ${kind}: '${given}'`);
      ids[kind] = id;
    }
    if (t.args.length === 0) return t.fail("No program specified");
    const { reuid: uid = t.proc.uid, regid: gid = t.proc.gid } = ids;
    const how = ["clear", "keep", "init", "groups"].filter((f) => t.has(f));
    if (how.length > 1) return t.fail("duplicate --groups, --clear-groups, --keep-groups or --init-groups option");
    if (ids.regid !== undefined && how.length === 0)
      return t.fail("--[re]gid requires --keep-groups, --clear-groups, --init-groups, or --groups");
    let groups = t.proc.groups;
    if (t.has("clear")) groups = [];
    if (t.has("groups")) {
      const found = (t.value("groups") as string).split(",").map((g) => number(g, "regid"));
      if (found.includes(undefined)) return t.fail("Invalid supplementary group id");
      groups = found as number[];
    }
    if (t.has("init")) {
      const user = accounts.byUid(uid);
      if (!user) return t.fail(`uid ${uid} not found, --init-groups requires an user that can be found on the system`);
      groups = accounts.groupIds({ ...user, gid });
    }
    let bounding: number | undefined;
    if (t.has("bounding")) {
      const kept = new Set(setOf(status(t, "CapBnd")));
      for (const word of (t.value("bounding") as string).split(",")) {
        const [, sign, name = ""] = /^([+-])(.*)$/.exec(word) ?? [];
        if (sign === undefined) return t.fail("bad capability string");
        if (name !== "all" && !NAMES.includes(name)) return t.fail(`unknown capability "${name}"`);
        for (const one of name === "all" ? NAMES : [name]) {
          if (sign === "-") kept.delete(one);
          else if (!kept.has(one)) return t.fail("activate capability: Operation not permitted");
        }
      }
      bounding = [...kept].reduce((sum, name) => sum + 2 ** NAMES.indexOf(name), 0);
    }
    // Nothing here is inheritable or ambient, so there is nothing to take away; what is asked for is not there to be had.
    for (const flag of ["inh", "ambient"])
      if ((t.value(flag) ?? "").split(",").some((w) => w.startsWith("+")))
        return t.fail(`--${flag === "inh" ? "inh-caps" : "ambient-caps"} with + is not supported by this simulator`);
    const user = accounts.byUid(uid);
    const env = t.has("reset")
      ? {
          ...(t.proc.env["TERM"] !== undefined && { TERM: t.proc.env["TERM"] }),
          HOME: user?.home ?? "/",
          SHELL: user?.shell ?? "/bin/sh",
          USER: user?.name ?? "",
          LOGNAME: user?.name ?? "",
          PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        }
      : undefined;
    const noNewPrivileges = t.has("nnp") || t.has("nnp2");
    const limits = { ...(bounding !== undefined && { bounding }), ...(noNewPrivileges && { noNewPrivileges }) };
    try {
      return await t.proc.exec(t.args, { user: { uid, gid, groups, limits }, ...(env && { env }) });
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code === "EPERM" && error.path === undefined)
        return t.fail(`set${ids.reuid !== undefined && uid !== t.proc.uid ? "resuid" : "groups"} failed: ${error.message}`, 127);
      await t.warn(t.busybox ? `can't execute '${t.args[0]}': ${error.message}` : `failed to execute ${t.args[0]}: ${error.message}`);
      return error.code === "ENOENT" ? 127 : 126;
    }
  },
};

async function dump(t: Tool): Promise<number> {
  const { uid, gid, groups } = t.proc;
  const named = groups.length === 0 ? "[none]" : groups.join(",");
  await t.out(
    `uid: ${t.proc.real.uid}\neuid: ${uid}\ngid: ${t.proc.real.gid}\negid: ${gid}\nSupplementary groups: ${named}\nno_new_privs: ${status(t, "NoNewPrivs") || 0}\n` +
      `Inheritable capabilities: [none]\nAmbient capabilities: [none]\nCapability bounding set: ${text(setOf(status(t, "CapBnd")))}\nSecurebits: [none]\nParent death signal: [none]\n`,
  );
  return 0;
}
