import { Errno } from "../../runtime/index.ts";
import type { Tool, Utility } from "./tool.ts";

type Kind = "mnt" | "net" | "pid" | "uts";

/** In the order in which they are entered (util-linux: nsenter.c namespace_files). */
const KINDS: readonly { readonly short: string; readonly long: string; readonly file: string }[] = [
  { short: "U", long: "user", file: "user" },
  { short: "C", long: "cgroup", file: "cgroup" },
  { short: "i", long: "ipc", file: "ipc" },
  { short: "u", long: "uts", file: "uts" },
  { short: "n", long: "net", file: "net" },
  { short: "p", long: "pid", file: "pid" },
  { short: "m", long: "mount", file: "mnt" },
  { short: "T", long: "time", file: "time" },
];
const CHANGING: readonly string[] = ["mnt", "net", "pid", "uts"] satisfies Kind[];

/** Enters namespaces of another process. The program is a child, where a real one without --pid becomes it. */
export const nsenter: Utility = {
  name: "nsenter",
  usage: "[OPTIONS] [PROG ARGS]",
  about: "Run PROG with namespaces of other processes",
  parse: "first",
  flags: {
    target: { short: "t", long: "target", value: "PID", help: "Target process to get namespaces from" },
    all: { short: "a", long: "all", help: "Enter all namespaces" },
    ...Object.fromEntries(KINDS.map((k) => [k.file, { short: k.short, long: k.long, value: "[FILE]", help: `Enter ${k.long} namespace` }])),
    root: { short: "r", long: "root", value: "[DIR]", help: "Set root directory" },
    cwd: { short: "w", long: "wd", value: "[DIR]", help: "Set working directory" },
    nofork: { short: "F", long: "no-fork", help: "Don't fork before exec'ing PROG" },
    uid: { short: "S", long: "setuid", value: "UID", help: "Set uid in entered namespace" },
    gid: { short: "G", long: "setgid", value: "GID", help: "Set gid in entered namespace" },
    preserve: { long: "preserve-credentials", help: "Don't touch uids or gids" },
  },
  async run(t) {
    const wanted = KINDS.filter((k) => t.has("all") || t.has(k.file));
    const given = t.value("target");
    if (given !== undefined && !/^\d+$/.test(given)) return t.fail(`failed to parse pid: '${given}'`);
    let pid = given === undefined ? undefined : Number(given);
    for (const { file } of wanted) {
      const path = t.value(file) ?? "";
      const named = /^\/proc\/(\d+|self)\/ns\/\w+$/.exec(path)?.[1];
      if (path !== "" && named === undefined)
        return refuse(t, file, path, t.proc.fs.exists(path) ? "Invalid argument" : "No such file or directory");
      const from = named === undefined ? pid : named === "self" ? t.proc.pid : Number(named);
      if (from === undefined)
        return t.fail(
          t.busybox ? `neither filename nor target pid supplied for ns/${file}` : `neither filename nor target pid supplied for ns/${file}`,
        );
      if (pid !== undefined && from !== pid) return t.fail("namespaces of several processes at once are not supported by this simulator");
      pid = from;
      if (!t.proc.fs.exists(`/proc/${pid}`)) return refuse(t, file, `/proc/${pid}/ns/${file}`, "No such file or directory");
    }
    const argv = t.args.length > 0 ? t.args : [t.proc.env["SHELL"] || "/bin/sh"];
    const kinds = wanted.map((k) => k.file).filter((file): file is Kind => CHANGING.includes(file));
    const [uid, gid] = [t.value("uid"), t.value("gid")];
    const user =
      uid === undefined && gid === undefined ? undefined : { uid: Number(uid ?? t.proc.uid), gid: Number(gid ?? t.proc.gid), groups: [] };
    if (user && !(user.uid >= 0 && user.gid >= 0)) return t.fail(`failed to parse ${user.uid >= 0 ? "gid" : "uid"}`);
    // The same user namespace that it is in cannot be entered; --all leaves it out.
    if (t.has("user") && !t.has("all")) return t.fail("reassociate to namespace 'ns/user' failed: Invalid argument");
    await t.flush();
    try {
      const child = await t.proc.spawn({
        argv,
        ...(wanted.length > 0 && pid !== undefined && { namespaces: { pid, kinds } }),
        ...(user && { user }),
        ...(t.value("cwd") && { cwd: t.value("cwd") as string }),
      });
      for (const signal of ["TERM", "HUP"] as const) t.proc.on(signal, () => child.kill(signal));
      for (const signal of ["INT", "QUIT"] as const) t.proc.on(signal, () => {});
      return (await child.exited).code;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const file = wanted[0]?.file ?? "";
      if (wanted.length > 0 && error.code === "EACCES" && error.path === undefined)
        return refuse(t, file, `/proc/${pid}/ns/${file}`, error.message);
      if (wanted.length > 0 && error.code === "EPERM" && error.path === undefined)
        return t.fail(
          t.busybox
            ? `setns(): can't reassociate to namespace '${file}': ${error.message}`
            : `reassociate to namespace 'ns/${file}' failed: ${error.message}`,
        );
      await t.warn(t.busybox ? `can't execute '${argv[0]}': ${error.message}` : `failed to execute ${argv[0]}: ${error.message}`);
      return error.code === "ENOENT" ? 127 : 126;
    }
  },
};
const refuse = (t: Tool, file: string, path: string, why: string): Promise<number> =>
  t.fail(t.busybox ? `can't open '${path}': ${why}` : `cannot open ${path}: ${why}`).then((code) => (file === "" ? 1 : code));

