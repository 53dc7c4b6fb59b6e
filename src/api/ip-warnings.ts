import { formatIp, parseCidr, parseIp } from "../machinery/index.ts";

const canonical = (path: string, what: string, text: string, good: string): readonly string[] =>
  good === text ? [] : [`${path}: IPv6 ${what} ${JSON.stringify(text)} should be in RFC 5952 canonical format (${JSON.stringify(good)})`];

/** An address that is right, but not written as it should be (k8s: validation.GetWarningsForIP). */
export function ipWarnings(path: string, text: string): readonly string[] {
  const ip = parseIp(text);
  return ip?.family === 6 ? canonical(path, "address", text, formatIp(ip)) : [];
}

/** k8s: validation.GetWarningsForCIDR. */
export function cidrWarnings(path: string, text: string): readonly string[] {
  const cidr = parseCidr(text);
  return cidr?.address.family === 6 ? canonical(path, "CIDR value", text, `${formatIp(cidr.address)}/${cidr.prefix}`) : [];
}
