import type { Pod, PodResourceClaim, ResourceResourceClaim } from "../generated/types.ts";

/** The claim behind one of a pod's claims: its name, and whether it was made for this pod; or why there is none (yet). */
export type PodClaim =
  /** Without a name: it was found that none is needed. */
  { readonly name: string | undefined; readonly generated: boolean } | { readonly problem: string };

/** k8s: dynamic-resource-allocation/resourceclaim Name. */
export function podClaim({ metadata, status }: Pod, claim: PodResourceClaim): PodClaim {
  if (claim.resourceClaimName !== undefined) return { name: claim.resourceClaimName, generated: false };
  const made = status?.resourceClaimStatuses?.find((s) => s.name === claim.name);
  if (made) return { name: made.resourceClaimName, generated: true };
  return { problem: `pod "${metadata?.namespace}/${metadata?.name}": ResourceClaim not created yet` };
}

/** Why a claim is not the one that was made for this pod; undefined when it is (k8s: IsForPod). */
export function ownershipProblem({ metadata }: Pod, claim: ResourceResourceClaim): string | undefined {
  const owned = claim.metadata?.ownerReferences?.some((r) => r.controller === true && r.uid === metadata?.uid);
  if (owned) return undefined;
  const { namespace, name } = claim.metadata ?? {};
  return `ResourceClaim ${namespace}/${name} was not created for Pod ${metadata?.namespace}/${metadata?.name} (Pod is not owner)`;
}

export const isReservedFor = ({ metadata }: Pod, { status }: ResourceResourceClaim): boolean =>
  status?.reservedFor?.some((r) => r.uid === metadata?.uid) ?? false;

/** Whoever holds an allocated claim (k8s: resource.k8s.io Finalizer). */
export const CLAIM_FINALIZER = "resource.kubernetes.io/delete-protection";
