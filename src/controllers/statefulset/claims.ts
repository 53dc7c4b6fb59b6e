import type { OwnerReference, PersistentVolumeClaim, Pod, StatefulSet } from "../../api/index.ts";
import { controllerRef } from "../owners.ts";
import { inRange, KIND, nameOf, ordinalOf } from "./identity.ts";

const isRefTo = (ref: OwnerReference, name: string, kind: string, group: string): boolean =>
  ref.kind === kind && ref.name === name && (ref.apiVersion.includes("/") ? ref.apiVersion.split("/")[0] : "") === group;
const toSet = (ref: OwnerReference, set: StatefulSet): boolean => isRefTo(ref, nameOf(set), KIND, "apps");
const toPod = (ref: OwnerReference, pod: Pod): boolean => isRefTo(ref, nameOf(pod), "Pod", "");

/** The claim is of a pod before this one and is about to go with it: a new pod must wait (k8s: PodClaimIsStale). */
export function isStale(set: StatefulSet, claim: PersistentVolumeClaim, pod: Pod): boolean {
  if (set.spec?.persistentVolumeClaimRetentionPolicy?.whenScaled !== "Delete") return false;
  const ref = claim.metadata?.ownerReferences?.find((r) => toPod(r, pod));
  return ref !== undefined && ref.uid !== pod.metadata?.uid;
}

/** A controller that is neither the set nor the pod: the retention policy leaves such a claim alone (k8s: hasUnexpectedController). */
export function hasOtherController(set: StatefulSet, claim: PersistentVolumeClaim, pod: Pod): boolean {
  const { whenScaled, whenDeleted } = set.spec?.persistentVolumeClaimRetentionPolicy ?? {};
  if (whenScaled !== "Delete" && whenDeleted !== "Delete") return false;
  return (claim.metadata?.ownerReferences ?? []).some((r) => r.controller === true && !toSet(r, set) && !toPod(r, pod));
}

/**
 * The claim with the owners that the retention policy gives it, so that the garbage collector takes it when the set
 * (whenDeleted) or the scaled-down pod (whenScaled) goes; by reference when it has them (k8s: isClaimOwnerUpToDate,
 * updateClaimOwnerRefForSetAndPod).
 */
export function withOwners(set: StatefulSet, claim: PersistentVolumeClaim, pod: Pod): PersistentVolumeClaim {
  const refs = claim.metadata?.ownerReferences ?? [];
  // Of an earlier set or pod of the name: not ours to touch.
  if (refs.some((r) => (toSet(r, set) && r.uid !== set.metadata?.uid) || (toPod(r, pod) && r.uid !== pod.metadata?.uid))) return claim;
  const others = refs.filter((r) => !toSet(r, set) && !toPod(r, pod));
  const { whenScaled, whenDeleted } = set.spec?.persistentVolumeClaimRetentionPolicy ?? {};
  const scaledDown = !inRange(set, ordinalOf(pod));
  const owner = hasOtherController(set, claim, pod)
    ? undefined
    : whenScaled === "Delete" && scaledDown
      ? controllerRef(pod, "v1", "Pod")
      : whenDeleted === "Delete"
        ? controllerRef(set, "apps/v1", KIND)
        : undefined;
  const ours = refs.filter((r) => !others.includes(r));
  const asWanted = owner ? ours.length === 1 && ours[0]?.uid === owner.uid && ours[0]?.controller === true : ours.length === 0;
  return asWanted ? claim : { ...claim, metadata: { ...claim.metadata, ownerReferences: owner ? [...others, owner] : others } };
}
