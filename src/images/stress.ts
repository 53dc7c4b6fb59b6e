import { parseDuration, value } from "../machinery/index.ts";
import type { Child, ImageDefinition, ProcessContext, Program } from "../runtime/index.ts";
import { goFlags } from "./go-flags.ts";
import { klog } from "./klog.ts";
import { goExit } from "./process.ts";

/** So much CPU is asked for at once: longer pieces cost less to simulate, and usage grows within them all the same. */
const PIECE_MS = 10_000;

/** A worker of either: computes until it is killed. */
export const stressWorker: Program = async (proc) => {
  for (;;) await proc.cpu(PIECE_MS);
};

/** Keeps as many cores busy as there are workers. */
async function burn(proc: ProcessContext, workers: number): Promise<readonly Child[]> {
  const children: Child[] = [];
  for (let i = 0; i < workers; i++)
    children.push(await proc.spawn({ argv: proc.argv, program: { name: "stress-worker", arguments: null } }));
  return children;
}

const COUNTS: Readonly<Record<string, string>> = { c: "cpu", i: "io", m: "vm", d: "hdd", t: "timeout" };
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_556_926 };
const SIZES: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Amos Waterland's stress: workers that compute (`--cpu`) or hold memory (`--vm`, `--vm-bytes`). Its disk workers are refused by name. */
export const stress: Program = async (proc) => {
  const fail = async (line: number, message: string): Promise<number> => {
    await proc.stderr.write(`stress: FAIL: [${proc.pid}] (${line}) ${message}\n`);
    return 1;
  };
  const options: Record<string, string> = {};
  const words = proc.argv.slice(1);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const long = /^--([a-z-]+)(?:=(.*))?$/.exec(word);
    const short = /^-([a-z])(.*)$/.exec(word);
    const name = long?.[1] ?? COUNTS[short?.[1] ?? ""] ?? short?.[1] ?? "";
    if (["vm-keep", "verbose", "v", "quiet", "q"].includes(name)) continue;
    if (!["cpu", "io", "vm", "hdd", "vm-bytes", "vm-hang", "vm-stride", "hdd-bytes", "timeout", "backoff"].includes(name))
      return fail(244, `unrecognized option: ${word}`);
    const given = long?.[2] ?? short?.[2];
    const amount = given === undefined || given === "" ? words[++i] : given;
    if (amount === undefined) return fail(236, `missing argument to option '${word}'`);
    options[name] = amount;
  }
  const count = (name: string): number => Number(options[name] ?? 0);
  const [cpu, io, vm, hdd] = ["cpu", "io", "vm", "hdd"].map(count) as [number, number, number, number];
  if (io + hdd > 0) return fail(0, "workers on disks are not simulated in Timonel");
  const timeout = suffixed(options["timeout"] ?? "0", UNITS);
  await proc.stdout.write(`stress: info: [${proc.pid}] dispatching hogs: ${cpu} cpu, ${io} io, ${vm} vm, ${hdd} hdd\n`);
  if (cpu + vm === 0) return 0;
  proc.memory(1024 ** 2 + vm * suffixed(options["vm-bytes"] ?? "256m", SIZES));
  // A worker that hangs on to its memory computes nothing meanwhile.
  const workers = await burn(proc, cpu + (options["vm-hang"] === undefined ? vm : 0));
  await (timeout === 0 ? new Promise<never>(() => {}) : proc.clock.sleep(timeout * 1000));
  for (const worker of workers) worker.kill("TERM");
  await proc.stdout.write(`stress: info: [${proc.pid}] successful run completed in ${timeout}s\n`);
  return 0;
};

function suffixed(text: string, units: Readonly<Record<string, number>>): number {
  const [, amount = "0", unit = ""] = /^(\d+)([a-z]?)$/i.exec(text) ?? [];
  return Number(amount) * (units[unit.toLowerCase()] ?? 1);
}

/** github.com/vishh/stress, of Kubernetes' own examples: `-cpus 2`, `-mem-total 150Mi`. */
export const vishStress: Program = async (proc) => {
  const flags = goFlags(proc.argv, {
    logtostderr: "bool",
    cpus: "string",
    "mem-total": "string",
    "mem-alloc-size": "string",
    "mem-alloc-sleep": "string",
  });
  if ("error" in flags) {
    await proc.stderr.write(flags.error);
    return 2;
  }
  const { cpus = "0", "mem-total": total = "0", "mem-alloc-size": size = "4Ki", "mem-alloc-sleep": sleep = "1ms" } = flags.values;
  const log = klog(proc);
  const killed = goExit(proc);
  await log("I", "main.go:26", `Allocating "${total}" memory, in "${size}" chunks, with a ${sleep} sleep between allocations`);
  for (let i = 0; i < Number(cpus); i++) await log("I", "main.go:39", "Spawning a thread to consume CPU");
  await burn(proc, Number(cpus));
  const all = value(total);
  const chunks = Math.max(1, Math.ceil(all / Math.max(1, value(size))));
  // Steps that nobody could tell apart are taken together.
  const together = Math.ceil(chunks / MOST_STEPS);
  for (let done = 0; done < chunks; done += together) {
    proc.memory(Math.min(all, (done + together) * value(size)) + 1024 ** 2);
    await proc.clock.sleep(together * parseDuration(sleep));
  }
  await log("I", "main.go:29", `Allocated "${total}" memory`);
  return killed;
};
const MOST_STEPS = 100;

export function stressImages(base: ImageDefinition["files"]): readonly ImageDefinition[] {
  const files = { ...base, "/usr/local/bin/stress": { program: "stress" } };
  return [
    { repository: "docker.io/polinux/stress", tags: ["latest", "1.0.4"], size: 4_000_000, config: {}, files },
    {
      repository: "docker.io/progrium/stress",
      tags: ["latest"],
      size: 103_000_000,
      config: { entrypoint: ["/usr/local/bin/stress"] },
      files,
    },
    {
      repository: "docker.io/vish/stress",
      tags: ["latest"],
      size: 1_450_000,
      config: { entrypoint: ["/stress", "-logtostderr"] },
      files: { "/stress": { program: "vish-stress" } },
    },
  ];
}
