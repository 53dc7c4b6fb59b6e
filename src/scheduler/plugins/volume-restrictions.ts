import type { Pod, Volume } from "../../api/index.ts";
import type { Handle, NodeInfo, PodInfo, PreFiltered, Rejection, SchedulerPlugin, Snapshot } from "../types.ts";
import { CLAIM_FREED, claimNotFound, OWN_CLAIM, podClaims } from "./volumes/claims.ts";

interface State {
  /** Keys of its claims that only one pod may have. */
  readonly exclusive: ReadonlySet<string>;
  /** How many times placed pods have one of them. */
  readonly conflicts: number;
}

const DISK: Rejection = { reasons: ["node(s) had no available disk"], unresolvable: false };
const EXCLUSIVE: Rejection = {
  reasons: ["node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"],
  unresolvable: false,
};

/** Disks that pods name themselves: one writer each (k8s: isVolumeConflict). */
const SOURCES: readonly ((a: Volume, b: Volume) => boolean)[] = [
  ({ gcePersistentDisk: a }, { gcePersistentDisk: b }) =>
    a !== undefined && a.pdName === b?.pdName && !(a.readOnly === true && b.readOnly === true),
  ({ awsElasticBlockStore: a }, { awsElasticBlockStore: b }) => a !== undefined && a.volumeID === b?.volumeID,
  ({ iscsi: a }, { iscsi: b }) => a !== undefined && a.iqn === b?.iqn && !(a.readOnly === true && b.readOnly === true),
  ({ rbd: a }, { rbd: b }) =>
    a !== undefined &&
    b !== undefined &&
    a.monitors.some((m) => b.monitors.includes(m)) &&
    (a.pool ?? "rbd") === (b.pool ?? "rbd") &&
    a.image === b.image &&
    !(a.readOnly === true && b.readOnly === true),
];
const namesDisk = ({ gcePersistentDisk, awsElasticBlockStore, iscsi, rbd }: Volume): boolean =>
  (gcePersistentDisk ?? awsElasticBlockStore ?? iscsi ?? rbd) !== undefined;

/** k8s: plugins/volumerestrictions: what only one pod may have, only one gets. */
export function createVolumeRestrictions({ informers }: Handle): SchedulerPlugin<State> {
  const claims = informers.of("persistentvolumeclaims");
  return {
    name: "VolumeRestrictions",
    retryOn: [CLAIM_FREED, DISK_FREED, { resource: "nodes", actions: ["Add"] }, OWN_CLAIM],
    preFilter(pod, snapshot): PreFiltered<State> {
      const volumes = pod.pod.spec?.volumes;
      if (volumes === undefined || volumes.length === 0) return { skip: true };
      const exclusive = new Set<string>();
      for (const { name, key, ephemeral } of podClaims(pod.pod)) {
        if (ephemeral) continue;
        const claim = claims.get(key);
        if (claim === undefined) return { rejection: { reasons: [claimNotFound(name)], unresolvable: true } };
        if (claim.spec?.accessModes?.includes("ReadWriteOncePod")) exclusive.add(key);
      }
      const conflicts = exclusive.size === 0 ? 0 : usersOf(snapshot, exclusive);
      if (conflicts === 0 && !volumes.some(namesDisk)) return { skip: true };
      return { state: { exclusive, conflicts } };
    },
    withPod: (state, _pod, other, _node, by) =>
      state.exclusive.size === 0 ? state : { ...state, conflicts: state.conflicts + by * sharedClaims(other.pod, state.exclusive) },
    filter(pod, node, state): Rejection | null {
      if (hasDiskConflict(pod, node)) return DISK;
      return state.conflicts > 0 ? EXCLUSIVE : null;
    },
  };
}

/** Claims of the set that some pod on some node has. */
function usersOf(snapshot: Snapshot, keys: ReadonlySet<string>): number {
  const used = new Set<string>();
  for (const node of snapshot.nodes)
    for (const { pod } of node.pods.values()) for (const { key } of podClaims(pod)) if (keys.has(key)) used.add(key);
  return used.size;
}

const sharedClaims = (pod: Pod, keys: ReadonlySet<string>): number => podClaims(pod).filter((c) => keys.has(c.key)).length;

function hasDiskConflict({ pod }: PodInfo, { pods }: NodeInfo): boolean {
  const own = (pod.spec?.volumes ?? []).filter(namesDisk);
  if (own.length === 0) return false;
  for (const other of pods.values()) if (conflict(own, other.pod)) return true;
  return false;
}

const conflict = (own: readonly Volume[], other: Pod): boolean =>
  own.some((volume) => (other.spec?.volumes ?? []).some((theirs) => SOURCES.some((same) => same(volume, theirs))));

const DISK_FREED: SchedulerPlugin["retryOn"][number] = {
  resource: "pods",
  actions: ["Delete"],
  hint: ({ pod }, { old }) => old !== undefined && conflict((pod.spec?.volumes ?? []).filter(namesDisk), old as Pod),
};
