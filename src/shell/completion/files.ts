import type { FileSystem } from "../../runtime/index.ts";
import type { Shell } from "../shell.ts";

export function listed(fs: FileSystem, path: string): readonly string[] {
  try {
    return fs.readdir(path);
  } catch {
    return [];
  }
}
export function typeOf(sh: Shell, path: string): string | undefined {
  try {
    return sh.proc.fs.stat(path === "" ? "." : path).type;
  } catch {
    return undefined;
  }
}
export function isExecutable(sh: Shell, path: string): boolean {
  try {
    return (sh.proc.fs.stat(path).mode & 0o111) !== 0;
  } catch {
    return false;
  }
}

/** The file that a word stands for: `~` at its beginning, and variables where they are to be expanded. */
export function located(sh: Shell, path: string, expand = false): string {
  const home = /^~([^/]*)/.exec(path);
  const user = home?.[1] ? users(sh).find(([name]) => name === home[1])?.[1] : sh.get("HOME");
  const whole = home && user !== undefined ? user + path.slice(home[0].length) : path;
  if (!expand) return whole;
  return whole.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, plain: string) => sh.get(braced ?? plain) ?? "");
}

/** Names and homes of /etc/passwd. */
export function users(sh: Shell): readonly (readonly [string, string])[] {
  return lines(sh, "/etc/passwd").map((l) => {
    const [name = "", , , , , home = "/"] = l.split(":");
    return [name, home] as const;
  });
}
export function lines(sh: Shell, path: string): readonly string[] {
  try {
    return sh.proc.fs
      .readText(path)
      .split("\n")
      .filter((l) => l !== "");
  } catch {
    return [];
  }
}

/** Variables in a folder's name stand for what they hold: what has them is not quoted later. */
export const expands = (text: string): boolean => text.slice(0, text.lastIndexOf("/") + 1).includes("$");

/** Paths that begin with `text` (unquoted), as readline's own completion has them: what was typed, then the name. */
export function paths(sh: Shell, text: string, begins = (name: string, typed: string): boolean => name.startsWith(typed)): string[] {
  const slash = text.lastIndexOf("/") + 1;
  const [head, typed] = [text.slice(0, slash), text.slice(slash)];
  return listed(sh.proc.fs, located(sh, head, expands(head)) || ".")
    .filter((name) => begins(name, typed))
    .map((name) => head + name);
}
