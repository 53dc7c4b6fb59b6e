import { Errno, type ProcessContext } from "../../../runtime/index.ts";
import { canonical, readConfig, type Setting } from "./config.ts";
import { ignored, type IgnoreRule, parseIgnore } from "./ignore.ts";
import { decodeIndex, encodeIndex, type Index } from "./index-file.ts";
import { type Commit, encode, filesOf, GitError, idOf, Objects, parseCommit, type TreeEntry } from "./objects.ts";

/** A repository and its working tree. */
export class Repository {
  readonly proc: ProcessContext;
  /** The working tree's top, and its .git. */
  readonly top: string;
  readonly dir: string;
  readonly objects: Objects;

  private constructor(proc: ProcessContext, top: string) {
    this.proc = proc;
    this.top = top;
    this.dir = `${top === "/" ? "" : top}/.git`;
    this.objects = new Objects(proc.fs, `${this.dir}/objects`);
  }
  /** The one that the current folder is in. Throws where there is none. */
  static find(proc: ProcessContext): Repository {
    for (let at = proc.fs.realpath(proc.cwd); ; at = at.slice(0, at.lastIndexOf("/")) || "/") {
      if (proc.fs.exists(`${at === "/" ? "" : at}/.git/HEAD`)) return new Repository(proc, at);
      if (at === "/") throw new GitError("not a git repository (or any of the parent directories): .git");
    }
  }
  static at(proc: ProcessContext, top: string): Repository {
    return new Repository(proc, top);
  }

  // --- paths ---

  /** A path as it was given, from the top; "" is the top itself. Throws when it is outside. */
  inside(path: string): string {
    const parts: string[] = [];
    for (const name of (path.startsWith("/") ? path : `${this.proc.cwd}/${path}`).split("/")) {
      if (name === "..") parts.pop();
      else if (name !== "" && name !== ".") parts.push(name);
    }
    const full = `/${parts.join("/")}`;
    if (full === this.top) return "";
    if (!full.startsWith(`${this.top === "/" ? "" : this.top}/`))
      throw new GitError(`${path}: '${path}' is outside repository at '${this.top}'`);
    return full.slice(this.top === "/" ? 1 : this.top.length + 1);
  }
  full(path: string): string {
    return path === "" ? this.top : `${this.top === "/" ? "" : this.top}/${path}`;
  }
  /** A path of the tree as it looks from the current folder. */
  shown(path: string): string {
    const here = this.inside(".");
    if (here === "") return path;
    const from = here.split("/");
    const to = path.split("/");
    while (from.length > 0 && from[0] === to[0]) {
      from.shift();
      to.shift();
    }
    return [...from.map(() => ".."), ...to].join("/") || "./";
  }

  // --- configuration ---

  settings(): readonly Setting[] {
    return settingsOf(this.proc, `${this.dir}/config`);
  }
  setting(key: string): string | undefined {
    return this.settings().findLast(([name]) => name === canonical(key))?.[1];
  }

  // --- references ---

