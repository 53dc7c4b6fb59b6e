import { p256 } from "@noble/curves/nist.js";
import { hmac as hmacOf } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { pbkdf2 as stretch } from "@noble/hashes/pbkdf2.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { extension, keyIdOf, readCertificate, serialOf, usageBits, writeCertificate } from "./certificate.ts";
import { generateEcKey, type SigningKey, verifySignature } from "./curves.ts";
import { bits, bitsOf, decodeText, element, elements, integer, oid, oidText, sequence, sequenceIn, TAG, text } from "./der.ts";
import type { Entropy } from "./entropy.ts";
import { fromPem, toPem } from "./pem.ts";
import { readRequest } from "./request.ts";
import { generateRsaKey, rsaExponent, rsaKeyInfo, type RsaKey, rsaModulus, signRsa } from "./rsa.ts";

/** What openssl's one-liners are made of. Errors are DerErrors and Errors with nobody's words. */
export { fromPem, keyIdOf, readCertificate, readRequest, serialOf, toPem, verifySignature, writeCertificate };

const HASHES = { md5, sha1, sha224, sha256, sha384, sha512 };
export const digests: Readonly<Record<string, (data: Uint8Array) => Uint8Array>> = HASHES;
const hashOf = (name: string) => HASHES[name as keyof typeof HASHES];

export const hmac = (digest: string, key: Uint8Array, data: Uint8Array): Uint8Array => hmacOf(hashOf(digest), key, data);
export const pbkdf2 = (digest: string, password: Uint8Array, salt: Uint8Array, rounds: number, length: number): Uint8Array =>
  stretch(hashOf(digest), password, salt, { c: rounds, dkLen: length });

const RSA = "1.2.840.113549.1.1.1";
const EC = "1.2.840.10045.2.1";
const P256 = "1.2.840.10045.3.1.7";

/** A private key: what is signed with it, its public half and its PEM. */
export interface PrivateKey extends SigningKey {
  readonly kind: "RSA" | "EC";
  /** PKCS #8, and PKCS #1 or SEC 1. */
  readonly pkcs8: Uint8Array;
  readonly traditional: Uint8Array;
}

/** `primes` as generateRsaKey has it. */
export function newKey(kind: "RSA" | "EC", entropy: Entropy, primes: 2 | 4 = 2): PrivateKey {
  if (kind === "RSA") return ofRsa(generateRsaKey(entropy, primes));
  return readPrivateKey(generateEcKey(entropy).pkcs8) as PrivateKey;
}

const number = (n: bigint): Uint8Array => {
  const hex = n.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return integer(Uint8Array.from(even.match(/../g) ?? ["0"], (h) => Number.parseInt(h, 16)));
};
const value = (bytes: Uint8Array): bigint => BigInt(`0x${Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("") || "0"}`);

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
function inverseOf(a: bigint, modulus: bigint): bigint {
  let [r0, r1, t0, t1] = [modulus, a % modulus, 0n, 1n];
  while (r1 !== 0n) [r0, r1, t0, t1] = [r1, r0 % r1, t1, t0 - (r0 / r1) * t1];
  return t0 < 0n ? t0 + modulus : t0;
}

/** PEM of a key, and of its public half. */
export const rsaPem = (key: RsaKey): { readonly key: string; readonly public: string } => ({
  key: ofRsa(key).pem,
  public: toPem("PUBLIC KEY", rsaKeyInfo(key)),
});

/** RFC 8017, A.1.2: a key of more than two primes names the others behind. */
function ofRsa(key: RsaKey): PrivateKey {
  const [first, second, ...others] = key.primes;
  if (!first || !second) throw new Error("a key of one prime");
  const lambda = key.primes.map(({ p }) => p - 1n).reduce((a, b) => (a * b) / gcd(a, b));
  const pkcs1 = sequence(
    number(others.length > 0 ? 1n : 0n),
    number(key.n),
    number(key.e),
    number(inverseOf(key.e, lambda)),
    number(first.p),
    number(second.p),
    number(first.d),
    number(second.d),
    number(inverseOf(second.p, first.p)),
    ...(others.length > 0 ? [sequence(...others.map(({ p, d, inverse }) => sequence(number(p), number(d), number(inverse))))] : []),
  );
  const pkcs8 = sequence(integer(Uint8Array.of(0)), sequence(oid(RSA), element(TAG.null)), element(TAG.octets, pkcs1));
  return {
    kind: "RSA",
    keyInfo: rsaKeyInfo(key),
    pem: toPem("PRIVATE KEY", pkcs8),
    pkcs8,
    traditional: pkcs1,
    algorithm: "1.2.840.113549.1.1.11",
    sign: (message) => signRsa(key, message),
  };
}

