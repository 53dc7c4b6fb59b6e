import { keyPairProblem } from "../../machinery/index.ts";
import { accept, connect, type Crypto } from "./handshake.ts";
import type { Tls } from "./types.ts";
import * as tools from "../tools.ts";
import { chainProblem, isFor, summary } from "./verify.ts";

const DAY = 86_400_000;

/** TLS as it is spoken on this network; see decision 026. */
export const tls: Tls = createTls();

function createTls(): Tls {
  const sha256 = tools.digests["sha256"] as (data: Uint8Array) => Uint8Array;
  const crypto: Crypto = {
    digest: sha256,
    verify: (certificate, algorithm, message, signature) =>
      tools.verifySignature(tools.readCertificate(certificate).keyInfo, algorithm, message, signature) === true,
  };
  const certificates = (pem: string): readonly Uint8Array[] =>
    (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).flatMap((text) => tools.fromPem(text)?.bytes ?? []);
  return {
    connect: (socket, options) => connect(socket, options, crypto),
    accept: (socket, options) => accept(socket, options, crypto),
    certificates,
    identity(certificate, key) {
      if (keyPairProblem(certificate, key) !== undefined) return undefined;
      const secret = tools.readPrivateKey(/-----BEGIN [^-]*PRIVATE KEY-----[^-]+-----END [^-]*PRIVATE KEY-----/.exec(key)?.[0] ?? key);
      return secret && { chain: certificates(certificate), algorithm: secret.algorithm, sign: secret.sign };
    },
    chainProblem: (chain, trust) => chainProblem(tools, chain, trust),
    summary: (certificate) => summary(tools, certificate),
    isFor: (certificate, host, options) => isFor(tools, certificate, host, options),
    selfSigned({ entropy, subject, dnsNames, addresses = [], now, days }) {
      const key = tools.newKey("EC", entropy);
      const name = tools.writeDn(subject);
      const der = tools.writeCertificate(
        {
          serial: tools.serialOf(entropy(16)),
          subject: name,
          keyInfo: key.keyInfo,
          notBefore: now,
          notAfter: now + days * DAY,
          usages: ["digital signature", "key encipherment", "server auth"],
          dnsNames,
          ipAddresses: addresses.map((ip) => Uint8Array.from(ip.split(".").map(Number))),
        },
        { name, keyId: tools.keyIdOf(key.keyInfo), algorithm: key.algorithm, sign: key.sign },
      );
      return { certificate: tools.toPem("CERTIFICATE", der), key: key.pem };
    },
  };
}
