/** A piece of a stream that carries several: a byte that says which, its length in four, and what it holds. */
export interface Frame {
  readonly kind: number;
  readonly data: Uint8Array;
}

/** What sessions on a machine send each other. */
export const FRAME = { request: 0, input: 1, inputEnd: 2, resize: 3, output: 4, error: 5, exit: 6, answer: 7, refusal: 8 } as const;

const MAX_FRAME = 64 * 1024 * 1024;

export function frame(kind: number, data: Uint8Array | string = ""): Uint8Array {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const out = new Uint8Array(5 + bytes.length);
  out[0] = kind;
  new DataView(out.buffer).setUint32(1, bytes.length);
  out.set(bytes, 5);
  return out;
}

/** Frames of a stream as its pieces come in. Throws RangeError for one that is too long. */
export class Frames {
  #rest = new Uint8Array();

  push(chunk: Uint8Array): readonly Frame[] {
    const all = concatBytes([this.#rest, chunk]);
    const found: Frame[] = [];
    let at = 0;
    while (all.length - at >= 5) {
      const length = new DataView(all.buffer).getUint32(at + 1);
      if (length > MAX_FRAME) throw new RangeError(`a frame of ${length} bytes`);
      if (all.length - at < 5 + length) break;
      found.push({ kind: all[at] as number, data: all.slice(at + 5, at + 5 + length) });
      at += 5 + length;
    }
    this.#rest = all.slice(at);
    return found;
  }
}
import { concatBytes } from "./bytes.ts";
