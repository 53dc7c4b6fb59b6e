import { strftime } from "../strftime.ts";
import { loadAverages, upFor } from "./meminfo.ts";
import type { Utility } from "./tool.ts";

/** Nobody is recorded as logged in: a container has no utmp, and ssh into a machine here writes none. */
const nobody = (name: string, about: string, said = ""): Utility => ({
  name,
  usage: "",
  about,
  flags: { all: { short: "a", long: "all", help: "All" }, heading: { short: "H", long: "heading", help: "Print column headings" } },
  async run(t) {
    if (t.has("heading"))
      await t.out(t.busybox ? "USER\t\tTTY\t\tIDLE\tTIME\t\t HOST\n" : "NAME     LINE         TIME             COMMENT\n");
    await t.out(said);
    return 0;
  },
});
export const who = nobody("who", "Show who is logged on");
export const users = nobody("users", "Print the users currently logged on");

export const w: Utility = {
  name: "w",
  usage: "[-h]",
  about: "Show who is logged on and what they are doing",
  flags: { headless: { short: "h", long: "no-header", help: "do not print header" } },
  async run(t) {
    if (t.busybox) {
      await t.out("USER\t\tTTY\t\tIDLE\tTIME\t\t HOST\n");
      return 0;
    }
    if (t.has("headless")) return 0;
    await t.out(` ${strftime("%H:%M:%S", t.proc.clock.now())} ${upFor(t.proc)},  0 users,  load average: ${loadAverages(t.proc)}\n`);
    await t.out("USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n");
    return 0;
  },
};

export const logname: Utility = {
  name: "logname",
  usage: "",
  about: "Print the name of the current user",
  flags: {},
  run: (t) => t.fail(t.busybox ? "getlogin" : "no login name"),
};
