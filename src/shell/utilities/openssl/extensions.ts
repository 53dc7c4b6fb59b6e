import { type Sections } from "./config.ts";
import type { KeyTools } from "./types.ts";
import { EXTENDED_USAGES, extensionId, KEY_USAGES } from "./usages.ts";

/** Whom an extension is about, and who signs it. */
export interface About {
  readonly keyInfo: Uint8Array;
  /** Undefined: it signs itself. */
  readonly issuer?: { readonly name: Uint8Array; readonly serial: Uint8Array; readonly keyId: Uint8Array | undefined } | undefined;
}
export type Settings = readonly (readonly [key: string, value: string])[];

const HERE = "is not supported by this simulator";

/** DER of the extensions that settings ask for, in their order; a text names what is wrong or not there. */
export function writeExtensions(tools: KeyTools, settings: Settings, sections: Sections, about: About): readonly Uint8Array[] | string {
  const out: Uint8Array[] = [];
  for (const [key, whole] of settings) {
    const words = whole.split(",").map((w) => w.trim());
    const critical = words[0] === "critical";
    const id = extensionId(key);
    const body = id === undefined ? `the extension ${key} ${HERE}` : bodyOf(tools, key, critical ? words.slice(1) : words, sections, about);
    if (typeof body === "string") return body;
    if (body) out.push(tools.extension(id as string, critical, body));
  }
  return out;
}

function bodyOf(tools: KeyTools, key: string, words: readonly string[], sections: Sections, about: About): Uint8Array | string | undefined {
  switch (key) {
    case "basicConstraints":
      return basicConstraints(tools, words);
    case "keyUsage": {
      const at = words.map((word) => KEY_USAGES.findIndex(([name]) => name === word));
      const bad = words[at.indexOf(-1)];
      return bad === undefined ? tools.usageBits(at) : `the usage ${bad} ${HERE}`;
    }
    case "extendedKeyUsage": {
      const ids = words.map((word) => EXTENDED_USAGES.find(([name]) => name === word)?.[1]);
      const bad = words[ids.indexOf(undefined)];
      return bad === undefined ? tools.sequence(...(ids as string[]).map(tools.oid)) : `the usage ${bad} ${HERE}`;
    }
    case "subjectKeyIdentifier":
      if (words[0] === "none") return undefined;
      return words[0] === "hash"
        ? tools.element(tools.TAG.octets, tools.keyIdOf(about.keyInfo))
        : `subjectKeyIdentifier=${words[0]} ${HERE}`;
    case "authorityKeyIdentifier":
      return authority(tools, words, about);
    default:
      return alternatives(tools, words, sections);
  }
}

function basicConstraints(tools: KeyTools, words: readonly string[]): Uint8Array | string {
  const parts: Uint8Array[] = [];
  for (const word of words) {
    const [, name, value = ""] = /^(\w+)\s*:\s*(\w+)$/.exec(word) ?? [];
    if (name === "CA") {
      if (/^(TRUE|true|Y|y|YES|yes)$/.test(value)) parts.push(tools.element(tools.TAG.boolean, Uint8Array.of(0xff)));
    } else if (name === "pathlen") parts.push(tools.integer(Uint8Array.of(Number(value))));
    else return `basicConstraints: ${word} ${HERE}`;
  }
  return tools.sequence(...parts);
}

function authority(tools: KeyTools, words: readonly string[], { keyInfo, issuer }: About): Uint8Array | undefined {
  if (words[0] === "none") return undefined;
  const own = tools.keyIdOf(keyInfo);
  const keyId = issuer ? issuer.keyId : own;
  const asked = (name: string): boolean => words.some((word) => word === name || word === `${name}:always`);
  const parts: Uint8Array[] = [];
  if (asked("keyid") && keyId) parts.push(tools.element(0x80, keyId));
  // The issuer's name stands in for an identifier that there is not.
  if (issuer && (words.includes("issuer:always") || (asked("issuer") && !keyId)))
    parts.push(tools.element(0xa1, tools.element(0xa4, issuer.name)), tools.element(0x82, issuer.serial));
  return parts.length > 0 ? tools.sequence(...parts) : undefined;
}

/** Sixteen bytes of an address of IPv6; undefined: it is none. */
function ipv6(value: string): Uint8Array | undefined {
  const [head = "", tail] = value.split("::");
  const groups = (text: string): number[] => (text === "" ? [] : text.split(":").map((g) => Number.parseInt(g, 16)));
  const [a, b] = [groups(head), groups(tail ?? "")];
  const all = tail === undefined ? a : [...a, ...Array.from({ length: 8 - a.length - b.length }, () => 0), ...b];
  return all.length === 8 && all.every((g) => g >= 0 && g <= 0xffff) ? Uint8Array.from(all.flatMap((g) => [g >> 8, g & 255])) : undefined;
}
const ipv4 = (value: string): Uint8Array | undefined =>
  /^\d+(\.\d+){3}$/.test(value) && value.split(".").every((n) => Number(n) < 256) ? Uint8Array.from(value.split("."), Number) : undefined;

function alternatives(tools: KeyTools, words: readonly string[], sections: Sections): Uint8Array | string {
  const names: Uint8Array[] = [];
  const pairs = words.flatMap((word): readonly (readonly [string, string])[] => {
    const list = /^@(\S+)$/.exec(word)?.[1];
    if (list !== undefined) return (sections.get(list) ?? []).map(([name, value]) => [name.replace(/\.\d+$/, ""), value] as const);
    const at = word.indexOf(":");
    return [[word.slice(0, at).trim(), word.slice(at + 1).trim()]];
  });
  for (const [kind, value] of pairs) {
    const ip = kind === "IP" ? (ipv4(value) ?? ipv6(value)) : undefined;
    if (kind === "DNS") names.push(tools.text(0x82, value));
    else if (kind === "email") names.push(tools.text(0x81, value));
    else if (kind === "URI") names.push(tools.text(0x86, value));
    else if (ip) names.push(tools.element(0x87, ip));
    else
      return kind === "IP"
        ? `subjectAltName: bad ip address ${value}`
        : "of subjectAltName, only DNS, IP, email and URI are supported by this simulator";
  }
  return tools.sequence(...names);
}
