import type { Utility } from "./tool.ts";
import { mountTable } from "./usage.ts";

const COLUMNS = ["TARGET", "SOURCE", "FSTYPE", "OPTIONS"] as const;
type Column = (typeof COLUMNS)[number];

export const findmnt: Utility = {
  name: "findmnt",
  usage: "[options] [<device> | <mountpoint>]",
  about: "Find a (mounted) filesystem.",
  flags: {
    headless: { short: "n", long: "noheadings", help: "don't print column headings" },
    output: { short: "o", long: "output", value: "LIST", help: "output columns" },
    target: { short: "T", long: "target", value: "PATH", help: "the path to the filesystem to use" },
    types: { short: "t", long: "types", value: "LIST", help: "limit the set of filesystems by FS types" },
    list: { short: "l", long: "list", help: "use list format output" },
    mountpoint: { short: "M", long: "mountpoint", value: "DIR", help: "the mountpoint directory" },
  },
  async run(t) {
    const all = mountTable(t.proc);
    const columns = (t.value("output") ?? COLUMNS.join(",")).toUpperCase().split(",");
    const strange = columns.find((c) => !COLUMNS.includes(c as Column));
    if (strange !== undefined) return t.fail(`unknown column: ${strange}`);
    const types = t.value("types")?.split(",");
    const what = t.value("mountpoint") ?? t.args[0];
    let rows = all.filter(
      (m) => (types === undefined || types.includes(m.type)) && (what === undefined || m.path === what || m.source === what),
    );
    const target = t.value("target");
    if (target !== undefined) {
      const path = t.proc.fs.exists(target) ? t.proc.fs.realpath(target) : target;
      rows = rows.filter((m) => m.path === "/" || path === m.path || path.startsWith(`${m.path}/`));
      rows = rows.sort((a, b) => a.path.length - b.path.length).slice(-1);
    }
    if (rows.length === 0) return 1;
    // Those below another are drawn below it.
    const flat = t.has("list") || what !== undefined || target !== undefined || types !== undefined;
    const below = (path: string): string | undefined =>
      rows
        .map((m) => m.path)
        .filter((p) => p !== path && (p === "/" || path.startsWith(`${p}/`)))
        .sort((a, b) => b.length - a.length)[0];
    const lines: { readonly lead: string; readonly row: (typeof rows)[number] }[] = [];
    const walk = (parent: string | undefined, lead: string): void => {
      const here = rows.filter((m) => below(m.path) === parent);
      here.forEach((row, i) => {
        const last = i === here.length - 1;
        lines.push({ lead: parent === undefined ? "" : `${lead}${last ? "└─" : "├─"}`, row });
        walk(row.path, parent === undefined ? "" : `${lead}${last ? "  " : "│ "}`);
      });
    };
    if (flat) for (const row of rows) lines.push({ lead: "", row });
    else walk(undefined, "");
    const cell = ({ lead, row }: (typeof lines)[number], c: string): string =>
      ({ TARGET: `${lead}${row.path}`, SOURCE: row.source, FSTYPE: row.type, OPTIONS: row.options })[c as Column];
    const table = [...(t.has("headless") ? [] : [columns]), ...lines.map((l) => columns.map((c) => cell(l, c)))];
    const width = columns.map((_, i) => Math.max(...table.map((r) => (r[i] as string).length)));
    for (const r of table) await t.out(`${r.map((c, i) => (i === r.length - 1 ? c : c.padEnd(width[i] as number))).join(" ")}\n`);
    return 0;
  },
};