/** PKCS #8, PKCS #1 or SEC 1; undefined: none of ours. */
export function readPrivateKey(pem: string): PrivateKey | undefined {
  const block = fromPem(pem.replace(/-----BEGIN EC PARAMETERS-----[\s\S]*?-----END EC PARAMETERS-----\s*/, ""));
  if (!block) return undefined;
  if (block.label === "RSA PRIVATE KEY") return rsaOf(block.bytes);
  if (block.label === "EC PRIVATE KEY") return ecOf(block.bytes);
  if (block.label !== "PRIVATE KEY") return undefined;
  const [, algorithm, inner] = sequenceIn(block.bytes);
  const [kind] = elements(algorithm?.body ?? new Uint8Array());
  if (!kind || !inner) return undefined;
  if (oidText(kind) === RSA) return rsaOf(inner.body);
  return oidText(kind) === EC ? ecOf(inner.body) : undefined;
}
function rsaOf(der: Uint8Array): PrivateKey {
  const [, n, e, , p, q, dp, dq, qi, others] = sequenceIn(der);
  if (!n || !e || !p || !q || !dp || !dq || !qi) throw new Error("a private key that lacks something");
  const more = elements(others?.body ?? new Uint8Array()).map((o) => elements(o.body).map((x) => value(x.body)));
  const list = [[value(p.body), value(dp.body)], [value(q.body), value(dq.body)], ...more.map(([r, d]) => [r as bigint, d as bigint])];
  let before = 1n;
  const primes = list.map(([prime, d]) => {
    const at = {
      p: prime as bigint,
      d: d as bigint,
      before,
      inverse: before === 1n ? 1n : inverseOf(before % (prime as bigint), prime as bigint),
    };
    before *= prime as bigint;
    return at;
  });
  return ofRsa({ n: value(n.body), e: value(e.body), primes });
}
function ecOf(der: Uint8Array): PrivateKey {
  const [, secret] = sequenceIn(der);
  if (!secret) throw new Error("a private key that lacks something");
  const point = p256.getPublicKey(secret.body, false);
  const algorithm = sequence(oid(EC), oid(P256));
  const inner = sequence(integer(Uint8Array.of(1)), element(TAG.octets, secret.body), element(0xa1, bits(point)));
  const pkcs8 = sequence(integer(Uint8Array.of(0)), algorithm, element(TAG.octets, inner));
  return {
    kind: "EC",
    keyInfo: sequence(algorithm, bits(point)),
    pem: toPem("PRIVATE KEY", pkcs8),
    pkcs8,
    // With the name of its curve, which PKCS #8 has outside.
    traditional: sequence(
      integer(Uint8Array.of(1)),
      element(TAG.octets, secret.body),
      element(0xa0, oid(P256)),
      element(0xa1, bits(point)),
    ),
    algorithm: "1.2.840.10045.4.3.2",
    sign: (message) => p256.sign(sha256(message), secret.body, { format: "der", prehash: false }),
  };
}
export { rsaExponent, rsaModulus };

