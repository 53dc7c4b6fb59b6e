/** IP addresses and networks as Go's net.ParseIP and net.ParseCIDR read them. */
export interface IpAddress {
  readonly family: 4 | 6;
  /** 4 or 16 bytes. */
  readonly bytes: readonly number[];
}

export interface Cidr {
  readonly address: IpAddress;
  readonly prefix: number;
}

export function parseIp(s: string): IpAddress | null {
  if (!s.includes(":")) {
    const bytes = parseV4(s);
    return bytes === null ? null : { family: 4, bytes };
  }
  const bytes = parseV6(s);
  if (bytes === null) return null;
  // An IPv4-mapped address is an IPv4 address to Go.
  const mapped = bytes.slice(0, 10).every((b) => b === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? { family: 4, bytes: bytes.slice(12) } : { family: 6, bytes };
}

function parseV4(s: string): number[] | null {
  const parts = s.split(".");
  if (parts.length !== 4) return null;
  // Leading zeros are ambiguous (octal?) and refused.
  if (!parts.every((p) => /^(0|[1-9][0-9]{0,2})$/.test(p) && Number(p) <= 255)) return null;
  return parts.map(Number);
}

function parseV6(s: string): number[] | null {
  const halves = s.split("::");
  if (halves.length > 2 || s.length > 45) return null;
  const parsed = halves.map((h, i) => (h === "" ? (halves.length === 2 ? [] : null) : groups(h, i === halves.length - 1)));
  const [head, tail] = parsed;
  if (head === undefined || head === null || tail === null) return null;
  if (tail === undefined) return head.length === 16 ? head : null;
  const missing = 16 - head.length - tail.length;
  return missing < 2 ? null : [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function groups(s: string, last: boolean): number[] | null {
  const out: number[] = [];
  const parts = s.split(":");
  for (const [i, part] of parts.entries()) {
    if (last && i === parts.length - 1 && part.includes(".")) {
      const v4 = parseV4(part);
      if (v4 === null) return null;
      out.push(...v4);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      const n = parseInt(part, 16);
      out.push(n >> 8, n & 255);
    } else return null;
  }
  return out;
}

export function parseCidr(s: string): Cidr | null {
  const slash = s.indexOf("/");
  if (slash < 0) return null;
  const address = parseIp(s.slice(0, slash));
  const length = s.slice(slash + 1);
  if (address === null || !/^(0|[1-9][0-9]{0,2})$/.test(length)) return null;
  const prefix = Number(length);
  return prefix > address.bytes.length * 8 ? null : { address, prefix };
}

export function cidrContains(network: Cidr, ip: IpAddress): boolean {
  if (network.address.family !== ip.family) return false;
  for (let bit = 0, i = 0; bit < network.prefix; bit += 8, i++) {
    const keep = Math.min(8, network.prefix - bit);
    const mask = (0xff << (8 - keep)) & 0xff;
    if (((network.address.bytes[i] ?? 0) & mask) !== ((ip.bytes[i] ?? 0) & mask)) return false;
  }
  return true;
}

/** As Go prints it: IPv6 in RFC 5952's form. */
export function formatIp({ family, bytes }: IpAddress): string {
  if (family === 4) return bytes.join(".");
  const words = Array.from({ length: 8 }, (_, i) => (bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0));
  const [from, length] = longestZeros(words);
  const text = (part: readonly number[]): string => part.map((w) => w.toString(16)).join(":");
  return length < 2 ? text(words) : `${text(words.slice(0, from))}::${text(words.slice(from + length))}`;
}

function longestZeros(words: readonly number[]): readonly [number, number] {
  let best: readonly [number, number] = [0, 0];
  for (let i = 0; i < words.length; i++) {
    let j = i;
    while (words[j] === 0) j++;
    if (j - i > best[1]) best = [i, j - i];
    if (j > i) i = j;
  }
  return best;
}

/** The network's own address: bits beyond the prefix are zero. */
export function networkAddress({ address, prefix }: Cidr): IpAddress {
  const bytes = address.bytes.map((byte, i) => byte & (0xff << Math.max(0, 8 - Math.max(0, prefix - 8 * i))) & 0xff);
  return { family: address.family, bytes };
}

export const formatCidr = (cidr: Cidr): string => `${formatIp(networkAddress(cidr))}/${cidr.prefix}`;

const NO_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
const NO_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
/** "010.0.0.1" is 10.0.0.1 to some and 8.0.0.1 to others. */
const withoutZeros = (s: string): string => s.replace(/(^|[./])0+(?=\d)/g, "$1");
const isMapped = (s: string, ip: IpAddress): boolean => ip.family === 4 && s.includes(":");

/** What a field that once took sloppy addresses refuses since v1.36 (k8s: validation.IsValidIPForLegacyField, StrictIPCIDRValidation). */
export function isValidIP(s: string): readonly string[] {
  const ip = parseIp(s);
  if (ip === null) return [parseIp(withoutZeros(s)) === null ? NO_IP : "must not have leading 0s"];
  return isMapped(s, ip) ? ["must not be an IPv4-mapped IPv6 address"] : [];
}

/** What new fields refuse besides: forms that are not canonical (k8s: validation.IsValidIP). */
export function isCanonicalIP(s: string): readonly string[] {
  const problems = isValidIP(s);
  const ip = parseIp(s);
  if (problems.length > 0 || ip === null || formatIp(ip) === s) return problems;
  return [`must be in canonical form (${JSON.stringify(formatIp(ip))})`];
}

/** k8s: validation.IsValidCIDRForLegacyField, strict since v1.36. */
export function isValidCIDR(s: string): readonly string[] {
  const address = parseIp(s.split("/")[0] ?? "");
  if (address !== null && isMapped(s, address) && /\/\d+$/.test(s)) return ["must not have an IPv4-mapped IPv6 address"];
  const cidr = parseCidr(s);
  if (cidr === null) return [parseCidr(withoutZeros(s)) === null ? NO_CIDR : "must not have leading 0s in IP or prefix length"];
  return formatIp(cidr.address) === formatIp(networkAddress(cidr)) ? [] : ["must not have bits set beyond the prefix length"];
}

/** k8s: validation.IsValidCIDR. */
export function isCanonicalCIDR(s: string): readonly string[] {
  const problems = isValidCIDR(s);
  const cidr = parseCidr(s);
  if (problems.length > 0 || cidr === null || formatCidr(cidr) === s) return problems;
  return [`must be in canonical form (${JSON.stringify(formatCidr(cidr))})`];
}

/** What is said of a network that is taken as it is (k8s: validation.GetWarningsForCIDR). */
export function cidrWarning(s: string): string | undefined {
  const cidr = parseCidr(s);
  if (cidr === null || cidr.address.family === 4 || formatCidr(cidr) === s) return undefined;
  return `IPv6 CIDR value ${JSON.stringify(s)} should be in RFC 5952 canonical format (${JSON.stringify(formatCidr(cidr))})`;
}
