import type { Utility } from "./tool.ts";

export const cmp: Utility = {
  name: "cmp",
  usage: "[-ls] [-n NUM] FILE1 [FILE2]",
  about: "Compare FILE1 with FILE2 (or stdin)",
  flags: {
    list: { short: "l", long: "verbose", help: "Write the byte numbers and values of all differences" },
    silent: { short: "s", long: "silent", help: "Write nothing" },
    limit: { short: "n", long: "bytes", value: "NUM", help: "Compare at most NUM bytes" },
  },
  async run(t) {
    const [one, two = "-"] = t.args;
    if (one === undefined) return t.misuse("missing operand after 'cmp'", 2);
    const limit = t.has("limit") ? Number(t.value("limit")) : Infinity;
    const read = async (path: string): Promise<Uint8Array | undefined> => {
      const data = await t.all(path);
      return t.status > 0 ? undefined : data.subarray(0, Math.min(limit, data.length));
    };
    const [a, b] = [await read(one), await read(two)];
    if (!a || !b) return 2;
    const both = Math.min(a.length, b.length);
    let line = 1;
    let differs = false;
    for (let i = 0; i < both; i++) {
      if (a[i] !== b[i]) {
        differs = true;
        if (t.has("silent")) return 1;
        if (!t.has("list")) {
          await t.out(`${one} ${two} differ: ${t.busybox ? "char" : "byte"} ${i + 1}, line ${line}\n`);
          return 1;
        }
        await t.out(
          `${String(i + 1).padStart(String(both).length)} ${(a[i] as number).toString(8).padStart(3)} ${(b[i] as number).toString(8).padStart(3)}\n`,
        );
      }
      if (a[i] === 10) line++;
    }
    if (a.length === b.length) return differs ? 1 : 0;
    const short = a.length < b.length ? one : two;
    if (!t.has("silent"))
      await t.warn(
        t.busybox
          ? `EOF on ${short}`
          : both === 0
            ? `EOF on ${short} which is empty`
            : `EOF on ${short} after byte ${both}${t.has("list") ? "" : `, ${a[both - 1] === 10 ? "" : "in "}line ${a[both - 1] === 10 ? line - 1 : line}`}`,
      );
    return 1;
  },
};
