import { Errno, type ProcessContext } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { type Change, type Collection, dumpCollection, type Store } from "./store.ts";

const FILES = ["WiredTiger", "WiredTiger.lock", "WiredTiger.turtle", "WiredTiger.wt", "WiredTigerHS.wt", "sizeStorer.wt", "storage.bson"];
const BLOCK = 4096;
const FLUSH = 1024 * 1024;

/**
 * A data folder with WiredTiger's names: a file a collection as of the last checkpoint, a catalogue that names them, and
 * a journal of what was done since. A line of the journal is one command's changes; one that a crash has cut off is none.
 */
export class Disk {
  readonly #proc: ProcessContext;
  readonly #store: Store;
  readonly #folder: string;
  readonly #dirty = new Set<string>();
  #journaled: number;
  #begun: boolean;

  constructor(
    proc: ProcessContext,
    store: Store,
    folder: string,
    stored?: { readonly dirty: readonly string[]; readonly journaled: number },
  ) {
    this.#proc = proc;
    this.#store = store;
    this.#folder = folder;
    for (const name of stored?.dirty ?? []) this.#dirty.add(name);
    this.#journaled = stored?.journaled ?? 0;
    this.#begun = stored !== undefined;
  }
  get #journal(): string {
    return `${this.#folder}/journal/WiredTigerLog.0000000001`;
  }
  get dirty(): boolean {
    return this.#dirty.size > 0;
  }
  save(): { readonly dirty: readonly string[]; readonly journaled: number } {
    return { dirty: [...this.#dirty], journaled: this.#journaled };
  }

  /** Makes the folder's files, or reads them: how many commands came from the journal; undefined: there was nothing. Throws Errno. */
  open(): number | undefined {
    const { fs } = this.#proc;
    fs.mkdir(`${this.#folder}/journal`, { recursive: true, mode: 0o700 });
    fs.mkdir(`${this.#folder}/diagnostic.data`, { recursive: true, mode: 0o700 });
    this.#begun = true;
    const catalogue = `${this.#folder}/_mdb_catalog.wt`;
    if (!fs.exists(catalogue)) {
      for (const file of FILES)
        fs.writeFile(`${this.#folder}/${file}`, file === "WiredTiger" ? "WiredTiger\nWiredTiger 12.0.0: (November 15, 2024)\n" : "", {
          mode: 0o600,
        });
      fs.writeFile(catalogue, "", { mode: 0o600 });
      fs.writeFile(this.#journal, "", { mode: 0o600 });
      return undefined;
    }
    for (const line of fs.readText(catalogue).split("\n")) {
      if (line === "") continue;
      const { database, name, file } = JSON.parse(line) as { readonly database: string; readonly name: string; readonly file: string };
      const text = fs.readText(`${this.#folder}/${file}`);
      for (const change of text.split("\n")) if (change !== "") this.#store.apply(JSON.parse(change) as Change);
      const there = this.#store.collection(database, name);
      if (there) there.disk = taken(there);
    }
    const text = fs.exists(this.#journal) ? fs.readText(this.#journal) : "";
    let commits = 0;
    for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
      if (line === "") continue;
      commits++;
      for (const change of JSON.parse(line) as readonly Change[]) {
        this.#store.apply(change);
        this.#dirty.add(`${change[1]}.${change[2]}`);
      }
    }
    this.#journaled = text.length;
    return commits;
  }

  /** One command's changes. Throws Errno when the disk will not have them. */
  commit(changes: readonly Change[]): void {
    if (!this.#begun) return;
    const line = `${JSON.stringify(changes)}\n`;
    this.#proc.fs.writeFile(this.#journal, line, { append: true, mode: 0o600 });
    this.#journaled += line.length;
    for (const [, database, name] of changes) this.#dirty.add(`${database}.${name}`);
    if (this.#journaled > FLUSH) this.checkpoint();
  }
  /** Writes what has changed, and begins the journal anew. */
  checkpoint(): void {
    const { fs } = this.#proc;
    const lines: string[] = [];
    const files = new Set<string>();
    for (const [database, all] of this.#store.databases)
      for (const [name, c] of all) {
        const file = `collection-${c.number}.wt`;
        files.add(file).add(`index-${c.number + 1}.wt`);
        lines.push(JSON.stringify({ database, name, file }));
        if (!this.#dirty.has(`${database}.${name}`)) continue;
        fs.writeFile(
          `${this.#folder}/${file}`,
          dumpCollection(database, name, c)
            .map((change) => `${JSON.stringify(change)}\n`)
            .join(""),
          { mode: 0o600 },
        );
        fs.writeFile(`${this.#folder}/index-${c.number + 1}.wt`, "", { mode: 0o600 });
        c.disk = taken(c);
      }
    fs.writeFile(`${this.#folder}/_mdb_catalog.wt`, lines.map((l) => `${l}\n`).join(""), { mode: 0o600 });
    for (const entry of fs.readdir(this.#folder))
      if (/^(collection|index)-\d+\.wt$/.test(entry) && !files.has(entry)) fs.unlink(`${this.#folder}/${entry}`);
    fs.writeFile(this.#journal, "", { mode: 0o600 });
    this.#dirty.clear();
    this.#journaled = 0;
  }
}

/** A checkpoint's file: blocks of 4 KiB, and some that WiredTiger keeps for itself once there is anything in it. */
const taken = (c: Collection): number => (c.docs.size === 0 ? BLOCK : Math.max(5, 4 + Math.ceil(c.bytes / 2 / BLOCK)) * BLOCK);

const lockOf = (folder: string): string => `${folder}/mongod.lock`;

/**
 * Takes a folder for itself. There are no file locks here, so who holds one answers for it: a newcomer leaves a word of
 * its own in the lock file, and a holder that runs puts its number back. Throws Errno.
 */
export async function lock(proc: ProcessContext, folder: string): Promise<"held" | "unclean" | "free"> {
  const path = lockOf(folder);
  const before = proc.fs.readText(path);
  const word = `?${proc.random.suffix(10)}`;
  proc.fs.writeFile(path, word, { mode: 0o600 });
  await proc.clock.sleep(5);
  if (proc.fs.readText(path) !== word) return "held";
  proc.fs.writeFile(path, `${proc.pid}\n`, { mode: 0o600 });
  return before === "" ? "free" : "unclean";
}
/** From now on newcomers are told. */
export function holds(proc: ProcessContext, folder: string): void {
  const path = lockOf(folder);
  proc.fs.watch(path, () => {
    if (readIfThere(proc, path)?.startsWith("?")) proc.fs.writeFile(path, `${proc.pid}\n`, { mode: 0o600 });
  });
}

/** What is wrong with a data folder, in mongod's words; undefined: nothing. */
export function unusable(proc: ProcessContext, folder: string): string | undefined {
  try {
    if (!proc.fs.exists(folder))
      return `NonExistentPath: Data directory ${folder} not found. Create the missing directory or specify another path using (1) the --dbpath command line option, or (2) by adding the 'storage.dbPath' option in the configuration file.`;
    proc.fs.writeFile(`${folder}/mongod.lock`, "", { append: true, mode: 0o600 });
    return undefined;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const why = `${error.message}`;
    if (error.code === "EACCES" || error.code === "EPERM")
      return `IllegalOperation: Attempted to create a lock file on a read-only directory: ${folder}`;
    if (error.code === "EROFS") return `IllegalOperation: Attempted to create a lock file on a read-only directory: ${folder}`;
    return `DBPathInUse: Unable to create/open the lock file: ${folder}/mongod.lock (${why}). Ensure the user executing mongod is the owner of the lock file and has the appropriate permissions. Also make sure that another mongod instance is not already running on the ${folder} directory`;
  }
}
