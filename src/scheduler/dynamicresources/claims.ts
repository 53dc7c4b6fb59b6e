import { ownershipProblem, type Pod, podClaim, type ResourceResourceClaim } from "../../api/index.ts";
import type { Informer, Informers } from "../../client/index.ts";

/** The claims behind a pod, or why it must wait for them (k8s: foreachPodResourceClaim). */
export function claimsOf(pod: Pod, claimOf: (key: string) => ResourceResourceClaim | undefined): readonly ResourceResourceClaim[] | string {
  const claims: ResourceResourceClaim[] = [];
  for (const wanted of pod.spec?.resourceClaims ?? []) {
    const found = podClaim(pod, wanted);
    if ("problem" in found) return found.problem;
    if (found.name === undefined) continue;
    const claim = claimOf(`${pod.metadata?.namespace}/${found.name}`);
    if (!claim) return `resourceclaim.resource.k8s.io "${found.name}" not found`;
    if (claim.metadata?.deletionTimestamp !== undefined) return `resourceclaim "${found.name}" is being deleted`;
    const problem = found.generated ? ownershipProblem(pod, claim) : undefined;
    if (problem !== undefined) return problem;
    claims.push(claim);
  }
  return claims;
}

/**
 * What is allocated, as the scheduler must see it: ahead of its cache by what it decided and is writing, and by what it
 * wrote and has not seen come back (k8s: inFlightAllocations, the assume cache).
 */
export class ClaimTracker {
  readonly #claims: Informer<ResourceResourceClaim>;
  readonly #deciding = new Map<string, ResourceResourceClaim>();
  readonly #written = new Map<string, ResourceResourceClaim>();

  constructor(informers: Informers) {
    this.#claims = informers.of("resourceclaims");
    this.#claims.on(({ key, object }) => {
      const ahead = this.#written.get(key);
      if (ahead && (!object || versionOf(object) >= versionOf(ahead) || object.metadata?.uid !== ahead.metadata?.uid))
        this.#written.delete(key);
    });
  }

  get(key: string): ResourceResourceClaim | undefined {
    return this.#written.get(key) ?? this.#claims.get(key);
  }
  isDeciding({ metadata }: ResourceResourceClaim): boolean {
    return this.#deciding.has(metadata?.uid ?? "");
  }
  decide(claim: ResourceResourceClaim): void {
    this.#deciding.set(claim.metadata?.uid ?? "", claim);
  }
  /** It is written, or won't be. */
  decided({ metadata }: ResourceResourceClaim, written?: ResourceResourceClaim): void {
    this.#deciding.delete(metadata?.uid ?? "");
    const key = `${metadata?.namespace}/${metadata?.name}`;
    const seen = this.#claims.get(key);
    if (written && (!seen || versionOf(seen) < versionOf(written))) this.#written.set(key, written);
  }

  /** Ids of the devices that somebody has to himself. */
  devicesInUse(): ReadonlySet<string> {
    const ids = new Set<string>();
    const add = ({ status }: ResourceResourceClaim): void => {
      for (const { driver, pool, device, adminAccess } of status?.allocation?.devices?.results ?? [])
        if (!adminAccess) ids.add(`${driver}/${pool}/${device}`);
    };
    for (const claim of this.#claims.list()) add(claim);
    for (const claim of this.#written.values()) add(claim);
    for (const claim of this.#deciding.values()) add(claim);
    return ids;
  }
}

const versionOf = ({ metadata }: ResourceResourceClaim): number => Number(metadata?.resourceVersion ?? 0);

/** One for all profiles of a scheduler: two of them must not give away the same device. */
const trackers = new WeakMap<Informers, ClaimTracker>();

export function trackerOf(informers: Informers): ClaimTracker {
  let tracker = trackers.get(informers);
  if (!tracker) trackers.set(informers, (tracker = new ClaimTracker(informers)));
  return tracker;
}
