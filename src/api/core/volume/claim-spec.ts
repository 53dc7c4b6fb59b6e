import { field, isDNS1123Label, isDNS1123Subdomain, goJson, milliValue } from "../../../machinery/index.ts";
import { checkSelector, checkSubdomain, invalidEach, type Errors } from "../../checks.ts";
import type { PersistentVolumeClaimSpec, TypedObjectReference } from "../../generated/types.ts";
import { goForm } from "../go-form.ts";
import { checkAccessModes } from "./modes.ts";
import { checkPositive } from "./spec.ts";

const MODES = ["Block", "Filesystem"];

/** k8s: ValidatePersistentVolumeClaimSpec: of a claim, and of a template of claims. `old`: what it is to replace. */
export function checkClaimSpec(errors: Errors, path: string, spec: PersistentVolumeClaimSpec, old?: PersistentVolumeClaimSpec): void {
  const at = (name: string): string => `${path}.${name}`;
  const { dataSource, dataSourceRef, storageClassName, volumeMode, volumeAttributesClassName } = spec;
  if (!spec.accessModes?.length) errors.push(field.required(at("accessModes"), "at least 1 access mode is required"));
  checkSelector(errors, at("selector"), spec.selector);
  if (spec.accessModes?.length) checkAccessModes(errors, at("accessModes"), spec.accessModes);
  const storage = spec.resources?.requests?.["storage"];
  if (storage === undefined) errors.push(field.required(at("resources[storage]")));
  else checkPositive(errors, at("resources[storage]"), storage);
  if (storageClassName) checkSubdomain(errors, at("storageClassName"), storageClassName);
  if (volumeMode !== undefined && !MODES.includes(volumeMode)) errors.push(field.notSupported(at("volumeMode"), volumeMode, MODES));
  // What was taken once stays: an API group that is no domain.
  const lenient = old?.dataSource?.apiGroup !== undefined || old?.dataSourceRef?.apiGroup !== undefined;
  if (dataSource !== undefined) checkDataSource(errors, at("dataSource"), dataSource, lenient);
  if (dataSourceRef !== undefined) checkDataSource(errors, at("dataSourceRef"), dataSourceRef, lenient);
  if (dataSource !== undefined && dataSourceRef !== undefined) {
    const same = (["apiGroup", "kind", "name"] as const).every((key) => dataSource[key] === dataSourceRef[key]);
    const problem = dataSourceRef.namespace
      ? "may not be specified when dataSourceRef.namespace is specified"
      : same
        ? ""
        : "must match dataSourceRef";
    // Upstream prints the field's path, which is a struct, for the value.
    if (problem !== "") errors.push(field.invalid(path, {}, problem));
  }
  if (volumeAttributesClassName)
    invalidEach(errors, at("volumeAttributesClassName"), volumeAttributesClassName, isDNS1123Subdomain(volumeAttributesClassName));
}

/** k8s: validateDataSource, validateDataSourceRef. */
function checkDataSource(errors: Errors, path: string, source: TypedObjectReference, lenient: boolean): void {
  const { apiGroup, kind, name, namespace } = source;
  if (!name) errors.push(field.required(`${path}.name`));
  if (!kind) errors.push(field.required(`${path}.kind`));
  if (!apiGroup && kind !== "PersistentVolumeClaim")
    errors.push(field.invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  if (apiGroup && !lenient) checkSubdomain(errors, `${path}.apiGroup`, apiGroup);
  if (namespace) invalidEach(errors, `${path}.namespace`, namespace, isDNS1123Label(namespace));
}

/** Bytes come in whole numbers (k8s: pkg/api/persistentvolumeclaim/util.go GetWarningsForPersistentVolumeClaimSpec). */
export function claimSpecWarnings(path: string, spec: PersistentVolumeClaimSpec | undefined): readonly string[] {
  return (["requests", "limits"] as const).flatMap((list) => {
    const amount = spec?.resources?.[list]?.["storage"];
    if (amount === undefined || milliValue(amount) % 1000 === 0) return [];
    return [`${path}.resources.${list}[storage]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`];
  });
}

/** As Go prints its struct as JSON, with an indent of one: what refusals show the difference of. */
export const goClaimSpec = (spec: PersistentVolumeClaimSpec): string => goJson(goForm("PersistentVolumeClaimSpec", spec), 1);
