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
  /** A read that has begun, and what it has brought. */
  #reading: Promise<Uint8Array | null> | undefined;
  #arrived: Uint8Array | null | undefined;
  constructor(tty: Description) {
    this.#tty = tty;
  }
  get waiting(): boolean {
    return this.#at < this.#queue.length || this.#rest !== "" || this.#reading !== undefined;
  }
  next(): string | undefined {
    return this.#queue[this.#at++];
  }
  async read(): Promise<string | typeof END> {
    for (;;) {
      const chunk = await (this.#reading ?? this.#tty.read());
      this.#reading = this.#arrived = undefined;
      if (chunk === null) return END;
      const { keys, rest } = decodeKeys(this.#rest + this.#decoder.decode(chunk, { stream: true }));
      this.#rest = rest;
      this.#queue = keys;
      this.#at = 0;
      const first = this.next();
      if (first !== undefined) return first;
    }
  }
  /** Listens while something else is done. */
  listen(): void {
    if (this.#reading) return;
    this.#reading = this.#tty.read();
    void this.#reading.then((chunk) => (this.#arrived = chunk)).catch(() => undefined);
  }
  /** Whether Control-C has come meanwhile; all else that was typed before it is forgotten. */
  interrupted(): boolean {
    if (!this.#arrived?.includes(3)) return false;
    this.#reading = this.#arrived = undefined;
    this.#queue = [];
    return true;
  }
}
