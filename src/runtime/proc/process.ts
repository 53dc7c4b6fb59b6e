import { errno } from "../errno.ts";
import { fnv1a32 } from "../../machinery/index.ts";
import { capable } from "../files/capabilities.ts";
import { createNode, type Node } from "../files/node.ts";
import type { Credentials, MountTable } from "../files/walk.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { PidNamespace, Process } from "../kernel/process.ts";
import { limitsFile } from "./limits.ts";
import { mountInfo, mountLines } from "./mounts.ts";
import { oomScore } from "./oom.ts";
import { statusFile } from "./status.ts";
import { integer, virtualFile } from "./tree.ts";

/** What /proc/PID has besides what every computer's has. */
export const OF_PROCESS: readonly string[] = [
  "status",
  "stat",
  "statm",
  "comm",
  "cgroup",
  "exe",
  "fd",
  "limits",
  "mountinfo",
  "mounts",
  "ns",
  "oom_score",
  "oom_score_adj",
  "root",
  "cwd",
];

const PAGE = 4096;
const TICK = 10;

/** ptrace(2), access mode checks: its own, with no more privileges than the looker has, or anybody's with CAP_SYS_PTRACE. */
export function mayLookInto(who: Credentials, p: Process): boolean {
  const they = p.credentials;
  const same = (uid: number): boolean => uid === (who.real?.uid ?? who.uid);
  return (same(they.uid) && same(they.real?.uid ?? they.uid)) || capable(who, "SYS_PTRACE");
}

/** One of them; undefined when the process is gone, or has no such thing. */
export function processEntry(kernel: Kernel, namespace: PidNamespace, pid: number, name: string): Node | undefined {
  const p = namespace.find(pid);
  if (!p) return undefined;
  const ino = p.id * 1000 + 200 + OF_PROCESS.indexOf(name) * 20;
  const { uid } = p.credentials;
  const file = (read: () => string, write?: (text: string) => void, mode?: number): Node =>
    virtualFile(ino, { read, ...(write && { write }), ...(mode !== undefined && { mode }) }, uid);
  switch (name) {
    case "status":
      return file(() => statusFile(p, { pid, ppid: namespace.parentOf(p) }, kernel.hardware.cpus));
    case "stat":
      return file(() => statLine(kernel, p, pid, namespace.parentOf(p)));
    case "statm": {
      const pages = (): number => Math.ceil(p.memory / PAGE);
      return file(() => `${pages()} ${pages()} 0 0 0 ${pages()} 0\n`);
    }
    case "comm":
      return file(() => `${p.comm}\n`);
    case "cgroup":
      return file(() => `0::${p.box.cgroupPath ?? "/"}\n`);
    case "limits":
      return file(() => limitsFile(p.start.limits));
    case "mounts":
      return file(() => mountLines(p.table()));
    case "mountinfo":
      return file(() => mountInfo(p.table()));
    case "oom_score":
      return file(() => `${oomScore(p, kernel.hardware.memory)}\n`);
    case "oom_score_adj":
      return file(
        () => `${p.oomScoreAdj}\n`,
        (text) => {
          p.oomScoreAdj = integer(text, -1000, 1000);
          kernel.records.mark(p);
        },
        0o644,
      );
    case "exe":
      return createNode(ino, "symlink", 0o777, { uid, target: p.start.exe ?? p.start.argv[0] ?? "", virtual: {} });
    case "root":
      return link(p, ino, p.start.root ?? "/", (table) => ({ table, path: "/" }));
    case "cwd":
      return link(p, ino, p.cwd, (table) => ({ table, path: p.cwd }));
    case "ns":
      return namespaces(p, ino);
    case "fd":
      return descriptors(p, ino);
    default:
      return undefined;
  }
}

/** A link into a process's own surroundings. */
function link(p: Process, ino: number, target: string, to: (table: MountTable) => { table: MountTable; path: string }): Node {
  const enter = (who: Credentials): { table: MountTable; path: string } => {
    if (!mayLookInto(who, p)) throw errno("EACCES");
    return to(p.table());
  };
  return createNode(ino, "symlink", 0o777, { uid: p.credentials.uid, target, size: 0, virtual: { enter } });
}

/** proc_pid_stat(5). */
function statLine(kernel: Kernel, p: Process, pid: number, ppid: number): string {
  const ticks = (ms: number): number => Math.floor(ms / TICK);
  const { state } = p.info();
  const tty = p.tty ? 34816 : 0;
  return `${[
    `${pid} (${p.comm}) ${state} ${ppid} ${p.group} ${p.group} ${tty} ${p.tty?.foreground ?? -1} 4194304`,
    `0 0 0 0 ${ticks(p.cpu)} 0 ${ticks(p.childrenCpu)} 0 20 0 1 0 ${ticks(p.started - kernel.bootedAt)}`,
    `${p.memory} ${Math.ceil(p.memory / PAGE)} 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0`,
  ].join(" ")}\n`;
}

/** Inodes of namespaces: those that several share are the same number. */
const START = 4_026_531_834;
const inodeOf = (id: string): number => START + 100 + (fnv1a32(id) % 900_000);

function namespaces(p: Process, ino: number): Node {
  const { box } = p;
  const shared = box.pod ?? box.id;
  const inodes: Readonly<Record<string, number>> = {
    cgroup: box.cgroupPath === undefined ? inodeOf(`cgroup/${box.id}`) : START + 1,
    ipc: inodeOf(`ipc/${shared}`),
    mnt: inodeOf(`mnt/${box.id}`),
    net: inodeOf(`net/${shared}`),
    pid: inodeOf(`pid/${box.namespace.id}`),
    pid_for_children: inodeOf(`pid/${box.namespace.id}`),
    time: START,
    time_for_children: START,
    user: START + 3,
    uts: inodeOf(`uts/${shared}`),
  };
  const names = Object.keys(inodes);
  return createNode(ino, "directory", 0o511, {
    uid: p.credentials.uid,
    virtual: {
      list: () => names,
      lookup: (name) =>
        name in inodes
          ? createNode(ino + 1 + names.indexOf(name), "symlink", 0o777, {
              target: `${name.replace("_for_children", "")}:[${inodes[name]}]`,
              virtual: {},
            })
          : undefined,
    },
  });
}

function descriptors(p: Process, ino: number): Node {
  const { uid } = p.credentials;
  return createNode(ino, "directory", 0o500, {
    uid,
    virtual: {
      list: () => [...p.fds.keys()].sort((a, b) => a - b).map(String),
      lookup: (n, me) =>
        p.fds.has(Number(n))
          ? createNode(p.id * 100_000 + Number(n), "device", 0o700, {
              uid,
              virtual: { device: me === p.pid ? `fd/${n}` : `process/${p.id}/${n}` },
            })
          : undefined,
    },
  });
}
