import { base64Decode, base64Url } from "../../machinery/index.ts";
import { rsaExponent, rsaKeyInfo, rsaModulus, type RsaKey, signRsa, verifyRsa } from "../../pki/index.ts";
import { sha256 } from "@noble/hashes/sha2.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function fromBase64Url(text: string): Uint8Array | undefined {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/") + "=".repeat((4 - (text.length % 4)) % 4);
  const bytes = base64Decode(padded);
  return typeof bytes === "number" ? undefined : bytes;
}

/** A JSON object out of one part of a token. */
function parse(part: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const bytes = part === undefined ? undefined : fromBase64Url(part);
  if (!bytes) return undefined;
  try {
    const value = JSON.parse(decoder.decode(bytes)) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** Keys sorted at every level, as go-jose writes them. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}

export type Claims = Readonly<Record<string, unknown>>;

/** What a compact JWS says it is, before anything is believed. */
export function unverifiedClaims(token: string): Claims | undefined {
  const parts = token.split(".");
  return parts.length === 3 ? parse(parts[1]) : undefined;
}

/** Signs and checks tokens with one RSA key, RS256, as kubeadm's sa.key (k8s: pkg/serviceaccount/jwt.go). The key is asked for when it is first used. */
export function createJwtKey(make: () => RsaKey) {
  let key: RsaKey | undefined;
  let keyId = "";
  const ready = (): RsaKey => {
    if (!key) {
      key = make();
      keyId = base64Url(sha256(rsaKeyInfo(key)));
    }
    return key;
  };
  return {
    key: ready,
    sign(claims: Claims): string {
      const own = ready();
      const head = base64Url(encoder.encode(JSON.stringify({ alg: "RS256", kid: keyId })));
      const text = `${head}.${base64Url(encoder.encode(JSON.stringify(sorted(claims))))}`;
      return `${text}.${base64Url(signRsa(own, encoder.encode(text)))}`;
    },
    /** Undefined when all is well. */
    problem(token: string): string | undefined {
      const own = ready();
      const [head = "", body = "", signature = ""] = token.split(".");
      const header = parse(head);
      if (header?.["kid"] !== undefined && header["kid"] !== keyId) return "invalid signature, no keys found";
      const bytes = fromBase64Url(signature);
      const valid = header?.["alg"] === "RS256" && bytes && verifyRsa(own, "sha256", encoder.encode(`${head}.${body}`), bytes);
      return valid ? undefined : "go-jose/go-jose: error in cryptographic primitive";
    },
    /** The public half as a JSON Web Key. */
    jwk() {
      const own = ready();
      return { use: "sig", kty: "RSA", kid: keyId, alg: "RS256", n: base64Url(rsaModulus(own)), e: base64Url(rsaExponent(own)) };
    },
  };
}
