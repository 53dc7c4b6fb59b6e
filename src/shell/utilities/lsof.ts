import { Errno, type ProcessInfo } from "../../runtime/index.ts";
import { owners } from "./paths.ts";
import { commandName } from "./process-text.ts";
import { namedSockets, type NamedSocket } from "./sockets.ts";
import type { Tool, Utility } from "./tool.ts";

const SERVICES: Readonly<Record<number, string>> = {
  22: "ssh",
  53: "domain",
  80: "http",
  443: "https",
  3306: "mysql",
  5432: "postgresql",
  6379: "redis",
  8080: "http-alt",
};
const STATES: Readonly<Partial<Record<NamedSocket["state"], string>>> = {
  LISTEN: "LISTEN",
  ESTABLISHED: "ESTABLISHED",
  CLOSE_WAIT: "CLOSE_WAIT",
  FIN_WAIT2: "FIN_WAIT2",
};

/** `-i tcp:80`, `-i :80-90`, `-i @10.0.0.1`: what sockets it asks for; undefined: not understood. */
function asked(spec: string): ((s: NamedSocket) => boolean) | undefined {
  const m = /^(?:4)?(tcp|udp)?(?:@([\d.]+))?(?::([\w,-]+))?$/i.exec(spec);
  if (!m) return undefined;
  const [, protocol, host, ports] = m;
  const ranges = ports?.split(",").map((p) => {
    const named = Object.entries(SERVICES).find(([, name]) => name === p)?.[0];
    const [from, to = from] = (named ?? p).split("-");
    return [Number(from), Number(to)] as const;
  });
  if (ranges?.some(([a, b]) => Number.isNaN(a) || Number.isNaN(b))) return undefined;
  return (s) =>
    (protocol === undefined || s.protocol === protocol.toLowerCase()) &&
    (host === undefined || s.local.ip === host || s.remote?.ip === host) &&
    (ranges === undefined || [s.local.port, s.remote?.port ?? -1].some((port) => ranges.some(([a, b]) => port >= a && port <= b)));
}

/** What processes have open: where they are, what they run, and their sockets. Which files is not known here. */
export const lsof: Utility = {
  name: "lsof",
  usage: "[-i [46][protocol][@host][:ports]] [-nPt] [-p PIDs] [-c COMMAND] [-u USER]",
  about: "List open files",
  flags: {
    internet: { short: "i", value: "[SPEC]", help: "select by Internet address" },
    numericHosts: { short: "n", help: "no host names" },
    numericPorts: { short: "P", help: "no port names" },
    terse: { short: "t", help: "terse listing" },
    pids: { short: "p", value: "PIDs", help: "select by PIDs" },
    command: { short: "c", value: "COMMAND", help: "select by command" },
    user: { short: "u", value: "USER", help: "select by login or UID" },
    state: { short: "s", value: "[p:s]", help: "protocol and states" },
    and: { short: "a", help: "AND selections" },
  },
  async run(t) {
    if (t.busybox) return t.fail("open files are not listed by this simulator");
    const words = [...t.args];
    // `-i :80`: the value may stand apart.
    let spec = t.has("internet") ? (t.value("internet") as string) : undefined;
    if (spec === "" && /^(4?(tcp|udp))?(@[\d.]+)?(:[\w,-]+)?$/i.test(words[0] ?? "-") && words[0] !== undefined) spec = words.shift();
    const test = spec === undefined ? undefined : asked(spec);
    if (spec !== undefined && !test) return t.fail(`unacceptable address specification in: -i ${spec}`);
    const [path] = words;
    if (path !== undefined) {
      if (!t.proc.fs.exists(path)) return t.fail(`status error on ${path}: No such file or directory`);
      return t.fail(`who has ${path} open is not told by this simulator`);
    }
    const who = owners(t.proc);
    const uid = t.has("user") ? who.userId(t.value("user") as string) : undefined;
    if (t.has("user") && uid === undefined) return t.fail(`can't get UID for ${t.value("user")}`);
    const pids = t.has("pids") ? (t.value("pids") as string).split(",").map(Number) : undefined;
    const wanted = (p: ProcessInfo): boolean =>
      (pids === undefined || pids.includes(p.pid)) &&
      (uid === undefined || p.uid === uid) &&
      (!t.has("command") || commandName(p).startsWith(t.value("command") as string));
    const sockets = namedSockets(t.proc);
    const listed = /^(tcp|udp):(\w+)$/i.exec(t.value("state") ?? "")?.[2]?.toUpperCase();
    const rows: (readonly string[])[] = [];
    const found = new Set<number>();
    for (const p of t.proc.processes().filter((x) => wanted(x) && x.state !== "Z")) {
      const lead = [commandName(p).slice(0, 9), String(p.pid), who.user(p.uid)];
      const add = (...rest: string[]): void => {
        found.add(p.pid);
        rows.push([...lead, ...rest]);
      };
      if (!test) files(t, p, add);
      let fd = descriptors(t, p);
      for (const s of sockets.filter((x) => x.pid === p.pid)) {
        const state = STATES[s.state];
        if ((!test || test(s)) && (listed === undefined || state === listed))
          add(
            `${fd}u`,
            "IPv4",
            String(s.id),
            "0t0",
            s.protocol.toUpperCase(),
            `${address(t, s)}${state === undefined ? "" : ` (${state})`}`,
          );
        fd++;
      }
    }
    if (t.has("terse")) for (const pid of found) await t.out(`${pid}\n`);
    else if (rows.length > 0) await table(t, [["COMMAND", "PID", "USER", "FD", "TYPE", "DEVICE", "SIZE/OFF", "NODE", "NAME"], ...rows]);
    return found.size > 0 ? 0 : 1;
  },
};

