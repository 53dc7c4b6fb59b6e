import type { PersistentVolumeClaim, Pod } from "../api/index.ts";
import type { Informer } from "../client/index.ts";
import { controllerOf } from "./owners.ts";
import { isPodTerminal } from "./pods.ts";

/** The claim of a volume that a pod brings itself (k8s: component-helpers/storage/ephemeral VolumeClaimName). */
export const ephemeralClaimName = ({ metadata }: Pod, volumeName: string): string => `${metadata?.name}-${volumeName}`;

/** Names of the claims that a pod's volumes are about. */
export const claimsOf = (pod: Pod): readonly string[] =>
  (pod.spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) return [persistentVolumeClaim.claimName];
    return ephemeral === undefined ? [] : [ephemeralClaimName(pod, name)];
  });

/** A claim was made for a pod's own volume, and did not just have its name before (k8s: VolumeIsForPod). */
export const isMadeFor = (claim: PersistentVolumeClaim, { metadata }: Pod): boolean =>
  claim.metadata?.namespace === metadata?.namespace && controllerOf(claim)?.uid === metadata?.uid;

/** Adds the index "claim": pods by `namespace/name` of their claims. The rest share one bucket. */
export const indexClaims = (pods: Informer<Pod>): void =>
  pods.index("claim", (pod) => {
    const names = claimsOf(pod);
    return names.length === 0 ? [""] : names.map((name) => `${pod.metadata?.namespace}/${name}`);
  });

/** It has run, or it is to go and nothing of it runs (k8s: volume/util IsPodTerminated). */
export const hasEnded = (pod: Pod): boolean =>
  isPodTerminal(pod) ||
  (pod.metadata?.deletionTimestamp !== undefined &&
    (pod.status?.containerStatuses ?? []).every(({ state }) => state?.terminated !== undefined || state?.waiting !== undefined));
