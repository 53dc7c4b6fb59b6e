import { type CSINode, type Pod, storageClassOf } from "../../api/index.ts";
import type { Handle, NodeInfo, PodInfo, PreFiltered, Rejection, SchedulerPlugin } from "../types.ts";
import { CLAIM_FREED, claimNotFound, hasClaims, notMadeFor, OWN_CLAIM, podClaims } from "./volumes/claims.ts";

const FULL: Rejection = { reasons: ["node(s) exceed max volume count"], unresolvable: false };

/** How many volumes of each driver a node takes (k8s: getVolumeLimits). */
function limitsOf(node: CSINode | undefined): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  for (const { name, allocatable } of node?.spec?.drivers ?? []) if (allocatable?.count !== undefined) limits.set(name, allocatable.count);
  return limits;
}

/** k8s: plugins/nodevolumelimits: a node has only so many volumes of each driver attached. */
export function createNodeVolumeLimits({ informers }: Handle): SchedulerPlugin {
  const claims = informers.of("persistentvolumeclaims");
  const volumes = informers.of("persistentvolumes");
  const classes = informers.of("storageclasses");
  const nodes = informers.of("csinodes");

  /** Adds a pod's volumes with their drivers; answers what is wrong with one of its claims. */
  const collect = (pod: Pod, found: Map<string, string>): string | undefined => {
    let wrong: string | undefined;
    for (const { name, key, ephemeral } of podClaims(pod)) {
      const claim = claims.get(key);
      if (claim === undefined) {
        wrong ??= claimNotFound(name);
        continue;
      }
      wrong ??= ephemeral ? notMadeFor(claim, pod) : undefined;
      const csi = volumes.get(claim.spec?.volumeName ?? "")?.spec?.csi;
      // What is yet to be made counts as what its class makes (k8s: getCSIDriverInfoFromSC).
      const driver = csi?.driver ?? (claim.spec?.volumeName ? undefined : classes.get(storageClassOf(claim))?.provisioner);
      if (driver !== undefined) found.set(`${driver}/${csi?.volumeHandle ?? key}`, driver);
    }
    return wrong;
  };

  return {
    name: "NodeVolumeLimits",
    retryOn: [
      { resource: "csinodes", actions: ["Add", "Update"] },
      CLAIM_FREED,
      // Any volume that a node loses is room for another.
      { resource: "pods", actions: ["Delete"], hint: (_pod, { old }) => old !== undefined && hasClaims(old as Pod) },
      { ...OWN_CLAIM, actions: ["Add"] },
      { resource: "volumeattachments", actions: ["Delete"] },
    ],
    preFilter: ({ pod }): PreFiltered => (hasClaims(pod) ? {} : { skip: true }),
    filter({ pod }: PodInfo, { name, pods }: NodeInfo): Rejection | null {
      const wanted = new Map<string, string>();
      const wrong = collect(pod, wanted);
      if (wrong !== undefined) return { reasons: [wrong], unresolvable: true };
      const limits = limitsOf(nodes.get(name));
      if (wanted.size === 0 || limits.size === 0) return null;
      const there = new Map<string, string>();
      for (const other of pods.values()) collect(other.pod, there);
      const count = new Map<string, number>();
      for (const driver of there.values()) count.set(driver, (count.get(driver) ?? 0) + 1);
      for (const [volume, driver] of wanted) if (!there.has(volume)) count.set(driver, (count.get(driver) ?? 0) + 1);
      for (const driver of wanted.values()) {
        const limit = limits.get(driver);
        const adds = [...wanted].some(([volume, d]) => d === driver && !there.has(volume));
        if (limit !== undefined && adds && (count.get(driver) ?? 0) > limit) return FULL;
      }
      return null;
    },
  };
}
