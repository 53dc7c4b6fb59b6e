import type { FileSystem } from "../../../runtime/index.ts";
import { GitError } from "./objects.ts";

/** A line of a configuration file: its key ("user.name", "branch.main.remote") and value. */
export type Setting = readonly [key: string, value: string];

/** The settings of a file, in order (git-config(1)). Throws with the line that is wrong. */
export function parseConfig(text: string, file: string): readonly Setting[] {
  let section = "";
  return text.split("\n").flatMap((raw, i): Setting[] => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) return [];
    const head = /^\[([\w.-]+)(?:\s+"((?:\\.|[^"\\])*)")?\]$/.exec(line);
    if (head) {
      section = `${(head[1] as string).toLowerCase()}${head[2] === undefined ? "" : `.${head[2].replace(/\\(.)/g, "$1")}`}`;
      return [];
    }
    const pair = /^([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$/.exec(line);
    if (!pair || section === "") throw new GitError(`bad config line ${i + 1} in file ${file}`);
    const value = (pair[2] ?? "true").replace(/^"(.*)"$/, "$1").replace(/\\(["\\])/g, "$1");
    return [[`${section}.${(pair[1] as string).toLowerCase()}`, value]];
  });
}

/** A key as it is compared: section and name in small letters, what is between as it is. */
export function canonical(key: string): string {
  const parts = key.split(".");
  if (parts.length < 2) throw new GitError(`key does not contain a section: ${key}`, 1, "error");
  const name = parts.pop() as string;
  const section = parts.shift() as string;
  return [section.toLowerCase(), ...parts, name.toLowerCase()].join(".");
}

/** The text with a setting changed, added, or (undefined) taken away; a section that is left empty goes too. */
export function withSetting(text: string, key: string, value: string | undefined): string {
  const name = key.slice(key.lastIndexOf(".") + 1);
  const section = key.slice(0, key.lastIndexOf("."));
  const dot = section.indexOf(".");
  const head = dot < 0 ? `[${section}]` : `[${section.slice(0, dot)} "${section.slice(dot + 1)}"]`;
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  let at = lines.findIndex((line) => line.trim().toLowerCase() === head.toLowerCase());
  if (at < 0) {
    if (value === undefined) return text;
    lines.push(head);
    at = lines.length - 1;
  }
  let end = at + 1;
  while (end < lines.length && !/^\s*\[/.test(lines[end] as string)) end++;
  const old = lines.findIndex((line, i) => i > at && i < end && new RegExp(`^\\s*${name}\\s*(=|$)`, "i").test(line));
  const written =
    value === undefined ? [] : [`\t${name} = ${/[#;"\\]|^\s|\s$/.test(value) ? `"${value.replace(/(["\\])/g, "\\$1")}"` : value}`];
  if (old >= 0) lines.splice(old, 1, ...written);
  else lines.splice(end, 0, ...written);
  if (value === undefined && (lines[at + 1] === undefined || /^\s*\[/.test(lines[at + 1] as string))) lines.splice(at, 1);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

export function readConfig(fs: FileSystem, files: readonly string[]): readonly Setting[] {
  return files.flatMap((file) => (fs.exists(file) ? parseConfig(fs.readText(file), file) : []));
}
