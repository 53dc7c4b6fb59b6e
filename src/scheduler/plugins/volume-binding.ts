import { type PersistentVolumeClaim, storageClassOf } from "../../api/index.ts";
import type { EventHint, Handle, NodeInfo, PodInfo, PreFiltered, Rejection, Reservation, SchedulerPlugin } from "../types.ts";
import { deepEqual } from "../../machinery/index.ts";
import { Assumed } from "./volumes/assumed.ts";
import { bindPodVolumes, isFullyBound, prebindClaim, prebindVolume } from "./volumes/bind.ts";
import { claimNotFound, hasClaims, notMadeFor, OWN_CLAIM, podClaims } from "./volumes/claims.ts";
import { findPodVolumes, type PodVolumes, type Storage } from "./volumes/find.ts";

interface Args {
  readonly bindTimeoutSeconds?: number;
}

/** What is known of a pod's claims in a cycle. */
interface State {
  readonly bound: readonly PersistentVolumeClaim[];
  readonly waiting: readonly PersistentVolumeClaim[];
  /** What was found on the nodes that do; one of them will be reserved. */
  readonly found: Map<string, PodVolumes>;
}

const BY_CLASS = "class";

/** k8s: plugins/volumebinding: pods go where their claims' volumes are, or can be made. */
export function createVolumeBinding({ informers, clock }: Handle, args: unknown): SchedulerPlugin<State> {
  const { bindTimeoutSeconds = 600 } = (args ?? {}) as Args;
  const claimInformer = informers.of("persistentvolumeclaims");
  const volumeInformer = informers.of("persistentvolumes");
  const classes = informers.of("storageclasses");
  const drivers = informers.of("csidrivers");
  const capacities = informers.of("csistoragecapacities");
  volumeInformer.index(BY_CLASS, (volume) => [storageClassOf(volume)]);
  const claims = new Assumed(claimInformer);
  const volumes = new Assumed(volumeInformer);
  const storage: Storage = {
    volume: (name) => volumes.get(name),
    volumesOf: (name) => volumeInformer.by(BY_CLASS, name).map((volume) => volumes.now(volume, volume.metadata?.name ?? "") ?? volume),
    storageClass: (name) => classes.get(name),
    driver: (name) => drivers.get(name),
    capacities: () => capacities.list(),
  };
  const waits = (claim: PersistentVolumeClaim): boolean =>
    !claim.spec?.volumeName && classes.get(storageClassOf(claim))?.volumeBindingMode === "WaitForFirstConsumer";

  /** The pod's claims, or what is wrong with one of them (k8s: podHasPVCs). */
  const claimsOf = ({ pod }: PodInfo): readonly PersistentVolumeClaim[] | string => {
    const found: PersistentVolumeClaim[] = [];
    for (const { name, key, ephemeral } of podClaims(pod)) {
      const claim = claims.get(key);
      if (claim === undefined)
        return ephemeral
          ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${JSON.stringify(name)}`
          : claimNotFound(name);
      if (claim.status?.phase === "Lost")
        return `persistentvolumeclaim ${JSON.stringify(name)} bound to non-existent persistentvolume ${JSON.stringify(claim.spec?.volumeName ?? "")}`;
      if (claim.metadata?.deletionTimestamp !== undefined) return `persistentvolumeclaim ${JSON.stringify(name)} is being deleted`;
      const stranger = ephemeral ? notMadeFor(claim, pod) : undefined;
      if (stranger !== undefined) return stranger;
      found.push(claim);
    }
    return found;
  };

  return {
    name: "VolumeBinding",
    retryOn: RETRY_ON,

    preFilter(pod): PreFiltered<State> {
      if (!hasClaims(pod.pod)) return { skip: true };
      const own = claimsOf(pod);
      if (typeof own === "string") return { rejection: refusal(own) };
      const bound = own.filter(isFullyBound);
      const waiting = own.filter((claim) => !isFullyBound(claim));
      if (!waiting.every(waits)) return { rejection: refusal("pod has unbound immediate PersistentVolumeClaims") };
      return { state: { bound, waiting, found: new Map<string, PodVolumes>() } };
    },

    filter(_pod, { name, node }: NodeInfo, { bound, waiting, found }: State): Rejection | null {
      const volumesThere = findPodVolumes(storage, node, bound, waiting);
      if (!("bindings" in volumesThere)) return { reasons: volumesThere, unresolvable: true };
      found.set(name, volumesThere);
      return null;
    },

    reserve(pod, { name }, state): Reservation | null {
      const there = (state as State | undefined)?.found.get(name);
      if (there === undefined || (there.bindings.length === 0 && there.provisions.length === 0)) return null;
      const decided = { volumes: there.bindings.map(prebindVolume), claims: there.provisions.map((claim) => prebindClaim(claim, name)) };
      for (const volume of decided.volumes) volumes.assume(volume.metadata?.name ?? "", volume);
      for (const claim of decided.claims) claims.assume(keyOf(claim), claim);
      return {
        preBind: ({ client }) =>
          bindPodVolumes({
            client,
            clock,
            pod,
            node: name,
            decided,
            timeoutMs: bindTimeoutSeconds * 1000,
            latest: {
              pod: (key) => informers.of("pods").get(key),
              node: (node) => informers.of("nodes").get(node),
              volume: (volume) => volumeInformer.get(volume),
              claim: (key) => claimInformer.get(key),
            },
          }),
        undo() {
          for (const volume of decided.volumes) volumes.forget(volume.metadata?.name ?? "");
          for (const claim of decided.claims) claims.forget(keyOf(claim));
        },
      };
    },
  };
}

const keyOf = ({ metadata }: PersistentVolumeClaim): string => `${metadata?.namespace}/${metadata?.name}`;
const refusal = (reason: string): Rejection => ({ reasons: [reason], unresolvable: true });

/** Class, claim and capacity changes that widen what a pod may have (k8s: EventsToRegister). */
const RETRY_ON: readonly EventHint[] = [
  {
    resource: "storageclasses",
    actions: ["Add", "Update"],
    hint: (_pod, { object, old }) => !old || !deepEqual(topologiesOf(object), topologiesOf(old)),
  },
  OWN_CLAIM,
  { resource: "persistentvolumes", actions: ["Add", "Update"] },
  { resource: "nodes", actions: ["Add", "UpdateLabel"] },
  { resource: "csinodes", actions: ["Add"] },
  {
    resource: "csidrivers",
    actions: ["Update"],
    hint: (_pod, { object, old }) => tracksCapacity(old) && !tracksCapacity(object),
  },
  { resource: "csistoragecapacities", actions: ["Add", "Update"] },
];

const topologiesOf = (object: unknown): unknown => (object as { readonly allowedTopologies?: unknown } | undefined)?.allowedTopologies;
const tracksCapacity = (object: unknown): boolean =>
  (object as { readonly spec?: { readonly storageCapacity?: boolean } } | undefined)?.spec?.storageCapacity === true;
