import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes } from "../../../machinery/index.ts";

export const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ROUNDS = 5000;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** So many bytes of a digest, repeated. */
const stretch = (digest: Uint8Array, length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => digest[i % 64] as number);

/** The SHA-512 scheme of crypt(3), `$6$salt$hash`, with its 5000 rounds. */
export function sha512crypt(password: string, salt: string): string {
  const [key, s] = [bytes(password), bytes(salt.slice(0, 16))];
  const b = sha512(concatBytes([key, s, key]));
  const parts = [key, s, stretch(b, key.length)];
  for (let n = key.length; n > 0; n >>= 1) parts.push(n & 1 ? b : key);
  let a = sha512(concatBytes(parts));
  const p = stretch(sha512(concatBytes(Array.from({ length: key.length }, () => key))), key.length);
  const q = stretch(sha512(concatBytes(Array.from({ length: 16 + (a[0] as number) }, () => s))), s.length);
  for (let round = 0; round < ROUNDS; round++) {
    const odd = round % 2 === 1;
    a = sha512(concatBytes([odd ? p : a, round % 3 ? q : NONE, round % 7 ? p : NONE, odd ? a : p]));
  }
  let text = "";
  const put = (x: number, y: number, z: number, n: number): void => {
    let value = (x << 16) | (y << 8) | z;
    for (let i = 0; i < n; i++, value >>= 6) text += ALPHABET[value & 63];
  };
  const at = (i: number): number => a[i] as number;
  // The 63 bytes go in 21 threes, of which each begins 22 further on than the one before, around three columns.
  for (let i = 0, [x, y, z] = [0, 21, 42]; i < 21; i++, [x, y, z] = [y + 1, z + 1, x + 1]) put(at(x), at(y), at(z), 4);
  put(0, 0, at(63), 2);
  return `$6$${salt}$${text}`;
}
const NONE = new Uint8Array();

/** A salt of 16 characters. */
export const newSalt = (random: { bytes(n: number): Uint8Array }): string => Array.from(random.bytes(16), (b) => ALPHABET[b & 63]).join("");

/** Whether a password is the one that was kept. */
export function matches(password: string, kept: string): boolean {
  if (kept === "") return password === "";
  const salt = /^\$6\$([^$]*)\$/.exec(kept)?.[1];
  return salt !== undefined && sha512crypt(password, salt) === kept;
}
