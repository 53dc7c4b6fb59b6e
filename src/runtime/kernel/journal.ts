import type { Records } from "../records.ts";
import { ChunkRecord, type Entry, type Failure, failure, type Frozen, revive, type StoredJournal } from "./entry.ts";
import { type Decode, type Finisher, PendingCall, type Start } from "./pending.ts";
import { kindOf, sameCall } from "./sleeps.ts";

export interface JournalHost {
  now(): number;
  turn(fn: () => void): void;
  /** No deliveries while stopped (SIGSTOP). */
  readonly stopped: boolean;
  event(entry: Entry): void;
  /** Calls back when the process has paid CPU for a burst of system calls. */
  burst(fn: () => void): void;
  /** The thawed program did not do what the frozen one did. */
  diverged(why: string): void;
  /** Replay is over. */
  live(): void;
  changed(): void;
}

/** Thrown into a process that is dead already, to end its current piece of synchronous work. */
export const GONE = new Error("process is gone");
/** A promise of its own for each who waits for it: one for all would keep every dead process that waits. */
export const never = (): Promise<never> => new Promise(() => {});
/** Calls in one moment before one has to wait for CPU, so that no loop can stop time. */
const BURST = 256;
const CHUNK = 128;
const MAX_ENTRIES = 200_000;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * A process's journal (DESIGN §4). Live, it writes down every result; after a thaw the program runs again and gets the
 * same results in the same order, each in a turn, while its effects are suppressed; then the calls that were pending
 * start for real.
 *
 * Calls are numbered in the order they are made. A result that is void and immediate (a write to a file) is not written
 * down: a call below `calls` that is neither written nor pending was one. After a checkpoint, main() starts from
 * `restored` and may make calls of its own (reading a configuration): these run for real, uncounted, until it calls
 * checkpoint again or makes the call that followed the checkpoint (`first`).
 */
export class Journal implements Finisher {
  readonly #host: JournalHost;
  readonly #records: Records;
  readonly #name: number;
  #log: Entry[] = [];
  #bytes = 0;
  /** Everything before this has been delivered (or needed no delivery). */
  #cursor = 0;
  #calls = 0;
  /** Made when something has to wait. */
  #pending: Map<number, PendingCall> | undefined;
  /** Pending since before the checkpoint. */
  #carried: PendingCall[] = [];
  #first: string | null = null;
  #chunks = 0;
  #lost: boolean;
  #dead = false;
  /** Calls made at one moment of virtual time, and their weight. */
  #burst = 0;
  #burstAt = 0;
  #mode: "live" | "preamble" | "replay" = "live";
  #replayNow = 0;
  #scheduled = 0;
  #feedWaits = false;
  /** Uncounted calls that are done, and whose results the program is about to get. */
  #settling = 0;
  /** Of a frozen journal that is being replayed. */
  #frozen: Frozen | undefined;

  constructor(host: JournalHost, records: Records, name: number) {
    this.#host = host;
    this.#records = records;
    this.#name = name;
    this.#lost = !records.enabled;
  }

  get replaying(): boolean {
    return this.#mode === "replay";
  }
  now(): number {
    return this.#mode === "replay" ? this.#replayNow : this.#host.now();
  }

