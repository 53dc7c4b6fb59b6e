import { Errno } from "../../runtime/index.ts";
import { parseSize } from "./paths.ts";
import type { Utility } from "./tool.ts";

export const fallocate: Utility = {
  name: "fallocate",
  usage: "[-o OFS] -l LEN FILE",
  about: "Preallocate space for FILE",
  flags: {
    length: { short: "l", long: "length", value: "LEN", help: "Length" },
    offset: { short: "o", long: "offset", value: "OFS", help: "Offset of range" },
  },
  async run(t) {
    const [path] = t.args;
    const text = t.value("length");
    if (path === undefined) return t.busybox ? t.misuse("") : t.fail("no filename specified");
    if (text === undefined) return t.busybox ? t.misuse("") : t.fail("no length argument specified");
    // 1G, 1GiB and 1GB, as util-linux' strsize has them; the last is decimal.
    const plain = text.replace(/iB$/, "");
    const size = /^\d+[KMG]B$/.test(plain)
      ? (parseSize(plain.slice(0, -1)) / 1.024 ** " KMG".indexOf(plain.at(-2) as string)) * 1
      : parseSize(plain);
    if (Number.isNaN(size) || size <= 0) return t.fail(t.busybox ? `invalid number '${text}'` : `invalid length value specified`);
    const length = Math.round(size) + (t.has("offset") ? parseSize(t.value("offset") as string) : 0);
    try {
      if (!t.proc.fs.exists(path)) t.proc.fs.writeFile(path, "");
      if (t.proc.fs.stat(path).size < length) t.proc.fs.truncate(path, length);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return t.fail(
        t.busybox
          ? `fallocate '${path}': ${error.message}`
          : error.code === "ENOSPC"
            ? `fallocate failed: ${error.message}`
            : `cannot open ${path}: ${error.message}`,
      );
    }
    return 0;
  },
};
