import type { Utility } from "./tool.ts";

export const which: Utility = {
  name: "which",
  usage: "[-a] COMMAND...",
  about: "Locate a COMMAND",
  flags: { all: { short: "a", help: "Show all matches" } },
  run: async (t) => {
    if (t.args.length === 0 && t.busybox) return t.misuse("");
    for (const name of t.args) {
      const dirs = name.includes("/")
        ? [""]
        : (t.proc.env["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").split(":");
      const found = dirs
        .map((d) => (d === "" ? name : `${d}/${name}`))
        .filter((p) => t.proc.fs.exists(p) && t.proc.fs.stat(p).type === "file" && (t.proc.fs.stat(p).mode & 0o111) !== 0);
      if (found.length === 0) t.status = 1;
      for (const path of t.has("all") ? found : found.slice(0, 1)) await t.out(`${path}\n`);
    }
    return t.status;
  },
};
