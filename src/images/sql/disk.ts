import { Errno, type ProcessContext } from "../../runtime/index.ts";
import { type Change, dumpTable, type Store } from "./store.ts";

/** How a server names its files. */
export interface Layout {
  /** Of a database, with the folder it is in. */
  readonly folder: (database: string, number: number) => string;
  /** The file in that folder which says what database it is. */
  readonly mark: string;
  readonly table: (name: string) => readonly [file: string, ...others: string[]];
  /** The folder in which databases' folders are. */
  readonly databases: string;
  readonly log: string;
  readonly users: string;
}
const FLUSH = 256 * 1024;

/**
 * Databases as files: one a table, and a log of what was committed since these were written. A line of the log is a
 * commit; one that a crash has cut off is none.
 */
export class Disk {
  readonly #proc: ProcessContext;
  readonly #layout: Layout;
  readonly #store: Store;
  #lsn: number;
  #logged: number;
  readonly #dirty = new Set<string>();

  constructor(proc: ProcessContext, layout: Layout, store: Store, lsn = 0, logged = 0, dirty: readonly string[] = []) {
    this.#proc = proc;
    this.#layout = layout;
    this.#store = store;
    this.#lsn = lsn;
    this.#logged = logged;
    for (const d of dirty) this.#dirty.add(d);
  }
  get lsn(): number {
    return this.#lsn;
  }
  save(): { readonly lsn: number; readonly logged: number; readonly dirty: readonly string[] } {
    return { lsn: this.#lsn, logged: this.#logged, dirty: [...this.#dirty] };
  }

  /** A commit. Throws Errno when the disk will not have it. */
  commit(changes: readonly Change[]): void {
    const line = `${JSON.stringify([this.#lsn + 1, changes])}\n`;
    this.#proc.fs.writeFile(this.#layout.log, line, { append: true, mode: 0o660 });
    this.#lsn++;
    this.#logged += line.length;
    for (const change of changes) this.#shape(change);
    if (this.#logged > FLUSH) this.flush();
  }
  #path(database: string): string {
    return this.#layout.folder(database, this.#store.databases.get(database)?.number ?? 0);
  }
  #shape(change: Change): void {
    const { fs } = this.#proc;
    const [kind, database] = change;
    if (kind === "users") return this.#writeUsers();
    if (kind === "global") return;
    if (kind === "db") {
      if (change[2] === null) return removeFolder(this.#proc, this.#layout, database as string);
      fs.mkdir(this.#path(database as string), { recursive: true, mode: 0o700 });
      fs.writeFile(`${this.#path(database as string)}/${this.#layout.mark}`, `${JSON.stringify({ name: database, ...change[2] })}\n`, {
        mode: 0o660,
      });
      return;
    }
    const name = change[2] as string;
    const folder = this.#path(database as string);
    if (kind === "rename") {
      for (const [i, file] of this.#layout.table(name).entries())
        if (fs.exists(`${folder}/${file}`)) fs.rename(`${folder}/${file}`, `${folder}/${this.#layout.table(change[3])[i] as string}`);
      this.#dirty.delete(`${database}/${name}`);
      this.#dirty.add(`${database}/${change[3]}`);
    } else if (kind === "table" && change[3] === null) {
      this.#dirty.delete(`${database}/${name}`);
      for (const file of this.#layout.table(name)) if (fs.exists(`${folder}/${file}`)) fs.unlink(`${folder}/${file}`);
    } else if (kind === "table" && !fs.exists(`${folder}/${this.#layout.table(name)[0]}`)) this.#writeTable(database as string, name);
    else this.#dirty.add(`${database}/${name}`);
  }
  #writeUsers(): void {
    this.#proc.fs.writeFile(this.#layout.users, `${JSON.stringify(this.#store.users)}\n`, { mode: 0o660 });
  }
  #writeTable(database: string, name: string): void {
    const table = this.#store.databases.get(database)?.tables.get(name);
    if (!table) return;
    const folder = this.#path(database);
    const [file, ...others] = this.#layout.table(name);
    const lines = [JSON.stringify({ lsn: this.#lsn, name })];
    for (const change of dumpTable(database, table)) lines.push(JSON.stringify(change));
    this.#proc.fs.writeFile(`${folder}/${file}`, `${lines.join("\n")}\n`, { mode: 0o660 });
    for (const other of others)
      if (!this.#proc.fs.exists(`${folder}/${other}`)) this.#proc.fs.writeFile(`${folder}/${other}`, "", { mode: 0o660 });
  }
  /** Writes every table that has changed, and begins the log anew. */
  flush(): void {
    for (const name of this.#dirty) {
      const slash = name.indexOf("/");
      this.#writeTable(name.slice(0, slash), name.slice(slash + 1));
    }
    this.#dirty.clear();
    this.#proc.fs.writeFile(this.#layout.log, "", { mode: 0o660 });
    this.#logged = 0;
  }

  /** Reads everything into the store. How many commits came from the log. */
  load(): number {
    const { fs } = this.#proc;
    const layout = this.#layout;
    const at = new Map<string, number>();
    if (fs.exists(layout.users)) this.#store.apply(["users", JSON.parse(fs.readText(layout.users)) as never]);
    for (const entry of fs.exists(layout.databases) ? fs.readdir(layout.databases) : []) {
      const folder = `${layout.databases}/${entry}`;
      if (fs.stat(folder).type !== "directory" || !fs.exists(`${folder}/${layout.mark}`)) continue;
      const { name: database, ...about } = JSON.parse(fs.readText(`${folder}/${layout.mark}`)) as {
        readonly name: string;
        readonly owner: string;
        readonly options: Readonly<Record<string, string>>;
        readonly number: number;
      };
      this.#store.apply(["db", database, about]);
      for (const file of fs.readdir(folder)) {
        const text = file === layout.mark ? "" : fs.readText(`${folder}/${file}`);
        if (!text.startsWith('{"lsn"')) continue;
        const [head = "", ...lines] = text.trimEnd().split("\n");
        const { lsn, name } = JSON.parse(head) as { readonly lsn: number; readonly name: string };
        at.set(`${database}/${name}`, lsn);
        this.#lsn = Math.max(this.#lsn, lsn);
        for (const line of lines) this.#store.apply(JSON.parse(line) as Change);
      }
    }
    return this.#recover(at);
  }
  #recover(at: ReadonlyMap<string, number>): number {
    const { fs } = this.#proc;
    if (!fs.exists(this.#layout.log)) return 0;
    let commits = 0;
    const text = fs.readText(this.#layout.log);
    for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
      if (line === "") continue;
      const [lsn, changes] = JSON.parse(line) as [number, readonly Change[]];
      commits++;
      for (const change of changes) {
        // Files of databases and users are written at once; a table's file says how new it is.
        if (change[0] === "db" || change[0] === "users" || change[0] === "global") continue;
        const name = `${change[1]}/${change[2]}`;
        if (!this.#store.databases.has(change[1]) || lsn <= (at.get(name) ?? 0)) continue;
        if (change[0] === "table" && change[3] !== null && !this.#store.databases.get(change[1])?.tables.has(change[2])) continue;
        this.#store.apply(change);
        this.#dirty.add(name);
      }
      this.#lsn = Math.max(this.#lsn, lsn);
    }
    this.#logged = text.length;
    return commits;
  }
}

function removeFolder(proc: ProcessContext, layout: Layout, database: string): void {
  for (const entry of proc.fs.readdir(layout.databases)) {
    const folder = `${layout.databases}/${entry}`;
    try {
      if ((JSON.parse(proc.fs.readText(`${folder}/${layout.mark}`)) as { readonly name: string }).name !== database) continue;
      for (const file of proc.fs.readdir(folder)) proc.fs.unlink(`${folder}/${file}`);
      proc.fs.rmdir(folder);
      return;
    } catch (error) {
      if (!(error instanceof Errno) && !(error instanceof SyntaxError)) throw error;
    }
  }
}
