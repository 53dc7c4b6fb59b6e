import type * as CurvesModule from "./curves.ts";

export type { Authority, CertificateSigner } from "./curves.ts";
export type { Entropy } from "./entropy.ts";
export { entropyOf } from "./entropy.ts";
export { fromPem } from "./pem.ts";
export type { CertificateRequest } from "./request.ts";
export { readRequest } from "./request.ts";
export { CERTIFICATE_USAGES } from "./usages.ts";
export type { RsaKey, RsaPublicKey } from "./rsa.ts";
export { generateRsaKey, rsaExponent, rsaKeyInfo, rsaModulus, signRsa, verifyRsa } from "./rsa.ts";

type Curves = typeof CurvesModule;

let loaded: Curves | undefined;

/** Elliptic curves: authorities, and the checking of signatures by any kind of key. */
export const loadCurves = async (): Promise<Curves> => (loaded ??= await import("./curves.ts"));

/** For whoever knows that they are there: pure functions that are called after `loadCurves` has resolved. */
export function curves(): Curves {
  if (loaded === undefined) throw new Error("elliptic curves are used before they are loaded");
  return loaded;
}

/** What openssl's commands are made of. */
export const loadKeyTools = () => import("./tools.ts");

export { TlsError } from "./tls/types.ts";
export type { Accepted, Alert, ChainProblem, Identity, Tls, TlsSocket, Wire } from "./tls/types.ts";

/** Handshakes, and what is made of the certificates in them. */
export const loadTls = async () => (await import("./tls/index.ts")).tls;
