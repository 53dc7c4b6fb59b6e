import { TimerHeap, type Timer } from "./heap.ts";

export type Cancel = () => void;

/** What `browser/` and `node/` lend the core: wall time and one timer. */
export interface Platform {
  /** Wall-clock milliseconds since the epoch. */
  wall(): number;
  /** Runs `fn` in a macrotask after `ms` of wall time (0: as soon as microtasks have drained). */
  timer(ms: number, fn: () => void): Cancel;
}

export type Speed = number | "max";

/**
 * Virtual time. Work runs in turns from one FIFO; between two turns all microtasks drain, so a turn is a piece of
 * synchronous work plus whatever promises it settles. `now()` does not change within a turn.
 */
export interface Clock {
  /** Virtual milliseconds since the epoch. */
  now(): number;
  /** Virtual nanoseconds, later at every call: what tells apart and orders things of one moment. */
  nanoseconds(): bigint;
  /** Resolves in a turn of its own `ms` later; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `fn` in a turn of its own `ms` later (never sooner than the next turn). */
  timer(ms: number, fn: () => void): Cancel;
  /** Queues background work: it waits while the clock is paused, and `step` runs one. */
  turn(fn: () => void | Promise<unknown>): void;
  /** Queues work that answers a learner: it runs even while the clock is paused. */
  foreground(fn: () => void | Promise<unknown>): void;
  /** Queues an input from outside, as `foreground` does, at the present moment. Returns its stamp. */
  input(fn: () => void | Promise<unknown>): InputStamp;
  /** Stops everything, queued turns too, until released: for code that the platform loads, so that order does not depend on how long that takes. */
  halt(): Cancel;
  /** Stops virtual time (not queued turns) until released, while the platform settles something. */
  hold(): Cancel;
  readonly speed: Speed;
  readonly paused: boolean;
  setSpeed(speed: Speed): void;
  pause(): void;
  resume(): void;
  /** While paused: runs one background turn, or else fires the next timer. Resolves when its microtasks have drained. */
  step(): Promise<void>;
  /** Runs as fast as the CPU goes until `ms` of virtual time have passed and no turn is queued, whatever the speed. */
  advance(ms: number): Promise<void>;
  /** As `advance`, in turns, until `done()` holds between two turns or `ms` have passed; says which. */
  advanceUntil(done: () => boolean, ms: number): Promise<boolean>;
  /** Drains ready work up to the next timer. */
  settle(): Promise<void>;
}

/** Inputs from outside are stamped, so that a history can be replayed. */
export interface InputStamp {
  /** Virtual time of arrival. */
  readonly at: number;
  readonly sequence: number;
}

interface Advance {
  readonly until: number;
  readonly done: () => boolean;
  readonly resolve: (met: boolean) => void;
}

/** Macrotasks ordered ahead, at most. */
const AHEAD = 16;

type Turn = () => void | Promise<unknown>;

/** The clock over a platform: each turn is a macrotask of its own (docs/decisions/002). */
export class SimClock implements Clock {
  #now: number;
  #speed: Speed;
  #paused = false;
  #holds = 0;
  #halts = 0;
  #sequence = 0;
  #tickAt = Number.NaN;
  #tick = 0;
  readonly #timers = new TimerHeap();
  readonly #foreground = new Fifo();
  readonly #background = new Fifo();
  readonly #advances: Advance[] = [];
  readonly #platform: Platform;
  readonly #onError: (error: unknown) => void;
  #steps: (() => void)[] = [];
  #anchorWall: number;
  #anchorVirtual: number;
  /** Macrotasks that are on their way to run a turn each. */
  #pumps = 0;
  /** A turn has begun and its microtasks may not have drained. */
  #busy = false;
  #wake: Cancel | undefined;

  /** Speed 0 makes a manual clock: time passes only through `advance`. */
  constructor(options: { epoch: number; speed?: Speed; platform: Platform; onError?: (error: unknown) => void }) {
    this.#now = options.epoch;
    this.#speed = options.speed ?? 1;
    this.#platform = options.platform;
    this.#onError =
      options.onError ??
      ((error) => {
        throw error;
      });
    this.#anchorWall = options.platform.wall();
    this.#anchorVirtual = options.epoch;
  }

