import { keyPairProblem } from "../machinery/index.ts";
import { rfc3339 } from "../sim/index.ts";
import type { Identity, Tls } from "../pki/index.ts";
import type { Access } from "../kubectl/index.ts";

const RSA = "1.2.840.113549.1.1.";

/** Why Go's TLS ends a client's handshake; undefined: it trusts the server (go: crypto/x509 verify.go, crypto/tls handshake_client.go). */
export function distrust(
  tls: Tls,
  { authorities, insecure, serverName = "" }: Pick<Access, "authorities" | "insecure" | "serverName">,
  { chain, host, now }: { readonly chain: readonly Uint8Array[]; readonly host: string; readonly now: number },
): string | undefined {
  if (insecure) return undefined;
  const failed = (why: string): string => `tls: failed to verify certificate: x509: ${why}`;
  const leaf = chain[0] as Uint8Array;
  const facts = tls.summary(leaf);
  const problem = tls.chainProblem(chain, { roots: tls.certificates(authorities ?? ""), now });
  if (problem?.code === 9)
    return failed(`certificate has expired or is not yet valid: current time ${rfc3339(now)} is before ${rfc3339(facts.notBefore)}`);
  if (problem?.code === 10)
    return failed(`certificate has expired or is not yet valid: current time ${rfc3339(now)} is after ${rfc3339(facts.notAfter)}`);
  const name = serverName || host;
  if (!problem && !tls.isFor(leaf, name)) {
    const isAddress = /^\d+(\.\d+){3}$/.test(name);
    const names = isAddress ? facts.addresses : facts.dnsNames;
    return failed(
      isAddress && names.length === 0
        ? `cannot validate certificate for ${name} because it doesn't contain any IP SANs`
        : `certificate is valid for ${names.join(", ")}, not ${name}`,
    );
  }
  if (problem?.code === 7)
    return failed(
      `certificate signed by unknown authority (possibly because of "${facts.algorithm.startsWith(RSA) ? "crypto/rsa: verification error" : "x509: ECDSA verification failure"}" while trying to verify candidate authority certificate "kubernetes")`,
    );
  return problem && failed("certificate signed by unknown authority");
}

/** A client's certificate with its key, or why Go does not take them (go: crypto/tls X509KeyPair). */
export function clientIdentity(tls: Tls, certificate: string, key: string): Identity | string {
  return keyPairProblem(certificate, key) ?? tls.identity(certificate, key) ?? "tls: private key does not match public key";
}
