import { printf } from "../printf.ts";
import type { Utility } from "./tool.ts";

export const printfUtility: Utility = {
  name: "printf",
  usage: "FORMAT [ARG]...",
  about: "Format and print ARG(s) according to FORMAT",
  flags: {},
  parse: "raw",
  async run(t) {
    const args = t.args[0] === "--" ? t.args.slice(1) : t.args;
    if (args.length === 0) return t.misuse("missing operand");
    const { text, errors } = printf(args[0] as string, args.slice(1), t.proc.clock.now(), t.busybox ? "busybox" : "gnu");
    await t.out(text);
    for (const error of errors) await t.warn(error);
    return t.status;
  },
};
