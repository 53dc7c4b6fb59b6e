import { worst } from "../proc/oom.ts";
import type { Kernel } from "./kernel.ts";
import type { Box, Payer, Process } from "./process.ts";

/** A machine's memory, and whose it is: a limit of a box or its pod, or the machine's own end, brings the OOM killer. */
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
    this.count(box, bytes);
    if (bytes > 0) this.#check(box);
  }
  /** As `charge`, and nobody is killed for it. */
  count(payer: Payer, bytes: number): void {
    const { group } = payer;
    if (payer.over !== true) payer.memory += bytes;
    if (group) group.memory += bytes;
    this.used += bytes;
  }
  /** Pages of a file that lives in memory: theirs who wrote them, until it is gone. */
  shared(payer: Payer, bytes: number): void {
    this.count(payer, bytes);
    if (payer.over !== true) payer.shmem = (payer.shmem ?? 0) + bytes;
    if (bytes > 0) this.#check(payer);
  }
  /** Pages of a file on the disk: kept while nobody needs the room. */
  cached(payer: Payer, bytes: number): void {
    const { group, memoryLimit = this.#kernel.hardware.memory } = payer;
    const had = payer.cache ?? 0;
    const has = payer.over === true ? 0 : Math.max(0, Math.min(had + bytes, memoryLimit - payer.memory));
    if (payer.over !== true) payer.cache = has;
    this.#peak(payer);
    if (!group) return;
    const most = group.memoryLimit ?? this.#kernel.hardware.memory;
    group.cache = Math.max(0, Math.min(group.cache + (payer.over === true ? bytes : has - had), most - group.memory));
  }
  /** What was there before a thaw is counted again, and nobody is killed for it. */
  quietly(fn: () => void): void {
    this.#quiet = true;
    fn();
    this.#quiet = false;
  }
  #quiet = false;
  /** A box has ended: what it leaves is its pod's. */
  ended(box: Box): void {
    box.memory = box.shmem = box.cache = 0;
  }

  #check(payer: Payer): void {
    if (this.#quiet) return;
    const { group, memoryLimit, cache = 0 } = payer;
    if (payer.over !== true) {
      if (memoryLimit !== undefined && payer.memory + cache > memoryLimit) {
        payer.squeezed = (payer.squeezed ?? 0) + 1;
        if (cache > 0) this.cached(payer, memoryLimit - payer.memory - cache);
      }
      this.#peak(payer);
      if (memoryLimit !== undefined && payer.memory > memoryLimit) {
        payer.ooms = (payer.ooms ?? 0) + 1;
        return this.#kill(payer.oom?.() ?? []);
      }
    }
    if (group?.memoryLimit !== undefined && group.memory > group.memoryLimit) return this.#kill(atPod(group, group.memoryLimit));
    if (this.used > this.#kernel.hardware.memory) this.#kill(this.onExhausted?.() ?? []);
  }
  #peak(payer: Payer): void {
    const now = payer.memory + (payer.cache ?? 0);
    if (now > (payer.peak ?? 0)) payer.peak = now;
  }
  #kill(victims: readonly Process[]): void {
    for (const victim of victims) this.#kernel.exit(victim, { code: 137, signal: "KILL" });
  }
}

/** A pod as a whole has too much: the container whose process is the worst goes. */
function atPod(group: NonNullable<Payer["group"]>, limit: number): readonly Process[] {
  const victim = worst(group.processes(), limit);
  if (!victim) return [];
  victim.box.ooms = (victim.box.ooms ?? 0) + 1;
  const all = victim.box.oom();
  return all.length > 0 ? all : [victim];
}
