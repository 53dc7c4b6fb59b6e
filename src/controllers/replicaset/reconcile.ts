import type { Pod, ReplicaSet, ResourceTypes } from "../../api/index.ts";
import type { Change, Client, ReconcileContext } from "../../client/index.ts";
import { isNotFound, labelSelector, type Selector } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { type ControllerContext, MANAGER_PACE, type PacedController, weightOf } from "../context.ts";
import { createExpectations } from "../expectations.ts";
import { claim, controllerOf, controllerRef, indexOrphans, orphansFor, ownerKey } from "../owners.ts";
import { isPodActive } from "../pods.ts";
import { isNamespaceTerminating, messageOf } from "../refusals.ts";
import { counted, type CountedPod, createCensus } from "./census.ts";
import { countPods, type ManageFailure, matters, podsToAdd, podsToDelete, replicaSetStatus } from "./decide.ts";
import { createSettled } from "../settled.ts";
import { slowStart } from "./slow-start.ts";

/** A kind of object that wants so many pods of one template. */
export interface ReplicaKind {
  readonly controller: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly resource: "replicasets" | "replicationcontrollers";
  /** The object as a ReplicaSet has it; by reference for the same object. */
  readonly view: (object: ResourceTypes["replicasets" | "replicationcontrollers"]) => ReplicaSet;
  /** Whether its status says how many pods are on the way out. */
  readonly countsTerminating: boolean;
}

const REPLICA_SET: ReplicaKind = {
  controller: "replicaset",
  kind: "ReplicaSet",
  apiVersion: "apps/v1",
  resource: "replicasets",
  view: (object) => object as ReplicaSet,
  countsTerminating: true,
};

/** Keeps as many pods as each ReplicaSet wants (k8s: pkg/controller/replicaset). */
export const createReplicaSetController = (context: ControllerContext): PacedController => createReplicaController(context, REPLICA_SET);

