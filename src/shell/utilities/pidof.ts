import { commandName } from "./process-text.ts";
import { baseName } from "./paths.ts";
import type { Utility } from "./tool.ts";

export const pidof: Utility = {
  name: "pidof",
  usage: "[-s] [-o PID] [NAME]...",
  about: "List PIDs of all processes with names that match NAMEs",
  flags: {
    single: { short: "s", help: "Show only one PID" },
    omit: { short: "o", value: "PID", help: "Omit given pid" },
    scripts: { short: "x", help: "Scripts too" },
    quiet: { short: "q", help: "Only set the exit code" },
  },
  async run(t) {
    const omitted = t.values("omit").map(Number);
    const found: number[] = [];
    for (const name of t.args)
      for (const p of [...t.proc.processes()].reverse())
        if (p.pid !== t.proc.pid && !omitted.includes(p.pid) && (commandName(p) === baseName(name).slice(0, 15) || p.argv[0] === name))
          found.push(p.pid);
    const shown = t.has("single") ? found.slice(0, 1) : found;
    if (shown.length > 0 && !t.has("quiet")) await t.out(`${shown.join(" ")}\n`);
    return shown.length > 0 ? 0 : 1;
  },
};
