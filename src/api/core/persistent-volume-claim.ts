import {
  canonicalQuantity,
  compareQuantities,
  field,
  isQualifiedName,
  parseQuantity,
  semanticEqual,
  unifiedDiff,
  value as wholeUnits,
} from "../../machinery/index.ts";
import { invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { at, put } from "../defaulting.ts";
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec, TypedObjectReference } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkClaimSpec, claimSpecWarnings, goClaimSpec } from "./volume/claim-spec.ts";
import { CLASS_ANNOTATION, modesCell } from "./volume/modes.ts";
import { CLASS_WARNING } from "./volume/warnings.ts";

const PENDING = Object.freeze({ phase: "Pending" });
const RESIZE_STATES = [
  "ControllerResizeInProgress",
  "ControllerResizeInfeasible",
  "NodeResizePending",
  "NodeResizeInProgress",
  "NodeResizeInfeasible",
].sort();

/** k8s: core/v1/defaults.go SetDefaults_PersistentVolumeClaim. Also of a StatefulSet's templates of claims. */
export function defaultClaim(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const spec = claim.spec ?? {};
  const status = claim.status?.phase ? claim.status : { ...claim.status, phase: "Pending" };
  return put(put(claim, "spec", spec.volumeMode ? spec : { ...spec, volumeMode: "Filesystem" }), "status", status);
}

/** A claim is made pending; a source is known under both its names (k8s: pkg/api/persistentvolumeclaim/util.go NormalizeDataSources). */
function prepareForCreate(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  return at({ ...claim, status: PENDING }, "spec", (spec) => {
    const { apiGroup = "", kind } = spec.dataSource ?? {};
    const known =
      (apiGroup === "" && kind === "PersistentVolumeClaim") || (apiGroup === "snapshot.storage.k8s.io" && kind === "VolumeSnapshot");
    // Any other kind goes by the newer field alone, and of another namespace none is told: that is alpha.
    const source = known ? spec.dataSource : undefined;
    const ref = spec.dataSourceRef && put(spec.dataSourceRef, "namespace", undefined);
    const next = put(put(spec, "dataSource", source), "dataSourceRef", ref);
    if (source !== undefined && ref === undefined) return { ...next, dataSourceRef: source };
    return source === undefined && ref !== undefined ? { ...next, dataSource: ref satisfies TypedObjectReference } : next;
  });
}

/** The new spec with everything that may change set back (k8s: ValidatePersistentVolumeClaimUpdate). */
function withUpdatableOf(now: PersistentVolumeClaim, old: PersistentVolumeClaim): PersistentVolumeClaimSpec {
  const before = old.spec ?? {};
  let next = now.spec ?? {};
  if (!before.volumeName) next = put(next, "volumeName", before.volumeName);
  const annotation = old.metadata?.annotations?.[CLASS_ANNOTATION];
  // A class may be given to a claim that has none.
  if (before.storageClassName === undefined && (annotation === undefined || annotation === next.storageClassName))
    next = put(next, "storageClassName", undefined);
  const size = before.resources?.requests?.["storage"];
  if (now.status?.phase === "Bound" && next.resources?.requests && size !== undefined)
    next = { ...next, resources: { ...next.resources, requests: { ...next.resources.requests, storage: size } } };
  return put(next, "volumeAttributesClassName", before.volumeAttributesClassName);
}

