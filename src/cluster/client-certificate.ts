import type { ApiRequest } from "../apiserver/index.ts";
import type { Tls } from "../pki/index.ts";

/** Whom a client's certificate names; no user: it is not of this cluster's authority, or not valid now. */
export function peerOf(tls: Tls, chain: readonly Uint8Array[], roots: readonly Uint8Array[], now: number): ApiRequest["peer"] {
  const [leaf] = chain;
  if (!leaf) return undefined;
  if (tls.chainProblem(chain, { roots, now })) return {};
  const { subject, fingerprint } = tls.summary(leaf);
  const of = (type: string): readonly string[] => subject.filter(([t]) => t === type).map(([, value]) => value);
  const [name] = of("CN");
  if (!name) return {};
  return { user: { name, groups: of("O"), extra: { "authentication.kubernetes.io/credential-id": [`X509SHA256=${fingerprint}`] } } };
}
