import type { Random } from "../../sim/index.ts";
import { dataCommands, type DataCommand, keysOf } from "./commands/index.ts";
import { Keyspace } from "./keyspace.ts";
import { dump, type Loaded } from "./rdb.ts";
import { bulks, parseRequest, RedisError } from "./resp.ts";

export interface EngineHost {
  readonly now: () => number;
  readonly random: Random;
  /** What was done, as a command that does it again: for the append-only file, replicas, and a thaw. */
  readonly propagate: (text: string) => void;
  /** A key has changed: for WATCH, and for who waits for a list. */
  readonly touched: (db: number, key: string) => void;
}

/** The data and what commands do to them. What it does again from what it propagated is the same. */
export class Engine {
  readonly dbs: readonly Keyspace[];
  /** Changes since the last save. */
  dirty = 0;
  readonly #host: EngineHost;
  /** The database that what is propagated is about; -1: nobody has been told yet. */
  #selected = -1;
  /** Words from elsewhere are done, and not passed on by us. */
  #quiet = false;

  constructor(host: EngineHost, databases: number) {
    this.#host = host;
    this.dbs = Array.from(
      { length: databases },
      (_, n) =>
        new Keyspace(host.now, (key) => {
          this.propagate(n, ["DEL", key]);
          host.touched(n, key);
        }),
    );
  }

  get bytes(): number {
    return this.dbs.reduce((n, db) => n + db.bytes, 0);
  }
  get keys(): number {
    return this.dbs.reduce((n, db) => n + db.entries.size, 0);
  }

  /** One command on one database: its reply. Throws RedisError. */
  run(n: number, command: DataCommand, args: readonly string[]): string {
    const db = this.dbs[n] as Keyspace;
    const effects: (readonly string[])[] = [];
    let changes = 0;
    const reply = command.run(
      {
        db,
        now: this.#host.now(),
        random: this.#host.random,
        changed: (more = 1) => {
          changes += more;
        },
        effect: (...words) => effects.push(words),
      },
      args.slice(1),
    );
    if (changes > 0) {
      this.dirty += changes;
      for (const key of keysOf(command, args)) {
        db.settle(key);
        this.#host.touched(n, key);
      }
      for (const words of effects.length > 0 ? effects : [args]) this.propagate(n, words);
    } else if (command.write) for (const key of keysOf(command, args)) db.settle(key);
    return reply;
  }

  propagate(n: number, args: readonly string[]): void {
    if (this.#quiet) return;
    const select = n === this.#selected || n < 0 ? "" : bulks(["SELECT", String(n)]);
    if (n >= 0) this.#selected = n;
    this.#host.propagate(select + bulks(args));
  }
  /** Whoever listens from now on has not heard which database it is about. */
  forgetSelected(): void {
    this.#selected = -1;
  }
  flush(n: number | undefined): void {
    for (const [i, db] of this.dbs.entries()) {
      if (n !== undefined && n !== i) continue;
      this.dirty += db.entries.size;
      for (const key of db.entries.keys()) this.#host.touched(i, key);
      db.clear();
    }
    this.propagate(n ?? -1, [n === undefined ? "FLUSHALL" : "FLUSHDB"]);
  }
  swap(a: number, b: number): void {
    const [one, two] = [this.dbs[a] as Keyspace, this.dbs[b] as Keyspace];
    const moved = [...one.entries];
    one.clear();
    for (const [key, entry] of two.entries) one.put(key, entry, entry.expires);
    two.clear();
    for (const [key, entry] of moved) two.put(key, entry, entry.expires);
    this.dirty++;
    this.propagate(-1, ["SWAPDB", String(a), String(b)]);
  }

  /** Does what was propagated, from database `n` on; answers how far it came and where it was. */
  replay(text: string, n: number): { readonly end: number; readonly db: number; readonly commands: number; readonly bad?: true } {
    this.#quiet = true;
    let at = 0;
    let commands = 0;
    for (;;) {
      const request = parseRequest(text, at);
      if (!request || "refused" in request) {
        this.#quiet = false;
        return { end: at, db: n, commands, ...(request && { bad: true }) };
      }
      at = request.end;
      commands++;
      const [name = "", ...rest] = request.args;
      const word = name.toLowerCase();
      const command = dataCommands.get(word);
      if (word === "select") n = Number(rest[0]);
      else if (word === "flushall") this.flush(undefined);
      else if (word === "flushdb") this.flush(n);
      else if (word === "swapdb") this.swap(Number(rest[0]), Number(rest[1]));
      else if (command) {
        try {
          this.run(n, command, request.args);
        } catch (error) {
          if (!(error instanceof RedisError)) throw error;
        }
      }
    }
  }

  dump(about: Readonly<Record<string, string>>): string {
    return dump(this.dbs, about);
  }
  /** Takes a dump's keys in; answers how many were past their time. */
  load(loaded: Loaded): number {
    let expired = 0;
    for (const db of this.dbs) db.clear();
    for (const { db, key, value, expires } of loaded.keys) {
      if (expires !== undefined && expires <= this.#host.now()) expired++;
      else this.dbs[db]?.put(key, value, expires);
    }
    return expired;
  }

  /** Makes room as the policy says; false: there is none. */
  evict(limit: number, fixed: number, policy: string, evicted: () => void): boolean {
    if (limit === 0) return true;
    while (fixed + this.bytes > limit) {
      const victim = this.#victim(policy);
      if (!victim) return false;
      const [n, key] = victim;
      (this.dbs[n] as Keyspace).remove(key);
      this.#host.touched(n, key);
      this.propagate(n, ["DEL", key]);
      evicted();
    }
    return true;
  }
  #victim(policy: string): readonly [number, string] | undefined {
    if (policy === "noeviction") return undefined;
    const [which = "", by = ""] = policy.split("-");
    let best: readonly [number, string] | undefined;
    let worst = Infinity;
    for (const [n, db] of this.dbs.entries())
      for (const [key, entry] of db.entries) {
        if (which === "volatile" && entry.expires === undefined) continue;
        const rank =
          by === "lru" ? entry.used : by === "lfu" ? entry.hits : by === "ttl" ? (entry.expires ?? Infinity) : this.#host.random.next();
        if (rank >= worst) continue;
        worst = rank;
        best = [n, key];
      }
    return best;
  }
}
