import { type PersistentVolume, storageClassOf } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import type { Handle, PreFiltered, Rejection, SchedulerPlugin } from "../types.ts";
import { claimNotFound, OWN_CLAIM } from "./volumes/claims.ts";

/** A volume's label, of which a node must have one of the values. */
interface Topology {
  readonly key: string;
  readonly values: readonly string[];
}

const ZONE = "topology.kubernetes.io/zone";
const REGION = "topology.kubernetes.io/region";
const BETA: Readonly<Record<string, string>> = {
  "failure-domain.beta.kubernetes.io/zone": ZONE,
  "failure-domain.beta.kubernetes.io/region": REGION,
};
const KEYS = [...Object.keys(BETA), ZONE, REGION];

/** `a__b`: it is in both (k8s: volumehelpers LabelZonesToSet). */
const topologiesOf = ({ metadata }: PersistentVolume): readonly Topology[] =>
  KEYS.flatMap((key) => {
    const label = metadata?.labels?.[key];
    return label === undefined ? [] : [{ key, values: label.split("__") }];
  });

/** k8s: plugins/volumezone: a pod goes to the zones that its volumes' labels name. */
export function createVolumeZone({ informers }: Handle): SchedulerPlugin<readonly Topology[]> {
  const claims = informers.of("persistentvolumeclaims");
  const volumes = informers.of("persistentvolumes");
  const classes = informers.of("storageclasses");
  return {
    name: "VolumeZone",
    retryOn: [
      {
        resource: "storageclasses",
        actions: ["Add"],
        hint: (_pod, { object }) => (object as { volumeBindingMode?: string } | undefined)?.volumeBindingMode === "WaitForFirstConsumer",
      },
      { resource: "nodes", actions: ["Add", "UpdateLabel"] },
      OWN_CLAIM,
      {
        resource: "persistentvolumes",
        actions: ["Add", "Update"],
        hint: (_pod, { object, old }) =>
          !old || !deepEqual(topologiesOf(object as PersistentVolume), topologiesOf(old as PersistentVolume)),
      },
    ],
    preFilter({ pod }): PreFiltered<readonly Topology[]> {
      const topologies: Topology[] = [];
      for (const { persistentVolumeClaim } of pod.spec?.volumes ?? []) {
        if (persistentVolumeClaim === undefined) continue;
        const claim = claims.get(`${pod.metadata?.namespace}/${persistentVolumeClaim.claimName}`);
        if (claim === undefined) return refusal(claimNotFound(persistentVolumeClaim.claimName));
        const { volumeName = "" } = claim.spec ?? {};
        if (volumeName === "") {
          const name = storageClassOf(claim);
          if (name === "") return refusal("PersistentVolumeClaim had no pv name and storageClass name");
          const storageClass = classes.get(name);
          if (storageClass === undefined) return refusal(`storageclass.storage.k8s.io ${JSON.stringify(name)} not found`);
          if (storageClass.volumeBindingMode === "WaitForFirstConsumer") continue;
          return refusal("PersistentVolume had no name");
        }
        const volume = volumes.get(volumeName);
        if (volume === undefined) return refusal(`persistentvolume ${JSON.stringify(volumeName)} not found`);
        topologies.push(...topologiesOf(volume));
      }
      return topologies.length === 0 ? { skip: true } : { state: topologies };
    },
    filter(_pod, { node }, topologies): Rejection | null {
      const { labels = {} } = node.metadata ?? {};
      // Where there is only one zone, nodes need not say so.
      if (!KEYS.some((key) => labels[key] !== undefined)) return null;
      const fits = topologies.every(({ key, values }) => values.includes(labels[key] ?? labels[BETA[key] ?? key] ?? ""));
      return fits ? null : { reasons: ["node(s) had no available volume zone"], unresolvable: true };
    },
  };
}

const refusal = (reason: string): PreFiltered<never> => ({ rejection: { reasons: [reason], unresolvable: true } });
