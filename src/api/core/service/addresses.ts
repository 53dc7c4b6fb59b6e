import { field, isValidIP, parseIp } from "../../../machinery/index.ts";
import { checkOneOf, invalidEach, type Errors } from "../../checks.ts";
import type { Service, ServiceSpec } from "../../generated/types.ts";
import { isBare, isHeadless } from "./rules.ts";

const FAMILIES = ["IPv4", "IPv6"];
const POLICIES = ["PreferDualStack", "RequireDualStack", "SingleStack"];

/** What upstream's allocator asks before it hands out addresses; nothing else is said when it refuses (k8s: ValidateServiceClusterIPsRelatedFields). */
export function addressErrors(service: Service): Errors {
  const errors: Errors = [];
  const spec = service.spec ?? {};
  if (spec.type === "ExternalName") return errors;
  const { clusterIP, clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  if (!clusterIP && clusterIPs.length > 0)
    errors.push(field.invalid("spec.clusterIPs", clusterIPs, "must be empty when `clusterIP` is not specified"));
  else if (clusterIP && clusterIPs.length === 0) errors.push(field.required("spec.clusterIPs"));
  else if (clusterIP && clusterIPs[0] !== clusterIP)
    errors.push(field.invalid("spec.clusterIPs", clusterIPs, "first value must match `clusterIP`"));
  for (const [i, family] of ipFamilies.entries()) {
    if (!FAMILIES.includes(family)) errors.push(field.notSupported(`spec.ipFamilies[${i}]`, family, FAMILIES));
    if (ipFamilies.indexOf(family) < i) errors.push(field.duplicate(`spec.ipFamilies[${i}]`, family));
  }
  if (ipFamilyPolicy) checkOneOf(errors, "spec.ipFamilyPolicy", ipFamilyPolicy, POLICIES);
  checkAddresses(errors, clusterIPs, ipFamilies);
  if (errors.length === 0) checkFamilies(errors, service);
  return errors;
}

/** Ours has addresses of one family (k8s: registry/core/service/storage alloc.go initIPFamilyFields). */
function checkFamilies(errors: Errors, service: Service): void {
  const { clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = service.spec ?? {};
  const path = "spec.ipFamilyPolicy";
  const both = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
  if (ipFamilyPolicy === "SingleStack") {
    if (clusterIPs.length === 2) errors.push(field.invalid(path, ipFamilyPolicy, `${both} cluster IPs are specified`));
    if (ipFamilies.length === 2) errors.push(field.invalid(path, ipFamilyPolicy, `${both} IP families are specified`));
  }
  if (errors.length > 0 || isBare(service)) return;
  if (ipFamilyPolicy === "RequireDualStack")
    errors.push(field.invalid(path, ipFamilyPolicy, "this cluster is not configured for dual-stack services"));
  for (const [i, family] of ipFamilies.entries())
    if (family === "IPv6") errors.push(field.invalid(`spec.ipFamilies[${i}]`, family, "not configured on this cluster"));
}

function checkAddresses(errors: Errors, ips: readonly string[], families: readonly string[]): void {
  const path = "spec.clusterIPs";
  const before = errors.length;
  for (const [i, ip] of ips.entries()) {
    if (i > 0 || ip !== "None") invalidEach(errors, `${path}[${i}]`, ip, isValidIP(ip));
    else if (ips.length > 1) errors.push(field.invalid(path, ips, "'None' must be the first and only value"));
  }
  const sound = errors.length === before;
  if (ips.length > 2) errors.push(field.invalid(path, ips, "may only hold up to 2 values"));
  if (!sound || ips[0] === "None") return;
  const kinds = ips.map((ip) => `IPv${parseIp(ip)?.family}`);
  // One of each family: of three, two are alike.
  if (ips.length > 1 && new Set(kinds).size !== ips.length && new Set(kinds).size < 2)
    errors.push(field.invalid(path, ips, "may specify no more than one IP for each IP family"));
  for (const [i, ip] of ips.entries()) {
    const family = families[i];
    if (family !== undefined && FAMILIES.includes(family) && kinds[i] !== family)
      errors.push(field.invalid(`${path}[${i}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``));
  }
}

const ONCE = "may not change once set";

interface Pair {
  readonly name: "clusterIPs" | "ipFamilies";
  /** What upstream prints, which need not be what it is about. */
  readonly shown: "clusterIPs" | "ipFamilies";
  readonly one: string;
}

const IPS: Pair = { name: "clusterIPs", shown: "clusterIPs", one: "clusterIP" };
const IP_FAMILIES: Pair = { name: "ipFamilies", shown: "clusterIPs", one: "ipFamily" };

/** The first stays, the second may come and go (k8s: validateUpgradeDowngradeClusterIPs, validateUpgradeDowngradeIPFamilies). */
export function checkAddressUpdate(errors: Errors, service: Service, old: Service): void {
  const [now, before] = [service.spec ?? {}, old.spec ?? {}];
  if (now.type === "ExternalName" || before.type === "ExternalName") return;
  const [headless, was] = [isHeadless(service), isHeadless(old)];
  if (!headless || !was) checkPair(errors, now, before, IPS);
  if (!headless && !was) checkPair(errors, now, before, IP_FAMILIES);
}

function checkPair(errors: Errors, now: ServiceSpec, before: ServiceSpec, { name, shown, one }: Pair): void {
  const [list, old]: readonly (readonly string[])[] = [now[name] ?? [], before[name] ?? []];
  if (list === undefined || old === undefined) return;
  const path = `spec.${name}`;
  if (list.length === old.length) {
    for (const [i, value] of old.entries())
      if (list[i] !== value) errors.push(field.invalid(`${path}[${name === "clusterIPs" ? i : 0}]`, list, ONCE));
    return;
  }
  if (list.length === 0) errors.push(field.invalid(`${path}[0]`, list, `primary ${one} can not be unset`));
  else if (old.length > 0 && list[0] !== old[0]) errors.push(field.invalid(`${path}[0]`, now[shown] ?? [], ONCE));
  if (old.length > list.length && list.length === 1 && now.ipFamilyPolicy !== "SingleStack") {
    const why = `must be set to 'SingleStack' when releasing the secondary ${one}`;
    errors.push(field.invalid("spec.ipFamilyPolicy", now.ipFamilyPolicy ?? null, why));
  }
}
