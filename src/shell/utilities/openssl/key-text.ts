import { block } from "./facts.ts";
import { hex, type KeyTools } from "./types.ts";

type PrivateKey = NonNullable<ReturnType<KeyTools["readPrivateKey"]>>;

/** Modulus and exponent of an RSA key's SubjectPublicKeyInfo, as they stand there; undefined: it is of a curve. */
export function rsaParts(tools: KeyTools, keyInfo: Uint8Array): { readonly n: Uint8Array; readonly e: Uint8Array } | undefined {
  const [, key] = tools.sequenceIn(keyInfo);
  const bits = key ? tools.bitsOf(key) : new Uint8Array();
  if (bits[0] !== 0x30) return undefined;
  const [n, e] = tools.sequenceIn(bits);
  return n && e && { n: n.body, e: e.body };
}
const number = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes)}`);
const bitLength = (n: Uint8Array): number => number(n).toString(2).length;
const exponent = (e: Uint8Array): string => `${number(e)} (0x${number(e).toString(16)})`;

/** -modulus. */
export const modulusText = (tools: KeyTools, keyInfo: Uint8Array): string => {
  const rsa = rsaParts(tools, keyInfo);
  return rsa ? `Modulus=${number(rsa.n).toString(16).toUpperCase()}\n` : "Wrong Algorithm type\n";
};

/** In a certificate or a request. */
export function publicKeyText(tools: KeyTools, keyInfo: Uint8Array, indent: string): string {
  const name = rsaParts(tools, keyInfo) ? "rsaEncryption" : "id-ecPublicKey";
  return `${indent}Public Key Algorithm: ${name}\n${keyText(tools, keyInfo, `${indent}    `)}`;
}
export function keyText(tools: KeyTools, keyInfo: Uint8Array, indent: string): string {
  const rsa = rsaParts(tools, keyInfo);
  const inner = `${indent}    `;
  if (rsa)
    return `${indent}Public-Key: (${bitLength(rsa.n)} bit)\n${indent}Modulus:\n${block(rsa.n, inner, 15)}${indent}Exponent: ${exponent(rsa.e)}\n`;
  const [, key] = tools.sequenceIn(keyInfo);
  const point = key ? tools.bitsOf(key) : new Uint8Array();
  return `${indent}Public-Key: (256 bit)\n${indent}pub:\n${block(point, inner, 15)}${curve(indent)}`;
}
const curve = (indent = ""): string => `${indent}ASN1 OID: prime256v1\n${indent}NIST CURVE: P-256\n`;

/** -text of a private key. */
export function privateKeyText(tools: KeyTools, key: PrivateKey): string {
  const parts = tools.sequenceIn(key.traditional).map((e) => e.body);
  if (key.kind === "EC") {
    const [, point] = tools.sequenceIn(key.keyInfo);
    return `Private-Key: (256 bit)\npriv:\n${block(parts[1] as Uint8Array, "    ", 15)}pub:\n${block(point ? tools.bitsOf(point) : new Uint8Array(), "    ", 15)}${curve()}`;
  }
  const [, n, e, ...rest] = parts as [Uint8Array, Uint8Array, Uint8Array, ...Uint8Array[]];
  const names = ["privateExponent", "prime1", "prime2", "exponent1", "exponent2", "coefficient"];
  const others = rest[6] ? tools.elements(rest[6]).length : 0;
  return `Private-Key: (${bitLength(n)} bit, ${2 + others} primes)\nmodulus:\n${block(n, "    ", 15)}publicExponent: ${exponent(e)}\n${names
    .map((name, i) => `${name}:\n${block(rest[i] as Uint8Array, "    ", 15)}`)
    .join("")}`;
}