/** Attributes of names, in openssl's short form. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  CN: "2.5.4.3",
  C: "2.5.4.6",
  L: "2.5.4.7",
  ST: "2.5.4.8",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  emailAddress: "1.2.840.113549.1.9.1",
};
export const isAttribute = (name: string): boolean => ATTRIBUTES[name] !== undefined;

export function writeDn(pairs: readonly (readonly [string, string])[]): Uint8Array {
  const tag = (name: string): number => (name === "C" ? TAG.printable : name === "emailAddress" ? TAG.ia5 : TAG.utf8);
  return sequence(...pairs.map(([name, v]) => element(TAG.set, sequence(oid(ATTRIBUTES[name] as string), text(tag(name), v)))));
}
export function readDn(raw: Uint8Array): readonly (readonly [string, string])[] {
  return elements(elements(raw)[0]?.body ?? raw).flatMap((set) =>
    elements(set.body).map((attribute): readonly [string, string] => {
      const [type, v] = elements(attribute.body);
      const id = type ? oidText(type) : "";
      return [Object.entries(ATTRIBUTES).find(([, o]) => o === id)?.[0] ?? id, v ? decodeText(v) : ""];
    }),
  );
}

/** A PKCS #10 request. */
export function writeRequest(key: PrivateKey, name: Uint8Array, extensions: readonly Uint8Array[]): string {
  const attributes = extensions.length > 0 ? [sequence(oid("1.2.840.113549.1.9.14"), element(TAG.set, sequence(...extensions)))] : [];
  const info = sequence(integer(Uint8Array.of(0)), name, key.keyInfo, element(0xa0, ...attributes));
  const algorithm = sequence(oid(key.algorithm), ...(key.kind === "RSA" ? [element(TAG.null)] : []));
  return toPem("CERTIFICATE REQUEST", sequence(info, algorithm, bits(key.sign(info))));
}
/** SubjectPublicKeyInfo of a PEM text; undefined: it has none. */
export function readPublicKey(pem: string): Uint8Array | undefined {
  const text = /-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----/.exec(pem)?.[0];
  return text === undefined ? undefined : fromPem(text)?.bytes;
}

/** What is said of a certificate. */
export function certificateFacts(der: Uint8Array) {
  const base = readCertificate(der);
  const [signed] = sequenceIn(der);
  const parts = elements(signed?.body ?? der);
  const [serial, , , validity] = parts.filter((part) => part.tag !== 0xa0);
  const [notBefore, notAfter] = elements(validity?.body ?? new Uint8Array()).map(timeOf);
  const extensions = readExtensions(elements(parts.find((p) => p.tag === 0xa3)?.body ?? new Uint8Array())[0]?.body ?? new Uint8Array());
  return {
    ...base,
    version: parts.some((p) => p.tag === 0xa0) ? 3 : 1,
    serial: serial?.body ?? new Uint8Array(),
    notBefore: notBefore ?? "",
    notAfter: notAfter ?? "",
    extensions,
  };
}
export interface ExtensionFacts {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
  readonly raw: Uint8Array;
}
function readExtensions(list: Uint8Array): readonly ExtensionFacts[] {
  return elements(list).map((e) => {
    const all = elements(e.body);
    const body = all[all.length - 1];
    return { id: all[0] ? oidText(all[0]) : "", critical: all.length === 3, value: body?.body ?? new Uint8Array(), raw: e.raw };
  });
}
/** What a request asks for. */
export function requestedExtensions(pem: string): readonly ExtensionFacts[] {
  const [info] = sequenceIn(fromPem(pem)?.bytes ?? new Uint8Array());
  const attributes = elements(info?.body ?? new Uint8Array())[3];
  return elements(attributes?.body ?? new Uint8Array()).flatMap((attribute) => {
    const [type, values] = elements(attribute.body);
    if (!type || !values || oidText(type) !== "1.2.840.113549.1.9.14") return [];
    return readExtensions(elements(values.body)[0]?.body ?? new Uint8Array());
  });
}
/** As strptime's %Y%m%d%H%M%SZ. */
function timeOf({ tag, body }: { readonly tag: number; readonly body: Uint8Array }): string {
  const t = new TextDecoder().decode(body);
  return tag === TAG.utcTime ? `${Number(t.slice(0, 2)) < 50 ? "20" : "19"}${t}` : t;
}
/** `DNS:a, IP Address:1.2.3.4` of a subjectAltName. */
export function alternativesText(der: Uint8Array): string {
  return sequenceIn(der)
    .map((n) =>
      n.tag === 0x82
        ? `DNS:${decodeText(n)}`
        : n.tag === 0x81
          ? `email:${decodeText(n)}`
          : n.tag === 0x86
            ? `URI:${decodeText(n)}`
            : `IP Address:${addressText(n.body)}`,
    )
    .join(", ");
}
const addressText = (ip: Uint8Array): string =>
  ip.length === 4
    ? ip.join(".")
    : Array.from({ length: ip.length / 2 }, (_, i) =>
        (((ip[2 * i] as number) << 8) | (ip[2 * i + 1] as number)).toString(16).toUpperCase(),
      ).join(":");
export { bits, bitsOf, element, elements, extension, integer, oid, oidText, sequence, sequenceIn, TAG, text, usageBits };
