import type { ControllerRevision, DaemonSet, Node, Pod } from "../../api/index.ts";
import { type Change, keyOfObject, type ReconcileContext } from "../../client/index.ts";
import { labelSelector } from "../../machinery/index.ts";
import { type ControllerContext, MANAGER_PACE, type PacedController, weightOf } from "../context.ts";
import { createExpectations } from "../expectations.ts";
import { deleteRevisions } from "../history.ts";
import { claim, controllerOf, controllerRef, indexOrphans, ownerKey } from "../owners.ts";
import { matters } from "../replicaset/decide.ts";
import { createSettled } from "../settled.ts";
import { createFailureBackoff } from "./backoff.ts";
import { type Daemons, placementPlan, type Plan, podsByNode, rollingPlan } from "./decide.ts";
import { keepHistory, surplusHistory } from "./history.ts";
import { HASH_LABEL, placementOn } from "./placement.ts";
import { carryOut } from "./pods.ts";
import { daemonSetStatus } from "./status.ts";

const KIND = "DaemonSet";

/** Keeps one pod on every node that each DaemonSet is for (k8s: pkg/controller/daemon). */
export function createDaemonSetController({ informers, clock, recorder }: ControllerContext): PacedController {
  const sets = informers.of("daemonsets");
  const pods = informers.of("pods");
  const nodes = informers.of("nodes");
  const revisions = informers.of("controllerrevisions");
  const events = recorder("daemonset-controller");
  const expectations = createExpectations(clock);
  const backoff = createFailureBackoff();
  const settled = createSettled(clock);
  indexOrphans(pods);
  indexOrphans(revisions);

  /** The sets whose selector matches what nobody owns. */
  const adopters = (object: Pod | ControllerRevision): readonly string[] => {
    const { namespace = "", labels, deletionTimestamp } = object.metadata ?? {};
    if (labels === undefined || deletionTimestamp !== undefined || controllerOf(object)) return [];
    return sets
      .by("namespace", namespace)
      .filter((d) => labelSelector(d.spec?.selector).matches(labels))
      .map(keyOfObject);
  };
  const keysOf = (object: Pod | ControllerRevision | undefined, old: Pod | ControllerRevision | undefined): readonly string[] => {
    const owners = [ownerKey(old, KIND), ownerKey(object, KIND)].filter((k) => k !== undefined);
    return [...new Set([...owners, ...(object ? adopters(object) : [])])];
  };

  const podKeys = ({ object, old }: Change<Pod>): readonly string[] => {
    const going = object?.metadata?.deletionTimestamp !== undefined;
    const [before, key] = [ownerKey(old, KIND), ownerKey(object, KIND)];
    if (old && before && (!object || going || object.metadata?.uid !== old.metadata?.uid))
      expectations.deletionObserved(before, old.metadata?.uid ?? "");
    if (object && !old && key) {
      if (going) expectations.deletionObserved(key, object.metadata?.uid ?? "");
      expectations.creationObserved(key);
      // Its own creations are worth a turn when the last of them is seen.
      return expectations.satisfied(key) ? [key] : [];
    }
    if (object && old && !matters(old, object) && old.spec?.nodeName === object.spec?.nodeName) return [];
    return keysOf(object, old);
  };

  const revisionKeys = ({ object, old }: Change<ControllerRevision>): readonly string[] =>
    object && old && object.metadata?.labels === old.metadata?.labels && object.metadata?.ownerReferences === old.metadata?.ownerReferences
      ? []
      : keysOf(object, old);

  /** The sets for which this node became, or ceased to be, one to run on. */
  const nodeKeys = ({ object, old }: Change<Node>): readonly string[] => {
    const alike = object && old && object.spec?.taints === old.spec?.taints && object.metadata?.labels === old.metadata?.labels;
    if (alike) return [];
    const keys: string[] = [];
    for (const d of sets.list()) {
      const [before, after] = [old && placementOn(d, old), object && placementOn(d, object)];
      if ((before?.run ?? false) !== (after?.run ?? false) || (before?.stay ?? false) !== (after?.stay ?? false)) keys.push(keyOfObject(d));
    }
    return keys;
  };

  const claimed = (d: DaemonSet, { client }: ReconcileContext): Promise<readonly Pod[]> =>
    claim({
      client,
      resource: "pods",
      owner: d,
      ref: controllerRef(d, "apps/v1", KIND),
      selector: labelSelector(d.spec?.selector),
      informer: pods,
      recheck: () => client.get("daemonsets", d.metadata?.namespace, d.metadata?.name ?? ""),
    });

  const look = async (d: DaemonSet, context: ReconcileContext): Promise<Daemons> => ({
    nodes: [...nodes.list()],
    pods: podsByNode(await claimed(d, context)),
  });

  /** Those of the ended pods that go now, with a word about each; and how long the next has to wait. */
  const bury = (
    d: DaemonSet,
    ended: Plan["ended"],
    { causes }: ReconcileContext,
  ): { readonly remove: readonly Pod[]; readonly wait: number } => {
    const remove: Pod[] = [];
    let wait = Infinity;
    for (const { pod, node } of ended) {
      const { namespace, name } = pod.metadata ?? {};
      if (pod.status?.phase === "Succeeded") {
        const message = `Found succeeded daemon pod ${namespace}/${name} on node ${node}, will try to delete it`;
        events.event(d, "Normal", "SucceededDaemonPod", message, causes);
        remove.push(pod);
        continue;
      }
      const delay = backoff.take(`${d.metadata?.uid}/${d.status?.observedGeneration ?? 0}/${node}`, clock.now());
      wait = delay > 0 ? Math.min(wait, delay) : wait;
      if (delay > 0) continue;
      const message = `Found failed daemon pod ${namespace}/${name} on node ${node}, will try to kill it`;
      events.event(d, "Warning", "FailedDaemonPod", message, causes);
      remove.push(pod);
    }
    return { remove, wait };
  };

  /** Pods to where they belong, then a step of the rolling update; answers how long a failed pod has to wait. */
  const manage = async (d: DaemonSet, key: string, hash: string, context: ReconcileContext): Promise<number> => {
    const step = (plan: Pick<Plan, "create" | "remove">): Promise<void> =>
      carryOut({ daemonSet: d, key, plan, hash, expectations, events, context });
    const { create, remove, ended } = placementPlan(d, await look(d, context), hash, clock.now());
    const buried = bury(d, ended, context);
    await step({ create, remove: [...buried.remove, ...remove] });
    if (expectations.satisfied(key)) await step(rollingPlan(d, await look(d, context), hash, clock.now()));
    return buried.wait;
  };

  return {
    name: "daemonset",
    pace: MANAGER_PACE,
    weight: (key) => weightOf(sets.get(key)?.status?.desiredNumberScheduled ?? 0),
    watches: [
      { resource: "daemonsets", keys: ({ key }) => [key] },
      { resource: "pods", keys: (change) => podKeys(change as Change<Pod>) },
      { resource: "nodes", keys: (change) => nodeKeys(change as Change<Node>) },
      { resource: "controllerrevisions", keys: (change) => revisionKeys(change as Change<ControllerRevision>) },
    ],
    async reconcile(key, context) {
      const d = sets.get(key);
      if (!d) {
        backoff.sweep(clock.now());
        settled.forget(key);
        return expectations.forget(key);
      }
      // Its history may be gone already, and without it nothing can be counted (k8s: syncDaemonSet).
      if (d.metadata?.deletionTimestamp !== undefined) return;
      const { namespace = "", uid = "" } = d.metadata ?? {};
      const mayAct = expectations.satisfied(key);
      const owned = [pods, revisions].flatMap((informer): readonly object[] => [
        ...informer.by("owner", uid),
        ...informer.by("orphan", namespace),
      ]);
      return settled.turn(key, [d, mayAct, ...owned, ...nodes.list()], context, (watched) => sync(key, d, mayAct, watched));
    },
  };

  async function sync(key: string, d: DaemonSet, mayAct: boolean, context: ReconcileContext): Promise<number | undefined> {
    const { client } = context;
    const own = (): readonly Pod[] => pods.by("owner", d.metadata?.uid ?? "");
    const { current, old } = await keepHistory({ client, daemonSet: d, revisions, pods: own });
    const hash = current.metadata?.labels?.[HASH_LABEL] ?? "";
    let failure: unknown;
    let wait = Infinity;
    if (mayAct) {
      try {
        wait = await manage(d, key, hash, context);
        await deleteRevisions(client, surplusHistory(old, own(), d.spec?.revisionHistoryLimit));
      } catch (error) {
        failure = error;
      }
    }
    const { status, nextAvailability = Infinity } = daemonSetStatus(d, await look(d, context), hash, mayAct, clock.now());
    if (status !== d.status) await client.update("daemonsets", { ...d, status }, "status");
    if (failure !== undefined) throw failure;
    const again = Math.min(wait, nextAvailability);
    return again === Infinity ? undefined : again;
  }
}