  /** "refs/heads/main" where HEAD points, or a commit where it is detached. */
  head(): { readonly ref: string } | { readonly id: string } {
    const text = this.proc.fs.readText(`${this.dir}/HEAD`).trim();
    return text.startsWith("ref: ") ? { ref: text.slice(5) } : { id: text };
  }
  get branch(): string | undefined {
    const head = this.head();
    return "ref" in head ? head.ref.replace("refs/heads/", "") : undefined;
  }
  ref(name: string): string | undefined {
    const path = `${this.dir}/${name}`;
    return this.proc.fs.exists(path) && this.proc.fs.stat(path).type === "file" ? this.proc.fs.readText(path).trim() : undefined;
  }
  setRef(name: string, id: string | undefined): void {
    const path = `${this.dir}/${name}`;
    if (id === undefined) return this.proc.fs.unlink(path);
    this.proc.fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    this.proc.fs.writeFile(path, `${id}\n`);
  }
  setHead(head: { readonly ref: string } | { readonly id: string }): void {
    this.proc.fs.writeFile(`${this.dir}/HEAD`, "ref" in head ? `ref: ${head.ref}\n` : `${head.id}\n`);
  }
  /** Moves the branch that HEAD is on, or HEAD itself. */
  moveHead(id: string): void {
    const head = this.head();
    if ("ref" in head) this.setRef(head.ref, id);
    else this.setHead({ id });
  }
  /** The commit that HEAD is on; undefined before the first. */
  headId(): string | undefined {
    const head = this.head();
    return "ref" in head ? this.ref(head.ref) : head.id;
  }
  refs(under: "heads" | "tags" | "remotes", prefix = ""): readonly string[] {
    const folder = `${this.dir}/refs/${under}${prefix}`;
    if (!this.proc.fs.exists(folder)) return [];
    return this.proc.fs
      .readdir(folder)
      .flatMap((name) =>
        this.proc.fs.stat(`${folder}/${name}`).type === "directory"
          ? this.refs(under, `${prefix}/${name}`)
          : [`${prefix}/${name}`.slice(1)],
      )
      .sort();
  }

