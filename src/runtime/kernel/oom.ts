import type { MachineHardware } from "./hardware.ts";
import type { Process } from "./process.ts";

/** What a limit's OOM killer takes: the process that holds most. */
function largest(processes: Iterable<Process>, first: Process): Process {
  let victim = first;
  for (const other of processes) if (other.memory > victim.memory) victim = other;
  return victim;
}

/** Never chosen (linux: OOM_SCORE_ADJ_MIN). */
const EXEMPT = -1000;

/** What the machine's OOM killer takes: thousandths of its memory, and what its box adds to them (linux: oom_badness). */
function systemVictim(processes: Iterable<Process>, memory: number): Process | undefined {
  let victim: Process | undefined;
  let worst = -Infinity;
  for (const process of processes) {
    const adjustment = process.box.oomScoreAdj ?? 0;
    if (adjustment === EXEMPT) continue;
    const badness = process.memory + (adjustment * memory) / 1000;
    if (badness <= worst) continue;
    victim = process;
    worst = badness;
  }
  return victim;
}

/** Whom it costs that a process has grown: nobody while there is room in its box and in the machine. `system`: the machine's is gone. */
export function outOfMemory(
  process: Process,
  machine: { readonly memory: number; readonly hardware: MachineHardware; readonly processes: ReadonlyMap<number, Process> },
): { readonly victim: Process | undefined; readonly system: boolean } {
  const { box } = process;
  const { memory } = machine.hardware;
  const system = machine.memory > memory;
  if (system) return { system, victim: systemVictim(machine.processes.values(), memory) };
  const fits = box.memoryLimit === undefined || box.memory <= box.memoryLimit;
  return { system, victim: fits ? undefined : largest(box.processes, process) };
}
