import type { FileSystem } from "../../runtime/index.ts";
import { ShellError } from "../state.ts";
import { compilePattern, hasWildcards, matches, unquotePattern } from "./pattern.ts";

const MAX_MATCHES = 100_000;

/** Pathname expansion: the sorted paths that match, none when nothing does. `globstar` lets ** cross directories. */
export function glob(
  fs: FileSystem,
  cwd: string,
  pattern: string,
  options: { readonly dotglob?: boolean; readonly globstar?: boolean; readonly ignoreCase?: boolean } = {},
): string[] {
  const absolute = pattern.startsWith("/");
  const parts = splitPath(pattern);
  let found: string[] = [absolute ? "/" : ""];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as string;
    if (part === "") continue;
    const last = i === parts.length - 1 || parts.slice(i + 1).every((p) => p === "");
    const next: string[] = [];
    for (const base of found) {
      if (!hasWildcards(part)) {
        const path = base + unquotePattern(part);
        if (lexists(fs, path)) next.push(last ? path : `${path}/`);
        continue;
      }
      if (part === "**" && options.globstar) {
        // `**/` names folders only, and not the one it begins in.
        const folders = i < parts.length - 1;
        const below = descend(fs, base, last && !folders, options.dotglob ?? false);
        next.push(...(last && folders ? below.filter((path) => path !== "") : below));
        continue;
      }
      const compiled = compilePattern(part, { ignoreCase: options.ignoreCase ?? false });
      for (const name of list(fs, base === "" ? cwd : base)) {
        if (name.startsWith(".") && !part.startsWith(".") && !part.startsWith("\\.") && !options.dotglob) continue;
        if (!matches(compiled, name)) continue;
        if (last && i === parts.length - 1) next.push(base + name);
        else if (isDirectory(fs, base + name)) next.push(`${base}${name}/`);
      }
    }
    if (next.length > MAX_MATCHES) throw new ShellError("Argument list too long", 126);
    found = next;
  }
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function splitPath(pattern: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === "/") {
      parts.push(part);
      part = "";
    } else if (pattern[i] === "\\" && i + 1 < pattern.length) part += `\\${pattern[++i]}`;
    else part += pattern[i];
  }
  parts.push(part);
  return parts;
}

function list(fs: FileSystem, path: string): readonly string[] {
  try {
    return fs.readdir(path);
  } catch {
    return [];
  }
}
function lexists(fs: FileSystem, path: string): boolean {
  try {
    fs.lstat(path);
    return true;
  } catch {
    return false;
  }
}
function isDirectory(fs: FileSystem, path: string): boolean {
  try {
    return fs.stat(path).type === "directory";
  } catch {
    return false;
  }
}
function descend(fs: FileSystem, base: string, files: boolean, hidden: boolean): string[] {
  const out = base === "" ? [] : [base];
  const walk = (at: string): void => {
    for (const name of list(fs, at === "" ? "." : at)) {
      if (name.startsWith(".") && !hidden) continue;
      const path = at + name;
      const directory = isDirectory(fs, path);
      if (files) out.push(path);
      else if (directory) out.push(`${path}/`);
      if (out.length > MAX_MATCHES) throw new ShellError("Argument list too long", 126);
      if (directory) walk(`${path}/`);
    }
  };
  walk(base);
  return files ? out : ["", ...out];
}
