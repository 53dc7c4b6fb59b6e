import { byteText, toBytes } from "../../runtime/index.ts";
import { backslashEscapes } from "../expand/escapes.ts";
import type { Utility } from "./tool.ts";

export const tr: Utility = {
  name: "tr",
  usage: "[-cds] STRING1 [STRING2]",
  about: "Translate, squeeze, or delete characters from stdin, writing to stdout",
  flags: {
    complement: { short: "c", help: "Take complement of STRING1" },
    Complement: { short: "C", help: "As -c" },
    delete: { short: "d", help: "Delete characters in STRING1" },
    squeeze: { short: "s", help: "Squeeze repeats" },
  },
  async run(t) {
    const [one, two] = t.args;
    if (one === undefined) return t.misuse("missing operand");
    if (two === undefined && !t.has("delete") && !t.has("squeeze"))
      return t.misuse(`missing operand after ‘${one}’\nTwo strings must be given when translating.`);
    const from = characters(one);
    const to = two === undefined ? [] : characters(two);
    const set = new Set(from);
    const not = t.has("complement") || t.has("Complement");
    const inFirst = (c: string): boolean => set.has(c) !== not;
    const map = new Map<string, string>();
    if (!not && !t.has("delete"))
      from.forEach((c, i) => {
        if (!map.has(c) && to.length > 0) map.set(c, to[Math.min(i, to.length - 1)] as string);
      });
    const squeezed = new Set(two === undefined || (t.has("delete") && !two) ? from : to);
    const inSqueeze = (c: string): boolean => (two === undefined ? inFirst(c) : squeezed.has(c));
    let last = "";
    for await (const chunk of t.chunks([])) {
      let out = "";
      for (const byte of chunk) {
        const c = byteText(byte);
        if (t.has("delete") && inFirst(c)) continue;
        const n = t.has("delete") ? c : not ? (inFirst(c) && to.length > 0 ? (to.at(-1) as string) : c) : (map.get(c) ?? c);
        if (t.has("squeeze") && n === last && inSqueeze(n)) continue;
        last = n;
        out += n;
      }
      await t.out(out);
    }
    return 0;
  },
};
/** Works on bytes, as tr does. */
function characters(given: string): string[] {
  const text = Array.from(toBytes(given), byteText).join("");
  const range = (a: number, b: number): string[] => Array.from({ length: b - a + 1 }, (_, i) => String.fromCharCode(a + i));
  const classes: Record<string, string[]> = {
    lower: range(97, 122),
    upper: range(65, 90),
    digit: range(48, 57),
    alpha: [...range(65, 90), ...range(97, 122)],
    alnum: [...range(48, 57), ...range(65, 90), ...range(97, 122)],
    space: Array.from(" \t\n\v\f\r"),
    blank: [" ", "\t"],
    punct: [...range(33, 47), ...range(58, 64), ...range(91, 96), ...range(123, 126)],
    cntrl: [...range(0, 31), "\x7f"],
    print: range(32, 126),
    graph: range(33, 126),
    xdigit: [...range(48, 57), ...range(65, 70), ...range(97, 102)],
  };
  const out: string[] = [];
  const plain = backslashEscapes(text.replace(/\\([0-7]{1,3})/g, "\\0$1")).text.replace(/\\(.)/g, "$1");
  const chars = Array.from(plain);
  for (let i = 0; i < chars.length; i++) {
    const cls = /^\[:(\w+):\]/.exec(chars.slice(i).join(""));
    if (cls && classes[cls[1] as string]) {
      out.push(...(classes[cls[1] as string] as string[]));
      i += cls[0].length - 1;
    } else if (chars[i + 1] === "-" && chars[i + 2] !== undefined) {
      out.push(...range((chars[i] as string).charCodeAt(0), (chars[i + 2] as string).charCodeAt(0)));
      i += 2;
    } else out.push(chars[i] as string);
  }
  return out;
}
