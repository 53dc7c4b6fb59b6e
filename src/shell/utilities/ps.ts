import { busyboxPs } from "./ps/busybox.ts";
import { procps } from "./ps/procps.ts";
import type { Utility } from "./tool.ts";

export const ps: Utility = {
  name: "ps",
  usage: "[-o COL1,COL2=HEADER] [-T]",
  about: "Show list of processes",
  flags: {},
  parse: "raw",
  run: (t) => (t.busybox ? busyboxPs(t) : procps(t)),
};
