import { apiVersionOf, type Kind, kindByGVK, kinds, type KubeObject, type OwnerReference } from "../../api/index.ts";
import { type Change, type Client, type Controller, type ReconcileContext, resourceOf } from "../../client/index.ts";
import { isConflict, isNotFound } from "../../machinery/index.ts";
import type { ControllerContext } from "../context.ts";
import { customKinds, customWatches } from "../custom-resources.ts";
import { blockingDependents, invalidNamespaceMessage, type OwnerState, verdict } from "./decide.ts";
import { FOREGROUND, type Found, Graph, type Node, ORPHAN } from "./graph.ts";

const DELETE = "delete/";
const ORPHANING = "orphan/";
const INVALID = "invalid/";
const ABSENT_CACHE = 500;
const can = (kind: Kind, verb: string): boolean => kind.verbs === undefined || kind.verbs.includes(verb);

/** Events are not collected upstream either; the simulator's own kinds own nothing, and are not served in every preset. */
const watched = (): readonly Kind[] =>
  kinds.filter(
    (k) => k.kind !== "Event" && !k.storedAs && k.group !== "sim.timonel.dev" && can(k, "delete") && can(k, "watch") && can(k, "list"),
  );

const splitVersion = (apiVersion: string): readonly [group: string, version: string] => {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? ["", apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
};

/** Deletes what its owners have left behind (k8s: pkg/controller/garbagecollector). */
export function createGarbageCollector({ recorder, informers }: ControllerContext): Controller {
  const events = recorder("garbage-collector-controller");
  const definitions = informers.of("customresourcedefinitions");
  const kindOfRef = ({ apiVersion, kind }: OwnerReference): Kind | undefined => {
    const [group, version] = splitVersion(apiVersion);
    return kindByGVK(group, version, kind) ?? customKinds(definitions.list()).find((k) => k.group === group && k.kind === kind);
  };
  const graph = new Graph(kindOfRef);
  /** UIDs of owners found to be gone, newest last: a thousand dependents ask once (k8s: absentOwnerCache). */
  const absent = new Set<string>();
  /** References into other namespaces that were reported, by dependent and owner. */
  const reported = new Set<string>();

  /** Gathers keys while the graph takes in a change. */
  const gather = (change: (found: Found) => void): readonly string[] => {
    const keys: string[] = [];
    change({
      attemptDelete: (node) => void keys.push(DELETE + node.uid),
      attemptOrphan: (node) => void keys.push(ORPHANING + node.uid),
      invalidNamespace: (node, ref) => void keys.push(`${INVALID}${node.uid}/${ref.uid}`),
    });
    return keys;
  };

  const keysOf = (kind: Kind, { object, old }: Change<KubeObject>): readonly string[] => {
    if (object && old && object.metadata?.uid === old.metadata?.uid && unrelated(object, old)) return [];
    return gather((found) => {
      if (old && old.metadata?.uid !== object?.metadata?.uid) graph.forget(old.metadata?.uid ?? "", found);
      if (object) graph.observe(kind, object, found);
    });
  };

  /** The object as the API has it; undefined when it is gone or another took its name. */
  const live = async (client: Client, node: Node): Promise<KubeObject | undefined> => {
    try {
      const object = (await client.get(resourceOf(node.kind), node.namespace || undefined, node.name)) as KubeObject;
      return object.metadata?.uid === node.uid ? object : undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };

  const stateOf = async (client: Client, dependent: Node, ref: OwnerReference): Promise<OwnerState> => {
    const known = graph.get(ref.uid);
    const kind = known?.kind ?? kindOfRef(ref);
    // A kind that is not served: nobody can say that the owner is gone.
    if (!kind) return "solid";
    // A cluster-scoped object cannot be owned from within a namespace; upstream never deletes over that.
    if (kind.namespaced && dependent.namespace === "") return "solid";
    const namespace = kind.namespaced ? dependent.namespace : "";
    const matches = known && !known.virtual && known.namespace === namespace && known.name === ref.name;
    if (matches && !known.beingDeleted) return "solid";
    const named: Node = matches
      ? known
      : {
          uid: ref.uid,
          kind,
          namespace,
          name: ref.name,
          owners: [],
          dependents: new Set(),
          virtual: true,
          beingDeleted: false,
          deletingDependents: false,
        };
    const cached = `${ref.uid}/${namespace}`;
    if (absent.has(cached)) return "absent";
    const owner = await live(client, named);
    if (!owner) {
      absent.add(cached);
      if (absent.size > ABSENT_CACHE) absent.delete(absent.values().next().value as string);
      return "absent";
    }
    return owner.metadata?.deletionTimestamp !== undefined && owner.metadata.finalizers?.includes(FOREGROUND) ? "waiting" : "solid";
  };

  const patch = async (client: Client, node: Node, type: "merge" | "strategic", body: object): Promise<void> => {
    try {
      await client.patch(resourceOf(node.kind), node.namespace || undefined, node.name, type, body);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };
  const removeRefs = async (client: Client, node: Node, uids: readonly string[]): Promise<void> => {
    if (!node.kind.custom) return dropRefs(client, node, uids);
    // Custom resources take no strategic patch: the list is written whole, on the version that it was read from.
    const { ownerReferences, resourceVersion } = (await live(client, node))?.metadata ?? {};
    if (ownerReferences === undefined) return;
    const left = ownerReferences.filter((ref) => !uids.includes(ref.uid));
    return patch(client, node, "merge", { metadata: { resourceVersion, uid: node.uid, ownerReferences: left } });
  };
  const dropRefs = (client: Client, node: Node, uids: readonly string[]): Promise<void> =>
    patch(client, node, "strategic", { metadata: { uid: node.uid, ownerReferences: uids.map((uid) => ({ $patch: "delete", uid })) } });
  const removeFinalizer = async (client: Client, node: Node, finalizer: string): Promise<void> => {
    const { finalizers, resourceVersion, uid } = (await live(client, node))?.metadata ?? {};
    if (!finalizers?.includes(finalizer)) return;
    await patch(client, node, "merge", { metadata: { resourceVersion, uid, finalizers: finalizers.filter((f) => f !== finalizer) } });
  };

  /** Keys found while working rather than by a watch go round through this. */
  const follow = async (keys: readonly string[], context: ReconcileContext): Promise<void> => {
    for (const key of keys) await work(key, context);
  };

  const attemptDelete = async (node: Node, context: ReconcileContext): Promise<void> => {
    const { client } = context;
    if (node.beingDeleted && !node.deletingDependents) return;
    const object = await live(client, node);
    if (!object) {
      // Nobody will ever watch it go: an owner that was named but is not there.
      if (node.virtual)
        await follow(
          gather((found) => graph.forget(node.uid, found)),
          context,
        );
      return;
    }
    if (node.virtual) return;
    if (node.deletingDependents) {
      // Its dependents were queued when it began to wait, and the last to go brings it back here.
      return blockingDependents(node).length > 0 ? undefined : removeFinalizer(client, node, FOREGROUND);
    }
    const refs = object.metadata?.ownerReferences ?? [];
    if (refs.length === 0) return;
    const owners: { ref: OwnerReference; state: OwnerState }[] = [];
    for (const ref of refs) owners.push({ ref, state: await stateOf(client, node, ref) });
    const what = verdict(owners, object.metadata?.finalizers, node.dependents);
    if (what.action === "keep") return;
    if (what.action === "unref") return removeRefs(client, node, what.uids);
    if (what.unblock) {
      const unblocked = refs.map((ref) => ({ ...ref, blockOwnerDeletion: false }));
      await patch(client, node, node.kind.custom ? "merge" : "strategic", { metadata: { uid: node.uid, ownerReferences: unblocked } });
    }
    try {
      await client.delete(resourceOf(node.kind), node.namespace || undefined, node.name, {
        propagationPolicy: what.propagationPolicy,
        preconditions: { uid: node.uid },
      });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  };

  const work = async (key: string, context: ReconcileContext): Promise<void> => {
    if (key.startsWith(DELETE)) {
      const node = graph.get(key.slice(DELETE.length));
      if (node) await attemptDelete(node, context);
      return;
    }
    if (key.startsWith(ORPHANING)) {
      const node = graph.get(key.slice(ORPHANING.length));
      if (!node) return;
      for (const dependent of node.dependents) await removeRefs(context.client, dependent, [node.uid]);
      return removeFinalizer(context.client, node, ORPHAN);
    }
    const [uid = "", ownerUid = ""] = key.slice(INVALID.length).split("/");
    const node = graph.get(uid);
    const ref = node?.owners.find((r) => r.uid === ownerUid);
    if (!node || !ref || reported.has(key)) return;
    reported.add(key);
    const about = {
      apiVersion: apiVersionOf(node.kind),
      kind: node.kind.kind,
      metadata: { namespace: node.namespace, name: node.name, uid: node.uid },
    };
    events.event(about, "Warning", "OwnerRefInvalidNamespace", invalidNamespaceMessage(ref, node.namespace), context.causes);
    await attemptDelete(node, context);
  };

  return {
    name: "garbage-collector",
    watches: watched().map((kind) => ({ resource: resourceOf(kind), keys: (change) => keysOf(kind, change) })),
    moreWatches: customWatches(informers, keysOf),
    reconcile: work,
  };
}

/** Nothing that the graph knows has changed: most updates end here. */
function unrelated({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean {
  return (
    a?.deletionTimestamp === b?.deletionTimestamp &&
    sameRefs(a?.ownerReferences, b?.ownerReferences) &&
    (a?.finalizers === b?.finalizers || (a?.finalizers ?? []).join() === (b?.finalizers ?? []).join())
  );
}

function sameRefs(a: readonly OwnerReference[] = [], b: readonly OwnerReference[] = []): boolean {
  return a === b || (a.length === b.length && a.every((r, i) => r.uid === b[i]?.uid && r.blockOwnerDeletion === b[i]?.blockOwnerDeletion));
}
