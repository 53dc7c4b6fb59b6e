import { field } from "../../machinery/index.ts";
import { checkNonNegative, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { put } from "../defaulting.ts";
import type { Lease } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

/** k8s: apis/coordination/validation ValidateLeaseSpec. */
function validate({ spec }: Lease): Errors {
  const errors: Errors = [];
  const seconds = spec?.leaseDurationSeconds;
  if (seconds !== undefined && seconds <= 0) errors.push(field.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"));
  checkNonNegative(errors, "spec.leaseTransitions", spec?.leaseTransitions);
  if (spec?.preferredHolder && !spec.strategy)
    errors.push(field.forbidden("spec.preferredHolder", "may only be specified if `strategy` is defined"));
  return errors;
}

/** Coordinated leader election is behind a gate that is off in 1.36: what only it reads is dropped (k8s: leaseStrategy). */
function withoutGated(object: Lease, old?: Lease): Lease {
  let spec = object.spec;
  for (const key of ["strategy", "preferredHolder"] as const)
    if (spec?.[key] !== undefined && old?.spec?.[key] === undefined) spec = put(spec, key, undefined);
  return spec === undefined ? object : put(object, "spec", spec);
}

export const lease: Kind<Lease> = {
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  singular: "lease",
  namespaced: true,
  validate,
  prepareForCreate: (object) => withoutGated(object),
  prepareForUpdate: withoutGated,
  columns: [{ name: "Holder", description: "Who holds it.", cell: (l) => l.spec?.holderIdentity ?? "" }, ageColumn],
};
