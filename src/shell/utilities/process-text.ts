import type { ProcessContext, ProcessInfo } from "../../runtime/index.ts";
import { baseName } from "./paths.ts";

/** A command line, as ps shows it. */
export const commandLine = (p: ProcessInfo): string => p.argv.join(" ");
/** The kernel puts what has ended into brackets. */
const named = (p: ProcessInfo): string => (p.state === "Z" ? (p.argv[0] ?? "").replace(/^\[(.*)\]$/, "$1") : (p.argv[0] ?? ""));
/** A program's own name; a title ("nginx: worker process") does not change it. */
export const commandName = (p: ProcessInfo): string => baseName(named(p).split(": ", 1)[0] as string).slice(0, 15);
/** 3:07 */
export const clockOf = (ms: number): string => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
/** The group it runs as, from /proc where that tells it, else its user's. */
export function groupOf(proc: ProcessContext, p: ProcessInfo): number {
  const path = `/proc/${p.pid}/status`;
  const told = proc.fs.exists(path) ? /^Gid:\s*(\d+)/m.exec(proc.fs.readText(path))?.[1] : undefined;
  return told === undefined ? p.uid : Number(told);
}
/** All processes, the one that looks among them running. */
export const looking = ({ proc }: { readonly proc: ProcessContext }): readonly ProcessInfo[] =>
  proc.processes().map((p) => (p.pid === proc.pid ? { ...p, state: "R" as const } : p));
