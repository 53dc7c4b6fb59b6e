import { errno } from "../errno.ts";
import type { Kernel } from "./kernel.ts";
import type { Process, ProcessStart } from "./process.ts";

/** It has ended, and stays in the list until its parent asks for it or goes. */
export function keepZombie(process: Process): void {
  process.state = "dead";
  process.zombie = true;
  (process.box.namespace.zombies ??= new Map()).set(process.pid, process);
}

function bury(kernel: Kernel, process: Process): void {
  process.zombie = false;
  process.box.namespace.zombies?.delete(process.pid);
  process.parent?.children?.delete(process);
  kernel.records.mark(process);
}

/** A process has ended: process 1 takes everybody with it, else it inherits the orphans (pid_namespaces(7)). Its own parent waits for it, or not. */
export function settleFamily(kernel: Kernel, process: Process): void {
  const { parent, box } = process;
  const { namespace } = box;
  if (process.pid === 1) {
    for (const other of [...namespace.processes.values()]) kernel.exit(other, { code: 137, signal: "KILL" });
    for (const other of namespace.zombies?.values() ?? []) bury(kernel, other);
  }
  const heir = namespace.processes.get(1);
  for (const child of process.children ?? []) {
    child.parent = heir;
    child.awaited = false;
    if (child.zombie && (heir?.reaps ?? true)) bury(kernel, child);
    else if (heir) (heir.children ??= new Set()).add(child);
    kernel.records.mark(child);
  }
  if (parent?.state === "alive" && !process.awaited && !parent.reaps) keepZombie(process);
  else parent?.children?.delete(process);
}

/** RLIMIT_NPROC counts all processes of a user; root is not held to it. Throws EAGAIN. */
export function checkUser({ credentials, limits }: ProcessStart, processes: Iterable<Process>): void {
  const limit = limits?.nproc?.[0] ?? Infinity;
  if (credentials.uid === 0 || limit === Infinity) return;
  let n = 0;
  for (const p of processes) if (p.credentials.uid === credentials.uid) n++;
  if (n >= limit) throw errno("EAGAIN");
}
