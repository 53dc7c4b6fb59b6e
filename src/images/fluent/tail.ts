import { Errno, type Description, type ProcessContext } from "../../runtime/index.ts";

export interface TailOptions {
  /** Globs. */
  readonly paths: readonly string[];
  readonly exclude: readonly string[];
  /** What lies there at the start is read, too. */
  readonly fromHead: boolean;
  /** How far each file has been read, from a file of positions or a checkpoint. */
  readonly known: Readonly<Record<string, Position>>;
  readonly line: (path: string, text: string) => Promise<void>;
  readonly found?: (path: string) => Promise<void>;
}
export interface Position {
  readonly at: number;
  readonly ino: number;
}
/** A followed file, for a checkpoint. */
export interface Kept extends Position {
  readonly path: string;
  readonly file: number;
  readonly rest: string;
}
interface Followed {
  file: Description;
  at: number;
  ino: number;
  rest: string;
}
/** A line longer than this is passed on in parts. */
const MOST = 256 * 1024;

/** Files that are followed as they grow, are replaced, and come to be. Reads when something has changed, and never else. */
export class Tail {
  readonly #proc: ProcessContext;
  readonly #options: TailOptions;
  readonly #files = new Map<string, Followed>();
  readonly #watched = new Set<string>();
  #first = true;
  #changed: () => void = () => {};

  constructor(proc: ProcessContext, options: TailOptions) {
    this.#proc = proc;
    this.#options = options;
  }
  /** Where everything is read to; what is left of an unfinished line is read again. */
  get positions(): Readonly<Record<string, Position>> {
    return Object.fromEntries(
      [...this.#files].map(([path, f]) => [path, { at: f.at - new TextEncoder().encode(f.rest).length, ino: f.ino }]),
    );
  }
  /** For a checkpoint: files stay open, and a thaw finds them so. */
  save(): readonly Kept[] {
    return [...this.#files].map(([path, { file, at, ino, rest }]) => ({ path, file: file.id, at, ino, rest }));
  }
  resume(kept: readonly Kept[]): void {
    this.#first = false;
    for (const { path, file: id, at, ino, rest } of kept) {
      const file = this.#proc.description(id);
      if (!file) continue;
      this.#files.set(path, { file, at, ino, rest });
      if (this.#proc.fs.exists(path)) this.#watchOne(this.#proc.fs.realpath(path));
    }
  }
  /** Tells of every change from now on. */
  watch(changed: () => void): void {
    this.#changed = changed;
    for (const path of this.#options.paths) {
      // Folders that are there; those that come to be are seen from above.
      const parts = path.split("/");
      const globbed = parts.findIndex((part) => /[*?[]/.test(part));
      let folder = parts.slice(0, globbed < 0 ? -1 : globbed).join("/") || "/";
      while (folder !== "" && !this.#proc.fs.exists(folder)) folder = folder.slice(0, folder.lastIndexOf("/"));
      this.#watchOne(folder || "/");
    }
  }
  #watchOne(path: string): void {
    if (this.#watched.has(path)) return;
    this.#watched.add(path);
    this.#proc.fs.watch(path, () => this.#changed());
  }

  /** Reads what is new. */
  async pump(): Promise<void> {
    for (const path of this.#options.paths) for (const file of this.#expand(path)) if (!this.#files.has(file)) await this.#open(file);
    this.#first = false;
    for (const [path, f] of this.#files) await this.#read(path, f);
  }
  #expand(pattern: string): readonly string[] {
    const { fs } = this.#proc;
    let found = [""];
    for (const part of pattern.split("/").slice(1)) {
      const next: string[] = [];
      for (const folder of found) {
        if (!/[*?[]/.test(part)) next.push(`${folder}/${part}`);
        else
          try {
            for (const name of fs.readdir(folder || "/")) if (globbed(part, name)) next.push(`${folder}/${name}`);
          } catch (error) {
            if (!(error instanceof Errno)) throw error;
          }
      }
      found = next;
    }
    return found.filter((path) => fs.exists(path) && fs.stat(path).type === "file" && !this.#options.exclude.some((e) => globbed(e, path)));
  }
  async #open(path: string): Promise<void> {
    const { fs } = this.#proc;
    const stat = fs.stat(path);
    const kept = this.#options.known[path];
    const at =
      kept && kept.ino === stat.ino && kept.at <= stat.size ? kept.at : this.#first && !kept && !this.#options.fromHead ? stat.size : 0;
    let file: Description;
    try {
      file = this.#proc.open(path, "r");
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return;
    }
    for (let left = at; left > 0;) {
      const data = await file.read(Math.min(left, 65_536));
      if (!data) break;
      left -= data.length;
    }
    this.#files.set(path, { file, at, ino: stat.ino, rest: "" });
    // A link's own file grows elsewhere.
    this.#watchOne(fs.realpath(path));
    await this.#options.found?.(path);
  }
  async #read(path: string, f: Followed): Promise<void> {
    const decoder = new TextDecoder();
    for (let data = await f.file.read(); data; data = await f.file.read()) {
      f.at += data.length;
      f.rest += decoder.decode(data, { stream: true });
      const lines = f.rest.split("\n");
      f.rest = lines.pop() ?? "";
      if (f.rest.length > MOST) lines.push(f.rest.slice(0, MOST), (f.rest = f.rest.slice(MOST)));
      for (const line of lines) await this.#options.line(path, line.replace(/\r$/, ""));
    }
    const { fs } = this.#proc;
    const stat = fs.exists(path) ? fs.stat(path) : undefined;
    if (stat && stat.ino === f.ino && stat.size >= f.at) return;
    this.#proc.close(f.file);
    this.#files.delete(path);
    // Another file has its name now, or it was cut: that is read from its beginning.
    if (stat) {
      await this.#open(path);
      const again = this.#files.get(path);
      if (again) await this.#read(path, again);
    }
  }
}

/** Reads on in all of them, `after` when nothing is left; what is asked for meanwhile is one more round. */
export function pumping(tails: readonly Tail[], after: () => void): () => Promise<void> {
  let busy = false;
  let again = false;
  return async () => {
    again = true;
    if (busy) return;
    busy = true;
    while (again) {
      again = false;
      for (const tail of tails) await tail.pump();
    }
    busy = false;
    after();
  };
}

/** A shell's pattern: *, ? and [abc]. */
export function globbed(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    const set = pattern[p] === "[" ? /^\[(!?)([^\]]+)\]/.exec(pattern.slice(p, p + 64)) : null;
    if (
      pattern[p] === "?" ||
      (pattern[p] === text[t] && pattern[p] !== "*" && !set) ||
      (set && (set[1] === "!") !== set[2]?.includes(text[t] as string))
    ) {
      p += set ? set[0].length : 1;
      t++;
    } else if (pattern[p] === "*") [star, mark, p] = [p, t, p + 1];
    else if (star >= 0) [p, t] = [star + 1, ++mark];
    else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
