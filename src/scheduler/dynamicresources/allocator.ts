import type {
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceClass,
  DeviceRequestAllocationResult,
  Node,
  ResourceResourceClaim,
} from "../../api/index.ts";
import { MatchAttribute } from "./constraints.ts";
import { type PlacedDevice, type Pool, type Pools, poolsOn, selectorFor } from "./pools.ts";
import { AllocationError, type Ask, asksOf, isTainted, type Selects } from "./requests.ts";

/** k8s: resource.k8s.io AllocationResultsMaxSize. */
const MAX_RESULTS = 32;
/** Devices tried before the search is given up, as upstream does after ten seconds. */
const MAX_STEPS = 100_000;

export interface AllocationInput {
  readonly node: Node;
  readonly claims: readonly ResourceResourceClaim[];
  readonly pools: Pools;
  readonly classOf: (name: string) => DeviceClass | undefined;
  /** Devices that somebody has, by id. */
  readonly inUse: ReadonlySet<string>;
  readonly selectsFor: (claim: ResourceResourceClaim) => Selects;
}

/** The results, or why there are none. */
export type Allocated = readonly AllocationResult[] | string;

/**
 * What each claim would get on a node: the first full solution of an exhaustive search, request by request and device
 * by device (k8s: dynamic-resource-allocation/structured Allocate). Throws AllocationError when no node could do.
 */
export function allocate(input: AllocationInput): Allocated {
  const pools = poolsOn(input.pools, input.node);
  const search = new Search(input, pools);
  try {
    if (!search.run()) return pools.some((pool) => pool.invalid) ? "invalid resource pools were encountered" : "cannot allocate all claims";
  } catch (error) {
    if (error instanceof TimedOut) return error.message;
    throw error;
  }
  return search.results();
}

class TimedOut extends Error {
  override readonly message = "timed out trying to allocate devices";
}

interface Taken {
  readonly ask: Ask;
  readonly placed: PlacedDevice;
}

interface ClaimSearch {
  readonly claim: ResourceResourceClaim;
  readonly requests: readonly (readonly Ask[])[];
  readonly constraints: readonly MatchAttribute[];
  readonly selects: Selects;
  readonly taken: Taken[];
}

class Search {
  readonly #inUse: ReadonlySet<string>;
  readonly #devices: readonly PlacedDevice[];
  readonly #claims: readonly ClaimSearch[];
  readonly #taking = new Set<string>();
  #steps = 0;

