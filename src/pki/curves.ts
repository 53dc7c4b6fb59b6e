import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { concatBytes } from "../machinery/index.ts";
import { keyIdOf, serialOf, type Signer, writeCertificate } from "./certificate.ts";
import { bits, bitsOf, element, elements, integer, oid, oidText, sequence, sequenceIn, TAG } from "./der.ts";
import type { Entropy } from "./entropy.ts";
import { type Name, writeName } from "./names.ts";
import { toPem } from "./pem.ts";
import type { CertificateRequest } from "./request.ts";
import { type Hash, rsaPublicKey, verifyRsa } from "./rsa.ts";
import { remembered } from "./verified.ts";

/** Elliptic curves and what needs them; loaded when it is first needed. */

const EC_KEY = "1.2.840.10045.2.1";
const P256 = "1.2.840.10045.3.1.7";
const ECDSA_SHA256 = "1.2.840.10045.4.3.2";
const CURVES: Readonly<Record<string, typeof p256>> = {
  [P256]: p256,
  "1.3.132.0.34": p384,
  "1.3.132.0.35": p521,
};
const HASHES = { sha256, sha384, sha512 };
const ECDSA: Readonly<Record<string, Hash>> = {
  [ECDSA_SHA256]: "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};
const RSA: Readonly<Record<string, Hash>> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
};
const ED25519 = "1.3.101.112";

/** Whether a signature was made with the private half of a SubjectPublicKeyInfo; undefined: by an algorithm that is not known here. */
export const verifySignature = remembered(verifiedNow);

function verifiedNow(keyInfo: Uint8Array, algorithm: string, message: Uint8Array, signature: Uint8Array): boolean | undefined {
  const [kind, key] = sequenceIn(keyInfo);
  if (!kind || !key) return false;
  const rsa = RSA[algorithm];
  if (rsa) {
    const [n, e] = sequenceIn(bitsOf(key));
    return n !== undefined && e !== undefined && verifyRsa(rsaPublicKey(n.body, e.body), rsa, message, signature);
  }
  const hash = ECDSA[algorithm];
  if (hash) {
    const [, curve] = elements(kind.body);
    const found = curve && CURVES[oidText(curve)];
    if (!found) return undefined;
    return attempt(() => found.verify(signature, HASHES[hash](message), bitsOf(key), { format: "der", prehash: false, lowS: false }));
  }
  return algorithm === ED25519 ? attempt(() => ed25519.verify(signature, message, bitsOf(key))) : undefined;
}

function attempt(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

/** A P-256 key pair: its SubjectPublicKeyInfo, its PKCS #8 form and its signature. */
export function generateEcKey(entropy: Entropy) {
  const secret = p256.utils.randomSecretKey(entropy(48));
  const point = p256.getPublicKey(secret, false);
  const algorithm = sequence(oid(EC_KEY), oid(P256));
  const inner = sequence(integer(Uint8Array.of(1)), element(TAG.octets, secret), element(0xa1, bits(point)));
  return {
    keyInfo: sequence(algorithm, bits(point)),
    pkcs8: toPem("PRIVATE KEY", sequence(integer(Uint8Array.of(0)), algorithm, element(TAG.octets, inner))),
    sign: (message: Uint8Array): Uint8Array => p256.sign(sha256(message), secret, { format: "der", prehash: false }),
  };
}

/** Signs what others ask for. */
export interface CertificateSigner {
  /** PEM of a certificate for the request's subject, names and key; times in ms. */
  sign(order: {
    readonly request: CertificateRequest;
    readonly usages: readonly string[];
    readonly notBefore: number;
    readonly notAfter: number;
  }): string;
}

/** A certificate authority of its own, and certificates with new keys signed by it. */
export interface Authority extends CertificateSigner {
  /** PEM. */
  readonly certificate: string;
  /** PEM of its own: whoever has it can sign as it does. */
  readonly key: string;
  issue(options: {
    readonly subject: Name;
    readonly usages: readonly string[];
    readonly dnsNames?: readonly string[];
    readonly ipAddresses?: readonly Uint8Array[];
    readonly notBefore: number;
    readonly notAfter: number;
  }): { readonly certificate: string; readonly key: string };
}

/** A key that an authority signs with. */
export interface SigningKey {
  readonly keyInfo: Uint8Array;
  readonly pem: string;
  /** OID of the signature's algorithm. */
  readonly algorithm: string;
  readonly sign: (message: Uint8Array) => Uint8Array;
}
const ecSigningKey = (entropy: Entropy): SigningKey => {
  const { pkcs8, ...key } = generateEcKey(entropy);
  return { ...key, pem: pkcs8, algorithm: ECDSA_SHA256 };
};

/** Valid for ten years from `now`, as kubeadm's (kubeadm: certs phase). */
export function createAuthority(options: {
  readonly entropy: Entropy;
  readonly commonName: string;
  readonly now: number;
  /** Of a curve, unless it is given. */
  readonly key?: SigningKey | undefined;
}): Authority {
  const { entropy, commonName, now, key = ecSigningKey(entropy) } = options;
  const name = writeName({ commonName, organizations: [] });
  const signer: Signer = { name, keyId: keyIdOf(key.keyInfo), algorithm: key.algorithm, sign: key.sign };
  const certificate = writeCertificate(
    {
      serial: serialOf(entropy(16)),
      subject: name,
      keyInfo: key.keyInfo,
      notBefore: now - 300_000,
      notAfter: now + 10 * 365 * 86_400_000,
      usages: ["digital signature", "key encipherment", "cert sign"],
      authority: true,
      dnsNames: [commonName],
    },
    signer,
  );
  return {
    certificate: toPem("CERTIFICATE", certificate),
    key: key.pem,
    sign({ request: { rawSubject, keyInfo, dnsNames, ipAddresses, emailAddresses, uris }, ...order }) {
      // Of what it is about: a reload starts the entropy anew.
      const serial = sha256(concatBytes([rawSubject, keyInfo, new TextEncoder().encode(String(order.notBefore))]));
      const content = {
        ...order,
        serial: serialOf(serial),
        subject: rawSubject,
        keyInfo,
        dnsNames,
        ipAddresses,
        emailAddresses,
        uris,
      };
      return toPem("CERTIFICATE", writeCertificate(content, signer));
    },
    issue({ subject, ...rest }) {
      const own = generateEcKey(entropy);
      const content = { ...rest, serial: serialOf(entropy(16)), subject: writeName(subject), keyInfo: own.keyInfo };
      return { certificate: toPem("CERTIFICATE", writeCertificate(content, signer)), key: own.pkcs8 };
    },
  };
}
