import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { concatBytes } from "../machinery/index.ts";
import { bits, element, integer, oid, sequence, TAG } from "./der.ts";
import type { Entropy } from "./entropy.ts";

export interface RsaPublicKey {
  readonly n: bigint;
  readonly e: bigint;
}

export interface RsaKey extends RsaPublicKey {
  readonly primes: readonly RsaPrime[];
}

interface RsaPrime {
  readonly p: bigint;
  /** The private exponent for this prime. */
  readonly d: bigint;
  /** Of the product of the primes before it. */
  readonly inverse: bigint;
  readonly before: bigint;
}

export type Hash = "sha256" | "sha384" | "sha512";
const HASHES = { sha256, sha384, sha512 };
const HASH_OID: Readonly<Record<Hash, string>> = {
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
};

const E = 65537n;
const SMALL_PRIMES = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97].map(BigInt);

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${bytesToHex(bytes) || "0"}`);

function toBytes(n: bigint, length?: number): Uint8Array {
  const hex = n.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return hexToBytes(length === undefined ? even : even.padStart(length * 2, "0"));
}

/** Four bits of the exponent at a time. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const b = base % modulus;
  const table = [1n];
  for (let i = 1; i < 16; i++) table.push(((table[i - 1] as bigint) * b) % modulus);
  let result = 1n;
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < 4; i++) result = (result * result) % modulus;
    const factor = parseInt(digit, 16);
    if (factor > 0) result = (result * (table[factor] as bigint)) % modulus;
  }
  return result;
}

function inverse(a: bigint, modulus: bigint): bigint {
  let [r0, r1, t0, t1] = [modulus, a % modulus, 0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1] = [r1, r0 - q * r1];
    [t0, t1] = [t1, t0 - q * t1];
  }
  return t0 < 0n ? t0 + modulus : t0;
}

/** Miller and Rabin's test: a composite passes a round with a chance of at most one in four. */
function isPrime(n: bigint, entropy: Entropy): boolean {
  if (SMALL_PRIMES.some((p) => n % p === 0n)) return false;
  let d = n - 1n;
  let r = 0;
  while ((d & 1n) === 0n) {
    d >>= 1n;
    r++;
  }
  for (let round = 0; round < 8; round++) {
    let x = power((toNumber(entropy(32)) % (n - 3n)) + 2n, d, n);
    if (x === 1n || x === n - 1n) continue;
    let composite = true;
    for (let i = 1; i < r && composite; i++) {
      x = (x * x) % n;
      composite = x !== n - 1n;
    }
    if (composite) return false;
  }
  return true;
}

function prime(bitLength: number, entropy: Entropy): bigint {
  const top = 3n << BigInt(bitLength - 2);
  for (;;) {
    const candidate = toNumber(entropy(bitLength / 8)) | top | 1n;
    if ((candidate - 1n) % E !== 0n && isPrime(candidate, entropy)) return candidate;
  }
}

/**
 * A key of 2048 bits. It has four primes where most have two (RFC 8017, multi-prime RSA): nobody outside can tell, and
 * finding them and signing with them takes a fraction of the time. A key that is handed out has two: OpenSSL takes no
 * more than three at this size.
 */
export function generateRsaKey(entropy: Entropy, count: 2 | 4 = 4): RsaKey {
  for (;;) {
    const primes: RsaPrime[] = [];
    let n = 1n;
    while (primes.length < count) {
      const p = prime(2048 / count, entropy);
      if (n % p === 0n) continue;
      primes.push({ p, d: inverse(E, p - 1n), inverse: inverse(n % p, p), before: n });
      n *= p;
    }
    if (n.toString(2).length === 2048) return { n, e: E, primes };
  }
}

/** PKCS #1 v1.5 (RFC 8017, 8.2.1). */
export function signRsa(key: RsaKey, message: Uint8Array): Uint8Array {
  const size = sizeOf(key);
  const m = toNumber(padded("sha256", message, size));
  // The Chinese remainder, one prime at a time.
  let s = 0n;
  for (const { p, d, inverse: inv, before } of key.primes) {
    const part = power(m, d, p);
    const h = ((((part - s) % p) + p) * inv) % p;
    s += before * h;
  }
  return toBytes(s, size);
}

export function verifyRsa(key: RsaPublicKey, hash: Hash, message: Uint8Array, signature: Uint8Array): boolean {
  const size = sizeOf(key);
  if (signature.length !== size || size < 128) return false;
  const opened = toBytes(power(toNumber(signature), key.e, key.n), size);
  const wanted = padded(hash, message, size);
  return opened.every((byte, i) => byte === wanted[i]);
}

const sizeOf = ({ n }: RsaPublicKey): number => Math.ceil(n.toString(16).length / 2);

function padded(hash: Hash, message: Uint8Array, size: number): Uint8Array {
  const info = sequence(sequence(oid(HASH_OID[hash]), element(TAG.null)), element(TAG.octets, HASHES[hash](message)));
  return concatBytes([Uint8Array.of(0, 1), new Uint8Array(size - info.length - 3).fill(0xff), Uint8Array.of(0), info]);
}

export const rsaModulus = ({ n }: RsaPublicKey): Uint8Array => toBytes(n);
export const rsaExponent = ({ e }: RsaPublicKey): Uint8Array => toBytes(e);
export const rsaPublicKey = (n: Uint8Array, e: Uint8Array): RsaPublicKey => ({ n: toNumber(n), e: toNumber(e) });

/** SubjectPublicKeyInfo. */
export const rsaKeyInfo = (key: RsaPublicKey): Uint8Array =>
  sequence(sequence(oid("1.2.840.113549.1.1.1"), element(TAG.null)), bits(sequence(integer(rsaModulus(key)), integer(rsaExponent(key)))));
