import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { until } from "../until.ts";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process of this machine. Read from /proc where there is one: a small Debian has no `ps`. */
function processes(): readonly Process[] {
  if (!existsSync("/proc/self/stat")) {
    const lines = execFileSync("ps", ["-axo", "pid=,ppid=,command="], { encoding: "utf8" }).split("\n");
    return lines
      .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
      .flatMap((m) => (m ? [{ pid: Number(m[1]), parent: Number(m[2]), command: m[3] ?? "" }] : []));
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        return [{ pid: Number(pid), parent, command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ") }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

/** The browser on this profile with all its processes, itself first. */
function browserTree(profile: string): readonly number[] {
  const all = processes();
  const root = all.find(
    (p) => p.command.includes(`--user-data-dir=${profile}`) && !p.command.includes("--type=") && !p.command.includes("crashpad"),
  );
  if (!root) throw new Error(`no browser runs on ${profile}`);
  const tree = [root.pid];
  for (const pid of tree) tree.push(...all.filter((p) => p.parent === pid).map((p) => p.pid));
  return tree;
}

/**
 * SIGKILL to the browser on this profile and all its processes: nobody gets to say goodbye. Resolves when all are gone:
 * a next browser that finds the database locked by one that is still dying takes it for broken, and empties it.
 */
export async function killTree(profile: string): Promise<void> {
  const pids = browserTree(profile);
  for (const pid of pids) signal(pid, "SIGKILL");
  for (const pid of pids)
    await until(
      () => isGone(pid),
      (gone) => gone,
      { interval: 5 },
    );
}

function signal(pid: number, name: "SIGKILL" | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    // It went with its parent.
    return false;
  }
}

/**
 * A zombie that nobody has asked after yet holds nothing any more, once its threads are gone, too: the first thread of
 * a killed process may be a zombie while others still hold its files and their locks.
 */
function isGone(pid: number): boolean {
  if (!signal(pid, 0)) return true;
  if (!existsSync("/proc/self/stat")) return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z") && readdirSync(`/proc/${pid}/task`).length <= 1;
  } catch {
    return true;
  }
}
