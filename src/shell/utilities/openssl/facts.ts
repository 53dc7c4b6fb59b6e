import { distinguished, type NameStyle } from "./subject.ts";
import { hex, type KeyTools } from "./types.ts";
import { shown } from "./dates.ts";
import { EXTENDED_USAGES, EXTENSIONS, KEY_USAGES } from "./usages.ts";
import { publicKeyText } from "./key-text.ts";

type ExtensionFacts = ReturnType<KeyTools["certificateFacts"]>["extensions"][number];

const ALGORITHMS: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
  "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
  "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
  "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
  "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
  "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
};

export const colons = (bytes: Uint8Array): string => (hex(bytes).toUpperCase().match(/../g) ?? []).join(":");

/** Bytes with colons between them, so many a line. */
export function block(bytes: Uint8Array, indent: string, width: number): string {
  const all = hex(bytes).match(/../g) ?? [];
  const lines: string[] = [];
  for (let i = 0; i < all.length; i += width)
    lines.push(`${indent}${all.slice(i, i + width).join(":")}${i + width < all.length ? ":" : ""}\n`);
  return lines.join("");
}

/** Small ones are shown as numbers. */
function serialText(serial: Uint8Array): string {
  if (serial.length > 8) return `\n${block(serial, "            ", 64)}`;
  const value = BigInt(`0x${hex(serial)}`);
  return ` ${value} (0x${value.toString(16)})\n`;
}

/** openssl x509 -text. */
export function facts(tools: KeyTools, der: Uint8Array, style: NameStyle): string {
  const c = tools.certificateFacts(der);
  const algorithm = ALGORITHMS[c.algorithm] ?? c.algorithm;
  const name = (raw: Uint8Array): string => distinguished(tools.readDn(raw), style);
  return `Certificate:
    Data:
        Version: ${c.version} (0x${c.version - 1})
        Serial Number:${serialText(c.serial)}        Signature Algorithm: ${algorithm}
        Issuer: ${name(c.issuer)}
        Validity
            Not Before: ${shown(c.notBefore)}
            Not After : ${shown(c.notAfter)}
        Subject: ${name(c.subject)}
        Subject Public Key Info:
${publicKeyText(tools, c.keyInfo, "            ")}${
    c.extensions.length > 0
      ? `        X509v3 extensions:\n${c.extensions.map((e) => extensionText(tools, e, "            ")).join("")}`
      : ""
  }    Signature Algorithm: ${algorithm}
    Signature Value:
${block(c.signature, "        ", 18)}`;
}

/** openssl req -text. */
export function requestFacts(tools: KeyTools, pem: string, style: NameStyle): string {
  const csr = tools.readRequest(pem);
  const asked = tools.requestedExtensions(pem);
  const extensions = asked.map((e) => extensionText(tools, e, "                ")).join("");
  return `Certificate Request:
    Data:
        Version: 1 (0x0)
        Subject: ${distinguished(tools.readDn(csr.rawSubject), style)}
        Subject Public Key Info:
${publicKeyText(tools, csr.keyInfo, "            ")}        Attributes:
${asked.length === 0 ? "            (none)\n" : ""}            Requested Extensions:
${extensions}    Signature Algorithm: ${ALGORITHMS[csr.algorithm] ?? csr.algorithm}
    Signature Value:
${block(csr.signature, "        ", 18)}`;
}

/** One extension with its name: -text puts a space behind the name's colon, whether it is critical or not. */
export function extensionText(tools: KeyTools, { id, critical, value }: ExtensionFacts, indent: string): string {
  const name = EXTENSIONS.find(([, oid]) => oid === id)?.[2] ?? id;
  return `${indent}${name}: ${critical ? "critical" : ""}\n${body(tools, id, value)
    .map((line) => `${indent}    ${line}\n`)
    .join("")}`;
}

function body(tools: KeyTools, id: string, value: Uint8Array): readonly string[] {
  const parts = tools.elements(value);
  const inner = parts[0]?.tag === tools.TAG.sequence ? tools.elements(parts[0].body) : [];
  switch (id) {
    case "2.5.29.19": {
      const length = inner.find((e) => e.tag === tools.TAG.integer);
      const authority = inner.find((e) => e.tag === tools.TAG.boolean)?.body[0] === 0xff;
      return [`CA:${authority ? "TRUE" : "FALSE"}${length ? `, pathlen:${length.body[0]}` : ""}`];
    }
    case "2.5.29.14":
      return [colons(parts[0]?.body ?? new Uint8Array())];
    case "2.5.29.35": {
      const [keyId, issuer, serial] = [0x80, 0xa1, 0x82].map((tag) => inner.find((e) => e.tag === tag));
      const name = issuer && tools.elements(issuer.body)[0]?.body;
      return [
        ...(keyId ? [`${issuer ? "keyid:" : ""}${colons(keyId.body)}`] : []),
        ...(name ? [`DirName:${distinguished(tools.readDn(name), "compat")}`] : []),
        ...(serial ? [`serial:${colons(serial.body)}`] : []),
      ];
    }
    case "2.5.29.17":
      return [tools.alternativesText(value)];
    case "2.5.29.15": {
      const set = parts[0] ? tools.bitsOf(parts[0]) : new Uint8Array();
      const has = (i: number): boolean => ((set[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0;
      return [
        KEY_USAGES.filter((_, i) => has(i))
          .map(([, text]) => text)
          .join(", "),
      ];
    }
    case "2.5.29.37":
      return [
        inner
          .map((p) => tools.oidText(p))
          .map((oid) => EXTENDED_USAGES.find((u) => u[1] === oid)?.[2] ?? oid)
          .join(", "),
      ];
    default:
      return [colons(value)];
  }
}
