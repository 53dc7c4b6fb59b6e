import type { Files } from "../../types.ts";

const missing = (): Error => Object.assign(new Error("No such file or directory"), { code: "ENOENT" });

/** Files in a map, by absolute path; folders are where files are. Relative paths are from `cwd`. */
export function memoryFiles(cwd: string, given: Readonly<Record<string, string>>): Files {
  const absolute = (path: string): string => {
    const parts: string[] = [];
    for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/"))
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    return `/${parts.join("/")}`;
  };
  const stored = new Map<string, Uint8Array>(Object.entries(given).map(([path, text]) => [absolute(path), new TextEncoder().encode(text)]));
  const isFolder = (path: string): boolean => path === "/" || [...stored.keys()].some((k) => k.startsWith(`${path}/`));
  const stat = (path: string): ReturnType<Files["lstat"]> => {
    const whole = absolute(path);
    const file = stored.get(whole);
    if (!file && !isFolder(whole)) throw missing();
    return { type: file ? "file" : "directory", mode: 0o644, size: file?.length ?? 0, mtime: 0, uid: 0, gid: 0 };
  };
  const readFile = (path: string): Uint8Array => {
    const file = stored.get(absolute(path));
    if (!file) throw missing();
    return file;
  };
  return {
    readFile,
    readText: (path) => new TextDecoder().decode(readFile(path)),
    writeFile: (path, data) => void stored.set(absolute(path), typeof data === "string" ? new TextEncoder().encode(data) : data),
    stat,
    lstat: stat,
    readlink: () => "",
    exists: (path) => stored.has(absolute(path)) || isFolder(absolute(path)),
    readdir: (path) => {
      const below = `${absolute(path)}/`;
      const names = [...stored.keys()].filter((k) => k.startsWith(below)).map((k) => k.slice(below.length).split("/")[0] as string);
      return [...new Set(names)].sort();
    },
    mkdir() {},
    unlink: (path) => void stored.delete(absolute(path)),
    rmdir() {},
  };
}
