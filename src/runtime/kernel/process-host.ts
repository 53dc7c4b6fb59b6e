import type { Entry } from "./entry.ts";
import type { JournalHost } from "./journal.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";

/** What a process's journal asks of the kernel. */
export class ProcessHost implements JournalHost {
  readonly #kernel: Kernel;
  readonly #process: Process;
  constructor(kernel: Kernel, process: Process) {
    this.#kernel = kernel;
    this.#process = process;
  }
  now(): number {
    return this.#kernel.now();
  }
  turn(fn: () => void): void {
    this.#kernel.turn(fn);
  }
  get stopped(): boolean {
    return this.#process.stopped;
  }
  event(entry: Entry): void {
    this.#process.context?.event(entry);
  }
  burst(fn: () => void): void {
    this.#kernel.charge(this.#process, fn);
  }
  diverged(why: string): void {
    this.#kernel.fail(this.#process, `its journal could not be replayed: ${why}`);
  }
  live(): void {
    this.#process.context?.live();
    this.#kernel.thawed(this.#process);
  }
  changed(): void {
    this.#kernel.records.mark(this.#process);
  }
}
