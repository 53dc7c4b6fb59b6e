import type { ProcessInfo } from "../../runtime/index.ts";
import { owners } from "./paths.ts";
import { commandName } from "./process-text.ts";
import type { Tool, Utility } from "./tool.ts";

interface Node {
  readonly label: string;
  /** How many alike there are. */
  readonly times: number;
  readonly children: readonly Node[];
}

/** Alike: the same names all the way down. */
const key = ({ label, children }: Node): string => `${label}(${children.map(key).join(",")})`;

export const pstree: Utility = {
  name: "pstree",
  usage: "[-p] [PID|USER]",
  about: "Display process tree",
  flags: {
    pids: { short: "p", long: "show-pids", help: "show PIDs; implies -c" },
    args: { short: "a", long: "arguments", help: "show command line arguments" },
    each: { short: "c", long: "compact-not", help: "don't compact identical subtrees" },
    numeric: { short: "n", long: "numeric-sort", help: "sort output by PID" },
    parents: { short: "s", long: "show-parents", help: "show parents of the selected process" },
    ascii: { short: "A", long: "ascii", help: "use ASCII line drawing characters" },
    unicode: { short: "U", long: "unicode", help: "use UTF-8 line drawing characters" },
    long: { short: "l", long: "long", help: "don't truncate long lines" },
    threads: { short: "T", long: "hide-threads", help: "hide threads, show only processes" },
  },
  async run(t) {
    const all = t.proc.processes();
    const [who] = t.args;
    let roots: readonly ProcessInfo[] = all.filter((p) => p.pid === 1);
    if (roots.length === 0) roots = all.filter((p) => !all.some((q) => q.pid === p.ppid));
    if (who !== undefined) {
      const uid = /^\d+$/.test(who) ? undefined : owners(t.proc).userId(who);
      if (!/^\d+$/.test(who) && uid === undefined)
        return t.fail(t.busybox ? `unknown user ${who}` : `No such user name: ${who}`).then(() => 1);
      roots =
        uid === undefined
          ? all.filter((p) => p.pid === Number(who))
          : all.filter((p) => p.uid === uid && !all.some((q) => q.pid === p.ppid && q.uid === uid));
    }
    if (roots.length === 0) {
      if (!t.busybox) await t.proc.stderr.write("No processes found.\n");
      return 1;
    }
    if (t.has("parents")) {
      let top = roots[0] as ProcessInfo;
      const line = new Set([top.pid]);
      for (let up = all.find((p) => p.pid === top.ppid); up; up = all.find((p) => p.pid === top.ppid)) line.add((top = up).pid);
      const below = (pid: number): boolean => line.has(pid) || all.some((p) => p.pid === pid && below(p.ppid));
      for (const text of draw(
        t,
        tree(
          t,
          top,
          all.filter((p) => below(p.pid)),
        ),
      ))
        await t.out(`${text}\n`);
      return 0;
    }
    for (const root of roots) for (const text of draw(t, tree(t, root, all))) await t.out(`${text}\n`);
    return 0;
  },
};

function tree(t: Tool, p: ProcessInfo, all: readonly ProcessInfo[]): Node {
  const name = commandName(p);
  const shown = t.has("args") ? [name, ...p.argv.slice(1)].join(" ") : name;
  const label = t.has("pids") ? (t.has("args") ? [`${name},${p.pid}`, ...p.argv.slice(1)].join(" ") : `${shown}(${p.pid})`) : shown;
  const order = (a: ProcessInfo, b: ProcessInfo): number =>
    t.has("numeric") || t.has("pids") || commandName(a) === commandName(b) ? a.pid - b.pid : commandName(a) < commandName(b) ? -1 : 1;
  const children = all
    .filter((c) => c.ppid === p.pid && c.pid !== p.pid)
    .sort(order)
    .map((c) => tree(t, c, all));
  if (t.has("each") || t.has("pids") || t.has("args")) return { label, times: 1, children };
  const compact = new Map<string, Node>();
  for (const child of children) {
    const known = compact.get(key(child));
    compact.set(key(child), { ...child, times: (known?.times ?? 0) + 1 });
  }
  return { label, times: 1, children: [...compact.values()] };
}

/** Lines of text: the first child goes on its parent's, or below it with -a. */
function draw(t: Tool, node: Node): readonly string[] {
  const text = node.times > 1 ? `${node.times}*[${node.label}` : node.label;
  const closing = node.times > 1 ? "]" : "";
  if (node.children.length === 0) return [text + closing];
  const [one, first, more, last, bar] = t.has("unicode") ? ["───", "─┬─", " ├─", " └─", " │ "] : ["---", "-+-", " |-", " `-", " | "];
  const lines: string[] = [];
  node.children.forEach((child, i) => {
    const end = i === node.children.length - 1;
    const drawn = draw(t, child);
    const pad = " ".repeat(text.length);
    if (t.has("args")) {
      if (i === 0) lines.push(text + closing);
      lines.push(...drawn.map((l, j) => `  ${j === 0 ? (end ? last : more).slice(1) : end ? "  " : `${bar.slice(1, 2)} `}${l}`));
      return;
    }
    drawn.forEach((l, j) => {
      const lead = j > 0 ? (end ? "   " : bar) : i === 0 ? (node.children.length === 1 ? one : first) : end ? last : more;
      lines.push(`${i === 0 && j === 0 ? text : pad}${lead}${l}`);
    });
  });
  const final = lines.length - 1;
  if (!t.has("args") && closing !== "") lines[final] = `${lines[final]}${closing}`;
  return lines;
}
