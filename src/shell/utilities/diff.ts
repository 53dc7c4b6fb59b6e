import { strftime } from "../strftime.ts";
import { type Change, diffLines, hunksOf } from "./diff-lines.ts";
import { joinPath } from "./paths.ts";
import type { Tool, Utility } from "./tool.ts";

const NO_NEWLINE = "\\ No newline at end of file\n";

interface Side {
  readonly lines: readonly string[];
  /** The last line has no newline. */
  readonly open: boolean;
}

/** diff(1). BusyBox's knows the unified format only. */
export const diff: Utility = {
  name: "diff",
  usage: "[-abBiqrNsTtuUw] FILE1 FILE2",
  about: "Compare files line by line",
  flags: {
    unified: { short: "u", help: "3 lines of unified context" },
    context: { short: "U", long: "unified", value: "[N]", help: "N lines of unified context" },
    brief: { short: "q", long: "brief", help: "Report only when files differ" },
    recursive: { short: "r", long: "recursive", help: "Recurse" },
    absent: { short: "N", long: "new-file", help: "Treat absent files as empty" },
    identical: { short: "s", long: "report-identical-files", help: "Report when files are the same" },
    fold: { short: "i", long: "ignore-case", help: "Ignore case" },
    space: { short: "w", long: "ignore-all-space", help: "Ignore all white space" },
    amount: { short: "b", long: "ignore-space-change", help: "Ignore changes in the amount of white space" },
    blank: { short: "B", long: "ignore-blank-lines", help: "Ignore changes whose lines are all blank" },
    text: { short: "a", long: "text", help: "Treat all files as text" },
    label: { short: "L", long: "label", value: "LABEL", help: "Use LABEL instead of the file name" },
  },
  async run(t) {
    const [one, two] = t.args;
    if (one === undefined || two === undefined) return t.misuse(`missing operand after '${one ?? "diff"}'`, 2);
    if (t.args.length > 2) return t.misuse(`extra operand '${t.args[2]}'`, 2);
    const isDirectory = (p: string): boolean => p !== "-" && t.proc.fs.exists(p) && t.proc.fs.stat(p).type === "directory";
    if (isDirectory(one) && isDirectory(two)) return directories(t, one, two);
    const name = (p: string): string => p.split("/").at(-1) as string;
    return files(t, isDirectory(one) ? joinPath(one, name(two)) : one, isDirectory(two) ? joinPath(two, name(one)) : two, "");
  },
};

async function directories(t: Tool, one: string, two: string): Promise<number> {
  const { fs } = t.proc;
  let status = 0;
  const raise = (code: number): void => void (status = Math.max(status, code));
  const [left, right] = [new Set(fs.readdir(one)), new Set(fs.readdir(two))];
  for (const name of [...new Set([...left, ...right])].sort()) {
    const [a, b] = [joinPath(one, name), joinPath(two, name)];
    if ((!left.has(name) || !right.has(name)) && !t.has("absent")) {
      await t.out(`Only in ${left.has(name) ? one : two}: ${name}\n`);
      raise(1);
      continue;
    }
    const kind = (path: string, there: boolean): string => (there ? fs.stat(path).type : "file");
    const [x, y] = [kind(a, left.has(name)), kind(b, right.has(name))];
    if (x === "directory" && y === "directory") {
      if (t.has("recursive")) raise(await directories(t, a, b));
      else await t.out(`Common subdirectories: ${a} and ${b}\n`);
    } else if (x !== y) {
      await t.out(`File ${a} is a ${x === "file" ? "regular file" : x} while file ${b} is a ${y === "file" ? "regular file" : y}\n`);
      raise(1);
    } else raise(await files(t, a, b, `diff${asGiven(t)} ${a} ${b}\n`));
  }
  return status;
}

/** The options as they were typed, quoted where they have to be (GNU diff's option_list). */
const asGiven = (t: Tool): string =>
  t.proc.argv
    .slice(1)
    .filter((word) => !t.args.includes(word))
    .map((word) => (/^[\w@%+:,./-]+$/.test(word) ? ` ${word}` : ` '${word}'`))
    .join("");

