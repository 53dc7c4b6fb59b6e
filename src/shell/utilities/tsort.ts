import type { Utility } from "./tool.ts";

export const tsort: Utility = {
  name: "tsort",
  usage: "[FILE]",
  about: "Topological sort",
  flags: {},
  async run(t) {
    const words = (await t.text(t.args[0] ?? "-")).split(/\s+/).filter(Boolean);
    if (words.length % 2 === 1) return t.fail(`${t.args[0] ?? "-"}: input contains an odd number of tokens`);
    const after = new Map<string, Set<string>>();
    const waits = new Map<string, number>();
    for (let i = 0; i < words.length; i += 2) {
      const [a, b] = [words[i] as string, words[i + 1] as string];
      for (const w of [a, b]) if (!waits.has(w)) waits.set(w, 0);
      if (a === b || after.get(a)?.has(b)) continue;
      after.set(a, (after.get(a) ?? new Set()).add(b));
      waits.set(b, (waits.get(b) as number) + 1);
    }
    const ready = [...waits.keys()].filter((w) => waits.get(w) === 0).sort();
    for (let done = 0; done < waits.size; done++) {
      let next = ready.shift();
      if (next === undefined) {
        await t.warn(`${t.args[0] ?? "-"}: input contains a loop:`);
        next = [...waits.keys()].find((w) => (waits.get(w) as number) > 0) as string;
        await t.warn(next);
      }
      waits.set(next, -1);
      await t.out(`${next}\n`);
      for (const w of after.get(next) ?? []) {
        const left = (waits.get(w) as number) - 1;
        waits.set(w, left);
        if (left === 0) ready.push(w);
      }
    }
    return t.status;
  },
};
