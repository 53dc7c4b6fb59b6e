import { printf } from "../printf.ts";
import type { Utility } from "./tool.ts";

export const seq: Utility = {
  name: "seq",
  usage: "[-w] [-s SEP] [FIRST [INC]] LAST",
  about: "Print numbers from FIRST to LAST, in steps of INC",
  parse: "raw",
  flags: {
    width: { short: "w", help: "Pad to last with leading zeros" },
    separator: { short: "s", value: "SEP", help: "String separator" },
  },
  async run(t) {
    const args = [...t.args];
    let [separator, wide, format] = ["\n", false, ""];
    while (/^-[a-z]/.test(args[0] ?? "")) {
      const word = args.shift() as string;
      if (word.startsWith("-s")) separator = word.length > 2 ? word.slice(2) : (args.shift() ?? "");
      else if (word === "-w") wide = true;
      else if (word.startsWith("-f")) format = word.length > 2 ? word.slice(2) : (args.shift() ?? "");
      else return t.fail(t.busybox ? `unrecognized option: ${word[1]}` : `invalid option -- '${word[1]}'`);
    }
    const bad = args.find((a) => !/^[-+]?(\d+\.?\d*|\.\d+)$/.test(a));
    if (args.length === 0) return t.misuse("missing operand");
    if (bad !== undefined) return t.busybox ? t.fail(`invalid number '${bad}'`) : t.misuse(`invalid floating point argument: ‘${bad}’`);
    const [first, step, last] =
      args.length === 1
        ? [1, 1, Number(args[0])]
        : args.length === 2
          ? [Number(args[0]), 1, Number(args[1])]
          : (args.map(Number) as [number, number, number]);
    if (step === 0) return t.misuse(`invalid Zero increment value: ‘${args[1]}’`);
    const digits = Math.max(...args.map((a) => a.split(".")[1]?.length ?? 0));
    const width = wide ? Math.max(first.toFixed(digits).length, last.toFixed(digits).length) : 0;
    const count = Math.floor((last - first) / step + 1e-9);
    for (let i = 0; i <= count; i++) {
      const n = (first + i * step).toFixed(digits);
      const text = format
        ? printf(format, [n], 0, "gnu").text
        : n.startsWith("-")
          ? `-${n.slice(1).padStart(width - 1, "0")}`
          : n.padStart(width, "0");
      await t.out(text + (i === count ? "\n" : separator));
      if (i % 1000 === 999) await t.proc.cpu(0.1);
    }
    return 0;
  },
};
