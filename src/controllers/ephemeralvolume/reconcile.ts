import type { Pod, Volume } from "../../api/index.ts";
import { type Controller, keyOfObject, type ReconcileContext } from "../../client/index.ts";
import { indexClaims } from "../claims.ts";
import type { ControllerContext } from "../context.ts";
import { messageOf } from "../refusals.ts";
import { claimFor, conflict, hasEphemeral } from "./decide.ts";

/** Makes the claims of volumes that pods bring themselves (k8s: pkg/controller/volume/ephemeral). */
export function createEphemeralVolumeController({ informers, recorder }: ControllerContext): Controller {
  const pods = informers.of("pods");
  const claims = informers.of("persistentvolumeclaims");
  const events = recorder("ephemeral_volume");
  indexClaims(pods);

  /** What stands in the way of the volume's claim. */
  const problemOf = async (pod: Pod, volume: Volume, { client }: ReconcileContext): Promise<string | undefined> => {
    const wanted = claimFor(pod, volume);
    if (!wanted) return undefined;
    const found = claims.get(keyOfObject(wanted));
    if (found) return conflict(found, pod);
    try {
      await client.create("persistentvolumeclaims", wanted);
      return undefined;
    } catch (error) {
      return `create PVC ${wanted.metadata?.name}: ${messageOf(error)}`;
    }
  };

  return {
    name: "ephemeral-volume",
    watches: [
      // A pod's volumes do not change; its end is the garbage collector's business.
      { resource: "pods", keys: ({ key, object, old }) => (object && !old && hasEphemeral(object as Pod) ? [key] : []) },
      {
        resource: "persistentvolumeclaims",
        keys: ({ key, object }) => (object ? [] : pods.by("claim", key).filter(hasEphemeral).map(keyOfObject)),
      },
    ],
    async reconcile(key, context) {
      const pod = pods.get(key);
      if (!pod || !hasEphemeral(pod)) return;
      for (const volume of pod.spec?.volumes ?? []) {
        const problem = await problemOf(pod, volume, context);
        if (problem === undefined) continue;
        events.event(pod, "Warning", "FailedBinding", `ephemeral volume ${volume.name}: ${problem}`, context.causes);
        throw new Error(`pod ${key}, ephemeral volume ${volume.name}: ${problem}`);
      }
    },
  };
}
