import { loadLater } from "../../runtime/index.ts";
import type { Utility } from "./tool.ts";

/** The editor is fetched when somebody opens it. */
const later = loadLater(() => import("./nano/main.ts"));

export const nano: Utility = {
  name: "nano",
  usage: "[OPTIONS] [[+LINE[,COLUMN]] FILE]",
  about: "Edit FILE",
  flags: {
    numbers: { short: "l", long: "linenumbers", help: "Show line numbers in front of the text" },
    autoindent: { short: "i", long: "autoindent", help: "Automatically indent new lines" },
    tabs: { short: "E", long: "tabstospaces", help: "Convert typed tabs to spaces" },
    tabsize: { short: "T", long: "tabsize", value: "<number>", help: "Make a tab this number of columns wide" },
    view: { short: "v", long: "view", help: "View mode (read-only)" },
    version: { short: "V", long: "version", help: "Print version information and exit" },
  },
  async run(t) {
    if (t.has("version")) {
      await t.out(" GNU nano, version 7.2 (simulated by Timonel)\n");
      return 0;
    }
    const tabsize = Number(t.value("tabsize") ?? 8);
    if (!Number.isInteger(tabsize) || tabsize < 1) {
      await t.proc.stderr.write(`Requested tab size "${t.value("tabsize")}" is invalid\n`);
      return 1;
    }
    if (!t.proc.stdin.tty) {
      await t.proc.stderr.write("Standard input is not a terminal\n");
      return 1;
    }
    const place = t.args.map((a) => /^\+(\d+)?(?:,(\d+))?$/.exec(a)).find(Boolean);
    const file = t.args.find((a) => !/^\+\d*(,\d+)?$/.test(a));
    const { runNano } = await t.proc.code(later);
    t.proc.memory(3_500_000);
    const code = await runNano(t.proc, {
      file,
      line: Number(place?.[1] ?? 0),
      column: Number(place?.[2] ?? 1),
      view: t.has("view"),
      numbers: t.has("numbers"),
      autoindent: t.has("autoindent"),
      tabsToSpaces: t.has("tabs"),
      tabsize,
    });
    return code ?? 1;
  },
};
