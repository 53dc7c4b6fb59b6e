import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "../machinery/index.ts";

/** Bytes that only who knows the secret can tell, without end. */
export type Entropy = (length: number) => Uint8Array;

/** A stream of its own for each purpose: SHA-256 of the secret, the purpose and a counter. */
export function entropyOf(secret: Uint8Array, purpose: string): Entropy {
  const head = concatBytes([secret, new TextEncoder().encode(`/${purpose}/`)]);
  let counter = 0;
  let left = new Uint8Array(0);
  return (length) => {
    while (left.length < length) {
      const number = Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter);
      counter++;
      left = concatBytes([left, sha256(concatBytes([head, number]))]) as Uint8Array<ArrayBuffer>;
    }
    const out = left.slice(0, length);
    left = left.slice(length);
    return out;
  };
}
