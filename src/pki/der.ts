import { concatBytes } from "../machinery/index.ts";

/** DER, as X.509 uses it (X.690): one element is a tag, a length and a body. */
export interface Element {
  readonly tag: number;
  readonly body: Uint8Array;
  /** The element whole, as it stands in its parent. */
  readonly raw: Uint8Array;
}

/** Tags that X.509 needs. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  ia5: 0x16,
  utcTime: 0x17,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

export class DerError extends Error {}

/** The elements that stand one after the other in `bytes`. Throws DerError. */
export function elements(bytes: Uint8Array): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at;
    const tag = bytes[at++] as number;
    let length = bytes[at++] ?? -1;
    if (length > 0x80) {
      const digits = length - 0x80;
      length = 0;
      for (let i = 0; i < digits; i++) length = length * 256 + (bytes[at++] ?? 0);
    }
    if (length < 0 || at + length > bytes.length) throw new DerError("asn1: syntax error: data truncated");
    found.push({ tag, body: bytes.subarray(at, at + length), raw: bytes.subarray(start, at + length) });
    at += length;
  }
  return found;
}

/** The parts of the one sequence that `bytes` are. Throws DerError. */
export function sequenceIn(bytes: Uint8Array): readonly Element[] {
  const [first, ...rest] = elements(bytes);
  if (first?.tag !== TAG.sequence || rest.length > 0) throw new DerError("asn1: structure error: tags don't match");
  return elements(first.body);
}

export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(parts);
  const digits: number[] = [];
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest & 0xff);
  const length = body.length < 0x80 ? [body.length] : [0x80 + digits.length, ...digits];
  return concatBytes([Uint8Array.from([tag, ...length]), body]);
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => element(TAG.sequence, ...parts);
export const text = (tag: number, value: string): Uint8Array => element(tag, new TextEncoder().encode(value));
/** A bit string of whole bytes. */
export const bits = (bytes: Uint8Array, unused = 0): Uint8Array => element(TAG.bits, Uint8Array.of(unused), bytes);

/** A whole number that is not negative, from its bytes. */
export function integer(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const short = bytes.subarray(start);
  return element(TAG.integer, (short[0] ?? 0) >= 0x80 ? concatBytes([Uint8Array.of(0), short]) : short);
}

/** `2.5.4.3`. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes: number[] = [first * 40 + second];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left & 0x7f));
    bytes.push(...digits);
  }
  return element(TAG.oid, Uint8Array.from(bytes));
}

export function oidText({ body }: Pick<Element, "body">): string {
  const [first = 0, ...rest] = body;
  const parts = [Math.min(2, Math.floor(first / 40)), first - 40 * Math.min(2, Math.floor(first / 40))];
  let value = 0;
  for (const byte of rest) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      parts.push(value);
      value = 0;
    }
  }
  return parts.join(".");
}

export const decodeText = ({ body }: Pick<Element, "body">): string => new TextDecoder().decode(body);

/** A bit string's bytes. */
export const bitsOf = ({ body }: Pick<Element, "body">): Uint8Array => body.subarray(1);
