import { canonicalQuantity, field, isDNS1123Subdomain, parseQuantity, value as wholeUnits } from "../../../machinery/index.ts";
import { checkSubdomain, invalidEach, type Errors } from "../../checks.ts";
import type { PersistentVolumeSpec } from "../../generated/types.ts";
import { checkNodeSelector } from "../pod/validation/scheduling.ts";
import { SOURCES } from "./go-sources.ts";
import { checkAccessModes } from "./modes.ts";
import { checkVolumeSecrets, checkVolumeSource } from "./sources.ts";

const POLICIES = ["Delete", "Recycle", "Retain"];
const MODES = ["Block", "Filesystem"];
const INLINE = "in the context of inline volumes";

/** k8s: ValidatePositiveQuantityValue. */
export function checkPositive(errors: Errors, path: string, quantity: string): void {
  if (parseQuantity(quantity).nano <= 0n) errors.push(field.invalid(path, canonicalQuantity(quantity), "must be greater than zero"));
}

/** k8s: ValidatePersistentVolumeSpec. `inline`: of a VolumeAttachment. */
export function checkVolumeSpec(errors: Errors, path: string, spec: PersistentVolumeSpec, inline: boolean): void {
  const at = (name: string): string => `${path}.${name}`;
  const notInline = (name: "claimRef" | "capacity" | "nodeAffinity" | "storageClassName"): void =>
    void errors.push(field.forbidden(at(name), `may not be specified ${INLINE}`));
  if (inline) {
    if (spec.claimRef !== undefined) notInline("claimRef");
    if (spec.capacity !== undefined) notInline("capacity");
    if (spec.csi === undefined) errors.push(field.required(at("csi"), `has to be specified ${INLINE}`));
  }
  checkAccessModes(errors, at("accessModes"), spec.accessModes);
  if (!inline) checkCapacity(errors, at("capacity"), spec.capacity);
  const policy = spec.persistentVolumeReclaimPolicy ?? "";
  if (inline && policy !== "" && policy !== "Retain")
    errors.push(field.forbidden(at("persistentVolumeReclaimPolicy"), `may only be Retain ${INLINE}`));
  else if (!inline && policy !== "" && !POLICIES.includes(policy))
    errors.push(field.notSupported(at("persistentVolumeReclaimPolicy"), policy, POLICIES));
  if (spec.nodeAffinity !== undefined) {
    const { required } = spec.nodeAffinity;
    if (inline) notInline("nodeAffinity");
    else if (required === undefined) errors.push(field.required(at("nodeAffinity.required"), "must specify required node constraints"));
    else checkNodeSelector(errors, at("nodeAffinity.required"), required.nodeSelectorTerms);
  }
  checkSources(errors, path, spec, inline);
  const directory = spec.hostPath?.path.split("/").filter((part) => part !== "" && part !== ".");
  if (directory?.length === 0 && spec.hostPath?.path.startsWith("/") && policy === "Recycle")
    errors.push(field.forbidden(at("persistentVolumeReclaimPolicy"), "may not be 'recycle' for a hostPath mount of '/'"));
  checkClasses(errors, path, spec, inline);
}

function checkCapacity(errors: Errors, path: string, capacity: PersistentVolumeSpec["capacity"]): void {
  const names = Object.keys(capacity ?? {});
  if (names.length === 0) errors.push(field.required(path));
  if (capacity?.["storage"] === undefined || names.length > 1) errors.push(field.notSupported(path, capacity, ["storage"]));
  for (const name of names) {
    const quantity = capacity?.[name] ?? "0";
    if (wholeUnits(quantity) < 0) errors.push(field.invalid(`${path}[${name}]`, wholeUnits(quantity), "must be a valid resource quantity"));
    checkPositive(errors, `${path}[${name}]`, quantity);
  }
}

/** Exactly one, of those that upstream asks in this order. */
function checkSources(errors: Errors, path: string, spec: PersistentVolumeSpec, inline: boolean): void {
  let count = 0;
  for (const key of SOURCES) {
    const source = spec[key];
    if (source === undefined) continue;
    // A flexVolume is never one too many, and two names are not the fields' (k8s).
    if (count > 0 && key !== "flexVolume") {
      errors.push(field.forbidden(`${path}.${key === "cephfs" ? "cephFS" : key}`, "may not specify more than 1 volume type"));
      continue;
    }
    count++;
    const at = `${path}.${key === "gcePersistentDisk" ? "persistentDisk" : key}`;
    checkVolumeSource(errors, at, key, source);
    checkVolumeSecrets(errors, at, key, source);
    if (key === "local" && (inline || spec.nodeAffinity === undefined))
      errors.push(field.required(`${path}.nodeAffinity`, "Local volume requires node affinity"));
  }
  if (count === 0) errors.push(field.required(path, "must specify a volume type"));
}

function checkClasses(errors: Errors, path: string, spec: PersistentVolumeSpec, inline: boolean): void {
  const { storageClassName, volumeMode, volumeAttributesClassName, csi } = spec;
  if (storageClassName) {
    if (inline) errors.push(field.forbidden(`${path}.storageClassName`, `may not be specified ${INLINE}`));
    else checkSubdomain(errors, `${path}.storageClassName`, storageClassName);
  }
  if (inline && volumeMode !== undefined && volumeMode !== "Filesystem")
    errors.push(field.forbidden(`${path}.volumeMode`, `may not specify volumeMode other than Filesystem ${INLINE}`));
  else if (!inline && volumeMode !== undefined && !MODES.includes(volumeMode))
    errors.push(field.notSupported(`${path}.volumeMode`, volumeMode, MODES));
  if (volumeAttributesClassName === undefined || inline) return;
  const at = `${path}.volumeAttributesClassName`;
  if (volumeAttributesClassName === "") errors.push(field.required(at, "an empty string is disallowed"));
  else invalidEach(errors, at, volumeAttributesClassName, isDNS1123Subdomain(volumeAttributesClassName));
  if (csi === undefined) errors.push(field.required(`${path}.csi`, "has to be specified when using volumeAttributesClassName"));
}
