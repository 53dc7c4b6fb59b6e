import {
  matchesNodeTerm,
  matchingVolume,
  type CSIDriver,
  type CSIStorageCapacity,
  type Node,
  type PersistentVolume,
  type PersistentVolumeClaim,
  SELECTED_NODE,
  type StorageClass,
  storageClassOf,
  storageOf,
} from "../../../api/index.ts";
import { compareQuantities, labelSelector, value } from "../../../machinery/index.ts";

/** A class whose volumes nobody makes (k8s: NotSupportedProvisioner). */
const NO_PROVISIONER = "kubernetes.io/no-provisioner";

/** What is known of storage, as it is assumed to be. */
export interface Storage {
  volume(name: string): PersistentVolume | undefined;
  /** Volumes of a class. */
  volumesOf(storageClass: string): readonly PersistentVolume[];
  storageClass(name: string): StorageClass | undefined;
  driver(name: string): CSIDriver | undefined;
  capacities(): Iterable<CSIStorageCapacity>;
}

/** What a pod's claims come to on one node. */
export interface PodVolumes {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  readonly provisions: readonly PersistentVolumeClaim[];
}

/** Whether a volume can be had on a node (k8s: CheckNodeAffinity). */
export const isReachable = ({ spec }: PersistentVolume, node: Node): boolean =>
  spec?.nodeAffinity?.required === undefined || spec.nodeAffinity.required.nodeSelectorTerms.some((term) => matchesNodeTerm(term, node));

/** Where each of a pod's claims would find its storage if the pod went to a node, or why it would not (k8s: volumebinding/binder.go FindPodVolumes). */
export function findPodVolumes(
  storage: Storage,
  node: Node,
  bound: readonly PersistentVolumeClaim[],
  waiting: readonly PersistentVolumeClaim[],
): PodVolumes | readonly string[] {
  const reasons: string[] = [];
  const volumes = bound.map((claim) => storage.volume(claim.spec?.volumeName ?? ""));
  // The first that does not do is spoken of.
  const wrong = volumes.findIndex((volume) => volume === undefined || !isReachable(volume, node));
  const missing = wrong >= 0 && volumes[wrong] === undefined;
  if (wrong >= 0 && !missing) reasons.push("node(s) didn't match PersistentVolume's node affinity");
  const found = waiting.length === 0 ? { bindings: [], provisions: [] } : findUnbound(storage, node, waiting);
  if (typeof found === "string") reasons.push(found);
  if (missing) reasons.push("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)");
  return reasons.length > 0 || typeof found === "string" ? reasons : found;
}

const NOTHING_TO_BIND = "node(s) didn't find available persistent volumes to bind";
const NO_ROOM = "node(s) did not have enough free storage";

function findUnbound(storage: Storage, node: Node, waiting: readonly PersistentVolumeClaim[]): PodVolumes | string {
  const provisions: PersistentVolumeClaim[] = [];
  const matching: PersistentVolumeClaim[] = [];
  for (const claim of waiting) {
    const selected = claim.metadata?.annotations?.[SELECTED_NODE];
    if (selected === undefined) matching.push(claim);
    else if (selected === node.metadata?.name) provisions.push(claim);
    else return NOTHING_TO_BIND;
  }
  const bindings: { claim: PersistentVolumeClaim; volume: PersistentVolume }[] = [];
  const taken = new Set<string>();
  const sizeOf = (claim: PersistentVolumeClaim) => storageOf(claim.spec?.resources?.requests);
  // The smallest claim first, so that it does not take what a larger one needs.
  for (const claim of matching.toSorted((a, b) => compareQuantities(sizeOf(a), sizeOf(b)))) {
    const volume = matchingVolume(claim, storage.volumesOf(storageClassOf(claim)), { taken, reachable: (v) => isReachable(v, node) });
    if (volume === undefined) {
      provisions.push(claim);
      continue;
    }
    taken.add(volume.metadata?.name ?? "");
    bindings.push({ claim, volume });
  }
  for (const claim of provisions) {
    const refusal = whyNotMade(storage, node, claim);
    if (refusal !== undefined) return refusal;
  }
  return { bindings, provisions };
}

/** k8s: checkVolumeProvisions. */
function whyNotMade(storage: Storage, node: Node, claim: PersistentVolumeClaim): string | undefined {
  const made = storage.storageClass(storageClassOf(claim));
  if (made === undefined || made.provisioner === "" || made.provisioner === NO_PROVISIONER) return NOTHING_TO_BIND;
  const labels = node.metadata?.labels ?? {};
  const topologies = made.allowedTopologies ?? [];
  const allowed =
    topologies.length === 0 ||
    topologies.some((term) => (term.matchLabelExpressions ?? []).every(({ key, values }) => values.includes(labels[key] ?? "")));
  if (!allowed) return NOTHING_TO_BIND;
  return hasRoom(storage, node, claim, made) ? undefined : NO_ROOM;
}

/** Only drivers that say so tell what room is left (k8s: hasEnoughCapacity). */
function hasRoom(storage: Storage, node: Node, claim: PersistentVolumeClaim, { metadata, provisioner }: StorageClass): boolean {
  const size = claim.spec?.resources?.requests?.["storage"];
  if (size === undefined || storage.driver(provisioner)?.spec?.storageCapacity !== true) return true;
  const wanted = value(size);
  for (const { storageClassName, capacity, maximumVolumeSize, nodeTopology } of storage.capacities()) {
    const limit = maximumVolumeSize ?? capacity;
    if (storageClassName !== metadata?.name || limit === undefined || value(limit) < wanted || nodeTopology === undefined) continue;
    if (labelSelector(nodeTopology).matches(node.metadata?.labels)) return true;
  }
  return false;
}
