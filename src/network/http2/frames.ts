import { concatBytes } from "../../machinery/index.ts";
import type { Socket } from "../types.ts";

/** The frame types of HTTP/2 that a call needs (RFC 9113, section 6). */
export const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7 } as const;
export const END_STREAM = 1;
export const END_HEADERS = 4;
export const ACK = 1;
export const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

const HEAD = 9;
/** SETTINGS_MAX_FRAME_SIZE as it stands before anybody raises it. */
const MOST = 16_384;

export function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array()): Uint8Array {
  const out = new Uint8Array(HEAD + payload.length);
  const view = new DataView(out.buffer);
  view.setUint8(0, payload.length >> 16);
  view.setUint16(1, payload.length & 0xff_ff);
  view.setUint8(3, type);
  view.setUint8(4, flags);
  view.setUint32(5, stream);
  out.set(payload, HEAD);
  return out;
}

/** Reads a connection frame by frame. */
export class FrameReader {
  readonly #socket: Pick<Socket, "read">;
  #buffer: Uint8Array = new Uint8Array();

  constructor(socket: Pick<Socket, "read">) {
    this.#socket = socket;
  }

  /** That many bytes; undefined when the connection ended before. */
  async take(length: number): Promise<Uint8Array | undefined> {
    while (this.#buffer.length < length) {
      const chunk = await this.#socket.read(MOST);
      if (chunk === null) return undefined;
      this.#buffer = concatBytes([this.#buffer, chunk]);
    }
    const taken = this.#buffer.slice(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return taken;
  }

  /** Undefined at the end, and for what is no frame. */
  async next(): Promise<Frame | undefined> {
    const head = await this.take(HEAD);
    if (head === undefined) return undefined;
    const view = new DataView(head.buffer);
    const length = (view.getUint8(0) << 16) | view.getUint16(1);
    if (length > MOST) return undefined;
    const payload = await this.take(length);
    if (payload === undefined) return undefined;
    return { type: view.getUint8(3), flags: view.getUint8(4), stream: view.getUint32(5) & 0x7f_ff_ff_ff, payload };
  }
}

/**
 * Header fields, each as a literal that no table remembers (RFC 7541, section 6.2.2). Both ends of this network write them
 * so; names and values are shorter than 127 bytes.
 */
export function encodeFields(fields: readonly (readonly [name: string, value: string])[]): Uint8Array {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [name, value] of fields) {
    bytes.push(0);
    for (const text of [name, value]) {
      const encoded = encoder.encode(text).subarray(0, 126);
      bytes.push(encoded.length, ...encoded);
    }
  }
  return Uint8Array.from(bytes);
}

/** What `encodeFields` wrote; undefined for anything else. */
export function decodeFields(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  const decoder = new TextDecoder();
  let at = 0;
  const text = (): string | undefined => {
    const length = bytes[at] ?? 0x80;
    if (length > 126 || at + 1 + length > bytes.length) return undefined;
    at += 1 + length;
    return decoder.decode(bytes.subarray(at - length, at));
  };
  while (at < bytes.length) {
    if (bytes[at] !== 0) return undefined;
    at++;
    const [name, value] = [text(), text()];
    if (name === undefined || value === undefined) return undefined;
    fields.set(name, value);
  }
  return fields;
}
