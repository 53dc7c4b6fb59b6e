import type { KeyTools } from "./types.ts";

type Dn = readonly (readonly [string, string])[];

/** `/C=ES/O=Acme/CN=web`; a string is the complaint. */
export function parseSubject(text: string, tools: KeyTools): Dn | string {
  if (!text.startsWith("/"))
    return `req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '${text}'`;
  const pairs: [string, string][] = [];
  for (const part of text.slice(1).split(/(?<!\\)\//)) {
    const [name = "", value = ""] = part.replaceAll("\\/", "/").split(/=([\s\S]*)/, 2);
    if (name === "") continue;
    if (!tools.isAttribute(name)) return `req: Skipping unknown subject name attribute "${name}"`;
    if (value !== "") pairs.push([name, value]);
  }
  return pairs;
}

/** As openssl 3 shows a name in a line. */
export const subjectText = (dn: Dn): string =>
  dn.map(([name, value]) => `${name} = ${/[,"+]/.test(value) ? `"${value}"` : value}`).join(", ");

/** Names of `subjectAltName=DNS:a,IP:1.2.3.4`; undefined: something else. */
export function alternatives(text: string): { readonly dns: readonly string[]; readonly ips: readonly Uint8Array[] } | undefined {
  const m = /^subjectAltName\s*=\s*(.*)$/.exec(text);
  if (!m) return undefined;
  const dns: string[] = [];
  const ips: Uint8Array[] = [];
  for (const part of (m[1] as string).split(",").map((p) => p.trim())) {
    const [kind, value = ""] = part.split(/:(.*)/, 2);
    if (kind === "DNS") dns.push(value);
    else if (kind === "IP") ips.push(Uint8Array.from(value.split("."), Number));
    else return undefined;
  }
  return { dns, ips };
}
