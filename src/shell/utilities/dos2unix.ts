import type { Utility } from "./tool.ts";

const conversion = (name: string, change: (text: string) => string): Utility => ({
  name,
  usage: "[FILE]",
  about: "Convert FILE in-place from one kind of line ends to the other",
  flags: {
    unix: { short: "u", help: "dos2unix" },
    dos: { short: "d", help: "unix2dos" },
  },
  async run(t) {
    const how = t.has("unix") ? toUnix : t.has("dos") ? toDos : change;
    if (t.args.length === 0) await t.out(how(await t.text("-")));
    for (const path of t.args) {
      if (!t.proc.fs.exists(path)) return t.fail(`can't open '${path}': No such file or directory`);
      t.proc.fs.writeFile(path, how(t.proc.fs.readText(path)));
    }
    return t.status;
  },
});
const toUnix = (text: string): string => text.replace(/\r\n/g, "\n");
const toDos = (text: string): string => text.replace(/\r?\n/g, "\r\n");

export const dos2unix = conversion("dos2unix", toUnix);
export const unix2dos = conversion("unix2dos", toDos);
