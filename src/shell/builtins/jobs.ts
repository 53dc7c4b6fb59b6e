import { Errno, type Signal } from "../../runtime/index.ts";
import { awaitForeground, findJob, jobLine, sayWaited } from "../run/jobs.ts";
import { runPendingTraps } from "../run/traps.ts";
import type { Job, Shell } from "../shell.ts";
import { plainTable, SIGNALS, signalName, signalTable } from "../signals.ts";
import type { Builtin } from "./builtin.ts";

/** Waits for jobs; a trapped signal ends it early with 128 + its number. */
async function wait(sh: Shell, args: readonly string[]): Promise<number> {
  const words = [...args];
  let any = false;
  let told: string | undefined;
  while (/^-[nfp]/.test(words[0] ?? "")) {
    const flags = words.shift() as string;
    any ||= flags.includes("n");
    if (flags.includes("p")) told = flags.split("p")[1] || words.shift();
  }
  const names = words;
  if (told !== undefined) sh.unset(told);
  const tell = (job: Job | undefined): void => {
    if (told !== undefined && job) sh.set(told, String(job.pids.at(-1)));
  };
  const interrupted = new Promise<"signal">((resolve) => sh.signalled.push(() => resolve("signal")));
  const until = async (done: Promise<number>): Promise<number | "signal"> => Promise.race([done, interrupted]);
  const forget = (job: Job): void => {
    sh.jobs = sh.jobs.filter((j) => j !== job);
  };
  const live = sh.jobs.filter((j) => j.status === null && !j.foreign);
  if (names.length === 0) {
    if (any) {
      const ended = sh.jobs.find((j) => j.status !== null && !j.disowned);
      if (ended) {
        ended.disowned = true;
        tell(ended);
        return ended.status ?? 0;
      }
    }
    if (any && live.length === 0) return 127;
    const result = await until(any ? Promise.race(live.map((j) => j.done)) : Promise.all(live.map((j) => j.done)).then(() => 0));
    if (result === "signal") return signalStatus(sh);
    if (!any) {
      for (const job of sh.jobs) sh.endCoproc(job);
      sh.jobs = [];
    } else
      for (const job of sh.jobs.filter((j) => j.status !== null && !j.disowned).slice(0, 1)) {
        tell(job);
        forget(job);
      }
    return result;
  }
  if (any) {
    const jobs = names.flatMap((name) => findJob(sh, name) ?? []);
    if (jobs.length === 0) return 127;
    const result = await until(Promise.race(jobs.map((j) => j.done)));
    if (result === "signal") return signalStatus(sh);
    tell(jobs.find((j) => j.status !== null));
    return result;
  }
  let status = 0;
  for (const name of names) {
    const job = findJob(sh, name);
    tell(job);
    if (!job || job.foreign) {
      status = 127;
      if (!name.startsWith("%") && !/^\d+$/.test(name)) {
        await sh.complain(sh.dialect.bash ? `\`${name}': not a pid or valid job spec` : `Illegal number: ${name}`, "wait");
        if (!sh.dialect.bash) return 2;
        status = 1;
      } else if (name.startsWith("%") || sh.dialect.bash)
        await sh.complain(name.startsWith("%") ? `${name}: no such job` : `pid ${name} is not a child of this shell`, "wait");
      continue;
    }
    const result = await until(job.done);
    if (result === "signal") return signalStatus(sh);
    status = result;
    sh.endCoproc(job);
    await sayWaited(sh, job);
    if (sh.interactive) forget(job);
    // bash remembers the status of a job that `jobs` no longer shows.
    else if (sh.dialect.bash) job.disowned = true;
  }
  return status;
}

async function signalStatus(sh: Shell): Promise<number> {
  const number = SIGNALS[sh.pending[0] ?? ""] ?? 0;
  await runPendingTraps(sh);
  return 128 + number;
}

