export type { CertificateContent, Signer } from "./certificate.ts";
export { readCertificate } from "./certificate.ts";
export type { Authority } from "./curves.ts";
export type { Entropy } from "./entropy.ts";
export { entropyOf } from "./entropy.ts";
export { fromPem } from "./pem.ts";
export type { CertificateRequest } from "./request.ts";
export { readRequest } from "./request.ts";
export type { RsaKey, RsaPublicKey } from "./rsa.ts";
export { generateRsaKey, rsaExponent, rsaKeyInfo, rsaModulus, signRsa, verifyRsa } from "./rsa.ts";

/** Elliptic curves: authorities, and the checking of signatures by any kind of key. */
export const loadCurves = () => import("./curves.ts");
