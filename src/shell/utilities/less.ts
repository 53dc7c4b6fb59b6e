import { loadLater } from "../../runtime/index.ts";
import type { Utility } from "./tool.ts";

/** The pager is fetched when there is a terminal to page on. */
const later = loadLater(() => import("./less/main.ts"));
const LETTERS = "RrFSNiIXEeQqgGmMnsK";

export const less: Utility = {
  name: "less",
  usage: "[-EFIMmNSRXi] [FILE]...",
  about: "View FILE (or stdin) a screen at a time; a pass-through when stdout is not a terminal",
  flags: {},
  parse: "raw",
  async run(t) {
    const { proc } = t;
    const words = [
      ...(proc.env["LESS"] ?? "")
        .split(/\s+/)
        .filter(Boolean)
        .map((w) => (w.startsWith("-") ? w : `-${w}`)),
      ...t.args,
    ];
    const files: string[] = [];
    let [letters, first] = ["", ""];
    for (const [i, word] of words.entries()) {
      if (word === "--") {
        files.push(...words.slice(i + 1));
        break;
      }
      if (word.startsWith("+"))
        first = `${/^\d/.test(word.slice(1)) ? `${word.slice(1)}g` : word.slice(1)}${/^\+[/?]/.test(word) ? "\r" : ""}`;
      else if (word === "--help") {
        await t.out("Usage: less [-EFIMmNSRXi] [+COMMAND] [FILE]...\n");
        return 0;
      } else if (/^-[A-Za-z]+$/.test(word)) {
        const odd = [...word.slice(1)].find((c) => !LETTERS.includes(c));
        if (odd !== undefined) {
          await proc.stderr.write(`There is no ${odd} option ("less --help" for help)\n`);
          return 1;
        }
        letters += word.slice(1);
      } else if (word.startsWith("--")) {
        await proc.stderr.write(`There is no ${word.slice(2)} option ("less --help" for help)\n`);
        return 1;
      } else files.push(word);
    }
    if (files.length === 0 && proc.stdin.tty) {
      await proc.stderr.write('Missing filename ("less --help" for help)\n');
      return 1;
    }
    const there: string[] = [];
    for (const file of files) {
      const type = proc.fs.exists(file) ? proc.fs.stat(file).type : undefined;
      if (file === "-" || (type !== undefined && type !== "directory")) there.push(file);
      else {
        t.status = 1;
        await proc.stderr.write(type ? `${file} is a directory\n` : `${file}: No such file or directory\n`);
      }
    }
    if (files.length > 0 && there.length === 0) return 1;
    if (!proc.stdout.tty) {
      for await (const line of t.lines(there)) await t.out(`${line}\n`);
      return t.status;
    }
    const { runPager } = await proc.code(later);
    const has = (c: string): boolean => letters.includes(c);
    // With the text on standard input, keys come from where messages go.
    const tty = proc.stdin.tty ? proc.stdin : proc.stderr;
    return runPager(
      t,
      there.length === 0 ? [undefined] : there,
      {
        chop: has("S"),
        numbers: has("N"),
        raw: has("R") || has("r"),
        fold: has("I") ? 2 : has("i") ? 1 : 0,
        oneScreen: has("F"),
        stay: has("X"),
        first,
      },
      tty,
    );
  },
};
