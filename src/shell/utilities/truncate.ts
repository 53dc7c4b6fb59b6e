import { Errno } from "../../runtime/index.ts";
import { parseSize } from "./paths.ts";
import type { Utility } from "./tool.ts";

export const truncate: Utility = {
  name: "truncate",
  usage: "[-c] -s SIZE FILE...",
  about: "Shrink or extend the size of each FILE to the specified size",
  flags: {
    size: { short: "s", long: "size", value: "SIZE", help: "Truncate to SIZE" },
    keep: { short: "c", long: "no-create", help: "Do not create files" },
    reference: { short: "r", long: "reference", value: "RFILE", help: "Base size on RFILE" },
  },
  async run(t) {
    const text = t.value("size");
    const from = t.value("reference");
    if (text === undefined && from === undefined) return t.misuse("you must specify either ‘--size’ or ‘--reference’");
    if (t.args.length === 0) return t.misuse("missing file operand");
    const m = /^([-+<>/%]?)(.*)$/.exec(text ?? "");
    const size = from !== undefined ? t.proc.fs.stat(from).size : parseSize(m?.[2] ?? "");
    if (Number.isNaN(size)) return t.fail(t.busybox ? `invalid number '${text}'` : `Invalid number: ‘${text}’`);
    for (const path of t.args) {
      try {
        if (!t.proc.fs.exists(path)) {
          if (t.has("keep")) continue;
          t.proc.fs.writeFile(path, "");
        }
        const now = t.proc.fs.stat(path).size;
        const sign = m?.[1];
        const wanted =
          sign === "+"
            ? now + size
            : sign === "-"
              ? Math.max(0, now - size)
              : sign === "<"
                ? Math.min(now, size)
                : sign === ">"
                  ? Math.max(now, size)
                  : size;
        t.proc.fs.truncate(path, wanted);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await t.warn(t.busybox ? `${path}: ${error.message}` : `cannot open '${path}' for writing: ${error.message}`);
      }
    }
    return t.status;
  },
};
