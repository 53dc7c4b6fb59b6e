import type { PersistentVolume, PersistentVolumeClaim, Pod, ResourceTypes } from "../../api/index.ts";
import type { Change, Client, Controller } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import { claimsOf, hasEnded, indexClaims } from "../claims.ts";
import type { ControllerContext } from "../context.ts";
import {
  ATTRIBUTES_FINALIZER,
  attributesOfClaim,
  attributesOfVolume,
  CLAIM_FINALIZER,
  concerns,
  finalizersOf,
  isClaimInUse,
  isVolumeInUse,
  VOLUME_FINALIZER,
} from "./decide.ts";

/** Lets go of a claim that is deleted once no pod has it (k8s: pkg/controller/volume/pvcprotection). */
export function createClaimProtection({ informers }: ControllerContext): Controller {
  const claims = informers.of("persistentvolumeclaims");
  const pods = informers.of("pods");
  indexClaims(pods);
  const keysOf = (pod: Pod): readonly string[] => claimsOf(pod).map((name) => `${pod.metadata?.namespace ?? ""}/${name}`);
  return {
    name: "pvc-protection",
    watches: [
      {
        resource: "persistentvolumeclaims",
        keys: ({ key, object }) => (object && concerns(object as PersistentVolumeClaim, CLAIM_FINALIZER) ? [key] : []),
      },
      {
        resource: "pods",
        keys(change) {
          const { object, old } = change as Change<Pod>;
          const replaced = old && old.metadata?.uid !== object?.metadata?.uid ? keysOf(old) : [];
          return object && (!object.spec?.nodeName || hasEnded(object)) ? [...replaced, ...keysOf(object)] : replaced;
        },
      },
    ],
    async reconcile(key, { client }) {
      const claim = claims.get(key);
      if (claim) await guard(client, "persistentvolumeclaims", claim, CLAIM_FINALIZER, () => isClaimInUse(claim, pods.by("claim", key)));
    },
  };
}

/** Lets go of a volume that is deleted once no claim is bound to it (k8s: pkg/controller/volume/pvprotection). */
export function createVolumeProtection({ informers }: ControllerContext): Controller {
  const volumes = informers.of("persistentvolumes");
  return {
    name: "pv-protection",
    watches: [
      {
        resource: "persistentvolumes",
        keys: ({ key, object }) => (object && concerns(object as PersistentVolume, VOLUME_FINALIZER) ? [key] : []),
      },
    ],
    async reconcile(key, { client }) {
      const volume = volumes.get(key);
      if (volume) await guard(client, "persistentvolumes", volume, VOLUME_FINALIZER, () => isVolumeInUse(volume));
    },
  };
}

/** Lets go of a class of attributes that is deleted once no claim and no volume has it (k8s: pkg/controller/volume/vacprotection). */
export function createAttributesClassProtection({ informers }: ControllerContext): Controller {
  const classes = informers.of("volumeattributesclasses");
  const claims = informers.of("persistentvolumeclaims");
  const volumes = informers.of("persistentvolumes");
  claims.index("attributes", attributesOfClaim);
  volumes.index("attributes", attributesOfVolume);
  const left =
    <T>(namesOf: (object: T) => readonly string[]) =>
    (change: Change<unknown>): readonly string[] => {
      const { object, old } = change as Change<T>;
      const now = object ? namesOf(object) : [];
      return old ? namesOf(old).filter((name) => !now.includes(name)) : [];
    };
  return {
    name: "volumeattributesclass-protection",
    watches: [
      { resource: "volumeattributesclasses", keys: ({ key, object }) => (object && concerns(object, ATTRIBUTES_FINALIZER) ? [key] : []) },
      { resource: "persistentvolumeclaims", keys: left(attributesOfClaim) },
      { resource: "persistentvolumes", keys: left(attributesOfVolume) },
    ],
    async reconcile(key, { client }) {
      const found = classes.get(key);
      const inUse = () => claims.by("attributes", key).length > 0 || volumes.by("attributes", key).length > 0;
      if (found) await guard(client, "volumeattributesclasses", found, ATTRIBUTES_FINALIZER, inUse);
    },
  };
}

async function guard<R extends "persistentvolumeclaims" | "persistentvolumes" | "volumeattributesclasses">(
  client: Client,
  resource: R,
  object: ResourceTypes[R],
  finalizer: string,
  inUse: () => boolean,
): Promise<void> {
  const finalizers = finalizersOf(object, finalizer, inUse);
  if (finalizers === object.metadata?.finalizers) return;
  try {
    await client.update(resource, { ...object, metadata: { ...object.metadata, finalizers } } as ResourceTypes[R]);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
