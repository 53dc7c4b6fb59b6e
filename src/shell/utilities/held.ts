import { Errno, type ProcessContext } from "../../runtime/index.ts";

/** What a utility of ours really keeps at most; what it has beyond that is only counted, until there is no memory for it. */
export const MAX_HELD = 32 * 1024 * 1024;
/** Resident before anything is held. */
const BASE = 400_000;

/**
 * What a utility holds in memory, as one buffer that doubles: its process grows with it, so that an endless input ends
 * as it does on a real machine, by its limit or the machine's.
 */
export class Held {
  readonly #proc: ProcessContext;
  #parts: Uint8Array[] = [];
  #size = 0;
  #room = 65_536;

  constructor(proc: ProcessContext) {
    this.#proc = proc;
  }
  get size(): number {
    return this.#size;
  }
  add(chunk: Uint8Array): void {
    if (this.#size <= MAX_HELD) this.#parts.push(chunk);
    else this.#parts = [];
    this.resize(this.#size + chunk.length);
  }
  /** Forgets the oldest chunks, as long as `enough` says so of what is left. */
  drop(chunks: number): void {
    for (const chunk of this.#parts.splice(0, chunks)) this.#size -= chunk.length;
  }
  resize(size: number): void {
    this.#size = size;
    if (size <= this.#room) return;
    while (this.#room < size) this.#room *= 2;
    this.#proc.memory(BASE + this.#room);
  }
  /** Throws ENOMEM for more than is really kept. */
  bytes(): Uint8Array {
    if (this.#size > MAX_HELD + 65_536) throw new Errno("ENOMEM", "Cannot allocate memory");
    const out = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}
