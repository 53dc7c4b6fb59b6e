import type { Description } from "../../../runtime/index.ts";
import { decodeKeys } from "./keys.ts";

/** Nobody will press a key any more. */
export const END = Symbol("end of input");

/** Keys of a terminal, in the pieces that it sends. */
export class Keys {
  readonly #tty: Description;
  readonly #decoder = new TextDecoder();
  #queue: readonly string[] = [];
  #at = 0;
  #rest = "";
  constructor(tty: Description) {
    this.#tty = tty;
  }
  get waiting(): boolean {
    return this.#at < this.#queue.length || this.#rest !== "";
  }
  next(): string | undefined {
    return this.#queue[this.#at++];
  }
  async read(): Promise<string | typeof END> {
    for (;;) {
      const chunk = await this.#tty.read();
      if (chunk === null) return END;
      const { keys, rest } = decodeKeys(this.#rest + this.#decoder.decode(chunk, { stream: true }));
      this.#rest = rest;
      this.#queue = keys;
      this.#at = 0;
      const first = this.next();
      if (first !== undefined) return first;
    }
  }
}
