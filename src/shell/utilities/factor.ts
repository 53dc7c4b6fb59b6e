import type { Utility } from "./tool.ts";

/** Numbers that trial division can take apart. */
const MOST = 2 ** 40;

export const factor: Utility = {
  name: "factor",
  usage: "[NUMBER]...",
  about: "Print prime factors",
  flags: {},
  async run(t) {
    const words = t.args.length > 0 ? t.args : (await t.text("-")).split(/\s+/).filter(Boolean);
    for (const word of words) {
      if (!/^\d+$/.test(word)) {
        await t.warn(t.busybox ? `invalid number '${word}'` : `‘${word}’ is not a valid positive integer`);
        continue;
      }
      let n = Number(word);
      if (n > MOST) {
        await t.warn(`${word} is too large for this simulator`);
        continue;
      }
      const found: number[] = [];
      for (let p = 2; p * p <= n; p += p === 2 ? 1 : 2) for (; n % p === 0; n /= p) found.push(p);
      if (n > 1) found.push(n);
      await t.out(`${word}:${found.map((p) => ` ${p}`).join("")}\n`);
    }
    return t.status;
  },
};
