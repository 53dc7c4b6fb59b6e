import type { Cancel } from "../../sim/index.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { OpenFile } from "../kernel/openfile.ts";
import { Waiters } from "../kernel/waiters.ts";

/** Lines that the runtime takes off a container's pipe in a millisecond: who writes more, waits. */
const LINES_PER_MS = 256;
const MAX_WRITE = 65_536;

/** Spreads what is written over time: 256,000 lines a second. */
export class Pace {
  readonly #kernel: Kernel;
  /** When what was taken so far is dealt with. */
  #busyUntil = 0;
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }
  took(lines: number): void {
    this.#busyUntil = Math.max(this.#busyUntil, this.#kernel.now()) + lines / LINES_PER_MS;
  }
  /** Milliseconds until there is room again. */
  get delay(): number {
    return Math.floor(this.#busyUntil - this.#kernel.now());
  }
}

/** A container's stdout or stderr: gives bytes to its log, as fast as that goes. Rebuilt by its container, not stored. */
export class LogSink implements OpenFile {
  readonly id: number;
  readonly key: string;
  readonly tty = false;
  readonly readers = new Waiters();
  readonly writers = new Waiters();
  refs = 0;
  readonly #kernel: Kernel;
  readonly #pace: Pace;
  readonly #sink: (data: Uint8Array) => number;
  #timer: Cancel | undefined;

  /** `sink` says how many lines it was. */
  constructor(id: number, kernel: Kernel, pace: Pace, sink: (data: Uint8Array) => number) {
    this.id = id;
    this.key = `file/${id}`;
    this.#kernel = kernel;
    this.#pace = pace;
    this.#sink = (data) => sink(data);
  }
  tryRead(): never {
    throw errno("EBADF");
  }
  tryWrite(data: Uint8Array): number {
    const { delay } = this.#pace;
    if (delay >= 1) {
      this.#again();
      return 0;
    }
    const part = data.length > MAX_WRITE ? data.subarray(0, MAX_WRITE) : data;
    this.#pace.took(this.#sink(part));
    return part.length;
  }
  /** Whoever waits tries again when there is room. */
  #again(): void {
    this.#timer ??= this.#kernel.clock.timer(Math.max(1, this.#pace.delay), () => {
      this.#timer = undefined;
      this.writers.wake(() => this.#pace.delay < 1);
      if (this.writers.size > 0) this.#again();
    });
  }
  closed(): void {
    this.#timer?.();
  }
  save(): undefined {
    return undefined;
  }
}