  now(): number {
    return this.#now;
  }
  nanoseconds(): bigint {
    if (this.#tickAt !== this.#now) {
      this.#tickAt = this.#now;
      this.#tick = 0;
    }
    return BigInt(Math.floor(this.#now * 1000)) * 1000n + BigInt(this.#tick++);
  }
  get speed(): Speed {
    return this.#speed;
  }
  get paused(): boolean {
    return this.#paused;
  }

  setSpeed(speed: Speed): void {
    this.#reanchor();
    this.#speed = speed;
    this.#schedule();
  }
  pause(): void {
    this.#reanchor();
    this.#paused = true;
  }
  resume(): void {
    this.#paused = false;
    this.#anchor();
    this.#schedule();
  }
  hold(): Cancel {
    if (this.#holds === 0) this.#reanchor();
    this.#holds++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#holds--;
      if (this.#holds === 0) {
        this.#anchor();
        this.#schedule();
      }
    };
  }

  /** Sets a clock that nothing has used yet to the time at which a restored sandbox stopped. */
  jump(now: number): void {
    this.#now = now;
    this.#anchor();
  }

  halt(): Cancel {
    this.#halts++;
    const release = this.hold();
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#halts--;
      release();
      this.#schedule();
    };
  }

  timer(ms: number, fn: () => void): Cancel {
    const timer = this.#timers.add(this.#now + Math.max(0, ms), fn);
    this.#schedule();
    return () => this.#timers.remove(timer);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.timer(ms, () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      });
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  turn(fn: Turn): void {
    this.#background.push(fn);
    this.#schedule();
  }

  foreground(fn: Turn): void {
    this.#foreground.push(fn);
    this.#schedule();
  }

  input(fn: Turn): InputStamp {
    this.#catchUp();
    this.foreground(fn);
    return { at: this.#now, sequence: this.#sequence++ };
  }

  step(): Promise<void> {
    return new Promise((resolve) => {
      this.#steps.push(resolve);
      this.#schedule();
    });
  }

  async advance(ms: number): Promise<void> {
    await this.advanceUntil(() => false, ms);
  }
  advanceUntil(done: () => boolean, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.#advances.push({ until: this.#now + ms, done, resolve });
      this.#schedule();
    });
  }
  settle(): Promise<void> {
    return this.advance(0);
  }

  /** Virtual time that wall time allows by now. */
  #target(): number {
    if (this.#holds > 0 || this.#paused) return this.#now;
    if (this.#speed === "max") return Infinity;
    return this.#anchorVirtual + (this.#platform.wall() - this.#anchorWall) * this.#speed;
  }
  #anchor(): void {
    this.#anchorWall = this.#platform.wall();
    this.#anchorVirtual = this.#now;
  }
  #reanchor(): void {
    this.#catchUp();
    this.#anchor();
  }
  /** Moves an idle clock to the present, never past a timer that is due and has not fired; within a turn time stands still. */
  #catchUp(): void {
    if (this.#busy || this.#speed === "max" || this.#foreground.size > 0 || this.#background.size > 0) return;
    this.#now = Math.max(this.#now, Math.min(Math.floor(this.#target()), this.#timers.next() ?? Infinity));
  }

  #schedule(): void {
    if (this.#pumps > 0) return;
    this.#wake?.();
    this.#wake = undefined;
    this.#post();
  }
  #post(): void {
    this.#pumps++;
    this.#platform.timer(0, this.#pump);
  }

  readonly #pump = (): void => {
    this.#pumps--;
    const turn = this.#nextTurn();
    this.#busy = turn !== undefined;
    if (turn === undefined) return;
    try {
      const result = turn();
      if (result instanceof Promise) result.catch(this.#onError);
    } catch (error) {
      this.#onError(error);
    }
    // Several are ordered at once where as much waits: a platform's loop costs as much as a turn.
    this.#schedule();
    for (let n = Math.min(AHEAD, this.#waiting()) - this.#pumps; n > 0; n--) this.#post();
  };

  /** Turns that can follow at once: timers of this moment come one after the other. */
  #waiting(): number {
    const queued = this.#foreground.size + this.#background.size;
    return (this.#timers.next() ?? Infinity) <= this.#now ? AHEAD : queued;
  }

  /** The next piece of work that may run now; undefined after arranging to be woken. */
  #nextTurn(): Turn | undefined {
    if (this.#halts > 0) return undefined;
    const advance = this.#advances[0];
    if (advance?.done()) return this.#finish(advance, true);
    const input = this.#foreground.shift();
    if (input !== undefined) return input;
    const stepping = this.#paused && !advance ? this.#steps.shift() : undefined;
    if (this.#paused && !advance && stepping === undefined) return undefined;
    const queued = this.#background.shift();
    if (queued !== undefined) return after(queued, stepping);
    if (this.#holds > 0) {
      if (stepping) this.#steps.unshift(stepping);
      return undefined;
    }
    const due = this.#timers.next();
    const limit = advance ? advance.until : stepping ? Infinity : this.#target();
    if (due !== undefined && due <= limit) {
      this.#now = Math.max(this.#now, due);
      const timer = this.#timers.shift() as Timer;
      return after(timer.fn, stepping);
    }
    if (advance) {
      this.#now = Math.max(this.#now, advance.until);
      return this.#finish(advance, false);
    }
    if (stepping) return after(() => {}, stepping);
    if (due !== undefined && this.#speed !== "max" && this.#speed > 0 && this.#pumps === 0) {
      const wait = (due - this.#anchorVirtual) / this.#speed - (this.#platform.wall() - this.#anchorWall);
      this.#wake = this.#platform.timer(Math.max(1, Math.ceil(wait)), () => {
        this.#wake = undefined;
        this.#schedule();
      });
    }
    return undefined;
  }

  #finish(advance: Advance, met: boolean): Turn {
    this.#advances.shift();
    this.#anchor();
    return () => advance.resolve(met);
  }
}

function after(turn: Turn, then: (() => void) | undefined): Turn {
  if (then === undefined) return turn;
  return () => {
    const result = turn();
    then();
    return result;
  };
}

/** A queue whose shift is O(1) on average. */
class Fifo {
  #items: (Turn | undefined)[] = [];
  #head = 0;
  get size(): number {
    return this.#items.length - this.#head;
  }
  push(turn: Turn): void {
    this.#items.push(turn);
  }
  shift(): Turn | undefined {
    if (this.#head === this.#items.length) return undefined;
    const turn = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return turn;
  }
}