function validateUpdate(object: PersistentVolumeClaim, old: PersistentVolumeClaim): Errors {
  const errors: Errors = [];
  const [now, before] = [object.spec ?? {}, old.spec ?? {}];
  const [tag, tagBefore] = [object, old].map(({ metadata }) => metadata?.annotations?.[CLASS_ANNOTATION] ?? "");
  const upgraded = tagBefore !== "" && before.storageClassName === undefined && now.storageClassName === tagBefore && tag === "";
  if (tag !== tagBefore && !upgraded) errors.push(field.invalid(`metadata.annotations[${CLASS_ANNOTATION}]`, tag, "field is immutable"));
  const kept = withUpdatableOf(object, old);
  if (!semanticEqual(kept, before)) {
    const difference = unifiedDiff(goClaimSpec(before), goClaimSpec(kept));
    const rule = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
    errors.push(field.forbidden("spec", `${rule}\n${difference}`));
  }
  const size = (spec: PersistentVolumeClaimSpec) => parseQuantity(spec.resources?.requests?.["storage"] ?? "0");
  const held = parseQuantity(old.status?.capacity?.["storage"] ?? "0");
  // A claim may shrink again to what it has, to recover from a growth that failed.
  if (compareQuantities(size(now), size(before)) < 0 && compareQuantities(size(now), held) <= 0)
    errors.push(field.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"));
  if (now.volumeMode !== before.volumeMode) errors.push(field.invalid("volumeMode", now.volumeMode, "field is immutable"));
  if (before.volumeAttributesClassName !== undefined && !now.volumeAttributesClassName) {
    const what = now.volumeAttributesClassName === undefined ? "nil" : "an empty string";
    errors.push(field.forbidden("spec.volumeAttributesClassName", `update from non-nil value to ${what} is forbidden`));
  }
  return errors;
}

/** k8s: ValidatePersistentVolumeClaimStatusUpdate. */
function validateStatusUpdate({ spec, status = {} }: PersistentVolumeClaim): Errors {
  const errors: Errors = [];
  if (!spec?.accessModes?.length) errors.push(field.required("Spec.accessModes"));
  for (const [name, amount] of Object.entries(status.capacity ?? {}))
    if (wholeUnits(amount) < 0)
      errors.push(field.invalid(`status.capacity[${name}]`, wholeUnits(amount), "must be a valid resource quantity"));
  for (const [name, state] of Object.entries(status.allocatedResourceStatuses ?? {})) {
    checkResourceKey(errors, "status.allocatedResourceStatus", name);
    if (!RESIZE_STATES.includes(state)) errors.push(field.notSupported("status.allocatedResourceStatus", name, RESIZE_STATES));
  }
  for (const [name, amount] of Object.entries(status.allocatedResources ?? {})) {
    checkResourceKey(errors, "status.allocatedResources", name);
    if (name === "storage" && parseQuantity(amount).nano < 0n)
      errors.push(field.invalid(`status.allocatedResources[${name}]`, canonicalQuantity(amount), "must be greater than or equal to 0"));
  }
  return errors;
}

/** Of Kubernetes' own names only storage. */
function checkResourceKey(errors: Errors, path: string, name: string): void {
  const problems = isQualifiedName(name);
  invalidEach(errors, path, name, problems);
  if (problems.length === 0 && name !== "storage" && (!name.includes("/") || name.split("/")[0]?.endsWith("kubernetes.io")))
    errors.push(field.notSupported(path, name, ["storage"]));
}

const classOf = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata?.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? "";

export const persistentVolumeClaim: Kind<PersistentVolumeClaim> = {
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  returnsDeleted: true,
  singular: "persistentvolumeclaim",
  shortNames: ["pvc"],
  namespaced: true,
  subresources: ["status"],
  statusKeepsMetadata: true,
  defaults: defaultClaim,
  validate({ spec = {} }, { old }) {
    const errors: Errors = [];
    checkClaimSpec(errors, "spec", spec, old?.spec);
    return errors;
  },
  validateUpdate,
  rulesLast: true,
  validateStatusUpdate,
  prepareForCreate,
  warnings: ({ metadata, spec }) => [
    ...(metadata?.annotations?.[CLASS_ANNOTATION] === undefined ? [] : [CLASS_WARNING]),
    ...claimSpecWarnings("spec", spec),
  ],
  columns: [
    {
      name: "Status",
      description: "Where it is in its life.",
      cell: (c) => (c.metadata?.deletionTimestamp === undefined ? (c.status?.phase ?? "") : "Terminating"),
    },
    { name: "Volume", description: "The volume that it is bound to.", cell: (c) => c.spec?.volumeName ?? "" },
    {
      name: "Capacity",
      description: "How much its volume holds.",
      cell: (c) => (c.spec?.volumeName ? (c.status?.capacity?.["storage"] ?? "0") : ""),
    },
    {
      name: "Access Modes",
      description: "How its volume can be mounted.",
      cell: (c) => (c.spec?.volumeName ? modesCell(c.status?.accessModes) : ""),
    },
    { name: "StorageClass", description: "Its class of storage.", cell: classOf },
    { name: "VolumeAttributesClass", description: "Its class of attributes.", cell: (c) => c.spec?.volumeAttributesClassName ?? "<unset>" },
    ageColumn,
    { name: "VolumeMode", description: "A file system or a raw device.", wide: true, cell: (c) => c.spec?.volumeMode ?? "<unset>" },
  ],
};
