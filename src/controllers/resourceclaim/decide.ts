import {
  CLAIM_FINALIZER,
  isReservedFor,
  ownershipProblem,
  type Pod,
  podClaim,
  type PodResourceClaim,
  type ResourceClaimConsumerReference,
  type ResourceClaimTemplate,
  type ResourceResourceClaim,
} from "../../api/index.ts";
import { controllerRef } from "../owners.ts";

/** For which of its pod's claims a claim was made; only this controller looks at it. */
export const POD_CLAIM_ANNOTATION = "resource.kubernetes.io/pod-claim-name";

/** It runs, or may run yet (k8s: podNeedsClaims). */
export const needsClaims = ({ metadata, spec, status }: Pod): boolean =>
  status?.phase !== "Succeeded" && status?.phase !== "Failed" && (metadata?.deletionTimestamp === undefined || Boolean(spec?.nodeName));

/** The names of the claims that are known to be a pod's. */
export const claimNames = (pod: Pod): readonly string[] =>
  (pod.spec?.resourceClaims ?? []).flatMap((claim) => {
    const found = podClaim(pod, claim);
    return "name" in found && found.name !== undefined ? [found.name] : [];
  });

/** Whether a pod lacks a claim, or a reservation that the scheduler did not make (k8s: podNeedsWork). */
export function needsWork(pod: Pod, claimOf: (name: string) => ResourceResourceClaim | undefined): boolean {
  if (pod.metadata?.deletionTimestamp !== undefined) return false;
  for (const wanted of pod.spec?.resourceClaims ?? []) {
    const found = podClaim(pod, wanted);
    if ("problem" in found) return true;
    if (found.name === undefined) return false;
    const claim = claimOf(found.name);
    if (!claim) return wanted.resourceClaimTemplateName !== undefined;
    if (found.generated && ownershipProblem(pod, claim) !== undefined) return false;
    if (pod.spec?.nodeName && claim.status?.allocation !== undefined && !isReservedFor(pod, claim)) return true;
  }
  return false;
}

/** 63 characters less a hyphen's and a suffix' worth. */
const MAX_BASE = 57;

/** The claim that a template makes for a pod (k8s: handleClaim). */
export function claimFor(pod: Pod, { name }: PodResourceClaim, { spec }: ResourceClaimTemplate): ResourceResourceClaim {
  const podName = pod.metadata?.name ?? "";
  const whole = `${podName}-${name}-`;
  // Both names are cut in proportion, so that something of the claim's is left.
  const cut = (text: string): string => text.slice(0, Math.floor((text.length * MAX_BASE) / whole.length));
  return {
    apiVersion: "resource.k8s.io/v1",
    kind: "ResourceClaim",
    metadata: {
      generateName: whole.length > MAX_BASE ? `${cut(podName)}-${cut(name)}` : whole,
      namespace: pod.metadata?.namespace ?? "",
      ...(spec.metadata?.labels ? { labels: spec.metadata.labels } : {}),
      annotations: { ...spec.metadata?.annotations, [POD_CLAIM_ANNOTATION]: name },
      ownerReferences: [controllerRef(pod, "v1", "Pod")],
    },
    spec: spec.spec,
  };
}

/** A claim that was made for this pod before, and that its status does not know of. */
export const madeBefore = (owned: readonly ResourceResourceClaim[], { name }: PodResourceClaim): ResourceResourceClaim | undefined =>
  owned.find((claim) => claim.metadata?.annotations?.[POD_CLAIM_ANNOTATION] === name);

export const reserved = (claim: ResourceResourceClaim, { metadata }: Pod): ResourceResourceClaim => ({
  ...claim,
  status: {
    ...claim.status,
    reservedFor: [...(claim.status?.reservedFor ?? []), { resource: "pods", name: metadata?.name ?? "", uid: metadata?.uid ?? "" }],
  },
});

/** What is left of a claim's status once only `valid` hold it; with the last of them goes what it was allocated. */
export function released(claim: ResourceResourceClaim, valid: readonly ResourceClaimConsumerReference[]): ResourceResourceClaim {
  if (valid.length > 0) return { ...claim, status: { ...claim.status, reservedFor: valid } };
  const { allocation: _, devices: __, reservedFor: ___, ...status } = claim.status ?? {};
  return { ...claim, status };
}

export const isHeld = ({ metadata }: ResourceResourceClaim): boolean => metadata?.finalizers?.includes(CLAIM_FINALIZER) ?? false;

export const unheld = (claim: ResourceResourceClaim): ResourceResourceClaim => ({
  ...claim,
  metadata: { ...claim.metadata, finalizers: (claim.metadata?.finalizers ?? []).filter((f) => f !== CLAIM_FINALIZER) },
});
