import type { ProcessContext } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";

export const versionOf = (proc: ProcessContext): string => readIfThere(proc, "/usr/local/lib/etcd/build")?.trim() ?? "3.5.21";
/** 3.4, 3.5, 3.6 */
export const minor = (version: string): number => Number(version.split(".")[1]);
/** How Go writes a duration. */
export function goDuration(ms: number): string {
  if (ms < 1) return `${Number((ms * 1000).toFixed(3))}µs`;
  return ms < 1000 ? `${Number(ms.toFixed(6))}ms` : `${Number((ms / 1000).toFixed(9))}s`;
}
/** `20 kB` (go-humanize). */
export function humanize(bytes: number): string {
  if (bytes < 10) return `${bytes} B`;
  const e = Math.floor(Math.log(bytes) / Math.log(1000));
  const value = Math.floor((bytes / 1000 ** e) * 10 + 0.5) / 10;
  // Go rounds halves to the even neighbour: 20.5 kB are 20 kB.
  const whole = value % 1 === 0.5 && Math.floor(value) % 2 === 0 ? Math.floor(value) : Math.round(value);
  return `${value < 10 ? value.toFixed(1) : whole} ${["B", "kB", "MB", "GB"][e] ?? "TB"}`;
}
