import { Errno } from "../../runtime/index.ts";
import { joinPath } from "./paths.ts";
import type { Tool, Utility } from "./tool.ts";

const ROOT = "/proc/sys";

export const sysctl: Utility = {
  name: "sysctl",
  usage: "[-enqaw] [KEY[=VALUE]]...",
  about: "Show/set kernel parameters",
  flags: {
    all: { short: "a", long: "all", help: "Show all values" },
    nameless: { short: "n", help: "Don't show key names" },
    quiet: { short: "e", help: "Don't warn about unknown keys" },
    set: { short: "w", help: "Set values" },
  },
  async run(t) {
    if (t.has("all")) await walk(t, ROOT);
    for (const word of t.args) {
      const [key = "", value] = word.split(/=([\s\S]*)/, 2);
      const path = `${ROOT}/${key.trim().replaceAll(".", "/")}`;
      try {
        if (value !== undefined) {
          t.proc.fs.writeFile(path, `${value.trim()}\n`);
          await t.out(`${key} = ${value.trim()}\n`);
        } else if (t.proc.fs.stat(path).type === "directory") await walk(t, path);
        else await show(t, key, t.proc.fs.readText(path));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        if (error.code === "ENOENT" && t.has("quiet")) continue;
        const verb = value === undefined ? "reading" : "setting";
        await t.warn(
          t.busybox
            ? error.code === "ENOENT"
              ? `error: '${key.replaceAll(".", "/")}' is an unknown key`
              : `error ${verb} key '${key}': ${error.message}`
            : error.code === "ENOENT"
              ? `cannot stat /proc/sys/${key.replaceAll(".", "/")}: ${error.message}`
              : `${verb} key "${key}": ${error.message}`,
          1,
        );
      }
    }
    return t.status;
  },
};

async function show(t: Tool, key: string, text: string): Promise<void> {
  await t.out(`${t.has("nameless") ? "" : `${key} = `}${text.trimEnd()}\n`);
}
async function walk(t: Tool, path: string): Promise<void> {
  if (!t.proc.fs.exists(path)) return;
  for (const name of t.proc.fs.readdir(path)) {
    const below = joinPath(path, name);
    if (t.proc.fs.stat(below).type === "directory") await walk(t, below);
    else await show(t, below.slice(ROOT.length + 1).replaceAll("/", "."), t.proc.fs.readText(below));
  }
}
