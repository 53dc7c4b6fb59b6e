import {
  isReservedFor,
  ownershipProblem,
  type Pod,
  podClaim,
  type PodResourceClaim,
  type ResourceClaimConsumerReference,
  type ResourceResourceClaim,
} from "../../api/index.ts";
import type { Change, Client, Controller, ReconcileContext } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import type { ControllerContext } from "../context.ts";
import { controllerOf } from "../owners.ts";
import { messageOf } from "../refusals.ts";
import { claimFor, claimNames, isHeld, madeBefore, needsClaims, needsWork, released, reserved, unheld } from "./decide.ts";

const POD = "pod:";
const CLAIM = "claim:";
/** How many pods that went are remembered; of others the API is asked (k8s: maxUIDCacheEntries). */
const REMEMBERED = 500;
/** As whom a pod's status is told of its claims. */
const MANAGER = "ResourceClaimController";

/** Makes claims from templates, and takes back what pods that are gone or done had (k8s: pkg/controller/resourceclaim). */
export function createResourceClaimController({ informers, recorder }: ControllerContext): Controller {
  const pods = informers.of("pods");
  const claims = informers.of("resourceclaims");
  const templates = informers.of("resourceclaimtemplates");
  const events = recorder("resource_claim");
  pods.index("resourceClaim", (pod) =>
    pod.spec?.resourceClaims ? claimNames(pod).map((name) => `${pod.metadata?.namespace}/${name}`) : [],
  );
  /** Pods that were seen to go: for those no question is needed. */
  const gone = new Set<string>();
  /** Claims that were made and that the cache may not know of, by pod and its name for them. */
  const made = new Map<string, ResourceResourceClaim>();

  const podKeys = (pod: Pod, deleted: boolean): readonly string[] => {
    if (!pod.spec?.resourceClaims?.length) return [];
    const { namespace, name } = pod.metadata ?? {};
    const keys = deleted || !needsClaims(pod) ? claimNames(pod).map((claim) => `${CLAIM}${namespace}/${claim}`) : [];
    const work = !deleted && needsWork(pod, (claim) => claims.get(`${namespace}/${claim}`));
    return work ? [...keys, `${POD}${namespace}/${name}`] : keys;
  };

  const onPod = ({ object, old }: Change<Pod>): readonly string[] => {
    if (object) return podKeys(object, false);
    if (!old?.spec?.resourceClaims?.length) return [];
    gone.add(old.metadata?.uid ?? "");
    if (gone.size > REMEMBERED) gone.delete(gone.keys().next().value as string);
    for (const { name } of old.spec.resourceClaims) made.delete(`${old.metadata?.uid} ${name}`);
    return podKeys(old, true);
  };

  const onClaim = ({ key, object }: Change<ResourceResourceClaim>): readonly string[] => [
    ...(object ? [`${CLAIM}${key}`] : []),
    ...pods.by("resourceClaim", key).flatMap((pod) => podKeys(pod, false)),
  ];

  /** The claim's name when one had to be found or made for the pod's status to tell of. */
  const provide = async (pod: Pod, wanted: PodResourceClaim, client: Client): Promise<string | undefined> => {
    const { namespace = "", uid = "" } = pod.metadata ?? {};
    const found = podClaim(pod, wanted);
    if ("name" in found) {
      if (found.name === undefined) return undefined;
      const claim = claims.get(`${namespace}/${found.name}`);
      if (claim && (!found.generated || ownershipProblem(pod, claim) === undefined)) return undefined;
    }
    const { resourceClaimTemplateName } = wanted;
    if (resourceClaimTemplateName === undefined) return undefined;
    const id = `${uid} ${wanted.name}`;
    const before = madeBefore(claims.by("owner", uid), wanted) ?? made.get(id);
    if (before && !("name" in found && found.name === before.metadata?.name)) return before.metadata?.name;
    const template = templates.get(`${namespace}/${resourceClaimTemplateName}`);
    if (!template) {
      const missing = `resourceclaimtemplate.resource.k8s.io "${resourceClaimTemplateName}" not found`;
      throw new Error(`resource claim template "${resourceClaimTemplateName}": ${missing}`);
    }
    let claim: ResourceResourceClaim;
    try {
      claim = await client.create("resourceclaims", claimFor(pod, wanted, template));
    } catch (error) {
      throw new Error(`create ResourceClaim : ${messageOf(error)}`, { cause: error });
    }
    made.set(id, claim);
    return claim.metadata?.name;
  };

  const syncPod = async (key: string, { client, causes }: ReconcileContext): Promise<void> => {
    const pod = pods.get(key);
    if (!pod || pod.metadata?.deletionTimestamp !== undefined) return;
    const { namespace = "", name = "" } = pod.metadata ?? {};
    const known = new Map((pod.status?.resourceClaimStatuses ?? []).map((s) => [s.name, s]));
    let changed = false;
    for (const wanted of pod.spec?.resourceClaims ?? []) {
      try {
        const resourceClaimName = await provide(pod, wanted, client);
        if (resourceClaimName === undefined) continue;
        known.set(wanted.name, { name: wanted.name, resourceClaimName });
        changed = true;
      } catch (error) {
        events.event(pod, "Warning", "FailedResourceClaimCreation", `PodResourceClaim ${wanted.name}: ${messageOf(error)}`, causes);
        throw error;
      }
    }
    if (changed) {
      const status = { resourceClaimStatuses: [...known.values()] };
      await client.apply("pods", { apiVersion: "v1", kind: "Pod", metadata: { namespace, name }, status } as Pod, MANAGER, "status");
    }
    // The scheduler reserves for the pods that it schedules; who names its own node was never seen by it.
    if (!pod.spec?.nodeName) return;
    for (const claimName of claimNames(pod)) {
      const claim = claims.get(`${namespace}/${claimName}`);
      if (claim?.status?.allocation === undefined || isReservedFor(pod, claim)) continue;
      await client.update("resourceclaims", reserved(claim, pod), "status");
    }
  };

  /** Whether who holds a claim may yet need it. */
  const isValid = async (namespace: string, holder: ResourceClaimConsumerReference, client: Client): Promise<boolean> => {
    if (holder.apiGroup || holder.resource !== "pods") throw new Error(`unsupported ReservedFor entry: ${JSON.stringify(holder)}`);
    if (gone.has(holder.uid)) return false;
    let pod: Pod | undefined = pods.get(`${namespace}/${holder.name}`);
    // One that the cache does not have may be so new that it has not come yet.
    if (!pod) pod = await client.get("pods", namespace, holder.name).catch(absent);
    return pod !== undefined && pod.metadata?.uid === holder.uid && needsClaims(pod);
  };

  const syncClaim = async (key: string, { client }: ReconcileContext): Promise<void> => {
    let claim = claims.get(key);
    if (!claim) return;
    const namespace = claim.metadata?.namespace ?? "";
    const held = claim.status?.reservedFor ?? [];
    const valid: ResourceClaimConsumerReference[] = [];
    for (const holder of held) if (await isValid(namespace, holder, client)) valid.push(holder);
    const leaving = claim.metadata?.deletionTimestamp !== undefined;
    if (valid.length < held.length || (leaving && isHeld(claim) && valid.length === 0 && claim.status?.allocation !== undefined))
      claim = await client.update("resourceclaims", released(claim, valid), "status");
    const free = valid.length === 0 && claim.status?.allocation === undefined;
    if (isHeld(claim) && free && (leaving || valid.length < held.length)) claim = await client.update("resourceclaims", unheld(claim));
    if (valid.length > 0 || leaving) return;
    // Made for a pod that will not run any more: it need not wait for the pod to be deleted.
    const owner = controllerOf(claim);
    if (owner?.kind !== "Pod") return;
    const pod = pods.get(`${namespace}/${owner.name}`);
    if (!pod || (pod.metadata?.uid === owner.uid && needsClaims(pod))) return;
    await client.delete("resourceclaims", namespace, claim.metadata?.name ?? "").catch(absent);
  };

  return {
    name: "resource-claim",
    watches: [
      { resource: "pods", keys: (change) => onPod(change as Change<Pod>) },
      { resource: "resourceclaims", keys: (change) => onClaim(change as Change<ResourceResourceClaim>) },
    ],
    async reconcile(key, context) {
      if (key.startsWith(POD)) await syncPod(key.slice(POD.length), context);
      else await syncClaim(key.slice(CLAIM.length), context);
    },
  };
}

function absent(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}
