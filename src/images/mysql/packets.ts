/** MySQL's wire: packets of binary strings. */
export const u8 = (n: number): string => String.fromCharCode(n & 0xff);
export const u16 = (n: number): string => u8(n) + u8(n >> 8);
export const u24 = (n: number): string => u16(n) + u8(n >> 16);
export const u32 = (n: number): string => u16(n) + u16(n >>> 16);
export function lenenc(n: number): string {
  if (n < 251) return u8(n);
  if (n < 65_536) return `\xfc${u16(n)}`;
  if (n < 16_777_216) return `\xfd${u24(n)}`;
  return `\xfe${u32(n % 2 ** 32)}${u32(Math.floor(n / 2 ** 32))}`;
}
export const lenencText = (s: string): string => lenenc(s.length) + s;

/** One packet on the wire. */
export const packet = (sequence: number, body: string): string => u24(body.length) + u8(sequence) + body;

export interface Packet {
  readonly sequence: number;
  readonly body: string;
  readonly end: number;
}
/** The packet that begins at `from`; undefined: there is more to come. */
export function readPacket(text: string, from: number): Packet | undefined {
  if (text.length < from + 4) return undefined;
  const length = text.charCodeAt(from) | (text.charCodeAt(from + 1) << 8) | (text.charCodeAt(from + 2) << 16);
  const end = from + 4 + length;
  return text.length < end ? undefined : { sequence: text.charCodeAt(from + 3), body: text.slice(from + 4, end), end };
}

/** Takes a packet's body apart. */
export class Reader {
  readonly #text: string;
  at: number;
  constructor(text: string, at = 0) {
    this.#text = text;
    this.at = at;
  }
  get done(): boolean {
    return this.at >= this.#text.length;
  }
  int(bytes: number): number {
    let n = 0;
    for (let i = bytes - 1; i >= 0; i--) n = n * 256 + (this.#text.charCodeAt(this.at + i) || 0);
    this.at += bytes;
    return n;
  }
  bytes(n: number): string {
    this.at += n;
    return this.#text.slice(this.at - n, this.at);
  }
  zero(): string {
    const end = this.#text.indexOf("\0", this.at);
    const text = this.#text.slice(this.at, end < 0 ? undefined : end);
    this.at = end < 0 ? this.#text.length : end + 1;
    return text;
  }
  lenenc(): number | null {
    const first = this.int(1);
    if (first < 251) return first;
    if (first === 251) return null;
    return this.int(first === 252 ? 2 : first === 253 ? 3 : 8);
  }
  lenencText(): string | null {
    const n = this.lenenc();
    return n === null ? null : this.bytes(n);
  }
  rest(): string {
    return this.bytes(this.#text.length - this.at);
  }
}

/** What both sides can: long password, found rows, long flag, database, protocol 41, transactions, secure connection, plugins. */
export const CAPABILITIES = 0x1 | 0x2 | 0x4 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000;
export const COMMANDS = { quit: 1, database: 2, query: 3, shutdown: 8, statistics: 9, ping: 14 } as const;
