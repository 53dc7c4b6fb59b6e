import { deepEqual, field, semanticEqual, unifiedDiff } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { fill, put } from "../defaulting.ts";
import type { PersistentVolume, PersistentVolumeSpec, PersistentVolumeStatus } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { goForm } from "./go-form.ts";
import { CLASS_ANNOTATION, modesCell } from "./volume/modes.ts";
import { goSources, sourcesOf } from "./volume/go-sources.ts";
import { checkVolumeSpec } from "./volume/spec.ts";
import { defaultVolumeSources } from "./volume/sources.ts";
import { volumeWarnings } from "./volume/warnings.ts";

const SPEC: PersistentVolumeSpec = { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" };
const PENDING: PersistentVolumeStatus = Object.freeze({ phase: "Pending" });

/** k8s: core/v1/defaults.go SetDefaults_PersistentVolume. */
function defaults(volume: PersistentVolume): PersistentVolume {
  const status = volume.status?.phase ? volume.status : { ...volume.status, phase: "Pending" };
  return put(put(volume, "spec", fill(defaultVolumeSources(volume.spec ?? {}), SPEC)), "status", status);
}

/** A secret for growing may be added to a CSI volume; nothing else of a source changes (k8s: ValidatePersistentVolumeUpdate). */
function validateUpdate({ spec: now = {} }: PersistentVolume, { spec: before = {} }: PersistentVolume): Errors {
  const errors: Errors = [];
  const adds =
    before.csi !== undefined && before.csi.controllerExpandSecretRef === undefined && now.csi?.controllerExpandSecretRef !== undefined;
  const csi = adds && now.csi ? put(now.csi, "controllerExpandSecretRef", undefined) : now.csi;
  const sources = sourcesOf(put(now, "csi", csi));
  if (!semanticEqual(sources, sourcesOf(before))) {
    const difference = unifiedDiff(goSources(sourcesOf(before)), goSources(sources));
    errors.push(field.forbidden("spec.persistentvolumesource", `spec.persistentvolumesource is immutable after creation\n${difference}`));
  }
  if (now.volumeMode !== before.volumeMode) errors.push(field.invalid("volumeMode", now.volumeMode, "field is immutable"));
  if (before.nodeAffinity !== undefined && !semanticEqual(now.nodeAffinity, before.nodeAffinity))
    errors.push(field.invalid("nodeAffinity", now.nodeAffinity && goForm("VolumeNodeAffinity", now.nodeAffinity), "field is immutable"));
  if (before.volumeAttributesClassName !== undefined && now.volumeAttributesClassName === undefined)
    errors.push(field.forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden"));
  return errors;
}

/** When a phase began is known (k8s: registry/core/persistentvolume strategy.go). */
function inPhaseSince(volume: PersistentVolume, old: PersistentVolumeStatus | undefined, now: number): PersistentVolume {
  const { status } = volume;
  if (status?.phase === old?.phase || !deepEqual(status?.lastPhaseTransitionTime, old?.lastPhaseTransitionTime)) return volume;
  return { ...volume, status: { ...status, lastPhaseTransitionTime: rfc3339(now) } };
}

const classOf = ({ metadata, spec }: PersistentVolume): string => metadata?.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? "";
const claimCell = ({ spec }: PersistentVolume): string =>
  spec?.claimRef ? `${spec.claimRef.namespace ?? ""}/${spec.claimRef.name ?? ""}` : "";

export const persistentVolume: Kind<PersistentVolume> = {
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  returnsDeleted: true,
  singular: "persistentvolume",
  shortNames: ["pv"],
  namespaced: false,
  subresources: ["status"],
  statusKeepsMetadata: true,
  defaults,
  validate({ spec = {} }) {
    const errors: Errors = [];
    checkVolumeSpec(errors, "spec", spec, false);
    return errors;
  },
  validateUpdate,
  rulesLast: true,
  prepareForCreate: (object, now) => inPhaseSince({ ...object, status: PENDING }, undefined, now),
  prepareForStatusUpdate: (object, old, now) => inPhaseSince(object, old.status, now),
  warnings: volumeWarnings,
  columns: [
    { name: "Capacity", description: "How much it holds.", cell: (v) => v.spec?.capacity?.["storage"] ?? "0" },
    { name: "Access Modes", description: "How it can be mounted.", cell: (v) => modesCell(v.spec?.accessModes) },
    {
      name: "Reclaim Policy",
      description: "What becomes of it when its claim is gone.",
      cell: (v) => v.spec?.persistentVolumeReclaimPolicy ?? "",
    },
    {
      name: "Status",
      description: "Where it is in its life.",
      cell: (v) => (v.metadata?.deletionTimestamp === undefined ? (v.status?.phase ?? "") : "Terminating"),
    },
    { name: "Claim", description: "The claim that it is bound to.", cell: claimCell },
    { name: "StorageClass", description: "Its class of storage.", cell: classOf },
    { name: "VolumeAttributesClass", description: "Its class of attributes.", cell: (v) => v.spec?.volumeAttributesClassName ?? "<unset>" },
    { name: "Reason", description: "Why it is in this state.", cell: (v) => v.status?.reason ?? "" },
    ageColumn,
    { name: "VolumeMode", description: "A file system or a raw device.", wide: true, cell: (v) => v.spec?.volumeMode ?? "<unset>" },
  ],
};
