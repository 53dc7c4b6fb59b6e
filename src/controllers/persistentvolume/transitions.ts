import { BOUND_BY_CONTROLLER, type PersistentVolume, type PersistentVolumeClaim, storageOf } from "../../api/index.ts";
import { compareQuantities, deepEqual } from "../../machinery/index.ts";
import {
  annotated,
  annotation,
  BETA_PROVISIONER,
  BIND_COMPLETED,
  EXTERNAL_FINALIZER,
  IN_TREE_FINALIZER,
  MIGRATED_TO,
  PROVISIONED_BY,
  PROVISIONER,
} from "./annotations.ts";
import { isInTree, migratedTo } from "./plugins.ts";

/*
 * One step of an object each; the argument itself where there is nothing to change.
 */

/** k8s: bindClaimToVolume. */
export function boundClaim(claim: PersistentVolumeClaim, volumeName: string): PersistentVolumeClaim {
  const named = claim.spec?.volumeName === volumeName;
  const done = annotation(claim, BIND_COMPLETED) !== undefined;
  if (named && done) return claim;
  const byUs = named ? {} : { [BOUND_BY_CONTROLLER]: annotation(claim, BOUND_BY_CONTROLLER) ?? "yes" };
  const marked = annotated(claim, { [BIND_COMPLETED]: annotation(claim, BIND_COMPLETED) ?? "yes", ...byUs });
  return named ? marked : { ...marked, spec: { ...marked.spec, volumeName } };
}

type ClaimStatus = NonNullable<PersistentVolumeClaim["status"]>;

/** The claim in a phase; with a volume it has that volume's modes and, when it enters the phase, its size (k8s: updateClaimStatus). */
export function claimInPhase(claim: PersistentVolumeClaim, phase: string, volume?: PersistentVolume): PersistentVolumeClaim {
  const { accessModes, capacity, currentVolumeAttributesClassName, ...rest } = claim.status ?? {};
  const enters = claim.status?.phase !== phase;
  let next: ClaimStatus;
  if (!volume) {
    if (!enters && accessModes === undefined && capacity === undefined && currentVolumeAttributesClassName === undefined) return claim;
    next = { ...rest, phase };
  } else {
    const modes = volume.spec?.accessModes;
    if (!enters && deepEqual(accessModes, modes)) return claim;
    // A file system may rightly be smaller than its device, so a bound claim keeps its size.
    const grows =
      enters && (capacity?.["storage"] === undefined || compareQuantities(storageOf(capacity), storageOf(volume.spec?.capacity)) !== 0);
    const attributes = enters ? volume.spec?.volumeAttributesClassName : currentVolumeAttributesClassName;
    const has = grows ? volume.spec?.capacity : capacity;
    next = {
      ...rest,
      phase,
      ...(modes ? { accessModes: modes } : {}),
      ...(has ? { capacity: has } : {}),
      ...(attributes ? { currentVolumeAttributesClassName: attributes } : {}),
    };
  }
  return { ...claim, status: next };
}

/** k8s: updateVolumePhase. */
export function volumeInPhase(volume: PersistentVolume, phase: string, message?: string): PersistentVolume {
  if (volume.status?.phase === phase) return volume;
  const { message: _, ...status } = volume.status ?? {};
  return { ...volume, status: { ...status, phase, ...(message ? { message } : {}) } };
}

/** Free again; one that was reserved by who made it stays reserved for the claim's name (k8s: unbindVolume). */
export function unboundVolume(volume: PersistentVolume): PersistentVolume {
  const { claimRef, ...spec } = volume.spec ?? {};
  if (annotation(volume, BOUND_BY_CONTROLLER) !== undefined) return annotated({ ...volume, spec }, { [BOUND_BY_CONTROLLER]: undefined });
  if (!claimRef) return volume;
  const { uid: _, ...reserved } = claimRef;
  return { ...volume, spec: { ...spec, claimRef: reserved } };
}

/** k8s: setClaimProvisioner. */
export function provisionedClaim(claim: PersistentVolumeClaim, provisioner: string): PersistentVolumeClaim {
  if (annotation(claim, PROVISIONER) === provisioner) return claim;
  return annotated(claim, { [BETA_PROVISIONER]: provisioner, [PROVISIONER]: provisioner });
}

/** What an in-tree plugin's claims and volumes say of the driver that took over (k8s: updateMigrationAnnotations). */
function withMigration<T extends PersistentVolume | PersistentVolumeClaim>(object: T, provisioner: string | undefined): T {
  if (provisioner === undefined) return object;
  const driver = migratedTo(provisioner);
  return annotation(object, MIGRATED_TO) === driver ? object : annotated(object, { [MIGRATED_TO]: driver });
}

export const migratedClaim = (claim: PersistentVolumeClaim): PersistentVolumeClaim =>
  withMigration(claim, annotation(claim, PROVISIONER) ?? annotation(claim, BETA_PROVISIONER));

/** With the finalizer that has its object wait for the deletion of what an in-tree plugin made (k8s: modifyDeletionFinalizers). */
export function guardedVolume(volume: PersistentVolume): PersistentVolume {
  const provisioner = annotation(volume, PROVISIONED_BY);
  const next = withMigration(volume, provisioner);
  if (provisioner === undefined) return next;
  const before = volume.metadata?.finalizers ?? [];
  const after = finalizersOf(before, provisioner, volume.spec?.persistentVolumeReclaimPolicy);
  return after === before ? next : { ...next, metadata: { ...next.metadata, finalizers: after } };
}

function finalizersOf(finalizers: readonly string[], provisioner: string, policy: string | undefined): readonly string[] {
  if (migratedTo(provisioner) !== undefined) return without(finalizers, IN_TREE_FINALIZER);
  if (!isInTree(provisioner)) return finalizers;
  const guarded = finalizers.includes(IN_TREE_FINALIZER);
  const next = policy === "Delete" ? (guarded ? finalizers : [...finalizers, IN_TREE_FINALIZER]) : without(finalizers, IN_TREE_FINALIZER);
  return without(next, EXTERNAL_FINALIZER);
}

export const without = (finalizers: readonly string[], one: string): readonly string[] =>
  finalizers.includes(one) ? finalizers.filter((f) => f !== one) : finalizers;
