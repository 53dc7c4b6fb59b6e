import type { Utility } from "./tool.ts";

export const fmt: Utility = {
  name: "fmt",
  usage: "[-s] [-u] [-w WIDTH] [FILE]...",
  about: "Fill paragraphs",
  flags: {
    split: { short: "s", long: "split-only", help: "Split long lines, but do not refill" },
    uniform: { short: "u", long: "uniform-spacing", help: "One space between words, two after sentences" },
    width: { short: "w", long: "width", value: "WIDTH", help: "Maximum line width (default of 75 columns)" },
  },
  number: "width",
  async run(t) {
    const width = Number(t.value("width") ?? 75);
    if (!(width > 0)) return t.fail(`invalid width: ‘${t.value("width")}’`);
    let indent = "";
    let words: string[] = [];
    const flush = async (): Promise<void> => {
      let line = indent;
      for (const w of words) {
        if (line !== indent && line.length + 1 + w.length > width) {
          await t.out(`${line}\n`);
          line = indent;
        }
        line += line === indent ? w : ` ${w}`;
      }
      if (words.length > 0) await t.out(`${line}\n`);
      words = [];
    };
    for await (const line of t.lines()) {
      const blanks = /^\s*/.exec(line)?.[0] ?? "";
      if (line.trim() === "") {
        await flush();
        await t.out("\n");
        continue;
      }
      if (t.has("split") || (words.length > 0 && blanks !== indent)) await flush();
      indent = blanks;
      words.push(...line.trim().split(/\s+/));
    }
    await flush();
    return t.status;
  },
};
