import type { ControllerRevision, Pod, StatefulSet } from "../../api/index.ts";
import type { Change, Client, ReconcileContext } from "../../client/index.ts";
import { labelSelector } from "../../machinery/index.ts";
import { type ControllerContext, MANAGER_PACE, type PacedController, weightOf } from "../context.ts";
import { createExpectations } from "../expectations.ts";
import {
  byRevision,
  createRevision,
  deleteRevisions,
  findRevision,
  rememberedTemplate,
  surplusRevisions,
  templateData,
} from "../history.ts";
import { claim, controllerOf, controllerRef, indexOrphans, ownerKey } from "../owners.ts";
import { createSettled } from "../settled.ts";
import { slowStart } from "../replicaset/slow-start.ts";
import { type Action, isParallel, nextAvailability, planned, type Revision, statusOf } from "./decide.ts";
import { isMember, KIND, nameOf, revisionOf } from "./identity.ts";
import { PodControl } from "./pod-control.ts";

const revised = (revision: ControllerRevision): Revision => ({ name: nameOf(revision), template: rememberedTemplate(revision) });

/** Keeps numbered pods with lasting names and claims (k8s: pkg/controller/statefulset). */
export function createStatefulSetController({ informers, clock, recorder }: ControllerContext): PacedController {
  const sets = informers.of("statefulsets");
  const pods = informers.of("pods");
  const claims = informers.of("persistentvolumeclaims");
  const revisions = informers.of("controllerrevisions");
  const events = recorder("statefulset-controller");
  const creations = createExpectations(clock);
  const deletions = createExpectations(clock);
  const settled = createSettled(clock);
  indexOrphans(pods);
  indexOrphans(revisions);

  /** A pod nobody owns may be adopted by the sets whose selector it matches. */
  const adopters = (pod: Pod): readonly string[] => {
    const { namespace = "", labels } = pod.metadata ?? {};
    if (labels === undefined || controllerOf(pod)) return [];
    const matching = sets.by("namespace", namespace).filter((s) => labelSelector(s.spec?.selector).matches(labels));
    return matching.map((s) => `${namespace}/${nameOf(s)}`);
  };

  const podKeys = ({ object, old }: Change<Pod>): readonly string[] => {
    const [key, before] = [ownerKey(object, KIND), ownerKey(old, KIND)];
    if (key && object?.metadata?.uid !== old?.metadata?.uid) creations.creationObserved(key);
    if (before && old && object?.metadata?.uid !== old.metadata?.uid) deletions.deletionObserved(before, old.metadata?.uid ?? "");
    if (key && object?.metadata?.deletionTimestamp !== undefined) deletions.deletionObserved(key, object.metadata.uid ?? "");
    const keys = [key, before, ...(object ? adopters(object) : [])].filter((k) => k !== undefined);
    return [...new Set(keys)];
  };

  const claimAll = async (set: StatefulSet, client: Client): Promise<readonly [readonly Pod[], readonly ControllerRevision[]]> => {
    const options = {
      client,
      owner: set,
      ref: controllerRef(set, "apps/v1", KIND),
      selector: labelSelector(set.spec?.selector),
      recheck: () => client.get("statefulsets", set.metadata?.namespace, nameOf(set)),
    };
    const history = await claim({ ...options, resource: "controllerrevisions", informer: revisions });
    return [await claim({ ...options, resource: "pods", informer: pods, belongs: (pod) => isMember(set, pod) }), history];
  };

  /** The revision of the template: made, brought back to the front, or the last one (k8s: getStatefulSetRevisions). */
  const updateRevision = async (set: StatefulSet, history: readonly ControllerRevision[], client: Client) => {
    const collisionCount = set.status?.collisionCount ?? 0;
    const template = set.spec?.template ?? {};
    const { found, isLast, next } = findRevision(history, templateData(template));
    if (found && isLast) return { revision: found, collisionCount };
    if (found) return { revision: await client.update("controllerrevisions", { ...found, revision: next }), collisionCount };
    const ref = controllerRef(set, "apps/v1", KIND);
    return createRevision({ client, owner: set, ref, template, revision: next, collisionCount });
  };

  /** In order, each after the other; in parallel, in batches. The first failure ends it. */
  const perform = async (set: StatefulSet, key: string, actions: readonly Action[], control: PodControl): Promise<unknown> => {
    creations.expectCreations(key, actions.filter((a) => a.do === "create").length);
    deletions.expectDeletions(
      key,
      actions.filter((a) => a.do === "delete").map((a) => a.pod.metadata?.uid ?? ""),
    );
    let next = 0;
    const one = async (): Promise<void> => {
      const action = actions[next++] as Action;
      await control.perform(action).catch((e: unknown) => {
        if (action.do === "create") creations.creationObserved(key);
        throw e;
      });
    };
    let failure: unknown;
    if (isParallel(set)) failure = (await slowStart(actions.length, one)).error;
    else
      while (next < actions.length && failure === undefined)
        await one().catch((e: unknown) => {
          failure = e;
        });
    for (const { do: verb, pod } of actions.slice(next))
      if (verb === "create") creations.creationObserved(key);
      else if (verb === "delete") deletions.deletionObserved(key, pod.metadata?.uid ?? "");
    return failure;
  };

  return {
    name: "statefulset",
    pace: MANAGER_PACE,
    weight: (key) => weightOf(sets.get(key)?.status?.replicas ?? 0),
    watches: [
      { resource: "statefulsets", keys: ({ key }) => [key] },
      { resource: "pods", keys: (change) => podKeys(change as Change<Pod>) },
    ],
    async reconcile(key, context) {
      const set = sets.get(key);
      if (!set) {
        creations.forget(key);
        settled.forget(key);
        return deletions.forget(key);
      }
      // The caches have yet to show what was done last; that it arrives is a reason for another turn.
      if (!creations.satisfied(key) || !deletions.satisfied(key)) return;
      const { namespace = "", uid = "" } = set.metadata ?? {};
      const inputs = [
        set,
        ...[pods, revisions].flatMap((informer): readonly object[] => [...informer.by("owner", uid), ...informer.by("orphan", namespace)]),
        ...((set.spec?.volumeClaimTemplates ?? []).length > 0 ? claims.by("namespace", namespace) : []),
      ];
      return settled.turn(key, inputs, context, (watched) => sync(key, set, watched));
    },
  };

  async function sync(key: string, set: StatefulSet, context: ReconcileContext): Promise<number | undefined> {
    const { client } = context;
    const [members, known] = await claimAll(set, client);
    const history = [...known].sort(byRevision);
    const { revision, collisionCount } = await updateRevision(set, history, client);
    const update = revised(revision);
    const kept = history.find((r) => nameOf(r) === set.status?.currentRevision);
    const view = {
      set,
      pods: members,
      update,
      current: kept ? revised(kept) : update,
      claim: (name: string) => claims.get(`${set.metadata?.namespace}/${name}`),
      now: clock.now(),
    };
    const { actions, updating } = planned(view);
    const failure = await perform(set, key, actions, new PodControl(set, key, context, { claims, events, deletions }));
    const status = statusOf(view, updating, collisionCount);
    if (status !== set.status) await client.update("statefulsets", { ...set, status }, "status");
    const live = new Set([view.current.name, update.name, ...members.map(revisionOf)]);
    await deleteRevisions(client, surplusRevisions(history, live, set.spec?.revisionHistoryLimit ?? 10));
    if (failure !== undefined) throw failure;
    return nextAvailability(view);
  }
}
