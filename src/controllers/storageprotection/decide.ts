import type { PersistentVolume, PersistentVolumeClaim, Pod } from "../../api/index.ts";

export const CLAIM_FINALIZER = "kubernetes.io/pvc-protection";
export const VOLUME_FINALIZER = "kubernetes.io/pv-protection";

/** Names of the claims that a pod's volumes are about. */
export const claimsOf = ({ metadata, spec }: Pod): readonly string[] =>
  (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) return [persistentVolumeClaim.claimName];
    return ephemeral === undefined ? [] : [`${metadata?.name}-${name}`];
  });

interface Protected {
  readonly metadata?: { readonly deletionTimestamp?: string; readonly finalizers?: readonly string[] };
}

/** It is to go, and only we hold it. */
export const isHeld = ({ metadata }: Protected, finalizer: string): boolean =>
  metadata?.deletionTimestamp !== undefined && metadata.finalizers?.includes(finalizer) === true;

/** A claim goes when no pod on a node has it; one that is not scheduled will not be started with it (k8s: pvc_protection_controller.go podUsesPVC). */
export const isClaimInUse = (claim: PersistentVolumeClaim, pods: readonly Pod[]): boolean =>
  pods.some((pod) => pod.spec?.nodeName && claimsOf(pod).includes(claim.metadata?.name ?? ""));

/** k8s: pv_protection_controller.go isBeingUsed. */
export const isVolumeInUse = (volume: PersistentVolume): boolean => volume.status?.phase === "Bound";
