import { strftime } from "../strftime.ts";
import { loadAverages, upFor, upSeconds } from "./meminfo.ts";
import type { Utility } from "./tool.ts";

/** "up 1 day, 2 hours, 3 minutes" */
function pretty(seconds: number): string {
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 604_800), "week"],
    [Math.floor(seconds / 86_400) % 7, "day"],
    [Math.floor(seconds / 3600) % 24, "hour"],
    [Math.floor(seconds / 60) % 60, "minute"],
  ];
  const said = parts.filter(([n, unit], i) => n > 0 || (unit === "minute" && parts.slice(0, i).every(([m]) => m === 0)));
  return `up ${said.map(([n, unit]) => `${n} ${unit}${n === 1 ? "" : "s"}`).join(", ")}`;
}

export const uptime: Utility = {
  name: "uptime",
  usage: "",
  about: "Display the time since the last boot",
  flags: {
    pretty: { short: "p", long: "pretty", help: "show uptime in pretty format" },
    since: { short: "s", long: "since", help: "system up since" },
  },
  async run(t) {
    const up = upSeconds(t.proc);
    const now = t.proc.clock.now();
    if (t.has("pretty")) await t.out(`${pretty(up)}\n`);
    else if (t.has("since")) await t.out(`${strftime("%Y-%m-%d %H:%M:%S", now - up * 1000)}\n`);
    else
      await t.out(
        ` ${strftime("%H:%M:%S", now)} ${upFor(t.proc)},${t.busybox ? "" : "  0 users,"}  load average: ${loadAverages(t.proc)}\n`,
      );
    return 0;
  },
};
