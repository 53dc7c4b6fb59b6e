import type { KeyTools } from "./types.ts";

type Dn = readonly (readonly [string, string])[];

/** `/C=ES/O=Acme/CN=web`, and what of it was skipped; a string is the complaint. */
export function parseSubject(text: string, tools: KeyTools): { readonly dn: Dn; readonly skipped: readonly string[] } | string {
  if (!text.startsWith("/"))
    return `req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '${text}'`;
  const dn: [string, string][] = [];
  const skipped: string[] = [];
  for (const part of text.slice(1).split(/(?<!\\)\//)) {
    const [name = "", value = ""] = part.replaceAll("\\/", "/").split(/=([\s\S]*)/, 2);
    if (name === "") continue;
    if (!tools.isAttribute(name)) skipped.push(name);
    else if (value !== "") dn.push([name, value]);
  }
  return { dn, skipped };
}

/** Long names of what a name is made of. */
export const LONG_NAMES: Readonly<Record<string, string>> = {
  CN: "commonName",
  C: "countryName",
  ST: "stateOrProvinceName",
  L: "localityName",
  O: "organizationName",
  OU: "organizationalUnitName",
  emailAddress: "emailAddress",
};

export type NameStyle = "oneline" | "rfc2253" | "compat" | "multiline";
/** Of -nameopt; undefined: one that is not there. */
export function nameStyle(option: string | undefined): NameStyle | undefined {
  if (option === undefined || /^oneline$/i.test(option)) return "oneline";
  if (/^(RFC2253|compat|multiline)$/i.test(option)) return option.toLowerCase() as NameStyle;
  return undefined;
}

/** A name as openssl 3 shows it. */
export function distinguished(dn: Dn, style: NameStyle = "oneline"): string {
  if (style === "compat") return dn.map(([name, value]) => `/${name}=${value}`).join("");
  if (style === "multiline") return dn.map(([name, value]) => `\n    ${(LONG_NAMES[name] ?? name).padEnd(25)} = ${value}`).join("");
  if (style === "rfc2253")
    return [...dn]
      .reverse()
      .map(([name, value]) => `${name}=${value.replace(/[,+"\\<>;]/g, (c) => `\\${c}`)}`)
      .join(",");
  return dn.map(([name, value]) => `${name} = ${/[,"+<>;]/.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value}`).join(", ");
}
export const subjectText = (dn: Dn): string => distinguished(dn);