async function side(t: Tool, path: string): Promise<Side | undefined> {
  if (t.has("absent") && path !== "-" && !t.proc.fs.exists(path)) return { lines: [], open: false };
  const before = t.status;
  t.status = 0;
  const text = await t.text(path);
  if (t.status > 0) return undefined;
  t.status = before;
  const lines = text.split("\n");
  const open = lines.at(-1) !== "";
  if (!open) lines.pop();
  return { lines, open };
}

async function files(t: Tool, one: string, two: string, title: string): Promise<number> {
  const [a, b] = [await side(t, one), await side(t, two)];
  if (!a || !b) return 2;
  // A missing last newline is a difference of that line.
  const key = (s: Side) =>
    s.lines.map((line, i) => {
      let text = t.has("fold") ? line.toLowerCase() : line;
      if (t.has("space")) text = text.replace(/\s+/g, "");
      else if (t.has("amount")) text = text.replace(/\s+/g, " ").trimEnd();
      return s.open && i === s.lines.length - 1 ? `${text}\n` : text;
    });
  await t.proc.cpu((a.lines.length + b.lines.length) / 5000);
  let changes = diffLines(key(a), key(b));
  if (t.has("blank"))
    changes = changes.filter((c) => [...a.lines.slice(c.from, c.to), ...b.lines.slice(c.start, c.end)].some((l) => l !== ""));
  if (changes.length === 0) {
    if (t.has("identical")) await t.out(`Files ${one} and ${two} are identical\n`);
    return 0;
  }
  if (t.has("brief")) await t.out(`Files ${one} and ${two} differ\n`);
  else if (!t.has("text") && [...a.lines, ...b.lines].some((l) => l.includes("\0"))) await t.out(`Binary files ${one} and ${two} differ\n`);
  else if (t.busybox || t.has("unified") || t.has("context")) await unified(t, [one, two], a, b, changes, t.busybox ? "" : title);
  else {
    await t.out(title);
    for (const c of changes) await normal(t, a, b, c);
  }
  return 1;
}

async function normal(t: Tool, a: Side, b: Side, c: Change): Promise<void> {
  const range = (from: number, to: number): string => (to - from === 1 ? `${to}` : to === from ? `${from}` : `${from + 1},${to}`);
  await t.out(`${range(c.from, c.to)}${c.from === c.to ? "a" : c.start === c.end ? "d" : "c"}${range(c.start, c.end)}\n`);
  await show(t, a, c.from, c.to, "< ");
  if (c.from < c.to && c.start < c.end) await t.out("---\n");
  await show(t, b, c.start, c.end, "> ");
}

async function show(t: Tool, s: Side, from: number, to: number, mark: string): Promise<void> {
  for (let i = from; i < to; i++) await t.out(`${mark}${s.lines[i]}\n${s.open && i === s.lines.length - 1 ? NO_NEWLINE : ""}`);
}

async function unified(
  t: Tool,
  names: readonly [string, string],
  a: Side,
  b: Side,
  changes: readonly Change[],
  title: string,
): Promise<void> {
  const around = t.value("context") ? Number(t.value("context")) : 3;
  const stamp = (path: string): string =>
    t.busybox
      ? ""
      : `\t${strftime("%Y-%m-%d %H:%M:%S.%N %z", path !== "-" && t.proc.fs.exists(path) ? t.proc.fs.stat(path).mtime : t.proc.clock.now())}`;
  const label = (i: 0 | 1): string => t.values("label")[i] ?? `${names[i]}${stamp(names[i])}`;
  await t.out(`${title}--- ${label(0)}\n+++ ${label(1)}\n`);
  for (const { from, to, changes: together, title: range } of hunksOf(changes, a.lines.length, around)) {
    await t.out(`${range}\n`);
    let at = from;
    for (const c of together) {
      await show(t, a, at, c.from, " ");
      await show(t, a, c.from, c.to, "-");
      await show(t, b, c.start, c.end, "+");
      at = c.to;
    }
    await show(t, a, at, to, " ");
  }
}