export function createReplicaController({ informers, clock, recorder }: ControllerContext, of: ReplicaKind): PacedController {
  const { kind: KIND, apiVersion, resource, view } = of;
  const stored = informers.of(resource);
  const sets = {
    get(key: string): ReplicaSet | undefined {
      const object = stored.get(key);
      return object && view(object);
    },
    by: (index: string, value: string): readonly ReplicaSet[] => stored.by(index, value).map(view),
  };
  const pods = informers.of("pods");
  const events = recorder(`${of.controller}-controller`);
  const expectations = createExpectations(clock);
  const census = createCensus(KIND);
  const settled = createSettled(clock);
  /** The version that the last status write of each set made. */
  const written = new Map<string, string>();
  indexOrphans(pods);
  pods.on((change) => census.observe(change));

  /** A pod nobody owns may be adopted by the sets whose selector it matches. */
  const adopters = (pod: Pod): readonly string[] => {
    const { namespace, name, labels } = pod.metadata ?? {};
    if (labels === undefined || pod.metadata?.deletionTimestamp !== undefined) return [];
    const matching = sets.by("namespace", namespace ?? "").filter((rs) => labelSelector(rs.spec?.selector).matches(labels));
    return name === undefined ? [] : matching.map((rs) => `${namespace}/${rs.metadata?.name}`);
  };

  const podKeys = ({ object, old }: Change<Pod>): readonly string[] => {
    const key = ownerKey(object, KIND);
    const before = ownerKey(old, KIND);
    if (object && !old) {
      if (object.metadata?.deletionTimestamp !== undefined && key) expectations.deletionObserved(key, object.metadata.uid ?? "");
      if (!key) return controllerOf(object) ? [] : adopters(object);
      expectations.creationObserved(key);
      // Its own creations are worth a turn when the last of them is seen.
      return expectations.satisfied(key) ? [key] : [];
    }
    if (!object || object.metadata?.uid !== old?.metadata?.uid) {
      if (before && old) expectations.deletionObserved(before, old.metadata?.uid ?? "");
      return [before, key].filter((k) => k !== undefined);
    }
    if (old && !matters(old, object)) return [];
    if (key && object.metadata?.deletionTimestamp !== undefined) expectations.deletionObserved(key, object.metadata.uid ?? "");
    if (key === before) return key ? [key] : controllerOf(object) ? [] : adopters(object);
    return [...(before ? [before] : []), ...(key ? [key] : controllerOf(object) ? [] : adopters(object))];
  };

  const addPods = async (rs: ReplicaSet, key: string, count: number, { client, causes }: ReconcileContext): Promise<unknown> => {
    const { namespace = "", name = "" } = rs.metadata ?? {};
    const { metadata, spec } = rs.spec?.template ?? {};
    const { labels, annotations, finalizers } = metadata ?? {};
    const pod: Pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        generateName: `${name}-`,
        namespace,
        ...(labels ? { labels } : {}),
        ...(annotations ? { annotations } : {}),
        ...(finalizers ? { finalizers } : {}),
        ownerReferences: [controllerRef(rs, apiVersion, KIND)],
      },
      ...(spec ? { spec } : {}),
    };
    expectations.expectCreations(key, count);
    const { skipped, error } = await slowStart(count, async () => {
      try {
        const created = await client.create("pods", pod);
        events.event(rs, "Normal", "SuccessfulCreate", `Created pod: ${created.metadata?.name}`, causes);
      } catch (e) {
        expectations.creationObserved(key);
        if (isNamespaceTerminating(e)) return;
        events.event(rs, "Warning", "FailedCreate", `Error creating: ${messageOf(e)}`, causes);
        throw e;
      }
    });
    for (let i = 0; i < skipped; i++) expectations.creationObserved(key);
    return error;
  };

  const removePods = async (
    rs: ReplicaSet,
    key: string,
    active: readonly Pod[],
    count: number,
    { client, causes }: ReconcileContext,
  ): Promise<unknown> => {
    const doomed = podsToDelete(active, relatedPods(rs, active), count, clock.now());
    expectations.expectDeletions(
      key,
      doomed.map((p) => p.metadata?.uid ?? ""),
    );
    let failure: unknown;
    await Promise.all(
      doomed.map(async ({ metadata }) => {
        const { namespace, name = "", uid = "" } = metadata ?? {};
        try {
          await client.delete("pods", namespace, name, { preconditions: { uid } });
          events.event(rs, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`, causes);
        } catch (e) {
          expectations.deletionObserved(key, uid);
          if (isNotFound(e)) return;
          events.event(rs, "Warning", "FailedDelete", `Error deleting: ${messageOf(e)}`, causes);
          failure ??= e;
        }
      }),
    );
    return failure;
  };

  /** Active pods of all the ReplicaSets of the same owner (k8s: getIndirectlyRelatedPods). */
  const relatedPods = (rs: ReplicaSet, own: readonly Pod[]): readonly Pod[] => {
    const owner = controllerOf(rs)?.uid;
    if (owner === undefined) return own;
    const siblings = sets.by("owner", owner).filter((s) => s.metadata?.uid !== rs.metadata?.uid);
    return [...own, ...siblings.flatMap((s) => pods.by("owner", s.metadata?.uid ?? "").filter(isPodActive))];
  };

  /** Its pods; only where one is to be released or adopted does it cost more than a look at each. */
  const claimedBy = async (rs: ReplicaSet, client: Client): Promise<readonly CountedPod[]> => {
    const { namespace = "", name = "", uid = "" } = rs.metadata ?? {};
    const selector = labelSelector(rs.spec?.selector);
    const own = [...census.of(uid).values()];
    if (allMatch(own, selector) && (rs.metadata?.deletionTimestamp !== undefined || orphansFor(pods, namespace, selector).length === 0))
      return own;
    const claimed = await claim({
      client,
      resource: "pods",
      owner: rs,
      ref: controllerRef(rs, apiVersion, KIND),
      selector,
      informer: pods,
      recheck: () => client.get(resource, namespace, name),
    });
    return claimed.map(counted);
  };

  return {
    name: of.controller,
    pace: MANAGER_PACE,
    weight: (key) => weightOf(sets.get(key)?.status?.replicas ?? 0),
    watches: [
      // Its own status writes are no news.
      {
        resource,
        keys: ({ key, object }) =>
          object?.metadata?.resourceVersion !== undefined && written.get(key) === object.metadata.resourceVersion ? [] : [key],
      },
      { resource: "pods", keys: (change) => podKeys(change as Change<Pod>) },
    ],
    async reconcile(key, context) {
      const rs = sets.get(key);
      if (!rs) {
        written.delete(key);
        settled.forget(key);
        return expectations.forget(key);
      }
      const { namespace = "", uid = "" } = rs.metadata ?? {};
      const mayAct = expectations.satisfied(key);
      const inputs = [rs, mayAct, ...census.of(uid).values(), ...pods.by("orphan", namespace)];
      return settled.turn(key, inputs, context, (watched) => sync(key, rs, mayAct, watched));
    },
  };

  async function sync(key: string, rs: ReplicaSet, mayAct: boolean, context: ReconcileContext): Promise<number | undefined> {
    const { client } = context;
    const claimed = await claimedBy(rs, client);
    const count = countPods(rs, claimed, clock.now());
    let error: unknown;
    let failure: ManageFailure | undefined;
    if (mayAct && rs.metadata?.deletionTimestamp === undefined) {
      const add = podsToAdd(count.active, rs.spec?.replicas ?? 1);
      if (add > 0) error = await addPods(rs, key, add, context);
      else if (add < 0)
        error = await removePods(
          rs,
          key,
          claimed.filter((c) => c.active).map((c) => c.pod),
          -add,
          context,
        );
      if (error !== undefined) failure = { message: messageOf(error), adding: add > 0 };
    }
    const told = of.countsTerminating ? count : { ...count, terminating: undefined };
    const status = replicaSetStatus(rs, told, failure, rfc3339(clock.now()));
    if (status !== rs.status) {
      const { metadata } = await client.update(resource, { ...(stored.get(key) ?? rs), status } as ReplicaSet, "status");
      written.set(key, metadata?.resourceVersion ?? "");
    }
    if (error !== undefined) throw error;
    return count.nextAvailability;
  }
}

/** Pods of one template share their labels: one look does for all. */
function allMatch(pods: readonly CountedPod[], selector: Selector): boolean {
  let matched: CountedPod["labels"] | null = null;
  for (const { labels } of pods) {
    if (labels === matched) continue;
    if (!selector.matches(labels)) return false;
    matched = labels;
  }
  return true;
}
