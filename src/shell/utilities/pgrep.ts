import type { ProcessInfo } from "../../runtime/index.ts";
import { posixRegex } from "../regex.ts";
import { commandLine, commandName } from "./process-text.ts";
import type { Tool, Utility } from "./tool.ts";

const selectFlags: Utility["flags"] = {
  full: { short: "f", help: "Match against the entire command line" },
  exact: { short: "x", help: "Match whole name" },
  list: { short: "l", help: "Show command name too" },
  newest: { short: "n", help: "Newest only" },
  oldest: { short: "o", help: "Oldest only" },
  invert: { short: "v", help: "Negate" },
  all: { short: "a", help: "Show command line" },
};
function select(t: Tool, pattern: string): ProcessInfo[] {
  const regex = posixRegex(t.has("exact") ? `^(${pattern})$` : pattern, { extended: true });
  const found = t.proc
    .processes()
    .filter((p) => p.pid !== t.proc.pid && regex.test(t.has("full") ? commandLine(p) : commandName(p)) !== t.has("invert"));
  return t.has("newest") ? found.slice(-1) : t.has("oldest") ? found.slice(0, 1) : found;
}

export const pgrep: Utility = {
  name: "pgrep",
  usage: "[-flanovx] PATTERN",
  about: "Display process(es) selected by regex PATTERN",
  flags: selectFlags,
  async run(t) {
    if (t.args[0] === undefined) return t.fail("no matching criteria specified\nTry `pgrep --help' for more information.", 2);
    const found = select(t, t.args[0]);
    for (const p of found) await t.out(`${p.pid}${t.has("all") ? ` ${commandLine(p)}` : t.has("list") ? ` ${commandName(p)}` : ""}\n`);
    return found.length > 0 ? 0 : 1;
  },
};
