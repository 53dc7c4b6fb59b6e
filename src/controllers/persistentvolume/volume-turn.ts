import type { PersistentVolume, PersistentVolumeClaim } from "../../api/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import { IN_TREE_FINALIZER } from "./annotations.ts";
import { isReleased, planVolume, reclaimPolicyOf } from "./decide.ts";
import type { Latest } from "./latest.ts";
import { deletionOf } from "./plugins.ts";
import type { Recycler } from "./recycler.ts";
import { guardedVolume, without } from "./transitions.ts";
import type { Writer } from "./writer.ts";

export const claimKeyOf = ({ spec }: PersistentVolume): string | undefined =>
  spec?.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : undefined;

/** Volumes' turns (k8s: syncVolume). Answers whether the volume is to be looked at again at the next resync. */
export function createVolumeTurns({ claims, recycler }: { readonly claims: Latest<PersistentVolumeClaim>; readonly recycler: Recycler }) {
  /** Nothing is reclaimed because a claim has not been seen yet: then the API server is asked. */
  const claimOf = async (volume: PersistentVolume, writer: Writer): Promise<PersistentVolumeClaim | undefined> => {
    const { namespace, name = "" } = volume.spec?.claimRef ?? {};
    const known = claims.get(claimKeyOf(volume) ?? "");
    if (known || isReleased(volume) || !volume.spec?.claimRef?.uid) return known;
    try {
      return await writer.context.client.get("persistentvolumeclaims", namespace, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return undefined;
    }
  };

  /** k8s: deleteVolumeOperation. A volume that failed is tried again with every turn, to the same end. */
  const remove = async (volume: PersistentVolume, writer: Writer): Promise<void> => {
    const deletion = deletionOf(volume);
    if (deletion === "external") return;
    if (deletion !== "deleted") return writer.failed(volume, "VolumeFailedDelete", deletion.problem);
    const finalizers = volume.metadata?.finalizers ?? [];
    const rest = without(finalizers, IN_TREE_FINALIZER);
    if (rest !== finalizers) await writer.volume(volume, { ...volume, metadata: { ...volume.metadata, finalizers: rest } });
    if (volume.metadata?.deletionTimestamp === undefined)
      await writer.context.client.delete("persistentvolumes", undefined, volume.metadata?.name ?? "");
  };

  const reclaim = async (volume: PersistentVolume, writer: Writer): Promise<boolean> => {
    const policy = reclaimPolicyOf(volume);
    if (policy === "Delete") await remove(volume, writer);
    if (policy === "Recycle") return recycler.recycle(volume, writer);
    return false;
  };

  return {
    async turn(stored: PersistentVolume, writer: Writer): Promise<boolean> {
      const volume = await writer.volume(stored, guardedVolume(stored));
      const claim = await claimOf(volume, writer);
      const plan = planVolume(volume, claim);
      switch (plan.act) {
        case "phase":
          await writer.volumePhase(volume, plan.phase);
          return false;
        case "reclaim":
          return reclaim(isReleased(volume) ? volume : await writer.volumePhase(volume, "Released"), writer);
        case "unbind":
          await writer.unbind(volume);
          return false;
        case "warn":
          writer.event(volume, plan.volume);
          if (claim) writer.event(claim, plan.claim);
          return true;
        case "wait":
          return false;
      }
    },
  };
}
