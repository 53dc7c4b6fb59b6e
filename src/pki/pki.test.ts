import { createPublicKey, createVerify, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readCertificate } from "./certificate.ts";
import { createAuthority, verifySignature } from "./curves.ts";
import { entropyOf, fromPem, generateRsaKey, readRequest, rsaKeyInfo, signRsa, verifyRsa } from "./index.ts";
import { ADAS_REQUEST } from "./testing/request.ts";

const secret = new Uint8Array(32).fill(7);
const message = new TextEncoder().encode("helm");

describe("RSA", () => {
  const key = generateRsaKey(entropyOf(secret, "test"));

  it("is the same key for the same secret, and 2048 bits long", () => {
    expect(generateRsaKey(entropyOf(secret, "test")).n).toBe(key.n);
    expect(key.n.toString(2)).toHaveLength(2048);
  });

  it("signs what OpenSSL verifies", () => {
    const signature = signRsa(key, message);
    const publicKey = createPublicKey({ key: Buffer.from(rsaKeyInfo(key)), format: "der", type: "spki" });
    expect(createVerify("sha256").update(message).verify(publicKey, signature)).toBe(true);
    expect(verifyRsa(key, "sha256", message, signature)).toBe(true);
    expect(verifyRsa(key, "sha256", Uint8Array.of(1), signature)).toBe(false);
  });
});

describe("an authority", () => {
  const now = Date.UTC(2026, 0, 1);
  const authority = createAuthority({ entropy: entropyOf(secret, "ca"), commonName: "kubernetes", now });

  it("signs itself and others so that OpenSSL agrees", () => {
    const { certificate, key } = authority.issue({
      subject: { commonName: "system:node:ñ", organizations: ["system:nodes"] },
      usages: ["digital signature", "client auth"],
      dnsNames: ["node-1"],
      ipAddresses: [Uint8Array.of(127, 0, 0, 1)],
      notBefore: now,
      notAfter: now + 1000,
    });
    const ca = new X509Certificate(authority.certificate);
    const issued = new X509Certificate(certificate);
    expect([ca.ca, ca.verify(ca.publicKey), issued.verify(ca.publicKey), issued.checkIssued(ca)]).toEqual([true, true, true, true]);
    expect([issued.subject, issued.subjectAltName, issued.validFrom, issued.keyUsage]).toEqual([
      "O=system:nodes\nCN=system:node:ñ",
      "DNS:node-1, IP Address:127.0.0.1",
      "Jan  1 00:00:00 2026 GMT",
      ["1.3.6.1.5.5.7.3.2"],
    ]);
    expect(key).toContain("BEGIN PRIVATE KEY");
    const parts = readCertificate(fromPem(certificate)?.bytes ?? new Uint8Array());
    const own = readCertificate(fromPem(authority.certificate)?.bytes ?? new Uint8Array());
    expect(verifySignature(own.keyInfo, parts.algorithm, parts.signed, parts.signature)).toBe(true);
    expect(verifySignature(own.keyInfo, parts.algorithm, Uint8Array.of(1), parts.signature)).toBe(false);
  });
});

describe("a certificate request", () => {
  it("tells who asks for what, and is signed by the key it names", () => {
    const request = readRequest(ADAS_REQUEST);
    expect([request.subject, request.dnsNames, request.ipAddresses.map((ip) => [...ip])]).toEqual([
      { commonName: "ada", organizations: ["devs"] },
      ["ada.example"],
      [[10, 0, 0, 7]],
    ]);
    expect(verifySignature(request.keyInfo, request.algorithm, request.signed, request.signature)).toBe(true);
  });

  it.each([
    ["something else", "hello"],
    ["a certificate", ADAS_REQUEST.replaceAll("CERTIFICATE REQUEST", "CERTIFICATE")],
  ])("%s is refused", (_, text) => {
    expect(() => readRequest(text)).toThrow("PEM block type must be CERTIFICATE REQUEST");
  });
});
