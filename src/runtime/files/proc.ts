import type { ProcessInfo } from "../types.ts";
import { createNode, type Node } from "./node.ts";
import type { MountTable } from "./walk.ts";

export const RELEASE = "6.1.0-timonel";

/** What /proc shows. */
export interface ProcSource {
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly bootedAt: number;
  now(): number;
  usedMemory(): number;
  /** Processes that have had something to run lately. */
  load(): number;
  processes(): readonly ProcessInfo[];
  descriptors(pid: number): readonly number[];
  environment(pid: number): Readonly<Record<string, string>>;
  cwd(pid: number): string;
  groups(pid: number): readonly number[];
  table(): MountTable;
}

const STATES: Readonly<Record<ProcessInfo["state"], string>> = { R: "R (running)", S: "S (sleeping)", T: "T (stopped)", Z: "Z (zombie)" };

const SYSTEM: Readonly<Record<string, (s: ProcSource) => string>> = {
  meminfo: (s) => {
    const total = Math.floor(s.memory / 1024);
    const free = total - Math.floor(s.usedMemory() / 1024);
    const row = (name: string, kb: number) => `${`${name}:`.padEnd(16)}${String(kb).padStart(8)} kB\n`;
    return (
      row("MemTotal", total) +
      row("MemFree", free) +
      row("MemAvailable", free) +
      row("Buffers", 0) +
      row("Cached", 0) +
      row("SwapTotal", 0) +
      row("SwapFree", 0)
    );
  },
  cpuinfo: (s) =>
    Array.from(
      { length: Math.max(1, Math.ceil(s.cpus)) },
      (_, i) => `processor\t: ${i}\nvendor_id\t: Timonel\nmodel name\t: Timonel simulated CPU\ncpu MHz\t\t: 2000.000\n\n`,
    ).join(""),
  uptime: (s) => `${((s.now() - s.bootedAt) / 1000).toFixed(2)} ${((s.now() - s.bootedAt) / 1000).toFixed(2)}\n`,
  loadavg: (s) => {
    const all = s.processes();
    const load = s.load().toFixed(2);
    return `${load} ${load} ${load} ${all.filter((p) => p.state === "R").length}/${all.length} ${all[all.length - 1]?.pid ?? 0}\n`;
  },
  mounts: (s) => {
    const { root, mounts } = s.table();
    const line = (m: { readonly path: string; readonly type: string; readonly readOnly: boolean }) =>
      `${m.type} ${m.path} ${m.type} ${m.readOnly ? "ro" : "rw"},relatime 0 0\n`;
    return line(root) + [...mounts.values()].map(line).join("");
  },
  version: () => `Linux version ${RELEASE} (simulated) #1 SMP\n`,
};

const OF_PROCESS: Readonly<Record<string, (p: ProcessInfo, s: ProcSource) => string>> = {
  status: (p, s) =>
    [
      `Name:\t${comm(p)}`,
      `State:\t${STATES[p.state]}`,
      `Tgid:\t${p.pid}`,
      `Pid:\t${p.pid}`,
      `PPid:\t${p.ppid}`,
      `Uid:\t${p.uid}\t${p.uid}\t${p.uid}\t${p.uid}`,
      `Groups:\t${s.groups(p.pid).join(" ")} `,
      `VmSize:\t${Math.ceil(p.memory / 1024)} kB`,
      `VmRSS:\t${Math.ceil(p.memory / 1024)} kB`,
      "Threads:\t1",
      "",
    ].join("\n"),
  cmdline: (p) => (p.state === "Z" ? [] : p.argv).map((a) => `${a}\0`).join(""),
  comm: (p) => `${comm(p)}\n`,
  stat: (p, s) => {
    const ticks = Math.floor(p.cpu / 10);
    return `${p.pid} (${comm(p)}) ${p.state} ${p.ppid} ${p.group} ${p.group} ${p.tty ? 34816 : 0} -1 4194304 0 0 0 0 ${ticks} 0 0 0 20 0 1 0 ${Math.floor((p.started - s.bootedAt) / 10)} ${p.memory} ${Math.ceil(p.memory / 4096)}\n`;
  },
  environ: (p, s) =>
    Object.entries(s.environment(p.pid))
      .map(([k, v]) => `${k}=${v}\0`)
      .join(""),
  mounts: (_, s) => (SYSTEM["mounts"] as (s: ProcSource) => string)(s),
};

function comm(p: ProcessInfo): string {
  // A title ("nginx: worker process") does not change it.
  const name = (p.argv[0] ?? "").split(": ", 1)[0] as string;
  return name.slice(name.lastIndexOf("/") + 1).slice(0, 15);
}

/** What a machine's /proc has besides. */
export interface ProcExtra {
  /** Made when one of them is looked at: most containers never do. */
  readonly system: Readonly<Record<string, () => Node>>;
  readonly ofProcess: readonly string[];
  process(pid: number, name: string): Node | undefined;
}

/** /proc of one PID namespace. Inode numbers: 1 for the root, 10 and up by file, 1000 times the pid for processes. */
export function procRoot(s: ProcSource, extra?: ProcExtra): Node {
  const file = (ino: number, read: () => string): Node => createNode(ino, "file", 0o444, { virtual: { read } });
  const directory = (ino: number, list: () => readonly string[], lookup: (name: string, pid: number) => Node | undefined): Node =>
    createNode(ino, "directory", 0o555, { virtual: { list, lookup } });
  const systemNames = Object.keys(SYSTEM);
  const processNames = Object.keys(OF_PROCESS);
  const find = (pid: number): ProcessInfo | undefined => s.processes().find((p) => p.pid === pid);

  const ofProcess = (pid: number): Node =>
    directory(
      pid * 1000,
      () => [...new Set([...processNames, "cwd", "fd", ...(extra?.ofProcess ?? [])])],
      (name) => {
        const more = extra?.process(pid, name);
        if (more) return more;
        const read = OF_PROCESS[name];
        if (read)
          return file(pid * 1000 + 1 + processNames.indexOf(name), () => {
            const p = find(pid);
            return p ? read(p, s) : "";
          });
        if (name === "cwd") return createNode(pid * 1000 + 99, "symlink", 0o777, { target: s.cwd(pid), virtual: {} });
        if (name !== "fd") return undefined;
        return directory(
          pid * 1000 + 100,
          () => s.descriptors(pid).map(String),
          (n, me) =>
            s.descriptors(pid).includes(Number(n))
              ? createNode(pid * 1000 + 101 + Number(n), "device", 0o600, {
                  uid: find(pid)?.uid ?? 0,
                  virtual: { device: me === pid ? `fd/${n}` : "foreign" },
                })
              : undefined,
        );
      },
    );

  return directory(
    1,
    () => [...s.processes().map((p) => String(p.pid)), ...new Set([...systemNames, ...Object.keys(extra?.system ?? {})]), "self"],
    (name, pid) => {
      const more = extra && Object.hasOwn(extra.system, name) ? extra.system[name] : undefined;
      if (more) return more();
      const read = SYSTEM[name];
      if (read) return file(10 + systemNames.indexOf(name), () => read(s));
      if (name === "self") return createNode(9, "symlink", 0o777, { target: String(pid), virtual: {} });
      return /^\d+$/.test(name) && find(Number(name)) ? ofProcess(Number(name)) : undefined;
    },
  );
}
