import type { Utility } from "./tool.ts";

export const mktemp: Utility = {
  name: "mktemp",
  usage: "[-dt] [-p DIR] [TEMPLATE]",
  about: "Create a temporary file with name based on TEMPLATE and print its name",
  flags: {
    directory: { short: "d", help: "Make a directory" },
    tmp: { short: "t", help: "In TMPDIR" },
    parent: { short: "p", value: "DIR", help: "In DIR" },
    dry: { short: "u", help: "Only print" },
    quiet: { short: "q", help: "No errors" },
  },
  async run(t) {
    const template = t.args[0] ?? (t.busybox ? "tmp.XXXXXX" : "tmp.XXXXXXXXXX");
    if (!/XXX/.test(template)) return t.fail(`too few X's in template ‘${template}’`);
    const dir = t.value("parent") ?? (t.args.length === 0 || t.has("tmp") ? (t.proc.env["TMPDIR"] ?? "/tmp") : "");
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const name = template.replace(/X+$|X{3,}/, (x) => Array.from(x, () => letters[t.proc.random.int(62)]).join(""));
    const path = dir === "" ? name : `${dir.replace(/\/$/, "")}/${name}`;
    if (!t.has("dry")) {
      if (t.has("directory")) t.proc.fs.mkdir(path, { mode: 0o700 });
      else t.proc.fs.writeFile(path, "", { mode: 0o600, exclusive: true });
    }
    await t.out(`${path}\n`);
    return 0;
  },
};
