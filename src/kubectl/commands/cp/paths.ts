import { CliError } from "../../errors.ts";

/** `[[namespace/]pod:]path`; without a pod the path is this computer's. */
export interface FileSpec {
  readonly namespace: string;
  readonly pod: string;
  readonly file: string;
}

export function spec(argument: string): FileSpec {
  const refuse = (): never => {
    throw new CliError("filespec must match the canonical format: [[namespace/]pod:]file/path");
  };
  const colon = argument.indexOf(":");
  if (colon === 0) return refuse();
  if (colon < 0) return { namespace: "", pod: "", file: argument };
  const [first = "", second, ...rest] = argument.slice(0, colon).split("/");
  if (rest.length > 0) return refuse();
  const file = argument.slice(colon + 1).replaceAll("\\", "/");
  return second === undefined ? { namespace: "", pod: first, file } : { namespace: first, pod: second, file };
}

/** Go's path.Clean. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith("/");
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") out.push(part);
    else if (out.length > 0 && out.at(-1) !== "..") out.pop();
    else if (!rooted) out.push("..");
  }
  return rooted ? `/${out.join("/")}` : out.join("/") || ".";
}

export const joinPath = (a: string, b: string): string => cleanPath(b === "" ? a : `${a}/${b}`);
/** Go's path.Base: of `site/.` it is `.`, so that what is in a folder goes where the folder would. */
export const baseOf = (path: string): string => path.replace(/\/+$/, "").split("/").at(-1) || "/";

/** Go's path.Dir. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : cleanPath(path.slice(0, at + 1));
}

/** Whether a path stays within a folder. */
export function inside(folder: string, path: string): boolean {
  const [a, b] = [cleanPath(folder), cleanPath(path)];
  if (a === ".") return !b.startsWith("/") && b !== ".." && !b.startsWith("../");
  return b === a || b.startsWith(a === "/" ? "/" : `${a}/`);
}

/** Without what leads up at its beginning (k8s: stripPathShortcuts). */
export function withoutShortcuts(path: string): string {
  let rest = path;
  while (rest.startsWith("../")) rest = rest.slice(3);
  if (rest === "." || rest === "..") rest = "";
  return rest.startsWith("/") ? rest.slice(1) : rest;
}
