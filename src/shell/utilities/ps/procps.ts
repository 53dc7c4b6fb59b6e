import type { ProcessInfo } from "../../../runtime/index.ts";
import { owners } from "../paths.ts";
import { commandName, looking } from "../process-text.ts";
import type { Tool } from "../tool.ts";
import { type Column, columnsOf } from "./columns.ts";
import { parsePs, type PsOptions } from "./options.ts";

const LAYOUTS: Readonly<Record<PsOptions["layout"], readonly string[]>> = {
  plain: ["pid", "tname", "time", "ucmd"],
  full: ["user=UID", "pid", "ppid", "c", "stime", "tname", "time", "cmd"],
  user: ["user", "pid", "%cpu", "%mem", "vsz", "rss", "tname", "stat", "start_time", "bsdtime", "args"],
  bsd: ["pid", "tname", "stat", "bsdtime", "args"],
  jobs: ["pid", "pgid", "tname", "time", "ucmd"],
  long: ["s", "uid", "pid", "ppid", "c", "pri", "ni", "vsz=SZ", "tname", "time", "ucmd"],
};

const HELP =
  "\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n";

/** procps' ps: SysV's options with a dash, BSD's without, GNU's with two. */
export async function procps(t: Tool): Promise<number> {
  const o = parsePs(t.args);
  const refuse = async (complaint: string): Promise<number> => {
    await t.proc.stderr.write(`${complaint}\n${HELP}`);
    return 1;
  };
  if (typeof o === "string") return refuse(o);
  const art = new Map<number, string>();
  const columns = columnsOf(t, (p) => art.get(p.pid) ?? "");
  const spec =
    o.columns ??
    LAYOUTS[o.layout].map((text) => ({
      name: text.split("=")[0] as string,
      ...(text.includes("=") && { header: text.split("=")[1] as string }),
    }));
  const unknown = spec.find((c) => !columns[c.name]);
  if (unknown) return refuse(`error: unknown user-defined format specifier "${unknown.name}"`);
  const chosen = spec.map((c): Column => {
    const column = columns[c.name] as Column;
    return c.header === undefined ? column : { ...column, header: c.header, width: Math.max(column.width, c.header.length) };
  });
  let found = select(t, o);
  if (o.sort.length > 0) {
    const bad = o.sort.find((key) => !columns[key.replace(/^[-+]/, "")]);
    if (bad !== undefined) return refuse("error: unknown sort specifier");
    found = sorted(found, o.sort, columns);
  }
  if (o.forest) found = forest(found, art);
  const room = t.proc.stdout.tty && !o.wide ? (t.proc.stdout.size?.columns ?? 80) : Infinity;
  const line = (cells: readonly string[]): Promise<void> => {
    const text = cells
      .map((cell, i) => {
        const { width, left } = chosen[i] as Column;
        if (!left) return cell.padStart(width);
        return i === cells.length - 1 ? cell : cell.padEnd(width);
      })
      .join(" ");
    return t.out(`${text.slice(0, room)}\n`);
  };
  if (!o.headerless && chosen.some((c) => c.header !== "")) await line(chosen.map((c) => c.header));
  for (const p of found) await line(chosen.map((c) => c.show(p)));
  return found.length > 0 ? 0 : 1;
}

function select(t: Tool, o: PsOptions): ProcessInfo[] {
  const all = looking(t);
  const who = owners(t.proc);
  if (o.pids.length + o.parents.length + o.names.length + o.users.length > 0 && o.all !== "every")
    return all.filter(
      (p) =>
        o.pids.includes(p.pid) ||
        o.parents.includes(p.ppid) ||
        o.names.includes(commandName(p)) ||
        o.users.some((u) => u === String(p.uid) || u === who.user(p.uid)),
    );
  if (o.all === "every") return [...all];
  if (o.all === "terminals") return all.filter((p) => p.tty);
  // Without a selection: the user's own of this terminal.
  const own = all.find((p) => p.pid === t.proc.pid);
  return all.filter((p) => p.uid === t.proc.uid && p.tty === (own?.tty ?? false));
}

function sorted(list: readonly ProcessInfo[], keys: readonly string[], columns: Readonly<Record<string, Column>>): ProcessInfo[] {
  return [...list].sort((a, b) => {
    for (const key of keys) {
      const column = columns[key.replace(/^[-+]/, "")] as Column;
      const [x, y] = column.value ? [column.value(a), column.value(b)] : [column.show(a), column.show(b)];
      const order = x < y ? -1 : x > y ? 1 : 0;
      if (order !== 0) return key.startsWith("-") ? -order : order;
    }
    return a.pid - b.pid;
  });
}

/** Children under their parents, with the branches drawn before their commands. */
function forest(list: readonly ProcessInfo[], art: Map<number, string>): ProcessInfo[] {
  const pids = new Set(list.map((p) => p.pid));
  const out: ProcessInfo[] = [];
  const visit = (p: ProcessInfo, trunk: string, branch: string): void => {
    art.set(p.pid, branch);
    out.push(p);
    const children = list.filter((c) => c.ppid === p.pid && c !== p);
    for (const [i, child] of children.entries()) visit(child, `${trunk}${i === children.length - 1 ? "    " : " |  "}`, `${trunk} \\_ `);
  };
  for (const p of list) if (!pids.has(p.ppid) || p.ppid === p.pid) visit(p, "", "");
  return out;
}
