import type { Tree } from "../files/tree.ts";
import { ROOT } from "../files/walk.ts";
import { createCpuGroup } from "../kernel/cpu.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { NetworkStack } from "../../network/index.ts";
import { View } from "../files/view.ts";
import type { MountTable } from "../files/walk.ts";
import { findExecutable } from "../kernel/exec.ts";
import type { ProcessStart } from "../kernel/process.ts";
import type { Place } from "./sessions.ts";
import { INIT, MachineNumbers } from "../proc/numbers.ts";

/** What belongs to no container of a machine: its first process, which those see that share the machine's numbers. */
export interface MachineBox extends Place {
  /** Starts it, unless it runs. */
  init(): void;
}

export function createMachineBox(kernel: Kernel, hostname: string, root: () => Tree, stack: () => NetworkStack | undefined): MachineBox {
  const namespace = new MachineNumbers(kernel);
  let mounted: MountTable | undefined;
  const table = (): MountTable =>
    (mounted ??= {
      root: { path: "/", tree: root(), rel: [], readOnly: false, type: "ext4" },
      mounts: new Map(kernel.systemMounts(namespace, () => table()).map((m) => [m.path, m])),
    });
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
    table,
    stack,
    oom: () => [],
    init() {
      if (kernel.processes.has(INIT)) return;
      const start = { argv: ["/sbin/init"], env: {}, cwd: "/", umask: 0o22, credentials: ROOT, program: undefined, arguments: undefined };
      kernel.spawn({ id: INIT, box, start, fds: new Map(), ignored: ["TERM", "INT"], oomScoreAdj: -1000 });
    },
  };
  return box;
}
