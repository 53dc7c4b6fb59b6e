import type { Process } from "../kernel/process.ts";

/** How bad it is that a process lives, in bytes; undefined: it must not be killed (mm/oom_kill.c oom_badness). */
export function badness(p: Process, total: number): number | undefined {
  return p.oomScoreAdj === -1000 ? undefined : p.memory + (p.oomScoreAdj * total) / 1000;
}

/** /proc/PID/oom_score: 0 for what must not be killed, 666 for what is small and ordinary (fs/proc/base.c proc_oom_score). */
export function oomScore(p: Process, total: number): number {
  const points = badness(p, total);
  return points === undefined ? 0 : Math.floor(((1000 + Math.floor((points * 1000) / total)) * 2) / 3);
}

/** Whom the OOM killer takes; undefined when there is nobody it may. */
export function worst(processes: Iterable<Process>, total: number): Process | undefined {
  let victim: Process | undefined;
  let most = -Infinity;
  for (const p of processes) {
    const points = badness(p, total);
    if (points === undefined || points <= most) continue;
    [victim, most] = [p, points];
  }
  return victim;
}
