import { fromBytes } from "../../runtime/index.ts";
import type { Utility } from "./tool.ts";

/** Only what is asked for is counted, and none of it in one go that a long text could be too long for. */
const COUNT = {
  lines: (data: Uint8Array) => data.reduce((n, b) => n + (b === 10 ? 1 : 0), 0),
  words: (data: Uint8Array) => fromBytes(data).match(/\S+/g)?.length ?? 0,
  bytes: (data: Uint8Array) => data.length,
  chars: (data: Uint8Array) => Array.from(fromBytes(data)).length,
  longest: (data: Uint8Array) =>
    fromBytes(data)
      .split("\n")
      .reduce((most, line) => Math.max(most, line.length), 0),
};

export const wc: Utility = {
  name: "wc",
  usage: "[-clmw] [FILE]...",
  about: "Count lines, words, and bytes for FILEs",
  flags: {
    lines: { short: "l", long: "lines", help: "Lines" },
    words: { short: "w", long: "words", help: "Words" },
    bytes: { short: "c", long: "bytes", help: "Bytes" },
    chars: { short: "m", long: "chars", help: "Characters" },
    longest: { short: "L", help: "Longest line" },
  },
  async run(t) {
    const keys = (["lines", "words", "chars", "bytes", "longest"] as const).filter((k) => t.has(k));
    const shown = keys.length > 0 ? keys : (["lines", "words", "bytes"] as const);
    const rows: { name: string; counts: number[] }[] = [];
    let bytes = 0;
    for (const path of t.args.length > 0 ? t.args : ["-"]) {
      if (path !== "-" && !t.proc.fs.exists(path)) {
        await t.open(path);
        continue;
      }
      const data = await t.all(path);
      bytes += data.length;
      rows.push({ name: t.args.length > 0 ? path : "", counts: shown.map((what) => COUNT[what](data)) });
    }
    if (rows.length > 1) rows.push({ name: "total", counts: shown.map((_, i) => rows.reduce((n, r) => n + (r.counts[i] as number), 0)) });
    const single = shown.length === 1 && rows.length === 1;
    const width = single ? 1 : t.busybox ? 9 : t.args.length === 0 ? 7 : String(bytes).length;
    for (const r of rows) await t.out(`${r.counts.map((n) => String(n).padStart(width)).join(" ")}${r.name ? ` ${r.name}` : ""}\n`);
    return t.status;
  },
};
