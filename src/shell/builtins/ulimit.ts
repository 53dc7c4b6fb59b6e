import { Errno, type Limit, type LimitName } from "../../runtime/index.ts";
import type { Shell } from "../shell.ts";

/** Letter, limit, bytes in one of its units, and what bash and BusyBox call it. */
const ROWS: readonly (readonly [letter: string, name: LimitName | "pipe", unit: number, bash: string, busybox: string])[] = [
  ["R", "rttime", 1, "real-time non-blocking time  (microseconds, -R)", ""],
  ["c", "core", 512, "core file size              (blocks, -c)", "core file size (blocks)         (-c)"],
  ["d", "data", 1024, "data seg size               (kbytes, -d)", "data seg size (kb)              (-d)"],
  ["e", "nice", 1, "scheduling priority                 (-e)", "scheduling priority             (-e)"],
  ["f", "fsize", 512, "file size                   (blocks, -f)", "file size (blocks)              (-f)"],
  ["i", "sigpending", 1, "pending signals                     (-i)", "pending signals                 (-i)"],
  ["l", "memlock", 1024, "max locked memory           (kbytes, -l)", "max locked memory (kb)          (-l)"],
  ["m", "rss", 1024, "max memory size             (kbytes, -m)", "max memory size (kb)            (-m)"],
  ["n", "nofile", 1, "open files                          (-n)", "open files                      (-n)"],
  ["p", "pipe", 512, "pipe size                (512 bytes, -p)", ""],
  ["q", "msgqueue", 1, "POSIX message queues         (bytes, -q)", "POSIX message queues (bytes)    (-q)"],
  ["r", "rtprio", 1, "real-time priority                  (-r)", "real-time priority              (-r)"],
  ["s", "stack", 1024, "stack size                  (kbytes, -s)", "stack size (kb)                 (-s)"],
  ["t", "cpu", 1, "cpu time                   (seconds, -t)", "cpu time (seconds)              (-t)"],
  ["u", "nproc", 1, "max user processes                  (-u)", "max user processes              (-u)"],
  ["v", "as", 1024, "virtual memory              (kbytes, -v)", "virtual memory (kb)             (-v)"],
  ["x", "locks", 1, "file locks                          (-x)", "file locks                      (-x)"],
];
/** Those that bind here; others can be read, and changing them is refused by name. */
const BIND: ReadonlySet<string> = new Set(["nofile", "nproc", "core"]);

/** `ulimit [-SH] [-a | -LETTER] [LIMIT]`. */
export async function ulimit(sh: Shell, args: readonly string[]): Promise<number> {
  const { bash } = sh.dialect;
  const letters = args.filter((a) => /^-./.test(a)).flatMap((a) => [...a.slice(1)]);
  const value = args.find((a) => !a.startsWith("-"));
  const [soft, hard] = [letters.includes("S"), letters.includes("H")];
  const wanted = letters.filter((l) => !"SHa".includes(l));
  const complain = async (why: string, code: number): Promise<number> => {
    await sh.complain(why, "ulimit");
    return code;
  };
  const shown = (row: (typeof ROWS)[number]): string => {
    if (row[1] === "pipe") return "8";
    const limit = sh.proc.limit(row[1])[hard && !soft ? 1 : 0];
    return limit === Infinity ? "unlimited" : String(Math.floor(limit / row[2]));
  };
  if (letters.includes("a")) {
    for (const row of ROWS) if (bash || row[4] !== "") await sh.write(`${row[bash ? 3 : 4]} ${shown(row)}\n`);
    return 0;
  }
  for (const letter of wanted.length > 0 ? wanted : ["f"]) {
    const row = ROWS.find(([l]) => l === letter);
    if (!row) return complain(bash ? `-${letter}: invalid option` : `Illegal option -${letter}`, 2);
    if (value === undefined) {
      await sh.write(wanted.length > 1 && bash ? `${row[3]} ${shown(row)}\n` : `${shown(row)}\n`);
      continue;
    }
    const number = value === "unlimited" ? Infinity : /^\d+$/.test(value) ? Number(value) * row[2] : Number.NaN;
    if (Number.isNaN(number)) return complain(bash ? `${value}: invalid number` : `Illegal number: ${value}`, 1);
    if (!BIND.has(row[1])) return complain("only -n, -u and -c can be changed in Timonel", 1);
    const name = row[1] as LimitName;
    const before = sh.proc.limit(name);
    const next: Limit = [soft || !hard ? number : before[0], hard || !soft ? number : before[1]];
    try {
      sh.proc.setLimit(name, next);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const what = (row[3].split("(")[0] as string).trim();
      return complain(bash ? `${what}: cannot modify limit: ${error.message}` : `error setting limit: ${error.message}`, 1);
    }
  }
  return 0;
}
