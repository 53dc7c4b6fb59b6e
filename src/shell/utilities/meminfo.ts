import type { ProcessContext } from "../../runtime/index.ts";

/** /proc/meminfo in KiB by name. */
export function memoryInfo(proc: ProcessContext): (name: string) => number {
  const rows = new Map<string, number>();
  for (const m of proc.fs.readText("/proc/meminfo").matchAll(/^(\w+):\s+(\d+)/gm)) rows.set(m[1] as string, Number(m[2]));
  return (name) => rows.get(name) ?? 0;
}

/** Since it was started, from /proc/uptime. */
export const upSeconds = (proc: ProcessContext): number => Number(proc.fs.readText("/proc/uptime").split(" ")[0]);

/** "up 1 day,  2:03" */
export function upFor(proc: ProcessContext): string {
  const minutes = Math.floor(upSeconds(proc) / 60);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const day = days > 0 ? `${days} day${days === 1 ? "" : "s"}, ` : "";
  return `up ${day}${hours > 0 ? `${String(hours).padStart(2)}:${String(rest).padStart(2, "0")}` : `${rest} min`}`;
}

/** The three load averages. */
export function loadAverages(proc: ProcessContext): string {
  return proc.fs.readText("/proc/loadavg").split(" ").slice(0, 3).join(", ");
}
