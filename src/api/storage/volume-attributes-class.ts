import { deepEqual, field } from "../../machinery/index.ts";
import { type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import type { VolumeAttributesClass } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkParameters, checkProvisioner } from "./parameters.ts";

/** k8s: apis/storage/validation ValidateVolumeAttributesClass. */
function validate({ driverName, parameters }: VolumeAttributesClass): Errors {
  const errors: Errors = [];
  checkProvisioner(errors, "driverName", driverName);
  checkParameters(errors, parameters);
  if (Object.keys(parameters ?? {}).length === 0) errors.push(field.required("parameters", "must contain at least one key/value pair"));
  return errors;
}

export const volumeAttributesClass: Kind<VolumeAttributesClass> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttributesClass",
  plural: "volumeattributesclasses",
  returnsDeleted: true,
  singular: "volumeattributesclass",
  shortNames: ["vac"],
  namespaced: false,
  validate,
  validateUpdate(object, old) {
    const changed = (["driverName", "parameters"] as const).filter((key) => !deepEqual(object[key], old[key]));
    return changed.map((key) => field.forbidden(key, `updates to ${key} are forbidden.`));
  },
  columns: [{ name: "DriverName", description: "Which driver it is for.", cell: (c) => c.driverName }, ageColumn],
};
