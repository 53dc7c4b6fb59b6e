import { goQuote } from "../../fields.ts";
import { type Cidr, cidrContains, type IpAddress, parseCidr, parseIp } from "../../ip.ts";
import type { FunctionTable } from "../functions.ts";
import { CelError, Opaque } from "../values.ts";

class Ip extends Opaque {
  readonly typeName = "net.IP";
  readonly address: IpAddress;

  constructor(address: IpAddress) {
    super();
    this.address = address;
  }

  get size(): number {
    return Math.ceil(this.address.bytes.length);
  }

  equals(other: Opaque): boolean {
    return other instanceof Ip && other.toString() === this.toString();
  }

  override toString(): string {
    return ipText(this.address);
  }
}

class Network extends Opaque {
  readonly typeName = "net.CIDR";
  readonly cidr: Cidr;

  constructor(cidr: Cidr) {
    super();
    this.cidr = cidr;
  }

  get size(): number {
    return Math.ceil(this.cidr.prefix / 8);
  }

  equals(other: Opaque): boolean {
    return other instanceof Network && other.toString() === this.toString();
  }

  override toString(): string {
    return `${ipText(this.cidr.address)}/${this.cidr.prefix}`;
  }
}

/** RFC 5952: the longest run of zero groups is `::`. */
function ipText({ family, bytes }: IpAddress): string {
  if (family === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const hex = (part: readonly number[]) => part.map((g) => g.toString(16)).join(":");
  return best.at < 0 ? hex(groups) : `${hex(groups.slice(0, best.at))}::${hex(groups.slice(best.at + best.length))}`;
}

const mapped = (text: string): boolean => text.includes(":") && parseIp(text)?.family === 4;

/** What Go's netip says of a text that is no address. */
function why(text: string): string {
  if (text === "" || !/[.:%]/.test(text)) return `ParseAddr(${goQuote(text)}): unable to parse IP`;
  if (!text.includes(":")) {
    const parts = text.split(".");
    if (parts.some((p) => !/^\d*$/.test(p)))
      return `ParseAddr(${goQuote(text)}): unexpected character (at ${goQuote(text.slice(text.search(/[^\d.]/)))})`;
    if (parts.some((p) => p === ""))
      return `ParseAddr(${goQuote(text)}): IPv4 field must have at least one digit (at ${goQuote(text.slice(text.search(/\.\.|\.$|^\./)))})`;
    if (parts.some((p) => p.length > 1 && p.startsWith("0"))) return `ParseAddr(${goQuote(text)}): IPv4 field has octet with leading zero`;
    if (parts.some((p) => Number(p) > 255)) return `ParseAddr(${goQuote(text)}): IPv4 field has value >255`;
    return `ParseAddr(${goQuote(text)}): IPv4 address too ${parts.length < 4 ? "short" : "long"}`;
  }
  return `ParseAddr(${goQuote(text)}): unable to parse IP`;
}

function readIp(text: string): IpAddress | string {
  if (text.includes("%") && parseIp(text.split("%")[0] ?? "")) return `IP address ${goQuote(text)} with zone value is not allowed`;
  const address = parseIp(text);
  if (!address) return `IP Address ${goQuote(text)} parse error during conversion from string: ${why(text)}`;
  return mapped(text) ? `IPv4-mapped IPv6 address ${goQuote(text)} is not allowed` : address;
}

function readCidr(text: string): Cidr | string {
  const prefix = "network address parse error during conversion from string: ";
  const cidr = parseCidr(text);
  if (cidr) return mapped(text.split("/")[0] ?? "") ? `${prefix}IPv4-mapped IPv6 address ${goQuote(text)} is not allowed` : cidr;
  const slash = text.lastIndexOf("/");
  const reason = slash < 0 ? "no '/'" : parseIp(text.slice(0, slash)) ? badLength(text.slice(slash + 1)) : why(text.slice(0, slash));
  return `${prefix}${prefix}netip.ParsePrefix(${goQuote(text)}): ${reason}`;
}

const badLength = (bits: string): string => (/^\d+$/.test(bits) ? "prefix length out of range" : `bad bits after slash: ${goQuote(bits)}`);

function ip(text: string): Ip {
  const read = readIp(text);
  if (typeof read === "string") throw new CelError(read);
  return new Ip(read);
}

function cidr(text: string): Network {
  const read = readCidr(text);
  if (typeof read === "string") throw new CelError(read);
  return new Network(read);
}

function masked({ cidr: { address, prefix } }: Network): Network {
  const bytes = address.bytes.map((byte, i) => byte & (0xff << (8 - Math.max(0, Math.min(8, prefix - 8 * i)))) & 0xff);
  return new Network({ address: { ...address, bytes }, prefix });
}

const containsCidr = (outer: Network, inner: Network): boolean =>
  outer.cidr.prefix <= inner.cidr.prefix && cidrContains(outer.cidr, inner.cidr.address);

const is =
  (test4: (bytes: readonly number[]) => boolean, test6: (bytes: readonly number[]) => boolean) =>
  ({ address }: Ip): boolean =>
    address.family === 4 ? test4(address.bytes) : test6(address.bytes);
const zeros = (bytes: readonly number[]): boolean => bytes.every((byte) => byte === 0);
const loopback = is(
  ([a]) => a === 127,
  (b) => zeros(b.slice(0, 15)) && b[15] === 1,
);
const unspecified = is(zeros, zeros);
const multicast = is(
  ([a = 0]) => a >> 4 === 14,
  ([a]) => a === 0xff,
);
const linkLocalUnicast = is(
  ([a, b]) => a === 169 && b === 254,
  ([a, b = 0]) => a === 0xfe && b >> 6 === 2,
);
const linkLocalMulticast = is(
  ([a, b, c]) => a === 224 && b === 0 && c === 0,
  ([a, b = 0]) => a === 0xff && (b & 15) === 2,
);
const broadcast = is(
  (bytes) => bytes.every((byte) => byte === 255),
  () => false,
);

/** k8s: cel/library ip.go, cidr.go. */
export const net: FunctionTable = {
  ip: [
    ["string_to_ip", "(string) net.IP", ip],
    ["cidr_ip", ".(net.CIDR) net.IP", (network: Network) => new Ip(network.cidr.address)],
  ],
  isIP: [["is_ip", "(string) bool", (text: string) => typeof readIp(text) !== "string"]],
  "ip.isCanonical": [["ip_is_canonical", "(string) bool", (text: string) => ip(text).toString() === text]],
  family: [["ip_family", ".(net.IP) int", ({ address }: Ip) => BigInt(address.family)]],
  isUnspecified: [["ip_is_unspecified", ".(net.IP) bool", unspecified]],
  isLoopback: [["ip_is_loopback", ".(net.IP) bool", loopback]],
  isLinkLocalMulticast: [["ip_is_link_local_multicast", ".(net.IP) bool", linkLocalMulticast]],
  isLinkLocalUnicast: [["ip_is_link_local_unicast", ".(net.IP) bool", linkLocalUnicast]],
  isGlobalUnicast: [
    [
      "ip_is_global_unicast",
      ".(net.IP) bool",
      (value: Ip) => ![unspecified, loopback, multicast, linkLocalUnicast, broadcast].some((test) => test(value)),
    ],
  ],
  cidr: [["string_to_cidr", "(string) net.CIDR", cidr]],
  isCIDR: [["is_cidr", "(string) bool", (text: string) => typeof readCidr(text) !== "string"]],
  containsIP: [
    [
      "cidr_contains_ip_string",
      ".(net.CIDR, string) bool",
      (network: Network, text: string) => cidrContains(network.cidr, ip(text).address),
    ],
    ["cidr_contains_ip_ip", ".(net.CIDR, net.IP) bool", (network: Network, { address }: Ip) => cidrContains(network.cidr, address)],
  ],
  containsCIDR: [
    ["cidr_contains_cidr_string", ".(net.CIDR, string) bool", (network: Network, text: string) => containsCidr(network, cidr(text))],
    ["cidr_contains_cidr", ".(net.CIDR, net.CIDR) bool", containsCidr],
  ],
  prefixLength: [["cidr_prefix_length", ".(net.CIDR) int", (network: Network) => BigInt(network.cidr.prefix)]],
  masked: [["cidr_masked", ".(net.CIDR) net.CIDR", masked]],
};
