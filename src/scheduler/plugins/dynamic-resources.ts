import {
  type AllocationResult,
  CLAIM_FINALIZER,
  type DeviceClass,
  isReservedFor,
  type NodeSelector,
  type ResourceResourceClaim,
} from "../../api/index.ts";
import type { Client } from "../../client/index.ts";
import { deepEqual, isConflict, isNotFound, loadCel, StatusError } from "../../machinery/index.ts";
import { allocate } from "../dynamicresources/allocator.ts";
import { claimsOf, trackerOf } from "../dynamicresources/claims.ts";
import { gatherPools, matchesSelector, type Pools } from "../dynamicresources/pools.ts";
import { AllocationError, type Selects } from "../dynamicresources/requests.ts";
import { Selectors } from "../dynamicresources/selectors.ts";
import {
  BindingFailure,
  type Handle,
  PluginError,
  type PodInfo,
  type Rejection,
  type Reservation,
  type SchedulerPlugin,
} from "../types.ts";
import { POD_CHANGED } from "./hints.ts";

interface State {
  readonly claims: readonly ResourceResourceClaim[];
  /** Those that are still to be allocated. */
  readonly open: readonly ResourceResourceClaim[];
  readonly pools: Pools;
  readonly inUse: ReadonlySet<string>;
  readonly selects: ReadonlyMap<ResourceResourceClaim, Selects>;
  /** What each node that was looked at would give, in the order of `open`. */
  readonly results: Map<string, readonly AllocationResult[]>;
}

const NAME = "DynamicResources";

const unschedulable = (reason: string): Rejection => ({ reasons: [reason], unresolvable: true });

/** k8s: plugins/dynamicresources: devices for the claims of pods. */
export function createDynamicResources({ informers, clock }: Handle): SchedulerPlugin<State> {
  const tracker = trackerOf(informers);
  const classes = informers.of("deviceclasses");
  const slices = informers.of("resourceslices");
  const selectors = new Selectors();
  const claimOf = (key: string): ResourceResourceClaim | undefined => tracker.get(key);
  const classOf = (name: string): DeviceClass | undefined => classes.get(name);
  /** Pods whose claims were found in order in their last cycle. */
  const prepared = new WeakSet<PodInfo>();
  let loading = false;
  // Without a class nothing is allocated; with the first one expressions may have to be run.
  classes.on(() => {
    if (loading) return;
    loading = true;
    clock.turn(async () => {
      await loadCel().finally(clock.hold());
    });
  });
  let pools: Pools | undefined;
  slices.on(() => (pools = undefined));

  /** A class that a request names and that is not there. */
  const missingClass = (claim: ResourceResourceClaim): string | undefined => {
    for (const { name, exactly, firstAvailable = [] } of claim.spec.devices?.requests ?? []) {
      const asks = exactly ? [{ ref: name, ...exactly }] : firstAvailable.map((sub) => ({ ...sub, ref: `${name}/${sub.name}` }));
      const ask = asks.find((a) => !classes.get(a.deviceClassName));
      if (ask) return `request ${ask.ref}: device class ${ask.deviceClassName} does not exist`;
    }
    return undefined;
  };

  return {
    name: NAME,
    retryOn: [
      {
        resource: "resourceclaims",
        actions: ["Add", "Update", "Delete"],
        hint: ({ pod }, { object, old }) =>
          mayHelp(claimsOf(pod, claimOf), old as ResourceResourceClaim | undefined, object as ResourceResourceClaim | undefined),
      },
      { resource: "deviceclasses", actions: ["Add", "Update"] },
      { resource: "resourceslices", actions: ["Add", "Update"] },
      { resource: "nodes", actions: ["Add", "UpdateLabel", "UpdateTaint"] },
      POD_CHANGED,
    ],
    preEnqueue({ pod }) {
      const claims = claimsOf(pod, claimOf);
      return typeof claims === "string" ? unschedulable(claims) : null;
    },
    preFilter(info) {
      prepared.delete(info);
      if (!info.pod.spec?.resourceClaims?.length) return { skip: true };
      const claims = claimsOf(info.pod, claimOf);
      if (typeof claims === "string") return { rejection: unschedulable(claims) };
      if (claims.length === 0) return { skip: true };
      const open = claims.filter((claim) => claim.status?.allocation === undefined);
      for (const claim of open) {
        const { namespace, name } = claim.metadata ?? {};
        if (tracker.isDeciding(claim))
          return { rejection: unschedulable(`resource claim ${namespace}/${name} is in the process of being allocated`) };
        const missing = missingClass(claim);
        if (missing !== undefined) return { rejection: unschedulable(missing) };
      }
      pools ??= gatherPools(slices.list());
      prepared.add(info);
      const inUse = open.length > 0 ? tracker.devicesInUse() : new Set<string>();
      const selects = new Map(open.map((claim) => [claim, selectors.forClaim(claim)]));
      return { state: { claims, open, pools, inUse, selects, results: new Map() } };
    },
    filter(_pod, { node, name }, { claims, open, results, selects, ...rest }) {
      const away = claims.some(({ status }) => !isReachable(status?.allocation?.nodeSelector, node));
      if (open.length > 0) {
        const selectsFor = (claim: ResourceResourceClaim): Selects => selects.get(claim) as Selects;
        const allocated = orPluginError(() => allocate({ node, claims: open, classOf, selectsFor, ...rest }));
        if (typeof allocated === "string") return unschedulable(allocated);
        results.set(name, allocated);
      }
      return away ? unschedulable("resourceclaim not available on the node") : null;
    },
    postFilter({ pod, prepared: looked }) {
      // Without a state of its own it fails, in the words of the state's store (k8s: PostFilter, CycleState.Read).
      if (!looked(NAME)) return { message: "not found", failed: true };
      return { message: prepared.has(pod) ? "still not schedulable" : "no new claims to deallocate" };
    },
    reserve(info, { name }, state) {
      if (state === undefined || state.claims.length === 0) return null;
      const allocations = new Map(state.open.map((claim, i) => [claim, state.results.get(name)?.[i]]));
      for (const [claim, allocation] of allocations) if (allocation) tracker.decide({ ...claim, status: { ...claim.status, allocation } });
      return reservation(info, state.claims, allocations);
    },
  };

  /** Writes allocations and reservations before the pod is bound, and takes back what was for it when it is not. */
  function reservation(
    { pod }: PodInfo,
    claims: readonly ResourceResourceClaim[],
    allocations: ReadonlyMap<ResourceResourceClaim, AllocationResult | undefined>,
  ): Reservation {
    const reservedBy: { claim: ResourceResourceClaim; client: Client }[] = [];
    return {
      async preBind({ client }) {
        for (const claim of claims) {
          if (isReservedFor(pod, claim)) continue;
          const written = await bindClaim(client, pod, claim, allocations.get(claim));
          tracker.decided(claim, written);
          reservedBy.push({ claim: written, client });
        }
      },
      undo() {
        for (const claim of allocations.keys()) tracker.decided(claim);
        for (const { claim, client } of reservedBy) {
          const { namespace, name = "", uid } = claim.metadata ?? {};
          const reservedFor = [{ $patch: "delete", uid: pod.metadata?.uid }];
          clock.turn(async () => {
            try {
              await client.patch("resourceclaims", namespace, name, "strategic", { metadata: { uid }, status: { reservedFor } }, "status");
            } catch (error) {
              // The controller finds what is left behind.
              if (!(error instanceof StatusError)) throw error;
            }
          });
        }
      },
    };
  }
}

