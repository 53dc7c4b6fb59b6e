import type { FileSystem } from "../../runtime/index.ts";

/** A unit's files as systemd has read them: where it found the unit, and what was dropped in beside it. */
export interface UnitFiles {
  readonly path: string;
  readonly text: string;
  readonly dropIns: readonly { readonly path: string; readonly text: string }[];
}

/** `[Section]` and `Key` to all values, in order; a file that sets a list to nothing begins it anew (systemd.unit(5), systemd.syntax(7)). */
export type Settings = ReadonlyMap<string, readonly string[]>;

/** Where units are looked for, the first one first. */
export const UNIT_PATHS = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system"];

export function readUnit(fs: FileSystem, name: string): UnitFiles | "masked" | undefined {
  const folder = UNIT_PATHS.find((at) => fs.exists(`${at}/${name}`) || isLink(fs, `${at}/${name}`));
  if (folder === undefined) return undefined;
  const path = `${folder}/${name}`;
  if (isLink(fs, path) && fs.readlink(path) === "/dev/null") return "masked";
  if (!fs.exists(path) || fs.stat(path).type !== "file") return undefined;
  const found = new Map<string, string>();
  // A name that comes in an earlier folder hides those after it.
  for (const at of UNIT_PATHS) {
    const dir = `${at}/${name}.d`;
    if (!fs.exists(dir) || fs.stat(dir).type !== "directory") continue;
    for (const file of fs.readdir(dir)) if (file.endsWith(".conf") && !found.has(file)) found.set(file, `${dir}/${file}`);
  }
  const dropIns = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, at]) => ({ path: at, text: fs.readText(at) }));
  return { path: fs.realpath(path), text: fs.readText(path), dropIns };
}

const isLink = (fs: FileSystem, path: string): boolean => {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return fs.exists(folder) && fs.readdir(folder).includes(path.slice(folder.length + 1)) && fs.lstat(path).type === "symlink";
};

export function settingsOf({ text, dropIns }: Pick<UnitFiles, "text" | "dropIns">): Settings {
  const settings = new Map<string, string[]>();
  for (const part of [text, ...dropIns.map((d) => d.text)]) {
    let section = "";
    for (const line of part.replace(/\\\n\s*/g, " ").split("\n")) {
      const bare = line.trim();
      if (bare === "" || bare.startsWith("#") || bare.startsWith(";")) continue;
      const heading = /^\[(.+)\]$/.exec(bare);
      const at = bare.indexOf("=");
      if (heading) section = heading[1] ?? "";
      else if (at > 0) {
        const key = `${section}.${bare.slice(0, at).trim()}`;
        const value = bare.slice(at + 1).trim();
        if (value === "") settings.set(key, []);
        else settings.set(key, [...(settings.get(key) ?? []), value]);
      }
    }
  }
  return settings;
}

export const setting = (settings: Settings, key: string): string | undefined => settings.get(key)?.at(-1);

/** "10", "5s", "1min 30s", "500ms" in ms (systemd.time(7)). */
export function spanOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, sec: 1000, min: 60_000, m: 60_000, h: 3_600_000, hr: 3_600_000 };
  let sum = 0;
  for (const [, n, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) sum += Number(n) * (units[unit] ?? 0);
  return sum > 0 ? sum : otherwise;
}

/** A command line's words: quotes taken off. */
export function words(line: string): readonly string[] {
  const out: string[] = [];
  for (const [, plain, double, single] of line.matchAll(/((?:[^\s"'\\]|\\.)+)|"((?:[^"\\]|\\.)*)"|'([^']*)'/g))
    out.push(single ?? (double ?? plain ?? "").replace(/\\(.)/g, "$1"));
  return out;
}

/** `Environment=` and the files of `EnvironmentFile=`; "-" before a file lets it be missing. Answers the file that is. */
export function environmentOf(settings: Settings, fs: FileSystem): Readonly<Record<string, string>> | { readonly missing: string } {
  const env: Record<string, string> = {};
  const take = (word: string): void => {
    const at = word.indexOf("=");
    if (at > 0) env[word.slice(0, at)] = word.slice(at + 1);
  };
  for (const value of settings.get("Service.Environment") ?? []) for (const word of assignments(value)) take(word);
  for (const value of settings.get("Service.EnvironmentFile") ?? []) {
    const path = value.replace(/^-/, "");
    if (!fs.exists(path)) {
      if (value.startsWith("-")) continue;
      return { missing: path };
    }
    for (const line of fs.readText(path).split("\n"))
      if (!/^\s*([#;]|$)/.test(line)) take(line.trim().replace(/^([^=]+)=(["'])(.*)\2$/, "$1=$3"));
  }
  return env;
}

/** `"A=x y" B=z`. */
const assignments = (value: string): readonly string[] =>
  [...value.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) => double ?? single ?? plain ?? "");

/** `$NAME` alone is as many words as it has, `${NAME}` is put in as it is (systemd.service(5), COMMAND LINES). */
export function expandCommand(line: string, env: Readonly<Record<string, string>>): readonly string[] {
  return words(line.replace(/^[-@:+!]+/, "")).flatMap((word) => {
    const whole = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(word);
    if (whole) return words(env[whole[1] ?? ""] ?? "");
    return [word.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => env[name] ?? "")];
  });
}

const WANTS = /^(.+)\.(wants|requires)$/;

/** Links of /etc/systemd/system that have a unit started with a target. */
export function linksTo(fs: FileSystem, name: string): readonly string[] {
  const top = "/etc/systemd/system";
  if (!fs.exists(top)) return [];
  return fs
    .readdir(top)
    .filter((folder) => WANTS.test(folder) && fs.stat(`${top}/${folder}`).type === "directory")
    .map((folder) => `${top}/${folder}/${name}`)
    .filter((path) => isLink(fs, path));
}

/** Units that are started when the machine is, in the order of their names. */
export function wantedAtBoot(fs: FileSystem): readonly string[] {
  const top = "/etc/systemd/system";
  if (!fs.exists(top)) return [];
  const folders = fs.readdir(top).filter((folder) => WANTS.test(folder) && fs.stat(`${top}/${folder}`).type === "directory");
  return [...new Set(folders.flatMap((folder) => fs.readdir(`${top}/${folder}`)))].filter((name) => name.endsWith(".service"));
}

export type Enablement = "enabled" | "disabled" | "static" | "masked";
export function enablementOf(fs: FileSystem, name: string): Enablement | undefined {
  const files = readUnit(fs, name);
  if (files === undefined || files === "masked") return files;
  if (linksTo(fs, name).length > 0) return "enabled";
  const settings = settingsOf(files);
  return settings.has("Install.WantedBy") || settings.has("Install.RequiredBy") ? "disabled" : "static";
}

/** Names of all units that have a file. */
export function unitNames(fs: FileSystem): readonly string[] {
  const names = UNIT_PATHS.filter((at) => fs.exists(at)).flatMap((at) => fs.readdir(at).filter((name) => name.endsWith(".service")));
  return [...new Set(names)].sort();
}
