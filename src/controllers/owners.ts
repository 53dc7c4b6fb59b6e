import type { KubeObject, OwnerReference } from "../api/index.ts";
import type { Client, Informer, Resource } from "../client/index.ts";
import { isInvalid, isNotFound, type Selector } from "../machinery/index.ts";

/** The one owner that manages it (k8s: metav1.GetControllerOf). */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata?.ownerReferences?.find((r) => r.controller === true);
}

export function controllerRef(owner: KubeObject, apiVersion: string, kind: string): OwnerReference {
  return { apiVersion, kind, name: owner.metadata?.name ?? "", uid: owner.metadata?.uid ?? "", controller: true, blockOwnerDeletion: true };
}

/** The key of the owner of this kind, in the object's own namespace; undefined when something else, or nothing, controls it. */
export function ownerKey(object: KubeObject | undefined, kind: string): string | undefined {
  if (!object) return undefined;
  const ref = controllerOf(object);
  return ref?.kind === kind ? `${object.metadata?.namespace}/${ref.name}` : undefined;
}

/** Adds the index "orphan": objects that nothing controls by namespace. The rest share one bucket, so the index is never empty. */
export function indexOrphans<T extends KubeObject>(informer: Informer<T>): void {
  informer.index("orphan", (o) => [controllerOf(o) ? "" : (o.metadata?.namespace ?? "")]);
}

/** What nothing controls in this namespace and the selector would have. */
export function orphansFor<T extends KubeObject>(informer: Informer<T>, namespace: string, selector: Selector): readonly T[] {
  return informer
    .by("orphan", namespace)
    .filter((o) => o.metadata?.deletionTimestamp === undefined && selector.matches(o.metadata?.labels));
}

/**
 * The objects that `owner` controls: what it has and the selector matches, plus matching orphans, which are adopted;
 * what no longer matches is released (k8s: controller_ref_manager.go ClaimObject).
 */
export async function claim<T extends KubeObject>(options: {
  readonly client: Client;
  readonly resource: Resource;
  readonly owner: KubeObject;
  readonly ref: OwnerReference;
  readonly selector: Selector;
  readonly informer: Informer<T>;
  /** What must hold beside the selector; absent: nothing. */
  readonly belongs?: (object: T) => boolean;
  /** What adopted objects are held by, and released ones no more. */
  readonly finalizer?: string;
  /** Reads the owner from the API: a stale cache must not adopt for an owner that is gone or going. */
  readonly recheck: () => Promise<KubeObject>;
}): Promise<readonly T[]> {
  const { client, resource, owner, ref, selector, informer, belongs = () => true, finalizer, recheck } = options;
  const matches = (o: T): boolean => selector.matches(o.metadata?.labels) && belongs(o);
  const namespace = owner.metadata?.namespace ?? "";
  const leaving = owner.metadata?.deletionTimestamp !== undefined;
  const owned = informer.by("owner", ref.uid);
  let claimed = owned;
  if (!owned.every(matches)) {
    claimed = owned.filter(matches);
    if (!leaving) for (const object of owned) if (!matches(object)) await release(client, resource, object, ref.uid, finalizer);
  }
  if (leaving) return claimed;
  const orphans = orphansFor(informer, namespace, selector).filter(belongs);
  if (orphans.length === 0) return claimed;
  const fresh = await recheck();
  if (fresh.metadata?.uid !== ref.uid || fresh.metadata?.deletionTimestamp !== undefined) return claimed;
  const adopted: T[] = [];
  for (const orphan of orphans) {
    const { name = "", uid } = orphan.metadata ?? {};
    try {
      adopted.push(
        (await client.patch(resource, namespace, name, "strategic", {
          metadata: { ownerReferences: [ref], uid, ...(finalizer ? { finalizers: [finalizer] } : {}) },
        })) as unknown as T,
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return [...claimed, ...adopted];
}

async function release(client: Client, resource: Resource, object: KubeObject, ownerUid: string, finalizer?: string): Promise<void> {
  const { namespace, name = "", uid } = object.metadata ?? {};
  try {
    await client.patch(resource, namespace, name, "strategic", {
      metadata: {
        uid,
        ownerReferences: [{ $patch: "delete", uid: ownerUid }],
        ...(finalizer ? { "$deleteFromPrimitiveList/finalizers": [finalizer] } : {}),
      },
    });
  } catch (error) {
    // Gone, or recreated under its name: nothing left to release.
    if (!isNotFound(error) && !isInvalid(error)) throw error;
  }
}
