import { type Kind, kinds, type KubeObject, type ResourceQuota } from "../../api/index.ts";
import { type Change, type Controller, type ReconcileContext, resourceOf } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import type { ControllerContext } from "../context.ts";
import { customKinds, customWatches } from "../custom-resources.ts";
import { createSettled } from "../settled.ts";
import { countedKinds, givesBack, statusOf } from "./decide.ts";

/** How often everything is counted again, whatever happened (k8s: --resource-quota-sync-period). */
const RESYNC_MS = 300_000;

/** What lives in namespaces and can be counted. Events never were; another version of a kind counts as the kind. */
const countable = (): readonly Kind[] =>
  kinds.filter(
    (kind) =>
      kind.namespaced && !kind.virtual && kind.storedAs === undefined && kind.kind !== "Event" && (kind.verbs?.includes("watch") ?? true),
  );

/** Keeps quotas' status true: what is deleted or ends is given back, and new limits are taken over (k8s: pkg/controller/resourcequota). */
export function createResourceQuotaController({ informers, clock }: ControllerContext): Controller {
  const quotas = informers.of("resourcequotas");
  const definitions = informers.of("customresourcedefinitions");
  const own = countable();
  const settled = createSettled(clock);
  const names = new WeakMap<ResourceQuota, { readonly served: readonly object[]; readonly kinds: readonly Kind[] }>();
  const keysOf = (kind: Kind, { object, old }: Change<KubeObject>): readonly string[] => {
    if (quotas.size === 0 || !givesBack(kind, object, old, clock.now())) return [];
    const namespace = (object ?? old)?.metadata?.namespace ?? "";
    return quotas.by("namespace", namespace).map((quota) => `${namespace}/${quota.metadata?.name}`);
  };
  /** The kinds that a quota names, the same list until it, or what is served, changes. */
  const namesOf = (quota: ResourceQuota): readonly Kind[] => {
    const known = names.get(quota);
    const served = [...definitions.list()];
    if (known && known.served.length === served.length && known.served.every((d, i) => d === served[i])) return known.kinds;
    const found = countedKinds(quota, [...own, ...customKinds(served)]);
    names.set(quota, { served, kinds: found });
    return found;
  };

  return {
    name: "resourcequota",
    watches: [
      {
        resource: "resourcequotas",
        keys({ key, object, old }) {
          if (!object) settled.forget(key);
          return object && (object as ResourceQuota).spec !== (old as ResourceQuota | undefined)?.spec ? [key] : [];
        },
      },
      ...own.map((kind) => ({ resource: resourceOf(kind), keys: (change: Change<KubeObject>) => keysOf(kind, change) })),
    ],
    moreWatches: customWatches(informers, keysOf),
    async reconcile(key, context) {
      const quota = quotas.get(key);
      if (quota === undefined || quota.metadata?.deletionTimestamp) return settled.forget(key);
      const namespace = quota.metadata?.namespace ?? "";
      const named = namesOf(quota);
      const inputs = named.flatMap((kind): readonly KubeObject[] => informers.of(resourceOf(kind)).by("namespace", namespace));
      return settled.turn(key, [quota, named, ...inputs], context, (watched) => count(quota, named, watched));
    },
  };

  async function count(quota: ResourceQuota, named: readonly Kind[], { client }: ReconcileContext): Promise<number | undefined> {
    const namespace = quota.metadata?.namespace ?? "";
    // Asked of the API, not of the caches: what those do not show yet would be given back, and the quota be exceeded.
    const counted = await Promise.all(
      named.map(async (kind) => [kind, (await client.list(resourceOf(kind), { namespace })).items as readonly KubeObject[]] as const),
    );
    const status = statusOf(quota, counted, clock.now());
    try {
      if (status !== undefined) await client.update("resourcequotas", { ...quota, status }, "status");
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return;
    }
    return RESYNC_MS;
  }
}
