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
    load: { short: "p", help: "Read values from files" },
    system: { long: "system", help: "Read values from all system directories" },
  },
  async run(t) {
    if (t.has("all")) await walk(t, ROOT);
    if (t.has("system") || t.has("load")) return load(t);
    for (const word of t.args) {
      const [key = "", value] = word.split(/=([\s\S]*)/, 2);
      const path = `${ROOT}/${key.trim().replaceAll(".", "/")}`;
      try {
        if (value !== undefined) await set(t, key, value);
        else if (t.proc.fs.stat(path).type === "directory") await walk(t, path);
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

async function set(t: Tool, key: string, value: string): Promise<void> {
  const path = `${ROOT}/${key.trim().replaceAll(".", "/")}`;
  // What is not there is told so, not that it cannot be made.
  t.proc.fs.stat(path);
  t.proc.fs.writeFile(path, `${value.trim()}\n`);
  await t.out(`${key.trim()} = ${value.trim()}\n`);
}

const FOLDERS = ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"];

/** -p's files, or --system's: by name from every folder, the first of a name, and /etc/sysctl.conf last (procps: sysctl.c). */
async function load(t: Tool): Promise<number> {
  const { fs } = t.proc;
  const found = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const name of fs.exists(folder) ? fs.readdir(folder) : [])
      if (name.endsWith(".conf") && !found.has(name)) found.set(name, `${folder}/${name}`);
  const listed = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  const all = t.has("system")
    ? [...listed, ...(fs.exists("/etc/sysctl.conf") ? ["/etc/sysctl.conf"] : [])]
    : t.args.length > 0
      ? t.args
      : ["/etc/sysctl.conf"];
  const settings: (readonly [string, string])[] = [];
  for (const path of all) {
    let text: string;
    try {
      text = path === "-" ? new TextDecoder().decode(await t.all("-")) : fs.readText(path);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await t.warn(`cannot open "${path}": ${error.message}`, 1);
      continue;
    }
    if (t.has("system")) await t.out(`* Applying ${path} ...\n`);
    for (const line of text.split("\n").map((l) => l.trim())) {
      if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
      const [key = "", value] = line.split(/=([\s\S]*)/, 2);
      if (value !== undefined) settings.push([key.trim(), value]);
    }
  }
  for (const [given, value] of settings) {
    const key = given.replace(/^-/, "").replaceAll("/", ".");
    try {
      await set(t, key, value);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (!given.startsWith("-") && !(error.code === "ENOENT" && t.has("quiet")))
        await t.warn(
          error.code === "ENOENT"
            ? `cannot stat /proc/sys/${key.replaceAll(".", "/")}: ${error.message}`
            : `setting key "${key}": ${error.message}`,
          1,
        );
    }
  }
  return t.status;
}

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
