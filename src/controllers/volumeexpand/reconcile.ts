import type { PersistentVolume, PersistentVolumeClaim } from "../../api/index.ts";
import type { Controller } from "../../client/index.ts";
import type { ControllerContext } from "../context.ts";
import { messageOf } from "../refusals.ts";
import { concerns, isBoundToIt, mayGrow, migrationOf, RESIZER } from "./decide.ts";

/**
 * Says of claims that ask for more who is to enlarge their volume: no plugin of the controller manager can any more
 * (k8s: pkg/controller/volume/expand, whose expandable plugins have all gone to CSI drivers).
 */
export function createVolumeExpandController({ informers, recorder }: ControllerContext): Controller {
  const claims = informers.of("persistentvolumeclaims");
  const events = recorder("volume_expand");
  return {
    name: "persistentvolume-expander",
    watches: [
      {
        resource: "persistentvolumeclaims",
        keys: ({ key, object, old }) =>
          object && concerns(object as PersistentVolumeClaim, old as PersistentVolumeClaim | undefined) ? [key] : [],
      },
    ],
    async reconcile(key, { client, causes }) {
      const claim = claims.get(key);
      if (!claim) return;
      const name = claim.spec?.volumeName ?? "";
      let volume: PersistentVolume;
      try {
        volume = await client.get("persistentvolumes", undefined, name);
      } catch (error) {
        throw new Error(`failed to get PV ${JSON.stringify(name)}: ${messageOf(error)}`, { cause: error });
      }
      if (!isBoundToIt(volume, claim)) throw new Error(`persistent Volume is not bound to PVC being updated : ${key}`);
      if (!mayGrow(volume, claim)) return;
      const tell = (message: string): void => events.event(claim, "Normal", "ExternalExpanding", message, causes);
      const migration = migrationOf(volume);
      if (!migration) return tell("waiting for an external controller to expand this PVC");
      tell(`CSI migration enabled for ${migration.plugin}; waiting for external resizer to expand the pvc`);
      const { namespace } = claim.metadata ?? {};
      const annotations = { [RESIZER]: migration.driver };
      if (claim.metadata?.annotations?.[RESIZER] !== migration.driver)
        await client.patch(
          "persistentvolumeclaims",
          namespace,
          claim.metadata?.name ?? "",
          "merge",
          { metadata: { annotations } },
          "status",
        );
    },
  };
}
