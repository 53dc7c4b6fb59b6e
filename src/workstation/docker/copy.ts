import { RE2JS } from "re2js";
import type { FileSystem } from "../../runtime/index.ts";
import type { MadeFile } from "./engine.ts";
import { expression } from "./ignore.ts";
import { contentOf } from "./image.ts";

/** The most that a build sends along: Image objects hold what is in them. */
const MOST_BYTES = 1024 * 1024;

/** Files of a folder, by their paths within it ("/a/b"), without those that are ignored. */
export function contextFiles(fs: FileSystem, folder: string, ignored: (path: string) => boolean): readonly MadeFile[] {
  const files: MadeFile[] = [];
  const walk = (path: string): void => {
    for (const name of fs.readdir(folder + path || "/")) {
      const at = `${path}/${name}`;
      const out = ignored(at.slice(1));
      const stat = fs.lstat(folder + at);
      if (stat.type === "directory") {
        if (!out) files.push({ path: at, directory: true, mode: octal(stat.mode) });
        walk(at);
      } else if (out) continue;
      else if (stat.type === "symlink") files.push({ path: at, link: fs.readlink(folder + at) });
      else if (stat.type === "file") {
        if (stat.size > MOST_BYTES) files.push({ path: at, mode: "too big" });
        else files.push({ path: at, ...contentOf(fs.readFile(folder + at)), mode: octal(stat.mode) });
      }
    }
  };
  walk("");
  return files;
}
const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, "0");

/** What COPY makes of these files (moby/buildkit: solver/llbsolver/file). Throws Error in BuildKit's words. */
export function copied(
  all: readonly MadeFile[],
  sources: readonly string[],
  target: string,
  set: { readonly workingDir: string; readonly owner?: number; readonly mode?: string; readonly isFolder: (path: string) => boolean },
): readonly MadeFile[] {
  const absolute = normal(target.startsWith("/") ? target : `${set.workingDir}/${target}`);
  const chosen = sources.flatMap((source) => {
    const found = matching(all, normal(`/${source}`));
    if (found.length === 0) throw new Error(`failed to calculate checksum of ref: "${normal(`/${source}`)}": not found`);
    return found;
  });
  const into =
    target.endsWith("/") || target === "." || target.endsWith("/.") || sources.length > 1 || chosen.length > 1 || set.isFolder(absolute);
  if (sources.length > 1 && !target.endsWith("/") && target !== "." && !set.isFolder(absolute))
    throw new Error("When using COPY with more than one source file, the destination must be a directory and end with a /");
  const out: MadeFile[] = [];
  for (const source of chosen) {
    const node = all.find(({ path }) => path === source);
    // A folder gives what is in it, a file itself.
    if (node && !node.directory) out.push(placed(node, into ? `${absolute}/${source.slice(source.lastIndexOf("/") + 1)}` : absolute, set));
    else {
      out.push(placed({ path: absolute, directory: true, mode: "0755" }, absolute, set));
      const prefix = source === "/" ? "/" : `${source}/`;
      for (const file of all)
        if (file.path.startsWith(prefix) && file.path !== prefix)
          out.push(placed(file, `${absolute}/${file.path.slice(prefix.length)}`, set));
    }
  }
  for (const { path, mode } of out)
    if (mode === "too big") throw new Error(`failed to copy ${path}: files above 1 MiB are not simulated yet in Timonel`);
  return out;
}

function placed(file: MadeFile, path: string, { owner, mode }: { readonly owner?: number; readonly mode?: string }): MadeFile {
  const { owner: _, ...rest } = file;
  return {
    ...rest,
    path: normal(path),
    ...(owner ? { owner } : {}),
    ...(mode !== undefined && !file.directory && !file.link ? { mode } : {}),
  };
}

/** Paths that a source names: itself, or what a glob finds. */
function matching(all: readonly MadeFile[], source: string): readonly string[] {
  if (source === "/") return ["/"];
  if (!/[*?[]/.test(source)) return all.some(({ path }) => path === source || path.startsWith(`${source}/`)) ? [source] : [];
  const matcher = RE2JS.compile(`^${expression(source)}$`);
  return all.flatMap(({ path }) => (matcher.matches(path) ? [path] : []));
}

/** Without `.`, `..`, double and last slashes. */
export function normal(path: string): string {
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") out.pop();
    else if (part !== "" && part !== ".") out.push(part);
  }
  return `/${out.join("/")}`;
}
