import type { Event, PersistentVolume, PersistentVolumeClaim, Pod } from "../../api/index.ts";
import type { Informer } from "../../client/index.ts";
import { isAlreadyExists, isNotFound } from "../../machinery/index.ts";
import { hasEnded } from "../claims.ts";
import { messageOf } from "../refusals.ts";
import type { Latest } from "./latest.ts";
import { RECYCLER_NAMESPACE, recyclerName, recyclerPod, recyclingResult } from "./recycler-pod.ts";
import { claimKeyOf } from "./volume-turn.ts";
import type { Writer } from "./writer.ts";

export interface Recycler {
  /** Empties a released volume with a pod, and frees it. Answers whether to look again at the next resync. */
  recycle(volume: PersistentVolume, writer: Writer): Promise<boolean>;
  /** Tells the volume what its recycler pod is told. */
  repeat(volume: PersistentVolume, event: Event, writer: Writer): void;
  isAtWork(volumeName: string): boolean;
}

/** k8s: recycleVolumeOperation, volume/util/recyclerclient. A pod that nobody remembers, as after a restart, is removed first. */
export function createRecycler({
  claims,
  pods,
}: {
  readonly claims: Latest<PersistentVolumeClaim>;
  readonly pods: Informer<Pod>;
}): Recycler {
  /** The recycler pods that run for us, by volume. */
  const running = new Map<string, { readonly uid: string; seen: boolean }>();

  const failed = (volume: PersistentVolume, why: string, writer: Writer): Promise<void> =>
    writer.failed(volume, "VolumeFailedRecycle", `Recycle failed: ${why}`);

  const remove = async (name: string, writer: Writer): Promise<void> => {
    try {
      await writer.context.client.delete("pods", RECYCLER_NAMESPACE, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };

  const begin = async (volume: PersistentVolume, writer: Writer): Promise<boolean> => {
    const key = claimKeyOf(volume) ?? "";
    const users = pods.by("claim", key).filter((pod) => !hasEnded(pod));
    if (users.length > 0 && !claims.get(key)) {
      const names = users.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`).sort();
      writer.event(volume, { type: "Normal", reason: "VolumeFailedRecycle", message: `Volume is used by pods: ${names.join(",")}` });
      return true;
    }
    const pod = recyclerPod(volume);
    if (!pod) {
      await writer.failed(volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!");
      return false;
    }
    try {
      const made = await writer.context.client.create("pods", pod);
      running.set(volume.metadata?.name ?? "", { uid: made.metadata?.uid ?? "", seen: false });
    } catch (error) {
      const stale = isAlreadyExists(error);
      if (stale) await remove(pod.metadata?.name ?? "", writer);
      await failed(
        volume,
        stale ? "old recycler pod found, will retry later" : `unexpected error creating recycler pod:  ${messageOf(error)}`,
        writer,
      );
    }
    return true;
  };

  return {
    isAtWork: (name) => running.has(name),
    repeat: (volume, { type, message = "" }, writer) =>
      writer.event(volume, { type: type === "Warning" ? "Warning" : "Normal", reason: "RecyclerPod", message: `Recycler pod: ${message}` }),
    async recycle(volume, writer) {
      const name = volume.metadata?.name ?? "";
      const own = running.get(name);
      if (!own) return begin(volume, writer);
      const found = pods.get(`${RECYCLER_NAMESPACE}/${recyclerName(name)}`);
      const pod = found?.metadata?.uid === own.uid ? found : undefined;
      own.seen ||= pod !== undefined;
      if (!pod && !own.seen) return false;
      const result = recyclingResult(pod);
      if (result === undefined) return false;
      running.delete(name);
      if (pod) await remove(recyclerName(name), writer);
      if (result !== "succeeded") {
        await failed(volume, `failed to recycle volume: ${result.problem}`, writer);
        return true;
      }
      writer.event(volume, { type: "Normal", reason: "VolumeRecycled", message: "Volume recycled" });
      await writer.unbind(volume);
      return false;
    },
  };
}
