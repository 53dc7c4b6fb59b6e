import type { Utility } from "./tool.ts";
import { copyTree, destinations } from "./copying.ts";
export const cp: Utility = {
  name: "cp",
  usage: "[-afinprRTv] SOURCE... DEST",
  about: "Copy SOURCEs to DEST",
  flags: {
    archive: { short: "a", long: "archive", help: "Same as -dpR" },
    recursive: { short: "r", long: "recursive", help: "Recurse" },
    Recursive: { short: "R", help: "Recurse" },
    force: { short: "f", long: "force", help: "Overwrite" },
    preserve: { short: "p", help: "Preserve attributes" },
    keep: { short: "n", long: "no-clobber", help: "Do not overwrite" },
    links: { short: "d", help: "Copy links as links" },
    verbose: { short: "v", long: "verbose", help: "Verbose" },
    plain: { short: "T", help: "DEST is a file" },
    into: { short: "t", value: "DIR", help: "Copy into DIR" },
  },
  async run(t) {
    const list = destinations(t, t.args, t.value("into"));
    if (typeof list === "string") return list.startsWith("missing") ? t.misuse(list) : t.fail(list);
    for (const [from, to] of list) {
      if (t.proc.fs.exists(from) && t.proc.fs.exists(to) && t.proc.fs.realpath(from) === t.proc.fs.realpath(to))
        await t.warn(`'${from}' and '${to}' are the same file`);
      else
        await copyTree(t, from, to, {
          recursive: t.has("archive") || t.has("recursive") || t.has("Recursive"),
          preserve: t.has("archive") || t.has("preserve"),
          force: t.has("force"),
          verbose: t.has("verbose"),
          keep: t.has("keep"),
          links: t.has("links"),
        });
    }
    return t.status;
  },
};
