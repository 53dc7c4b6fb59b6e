import { type Child, Errno, loadLater, type Signal } from "../../runtime/index.ts";
import type { Job, Shell } from "../shell.ts";
import { interruption } from "./traps.ts";

/** How bash writes a command; fetched when a job is shown. */
const printing = loadLater(() => import("./printing.ts"));

/** What bash says of a process that a signal ended. */
const DEATHS: Readonly<Record<string, string>> = {
  HUP: "Hangup",
  QUIT: "Quit",
  KILL: "Killed",
  TERM: "Terminated",
  USR1: "User defined signal 1",
  USR2: "User defined signal 2",
  ALRM: "Alarm clock",
  ABRT: "Aborted",
  SEGV: "Segmentation fault",
  BUS: "Bus error",
  ILL: "Illegal instruction",
  FPE: "Floating point exception",
};

/** Waits for a foreground pipeline; the exit codes of its processes. */
export async function awaitForeground(sh: Shell, children: readonly Child[], text: string, job?: Job): Promise<number[]> {
  const control = sh.options.has("monitor");
  if (control) toForeground(sh, (children[0] as Child).pid);
  const ended = Promise.all(children.map((c) => c.exited));
  const stop = control && sh.interactive ? stopped(sh, children) : undefined;
  const results = await (stop ? Promise.race([ended, stop.promise]) : ended);
  stop?.cancel();
  if (control) toForeground(sh, sh.proc.pid);
  if (results === "stopped") {
    const kept =
      job ??
      sh.addJob(
        children.map((c) => c.pid),
        text,
        children,
      );
    kept.stopped = true;
    await sh.fds.get(2)?.write(`${sh.dialect.bash ? "\n" : ""}${await jobLine(sh, kept)}`);
    return [148];
  }
  const last = results.at(-1);
  if (last?.signal && last.signal !== "PIPE") {
    if (last.signal === "INT") {
      // A shell that is no terminal's goes on: Ctrl-C reaches it too, and ends it by itself.
      if (sh.interactive && !sh.traps.has("INT")) throw await interruption(sh);
    } else await sayDeath(sh, (children.at(-1) as Child).pid, last.signal, text);
  }
  return results.map((r) => r.code);
}

/** Resolves when one of them is stopped: Ctrl-Z at the terminal. */
function stopped(sh: Shell, children: readonly Child[]): { readonly promise: Promise<"stopped">; readonly cancel: () => void } {
  let cancel = (): void => {};
  const promise = new Promise<"stopped">((resolve) => {
    cancel = sh.proc.on("CHLD", () => {
      const states = sh.proc.processes();
      if (children.some((c) => states.find((p) => p.pid === c.pid)?.state === "T")) resolve("stopped");
    });
  });
  return { promise, cancel };
}

function toForeground(sh: Shell, group: number): void {
  try {
    sh.proc.foreground(group);
  } catch (error) {
    // The group is gone already, or there is no terminal.
    if (!(error instanceof Errno)) throw error;
  }
}

async function sayDeath(sh: Shell, pid: number, signal: Signal, text: string, waited = false): Promise<void> {
  const death = DEATHS[signal];
  if (!death || (waited && sh.dialect.bash && signal === "TERM")) return;
  if (!sh.dialect.bash || sh.interactive || signal === "TERM") await sh.fds.get(2)?.write(`${death}\n`);
  else await sh.complain(`${String(pid).padStart(5)} ${death.padEnd(23)} ${(await sh.proc.code(printing)).commandText(text)}`);
}

/** After `wait` of a job that a signal ended: says so, once. */
export async function sayWaited(sh: Shell, job: Job): Promise<void> {
  if (sh.interactive || job.told || !job.signal || job.signal === "INT" || job.signal === "PIPE") return;
  job.told = true;
  await sayDeath(sh, job.pids[0] ?? 0, job.signal as Signal, job.text, true);
}

/** `[1]+  Running                 sleep 5 &` */
export async function jobLine(sh: Shell, job: Job, long = false): Promise<string> {
  const live = sh.jobs;
  const mark = job === live.at(-1) ? "+" : job === live.at(-2) ? "-" : " ";
  const state =
    job.status === null
      ? job.stopped
        ? "Stopped"
        : "Running"
      : job.signal
        ? (DEATHS[job.signal] ?? job.signal)
        : job.status === 0
          ? "Done"
          : sh.dialect.bash
            ? `Exit ${job.status}`
            : `Done(${job.status})`;
  const pid = long ? `${job.pids[0]} ` : "";
  // Without job control ash does not keep a job's text.
  if (!sh.dialect.bash)
    return `${`[${job.id}]${sh.dialect.name === "dash" ? ` ${mark} ` : `${mark}  `}${pid}${state}`.padEnd(33)}${sh.options.has("monitor") ? job.text : ""}\n`;
  return `[${job.id}]${mark}  ${pid}${state.padEnd(24 - (long ? pid.length - 4 : 0))}${(await sh.proc.code(printing)).commandText(job.text)}${job.status === null && !job.stopped ? " &" : ""}\n`;
}

/** Finds a job by %n, %+, %%, %-, %name or a process id. */
export function findJob(sh: Shell, spec: string): Job | undefined {
  if (!spec.startsWith("%")) return sh.jobs.find((j) => j.pids.includes(Number(spec)));
  const name = spec.slice(1);
  if (name === "" || name === "+" || name === "%") return sh.jobs.at(-1);
  if (name === "-") return sh.jobs.at(-2) ?? sh.jobs.at(-1);
  if (/^\d+$/.test(name)) return sh.jobs.find((j) => j.id === Number(name) && (j.status === null || !j.disowned));
  return sh.jobs.find((j) => (name.startsWith("?") ? j.text.includes(name.slice(1)) : j.text.startsWith(name)));
}

/** Before a prompt: says which background jobs ended, and forgets them. */
export async function reportJobs(sh: Shell): Promise<void> {
  for (const job of [...sh.jobs]) {
    if (job.status === null) continue;
    sh.endCoproc(job);
    if (!job.disowned) await sh.fds.get(2)?.write(await jobLine(sh, job));
    sh.jobs = sh.jobs.filter((j) => j !== job);
  }
}
