import type { NetworkStack } from "../../network/index.ts";
import { Tree } from "../files/tree.ts";
import { View } from "../files/view.ts";
import { type MountTable, ROOT } from "../files/walk.ts";
import { createCpuGroup } from "../kernel/cpu.ts";
import { findExecutable } from "../kernel/exec.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Process, ProcessStart } from "../kernel/process.ts";
import { INIT, MachineNumbers } from "../proc/numbers.ts";
import { containerSystem } from "../proc/root.ts";
import { signalNumber } from "../signals.ts";
import type { Daemon, DaemonStart } from "../types.ts";
import type { Place } from "./sessions.ts";
import type { Sysctls } from "../proc/sysctl.ts";

/** What belongs to no container of a machine: its first process and its daemons, which those see that share the machine's numbers. */
export interface MachineBox extends Place {
  readonly namespace: MachineNumbers;
  /** Somebody looks: from now on everybody is there who runs. */
  init(): void;
  /** Whether anybody has looked. */
  readonly shown: boolean;
  startDaemon(start: DaemonStart): Daemon;
  /** A process that only is there, for as long as what it stands for. */
  stand(argv: readonly string[], parent?: Process): Process;
  /** The power goes. */
  off(): void;
}

/** Daemons have the numbers below those of what is started later. */
const FIRST_DAEMON = 201;

const holding = (argv: readonly string[], comm?: string): ProcessStart => ({
  argv,
  env: {},
  cwd: "/",
  umask: 0o22,
  credentials: ROOT,
  program: undefined,
  arguments: undefined,
  ...(comm !== undefined && { comm }),
});

export function createMachineBox(
  kernel: Kernel,
  hostname: string,
  root: () => Tree,
  stack: () => NetworkStack | undefined,
  sysctls: Sysctls,
  lastDaemon: number,
): MachineBox {
  const namespace = new MachineNumbers(kernel);
  const daemons = new Map<number, { readonly start: DaemonStart; process: Process | undefined }>();
  let nextDaemon = FIRST_DAEMON;
  let mounted: MountTable | undefined;
  const table = (): MountTable => {
    if (mounted) return mounted;
    const shm = new Tree("machine-shm", kernel, { mode: 0o1777 });
    const system = containerSystem(kernel, box, { open: true, writable: true, sysctls, shm });
    return (mounted = {
      root: { path: "/", tree: root(), rel: [], readOnly: false, type: "ext4" },
      mounts: new Map(system.map((m) => [m.path, m])),
    });
  };
  const show = (pid: number): void => {
    const daemon = daemons.get(pid);
    if (!daemon) return;
    const known = kernel.processes.get(pid);
    const { argv, startedAt: started, memory } = daemon.start;
    daemon.process = known ?? kernel.spawn({ id: pid, box, start: holding(argv), fds: new Map(), started, oomScoreAdj: -999 });
    if (!known) kernel.memory.resize(daemon.process, memory);
    daemon.process.onExit((exit) => {
      // Its own doing has been told already.
      if (daemons.delete(pid)) daemon.start.onExit(exit);
    });
  };
  const box: MachineBox = {
    config: {},
    // As sshd logs root in.
    prepare(argv, tty): ProcessStart {
      const env = {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        HOME: "/root",
        USER: "root",
        LOGNAME: "root",
        SHELL: "/bin/bash",
        ...(tty && { TERM: "xterm-256color" }),
      };
      const view = new View(table(), { credentials: ROOT, cwd: "/", umask: 0o22, pid: 0 });
      const cwd = view.exists("/root") ? "/root" : "/";
      const { path: _, ...found } = findExecutable(view, ROOT, argv, env.PATH);
      return { ...found, env, cwd, umask: 0o22, arguments: undefined };
    },
    id: "machine",
    namespace,
    hostname,
    cpu: createCpuGroup(undefined, 1024),
    memoryLimit: undefined,
    memory: 0,
    processes: new Set(),
    cgroupPath: "/",
    table,
    stack,
    oom: () => [],
    get shown() {
      return kernel.processes.has(INIT);
    },
    init() {
      if (kernel.processes.has(INIT)) return;
      const start = holding(["/sbin/init"], "systemd");
      kernel.spawn({ id: INIT, box, start, fds: new Map(), ignored: ["TERM", "INT"], oomScoreAdj: -1000, started: kernel.bootedAt });
      for (const pid of daemons.keys()) show(pid);
    },
    startDaemon(start) {
      const pid = start.pid ?? (nextDaemon < lastDaemon ? nextDaemon++ : kernel.nextProcess++);
      if (pid >= nextDaemon && pid < lastDaemon) nextDaemon = pid + 1;
      daemons.set(pid, { start, process: undefined });
      if (box.shown) show(pid);
      return {
        pid,
        signal(signal) {
          const daemon = daemons.get(pid);
          if (!daemon) return;
          if (daemon.process) return kernel.signal(daemon.process, signal, true);
          daemons.delete(pid);
          start.onExit(signal === "TERM" ? { code: 0 } : { code: 128 + signalNumber(signal), signal });
        },
        end() {
          const daemon = daemons.get(pid);
          daemons.delete(pid);
          if (daemon?.process) kernel.exit(daemon.process, { code: 0 });
        },
      };
    },
    stand: (argv, parent) => kernel.spawn({ box, start: holding(argv), fds: new Map(), ...(parent && { parent }) }),
    off() {
      daemons.clear();
      namespace.shims.clear();
      nextDaemon = FIRST_DAEMON;
    },
  };
  return box;
}

/** After a thaw: shims find their pods again, and sessions end with what runs in them. */
export function restoreMachineBox(kernel: Kernel, box: MachineBox, shim: (sandbox: string, process: Process) => void): void {
  for (const process of [...box.processes]) {
    const { argv } = process.start;
    const sandbox = argv[3] === "-id" ? argv[4] : undefined;
    if (sandbox !== undefined && process.start.program === undefined) {
      box.namespace.shims.set(sandbox, process);
      shim(sandbox, process);
    } else if (argv[0]?.startsWith("sshd: root@")) {
      const end = (): void => kernel.exit(process, { code: 0 });
      for (const child of process.children ?? []) child.onExit(end);
      if (!process.children?.size) end();
    }
  }
}
