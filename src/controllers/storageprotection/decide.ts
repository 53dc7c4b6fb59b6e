import type { PersistentVolume, PersistentVolumeClaim, Pod, VolumeAttributesClass } from "../../api/index.ts";
import { ephemeralClaimName, isMadeFor } from "../claims.ts";

export const CLAIM_FINALIZER = "kubernetes.io/pvc-protection";
export const VOLUME_FINALIZER = "kubernetes.io/pv-protection";
export const ATTRIBUTES_FINALIZER = "kubernetes.io/vac-protection";

type Protected = PersistentVolume | PersistentVolumeClaim | VolumeAttributesClass;

/** It is to go, and we hold it. */
export const isHeld = ({ metadata }: Protected, finalizer: string): boolean =>
  metadata?.deletionTimestamp !== undefined && metadata.finalizers?.includes(finalizer) === true;

/** It lives, and somebody took our finalizer away. */
const isBare = ({ metadata }: Protected, finalizer: string): boolean =>
  metadata?.deletionTimestamp === undefined && !metadata?.finalizers?.includes(finalizer);

/** There may be something to do about it (k8s: controller/util/protectionutil). */
export const concerns = (object: Protected, finalizer: string): boolean => isHeld(object, finalizer) || isBare(object, finalizer);

/** The finalizers that it is to have; its own, by reference, when it has them. */
export function finalizersOf(object: Protected, finalizer: string, inUse: () => boolean): readonly string[] | undefined {
  const { finalizers } = object.metadata ?? {};
  if (isBare(object, finalizer)) return [...(finalizers ?? []), finalizer];
  return isHeld(object, finalizer) && !inUse() ? finalizers?.filter((f) => f !== finalizer) : finalizers;
}

/**
 * A claim goes when no pod on a node has it, however that pod ended; one that is not scheduled will not be started with it
 * (k8s: pvc_protection_controller.go podUsesPVC).
 */
export const isClaimInUse = (claim: PersistentVolumeClaim, pods: readonly Pod[]): boolean =>
  pods.some((pod) => pod.spec?.nodeName && usesClaim(pod, claim));

const usesClaim = (pod: Pod, claim: PersistentVolumeClaim): boolean =>
  (pod.spec?.volumes ?? []).some(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim?.claimName === claim.metadata?.name) return true;
    return ephemeral !== undefined && !isShutDown(pod) && ephemeralClaimName(pod, name) === claim.metadata?.name && isMadeFor(claim, pod);
  });

/** The kubelet is done with it, or it was deleted by force: a foreground deletion waits for its claim (k8s: podIsShutDown). */
const isShutDown = ({ metadata }: Pod): boolean => metadata?.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;

/** k8s: pv_protection_controller.go isBeingUsed. */
export const isVolumeInUse = (volume: PersistentVolume): boolean => volume.status?.phase === "Bound";

/** Classes of attributes that a claim has, had, or is to get (k8s: vac_protection_controller.go getPVCReferencedVACNames). */
export const attributesOfClaim = ({ spec, status }: PersistentVolumeClaim): readonly string[] =>
  [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter((name) => name !== undefined && name !== "") as readonly string[];

export const attributesOfVolume = ({ spec }: PersistentVolume): readonly string[] =>
  spec?.volumeAttributesClassName ? [spec.volumeAttributesClassName] : [];
