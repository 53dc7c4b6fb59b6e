import { field, loadCel } from "../../machinery/index.ts";
import { checkAnnotations, checkImmutable, checkLabels, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { at } from "../defaulting.ts";
import type { ResourceClaimTemplate } from "../generated/types.ts";
import type { Kind, ValidationContext } from "../kind.ts";
import { checkAdminAccess, checkClaimDevices, defaultClaimSpec } from "./claim-spec.ts";

/** k8s: apis/resource/validation ValidateResourceClaimTemplate. */
function validate({ spec }: ResourceClaimTemplate, context: ValidationContext<ResourceClaimTemplate>): Errors {
  const errors: Errors = [];
  checkAdminAccess(errors, spec.spec.devices, context);
  const { metadata = {} } = spec;
  checkAnnotations(errors, "spec.metadata.annotations", metadata.annotations);
  checkLabels(errors, "spec.metadata.labels", metadata.labels);
  for (const key in metadata)
    if (key !== "labels" && key !== "annotations" && key !== "creationTimestamp")
      errors.push(field.forbidden(`spec.metadata.${key}`, "cannot be set"));
  checkClaimDevices(errors, "spec.spec.devices", spec.spec.devices);
  return errors;
}

export const resourceClaimTemplate: Kind<ResourceClaimTemplate> = {
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaimTemplate",
  code: loadCel,
  plural: "resourceclaimtemplates",
  returnsDeleted: true,
  singular: "resourceclaimtemplate",
  namespaced: true,
  defaults: (given) => at(given, "spec", (spec) => at(spec, "spec", defaultClaimSpec)),
  validate: (object, context) => (context.old === undefined ? validate(object, context) : []),
  validateUpdate(object, old) {
    const errors: Errors = [];
    checkImmutable(errors, "spec", object.spec, old.spec);
    return errors;
  },
  columns: [ageColumn],
};
