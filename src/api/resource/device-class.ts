import { field, isQualifiedName, loadCel } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import type { DeviceClass } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkConfiguration, MAX_CONFIG } from "./claim-spec.ts";
import { checkItems } from "./names.ts";
import { checkSelectors } from "./selectors.ts";

/** k8s: core/helper IsExtendedResourceName: not Kubernetes' own, and good for a quota of requests. */
const isExtended = (name: string): boolean =>
  name.includes("/") &&
  !name.split("/")[0]?.endsWith("kubernetes.io") &&
  !name.startsWith("requests.") &&
  isQualifiedName(`requests.${name}`).length === 0;

/** k8s: apis/resource/validation validateDeviceClassSpec. */
function validate({ spec }: DeviceClass): Errors {
  const errors: Errors = [];
  checkSelectors(errors, "spec.selectors", spec.selectors);
  checkItems(errors, "spec.config", spec.config, MAX_CONFIG, (config, path) => checkConfiguration(errors, path, config));
  const name = spec.extendedResourceName;
  if (name !== undefined && !isExtended(name))
    errors.push(field.invalid("spec.extendedResourceName", name, "must be a valid extended resource name"));
  return errors;
}

export const deviceClass: Kind<DeviceClass> = {
  group: "resource.k8s.io",
  version: "v1",
  kind: "DeviceClass",
  plural: "deviceclasses",
  returnsDeleted: true,
  singular: "deviceclass",
  namespaced: false,
  generation: true,
  code: loadCel,
  validate,
  columns: [ageColumn],
};
