import { base64Decode } from "./base64.ts";

/** One element of DER: its tag and what is in it. */
interface Element {
  readonly tag: number;
  readonly body: Uint8Array;
}

interface Block {
  readonly label: string;
  readonly der: Uint8Array;
}

const isKey = (label: string): boolean => label === "PRIVATE KEY" || label.endsWith(" PRIVATE KEY");

/** What Go says of a certificate and a private key that are none, or not of each other (k8s: tls.X509KeyPair). */
export function keyPairProblem(certificate: string, key: string): string | undefined {
  const [given, keys] = [blocks(certificate), blocks(key)];
  const [skipped, keyLabels] = [given, keys].map((list) => list.map((block) => block.label)) as [string[], string[]];
  const chain = given.find((block) => block.label === "CERTIFICATE");
  if (chain === undefined) {
    if (skipped.length === 0) return "tls: failed to find any PEM data in certificate input";
    if (skipped.length === 1 && isKey(skipped[0] ?? ""))
      return "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched";
    return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${skipped.join(" ")}]`;
  }
  const secret = keys.find((block) => isKey(block.label));
  if (secret === undefined) {
    if (keyLabels.length === 0) return "tls: failed to find any PEM data in key input";
    if (keyLabels.length === 1 && keyLabels[0] === "CERTIFICATE")
      return "tls: found a certificate rather than a key in the PEM for the private key";
    return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${keyLabels.join(" ")}]`;
  }
  if (elements(chain.der)[0]?.tag !== SEQUENCE) return "x509: malformed certificate";
  if (elements(secret.der)[0]?.tag !== SEQUENCE) return "tls: failed to parse private key";
  return belongTogether(chain.der, secret) ? undefined : "tls: private key does not match public key";
}

const SEQUENCE = 0x30;

/**
 * Whether a certificate is of this private key: its public half, which RSA and EC keys carry, must stand in the
 * certificate. True where the key does not say (Ed25519).
 */
function belongTogether(certificate: Uint8Array, key: Block): boolean {
  const half = publicHalf(key);
  return !half || contains(certificate, half);
}

function blocks(text: string): readonly Block[] {
  return [...text.matchAll(/-----BEGIN ([^-\n]+)-----([^-]*)-----END \1-----/g)].flatMap(([, label = "", body = ""]) => {
    const der = base64Decode(body.replace(/^[^\n]*: [^\n]*\n/gm, "").replace(/\s/g, ""));
    return typeof der === "number" ? [] : [{ label, der }];
  });
}

/** An RSA key's modulus, an EC key's point. */
function publicHalf({ label, der }: Block): Uint8Array | undefined {
  const plain = label === "PRIVATE KEY" ? elements(elements(der)[0]?.body)[2]?.body : der;
  const fields = elements(elements(plain)[0]?.body);
  if (fields[1]?.tag === 0x02) return fields[1].body;
  const point = fields.find((f) => f.tag === 0xa1);
  return elements(point?.body)[0]?.body;
}

function elements(der: Uint8Array | undefined): readonly Element[] {
  const found: Element[] = [];
  if (!der) return found;
  for (let at = 0; at + 1 < der.length;) {
    const tag = der[at] as number;
    let length = der[at + 1] as number;
    at += 2;
    if (length > 0x80) {
      const digits = length - 0x80;
      length = 0;
      for (let i = 0; i < digits; i++) length = length * 256 + (der[at + i] ?? 0);
      at += digits;
    }
    found.push({ tag, body: der.subarray(at, at + length) });
    at += length;
  }
  return found;
}

function contains(whole: Uint8Array, part: Uint8Array): boolean {
  for (let i = 0; i + part.length <= whole.length; i++) {
    let same = 0;
    while (same < part.length && whole[i + same] === part[same]) same++;
    if (same === part.length) return true;
  }
  return part.length === 0;
}
