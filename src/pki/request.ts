import { bitsOf, decodeText, DerError, type Element, elements, oidText, sequenceIn, TAG } from "./der.ts";
import { type Name, readName } from "./names.ts";
import { fromPem } from "./pem.ts";

/** A PKCS #10 request for a certificate. */
export interface CertificateRequest {
  readonly subject: Name;
  readonly rawSubject: Uint8Array;
  /** SubjectPublicKeyInfo. */
  readonly keyInfo: Uint8Array;
  readonly dnsNames: readonly string[];
  /** Four or sixteen bytes each. */
  readonly ipAddresses: readonly Uint8Array[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
  /** What was signed, how, and the signature. */
  readonly signed: Uint8Array;
  readonly algorithm: string;
  readonly signature: Uint8Array;
}

const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
const SUBJECT_ALT_NAME = "2.5.29.17";

/** Of a PEM text. Throws an Error in Go's words (k8s: apis/certificates ParseCSR). */
export function readRequest(pem: string): CertificateRequest {
  const block = fromPem(pem);
  if (block?.label !== "CERTIFICATE REQUEST") throw new DerError("PEM block type must be CERTIFICATE REQUEST");
  const [info, algorithm, signature] = sequenceIn(block.bytes);
  const [, rawName, keyInfo, attributes] = elements(info?.body ?? block.bytes);
  const [kind] = elements(algorithm?.body ?? new Uint8Array(0));
  if (!info || !rawName || !keyInfo || !kind || !signature) throw new DerError("asn1: structure error: sequence truncated");
  return {
    subject: readName(rawName.raw),
    rawSubject: rawName.raw,
    keyInfo: keyInfo.raw,
    ...alternativeNames(attributes),
    signed: info.raw,
    algorithm: oidText(kind),
    signature: bitsOf(signature),
  };
}

function alternativeNames(attributes: Element | undefined) {
  const dnsNames: string[] = [];
  const ipAddresses: Uint8Array[] = [];
  const emailAddresses: string[] = [];
  const uris: string[] = [];
  for (const attribute of elements(attributes?.body ?? new Uint8Array(0))) {
    const [type, values] = elements(attribute.body);
    if (!type || !values || oidText(type) !== EXTENSION_REQUEST) continue;
    for (const extension of elements(elements(values.body)[0]?.body ?? new Uint8Array(0))) {
      const parts = elements(extension.body);
      const value = parts[parts.length - 1];
      if (!parts[0] || value?.tag !== TAG.octets || oidText(parts[0]) !== SUBJECT_ALT_NAME) continue;
      for (const name of sequenceIn(value.body)) {
        if (name.tag === 0x81) emailAddresses.push(decodeText(name));
        else if (name.tag === 0x82) dnsNames.push(decodeText(name));
        else if (name.tag === 0x86) uris.push(decodeText(name));
        else if (name.tag === 0x87) ipAddresses.push(name.body);
      }
    }
  }
  return { dnsNames, ipAddresses, emailAddresses, uris };
}
