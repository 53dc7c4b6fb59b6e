import { field, isCanonicalCIDR } from "../../machinery/index.ts";
import { invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import type { ServiceCIDR } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const PATH = "spec.cidrs";
const IMMUTABLE = "field is immutable";
const familyOf = (cidr: string): number => (cidr.includes(":") ? 6 : 4);

/** k8s: apis/networking/validation validateServiceCIDRSpec. */
function checkCidrs(cidrs: readonly string[]): Errors {
  const errors: Errors = [];
  if (cidrs.length === 0) return [field.required(PATH, "at least one CIDR required")];
  // Upstream prints its own struct here.
  if (cidrs.length > 2) return [field.invalid(PATH, { CIDRs: cidrs }, "may only hold up to 2 values")];
  for (const [i, cidr] of cidrs.entries()) invalidEach(errors, `${PATH}[${i}]`, cidr, isCanonicalCIDR(cidr));
  const [first = "", second] = cidrs;
  if (second !== undefined && errors.length === 0 && familyOf(first) === familyOf(second))
    errors.push(field.invalid(PATH, cidrs, "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"));
  return errors;
}

/** Ranges stay; a second family may be added (k8s: ValidateServiceCIDRUpdate). */
function validateUpdate(object: ServiceCIDR, old: ServiceCIDR): Errors {
  const now = object.spec?.cidrs ?? [];
  const before = old.spec?.cidrs ?? [];
  const added = before.length === 1 && now.length === 2;
  if (now.length !== before.length && !added) return [field.invalid(PATH, now, IMMUTABLE)];
  const changed = before.flatMap((cidr, i) => (cidr === now[i] ? [] : [field.invalid(`${PATH}[${i}]`, now[i], IMMUTABLE)]));
  return added ? [...changed, ...checkCidrs(now)] : changed;
}

export const serviceCIDR: Kind<ServiceCIDR> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "ServiceCIDR",
  plural: "servicecidrs",
  singular: "servicecidr",
  namespaced: false,
  subresources: ["status"],
  validate: (object, { old }) => (old === undefined ? checkCidrs(object.spec?.cidrs ?? []) : []),
  validateUpdate,
  columns: [
    { name: "CIDRs", description: "The ranges that cluster IPs are given from.", cell: (c) => (c.spec?.cidrs ?? []).join(",") },
    ageColumn,
  ],
};
