import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from "../../api/index.ts";
import type { Client } from "../../client/index.ts";
import { isStatusError } from "../../machinery/index.ts";
import { nameOf, namespaceOf, uidOf } from "../pod.ts";

/** A pod's volume that is somebody else's: of which claim, and what stands behind it. */
export interface ClaimedVolume {
  readonly claim: PersistentVolumeClaim;
  readonly volume: PersistentVolume;
  readonly readOnly: boolean;
}

/** It cannot be said yet what a volume is: its claim is not bound, not there, not the pod's. */
export class Unprocessed extends Error {
  override readonly name = "Unprocessed";
}

export const claimNameOf = (pod: Pod, volume: Volume): string | undefined =>
  volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral === undefined ? undefined : `${nameOf(pod)}-${volume.name}`);

/**
 * The claim of a pod's volume and the volume it is bound to; undefined for volumes that have none. Rejects Unprocessed
 * (k8s: volumemanager/populator createVolumeSpec, getPVCExtractPV, getPVSpec).
 */
export async function claimedVolume(client: Client, pod: Pod, volume: Volume): Promise<ClaimedVolume | undefined> {
  const name = claimNameOf(pod, volume);
  if (name === undefined) return undefined;
  const namespace = namespaceOf(pod);
  const refuse = (why: string): never => {
    throw new Unprocessed(`error processing PVC ${namespace}/${name}: ${why}`);
  };
  const read = async <T>(what: string, get: () => Promise<T>): Promise<T> => {
    try {
      return await get();
    } catch (error) {
      if (!isStatusError(error)) throw error;
      return refuse(`failed to ${what} from API server: ${error.message}`);
    }
  };
  const claim = await read("fetch PVC", () => client.get("persistentvolumeclaims", namespace, name));
  const { metadata, spec, status } = claim;
  if (metadata?.deletionTimestamp !== undefined) refuse("PVC is being deleted");
  if (status?.phase !== "Bound") refuse("PVC is not bound");
  const pvName = spec?.volumeName ?? "";
  if (pvName === "") refuse("PVC has empty pvc.Spec.VolumeName");
  if (volume.ephemeral !== undefined && !(metadata?.ownerReferences ?? []).some((o) => o.controller === true && o.uid === uidOf(pod)))
    throw new Unprocessed(`PVC ${namespace}/${name} was not created for pod ${namespace}/${nameOf(pod)} (pod is not owner)`);
  const behind = await read(`get PV ${pvName}`, () => client.get("persistentvolumes", undefined, pvName));
  const ref = behind.spec?.claimRef;
  if (ref === undefined) refuse(`found PV object ${pvName} but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim`);
  if (ref?.uid !== metadata?.uid)
    refuse(`found PV object ${pvName} but its pv.Spec.ClaimRef.UID ${ref?.uid ?? ""} does not point to claim.UID ${metadata?.uid ?? ""}`);
  return { claim, volume: behind, readOnly: volume.persistentVolumeClaim?.readOnly === true };
}