function orPluginError<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error;
    throw new PluginError(`running "${NAME}" filter plugin: ${error.message}`, { cause: error });
  }
}

const isReachable = (selector: NodeSelector | undefined, node: Parameters<typeof matchesSelector>[1]): boolean =>
  selector === undefined || matchesSelector(selector, node);

/** Whether a change of a claim may help a pod that was rejected for its claims (k8s: isSchedulableAfterClaimChange). */
function mayHelp(
  claims: readonly ResourceResourceClaim[] | string,
  old: ResourceResourceClaim | undefined,
  now: ResourceResourceClaim | undefined,
): boolean {
  if (typeof claims === "string") return false;
  // Devices are free again.
  if (old?.status?.allocation !== undefined && now?.status?.allocation === undefined) return true;
  if (!now || !claims.some((claim) => claim.metadata?.uid === now.metadata?.uid)) return false;
  return !old || !deepEqual(old.status ?? {}, now.status ?? {});
}

const meantime = (what: string): BindingFailure => new BindingFailure(`running PreBind plugin "${NAME}": ${what}`);

/** k8s: bindClaim; a change that came between is looked at once more. */
async function bindClaim(
  client: Client,
  { metadata }: PodInfo["pod"],
  known: ResourceResourceClaim,
  allocation: AllocationResult | undefined,
): Promise<ResourceResourceClaim> {
  const { namespace, name = "" } = known.metadata ?? {};
  const key = `${namespace}/${name}`;
  let claim = known;
  for (let attempt = 0; ; attempt++) {
    try {
      if (attempt > 0) claim = await client.get("resourceclaims", namespace, name);
      if (claim.metadata?.deletionTimestamp !== undefined) throw meantime(`claim ${key} got deleted in the meantime`);
      if (allocation && claim.status?.allocation !== undefined) throw meantime(`claim ${key} got allocated elsewhere in the meantime`);
      const finalizers = claim.metadata?.finalizers ?? [];
      if (allocation && !finalizers.includes(CLAIM_FINALIZER))
        claim = await client.update("resourceclaims", {
          ...claim,
          metadata: { ...claim.metadata, finalizers: [...finalizers, CLAIM_FINALIZER] },
        });
      const holder = { resource: "pods", name: metadata?.name ?? "", uid: metadata?.uid ?? "" };
      const reservedFor = [...(claim.status?.reservedFor ?? []), holder];
      const status = { ...claim.status, ...(allocation ? { allocation } : {}), reservedFor };
      return await client.update("resourceclaims", { ...claim, status }, "status");
    } catch (error) {
      if (attempt < 5 && error instanceof StatusError && isConflict(error) && !isNotFound(error)) continue;
      throw error;
    }
  }
}
