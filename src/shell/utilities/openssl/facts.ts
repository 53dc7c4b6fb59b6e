import { subjectText } from "./subject.ts";
import { hex, type KeyTools } from "./types.ts";
import { shown } from "./x509.ts";

const ALGORITHMS: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
  "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
};
const USAGES = [
  "Digital Signature",
  "Non Repudiation",
  "Key Encipherment",
  "Data Encipherment",
  "Key Agreement",
  "Certificate Sign",
  "CRL Sign",
  "Encipher Only",
  "Decipher Only",
];
const PURPOSES: Readonly<Record<string, string>> = {
  "1.3.6.1.5.5.7.3.1": "TLS Web Server Authentication",
  "1.3.6.1.5.5.7.3.2": "TLS Web Client Authentication",
};

/** Bytes with colons between them, fifteen a line or as many as `width` says. */
function block(bytes: Uint8Array, indent: string, width: number): string {
  const all = hex(bytes).match(/../g) ?? [];
  const lines: string[] = [];
  for (let i = 0; i < all.length; i += width)
    lines.push(`${indent}${all.slice(i, i + width).join(":")}${i + width < all.length ? ":" : ""}\n`);
  return lines.join("");
}

/** openssl x509 -text. */
export function facts(tools: KeyTools, der: Uint8Array): string {
  const c = tools.certificateFacts(der);
  const algorithm = ALGORITHMS[c.algorithm] ?? c.algorithm;
  const [, key] = tools.sequenceIn(c.keyInfo);
  const bits = key ? tools.bitsOf(key) : new Uint8Array();
  const ec = !algorithm.includes("RSA") && bits[0] === 4 && bits.length === 65;
  const rsa = bits.length > 100 ? tools.sequenceIn(bits) : [];
  const [n, e] = rsa;
  const publicKey =
    ec || !n || !e
      ? `            Public Key Algorithm: id-ecPublicKey\n                Public-Key: (256 bit)\n                pub:\n${block(bits, "                    ", 15)}                ASN1 OID: prime256v1\n                NIST CURVE: P-256\n`
      : `            Public Key Algorithm: rsaEncryption\n                Public-Key: (2048 bit)\n                Modulus:\n${block(n.body, "                    ", 15)}                Exponent: 65537 (0x10001)\n`;
  const extensions = c.extensions.map(({ id, critical, value }) => {
    const [name, body] = extension(tools, id, value);
    return `            ${name}: ${critical ? "critical" : ""}\n                ${body}\n`;
  });
  return `Certificate:
    Data:
        Version: 3 (0x2)
        Serial Number:
${block(c.serial, "            ", 64)}        Signature Algorithm: ${algorithm}
        Issuer: ${subjectText(tools.readDn(c.issuer))}
        Validity
            Not Before: ${shown(c.notBefore)}
            Not After : ${shown(c.notAfter)}
        Subject: ${subjectText(tools.readDn(c.subject))}
        Subject Public Key Info:
${publicKey}${extensions.length > 0 ? `        X509v3 extensions:\n${extensions.join("")}` : ""}    Signature Algorithm: ${algorithm}
    Signature Value:
${block(c.signature, "        ", 18)}`;
}

function extension(tools: KeyTools, id: string, value: Uint8Array): readonly [string, string] {
  const colons = (bytes: Uint8Array): string => (hex(bytes).toUpperCase().match(/../g) ?? []).join(":");
  const parts = tools.elements(value);
  switch (id) {
    case "2.5.29.19":
      return ["X509v3 Basic Constraints", tools.elements(parts[0]?.body ?? new Uint8Array()).length > 0 ? "CA:TRUE" : "CA:FALSE"];
    case "2.5.29.14":
      return ["X509v3 Subject Key Identifier", colons(parts[0]?.body ?? new Uint8Array())];
    case "2.5.29.35":
      return ["X509v3 Authority Key Identifier", colons(tools.elements(parts[0]?.body ?? new Uint8Array())[0]?.body ?? new Uint8Array())];
    case "2.5.29.17":
      return ["X509v3 Subject Alternative Name", tools.alternativesText(value)];
    case "2.5.29.15": {
      const set = parts[0] ? tools.bitsOf(parts[0]) : new Uint8Array();
      return ["X509v3 Key Usage", USAGES.filter((_, i) => ((set[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0).join(", ")];
    }
    case "2.5.29.37":
      return [
        "X509v3 Extended Key Usage",
        tools
          .elements(parts[0]?.body ?? new Uint8Array())
          .map((p) => PURPOSES[tools.oidText(p)] ?? tools.oidText(p))
          .join(", "),
      ];
    default:
      return [id, colons(value)];
  }
}
