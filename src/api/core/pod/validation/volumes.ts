import { field, isConfigMapKey, isDNS1123Subdomain, quantityProblem, parseQuantity } from "../../../../machinery/index.ts";
import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  PersistentVolumeClaimTemplate,
  PodSpec,
  ProjectedVolumeSource,
  Volume,
} from "../../../generated/types.ts";
import { checkAnnotations, checkLabel, checkLabels, invalidEach, type Errors } from "../../../checks.ts";
import { checkClaimSpec } from "../../volume/claim-spec.ts";
import { checkVolumeSource } from "../../volume/sources.ts";
import { checkFieldRef, checkResourceFieldRef } from "./env.ts";
import { checkLocalPath } from "./paths.ts";

const DOWNWARD_FIELDS = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];
const MODE_PROBLEM = "must be a number between 0 and 0777 (octal), both inclusive";

export interface VolumeNames {
  readonly volumes: ReadonlySet<string>;
  readonly blockVolumes: ReadonlySet<string>;
}

const NO_NAMES: VolumeNames = { volumes: new Set(), blockVolumes: new Set() };

/** k8s: ValidateVolumes. Answers the names of the volumes that are sound; mounts may name those. */
export function checkVolumes(errors: Errors, path: string, spec: PodSpec): VolumeNames {
  if (!spec.volumes?.length) return NO_NAMES;
  const volumes = new Set<string>();
  const blockVolumes = new Set<string>();
  const seen = new Set<string>();
  for (const [i, volume] of spec.volumes.entries()) {
    const at = `${path}[${i}]`;
    const before = errors.length;
    checkSource(errors, at, volume);
    if (!volume.name) errors.push(field.required(`${at}.name`));
    else checkLabel(errors, `${at}.name`, volume.name);
    if (seen.has(volume.name)) errors.push(field.duplicate(`${at}.name`, volume.name));
    if (errors.length > before) continue;
    seen.add(volume.name);
    volumes.add(volume.name);
    if (volume.persistentVolumeClaim !== undefined || volume.ephemeral !== undefined) blockVolumes.add(volume.name);
  }
  return { volumes, blockVolumes };
}

/** k8s: validateVolumeSource. Types whose plug-ins left Kubernetes are only counted. */
function checkSource(errors: Errors, path: string, volume: Volume): void {
  let count = 0;
  for (const key in volume) {
    if (key === "name" || volume[key as keyof Volume] === undefined) continue;
    count++;
    if (count > 1) {
      errors.push(field.forbidden(`${path}.${key}`, "may not specify more than 1 volume type"));
      continue;
    }
    checkOneSource(errors, `${path}.${key}`, key, volume);
  }
  if (count === 0) errors.push(field.required(path, "must specify a volume type"));
}

/** What was found to be right once is right for ever; pods share the projection of their token. */
const sound = new WeakSet<object>();

function checkOneSource(errors: Errors, path: string, key: string, volume: Volume): void {
  const { emptyDir, secret, configMap, downwardAPI, projected, persistentVolumeClaim, csi, ephemeral, image } = volume;
  if (key === "emptyDir" && emptyDir?.sizeLimit !== undefined) {
    if (quantityProblem(emptyDir.sizeLimit) === null && parseQuantity(emptyDir.sizeLimit).nano < 0n)
      errors.push(field.forbidden(`${path}.sizeLimit`, "SizeLimit field must be a valid resource quantity"));
  } else if (key === "secret" && secret) {
    if (!secret.secretName) errors.push(field.required(`${path}.secretName`));
    checkMode(errors, `${path}.defaultMode`, secret.defaultMode);
    checkItems(errors, path, secret.items);
  } else if (key === "configMap" && configMap) {
    if (!configMap.name) errors.push(field.required(`${path}.name`));
    checkMode(errors, `${path}.defaultMode`, configMap.defaultMode);
    checkItems(errors, path, configMap.items);
  } else if (key === "downwardAPI" && downwardAPI) {
    checkMode(errors, `${path}.defaultMode`, downwardAPI.defaultMode);
    // Upstream names no index here.
    for (const item of downwardAPI.items ?? []) checkDownwardFile(errors, path, item);
  } else if (key === "projected" && projected && !sound.has(projected)) {
    const before = errors.length;
    checkProjected(errors, path, projected);
    if (errors.length === before) sound.add(projected);
  } else if (key === "persistentVolumeClaim" && persistentVolumeClaim) {
    if (!persistentVolumeClaim.claimName) errors.push(field.required(`${path}.claimName`));
  } else if (key === "csi" && csi) {
    checkVolumeSource(errors, path, key, csi);
    const secret = csi.nodePublishSecretRef?.name;
    if (csi.nodePublishSecretRef !== undefined && !secret) errors.push(field.required(`${path}.nodePublishSecretRef.name`));
    else if (secret) invalidEach(errors, `${path}.name`, secret, isDNS1123Subdomain(secret));
  } else if (key === "ephemeral" && ephemeral) {
    const template = ephemeral.volumeClaimTemplate;
    if (template === undefined) errors.push(field.required(`${path}.volumeClaimTemplate`));
    else checkClaimTemplate(errors, `${path}.volumeClaimTemplate`, template);
  } else if (key === "image" && image) {
    if (!image.reference) errors.push(field.required(`${path}.reference`));
  } else checkVolumeSource(errors, path, key, volume[key as keyof Volume] as object);
}

