import { type LimitName, type Limits, LIMITS } from "../limits.ts";

const TITLES: Readonly<Record<LimitName, readonly [title: string, unit: string]>> = {
  cpu: ["Max cpu time", "seconds"],
  fsize: ["Max file size", "bytes"],
  data: ["Max data size", "bytes"],
  stack: ["Max stack size", "bytes"],
  core: ["Max core file size", "bytes"],
  rss: ["Max resident set", "bytes"],
  nproc: ["Max processes", "processes"],
  nofile: ["Max open files", "files"],
  memlock: ["Max locked memory", "bytes"],
  as: ["Max address space", "bytes"],
  locks: ["Max file locks", "locks"],
  sigpending: ["Max pending signals", "signals"],
  msgqueue: ["Max msgqueue size", "bytes"],
  nice: ["Max nice priority", ""],
  rtprio: ["Max realtime priority", ""],
  rttime: ["Max realtime timeout", "us"],
};

/** /proc/PID/limits. */
export function limitsFile(limits: Limits = {}): string {
  const row = (...[name, soft, hard, unit]: readonly string[]): string =>
    `${name?.padEnd(26)}${soft?.padEnd(21)}${hard?.padEnd(21)}${unit?.padEnd(10)}\n`;
  let text = row("Limit", "Soft Limit", "Hard Limit", "Units");
  for (const name of Object.keys(TITLES) as LimitName[]) {
    const [soft, hard] = (limits[name] ?? LIMITS[name]).map((n) => (n === Infinity ? "unlimited" : String(n))) as [string, string];
    text += row(TITLES[name][0], soft, hard, TITLES[name][1]);
  }
  return text;
}
