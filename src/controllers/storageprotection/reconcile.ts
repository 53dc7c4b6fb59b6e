import type { KubeObject, Pod } from "../../api/index.ts";
import type { Client, Controller } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import type { ControllerContext } from "../context.ts";
import { CLAIM_FINALIZER, claimsOf, isClaimInUse, isHeld, isVolumeInUse, VOLUME_FINALIZER } from "./decide.ts";

/** Lets go of a claim that is deleted once no pod has it (k8s: pkg/controller/volume/pvcprotection). */
export function createClaimProtection({ informers }: ControllerContext): Controller {
  const claims = informers.of("persistentvolumeclaims");
  const pods = informers.of("pods");
  return {
    name: "pvc-protection",
    watches: [
      { resource: "persistentvolumeclaims", keys: ({ key, object }) => (object && isHeld(object, CLAIM_FINALIZER) ? [key] : []) },
      {
        resource: "pods",
        keys: ({ object, old }) => (object || !old ? [] : claimsOf(old as Pod).map((name) => `${old.metadata?.namespace ?? ""}/${name}`)),
      },
    ],
    async reconcile(key, { client }) {
      const claim = claims.get(key);
      if (!claim || !isHeld(claim, CLAIM_FINALIZER)) return;
      if (isClaimInUse(claim, pods.by("namespace", claim.metadata?.namespace ?? ""))) return;
      await letGo(client, "persistentvolumeclaims", claim, CLAIM_FINALIZER);
    },
  };
}

/** Lets go of a volume that is deleted once no claim is bound to it (k8s: pkg/controller/volume/pvprotection). */
export function createVolumeProtection({ informers }: ControllerContext): Controller {
  const volumes = informers.of("persistentvolumes");
  return {
    name: "pv-protection",
    watches: [{ resource: "persistentvolumes", keys: ({ key, object }) => (object && isHeld(object, VOLUME_FINALIZER) ? [key] : []) }],
    async reconcile(key, { client }) {
      const volume = volumes.get(key);
      if (volume && isHeld(volume, VOLUME_FINALIZER) && !isVolumeInUse(volume))
        await letGo(client, "persistentvolumes", volume, VOLUME_FINALIZER);
    },
  };
}

async function letGo<R extends "persistentvolumeclaims" | "persistentvolumes">(
  client: Client,
  resource: R,
  object: KubeObject,
  finalizer: string,
): Promise<void> {
  const finalizers = (object.metadata?.finalizers ?? []).filter((f) => f !== finalizer);
  try {
    await client.update(resource, { ...object, metadata: { ...object.metadata, finalizers } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
