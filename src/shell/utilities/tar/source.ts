import { Gunzip } from "fflate";
import type { Description } from "../../../runtime/index.ts";
import type { Tool } from "../tool.ts";

/** What is wrong with the archive as a whole. */
export class BadArchive extends Error {
  readonly kind: "short" | "magic";
  constructor(kind: "short" | "magic") {
    super(kind);
    this.kind = kind;
  }
}

/** Bytes of an archive as they come, unpacked when they are gzip. */
export class Source {
  readonly #t: Tool;
  readonly #from: Description;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #ended = false;
  #gunzip: Gunzip | undefined;
  #finished = false;

  constructor(t: Tool, from: Description) {
    this.#t = t;
    this.#from = from;
  }

  /** Whether the first bytes are gzip's; `unpack` makes the rest of the reading so. */
  async isGzip(): Promise<boolean> {
    while (this.#size < 2 && !this.#ended) await this.#more();
    const first = this.#chunks[0] ?? new Uint8Array();
    const second = first.length > 1 ? first[1] : this.#chunks[1]?.[0];
    return first[0] === 0x1f && second === 0x8b;
  }
  unpack(): void {
    const packed = this.#chunks.splice(0);
    this.#size = 0;
    this.#gunzip = new Gunzip((chunk, last) => {
      if (chunk.length > 0) this.#keep(chunk);
      if (last) this.#finished = true;
    });
    for (const chunk of packed) this.#feed(chunk, false);
    if (this.#ended) this.#feed(new Uint8Array(), true);
  }

  /** Exactly `size` bytes, or what there is at the end. */
  async take(size: number): Promise<Uint8Array> {
    while (this.#size < size && !this.#ended) await this.#more();
    const out = new Uint8Array(Math.min(size, this.#size));
    let at = 0;
    while (at < out.length) {
      const chunk = this.#chunks[0] as Uint8Array;
      const part = chunk.subarray(0, out.length - at);
      out.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    this.#size -= out.length;
    return out;
  }
  /** Up to `size` bytes in pieces. */
  async *pieces(size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0;) {
      const piece = await this.take(Math.min(left, 65_536));
      if (piece.length === 0) throw new BadArchive("short");
      left -= piece.length;
      yield piece;
    }
  }
  /** Reads to the end, so that who writes to us does not break. */
  async drain(): Promise<void> {
    while (!this.#ended) {
      this.#chunks = [];
      this.#size = 0;
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const chunk = await this.#from.read();
    if (chunk === null) {
      this.#ended = true;
      if (this.#gunzip) this.#feed(new Uint8Array(), true);
      return;
    }
    await this.#t.proc.cpu(chunk.length / 400_000);
    if (this.#gunzip) this.#feed(chunk, false);
    else this.#keep(chunk);
  }
  #feed(chunk: Uint8Array, last: boolean): void {
    try {
      if (!this.#finished) this.#gunzip?.push(chunk, last);
    } catch {
      // Cut off or damaged: what came out of it so far stays, and the archive is short.
      this.#ended = true;
    }
  }
  #keep(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }
}