  constructor({ claims, classOf, inUse, selectsFor }: AllocationInput, pools: readonly Pool[]) {
    this.#inUse = inUse;
    this.#devices = pools.flatMap((pool) => (pool.incomplete || pool.invalid ? [] : pool.devices));
    this.#claims = claims.map((claim): ClaimSearch => {
      const key = `${claim.metadata?.namespace}/${claim.metadata?.name}`;
      const selects = selectsFor(claim);
      const requests = asksOf(claim, pools, classOf, selects);
      const least = requests.reduce((sum, asks) => sum + Math.min(...asks.map((a) => a.count)), 0);
      if (least > MAX_RESULTS)
        throw new AllocationError(`claim ${key}: number of requested devices ${least} exceeds the claim limit of ${MAX_RESULTS}`);
      const constraints = (claim.spec.devices?.constraints ?? []).map((c, i) => new MatchAttribute(c, `claim ${key}, constraint #${i}`));
      return { claim, requests, constraints, selects, taken: [] };
    });
  }

  run(): boolean {
    return this.#claim(0);
  }

  results(): readonly AllocationResult[] {
    return this.#claims.map(resultOf);
  }

  #claim(index: number): boolean {
    const search = this.#claims[index];
    return search === undefined || this.#request(search, index, 0);
  }

  #request(search: ClaimSearch, index: number, request: number): boolean {
    const asks = search.requests[request];
    if (!asks) return this.#claim(index + 1);
    return asks.some((ask) => (ask.all ? this.#all(search, index, request, ask, 0) : this.#some(search, index, request, ask, 0, 0)));
  }

  /** One more of the devices that there must be all of; without any there is nothing to have. */
  #all(search: ClaimSearch, index: number, request: number, ask: Ask, have: number): boolean {
    const devices = ask.all ?? [];
    if (devices.length === 0) return false;
    const placed = devices[have];
    if (!placed) return this.#request(search, index, request + 1);
    if (this.#isTooMuch(search, ask, have) || !this.#take(search, ask, placed, true)) return false;
    if (this.#all(search, index, request, ask, have + 1)) return true;
    this.#giveBack(search);
    return false;
  }

  /** One more of so many. Which of two comes first makes no difference: later ones are looked for behind it. */
  #some(search: ClaimSearch, index: number, request: number, ask: Ask, have: number, from: number): boolean {
    if (have >= ask.count) return this.#request(search, index, request + 1);
    if (this.#isTooMuch(search, ask, have)) return false;
    for (let i = from; i < this.#devices.length; i++) {
      const placed = this.#devices[i] as PlacedDevice;
      if (!this.#isFree(search, ask, placed) || !search.selects(ask, placed) || !this.#take(search, ask, placed, false)) continue;
      if (this.#some(search, index, request, ask, have + 1, i + 1)) return true;
      this.#giveBack(search);
    }
    return false;
  }

  #isTooMuch({ taken }: ClaimSearch, ask: Ask, have: number): boolean {
    return taken.length + ask.count - have > MAX_RESULTS;
  }

  #isFree({ taken }: ClaimSearch, { adminAccess }: Ask, { id }: PlacedDevice): boolean {
    return adminAccess ? !taken.some((t) => t.placed.id === id) : !this.#inUse.has(id) && !this.#taking.has(id);
  }

  #take(search: ClaimSearch, ask: Ask, placed: PlacedDevice, must: boolean): boolean {
    if (++this.#steps > MAX_STEPS) throw new TimedOut();
    // What a device takes from shared counters is not counted: such devices are nobody's.
    if (!this.#isFree(search, ask, placed) || placed.device.consumesCounters?.length || isTainted(placed, ask.tolerations)) return false;
    for (const [i, constraint] of search.constraints.entries()) {
      if (constraint.add(ask, placed)) continue;
      if (must) {
        const { namespace, name } = search.claim.metadata ?? {};
        const why = "because a claim constraint would not be satisfied";
        throw new AllocationError(`claim ${namespace}/${name}, request ${ask.ref}: cannot add device ${placed.id} ${why}`);
      }
      for (const before of search.constraints.slice(0, i)) before.remove(ask);
      return false;
    }
    if (!ask.adminAccess) this.#taking.add(placed.id);
    search.taken.push({ ask, placed });
    return true;
  }

  #giveBack(search: ClaimSearch): void {
    const last = search.taken.pop();
    if (!last) return;
    if (!last.ask.adminAccess) this.#taking.delete(last.placed.id);
    for (const constraint of search.constraints) constraint.remove(last.ask);
  }
}

function resultOf({ claim, taken }: ClaimSearch): AllocationResult {
  const results = taken.map(({ ask, placed }): DeviceRequestAllocationResult => ({
    request: ask.ref,
    driver: placed.driver,
    pool: placed.pool,
    device: placed.device.name,
    ...(ask.adminAccess ? { adminAccess: true } : {}),
    ...(ask.tolerations?.length ? { tolerations: ask.tolerations } : {}),
  }));
  const config = [...classConfig(taken), ...claimConfig(claim, taken)];
  const nodeSelector = selectorFor(taken.map((t) => t.placed));
  return { devices: { results, ...(config.length > 0 ? { config } : {}) }, ...(nodeSelector ? { nodeSelector } : {}) };
}

/** The configuration of each class once, for all the requests that chose it. */
function classConfig(taken: readonly Taken[]): readonly DeviceAllocationConfiguration[] {
  const refs = new Map<DeviceClass, Set<string>>();
  for (const { ask } of taken) refs.set(ask.deviceClass, (refs.get(ask.deviceClass) ?? new Set()).add(ask.ref));
  return [...refs].flatMap(([deviceClass, requests]) =>
    (deviceClass.spec.config ?? []).map((config) => ({ source: "FromClass", requests: [...requests], ...config })),
  );
}

/** The claim's own, but for requests and alternatives that were not chosen. */
function claimConfig({ spec }: ResourceResourceClaim, taken: readonly Taken[]): readonly DeviceAllocationConfiguration[] {
  const chosen = new Set(taken.flatMap(({ ask }) => [ask.ref, ask.request]));
  return (spec.devices?.config ?? [])
    .filter(({ requests = [] }) => requests.length === 0 || requests.some((r) => chosen.has(r)))
    .map((config) => ({ source: "FromClaim", ...config }));
}
