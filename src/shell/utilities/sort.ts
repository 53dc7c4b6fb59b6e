import { MONTHS } from "../strftime.ts";
import type { Utility } from "./tool.ts";

export const sort: Utility = {
  name: "sort",
  usage: "[-nrufhVbs] [-k KEY] [-t SEP] [-o FILE] [FILE]...",
  about: "Sort lines of text",
  flags: {
    numeric: { short: "n", long: "numeric-sort", help: "Sort numbers" },
    general: { short: "g", long: "general-numeric-sort", help: "General numbers" },
    reverse: { short: "r", long: "reverse", help: "Reverse sort order" },
    unique: { short: "u", long: "unique", help: "Suppress duplicates" },
    fold: { short: "f", long: "ignore-case", help: "Ignore case" },
    human: { short: "h", long: "human-numeric-sort", help: "Human readable numbers" },
    version: { short: "V", long: "version-sort", help: "Versions" },
    blanks: { short: "b", long: "ignore-leading-blanks", help: "Ignore leading blanks" },
    stable: { short: "s", long: "stable", help: "Stable" },
    month: { short: "M", help: "Months" },
    key: { short: "k", long: "key", value: "KEY", help: "Sort key" },
    separator: { short: "t", long: "field-separator", value: "CHAR", help: "Field separator" },
    output: { short: "o", long: "output", value: "FILE", help: "Output to FILE" },
    check: { short: "c", long: "check", help: "Check whether input is sorted" },
    merge: { short: "m", long: "merge", help: "Merge sorted files" },
    quietly: { short: "C", help: "Check, and say nothing" },
    random: { short: "R", long: "random-sort", help: "Shuffle" },
    zero: { short: "z", long: "zero-terminated", help: "NUL terminated" },
  },
  async run(t) {
    const lines: string[] = [];
    const end = t.has("zero") ? "\0" : "\n";
    for (const path of t.args.length > 0 ? t.args : ["-"]) {
      if (path !== "-" && !t.proc.fs.exists(path))
        return t.fail(t.busybox ? `${path}: No such file or directory` : `cannot read: ${path}: No such file or directory`, 2);
      for await (const line of t.lines([path], end)) lines.push(line);
    }
    const globals = "ngrfhVbM"
      .split("")
      .filter((_, i) => t.has(["numeric", "general", "reverse", "fold", "human", "version", "blanks", "month"][i] as string))
      .join("");
    const keys = t.values("key").map((k) => keyOf(k, globals));
    const bad = keys.findIndex((k) => k === undefined);
    if (bad >= 0 && (t.values("key")[bad] as string).startsWith("0"))
      return t.fail(
        t.busybox ? "bad field specification" : `field number is zero: invalid field specification ‘${t.values("key")[bad]}’`,
        2,
      );
    if (bad >= 0) return t.fail(`invalid number at field start: invalid count at start of ‘${t.values("key")[bad]}’`, 2);
    const list = (keys.length > 0 ? keys : [{ from: [1, 0], to: [Infinity, 0], flags: globals }]) as Key[];
    const separator = t.value("separator");
    const compare = (a: string, b: string): number => {
      for (const key of list) {
        const order = compareBy(pick(a, key, separator), pick(b, key, separator), key.flags);
        if (order !== 0) return key.flags.includes("r") ? -order : order;
      }
      if (t.has("stable") || t.has("unique")) return 0;
      const order = a < b ? -1 : a > b ? 1 : 0;
      return t.has("reverse") ? -order : order;
    };
    if (t.has("random")) {
      const marks = new Map(lines.map((l) => [l, t.proc.random.next()]));
      lines.sort((a, b) => (marks.get(a) as number) - (marks.get(b) as number));
      for (const line of lines) await t.out(line + end);
      return t.status;
    }
    if (t.has("check") || t.has("quietly")) {
      for (let i = 1; i < lines.length; i++)
        if (compare(lines[i - 1] as string, lines[i] as string) > (t.has("unique") ? -1 : 0))
          return t.has("quietly") ? 1 : t.fail(`${t.args[0] ?? "-"}:${i + 1}: disorder: ${lines[i]}`);
      return 0;
    }
    await t.proc.cpu(lines.length / 2000);
    lines.sort(compare);
    const out = t.has("unique") ? lines.filter((l, i) => i === 0 || compare(lines[i - 1] as string, l) !== 0) : lines;
    const file = t.value("output");
    if (file !== undefined) t.proc.fs.writeFile(file, out.map((l) => l + end).join(""));
    else for (const line of out) await t.out(line + end);
    return t.status;
  },
};
interface Key {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly flags: string;
}
function keyOf(text: string, globals: string): Key | undefined {
  const m = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.(\d+))?([a-zA-Z]*))?$/.exec(text);
  if (!m || m[1] === "0") return undefined;
  return {
    from: [Number(m[1]), Number(m[2] ?? 0)],
    to: m[4] ? [Number(m[4]), Number(m[5] ?? 0)] : [Infinity, 0],
    flags: m[3] || m[6] ? `${m[3]}${m[6] ?? ""}` : globals,
  };
}
function pick(line: string, key: Key, separator: string | undefined): string {
  if (key.from[0] === 1 && key.to[0] === Infinity && key.from[1] === 0) return line;
  const fields = separator !== undefined ? line.split(separator) : (line.match(/\s*\S+/g) ?? []);
  const part = fields.slice(key.from[0] - 1, key.to[0]);
  if (key.to[1] > 0 && part.length > 0) part[part.length - 1] = (part.at(-1) as string).slice(0, key.to[1]);
  const text = part.join(separator ?? "");
  return key.from[1] > 1 ? text.slice(key.from[1] - 1) : text;
}
function compareBy(x: string, y: string, flags: string): number {
  let [a, b] = flags.includes("b") ? [x.trimStart(), y.trimStart()] : [x, y];
  if (/[ngh]/.test(flags)) {
    const number = (s: string): number => {
      const m = /^\s*(-?\d*\.?\d+(?:[eE][-+]?\d+)?)([kKMGTPE]?)/.exec(s);
      return m
        ? Number(flags.includes("g") ? m[1] : (m[1] as string).replace(/[eE].*/, "")) *
            (flags.includes("h") ? 1024 ** (m[2] ? "KMGTPE".indexOf((m[2] as string).toUpperCase()) + 1 : 0) : 1)
        : 0;
    };
    return Math.sign(number(a) - number(b));
  }
  if (flags.includes("M")) {
    const month = (s: string): number => MONTHS.findIndex((m) => m.slice(0, 3).toLowerCase() === s.trim().slice(0, 3).toLowerCase());
    return Math.sign(month(a) - month(b));
  }
  if (flags.includes("f")) [a, b] = [a.toUpperCase(), b.toUpperCase()];
  if (flags.includes("V")) {
    const [p, q] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
    for (let i = 0; i < Math.min(p.length, q.length); i++) {
      const [u, v] = [p[i] as string, q[i] as string];
      const order = /^\d/.test(u) && /^\d/.test(v) ? Number(u) - Number(v) : u < v ? -1 : u > v ? 1 : 0;
      if (order !== 0) return Math.sign(order);
    }
    return Math.sign(p.length - q.length);
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
