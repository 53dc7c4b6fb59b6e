import type { Utility } from "./tool.ts";

export const shuf: Utility = {
  name: "shuf",
  usage: "[-n NUM] [-o FILE] [-z] [FILE | -e [ARG...] | -i L-H]",
  about: "Randomly permute lines",
  flags: {
    echo: { short: "e", long: "echo", help: "Treat ARGs as lines" },
    range: { short: "i", long: "input-range", value: "L-H", help: "Treat numbers L-H as lines" },
    count: { short: "n", long: "head-count", value: "NUM", help: "Output at most NUM lines" },
    output: { short: "o", long: "output", value: "FILE", help: "Write to FILE" },
    repeat: { short: "r", long: "repeat", help: "Lines may come again" },
    zero: { short: "z", long: "zero-terminated", help: "NUL terminated" },
  },
  async run(t) {
    const end = t.has("zero") ? "\0" : "\n";
    const range = t.value("range");
    const lines: string[] = [];
    if (range !== undefined) {
      const m = /^(\d+)-(\d+)$/.exec(range);
      if (!m) return t.fail(t.busybox ? `bad range '${range}'` : `invalid input range: ‘${range}’`);
      const [low, high] = [Number(m[1]), Number(m[2])];
      if (high - low > 1_000_000) return t.fail("memory exhausted");
      for (let n = low; n <= high; n++) lines.push(String(n));
    } else if (t.has("echo")) lines.push(...t.args);
    else for await (const line of t.lines(t.args, end)) lines.push(line);
    const wanted = Number(t.value("count") ?? (t.has("repeat") ? Infinity : lines.length));
    const out: string[] = [];
    if (t.has("repeat"))
      for (let i = 0; i < wanted && lines.length > 0; i++) await t.out(`${lines[t.proc.random.int(lines.length)]}${end}`);
    else
      for (let n = Math.min(wanted, lines.length), i = 0; i < n; i++) {
        const j = i + t.proc.random.int(lines.length - i);
        [lines[i], lines[j]] = [lines[j] as string, lines[i] as string];
        out.push(lines[i] as string);
      }
    const text = out.map((l) => l + end).join("");
    const file = t.value("output");
    if (file !== undefined) t.proc.fs.writeFile(file, text);
    else await t.out(text);
    return t.status;
  },
};
