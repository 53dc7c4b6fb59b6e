import { concatBytes } from "../machinery/index.ts";

/**
 * Text that may hold bytes which are no UTF-8: each of them is a lone surrogate, U+DC80 to U+DCFF (Python's
 * surrogateescape), so that strings go through shell and tools and come out as the bytes they were.
 */
const LONE = /[\udc80-\udcff]/u;
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** A byte as it stands in text. */
export const byteText = (byte: number): string => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);

export function toBytes(text: string): Uint8Array {
  if (!LONE.test(text)) return encoder.encode(text);
  const out: number[] = [];
  for (const c of text) {
    const code = c.codePointAt(0) as number;
    if (code >= 0xdc80 && code <= 0xdcff) out.push(code - 0xdc00);
    else if (code < 0x80) out.push(code);
    else out.push(...encoder.encode(c));
  }
  return Uint8Array.from(out);
}

export function fromBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return lenient(bytes);
  }
}

/** Bytes that together are a character become it: `printf '\303\251'`. */
export const joined = (text: string): string => (LONE.test(text) ? fromBytes(toBytes(text)) : text);

/** Length of the sequence that a byte begins; 0 when it can begin none. */
function sequence(byte: number): number {
  return byte < 0x80 ? 1 : byte < 0xc2 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 0;
}

function lenient(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length;) {
    const length = sequence(bytes[i] as number);
    const one = bytes.subarray(i, i + length);
    if (length > 1 && one.length === length) {
      try {
        out += strict.decode(one);
        i += length;
        continue;
      } catch {
        // Not a character after all.
      }
    }
    out += byteText(bytes[i++] as number);
  }
  return out;
}

/** Decodes a stream: a character may be cut by a chunk's end. */
export class ByteDecoder {
  #rest = new Uint8Array();

  /** Without a chunk, what is left at the end. */
  decode(chunk?: Uint8Array): string {
    let bytes = chunk ?? this.#rest;
    if (chunk && this.#rest.length > 0) bytes = concatBytes([this.#rest, chunk]);
    this.#rest = new Uint8Array();
    if (chunk === undefined || bytes.length === 0 || (bytes[bytes.length - 1] as number) < 0x80) return fromBytes(bytes);
    let start = bytes.length - 1;
    while (start > 0 && start > bytes.length - 4 && ((bytes[start] as number) & 0xc0) === 0x80) start--;
    if (sequence(bytes[start] as number) <= bytes.length - start) return fromBytes(bytes);
    this.#rest = bytes.slice(start);
    return fromBytes(bytes.subarray(0, start));
  }
}
