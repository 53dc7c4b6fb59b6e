import { backslashEscapes } from "../expand/escapes.ts";
import type { Utility } from "./tool.ts";

export const paste: Utility = {
  name: "paste",
  usage: "[-d LIST] [-s] [FILE]...",
  about: "Join corresponding lines of FILEs",
  flags: {
    list: { short: "d", long: "delimiters", value: "LIST", help: "Use LIST instead of tabs" },
    serial: { short: "s", long: "serial", help: "One file at a time" },
  },
  async run(t) {
    const list = Array.from(backslashEscapes((t.value("list") ?? "\t").replace(/\\0/g, "\u{fffff}")).text, (c) =>
      c === "\u{fffff}" ? "" : c,
    );
    const delimiter = (i: number): string => (list.length === 0 ? "" : (list[i % list.length] as string));
    const paths = t.args.length > 0 ? t.args : ["-"];
    const join = (parts: readonly string[]): string => parts.map((p, i) => (i === 0 ? p : delimiter(i - 1) + p)).join("");
    if (t.has("serial")) {
      for (const path of paths) {
        const lines: string[] = [];
        for await (const line of t.lines([path])) lines.push(line);
        await t.out(`${join(lines)}\n`);
      }
      return t.status;
    }
    // Standard input named twice is read by turns.
    const shared = t.lines(["-"]);
    const sources = paths.map((path) => (path === "-" ? shared : t.lines([path])));
    for (;;) {
      const parts: string[] = [];
      let any = false;
      const ended = new Set<number>();
      for (const source of sources) {
        const next = await source.next();
        any ||= !next.done;
        if (next.done) ended.add(parts.length);
        parts.push(next.done ? "" : next.value);
      }
      if (!any) return t.status;
      // BusyBox' passes over files that have ended, and ends a line with the last file's alone.
      if (t.busybox) await t.out(parts.map((p, i) => (ended.has(i) ? "" : `${p}${i === parts.length - 1 ? "\n" : delimiter(i)}`)).join(""));
      else await t.out(`${join(parts)}\n`);
    }
  },
};
