import { CliError, errorMessage } from "../errors.ts";
import type { Files } from "../types.ts";
import { within } from "./within.ts";

/** Folders and files as a build may read them: below the root alone, unless told otherwise. */
export class Root {
  readonly path: string;
  readonly #fs: Files;
  readonly #referrer: Root | undefined;
  readonly #anywhere: boolean;

  constructor(fs: Files, path: string, anywhere: boolean, referrer?: Root) {
    this.#fs = fs;
    this.path = path;
    this.#anywhere = anywhere;
    this.#referrer = referrer;
  }

  /** Where a build begins. */
  static at(fs: Files, cwd: string, path: string, anywhere: boolean): Root {
    if (isRepository(path)) throw noGit();
    return new Root(
      fs,
      within("must build at directory", () => directory(fs, cwd, path)),
      anywhere,
    );
  }

  /** A base or a component. */
  sub(path: string): Root {
    if (path === "") throw new CliError("new root cannot be empty");
    if (isRepository(path)) throw noGit();
    if (path.startsWith("/")) throw new CliError(`new root '${path}' cannot be absolute`);
    const found = within("must build at directory", () => directory(this.#fs, "/", join(this.path, path)));
    this.#refuseCycle(found);
    return new Root(this.#fs, found, this.#anywhere, this);
  }

  #refuseCycle(found: string): void {
    if (isWithin(this.path, found)) throw new CliError(`cycle detected: candidate root '${found}' contains visited root '${this.path}'`);
    const above = this.#referrer;
    if (above) above.#refuseCycle(found);
  }

  bytes(path: string): Uint8Array {
    if (/^https?:\/\//.test(path)) {
      const host = /^https?:\/\/([^/:?#]*)/.exec(path)?.[1] ?? "";
      throw new CliError(`Get ${JSON.stringify(path)}: dial tcp: lookup ${host}: no such host`);
    }
    const full = path.startsWith("/") ? path : join(this.path, path);
    if (this.#anywhere) return read(this.#fs, full);
    const { folder, file } = cleaned(this.#fs, "/", full);
    if (file === "") throw new CliError(`'${full}' must resolve to a file`);
    if (!isWithin(folder, this.path)) throw new CliError(`security; file '${full}' is not in or below '${this.path}'`);
    return read(this.#fs, join(folder, file));
  }

  text(path: string): string {
    return new TextDecoder().decode(this.bytes(path));
  }

  /** The names of the files in it that are there. */
  having(names: readonly string[]): readonly string[] {
    return names.filter((name) => {
      try {
        this.bytes(name);
        return true;
      } catch {
        return false;
      }
    });
  }
}

function read(fs: Files, path: string): Uint8Array {
  try {
    return fs.readFile(path);
  } catch (error) {
    throw new CliError(`open ${path}: ${errorMessage(error).replace(/^.*: /, "").toLowerCase()}`);
  }
}

const noGit = (): CliError => new CliError(`no 'git' program on path: exec: "git": executable file not found in $PATH`);

/** Whether a path means a repository to be cloned (kustomize: api/internal/git NewRepoSpecFromURL). */
function isRepository(path: string): boolean {
  if (/^(?:git::|ssh:\/\/|file:\/\/\/|git@|https?:\/\/|github\.com[/:])/i.test(path))
    return path.replace(/^[a-z]+:\/\//i, "").includes("/");
  return /^[\w.-]+@[\w.-]+:/.test(path) || /\.git(?:\/|\?|$)/.test(path);
}

const isWithin = (path: string, root: string): boolean => root === "/" || path === root || path.startsWith(`${root}/`);

export function join(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The folder that a path means, without links. */
function directory(fs: Files, cwd: string, path: string): string {
  if (path === "") throw new CliError("directory path cannot be empty");
  const { folder, file } = within("not a valid directory", () => cleaned(fs, cwd, path));
  if (file !== "") throw new CliError(`'${path}': file is not directory`);
  return folder;
}

function cleaned(fs: Files, cwd: string, path: string): { readonly folder: string; readonly file: string } {
  const whole = withoutLinks(fs, path.startsWith("/") ? join("/", path) : join(cwd, path), path);
  if (fs.stat(whole).type === "directory") return { folder: whole, file: "" };
  const slash = whole.lastIndexOf("/");
  return { folder: whole.slice(0, slash) || "/", file: whole.slice(slash + 1) };
}

const MOST_LINKS = 255;

function withoutLinks(fs: Files, absolute: string, given: string): string {
  let rest = absolute.split("/").filter((p) => p !== "");
  let done = "";
  const fail = (what: string): never => {
    throw new CliError(`evalsymlink failure on '${given}' : ${what}`);
  };
  for (let links = 0; rest.length > 0;) {
    const [part = "", ...more] = rest;
    rest = more;
    const here = `${done}/${part}`;
    let type: string;
    try {
      ({ type } = fs.lstat(here));
    } catch (error) {
      const code = (error as { code?: string }).code;
      return fail(
        `lstat ${here}: ${code === "EACCES" ? "permission denied" : code === "ENOTDIR" ? "not a directory" : "no such file or directory"}`,
      );
    }
    if (type === "symlink") {
      if (++links > MOST_LINKS) return fail("EvalSymlinks: too many links");
      const to = fs.readlink(here);
      rest = [...(to.startsWith("/") ? to : join(done, to)).split("/").filter((p) => p !== ""), ...rest];
      done = "";
    } else if (type !== "directory" && rest.length > 0) return fail(`lstat ${here}/${rest[0] ?? ""}: not a directory`);
    else done = here;
  }
  return done || "/";
}