/** The first number behind those that it has open: where sockets would be. */
function descriptors(t: Tool, p: ProcessInfo): number {
  try {
    return Math.max(2, ...t.proc.fs.readdir(`/proc/${p.pid}/fd`).map(Number)) + 1;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return 3;
  }
}

function files(t: Tool, p: ProcessInfo, add: (...rest: string[]) => void): void {
  for (const [fd, link, type] of [
    ["cwd", "cwd", "DIR"],
    ["rtd", "root", "DIR"],
    ["txt", "exe", "REG"],
  ] as const) {
    try {
      const path = t.proc.fs.readlink(`/proc/${p.pid}/${link}`);
      const stat = p.pid === t.proc.pid && t.proc.fs.exists(path) ? t.proc.fs.stat(path) : undefined;
      add(fd, type, "0,1", String(stat?.size ?? ""), String(stat?.ino ?? ""), path);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
}

function address(t: Tool, s: NamedSocket): string {
  const port = (n: number): string => (t.has("numericPorts") ? String(n) : (SERVICES[n] ?? String(n)));
  const any = (ip: string): string => (ip === "0.0.0.0" ? "*" : ip);
  const local = `${any(s.local.ip)}:${port(s.local.port)}`;
  return s.remote === undefined ? local : `${local}->${s.remote.ip}:${port(s.remote.port)}`;
}

async function table(t: Tool, rows: readonly (readonly string[])[]): Promise<void> {
  const last = 8;
  const width = Array.from({ length: last }, (_, i) => Math.max(...rows.map((r) => (r[i] ?? "").length)));
  const right = [1, 3, 4, 5, 6, 7];
  // A socket has its protocol where a file has its number.
  for (const r of rows) {
    const cells = r.length > last ? r : [...r.slice(0, 7), ...r.slice(7)];
    await t.out(
      `${cells
        .map((c, i) =>
          i >= last || i === cells.length - 1
            ? c
            : i === 0
              ? c.padEnd(Math.max(7, width[i] as number))
              : right.includes(i)
                ? c.padStart(Math.max([0, 4, 0, 4, 4, 6, 8, 4][i] as number, width[i] as number))
                : c.padStart(width[i] as number),
        )
        .join(" ")}\n`,
    );
  }
}

/** `fuser 80/tcp`: who has it. */
export const fuser: Utility = {
  name: "fuser",
  usage: "[-k] [-v] [-n SPACE] NAME...",
  about: "Show which processes use the named files, sockets, or filesystems",
  flags: {
    kill: { short: "k", long: "kill", help: "kill processes accessing the named file" },
    space: { short: "n", long: "namespace", value: "SPACE", help: "search in this name space (file, udp, or tcp)" },
    mounted: { short: "m", long: "mount", help: "show all processes using the named filesystems or block device" },
    verbose: { short: "v", long: "verbose", help: "verbose output" },
    silent: { short: "s", long: "silent", help: "silent operation" },
  },
  async run(t) {
    if (t.args.length === 0) {
      await t.proc.stderr.write(t.busybox ? t.usage() : "No process specification given\n");
      return 1;
    }
    let any = false;
    for (const name of t.args) {
      const space = t.value("space");
      const [, port, protocol = space] = /^(\d+)(?:\/(tcp|udp))?$/.exec(name) ?? [];
      if (port === undefined || (protocol !== "tcp" && protocol !== "udp")) {
        if (!t.proc.fs.exists(name)) {
          await t.proc.stderr.write(
            t.busybox ? `fuser: can't stat '${name}': No such file or directory\n` : `Specified filename ${name} does not exist.\n`,
          );
          continue;
        }
        await t.warn(`who has ${name} open is not told by this simulator`);
        continue;
      }
      const pids = [
        ...new Set(
          t.proc.net
            .sockets()
            .filter((s) => s.protocol === protocol && s.local.port === Number(port))
            .map((s) => s.pid),
        ),
      ].filter((p) => p !== undefined);
      if (pids.length === 0) continue;
      any = true;
      if (!t.has("silent")) {
        if (t.busybox) await t.out(`${pids.join(" ")}\n`);
        else {
          await t.proc.stderr.write(`${`${port}/${protocol}:`.padEnd(20)}`);
          await t.out(pids.map((p) => String(p).padStart(6)).join(""));
          await t.flush();
          await t.proc.stderr.write("\n");
        }
      }
      if (t.has("kill")) for (const pid of pids) t.proc.kill(pid, "KILL");
    }
    return any ? 0 : 1;
  },
};
