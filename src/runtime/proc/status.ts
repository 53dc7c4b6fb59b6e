import { effective } from "../files/capabilities.ts";
import { ALL_CAPABILITIES } from "../files/capabilities.ts";
import type { Process } from "../kernel/process.ts";
import { signalNumber } from "../signals.ts";

const STATES = { R: "R (running)", S: "S (sleeping)", T: "T (stopped)", Z: "Z (zombie)" } as const;

/** Sixteen hexadecimal digits of a sum of powers of two. */
const mask = (set: number): string => set.toString(16).padStart(16, "0");
const kb = (bytes: number): string => `${String(Math.ceil(bytes / 1024)).padStart(8)} kB`;

/** The numbers that a process has in a namespace and those below it. */
export interface Numbers {
  readonly pid: number;
  readonly ppid: number;
}

/** /proc/PID/status (proc_pid_status(5)): what a process here has; what it has not is left out. */
export function statusFile(p: Process, { pid, ppid }: Numbers, cpus: number): string {
  const { uid, gid, groups, real, bounding = ALL_CAPABILITIES, noNewPrivileges, filtered } = p.credentials;
  const caps = mask(effective(p.credentials));
  const ids = (was: number | undefined, is: number): string => [was ?? is, is, is, is].join("\t");
  const all = 2 ** Math.max(1, Math.ceil(cpus)) - 1;
  const rows: readonly (readonly [string, string])[] = [
    ["Name", p.comm],
    ["Umask", p.umask.toString(8).padStart(4, "0")],
    ["State", STATES[p.info().state]],
    ["Tgid", String(pid)],
    ["Ngid", "0"],
    ["Pid", String(pid)],
    ["PPid", String(ppid)],
    ["TracerPid", "0"],
    ["Uid", ids(real?.uid, uid)],
    ["Gid", ids(real?.gid, gid)],
    ["FDSize", String(Math.max(64, 2 ** Math.ceil(Math.log2(p.fds.size + 1))))],
    ["Groups", `${groups.join(" ")} `],
    ["NStgid", numbers(p, pid)],
    ["NSpid", numbers(p, pid)],
    ["NSpgid", String(p.group)],
    ["VmPeak", kb(p.peak)],
    ["VmSize", kb(p.memory)],
    ["VmHWM", kb(p.peak)],
    ["VmRSS", kb(p.memory)],
    ["RssAnon", kb(p.memory)],
    ["VmSwap", kb(0)],
    ["Threads", "1"],
    ["SigPnd", mask(0)],
    ["ShdPnd", mask(0)],
    ["SigBlk", mask(0)],
    ["SigIgn", mask(signals(p, true))],
    ["SigCgt", mask(signals(p, false))],
    ["CapInh", mask(0)],
    ["CapPrm", caps],
    ["CapEff", caps],
    ["CapBnd", mask(bounding)],
    ["CapAmb", mask(0)],
    ["NoNewPrivs", noNewPrivileges ? "1" : "0"],
    ["Seccomp", filtered ? "2" : "0"],
    ["Seccomp_filters", filtered ? "1" : "0"],
    ["Cpus_allowed", all.toString(16)],
    ["Cpus_allowed_list", all === 1 ? "0" : `0-${Math.log2(all + 1) - 1}`],
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join("");
}

/** Outermost first, as the namespaces lie in each other. */
function numbers(p: Process, pid: number): string {
  return pid === p.pid ? String(pid) : `${pid}\t${p.pid}`;
}

function signals(p: Process, ignored: boolean): number {
  let set = 0;
  for (const [signal, what] of p.signals) if ((what === "ignore") === ignored) set += 2 ** (signalNumber(signal) - 1);
  return set;
}
