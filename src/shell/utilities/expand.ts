import type { Tool, Utility } from "./tool.ts";

/** Columns of tab stops: every n, or a list and then none. */
function stops(text: string | undefined): (column: number) => number {
  const list = (text ?? "8").split(/[ ,]+/).map(Number);
  const [every] = list;
  if (list.length === 1) return (c) => (Math.floor(c / (every as number)) + 1) * (every as number);
  return (c) => list.find((s) => s > c) ?? c + 1;
}

async function refuse(t: Tool): Promise<boolean> {
  const bad = t.value("tabs");
  if (bad === undefined || /^[1-9]\d*([ ,]+\d+)*$/.test(bad)) return false;
  await t.warn(bad === "0" ? "tab size cannot be 0" : `tab size contains invalid character(s): ‘${bad}’`);
  return true;
}

export const expand: Utility = {
  name: "expand",
  usage: "[-i] [-t N] [FILE]...",
  about: "Convert tabs to spaces, writing to stdout",
  flags: {
    initial: { short: "i", long: "initial", help: "Do not convert tabs after nonblanks" },
    tabs: { short: "t", long: "tabs", value: "N", help: "Tab stops" },
  },
  async run(t) {
    if (await refuse(t)) return 1;
    const next = stops(t.value("tabs"));
    for await (const line of t.lines()) {
      let out = "";
      let column = 0;
      let leading = true;
      for (const c of line) {
        if (c === "\t" && (leading || !t.has("initial"))) {
          const to = next(column);
          out += " ".repeat(to - column);
          column = to;
        } else {
          leading &&= c === " ";
          out += c;
          column += c === "\b" ? -1 : 1;
        }
      }
      await t.out(`${out}\n`);
    }
    return t.status;
  },
};

export const unexpand: Utility = {
  name: "unexpand",
  usage: "[-a] [-t N] [FILE]...",
  about: "Convert spaces to tabs, writing to stdout",
  flags: {
    all: { short: "a", long: "all", help: "Convert all blanks" },
    first: { short: "f", long: "first-only", help: "Convert only leading blanks" },
    tabs: { short: "t", long: "tabs", value: "N", help: "Tab stops" },
  },
  async run(t) {
    if (await refuse(t)) return 1;
    const next = stops(t.value("tabs"));
    const all = (t.has("all") || t.has("tabs")) && !t.has("first");
    for await (const line of t.lines()) {
      let out = "";
      let column = 0;
      let blanks = "";
      let leading = true;
      for (const c of line) {
        if ((c === " " || c === "\t") && (leading || all)) {
          const stop = next(column);
          blanks += c;
          column = c === "\t" ? stop : column + 1;
          if (column === stop && (blanks.length > 1 || c === "\t")) {
            out += "\t";
            blanks = "";
          }
          continue;
        }
        out += blanks + c;
        blanks = "";
        leading = false;
        column++;
      }
      await t.out(`${out}${blanks}\n`);
    }
    return t.status;
  },
};
