import type { Kernel } from "./kernel.ts";
import type { Box, Process } from "./process.ts";

/** A machine's memory, and whose it is: a box's limit, or the machine's own end, brings the OOM killer. */
export class Memory {
  readonly #kernel: Kernel;
  /** What all processes and files in memory take. */
  used = 0;
  /** Whom to kill when the machine itself has no more; absent where that cannot be. */
  onExhausted: (() => readonly Process[]) | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }
  /** A process has so many bytes now. */
  resize(process: Process, bytes: number): void {
    const more = bytes - process.memory;
    process.memory = bytes;
    if (bytes > process.peak) process.peak = bytes;
    this.#kernel.records.mark(process);
    this.charge(process.box, more);
  }
  /** A box has so many bytes more, or fewer. */
  charge(box: Box, bytes: number): void {
    box.memory += bytes;
    this.used += bytes;
    if (bytes <= 0) return;
    if (box.memory > (box.peak ?? 0)) box.peak = box.memory;
    if (box.memoryLimit !== undefined && box.memory > box.memoryLimit) {
      box.ooms = (box.ooms ?? 0) + 1;
      this.#kill(box.oom());
    } else if (this.used > this.#kernel.hardware.memory) this.#kill(this.onExhausted?.() ?? []);
  }
  #kill(victims: readonly Process[]): void {
    for (const victim of victims) this.#kernel.exit(victim, { code: 137, signal: "KILL" });
  }
}
