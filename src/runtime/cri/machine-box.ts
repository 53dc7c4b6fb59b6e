import type { Tree } from "../files/tree.ts";
import { ROOT } from "../files/walk.ts";
import { createCpuGroup } from "../kernel/cpu.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Box } from "../kernel/process.ts";
import { INIT, MachineNumbers } from "../proc/numbers.ts";

/** What belongs to no container of a machine: its first process, which those see that share the machine's numbers. */
export interface MachineBox extends Box {
  /** Starts it, unless it runs. */
  init(): void;
}

export function createMachineBox(kernel: Kernel, hostname: string, root: () => Tree): MachineBox {
  const namespace = new MachineNumbers(kernel);
  const box: MachineBox = {
    id: "machine",
    namespace,
    hostname,
    cpu: createCpuGroup(undefined, 1024),
    memoryLimit: undefined,
    memory: 0,
    processes: new Set(),
    table: () => ({ root: { path: "/", tree: root(), rel: [], readOnly: false, type: "ext4" }, mounts: new Map() }),
    stack: () => undefined,
    oom: () => [],
    init() {
      if (kernel.processes.has(INIT)) return;
      const start = { argv: ["/sbin/init"], env: {}, cwd: "/", umask: 0o22, credentials: ROOT, program: undefined, arguments: undefined };
      kernel.spawn({ id: INIT, box, start, fds: new Map(), ignored: ["TERM", "INT"], oomScoreAdj: -1000 });
    },
  };
  return box;
}
