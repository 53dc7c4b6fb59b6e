import { alternatives } from "./subject.ts";

/** Sections of a configuration file with their settings in order; what stands before the first is `default`. */
export type Sections = ReadonlyMap<string, readonly (readonly [key: string, value: string])[]>;

export function parseSections(text: string): Sections {
  const out = new Map<string, [string, string][]>();
  let section = "default";
  for (const raw of text.replaceAll("\\\n", "").split("\n")) {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    const head = /^\[\s*(\S+)\s*\]$/.exec(line);
    if (head) section = head[1] as string;
    const pair = head ? null : /^([^=]+?)\s*=\s*(.*)$/.exec(line);
    if (pair) out.set(section, [...(out.get(section) ?? []), [pair[1] as string, (pair[2] as string).replace(/^"(.*)"$/, "$1")]]);
  }
  return out;
}

export const settingOf = (sections: Sections, section: string, key: string): string | undefined =>
  sections.get(section)?.findLast(([name]) => name === key)?.[1];

/** `subjectAltName=…` with `@section` written out: `DNS.1 = a` becomes `DNS:a`. */
export function spelledOut(sections: Sections, key: string, value: string): string {
  const list = /^@(\S+)$/.exec(value)?.[1];
  if (list === undefined) return `${key}=${value}`;
  return `${key}=${(sections.get(list) ?? []).map(([name, to]) => `${name.replace(/\.\d+$/, "")}:${to}`).join(",")}`;
}

const USAGES: Readonly<Record<string, string>> = {
  digitalSignature: "digital signature",
  nonRepudiation: "content commitment",
  keyEncipherment: "key encipherment",
  dataEncipherment: "data encipherment",
  keyAgreement: "key agreement",
  keyCertSign: "cert sign",
  cRLSign: "crl sign",
  serverAuth: "server auth",
  clientAuth: "client auth",
  codeSigning: "code signing",
  emailProtection: "email protection",
  timeStamping: "timestamping",
  OCSPSigning: "ocsp signing",
};

export interface Asked {
  readonly usages: readonly string[];
  readonly authority: boolean;
  readonly dns: readonly string[];
  readonly ips: readonly Uint8Array[];
  /** What is written in another form than was asked for. */
  readonly notes: readonly string[];
}

/** The extensions of a section; a text names what is not there. */
export function extensionsIn(sections: Sections, section: string): Asked | string {
  const usages: string[] = [];
  const notes: string[] = [];
  let authority = false;
  let names: ReturnType<typeof alternatives> = { dns: [], ips: [] };
  for (const [key, value] of sections.get(section) ?? []) {
    if (key === "subjectAltName") {
      names = alternatives(spelledOut(sections, key, value));
      if (!names) return "of subjectAltName, only DNS and IP are supported by this simulator";
    } else if (key === "basicConstraints") authority = /\bCA:\s*TRUE\b/i.test(value);
    else if (key === "keyUsage" || key === "extendedKeyUsage") {
      for (const word of value.split(",").map((v) => v.trim())) {
        if (word === "critical") continue;
        const usage = USAGES[word];
        if (!usage) return `the usage ${word} is not supported by this simulator`;
        usages.push(usage);
      }
    } else if (key === "authorityKeyIdentifier") {
      if (/issuer:always/.test(value)) notes.push("authorityKeyIdentifier: the issuer's name and serial are not written by this simulator");
    } else if (key !== "subjectKeyIdentifier") return `the extension ${key} is not supported by this simulator`;
  }
  return { usages, authority, dns: names.dns, ips: names.ips, notes };
}
