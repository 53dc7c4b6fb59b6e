import { type Change, diffLines, hunksOf } from "../diff-lines.ts";
import { decode, type Objects, type TreeEntry } from "./objects.ts";

/** A file before and after; undefined where it is not. `data`: content that is not an object yet. */
export interface Difference {
  readonly path: string;
  readonly before: TreeEntry | undefined;
  readonly after: TreeEntry | undefined;
  /** Where it was before, and how much of it is the same (per cent). */
  readonly from?: string;
  readonly alike?: number;
}

/** What differs between two sets of files, by path. */
export function differences(before: ReadonlyMap<string, TreeEntry>, after: ReadonlyMap<string, TreeEntry>): readonly Difference[] {
  const out: Difference[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [a, b] = [before.get(path), after.get(path)];
    if (a?.id !== b?.id || a?.mode !== b?.mode) out.push({ path, before: a, after: b });
  }
  return out;
}

/** Added, modified, deleted or renamed. */
export const letterOf = ({ before, after, from }: Difference): "A" | "M" | "D" | "R" =>
  from !== undefined ? "R" : !before ? "A" : !after ? "D" : "M";

/** "old => new", what both paths share said once: "a/{b => c}/d". */
export function arrow(from: string, to: string): string {
  const [a, b] = [from.split("/"), to.split("/")];
  let head = 0;
  while (head < a.length - 1 && head < b.length - 1 && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  if (head === 0 && tail === 0) return `${from} => ${to}`;
  const middle = (parts: readonly string[]): string => parts.slice(head, parts.length - tail).join("/");
  return [...a.slice(0, head), `{${middle(a)} => ${middle(b)}}`, ...a.slice(a.length - tail)].join("/");
}

/** Files that are compared with each other for their likeness, at most. */
const MOST_PAIRS = 1000;

/** Pairs of a file that went and one that came with at least half of it, as renames. */
export function renamed(list: readonly Difference[], content: Content): readonly Difference[] {
  const gone = list.filter((d) => !d.after);
  const come = list.filter((d) => !d.before);
  if (gone.length === 0 || come.length === 0 || gone.length * come.length > MOST_PAIRS) return list;
  const pairs = come.flatMap((to) => gone.map((from) => ({ from, to, alike: likeness(from, to, content) }))).filter((p) => p.alike >= 50);
  pairs.sort((x, y) => y.alike - x.alike);
  const taken = new Set<Difference>();
  const renames = new Map<Difference, Difference>();
  for (const { from, to, alike } of pairs) {
    if (taken.has(from) || renames.has(to)) continue;
    taken.add(from);
    renames.set(to, { path: to.path, before: from.before, after: to.after, from: from.path, alike });
  }
  return list.filter((d) => !taken.has(d)).map((d) => renames.get(d) ?? d);
}
function likeness(from: Difference, to: Difference, content: Content): number {
  const [a, b] = [from.before as TreeEntry, to.after as TreeEntry];
  if (a.id === b.id) return 100;
  const [x, y] = [decode(content(a, from.path)).split(/(?<=\n)/), decode(content(b, to.path)).split(/(?<=\n)/)];
  const size = (lines: readonly string[]): number => lines.reduce((n, line) => n + line.length, 0);
  const counts = new Map<string, number>();
  for (const line of x) counts.set(line, (counts.get(line) ?? 0) + 1);
  let shared = 0;
  for (const line of y) {
    const left = counts.get(line) ?? 0;
    if (left === 0) continue;
    counts.set(line, left - 1);
    shared += line.length;
  }
  const most = Math.max(size(x), size(y));
  return most === 0 ? 0 : Math.floor((shared * 100) / most);
}

interface Text {
  readonly lines: readonly string[];
  readonly open: boolean;
  readonly binary: boolean;
  readonly size: number;
}
export type Content = (entry: TreeEntry, path: string) => Uint8Array;

export const stored =
  (objects: Objects): Content =>
  (entry) =>
    objects.get(entry.id, "blob");

function textOf(content: Content, entry: TreeEntry | undefined, path: string): Text {
  if (!entry) return { lines: [], open: false, binary: false, size: 0 };
  const data = content(entry, path);
  const lines = decode(data).split("\n");
  const open = lines.at(-1) !== "";
  if (!open) lines.pop();
  return { lines, open, binary: data.subarray(0, 8000).includes(0), size: data.length };
}
/** Lines as they are compared: one without a newline is another. */
const keys = (t: Text): readonly string[] => t.lines.map((line, i) => (t.open && i === t.lines.length - 1 ? `${line}\n` : line));

const BOLD = "\x1b[1m";
const RED = "\x1b[31m";
const GREEN = "\x1b[32m";
const CYAN = "\x1b[36m";
const RESET = "\x1b[m";

/** A difference as `git diff` prints it. */
export function patchOf(d: Difference, content: Content, short: (id: string) => string, color: boolean): string {
  const paint = (code: string, text: string): string => (color && text !== "" ? `${code}${text}${RESET}` : text);
  const { path, before, after } = d;
  const [a, b] = [textOf(content, before, d.from ?? path), textOf(content, after, path)];
  const was = d.from ?? path;
  const head = [`diff --git a/${was} b/${path}`];
  if (d.from !== undefined) head.push(`similarity index ${d.alike}%`, `rename from ${was}`, `rename to ${path}`);
  else if (!before) head.push(`new file mode ${after?.mode}`);
  else if (!after) head.push(`deleted file mode ${before.mode}`);
  else if (before.mode !== after.mode) head.push(`old mode ${before.mode}`, `new mode ${after.mode}`);
  const names = [before ? short(before.id) : "0000000", after ? short(after.id) : "0000000"];
  if (before?.id !== after?.id) head.push(`index ${names.join("..")}${before && before.mode === after?.mode ? ` ${before.mode}` : ""}`);
  const titles = [before ? `a/${was}` : "/dev/null", after ? `b/${path}` : "/dev/null"];
  const lines = head.map((line) => paint(BOLD, line));
  if (before?.id === after?.id) return `${lines.join("\n")}\n`;
  if (a.binary || b.binary) return `${[...lines, `Binary files ${titles[0]} and ${titles[1]} differ`].join("\n")}\n`;
  const changes = diffLines(keys(a), keys(b));
  if (changes.length > 0) lines.push(paint(BOLD, `--- ${titles[0]}`), paint(BOLD, `+++ ${titles[1]}`));
  return `${[...lines, ...hunks(a, b, changes, paint)].join("\n")}\n`;
}

const AROUND = 3;

function hunks(a: Text, b: Text, changes: readonly Change[], paint: (code: string, text: string) => string): readonly string[] {
  const out: string[] = [];
  const put = (t: Text, from: number, to: number, mark: string, code: string): void => {
    for (let i = from; i < to; i++) {
      out.push(paint(code, `${mark}${t.lines[i]}`));
      if (t.open && i === t.lines.length - 1) out.push("\\ No newline at end of file");
    }
  };
  for (const { from, to, changes: together, title } of hunksOf(changes, a.lines.length, AROUND)) {
    // The last line before that looks like the beginning of something.
    const section = a.lines.slice(0, from).findLast((line) => /^[A-Za-z_$]/.test(line));
    out.push(`${paint(CYAN, title)}${section === undefined ? "" : ` ${section.slice(0, 80).trimEnd()}`}`);
    let at = from;
    for (const c of together) {
      put(a, at, c.from, " ", "");
      put(a, c.from, c.to, "-", RED);
      put(b, c.start, c.end, "+", GREEN);
      at = c.to;
    }
    put(a, at, to, " ", "");
  }
  return out;
}

export interface Stat {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
  /** Of what is not text: its size before and after. */
  readonly binary: readonly [before: number, after: number] | undefined;
}
export function statOf(d: Difference, content: Content): Stat {
  const [a, b] = [textOf(content, d.before, d.from ?? d.path), textOf(content, d.after, d.path)];
  const changes = a.binary || b.binary ? [] : diffLines(keys(a), keys(b));
  const sum = (size: (c: Change) => number): number => changes.reduce((n, c) => n + size(c), 0);
  return {
    path: d.from === undefined ? d.path : arrow(d.from, d.path),
    added: sum((c) => c.end - c.start),
    removed: sum((c) => c.to - c.from),
    binary: a.binary || b.binary ? [a.size, b.size] : undefined,
  };
}

/** " 2 files changed, 3 insertions(+), 1 deletion(-)" */
export function summary(stats: readonly Stat[]): string {
  const total = (of: "added" | "removed"): number => stats.reduce((n, s) => n + s[of], 0);
  const [added, removed] = [total("added"), total("removed")];
  const some = (n: number, word: string, mark: string): string => `, ${n} ${word}${n === 1 ? "" : "s"}(${mark})`;
  const none = added === 0 && removed === 0;
  return ` ${stats.length} file${stats.length === 1 ? "" : "s"} changed${added > 0 || none ? some(added, "insertion", "+") : ""}${removed > 0 || none ? some(removed, "deletion", "-") : ""}\n`;
}

/** `--stat`: a line for each file with a graph, then the summary. */
export function diffstat(stats: readonly Stat[], columns = 80): string {
  if (stats.length === 0) return "";
  const width = Math.max(...stats.map((s) => s.path.length));
  const most = Math.max(...stats.map((s) => s.added + s.removed));
  const digits = Math.max(String(most).length, stats.some((s) => s.binary) ? 3 : 0);
  const room = Math.max(6, columns - width - digits - 6);
  const scale = (n: number): number => (most <= room ? n : n === 0 ? 0 : Math.max(1, Math.floor((n * room) / most)));
  const row = ({ path, added, removed, binary }: Stat): string =>
    binary
      ? ` ${path.padEnd(width)} | ${"Bin".padStart(digits)} ${binary[0]} -> ${binary[1]} bytes\n`
      : ` ${path.padEnd(width)} | ${String(added + removed).padStart(digits)}${added + removed > 0 ? " " : ""}${"+".repeat(scale(added))}${"-".repeat(scale(removed))}\n`;
  return stats.map(row).join("") + summary(stats);
}
