import { cidrContains, field, isValidIP, parseCidr, parseIp, type Cidr } from "../machinery/index.ts";
import { invalidEach, type Errors } from "./checks.ts";

const network = (text: string): Cidr => parseCidr(text) as Cidr;

/** Where no traffic of a Service may go, so that nobody reaches a node's own services by it (k8s: ValidateEndpointIP). */
const FORBIDDEN: readonly (readonly [ranges: readonly Cidr[], why: string])[] = [
  [[network("127.0.0.0/8"), network("::1/128")], "may not be in the loopback range (127.0.0.0/8, ::1/128)"],
  [[network("169.254.0.0/16"), network("fe80::/10")], "may not be in the link-local range (169.254.0.0/16, fe80::/10)"],
  [[network("224.0.0.0/24"), network("ff02::/16")], "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"],
];

export function checkEndpointIP(errors: Errors, path: string, text: string): void {
  const problems = isValidIP(text);
  if (problems.length > 0) return invalidEach(errors, path, text, problems);
  const ip = parseIp(text);
  if (ip === null) return;
  if (ip.bytes.every((byte) => byte === 0)) errors.push(field.invalid(path, text, `may not be unspecified (${text})`));
  for (const [ranges, why] of FORBIDDEN) if (ranges.some((range) => cidrContains(range, ip))) errors.push(field.invalid(path, text, why));
}
