import { Errno } from "../../runtime/index.ts";
import { parseTime } from "../../sim/index.ts";
import { strftime } from "../strftime.ts";
import type { Utility } from "./tool.ts";

export const touch: Utility = {
  name: "touch",
  usage: "[-c] [-d DATE] [-r FILE] FILE...",
  about: "Update mtime of FILEs, creating them",
  flags: {
    nocreate: { short: "c", help: "Do not create files" },
    date: { short: "d", long: "date", value: "DATE", help: "Date to use" },
    stamp: { short: "t", value: "[[CC]YY]MMDDhhmm[.ss]", help: "Time to use" },
    reference: { short: "r", value: "FILE", help: "Use FILE's date" },
    access: { short: "a", help: "Access time" },
    modify: { short: "m", help: "Modification time" },
  },
  async run(t) {
    const { fs } = t.proc;
    if (t.args.length === 0) return t.misuse("missing file operand");
    const given = t.value("date");
    const when =
      given !== undefined
        ? given.startsWith("@")
          ? Number(given.slice(1)) * 1000
          : parseTime(/[zZ]|[+-]\d\d:?\d\d$/.test(given) ? given : `${given.replace(" ", "T")}${given.length > 10 ? "Z" : ""}`)
        : t.has("stamp")
          ? stamp(t.value("stamp") as string, t.proc.clock.now())
          : t.has("reference")
            ? fs.stat(t.value("reference") as string).mtime
            : t.proc.clock.now();
    if (Number.isNaN(when))
      return t.fail(
        t.busybox || given !== undefined ? `invalid date '${given ?? t.value("stamp")}'` : `invalid date format ‘${t.value("stamp")}’`,
      );
    for (const path of t.args) {
      try {
        if (!fs.exists(path)) {
          if (t.has("nocreate")) continue;
          fs.writeFile(path, "", { mode: 0o666 & ~t.proc.umask });
        }
        // Only modification times are kept: a change of the access time alone shows nowhere.
        if (!t.has("access") || t.has("modify")) fs.utimes(path, when);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await t.warn(t.busybox ? `${path}: ${error.message}` : `cannot touch '${path}': ${error.message}`);
      }
    }
    return t.status;
  },
};

/** `202001020304.05`; NaN for what is none. */
function stamp(text: string, now: number): number {
  const [, century, year, month, day, hour, minute, second = "00"] =
    /^(?:(\d\d)?(\d\d))?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text) ?? [];
  if (month === undefined) return Number.NaN;
  const full = year === undefined ? strftime("%Y", now) : `${century ?? (Number(year) < 69 ? "20" : "19")}${year}`;
  return parseTime(`${full}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