  /** A call that answers at once. `encode` gives what is written down, `decode` makes the answer of it. */
  sync<T>(key: string, live: () => T): T {
    if (this.#dead) throw GONE;
    if (this.#mode === "preamble" && !this.#begins(key)) return live();
    const s = this.#calls++;
    if (s === 0 && this.#mode === "live") this.#first = key;
    if (this.#mode === "replay") {
      if (this.#goesAstray(s)) throw GONE;
      const entry = this.#frozen?.results.get(s);
      if (entry?.e) throw revive(entry.e);
      return entry?.v as T;
    }
    try {
      const value = live();
      if (value !== undefined) this.#record({ s, v: value });
      else this.#host.changed();
      return value;
    } catch (error) {
      if (error !== GONE) this.#record({ s, e: failure(error) });
      throw error;
    }
  }

  /** A call that may block. `start` runs when live; what it completes with is written down, `decode`d for the program. */
  call(key: string, start: Start, decode?: (value: unknown) => unknown): Promise<unknown> {
    if (this.#dead) return never();
    if (this.#mode === "preamble" && !this.#begins(key)) return this.#preamble(key, start, decode);
    const s = this.#calls++;
    if (s === 0 && this.#mode === "live") this.#first = key;
    if (this.#mode === "replay") {
      if (this.#goesAstray(s)) return never();
      const entry = this.#frozen?.results.get(s);
      if (entry?.e) return Promise.reject(revive(entry.e));
      if (entry) return Promise.resolve(decode ? decode(entry.v) : entry.v);
      if (!this.#frozen?.deferred.has(s) && !this.#frozen?.pending.has(s)) return Promise.resolve(undefined);
      const pending = new PendingCall(this, s, key, start, decode);
      pending.progress = this.#frozen?.pending.get(s) ?? undefined;
      this.#wait(pending);
      return pending.promise();
    }
    return this.#live(s, key, start, decode);
  }

  /** A replayed program that makes more calls than the frozen one did is another: it is ended, since nobody knows what to answer it. */
  #goesAstray(s: number): boolean {
    const calls = this.#frozen?.calls ?? Infinity;
    if (s < calls) return false;
    if (s === calls) {
      const why = `it made more than ${calls} calls`;
      this.#host.turn(() => {
        if (!this.#dead) this.#host.diverged(why);
      });
    }
    return true;
  }

  /** A call that moves this many bytes weighs more: 64 of them as much as a call. */
  weigh(bytes: number): void {
    this.#burst += bytes >> 6;
  }

  /** Something that happens to the process unasked. */
  event(x: string, id: string | number, v: unknown): void {
    if (!this.#dead) this.#deliverLater({ x, id, v, t: this.#host.now() });
  }

  /** Cuts the journal. False while replaying: then it has been cut here before. */
  checkpoint(): boolean {
    if (this.#mode === "preamble") this.#startReplay();
    if (this.#mode === "replay" || this.#dead) return false;
    const waiting: Entry[] = [];
    for (let i = this.#cursor; i < this.#log.length; i++) {
      const entry = this.#log[i] as Entry;
      if (entry.t === undefined) continue;
      const k = entry.s === undefined ? undefined : this.#pending?.get(entry.s)?.key;
      waiting.push(k === undefined ? entry : { k, t: entry.t, v: entry.v, ...(entry.e && { e: entry.e }) });
    }
    for (const pending of this.#pending?.values() ?? []) {
      pending.s = -1;
      this.#carried.push(pending);
    }
    this.#pending?.clear();
    this.#log = waiting;
    this.#bytes = 0;
    this.#cursor = 0;
    this.#calls = 0;
    this.#first = null;
    this.#lost = !this.#records.enabled;
    this.#mark(0);
    for (let i = 1; i < this.#chunks; i++) this.#records.remove(`journal/${this.#name}/${i}`);
    this.#chunks = Math.min(1, this.#chunks);
    this.#host.changed();
    return true;
  }

  destroy(): void {
    this.#dead = true;
    for (const pending of [...(this.#pending?.values() ?? []), ...this.#carried]) pending.cancel?.();
    this.#pending = undefined;
    this.#carried = [];
    this.#log = [];
    for (let i = 0; i < this.#chunks; i++) this.#records.remove(`journal/${this.#name}/${i}`);
  }

  /** Continues deliveries after SIGCONT. */
  wake(): void {
    const waiting = this.#undelivered() - this.#scheduled;
    for (let i = 0; i < waiting; i++) this.#schedule();
  }

  save(): StoredJournal {
    const pending = [...(this.#pending?.values() ?? [])].map((p) => [p.s, p.key, p.progress ?? null] as const);
    if (this.#frozen && this.#mode !== "live") {
      // Not thawed yet: what was frozen is still the truth.
      return {
        ...this.#stored(),
        calls: this.#frozen.calls,
        delivered: this.#frozen.delivered,
        pending: [...this.#frozen.pending].map(([s, p]) => [s, "", p] as const),
        carried: this.#frozen.carried,
      };
    }
    return { ...this.#stored(), calls: this.#calls, delivered: this.#cursor, pending, carried: this.#carried.map((p) => p.key) };
  }
  #stored(): Pick<StoredJournal, "first" | "chunks" | "lost"> {
    return { first: this.#first, chunks: this.#chunks, lost: this.#lost };
  }

  /** Takes a frozen journal up. The program must be started in a turn right after `thaw`, with `begin` following it. */
  thaw(stored: StoredJournal, log: readonly Entry[], startedAt: number, restored: boolean): void {
    const results = new Map<number, Entry>();
    const deferred = new Set<number>();
    for (const entry of log) {
      if (entry.s === undefined) continue;
      if (entry.t === undefined) results.set(entry.s, entry);
      else deferred.add(entry.s);
    }
    this.#log = [...log];
    this.#chunks = stored.chunks;
    this.#first = stored.first;
    this.#frozen = {
      calls: stored.calls,
      delivered: stored.delivered,
      pending: new Map(stored.pending.map(([s, , p]) => [s, p])),
      // What was pending at the checkpoint, also if its result has come since: it is handed out again.
      carried: [...stored.carried, ...log.slice(0, stored.delivered).flatMap((e) => (e.k === undefined ? [] : [e.k]))],
      results,
      deferred,
    };
    this.#replayNow = startedAt;
    this.#mode = restored ? "preamble" : "replay";
  }

  /** After main() has been called: feeds it what it has known, one entry a turn. */
  begin(): void {
    if (this.#mode === "live") return;
    this.#host.turn(() => this.#feed());
  }

  #feed(): void {
    if (this.#dead || !this.#frozen) return;
    if (this.#mode === "preamble" && (this.#settling > 0 || this.#carried.some((p) => p.phase === "uncounted"))) {
      // It is still reading its configuration: replay when it is done. Time may pass for that.
      this.#feedWaits = true;
      return this.#host.live();
    }
    const entry = this.#next(this.#frozen.delivered);
    if (entry) {
      if (this.#mode === "preamble") this.#startReplay();
      this.#replayNow = entry.t ?? this.#replayNow;
      this.#hand(entry);
      this.#host.turn(() => this.#feed());
      return;
    }
    this.#goLive(this.#frozen);
  }

  #goLive(frozen: Frozen): void {
    if (this.#calls !== frozen.calls) {
      return this.#host.diverged(`it made ${this.#calls} calls instead of ${frozen.calls}`);
    }
    for (const s of frozen.pending.keys()) if (!this.#pending?.has(s)) return this.#host.diverged(`call ${s} was pending and is not`);
    this.#mode = "live";
    this.#frozen = undefined;
    this.#host.live();
    // Calls whose results wait in the log have been done already.
    const waiting = this.#log.slice(this.#cursor);
    const finished = new Set(waiting.map((e) => e.s));
    const keys = waiting.flatMap((e) => (e.k === undefined ? [] : [e.k]));
    for (const pending of this.#pending?.values() ?? []) if (!finished.has(pending.s)) pending.begin("waiting");
    for (const pending of [...this.#carried]) {
      if (pending.phase !== "idle") continue;
      const i = keys.indexOf(pending.key);
      if (i >= 0) keys.splice(i, 1);
      else pending.begin("waiting");
    }
    this.wake();
    this.#host.changed();
  }
  #startReplay(): void {
    this.#mode = "replay";
    this.#calls = 0;
  }
  /** Whether this call is the one that followed the checkpoint. */
  #begins(key: string): boolean {
    if (this.#first === null || kindOf(this.#first) !== kindOf(key) || this.#frozen === undefined || this.#frozen.calls === 0) return false;
    this.#startReplay();
    return true;
  }

  #preamble(key: string, start: Start, decode: Decode): Promise<unknown> {
    // Pending when the checkpoint was made: its result may be in the log.
    const carried = this.#frozen?.carried ?? [];
    const known = sameCall(key, carried);
    if (known !== undefined) carried.splice(carried.indexOf(known), 1);
    const pending = new PendingCall(this, -1, known ?? key, start, decode);
    const promise = pending.promise();
    this.#carried.push(pending);
    if (known === undefined) pending.begin("uncounted");
    return promise;
  }

  #live(s: number, key: string, start: Start, decode: Decode): Promise<unknown> {
    const pending = new PendingCall(this, s, key, start, decode);
    const now = this.#host.now();
    if (now !== this.#burstAt) this.#burst = 0;
    this.#burstAt = now;
    if (this.#burst++ >= BURST) {
      this.#wait(pending);
      this.#host.burst(() => {
        if (!this.#dead && pending.phase === "idle") pending.begin("waiting");
      });
      this.#host.changed();
      return pending.promise();
    }
    pending.begin("starting");
    const { answer } = pending;
    if (this.#dead) {
      // It died of it (SIGPIPE, the OOM killer).
      pending.cancel?.();
      return never();
    }
    if (!answer) {
      pending.phase = "waiting";
      this.#wait(pending);
      this.#host.changed();
      return pending.promise();
    }
    if (answer.error) {
      this.#record({ s, e: failure(answer.error.error) });
      return Promise.reject(answer.error.error);
    }
    if (answer.value !== undefined) this.#record({ s, v: answer.value });
    else this.#host.changed();
    return Promise.resolve(decode ? decode(answer.value) : answer.value);
  }

  #wait(pending: PendingCall): void {
    (this.#pending ??= new Map()).set(pending.s, pending);
  }

  /** A pending call has its answer: it goes into the log now, to the program in a turn. */
  finished(call: PendingCall, v: unknown, error: { readonly error: unknown } | undefined): void {
    if (this.#dead) return;
    if (call.phase === "uncounted") {
      this.#carried = this.#carried.filter((p) => p !== call);
      this.#settling++;
      this.#host.turn(() => {
        this.#settling--;
        if (this.#dead) return;
        if (error) call.reject?.(error.error);
        else call.accept(v);
        if (this.#feedWaits) this.#host.turn(() => this.#feed());
        this.#feedWaits = false;
      });
      return;
    }
    const t = this.#host.now();
    const e: Failure | undefined = error && failure(error.error);
    this.#deliverLater(call.s >= 0 ? (e ? { s: call.s, t, e } : { s: call.s, t, v }) : e ? { k: call.key, t, e } : { k: call.key, t, v });
  }

  #deliverLater(entry: Entry): void {
    this.#record(entry);
    if (this.#mode === "live") this.#schedule();
  }
  #schedule(): void {
    if (this.#host.stopped) return;
    this.#scheduled++;
    this.#host.turn(() => {
      this.#scheduled--;
      if (this.#dead || this.#host.stopped) return;
      const entry = this.#next(this.#log.length);
      if (!entry) return;
      const now = this.#host.now();
      if (entry.t !== now) {
        entry.t = now;
        this.#mark(this.#cursor - 1);
      }
      this.#host.changed();
      this.#hand(entry);
      this.#forget();
    });
  }
  /** The next entry before `end` that has to be delivered. */
  #next(end: number): Entry | undefined {
    while (this.#cursor < end) {
      const entry = this.#log[this.#cursor++];
      if (entry?.t !== undefined) return entry;
    }
    return undefined;
  }
  #undelivered(): number {
    let n = 0;
    for (let i = this.#cursor; i < this.#log.length; i++) if (this.#log[i]?.t !== undefined) n++;
    return n;
  }

  #hand(entry: Entry): void {
    if (entry.x !== undefined) return this.#host.event(entry);
    let pending: PendingCall | undefined;
    if (entry.s !== undefined) {
      pending = this.#pending?.get(entry.s);
      this.#pending?.delete(entry.s);
    } else {
      const i = this.#carried.findIndex((p) => p.key === entry.k);
      pending = i < 0 ? undefined : this.#carried.splice(i, 1)[0];
    }
    if (entry.e) pending?.reject?.(revive(entry.e));
    else pending?.accept(entry.v);
  }

  #record(entry: Entry): void {
    this.#host.changed();
    if (this.#lost && entry.t === undefined) return;
    this.#log.push(entry);
    if (this.#lost) return;
    this.#bytes += entry.v instanceof Uint8Array ? entry.v.length : typeof entry.v === "string" ? entry.v.length : 0;
    this.#mark(this.#log.length - 1);
    if (this.#log.length > MAX_ENTRIES || this.#bytes > MAX_BYTES) this.#lost = true;
  }
  /** Nothing is kept of what cannot be replayed anyway. */
  #forget(): void {
    if (!this.#lost || this.#cursor < 64 || this.#frozen) return;
    this.#log.splice(0, this.#cursor);
    this.#cursor = 0;
  }
  #mark(index: number): void {
    if (!this.#records.enabled) return;
    const chunk = Math.floor(index / CHUNK);
    this.#chunks = Math.max(this.#chunks, chunk + 1);
    this.#records.mark(
      new ChunkRecord(`journal/${this.#name}/${chunk}`, () => this.#log.slice(chunk * CHUNK, (chunk + 1) * CHUNK).map((e) => ({ ...e }))),
    );
  }
}
