import { isReservedFor, ownershipProblem, type Pod, podClaim, type ResourceResourceClaim } from "../api/index.ts";
import type { Client } from "../client/index.ts";
import { isStatusError } from "../machinery/index.ts";
import { namespaceOf } from "./pod.ts";

/** A driver's plugin on this node: makes allocated devices ready for containers (k8s: kubelet DRA plugin, NodePrepareResources). */
export interface DeviceDriver {
  /** What went wrong; undefined when the claim's devices are ready. */
  prepare(claim: ResourceResourceClaim): Promise<string | undefined>;
}

/** What keeps a pod's claims from being ready; undefined when they are, or there are none (k8s: cm/dra/manager.go PrepareResources). */
export async function claimsProblem(client: Client, pod: Pod, drivers: ReadonlyMap<string, DeviceDriver>): Promise<string | undefined> {
  const needed: { readonly claim: ResourceResourceClaim; readonly driver: DeviceDriver }[] = [];
  for (const wanted of pod.spec?.resourceClaims ?? []) {
    const found = podClaim(pod, wanted);
    if ("problem" in found) return found.problem;
    if (found.name === undefined) continue;
    let claim: ResourceResourceClaim;
    try {
      claim = await client.get("resourceclaims", namespaceOf(pod), found.name);
    } catch (error) {
      if (!isStatusError(error)) throw error;
      return `fetch ResourceClaim ${found.name}: ${error.message}`;
    }
    const foreign = found.generated ? ownershipProblem(pod, claim) : undefined;
    if (foreign !== undefined) return foreign;
    if (!isReservedFor(pod, claim)) {
      const { name, uid } = pod.metadata ?? {};
      return `pod ${name} (${uid}) is not allowed to use ResourceClaim ${found.name} (${claim.metadata?.uid})`;
    }
    for (const name of new Set(claim.status?.allocation?.devices?.results?.map((r) => r.driver))) {
      const driver = drivers.get(name);
      if (!driver) return `DRA driver ${name} is not registered`;
      needed.push({ claim, driver });
    }
  }
  for (const { claim, driver } of needed) {
    const problem = await driver.prepare(claim);
    if (problem !== undefined) return `NodePrepareResources failed for ResourceClaim ${claim.metadata?.name}: ${problem}`;
  }
  return undefined;
}
