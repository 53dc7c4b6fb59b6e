import { type Container, isReservedFor, ownershipProblem, type Pod, podClaim, type ResourceResourceClaim } from "../api/index.ts";
import type { Client } from "../client/index.ts";
import { isStatusError } from "../machinery/index.ts";
import { namespaceOf } from "./pod.ts";

/** An allocated device, ready for containers. */
export interface PreparedDevice {
  /** `gpu`, or `gpu/big` for the alternative of a list that was chosen. */
  readonly request: string;
  /** What containers that have it see (k8s: CDI container edits). */
  readonly env: Readonly<Record<string, string>>;
}

/** A driver's plugin on this node (k8s: kubelet DRA plugin, NodePrepareResources). */
export interface DeviceDriver {
  prepare(claim: ResourceResourceClaim): readonly PreparedDevice[];
}

/** A claim of a pod, by the pod's name for it, with its devices; or what keeps it from being ready. */
interface ReadyClaim {
  readonly name: string;
  readonly devices: readonly PreparedDevice[];
}

/** Makes a pod's claims ready; a text says why one is not (k8s: cm/dra/manager.go PrepareResources). */
export async function prepareClaims(
  client: Client,
  pod: Pod,
  drivers: ReadonlyMap<string, DeviceDriver>,
): Promise<readonly ReadyClaim[] | string> {
  const ready: ReadyClaim[] = [];
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
    const devices: PreparedDevice[] = [];
    for (const name of new Set(claim.status?.allocation?.devices?.results?.map((r) => r.driver))) {
      const driver = drivers.get(name);
      if (!driver) return `DRA driver ${name} is not registered`;
      devices.push(...driver.prepare(claim));
    }
    ready.push({ name: wanted.name, devices });
  }
  return ready;
}

/** What a container sees of the devices that it has: those of all requests of a claim, or of one (k8s: GetResources). */
export function deviceEnvironment(
  claims: readonly ReadyClaim[],
  container: Pick<Container, "resources">,
): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const { name, request } of container.resources?.claims ?? [])
    for (const device of claims.find((claim) => claim.name === name)?.devices ?? [])
      if (!request || device.request === request || device.request.startsWith(`${request}/`)) Object.assign(env, device.env);
  return env;
}