async function kill(sh: Shell, args: readonly string[]): Promise<number> {
  const words = [...args];
  let signal: string | undefined = "TERM";
  const first = words[0] ?? "";
  if (first === "-l") {
    if (words[1] !== undefined)
      for (const word of words.slice(1)) {
        const number = Number(word);
        const known = signalName(String(number > 128 ? number - 128 : word));
        await sh.write(`${/^\d+$/.test(word) ? (known ?? word) : known ? (SIGNALS[known] ?? 0) : word}\n`);
      }
    else await sh.write(sh.dialect.bash ? signalTable() : plainTable());
    return 0;
  }
  if (first === "-s" || first === "-n") {
    signal = signalName(words[1] ?? "");
    words.splice(0, 2);
  } else if (/^-./.test(first) && first !== "--") {
    signal = signalName(first.slice(1));
    words.shift();
  }
  if (words[0] === "--") words.shift();
  if (signal === undefined) {
    await sh.complain(`${first.replace(/^-s?/, "") || args[1]}: invalid signal specification`, "kill");
    return 1;
  }
  if (words.length === 0) {
    await sh.fds
      .get(2)
      ?.write(
        sh.dialect.bash
          ? "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n"
          : `${sh.arg0}: you need to specify whom to kill\n`,
      );
    return sh.dialect.bash ? 2 : 1;
  }
  let status = 0;
  for (const word of words) {
    const job = word.startsWith("%") ? findJob(sh, word) : undefined;
    if (word.startsWith("%") && !job) {
      await sh.complain(`${word}: no such job`, "kill");
      status = 1;
      continue;
    }
    if (!job && !/^-?\d+$/.test(word)) {
      if (sh.dialect.name === "ash") await sh.fds.get(2)?.write(`${sh.arg0}: invalid number '${word}'\n`);
      else await sh.complain(sh.dialect.bash ? `${word}: arguments must be process or job IDs` : `Illegal number: ${word}`, "kill");
      status = sh.dialect.name === "dash" ? 2 : 1;
      continue;
    }
    for (const pid of job ? job.pids : [Number(word)]) {
      try {
        sh.proc.kill(pid, signal === "EXIT" ? 0 : (signal as Signal));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await sh.complain(sh.dialect.bash ? `(${pid}) - ${error.message}` : `can't kill pid ${pid}: ${error.message}`, "kill");
        status = 1;
      }
    }
  }
  // A signal to ourselves is there before the next command.
  await sh.proc.clock.sleep(0);
  return status;
}

/** Without job control bash has no foreground to bring a job to. */
async function uncontrolled(sh: Shell, command: string): Promise<boolean> {
  if (!sh.dialect.bash || sh.options.has("monitor")) return false;
  await sh.complain("no job control", command);
  return true;
}

async function jobs(sh: Shell, args: readonly string[]): Promise<number> {
  for (const job of sh.jobs.filter((j) => !j.disowned)) {
    if (args.includes("-p")) await sh.write(`${job.pids[0]}\n`);
    else if (!(args.includes("-r") && job.status !== null)) await sh.write(await jobLine(sh, job, args.includes("-l")));
    if (job.status !== null) sh.jobs = sh.jobs.filter((j) => j !== job);
  }
  return 0;
}

export const jobBuiltins: Readonly<Record<string, Builtin>> = {
  wait: { run: wait },
  kill: { run: kill },
  jobs: { run: jobs },
  fg: {
    async run(sh, args) {
      if (await uncontrolled(sh, "fg")) return 1;
      const job = findJob(sh, args[0] ?? "%+");
      if (!job) {
        await sh.complain(`${args[0] ?? "current"}: no such job`, "fg");
        return 1;
      }
      await sh.write(`${job.text}\n`);
      job.stopped = false;
      for (const c of job.children) c.kill("CONT");
      try {
        return (await awaitForeground(sh, job.children, job.text, job)).at(-1) ?? 0;
      } finally {
        // Ctrl-C ends the command line too: the job is gone either way.
        if (!job.stopped) sh.jobs = sh.jobs.filter((j) => j !== job);
      }
    },
  },
  bg: {
    async run(sh, args) {
      if (await uncontrolled(sh, "bg")) return 1;
      const job = findJob(sh, args[0] ?? "%+");
      if (!job) {
        await sh.complain(`${args[0] ?? "current"}: no such job`, "bg");
        return 1;
      }
      for (const c of job.children) c.kill("CONT");
      job.stopped = false;
      await sh.write(sh.dialect.bash ? `[${job.id}]+ ${job.text} &\n` : `[${job.id}] ${job.text}\n`);
      return 0;
    },
  },
  disown: {
    bashOnly: true,
    async run(sh, args) {
      const gone = args.includes("-a")
        ? [...sh.jobs]
        : args.length === 0
          ? sh.jobs.slice(-1)
          : args.filter((a) => !a.startsWith("-")).flatMap((a) => findJob(sh, a) ?? []);
      if (args.includes("-h")) for (const j of gone) j.disowned = true;
      else sh.jobs = sh.jobs.filter((j) => !gone.includes(j));
      if (gone.some((j) => j.status === null) || args.includes("-a")) return 0;
      await sh.complain(`${args.find((a) => !a.startsWith("-")) ?? "current"}: no such job`, "disown");
      return 1;
    },
  },
};
