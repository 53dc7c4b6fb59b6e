import { Errno } from "../../runtime/index.ts";
import { fromBinary, readBinary } from "../database/binary.ts";
import { parseDump, producedBy } from "./rdb.ts";
import type { Server } from "./server.ts";
import type { Stored } from "./state.ts";
import { since } from "./versions.ts";

/** Milliseconds of CPU for a megabyte of dump. */
const SAVE_CPU = 8;

/** What is on disk: dump.rdb and, when asked for, the append-only file. */
export class Persistence {
  readonly #server: Server;
  lastSave: number;
  /** The last save did not work. */
  failed = false;
  /** The child that saves. */
  #saver: Stored["saver"];
  /** When changes are enough for the next save. */
  #saveAt: number | null;
  #appending = false;

  constructor(server: Server, stored?: Stored) {
    this.#server = server;
    this.lastSave = stored?.lastSave ?? server.proc.clock.now();
    this.#saver = stored?.saver ?? null;
    this.#saveAt = stored?.saveAt ?? null;
    this.#appending = stored !== undefined && server.config.is("appendonly");
    this.#sequence = stored?.sequence ?? 1;
  }
  save(): Pick<Stored, "lastSave" | "saver" | "saveAt" | "sequence"> {
    return { lastSave: this.lastSave, saver: this.#saver, saveAt: this.#saveAt, sequence: this.#sequence };
  }
  get saving(): boolean {
    return this.#saver !== null;
  }
  get #path(): string {
    const { config } = this.#server;
    return `${config.get("dir")}/${config.get("dbfilename")}`;
  }
  get #folder(): string {
    const { config } = this.#server;
    return since(this.#server.version, "7.0") ? `${config.get("dir")}/${config.get("appenddirname")}` : config.get("dir");
  }
  get #name(): string {
    return this.#server.config.get("appendfilename");
  }
  get #incr(): string {
    return since(this.#server.version, "7.0")
      ? `${this.#folder}/${this.#name}.${this.#sequence}.incr.aof`
      : `${this.#folder}/${this.#name}`;
  }
  /** Which incremental file is written to: the manifest's last. */
  #sequence = 1;

  about(aof = false): Readonly<Record<string, string>> {
    const { proc, product, version, usedMemory } = this.#server;
    return {
      [product === "Valkey" && since(version, "8.0") ? "valkey-ver" : "redis-ver"]: version,
      "redis-bits": "64",
      ctime: String(Math.floor(proc.clock.now() / 1000)),
      "used-mem": String(usedMemory),
      [since(version, "7.0") ? "aof-base" : "aof-preamble"]: aof ? "1" : "0",
    };
  }

  // --- loading ---

  /** Reads what is on disk. False: it is damaged, and the server must not start. */
  async load(): Promise<boolean> {
    const { config } = this.#server;
    const from = this.#server.proc.clock.now();
    if (config.is("appendonly")) return this.#loadAppended(from);
    const text = readBinary(this.#server.proc, this.#path);
    if (text === undefined) return true;
    if (!(await this.#take(text))) return false;
    await this.#server.log("*", `DB loaded from disk: ${seconds(this.#server.proc.clock.now() - from)} seconds`);
    return true;
  }
  async #take(text: string, base = false): Promise<boolean> {
    const { engine, proc } = this.#server;
    await proc.cpu((text.length / 2 ** 20) * SAVE_CPU);
    const loaded = parseDump(text);
    if (typeof loaded === "string") {
      await this.#server.log("#", `${loaded}. Fatal error loading the DB: Invalid argument. Exiting.`);
      return false;
    }
    const expired = engine.load(loaded);
    const age = Math.max(0, Math.floor(proc.clock.now() / 1000) - Number(loaded.about["ctime"] ?? 0));
    await this.#server.log("*", producedBy(loaded));
    await this.#server.log("*", `RDB age ${age} seconds`);
    await this.#server.log("*", `RDB memory usage when created ${(Number(loaded.about["used-mem"] ?? 0) / 2 ** 20).toFixed(2)} Mb`);
    if (base) await this.#server.log("*", "RDB is base AOF");
    if (since(this.#server.version, "6.2"))
      await this.#server.log(
        this.#server.notice === "*" || base ? "*" : "#",
        `Done loading RDB, keys loaded: ${loaded.keys.length - expired}, keys expired: ${expired}.`,
      );
    return true;
  }

  async #loadAppended(from: number): Promise<boolean> {
    const { proc, engine } = this.#server;
    const took = (): string => seconds(proc.clock.now() - from);
    if (!since(this.#server.version, "7.0")) {
      const text = readBinary(proc, this.#incr);
      if (text === undefined) return true;
      const end = text.startsWith("REDIS") ? 0 : engine.replay(text, 0).end;
      if (end < text.length && !(await this.#truncated(this.#incr, text, end))) return false;
      await this.#server.log("*", `DB loaded from append only file: ${took()} seconds`);
      return true;
    }
    const manifest = readBinary(proc, `${this.#folder}/${this.#name}.manifest`);
    if (manifest === undefined) return true;
    for (const line of manifest.split("\n")) {
      const [, file, seq, type] = /^file (\S+) seq (\d+) type (\w)/.exec(line) ?? [];
      if (file === undefined) continue;
      const text = readBinary(proc, `${this.#folder}/${file}`);
      if (text === undefined) {
        await this.#server.log("#", `The AOF file ${file} doesn't exist`);
        return false;
      }
      if (type === "b") {
        await this.#server.log("*", "Reading RDB base file on AOF loading...");
        if (!(await this.#take(text, true))) return false;
        await this.#server.log("*", `DB loaded from base file ${file}: ${took()} seconds`);
        continue;
      }
      this.#sequence = Number(seq);
      await proc.cpu((text.length / 2 ** 20) * SAVE_CPU);
      const { end } = engine.replay(text, 0);
      if (end < text.length && !(await this.#truncated(`${this.#folder}/${file}`, text, end))) return false;
      if (text !== "") await this.#server.log("*", `DB loaded from incr file ${file}: ${took()} seconds`);
    }
    await this.#server.log("*", `DB loaded from append only file: ${took()} seconds`);
    return true;
  }
  /** A write was cut off by a crash: what is whole is kept. */
  async #truncated(path: string, text: string, end: number): Promise<boolean> {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (!this.#server.config.is("aof-load-truncated")) {
      await this.#server.log(
        "#",
        `Unexpected end of file reading the append only file ${name}. You can: 1) Make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>. 2) Alternatively you can set the 'aof-load-truncated' configuration option to yes and restart the server.`,
      );
      return false;
    }
    await this.#server.log("#", `!!! Warning: short read while loading the AOF file ${name}!!!`);
    await this.#server.log("#", `AOF ${name} loaded anyway because aof-load-truncated is enabled`);
    this.#server.proc.fs.writeFile(path, fromBinary(text.slice(0, end)));
    return true;
  }

  // --- the append-only file ---

  /** Begins to write it, when configured. False: the disk will not have it. */
  async begin(): Promise<boolean> {
    const { config, engine, proc } = this.#server;
    if (!config.is("appendonly")) return true;
    try {
      if (since(this.#server.version, "7.0")) {
        const manifest = `${this.#folder}/${this.#name}.manifest`;
        if (proc.fs.exists(manifest))
          await this.#server.log("*", `Opening AOF incr file ${this.#incr.slice(this.#folder.length + 1)} on server start`);
        else {
          proc.fs.mkdir(this.#folder, { recursive: true, mode: 0o755 });
          this.#writeBase();
          await this.#server.log("*", `Creating AOF base file ${this.#name}.1.base.rdb on server start`);
          await this.#server.log("*", `Creating AOF incr file ${this.#name}.1.incr.aof on server start`);
        }
      } else if (!proc.fs.exists(this.#incr)) proc.fs.writeFile(this.#incr, "", { mode: 0o644 });
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await this.#server.log("#", `Can't open or create append-only dir ${config.get("appenddirname")}: ${error.message}`);
      return false;
    }
    engine.forgetSelected();
    this.#appending = true;
    return true;
  }
  #writeBase(): void {
    const { proc, engine } = this.#server;
    proc.fs.writeFile(`${this.#folder}/${this.#name}.${this.#sequence}.base.rdb`, fromBinary(engine.dump(this.about(true))));
    proc.fs.writeFile(`${this.#folder}/${this.#name}.${this.#sequence}.incr.aof`, "");
    proc.fs.writeFile(
      `${this.#folder}/${this.#name}.manifest`,
      `file ${this.#name}.${this.#sequence}.base.rdb seq ${this.#sequence} type b\nfile ${this.#name}.${this.#sequence}.incr.aof seq ${this.#sequence} type i\n`,
    );
  }
  append(text: string): void {
    if (!this.#appending) return;
    try {
      this.#server.proc.fs.writeFile(this.#incr, fromBinary(text), { append: true });
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      void this.#server.log("#", `Error writing to the AOF file: ${error.message}`);
    }
  }
  /** BGREWRITEAOF: the data as they are now, and nothing of how they came to be. */
  async rewrite(): Promise<void> {
    const { proc, engine } = this.#server;
    const { code } = await (
      await proc.spawn({ argv: ["redis-aof-rewrite"], program: { name: "redis-child", arguments: { cpu: this.#cost() } } })
    ).exited;
    if (code !== 0 || !this.#appending) return;
    const old = this.#sequence;
    if (since(this.#server.version, "7.0")) {
      this.#sequence++;
      this.#writeBase();
      for (const file of [`${this.#name}.${old}.base.rdb`, `${this.#name}.${old}.incr.aof`])
        if (proc.fs.exists(`${this.#folder}/${file}`)) proc.fs.unlink(`${this.#folder}/${file}`);
    }
    engine.forgetSelected();
    await this.#server.log("*", "Background AOF rewrite finished successfully");
  }
  #cost(): number {
    return 2 + (this.#server.engine.bytes / 2 ** 20) * SAVE_CPU;
  }
  stopAppending(): void {
    this.#appending = false;
  }

  // --- dump.rdb ---

  /** After changes: when are they enough for a save? */
  written(): void {
    const { config, engine, proc } = this.#server;
    if (engine.dirty === 0 || this.#saver) return;
    const now = proc.clock.now();
    const due = config.saves.filter((s) => engine.dirty >= s.changes).map((s) => Math.max(now, this.lastSave + s.seconds * 1000));
    if (due.length === 0) return;
    const at = Math.min(...due);
    if (this.#saveAt !== null && this.#saveAt <= at) return;
    this.#saveAt = at;
    void this.#wait(at);
  }
  async #wait(at: number): Promise<void> {
    await this.#server.timers.until(at);
    if (this.#saveAt !== at || this.#server.stopping) return;
    await this.#server.sessions.work(async () => {
      this.#saveAt = null;
      const { engine, config, proc } = this.#server;
      const age = proc.clock.now() - this.lastSave;
      const rule = config.saves.find((s) => engine.dirty >= s.changes && age >= s.seconds * 1000);
      if (!rule) return this.written();
      await this.#server.log("*", `${rule.changes} changes in ${rule.seconds} seconds. Saving...`);
      await this.background();
    });
  }
  /** BGSAVE: a child writes what there is now. */
  async background(): Promise<void> {
    const { proc, engine } = this.#server;
    const child = await proc.spawn({ argv: ["redis-rdb-bgsave"], program: { name: "redis-child", arguments: { cpu: this.#cost() } } });
    await this.#server.log("*", `Background saving started by pid ${child.pid}`);
    // A fork sees the data as they are at this moment.
    const wrong = this.#write(`${this.#server.config.get("dir")}/temp-${child.pid}.rdb`);
    this.#saver = { pid: child.pid, at: proc.clock.now(), dirty: engine.dirty };
    void child.exited.then(({ code }) => this.#server.sessions.work(() => this.#saved(code, wrong)));
  }
  async #saved(code: number, wrong: string | undefined): Promise<void> {
    const saver = this.#saver;
    if (!saver) return;
    const { proc, engine } = this.#server;
    this.#saver = null;
    const temporary = `${this.#server.config.get("dir")}/temp-${saver.pid}.rdb`;
    if (wrong !== undefined) await this.#server.log("#", wrong, saver.pid, "C");
    if (code === 0 && wrong === undefined && proc.fs.exists(temporary)) {
      proc.fs.rename(temporary, this.#path);
      await this.#server.log("*", "DB saved on disk", saver.pid, "C");
      if (since(this.#server.version, "7.0"))
        await this.#server.log("*", "Fork CoW for RDB: current 0 MB, peak 0 MB, average 0 MB", saver.pid, "C");
      else await this.#server.log("*", "RDB: 0 MB of memory used by copy-on-write", saver.pid, "C");
      await this.#server.log("*", "Background saving terminated with success");
      engine.dirty = Math.max(0, engine.dirty - saver.dirty);
      this.lastSave = proc.clock.now();
      this.#server.stats.saves++;
      this.failed = false;
    } else {
      await this.#server.log("#", code > 128 ? `Background saving terminated by signal ${code - 128}` : "Background saving error");
      this.failed = true;
    }
    this.written();
  }
  /** SAVE: at once. What is wrong, as the log says it. */
  async now(): Promise<boolean> {
    const { proc, engine, config } = this.#server;
    await proc.cpu(this.#cost());
    const temporary = `${config.get("dir")}/temp-${proc.pid}.rdb`;
    const wrong = this.#write(temporary);
    if (wrong !== undefined) {
      await this.#server.log("#", wrong);
      return false;
    }
    proc.fs.rename(temporary, this.#path);
    await this.#server.log("*", "DB saved on disk");
    engine.dirty = 0;
    this.lastSave = proc.clock.now();
    this.failed = false;
    return true;
  }
  #write(path: string): string | undefined {
    const { proc, engine, config } = this.#server;
    try {
      proc.fs.writeFile(path, fromBinary(engine.dump(this.about())), { mode: 0o644 });
      return undefined;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (proc.fs.exists(path)) proc.fs.unlink(path);
      return `Failed opening the temp RDB file ${path.slice(path.lastIndexOf("/") + 1)} (in server root dir ${config.get("dir")}) for saving: ${error.message}`;
    }
  }

  /** After a thaw: goes on waiting. */
  resume(): void {
    if (this.#saveAt !== null) void this.#wait(this.#saveAt);
    const saver = this.#saver;
    if (!saver) return;
    const child = this.#server.proc.child(saver.pid);
    if (child) void child.exited.then(({ code }) => this.#server.sessions.work(() => this.#saved(code, undefined)));
    else this.#saver = null;
  }
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
