import type { Child, Signal } from "../types.ts";
import type { Exit } from "./process.ts";

interface Offspring {
  readonly exited: Promise<Exit>;
  readonly resolve: (exit: Exit) => void;
}

/** The children that a program has started and not waited for, as it knows them. Made when there are any: most start nothing. */
export class Children {
  #entries: Map<number, Offspring> | undefined;
  #exits: Map<number, Exit> | undefined;
  /** Those whose end has not been delivered. */
  #known: Set<number> | undefined;
  readonly #kill: (pid: number, signal: Signal) => void;

  constructor(known: readonly number[], kill: (pid: number, signal: Signal) => void) {
    if (known.length > 0) this.#known = new Set(known);
    this.#kill = kill;
  }
  get known(): readonly number[] {
    return [...(this.#known ?? [])];
  }
  started(pid: number): Child {
    (this.#known ??= new Set()).add(pid);
    return this.#child(pid);
  }
  find(pid: number): Child | undefined {
    return this.#known?.has(pid) || this.#exits?.has(pid) ? this.#child(pid) : undefined;
  }
  ended(pid: number, exit: Exit): void {
    // One that this process inherited: nobody asks for it.
    if (!this.#known?.delete(pid)) return;
    const waiting = this.#entries?.get(pid);
    this.#entries?.delete(pid);
    if (waiting) waiting.resolve(exit);
    else (this.#exits ??= new Map()).set(pid, exit);
  }
  #child(pid: number): Child {
    let entry = this.#entries?.get(pid);
    if (!entry) {
      let resolve: (exit: Exit) => void = () => {};
      const exited = new Promise<Exit>((done) => {
        resolve = done;
      });
      entry = { exited, resolve };
      (this.#entries ??= new Map()).set(pid, entry);
      const exit = this.#exits?.get(pid);
      if (exit) {
        resolve(exit);
        this.#exits?.delete(pid);
        this.#entries?.delete(pid);
      }
    }
    return { pid, exited: entry.exited, kill: (signal) => this.#kill(pid, signal) };
  }
}
