import type { KubeObject, PersistentVolumeClaim, Pod } from "../../../api/index.ts";
import type { EventHint, ObjectChange, PodInfo } from "../../types.ts";

/** A claim that a pod's volume is about; `ephemeral`: the volume brings it itself. */
export interface PodClaim {
  readonly name: string;
  /** `namespace/name`. */
  readonly key: string;
  readonly ephemeral: boolean;
}

/** Whether a pod has anything to do with claims at all: most have not. */
export const hasClaims = ({ spec }: Pod): boolean =>
  spec?.volumes?.some((v) => v.persistentVolumeClaim !== undefined || v.ephemeral !== undefined) === true;

export function podClaims({ metadata, spec }: Pod): readonly PodClaim[] {
  const claims: PodClaim[] = [];
  for (const { name: volume, persistentVolumeClaim, ephemeral } of spec?.volumes ?? []) {
    if (persistentVolumeClaim === undefined && ephemeral === undefined) continue;
    const name = persistentVolumeClaim?.claimName ?? `${metadata?.name}-${volume}`;
    claims.push({ name, key: `${metadata?.namespace}/${name}`, ephemeral: persistentVolumeClaim === undefined });
  }
  return claims;
}

/** Why a claim that has an ephemeral volume's name is not the pod's; undefined: it is (k8s: component-helpers/storage/ephemeral VolumeIsForPod). */
export function notMadeFor(claim: PersistentVolumeClaim, { metadata }: Pod): string | undefined {
  const { namespace, name, ownerReferences = [] } = claim.metadata ?? {};
  if (ownerReferences.some((o) => o.controller === true && o.uid === metadata?.uid)) return undefined;
  return `PVC ${namespace}/${name} was not created for pod ${metadata?.namespace}/${metadata?.name} (pod is not owner)`;
}

export const claimNotFound = (name: string): string => `persistentvolumeclaim ${JSON.stringify(name)} not found`;

const isItsClaim = ({ pod }: PodInfo, object: KubeObject | undefined): boolean =>
  object?.metadata?.namespace === pod.metadata?.namespace && podClaims(pod).some((c) => c.name === object?.metadata?.name);

/** A claim of the pod came or changed. */
export const OWN_CLAIM: EventHint = {
  resource: "persistentvolumeclaims",
  actions: ["Add", "Update"],
  hint: (pod, { object }) => isItsClaim(pod, object),
};

/** A pod left that has a claim in common with the waiting one. */
export const CLAIM_FREED: EventHint = {
  resource: "pods",
  actions: ["Delete"],
  hint(pod, { old }: ObjectChange) {
    const own = new Set(podClaims(pod.pod).map((c) => c.key));
    return old !== undefined && podClaims(old as Pod).some((c) => own.has(c.key));
  },
};