/** Of a claim's metadata a template sets labels and annotations only (k8s: ValidatePersistentVolumeClaimTemplate). */
function checkClaimTemplate(errors: Errors, path: string, { metadata = {}, spec }: PersistentVolumeClaimTemplate): void {
  checkAnnotations(errors, `${path}.metadata.annotations`, metadata.annotations);
  checkLabels(errors, `${path}.metadata.labels`, metadata.labels);
  for (const key in metadata)
    if (key !== "labels" && key !== "annotations" && key !== "creationTimestamp")
      errors.push(field.forbidden(`${path}.metadata.${key}`, "cannot be set"));
  checkClaimSpec(errors, `${path}.spec`, spec);
}

function checkMode(errors: Errors, path: string, mode: number | undefined): void {
  if (mode !== undefined && (mode > 0o777 || mode < 0)) errors.push(field.invalid(path, mode, MODE_PROBLEM));
}

function checkItems(errors: Errors, path: string, items: readonly KeyToPath[] | undefined): void {
  for (const [i, item] of (items ?? []).entries()) {
    const at = `${path}.items[${i}]`;
    if (!item.key) errors.push(field.required(`${at}.key`));
    else invalidEach(errors, `${at}.key`, item.key, isConfigMapKey(item.key));
    checkFilePath(errors, `${at}.path`, item.path);
    checkMode(errors, `${at}.mode`, item.mode);
  }
}

/** k8s: validateLocalNonReservedPath. */
function checkFilePath(errors: Errors, path: string, target: string): void {
  if (!target) return void errors.push(field.required(path));
  checkLocalPath(errors, path, target);
  if (target.startsWith("..") && !target.startsWith("../")) errors.push(field.invalid(path, target, "must not start with '..'"));
}

function checkDownwardFile(errors: Errors, path: string, file: DownwardAPIVolumeFile): void {
  checkFilePath(errors, `${path}.path`, file.path);
  if (file.fieldRef) {
    checkFieldRef(errors, `${path}.fieldRef`, file.fieldRef, DOWNWARD_FIELDS);
    if (file.resourceFieldRef)
      errors.push(field.invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"));
  } else if (file.resourceFieldRef) checkResourceFieldRef(errors, `${path}.resourceFieldRef`, file.resourceFieldRef, true);
  else errors.push(field.required(path, "one of fieldRef and resourceFieldRef is required"));
  checkMode(errors, `${path}.mode`, file.mode);
}

/** k8s: validateProjectionSources. */
function checkProjected(errors: Errors, path: string, projected: ProjectedVolumeSource): void {
  checkMode(errors, `${path}.defaultMode`, projected.defaultMode);
  const paths = new Set<string>();
  const claim = (target: string, value: unknown, detail: string): void => {
    if (target !== "" && paths.has(target)) errors.push(field.invalid(path, value, detail));
    else paths.add(target);
  };
  for (const [i, source] of (projected.sources ?? []).entries()) {
    const at = `${path}.sources[${i}]`;
    let count = 0;
    for (const key in source) {
      if (source[key as keyof typeof source] !== undefined && ++count > 1)
        errors.push(field.forbidden(`${at}.${key}`, "may not specify more than 1 volume type"));
    }
    for (const key of ["secret", "configMap"] as const) {
      const from = source[key];
      if (from === undefined) continue;
      if (!from.name) errors.push(field.required(`${at}.${key}.name`));
      checkItems(errors, `${at}.${key}`, from.items);
      for (const item of from.items ?? []) claim(item.path, from.name ?? "", "conflicting duplicate paths");
    }
    for (const item of source.downwardAPI?.items ?? []) {
      checkDownwardFile(errors, `${at}.downwardAPI`, item);
      claim(item.path, item.path, "conflicting duplicate paths");
    }
    const token = source.serviceAccountToken;
    if (token !== undefined) {
      const seconds = token.expirationSeconds ?? 3600;
      if (seconds < 600)
        errors.push(
          field.invalid(`${at}.serviceAccountToken.expirationSeconds`, seconds, "may not specify a duration less than 10 minutes"),
        );
      if (seconds > 4294967296)
        errors.push(
          field.invalid(`${at}.serviceAccountToken.expirationSeconds`, seconds, "may not specify a duration larger than 2^32 seconds"),
        );
      if (!token.path) errors.push(field.required(`${at}.serviceAccountToken.path`));
      else checkFilePath(errors, `${at}.serviceAccountToken.path`, token.path);
      claim(token.path, token.path, "conflicting duplicate paths");
    }
    const bundle = source.clusterTrustBundle;
    if (bundle !== undefined) {
      if (bundle.name)
        invalidEach(errors, `${at}.clusterTrustBundle.name`, bundle.name, isDNS1123Subdomain(bundle.name.split(":").at(-1) ?? ""));
      claim(bundle.path, bundle.path, "conflicting duplicate paths");
    }
    if (count === 0) errors.push(field.required(at, "must specify a volume type"));
  }
}
