import { type Event, type PersistentVolume, type PersistentVolumeClaim, storageClassOf } from "../../api/index.ts";
import type { Change } from "../../client/index.ts";
import type { Cause } from "../../sim/index.ts";
import { indexClaims } from "../claims.ts";
import type { ControllerContext, PacedController } from "../context.ts";
import { createClaimTurns } from "./claim-turn.ts";
import { createLatest, versionOf } from "./latest.ts";
import { createRecycler } from "./recycler.ts";
import { RECYCLER_NAMESPACE, recycledBy } from "./recycler-pod.ts";
import { claimKeyOf, createVolumeTurns } from "./volume-turn.ts";
import { Writer } from "./writer.ts";

/**
 * How often a claim without a volume is tried again (k8s: --pvclaimbinder-sync-period). Upstream tries all at the same
 * moments, which hit a claim when chance has it; here each has its own, from when it was first looked at.
 */
const RESYNC_MS = 15_000;
const CLAIM = "claim:";
const VOLUME = "volume:";
const EVENT = "event:";

/** Binds claims and volumes, asks provisioners for volumes, and reclaims what is released (k8s: pkg/controller/volume/persistentvolume). */
export function createPersistentVolumeBinder({ informers, clock, recorder }: ControllerContext): PacedController {
  const [claimCache, volumeCache] = [informers.of("persistentvolumeclaims"), informers.of("persistentvolumes")];
  const [pods, classes, eventCache] = [informers.of("pods"), informers.of("storageclasses"), informers.of("events")];
  indexClaims(pods);
  volumeCache.index("claim", (volume) => [claimKeyOf(volume) ?? ""]);
  volumeCache.index("class", (volume) => [storageClassOf(volume)]);
  const [claims, volumes] = [createLatest(claimCache), createLatest(volumeCache)];
  const stores = { claims, volumes, events: recorder("persistentvolume-controller") };
  const claimTurns = createClaimTurns({ clock, volumes, classes, pods });
  const recycler = createRecycler({ claims, pods });
  const volumeTurns = createVolumeTurns({ claims, recycler });
  /** Since when they wait, and until when now, by key. */
  const waiting = new Map<string, { readonly since: number; readonly until: number }>();
  const resync = (key: string, waits: boolean): number | undefined => {
    if (!waits) return void waiting.delete(key);
    const now = clock.now();
    const since = waiting.get(key)?.since ?? now;
    const wait = RESYNC_MS - ((now - since) % RESYNC_MS);
    waiting.set(key, { since, until: now + wait });
    return wait;
  };
  /** How long it is until its time comes, when it was woken by the timer of an object of the same name that has gone. */
  const tooEarly = (key: string, causes: readonly Cause[]): number => {
    const until = waiting.get(key)?.until ?? 0;
    return causes.every(({ kind }) => kind === "timer") ? Math.max(until - clock.now(), 0) : 0;
  };

  const claimKeys = ({ key, object, old }: Change<PersistentVolumeClaim>): readonly string[] => {
    if (object) return [CLAIM + key];
    waiting.delete(CLAIM + key);
    if (old) claimTurns.forget(old);
    return old?.spec?.volumeName ? [VOLUME + old.spec.volumeName] : [];
  };
  /** Who made a volume for a claim leaves it to us to bind it; who deletes one leaves its claim lost. */
  const volumeKeys = ({ key, object, old }: Change<PersistentVolume>): readonly string[] => {
    const claimKey = claimKeyOf(object ?? old ?? {});
    if (!object) return claimKey === undefined ? [] : [CLAIM + claimKey];
    const waits = claimKey !== undefined && object.spec?.claimRef?.uid && !claimCache.get(claimKey)?.spec?.volumeName;
    return waits ? [VOLUME + key, CLAIM + claimKey] : [VOLUME + key];
  };
  const eventKeys = ({ key, object, old }: Change<Event>): readonly string[] => {
    if (!object || old || object.metadata?.namespace !== RECYCLER_NAMESPACE) return [];
    const volumeName = recycledBy(object.involvedObject?.name ?? "");
    return volumeName !== undefined && recycler.isAtWork(volumeName) ? [EVENT + key] : [];
  };

  /** A volume that was made before a claim has its turn before the claim's, whichever informer was the faster. */
  const settleVolumes = async (claim: PersistentVolumeClaim, writer: Writer): Promise<void> => {
    if (claim.spec?.volumeName) return;
    for (const volume of volumes.by("class", storageClassOf(claim)))
      if (volume.status?.phase === "Pending" && versionOf(volume) < versionOf(claim)) await volumeTurns.turn(volume, writer);
  };

  return {
    name: "persistentvolume-binder",
    workers: 1,
    watches: [
      { resource: "persistentvolumeclaims", keys: (change) => claimKeys(change as Change<PersistentVolumeClaim>) },
      { resource: "persistentvolumes", keys: (change) => volumeKeys(change as Change<PersistentVolume>) },
      {
        resource: "pods",
        keys({ object, old }) {
          const { namespace, name = "" } = (object ?? old)?.metadata ?? {};
          const volumeName = namespace === RECYCLER_NAMESPACE ? recycledBy(name) : undefined;
          return volumeName !== undefined && recycler.isAtWork(volumeName) ? [VOLUME + volumeName] : [];
        },
      },
      { resource: "events", keys: (change) => eventKeys(change as Change<Event>) },
    ],
    async reconcile(key, context) {
      const writer = new Writer(stores, context);
      if (key.startsWith(CLAIM)) {
        const claim = claims.get(key.slice(CLAIM.length));
        if (!claim) return resync(key, false);
        const early = tooEarly(key, context.causes);
        if (early > 0) return early;
        await settleVolumes(claim, writer);
        return resync(key, await claimTurns.turn(claim, writer, !waiting.has(key)));
      }
      if (key.startsWith(VOLUME)) {
        const volume = volumes.get(key.slice(VOLUME.length));
        return resync(key, volume !== undefined && (await volumeTurns.turn(volume, writer)));
      }
      const event = eventCache.get(key.slice(EVENT.length));
      const volume = volumes.get(recycledBy(event?.involvedObject?.name ?? "") ?? "");
      if (event && volume) recycler.repeat(volume, event, writer);
      return undefined;
    },
  };
}
