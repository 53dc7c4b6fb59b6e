import { toBytes } from "../../runtime/index.ts";
import type { Utility } from "./tool.ts";

export const cat: Utility = {
  name: "cat",
  usage: "[-nbEA] [FILE]...",
  about: "Print FILEs to stdout",
  flags: {
    number: { short: "n", long: "number", help: "Number output lines" },
    nonblank: { short: "b", long: "number-nonblank", help: "Number nonempty lines" },
    ends: { short: "E", long: "show-ends", help: "Show $ at line ends" },
    all: { short: "A", long: "show-all", help: "Same as -vET" },
    e: { short: "e", help: "Same as -vE" },
    t: { short: "t", help: "Same as -vT" },
    tabs: { short: "T", long: "show-tabs", help: "Show tabs as ^I" },
    visible: { short: "v", long: "show-nonprinting", help: "Show nonprinting characters as ^x" },
    squeeze: { short: "s", long: "squeeze-blank", help: "Squeeze blank lines" },
    unbuffered: { short: "u", help: "Unbuffered (always so)" },
  },
  async run(t) {
    const plain = !["number", "nonblank", "ends", "all", "tabs", "visible", "squeeze", "e", "t"].some((f) => t.has(f));
    if (plain) {
      for await (const chunk of t.chunks()) await t.bytes(chunk);
      return t.status;
    }
    let n = 0;
    let blank = false;
    for await (const line of t.lines()) {
      if (t.has("squeeze") && line === "" && blank) continue;
      blank = line === "";
      const seen = ["visible", "all", "e", "t"].some((f) => t.has(f)) ? visible(line) : line;
      const shown = ["tabs", "all", "t"].some((f) => t.has(f)) ? seen.replace(/\t/g, "^I") : seen;
      const numbered = (t.has("number") && !t.has("nonblank")) || (t.has("nonblank") && line !== "");
      await t.out(`${numbered ? `${String(++n).padStart(6)}\t` : ""}${shown}${["ends", "all", "e"].some((f) => t.has(f)) ? "$" : ""}\n`);
    }
    return t.status;
  },
};

/** Control characters as ^X, bytes above 127 as M-x. */
function visible(line: string): string {
  const low = (b: number): string => (b === 127 ? "^?" : b < 32 ? `^${String.fromCharCode(b + 64)}` : String.fromCharCode(b));
  return Array.from(toBytes(line), (b) => (b === 9 ? "\t" : b < 128 ? low(b) : `M-${low(b - 128)}`)).join("");
}
