import type { Utility } from "./tool.ts";

export const strings: Utility = {
  name: "strings",
  usage: "[-fo] [-t o|d|x] [-n LEN] [FILE]...",
  about: "Display printable strings in a binary file",
  flags: {
    all: { short: "a", long: "all", help: "Scan all of the file (always so)" },
    named: { short: "f", long: "print-file-name", help: "Precede strings with filenames" },
    length: { short: "n", long: "bytes", value: "LEN", help: "At least LEN characters (default 4)" },
    octal: { short: "o", help: "Precede strings with octal offsets" },
    radix: { short: "t", long: "radix", value: "o|d|x", help: "Precede strings with offsets" },
  },
  async run(t) {
    const least = Number(t.value("length") ?? 4);
    const radix = { o: 8, d: 10, x: 16 }[t.has("octal") ? "o" : (t.value("radix") ?? "")];
    for (const path of t.args.length > 0 ? t.args : ["-"]) {
      const data = await t.all(path);
      let from = 0;
      for (let i = 0; i <= data.length; i++) {
        const c = data[i] ?? 0;
        if (i < data.length && ((c >= 32 && c < 127) || c === 9)) continue;
        if (i - from >= least) {
          const text = String.fromCharCode(...data.subarray(from, i));
          await t.out(`${t.has("named") ? `${path}: ` : ""}${radix ? `${from.toString(radix).padStart(7)} ` : ""}${text}\n`);
        }
        from = i + 1;
      }
    }
    return t.status;
  },
};
