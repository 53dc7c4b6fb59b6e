import { field, isCanonicalIP, isValidPathSegmentName } from "../../machinery/index.ts";
import { checkImmutable, checkSubdomain, invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import type { IPAddress } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

/** k8s: apis/networking/validation ValidateIPAddress. */
function validate({ spec }: IPAddress): Errors {
  const errors: Errors = [];
  const parent = spec?.parentRef;
  if (parent === undefined) return [field.required("spec.parentRef")];
  if (parent.group) checkSubdomain(errors, "spec.parentRef.group", parent.group);
  for (const key of ["resource", "name", "namespace"] as const) {
    const value = parent[key] ?? "";
    if (value !== "") invalidEach(errors, `spec.parentRef.${key}`, value, isValidPathSegmentName(value));
    else if (key !== "namespace") errors.push(field.required(`spec.parentRef.${key}`));
  }
  return errors;
}

/** `services/default/kubernetes`. */
function parentCell({ spec }: IPAddress): string {
  if (spec?.parentRef === undefined) return "<none>";
  const { group, resource, namespace, name } = spec.parentRef;
  const kind = (group ? `${resource}.${group}` : resource).toLowerCase();
  return [kind, ...(namespace ? [namespace] : []), name].join("/");
}

export const ipAddress: Kind<IPAddress> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "IPAddress",
  plural: "ipaddresses",
  singular: "ipaddress",
  shortNames: ["ip"],
  namespaced: false,
  nameFormat: isCanonicalIP,
  // An update is only asked whether the parent stayed (k8s: ValidateIPAddressUpdate).
  validate: (object, { old }) => (old === undefined ? validate(object) : []),
  validateUpdate(object, old) {
    const errors: Errors = [];
    checkImmutable(errors, "spec.parentRef", object.spec?.parentRef, old.spec?.parentRef);
    return errors;
  },
  columns: [{ name: "ParentRef", description: "Whose address it is.", cell: parentCell }, ageColumn],
};
