import type { Kernel } from "../kernel/kernel.ts";
import { PidNamespace, type Process } from "../kernel/process.ts";

/** A machine's own process numbers: everybody has one, whatever a container calls it (pid_namespaces(7)). */
export class MachineNumbers extends PidNamespace {
  override readonly processes: Map<number, Process>;
  /** By sandbox: what containerd has started its containers through, where that is shown. */
  readonly shims = new Map<string, Process>();
  constructor(kernel: Kernel) {
    super("machine");
    this.processes = kernel.processes;
  }
  override find(pid: number): Process | undefined {
    return this.processes.get(pid);
  }
  override numberOf(process: Process): number {
    return process.id;
  }
  /** Whoever no process started was started by its pod's shim, else by the machine's first. */
  override parentOf(process: Process): number {
    if (process.parent) return process.parent.id;
    const { box } = process;
    return this.shims.get(box.pod ?? box.id)?.id ?? (process.id === INIT ? 0 : INIT);
  }
}
export const INIT = 1;
