import { toBytes } from "../../runtime/index.ts";
import { compilePattern, matches } from "../expand/pattern.ts";
import { RegexError, posixRegex } from "../regex.ts";
import type { Tool, Utility } from "./tool.ts";

const flags: Utility["flags"] = {
  extended: { short: "E", long: "extended-regexp", help: "PATTERN is an extended regexp" },
  basic: { short: "G", long: "basic-regexp", help: "PATTERN is a basic regexp" },
  fixed: { short: "F", long: "fixed-strings", help: "PATTERN is a literal" },
  fold: { short: "i", long: "ignore-case", help: "Ignore case" },
  invert: { short: "v", long: "invert-match", help: "Select non-matching lines" },
  count: { short: "c", long: "count", help: "Show only count of matching lines" },
  number: { short: "n", long: "line-number", help: "Add line number" },
  only: { short: "o", long: "only-matching", help: "Show only the matching part" },
  quiet: { short: "q", long: "quiet", help: "Exit code only" },
  silent: { short: "s", long: "no-messages", help: "Suppress open and read errors" },
  list: { short: "l", long: "files-with-matches", help: "Names of files that match" },
  lacking: { short: "L", long: "files-without-match", help: "Names of files that do not match" },
  recurse: { short: "r", long: "recursive", help: "Recurse" },
  Recurse: { short: "R", long: "dereference-recursive", help: "Recurse" },
  perl: { short: "P", long: "perl-regexp", help: "PATTERN is Perl's" },
  offset: { short: "b", long: "byte-offset", help: "Add the byte offset" },
  exclude: { long: "exclude", value: "GLOB", help: "Skip files that match" },
  excludeDir: { long: "exclude-dir", value: "GLOB", help: "Skip folders that match" },
  nul: { short: "Z", long: "null", help: "NUL after file names" },
  zero: { short: "z", long: "null-data", help: "Lines end with NUL" },
  initial: { short: "T", long: "initial-tab", help: "Align with a tab" },
  label: { long: "label", value: "LABEL", help: "Name of standard input" },
  folded: { short: "y", help: "Same as -i" },
  directories: { short: "d", long: "directories", value: "ACTION", help: "read, recurse or skip" },
  binary: { long: "binary-files", value: "TYPE", help: "text or without-match" },
  version: { short: "V", long: "version", help: "Version" },
  word: { short: "w", long: "word-regexp", help: "Match whole words only" },
  line: { short: "x", long: "line-regexp", help: "Match whole lines only" },
  after: { short: "A", long: "after-context", value: "N", help: "Print N lines after" },
  before: { short: "B", long: "before-context", value: "N", help: "Print N lines before" },
  context: { short: "C", long: "context", value: "N", help: "Print N lines around" },
  pattern: { short: "e", long: "regexp", value: "PTRN", help: "Pattern" },
  file: { short: "f", long: "file", value: "FILE", help: "Patterns from FILE" },
  max: { short: "m", long: "max-count", value: "N", help: "Match up to N times" },
  bare: { short: "h", long: "no-filename", help: "No filename prefix" },
  named: { short: "H", long: "with-filename", help: "Filename prefix" },
  color: { long: "color", value: "[WHEN]", help: "Colour" },
  colour: { long: "colour", value: "[WHEN]", help: "Colour" },
  include: { long: "include", value: "GLOB", help: "Search only files that match" },
  linebuffered: { long: "line-buffered", help: "Flush on every line" },
  all: { short: "a", long: "text", help: "Treat binary as text" },
};
async function run(t: Tool): Promise<number> {
  const args = [...t.args];
  if (t.has("version")) {
    await t.out("grep (GNU grep) 3.11 (simulated by Timonel)\n");
    return 0;
  }
  const foreign = t.busybox ? ["perl", "offset", "initial", "nul", "label", "directories", "binary"].find((f) => t.has(f)) : undefined;
  if (foreign !== undefined) {
    await t.proc.stderr.write(`grep: invalid option -- '${flags[foreign]?.short ?? foreign}'\n`);
    return 1;
  }
  const patterns = t.values("pattern").flatMap((p) => p.split("\n"));
  for (const f of t.values("file")) patterns.push(...(await t.text(f)).replace(/\n$/, "").split("\n"));
  if (!t.has("pattern") && !t.has("file")) {
    const first = args.shift();
    if (first === undefined) {
      await t.proc.stderr.write(
        t.busybox
          ? "BusyBox v1.37.0 multi-call binary.\n\nUsage: grep [-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...\n"
          : "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n",
      );
      return 2;
    }
    patterns.push(...first.split("\n"));
  }
  const perl = t.has("perl");
  const extended = t.has("extended") || perl || t.name === "egrep";
  const fixed = t.has("fixed") || t.name === "fgrep";
  let tests: ReturnType<typeof posixRegex>[];
  try {
    tests = patterns.map((p) => {
      const source = fixed ? p.replace(/[.[\]\\*+?(){}|^$]/g, "\\$&") : p;
      const shaped =
        fixed || extended
          ? t.has("line")
            ? perl
              ? `^(?:${source})$`
              : `^(${source})$`
            : source
          : t.has("line")
            ? `^\\(${source}\\)$`
            : source;
      return posixRegex(shaped, { extended: extended || fixed, perl: perl && !fixed, ignoreCase: t.has("fold") || t.has("folded") });
    });
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return t.fail(t.busybox ? `bad regex '${patterns[0]}': ${error.message}` : error.message, 2);
  }
  const spans = (line: string): [number, number][] => {
    const out: [number, number][] = [];
    for (const test of tests) {
      const m = test.matcher(line);
      for (let from = 0; from <= line.length && m.find(from);) {
        const [a, b] = [m.start(), m.end()];
        const whole = !t.has("word") || (!/\w/.test(line[a - 1] ?? "") && !/\w/.test(line[b] ?? ""));
        if (whole) out.push([a, b]);
        from = b > a ? b : b + 1;
      }
    }
    return out.sort((x, y) => x[0] - y[0]);
  };
  const when = t.has("color") || t.has("colour") ? t.value("color") || t.value("colour") || "auto" : "never";
  if (!["always", "never", "auto", "force", "yes", "no", "none", "tty", "if-tty"].includes(when))
    return t.fail(`invalid argument ‘${when}’ for ‘--color’`, 2);
  const coloured = /^(always|force|yes)$/.test(when) || (/tty|auto/.test(when) && t.proc.stdout.tty);
  // GNU grep's GREP_COLORS by default: matches red, names magenta, numbers green, separators cyan.
  const paint = (colour: string, text: string): string => (coloured && text !== "" ? `\x1b[${colour}m\x1b[K${text}\x1b[m\x1b[K` : text);
  const prefix = (label: string, named: boolean, n: number, mark: string, bytes = 0): string =>
    `${named ? paint("35", label) + (t.has("nul") ? "\0" : paint("36", mark)) : ""}${t.has("number") ? paint("32", String(n)) + paint("36", mark) : ""}${t.has("offset") ? paint("32", String(bytes)) + paint("36", mark) : ""}${t.has("initial") ? "\t" : ""}`;
  const painted = (line: string): string => {
    if (!coloured || t.has("invert")) return line;
    let [out, at] = ["", 0];
    for (const [a, b] of spans(line)) {
      if (a < at || b === a) continue;
      out += line.slice(at, a) + paint("01;31", line.slice(a, b));
      at = b;
    }
    return out + line.slice(at);
  };
  const hit = (line: string): boolean => (t.has("word") ? spans(line).length > 0 : tests.some((r) => r.test(line)));
  const recursive = t.has("recurse") || t.has("Recurse") || t.value("directories") === "recurse";
  const [without, withoutDir] = [t.values("exclude").map((g) => compilePattern(g)), t.values("excludeDir").map((g) => compilePattern(g))];
  const files = args.length > 0 ? args : [recursive ? "." : "-"];
  const list: string[] = [];
  let trouble = false;
  const include = t.values("include").map((g) => compilePattern(g));
  const walk = (path: string): void => {
    for (const name of t.proc.fs.readdir(path)) {
      const full = path === "." && args.length === 0 ? name : `${path.replace(/\/$/, "")}/${name}`;
      const stat = t.proc.fs.lstat(full);
      if (stat.type === "directory") {
        if (!withoutDir.some((p) => matches(p, name))) walk(full);
      } else if (without.some((p) => matches(p, name))) continue;
      else if (
        (stat.type === "file" || (stat.type === "symlink" && t.has("Recurse"))) &&
        (include.length === 0 || include.some((p) => matches(p, name)))
      )
        list.push(full);
    }
  };
  for (const f of files) {
    if (f !== "-" && t.proc.fs.exists(f) && t.proc.fs.stat(f).type === "directory") {
      if (recursive) walk(f);
      else if (t.value("directories") !== "skip" && !t.has("silent")) {
        await t.warn(`${f}: Is a directory`, 0);
        trouble = !t.busybox;
      }
    } else list.push(f);
  }
  const named = !t.has("bare") && (t.has("named") || list.length > 1 || recursive);
  const end = t.has("zero") ? "\0" : "\n";
  const before = Number(t.value("before") ?? t.value("context") ?? 0);
  const after = Number(t.value("after") ?? t.value("context") ?? 0);
  const max = t.has("max") ? Number(t.value("max")) : Infinity;
  let any = false;
  let printed = false;
  for (const path of list) {
    if (path !== "-" && !t.proc.fs.exists(path)) {
      trouble = true;
      if (!t.has("silent")) await t.warn(`${path}: No such file or directory`, 2);
      continue;
    }
    const label = path === "-" ? (t.value("label") ?? "(standard input)") : path;
    let [offset, size] = [0, 0];
    const kept: [number, string][] = [];
    let [number, count, left, last] = [0, 0, 0, 0];
    const print = async (n: number, line: string, mark: string): Promise<void> => {
      if ((before > 0 || after > 0) && printed && n > last + 1) await t.out(`${paint("36", "--")}\n`);
      last = n;
      printed = true;
      await t.out(`${prefix(label, named, n, mark, offset)}${mark === ":" ? painted(line) : line}${end}`);
    };
    for await (const line of t.lines([path], end)) {
      number++;
      if (number > 1) offset += size + 1;
      if (t.has("offset")) size = toBytes(line).length;
      const matched = hit(line) !== t.has("invert");
      if (matched) {
        any = true;
        count++;
        if (t.has("quiet")) return 0;
        if (t.has("list") || t.has("lacking")) break;
        // GNU grep shows no lines of a binary file; BusyBox's does.
        if (!t.busybox && !t.has("all") && t.value("binary") !== "text" && !t.has("zero") && !t.has("count") && line.includes("\0")) {
          await t.out(`grep: ${label}: binary file matches\n`);
          break;
        }
        if (!t.has("count")) {
          if (t.has("only")) {
            if (!t.has("invert"))
              for (const [a, b] of spans(line))
                if (b > a)
                  await t.out(
                    `${prefix(label, named, number, ":", offset + toBytes(line.slice(0, a)).length)}${paint("01;31", line.slice(a, b))}${end}`,
                  );
          } else {
            for (const [n, l] of kept.splice(0)) await print(n, l, "-");
            await print(number, line, ":");
          }
        }
        left = after;
        if (count >= max) break;
      } else if (left > 0 && !t.has("count") && !t.has("only")) {
        left--;
        await print(number, line, "-");
      } else if (before > 0) {
        kept.push([number, line]);
        if (kept.length > before) kept.shift();
      }
    }
    if (t.has("list") ? count > 0 : t.has("lacking") && count === 0) await t.out(`${label}${t.has("nul") ? "\0" : "\n"}`);
    else if (t.has("count") && !t.has("list") && !t.has("lacking")) await t.out(`${named ? `${label}:` : ""}${count}\n`);
  }
  return trouble && !(any && t.has("quiet")) ? 2 : any ? 0 : 1;
}
const base = {
  usage: "[-HhnlLoqvsriwFEcx] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...",
  about: "Search for PATTERN in FILEs (or stdin)",
  number: "context",
  flags,
  run,
};
export const grep: Utility = { name: "grep", ...base };
export const egrep: Utility = { name: "egrep", ...base };
export const fgrep: Utility = { name: "fgrep", ...base };