  /** A revision's object (gitrevisions(7): names, HEAD, prefixes, ~n, ^n, ^{tree}); undefined when there is none. */
  resolve(revision: string): string | undefined {
    const m = /^(.*?)((?:~\d*|\^\d*|\^\{\w*\})*)$/.exec(revision);
    const name = m?.[1] || "HEAD";
    let id = name === "HEAD" || name === "@" ? this.headId() : (this.#named(name) ?? this.#prefixed(name));
    for (const [step] of (m?.[2] ?? "").matchAll(/~\d*|\^\{\w*\}|\^\d*/g)) {
      if (id === undefined) return undefined;
      id = this.peeled(id);
      if (step === "^{tree}") id = this.commit(id).tree;
      else if (step.startsWith("~"))
        for (let n = Number(step.slice(1) || 1); n > 0 && id !== undefined; n--) id = this.commit(id).parents[0];
      else if (!step.startsWith("^{") && step !== "^0") id = this.commit(id).parents[Number(step.slice(1) || 1) - 1];
    }
    return id;
  }
  #named(name: string): string | undefined {
    for (const path of [name, `refs/${name}`, `refs/tags/${name}`, `refs/heads/${name}`, `refs/remotes/${name}`]) {
      const id = /^refs\/|^(ORIG_|MERGE_)?HEAD$/.test(path) ? this.ref(path) : undefined;
      if (id !== undefined) return id;
    }
    return undefined;
  }
  #prefixed(text: string): string | undefined {
    if (!/^[0-9a-f]{4,40}$/.test(text)) return undefined;
    const found = this.objects.matching(text);
    return found.length === 1 ? found[0] : undefined;
  }
  /** The commit that an annotated tag is of. */
  peeled(id: string): string {
    const { type, data } = this.objects.read(id);
    if (type !== "tag") return id;
    return this.peeled(/^object (\w+)$/m.exec(new TextDecoder().decode(data))?.[1] ?? "");
  }
  commit(id: string): Commit {
    return parseCommit(this.objects.get(this.peeled(id), "commit"));
  }
  /** Throws in git's words when it is no commit. */
  commitOf(revision: string): string {
    const id = this.resolve(revision);
    if (id === undefined)
      throw new GitError(
        `ambiguous argument '${revision}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`,
      );
    return this.peeled(id);
  }
  /** The shortest name of an object, seven letters at least. */
  short(id: string): string {
    let length = 7;
    while (length < 40 && this.objects.matching(id.slice(0, length)).length > 1) length++;
    return id.slice(0, length);
  }
  filesAt(id: string | undefined): ReadonlyMap<string, TreeEntry> {
    return id === undefined ? new Map() : filesOf(this.objects, this.commit(id).tree);
  }

  // --- index and working tree ---

  index(): Index {
    const path = `${this.dir}/index`;
    return this.proc.fs.exists(path) ? decodeIndex(this.proc.fs.readFile(path)) : new Map();
  }
  saveIndex(index: Index): void {
    this.proc.fs.writeFile(`${this.dir}/index`, encodeIndex(index));
  }
  /** A file of the working tree as an entry; undefined when it is not there or is a folder. */
  entry(path: string): { readonly entry: TreeEntry & { size: number; mtime: number }; readonly data: Uint8Array } | undefined {
    const { fs } = this.proc;
    const full = this.full(path);
    try {
      const stat = fs.lstat(full);
      if (stat.type === "directory") return undefined;
      const link = stat.type === "symlink";
      const data = link ? encode(fs.readlink(full)) : fs.readFile(full);
      const mode = link ? "120000" : (stat.mode & 0o100) !== 0 ? "100755" : "100644";
      return { entry: { mode, id: idOf({ type: "blob", data }), size: data.length, mtime: Math.floor(stat.mtime / 1000) }, data };
    } catch (error) {
      if (error instanceof Errno && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
      throw error;
    }
  }
  /** Makes a file of the working tree as it is in a commit; undefined takes it away, and folders that are left empty. */
  checkOut(path: string, entry: TreeEntry | undefined): void {
    const { fs } = this.proc;
    const full = this.full(path);
    if (this.#there(full) && fs.lstat(full).type !== "directory") fs.unlink(full);
    if (entry) {
      fs.mkdir(full.slice(0, full.lastIndexOf("/")) || "/", { recursive: true });
      const data = this.objects.get(entry.id, "blob");
      if (entry.mode === "120000") fs.symlink(new TextDecoder().decode(data), full);
      else fs.writeFile(full, data, { mode: entry.mode === "100755" ? 0o755 : 0o644 });
      return;
    }
    for (
      let folder = full.slice(0, full.lastIndexOf("/"));
      folder.length > this.top.length;
      folder = folder.slice(0, folder.lastIndexOf("/"))
    ) {
      if (!fs.exists(folder) || fs.readdir(folder).length > 0) return;
      fs.rmdir(folder);
    }
  }
  #there(path: string): boolean {
    try {
      this.proc.fs.lstat(path);
      return true;
    } catch (error) {
      if (error instanceof Errno) return false;
      throw error;
    }
  }

  /** Files that are there and not ignored; tracked ones in any case. Sorted. */
  workFiles(index: Index, options: { readonly ignored?: boolean } = {}): readonly string[] {
    const { fs } = this.proc;
    const out: string[] = [];
    const exclude = `${this.dir}/info/exclude`;
    const first = fs.exists(exclude) ? parseIgnore(fs.readText(exclude), "") : [];
    const visit = (folder: string, above: readonly IgnoreRule[]): void => {
      const own = this.full(`${folder}.gitignore`);
      const rules = fs.exists(own) ? [...above, ...parseIgnore(fs.readText(own), folder)] : above;
      for (const name of fs.readdir(this.full(folder.replace(/\/$/, "")))) {
        const path = folder + name;
        if (path === ".git") continue;
        const directory = fs.lstat(this.full(path)).type === "directory";
        if (directory) {
          const tracked = [...index.keys()].some((p) => p.startsWith(`${path}/`));
          // A repository within is its own.
          if (fs.exists(`${this.full(path)}/.git`)) continue;
          if (tracked || options.ignored || !ignored(rules, path, true)) visit(`${path}/`, rules);
        } else if (index.has(path) || options.ignored || !ignored(rules, path, false)) out.push(path);
      }
    };
    visit("", first);
    return out.sort();
  }
  isIgnored(path: string): boolean {
    return !this.workFiles(new Map()).some((p) => p === path || p.startsWith(`${path}/`));
  }
}

/** System, user's and (where given) repository's settings, later ones before earlier ones. */
export function settingsOf(proc: ProcessContext, local?: string): readonly Setting[] {
  return readConfig(proc.fs, ["/etc/gitconfig", `${proc.env["HOME"] ?? ""}/.gitconfig`, ...(local ? [local] : [])]);
}
