import { type PersistentVolume, type PersistentVolumeClaim, storageOf } from "../../api/index.ts";
import type { Client } from "../../client/index.ts";
import { compareQuantities, value } from "../../machinery/index.ts";
import type { CsiPlugin } from "../types.ts";
import type { ClaimedVolume } from "./claims.ts";

/** Conditions that are over once the file system fills its volume (k8s: volume/util/resize_util.go knownResizeConditions). */
const RESIZING = new Set(["Resizing", "FileSystemResizePending", "ControllerResizeError", "NodeResizeError"]);

/** The volume has become larger than its claim has been told (k8s: populator volumeRequiresFSResize). */
export const needsExpansion = ({ claim, volume, readOnly }: ClaimedVolume): boolean =>
  !readOnly && claim.status?.phase === "Bound" && compareQuantities(storageOf(volume.spec?.capacity), storageOf(claim.status.capacity)) > 0;

/** The claim once its volume's file system fills it (k8s: MarkFSResizeFinished). */
export function expandedStatus({ status = {} }: PersistentVolumeClaim, { spec }: PersistentVolume): object {
  const { storage: _, ...others } = status.allocatedResourceStatuses ?? {};
  const conditions = (status.conditions ?? []).filter((c) => !RESIZING.has(c.type));
  return {
    capacity: { ...status.capacity, storage: spec?.capacity?.["storage"] },
    allocatedResourceStatuses: Object.keys(others).length > 0 ? others : null,
    conditions: conditions.length > 0 ? conditions : null,
  };
}

export interface Expansion {
  readonly claim: PersistentVolumeClaim;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** Lets a volume's file system fill it (k8s: operation_generator.go nodeExpandVolume). The answer is what the pod and the claim are told. */
export async function expandOnNode(o: {
  readonly client: Client;
  readonly nodeName: string;
  readonly plugin: CsiPlugin;
  readonly claimed: ClaimedVolume;
}): Promise<Expansion> {
  const { claim, volume } = o.claimed;
  const name = volume.metadata?.name ?? "";
  const refusal = o.plugin.expand({
    volumeHandle: volume.spec?.csi?.volumeHandle ?? "",
    capacity: value(volume.spec?.capacity?.["storage"] ?? "0"),
  });
  if (refusal !== undefined)
    return {
      claim,
      type: "Warning",
      reason: "FileSystemResizeFailed",
      message: `MountVolume.NodeExpandVolume failed for volume ${JSON.stringify(name)} : ${refusal}`,
    };
  const { namespace, name: claimName = "" } = claim.metadata ?? {};
  await o.client.patch("persistentvolumeclaims", namespace, claimName, "merge", { status: expandedStatus(claim, volume) }, "status");
  const message = `MountVolume.NodeExpandVolume succeeded for volume ${JSON.stringify(name)} ${o.nodeName}`;
  return { claim, type: "Normal", reason: "FileSystemResizeSuccessful", message };
}