/** New namespaces are not made here: who may not gets the kernel's answer, who may is told. */
export const unshare: Utility = {
  name: "unshare",
  usage: "[OPTIONS] [PROG ARGS]",
  about: "Run PROG in new namespaces",
  parse: "first",
  flags: {
    mount: { short: "m", long: "mount", value: "[FILE]", help: "Unshare mount namespace" },
    uts: { short: "u", long: "uts", value: "[FILE]", help: "Unshare UTS namespace (hostname etc.)" },
    ipc: { short: "i", long: "ipc", value: "[FILE]", help: "Unshare System V IPC namespace" },
    net: { short: "n", long: "net", value: "[FILE]", help: "Unshare network namespace" },
    pid: { short: "p", long: "pid", value: "[FILE]", help: "Unshare PID namespace" },
    user: { short: "U", long: "user", value: "[FILE]", help: "Unshare user namespace" },
    cgroup: { short: "C", long: "cgroup", value: "[FILE]", help: "Unshare cgroup namespace" },
    fork: { short: "f", long: "fork", help: "Fork before execing PROG" },
    mapRoot: { short: "r", long: "map-root-user", help: "Map current user to root (implies -U)" },
    mountProc: { long: "mount-proc", value: "[DIR]", help: "Mount /proc filesystem first (implies -m)" },
    kill: { long: "kill-child", value: "[SIGNAL]", help: "Kill the child when unshare dies" },
    propagation: { long: "propagation", value: "MODE", help: "Modify mount propagation in mount namespace" },
  },
  async run(t) {
    const kinds = ["mount", "uts", "ipc", "net", "pid", "user", "cgroup"].filter(
      (k) => t.has(k) || (k === "user" && t.has("mapRoot")) || (k === "mount" && t.has("mountProc")),
    );
    if (kinds.length > 0) {
      if (!kinds.includes("user") && !t.proc.capable("SYS_ADMIN"))
        return t.fail(t.busybox ? "unshare(0x20000): Operation not permitted" : "unshare failed: Operation not permitted");
      return t.fail(`new ${kinds.join(", ")} namespaces are not simulated by Timonel`);
    }
    const argv = t.args.length > 0 ? t.args : [t.proc.env["SHELL"] || "/bin/sh"];
    try {
      return await t.proc.exec(argv);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await t.warn(t.busybox ? `can't execute '${argv[0]}': ${error.message}` : `failed to execute ${argv[0]}: ${error.message}`);
      return error.code === "ENOENT" ? 127 : 126;
    }
  },
};

/** Namespaces as /proc tells them. */
export const lsns: Utility = {
  name: "lsns",
  usage: "[options] [<namespace>]",
  about: "List system namespaces.",
  flags: {
    type: { short: "t", long: "type", value: "NAME", help: "namespace type (mnt, net, ipc, user, pid, uts, cgroup, time)" },
    task: { short: "p", long: "task", value: "PID", help: "print process namespaces" },
    headless: { short: "n", long: "noheadings", help: "don't print headings" },
  },
  async run(t) {
    const type = t.value("type");
    if (type !== undefined && !KINDS.some((k) => k.file === type)) return t.fail(`unknown namespace type: ${type}`);
    const found = new Map<string, { readonly type: string; pids: number[] }>();
    const passwd = new Map(
      (t.proc.fs.exists("/etc/passwd") ? t.proc.fs.readText("/etc/passwd") : "")
        .split("\n")
        .map((l) => [l.split(":")[2] ?? "", l.split(":")[0] ?? ""]),
    );
    const processes = new Map(t.proc.processes().map((p) => [p.pid, p]));
    for (const pid of processes.keys()) {
      if (t.has("task") && pid !== Number(t.value("task"))) continue;
      for (const { file } of KINDS) {
        if (type !== undefined && file !== type) continue;
        try {
          const inode = /\[(\d+)\]/.exec(t.proc.fs.readlink(`/proc/${pid}/ns/${file}`))?.[1];
          if (inode === undefined) continue;
          const row = found.get(inode) ?? { type: file, pids: [] };
          row.pids.push(pid);
          found.set(inode, row);
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
        }
      }
    }
    const rows = [...found]
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([inode, row]) => {
        const lowest = Math.min(...row.pids);
        const p = processes.get(lowest);
        return [
          inode,
          row.type,
          String(row.pids.length),
          String(lowest),
          passwd.get(String(p?.uid)) ?? String(p?.uid),
          p?.argv.join(" ") ?? "",
        ];
      });
    const all = [...(t.has("headless") ? [] : [["NS", "TYPE", "NPROCS", "PID", "USER", "COMMAND"]]), ...rows];
    const width = [10, 6, 6, 5, 4].map((least, i) => Math.max(least, ...all.map((r) => (r[i] as string).length)));
    const right = [0, 2, 3];
    for (const r of all)
      await t.out(
        `${r.map((c, i) => (i === 5 ? c : right.includes(i) ? c.padStart(width[i] as number) : c.padEnd(width[i] as number))).join(" ")}\n`,
      );
    return 0;
  },
};
