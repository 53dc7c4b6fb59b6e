import { neighbours } from "./interfaces.ts";
import type { Utility } from "./tool.ts";

export const arp: Utility = {
  name: "arp",
  usage: "[-an] [HOST]",
  about: "Show the neighbours that this namespace is talking to",
  flags: {
    all: { short: "a", help: "Display (all) hosts in alternative (BSD) style" },
    numeric: { short: "n", help: "Don't resolve names" },
    verbose: { short: "v", help: "Verbose" },
  },
  async run(t) {
    const [wanted] = t.args;
    const found = neighbours(t.proc).filter((n) => wanted === undefined || n.ip === wanted);
    if (wanted !== undefined && found.length === 0) {
      await t.out(t.busybox ? `No match found in 0 entries\n` : `${wanted} (${wanted}) -- no entry\n`);
      return t.busybox ? 0 : 1;
    }
    const bsd = t.busybox || t.has("all");
    if (!bsd && found.length > 0) await t.out("Address                  HWtype  HWaddress           Flags Mask            Iface\n");
    for (const n of found)
      await t.out(
        bsd
          ? `? (${n.ip}) at ${n.mac} [ether] ${t.busybox ? " on" : "on"} eth0\n`
          : `${n.ip.padEnd(23)}  ether   ${n.mac.padEnd(18)}  C                     eth0\n`,
      );
    return 0;
  },
};
