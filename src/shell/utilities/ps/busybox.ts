import type { ProcessInfo } from "../../../runtime/index.ts";
import { owners } from "../paths.ts";
import { clockOf, commandName, groupOf, looking } from "../process-text.ts";
import type { Tool } from "../tool.ts";

interface Column {
  readonly header: string;
  readonly width: number;
  show(p: ProcessInfo): string;
}

/** BusyBox' ps: one list of all, in columns of fixed width. */
export async function busyboxPs(t: Tool): Promise<number> {
  const who = owners(t.proc);
  const number = (n: number, width: number): string => String(n).padStart(width);
  const kilo = (bytes: number): string => {
    const kb = Math.round(bytes / 1024);
    return (kb < 10_000 ? String(kb) : kb < 10_240_000 ? `${Math.floor(kb / 1024)}m` : `${Math.floor(kb / 1_048_576)}g`).padStart(4);
  };
  const elapsed = (p: ProcessInfo): string => {
    const s = Math.floor((t.proc.clock.now() - p.started) / 1000);
    return s < 3600
      ? `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`
      : `${Math.floor(s / 3600)}h${String(Math.floor(s / 60) % 60).padStart(2, "0")}`;
  };
  const group = (p: ProcessInfo): string => who.group(groupOf(t.proc, p));
  const columns: Readonly<Record<string, Column>> = {
    user: { header: "USER", width: 8, show: (p) => who.user(p.uid) },
    group: { header: "GROUP", width: 8, show: group },
    comm: { header: "COMMAND", width: 16, show: commandName },
    args: { header: "COMMAND", width: 256, show: arguments_ },
    pid: { header: "PID", width: 5, show: (p) => number(p.pid, 5) },
    ppid: { header: "PPID", width: 5, show: (p) => number(p.ppid, 5) },
    pgid: { header: "PGID", width: 5, show: (p) => number(p.group, 5) },
    etime: { header: "ELAPSED", width: 7, show: elapsed },
    nice: { header: "NI", width: 5, show: () => number(0, 5) },
    rgroup: { header: "RGROUP", width: 8, show: group },
    ruser: { header: "RUSER", width: 8, show: (p) => who.user(p.uid) },
    time: { header: "TIME", width: 5, show: (p) => clockOf(p.cpu).padStart(5) },
    tty: { header: "TT", width: 6, show: (p) => (p.tty ? "136,0" : "?") },
    vsz: { header: "VSZ", width: 4, show: (p) => kilo(p.memory) },
    stat: { header: "STAT", width: 4, show: (p) => p.state },
    rss: { header: "RSS", width: 4, show: (p) => kilo(p.memory) },
  };
  let chosen: readonly Column[] = ["pid", "user", "time", "args"].map((name) => columns[name] as Column);
  const specs: string[] = [];
  for (let i = 0; i < t.args.length; i++) {
    const word = t.args[i] as string;
    if (word.startsWith("-o")) {
      const spec = word.slice(2) || t.args[++i];
      if (spec === undefined)
        return t.fail(t.flavour === "alpine" ? "option requires an argument: o" : "option requires an argument -- 'o'");
      specs.push(spec);
    } else if (/^-[^wlT]/.test(word)) {
      const letter = word.slice(1).replace(/[wlT]/g, "")[0] as string;
      // procps' habits: most letters are no option of this one.
      return t.fail(t.flavour === "alpine" ? `unrecognized option: ${letter}` : `invalid option -- '${letter}'`);
    }
  }
  if (specs.length > 0) {
    const list: Column[] = [];
    for (const part of specs.join(",").split(",")) {
      const [name = "", ...header] = part.split("=");
      const column = columns[name];
      if (!column) return t.fail(`bad -o argument '${name}', supported arguments: ${Object.keys(columns).join(",")}`);
      list.push(
        header.length > 0 ? { ...column, header: header.join("="), width: Math.max(column.width, header.join("=").length) } : column,
      );
    }
    chosen = list;
  }
  const line = async (cells: readonly string[]): Promise<void> =>
    t.out(
      `${cells.map((c, i) => (i === cells.length - 1 ? c : c.slice(0, (chosen[i] as Column).width).padEnd((chosen[i] as Column).width))).join(" ")}\n`,
    );
  if (chosen.some((c) => c.header !== "")) await line(chosen.map((c) => c.header));
  for (const p of looking(t)) await line(chosen.map((c) => c.show(p)));
  return 0;
}

/** A line break in an argument would be taken for the next process. */
const arguments_ = (p: ProcessInfo): string => p.argv.join(" ").replace(/[\x00-\x1f]/g, "?");
