import { sha1 } from "@noble/hashes/legacy.js";
import { concatBytes } from "../machinery/index.ts";
import { utcFields } from "../sim/index.ts";
import { EXTENDED_USAGE, KEY_USAGE } from "./usages.ts";
import { bits, bitsOf, element, elements, integer, oid, oidText, sequence, sequenceIn, TAG, text } from "./der.ts";

/** Who signs: its name, its key's identifier and the signature. */
export interface Signer {
  /** DER of its name. */
  readonly name: Uint8Array;
  readonly keyId: Uint8Array;
  /** OID of the signature's algorithm. */
  readonly algorithm: string;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

export interface CertificateContent {
  readonly serial: Uint8Array;
  /** DER of the subject's name and of its SubjectPublicKeyInfo. */
  readonly subject: Uint8Array;
  readonly keyInfo: Uint8Array;
  /** Milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** As CertificateSigningRequests name them. */
  readonly usages: readonly string[];
  readonly authority?: boolean;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly Uint8Array[];
  readonly emailAddresses?: readonly string[];
  readonly uris?: readonly string[];
  /** In their order, instead of those that the rest says; without any it is a certificate of the first version. */
  readonly extensions?: readonly Uint8Array[] | undefined;
}

const TRUE = element(TAG.boolean, Uint8Array.of(0xff));

export const extension = (id: string, critical: boolean, value: Uint8Array): Uint8Array =>
  sequence(oid(id), ...(critical ? [TRUE] : []), element(TAG.octets, value));

/** An X.509 v3 certificate in DER (RFC 5280), with the extensions that Go's x509 writes. */
export function writeCertificate(content: CertificateContent, signer: Signer): Uint8Array {
  // RSA algorithms have parameters, which are nothing (RFC 4055).
  const parameters = signer.algorithm.startsWith("1.2.840.113549.1.1.") ? [element(TAG.null)] : [];
  const algorithm = sequence(oid(signer.algorithm), ...parameters);
  const all = content.extensions ?? extensions(content, signer);
  const signed = sequence(
    ...(all.length > 0 ? [element(0xa0, element(TAG.integer, Uint8Array.of(2)))] : []),
    integer(content.serial),
    algorithm,
    signer.name,
    sequence(time(content.notBefore), time(content.notAfter)),
    content.subject,
    content.keyInfo,
    ...(all.length > 0 ? [element(0xa3, sequence(...all))] : []),
  );
  return sequence(signed, algorithm, bits(signer.sign(signed)));
}

function extensions(content: CertificateContent, signer: Signer): readonly Uint8Array[] {
  const { usages, authority = false } = content;
  const list: Uint8Array[] = [];
  const positions = usages.flatMap((usage) => KEY_USAGE[usage] ?? []);
  if (positions.length > 0) list.push(extension("2.5.29.15", true, usageBits(positions)));
  const extended = [...new Set(usages.flatMap((usage) => EXTENDED_USAGE[usage] ?? []))];
  if (extended.length > 0) list.push(extension("2.5.29.37", false, sequence(...extended.map(oid))));
  list.push(extension("2.5.29.19", true, authority ? sequence(TRUE) : sequence()));
  if (authority) list.push(extension("2.5.29.14", false, element(TAG.octets, keyIdOf(content.keyInfo))));
  else list.push(extension("2.5.29.35", false, sequence(element(0x80, signer.keyId))));
  const names = [
    ...(content.dnsNames ?? []).map((name) => text(0x82, name)),
    ...(content.emailAddresses ?? []).map((name) => text(0x81, name)),
    ...(content.ipAddresses ?? []).map((ip) => element(0x87, ip)),
    ...(content.uris ?? []).map((uri) => text(0x86, uri)),
  ];
  if (names.length > 0) list.push(extension("2.5.29.17", false, sequence(...names)));
  return list;
}

export function usageBits(positions: readonly number[]): Uint8Array {
  const highest = Math.max(...positions);
  const bytes = new Uint8Array(highest > 7 ? 2 : 1);
  for (const position of positions) bytes[position >> 3] = (bytes[position >> 3] ?? 0) | (0x80 >> (position & 7));
  return bits(bytes, 7 - (highest & 7));
}

/** The identifier of a key: SHA-1 of its bits (RFC 5280, 4.2.1.2). */
export function keyIdOf(keyInfo: Uint8Array): Uint8Array {
  const [, key] = sequenceIn(keyInfo);
  return key ? sha1(bitsOf(key)) : new Uint8Array(20);
}

function time(ms: number): Uint8Array {
  const t = utcFields(ms);
  const two = (n: number): string => String(n).padStart(2, "0");
  const rest = `${two(t.month)}${two(t.day)}${two(t.hour)}${two(t.minute)}${two(t.second)}Z`;
  return t.year < 2050 ? text(TAG.utcTime, `${two(t.year % 100)}${rest}`) : text(TAG.time, `${t.year}${rest}`);
}

/** A serial number of 16 bytes that is positive. */
export const serialOf = (bytes: Uint8Array): Uint8Array => concatBytes([Uint8Array.of((bytes[0] ?? 0) & 0x7f || 1), bytes.subarray(1, 16)]);

/** The raw subject, the SubjectPublicKeyInfo and the validity's texts of a certificate in DER. Throws DerError. */
export function readCertificate(der: Uint8Array) {
  const [signed, algorithm, signature] = sequenceIn(der);
  const parts = elements(signed?.body ?? der).filter((part) => part.tag !== 0xa0);
  const [serial, , issuer, validity, subject, keyInfo] = parts;
  const [kind] = elements(algorithm?.body ?? new Uint8Array(0));
  if (!signed || !kind || !signature || !serial || !issuer || !validity || !subject || !keyInfo)
    throw new Error("x509: malformed certificate");
  return {
    issuer: issuer.raw,
    subject: subject.raw,
    keyInfo: keyInfo.raw,
    signed: signed.raw,
    algorithm: oidText(kind),
    signature: bitsOf(signature),
  };
}
