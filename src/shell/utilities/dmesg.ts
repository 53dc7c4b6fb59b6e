import type { Utility } from "./tool.ts";

/** The kernel's ring buffer: reading it takes CAP_SYSLOG where kernel.dmesg_restrict is set, as it is on nodes. */
export const dmesg: Utility = {
  name: "dmesg",
  usage: "[-cr] [-n LEVEL] [-s SIZE]",
  about: "Print or control the kernel ring buffer",
  flags: {},
  parse: "raw",
  run: (t) => t.fail(t.busybox ? "klogctl: Operation not permitted" : "read kernel buffer failed: Operation not permitted"),
};
