import type { Pod, StatefulSet } from "../../../api/index.ts";
import type { Checker } from "../checker.ts";
import { isAvailable, isGoing, isOver, isReady, nameOf } from "../pods.ts";
import { keyOf, type View, type Write } from "../view.ts";

const USER = "system:serviceaccount:kube-system:statefulset-controller";
const REVISION = "controller-revision-hash";

const ordinalOf = (pod: Pod): number => Number(/-(\d+)$/.exec(pod.metadata?.name ?? "")?.[1] ?? -1);
const startOf = (set: StatefulSet): number => set.spec?.ordinals?.start ?? 0;
const endOf = (set: StatefulSet): number => startOf(set) + (set.spec?.replicas ?? 0);
const isOrdered = (set: StatefulSet): boolean => set.spec?.podManagementPolicy !== "Parallel";

/** Whether anybody may believe that this is so of the pod with that number. */
function believed(view: View, set: StatefulSet, ordinal: number, so: (pod: Pod | undefined) => boolean): boolean {
  const key = keyOf("pods", set.metadata?.namespace, `${set.metadata?.name}-${ordinal}`);
  return view.believed(key).some((pod) => so(pod as Pod | undefined));
}

/** Pods of an ordered set start one after the other, and stop in the opposite order. */
export const statefulSetOrder = (): Checker => ({
  name: "a StatefulSet starts and stops its pods in order",
  *at(write, view) {
    if (write.plural !== "pods" || write.origin.user !== USER) return;
    const { before, after } = write as Write<Pod>;
    const ref = (after ?? before)?.metadata?.ownerReferences?.find((r) => r.controller && r.kind === "StatefulSet");
    const set = ref && (view.byUid(ref.uid) as StatefulSet | undefined);
    if (!set) return;
    const specs = view.inPlay(set);
    if (!specs.every(isOrdered)) return;
    const minReady = Math.min(...specs.map((s) => s.spec?.minReadySeconds ?? 0));
    const serves = (pod: Pod | undefined): boolean => pod !== undefined && !isGoing(pod) && isAvailable(pod, minReady, view.now);
    if (!before && after) {
      const own = ordinalOf(after);
      if (specs.every((s) => own < startOf(s) || own >= endOf(s)))
        yield `${nameOf(set)} creates ${after.metadata?.name}, which it does not want`;
      for (let lower = Math.max(...specs.map(startOf)); lower < own; lower++)
        if (!believed(view, set, lower, serves)) yield `${nameOf(set)} creates ${after.metadata?.name} before ${lower} is there`;
      return;
    }
    if (!before || isGoing(before) || (after && !isGoing(after)) || isOver(before)) return;
    yield* stopped(view, set, specs, before, serves);
  },
  *settled(view) {
    for (const set of view.list("statefulsets")) {
      const pods = view.controlled("pods", set.metadata?.uid ?? "");
      const wanted = Array.from({ length: set.spec?.replicas ?? 0 }, (_, i) => startOf(set) + i);
      const ordinals = pods.map(ordinalOf).sort((a, b) => a - b);
      if (ordinals.join() !== wanted.join()) yield `${nameOf(set)} has the pods ${ordinals.join()} and wants ${wanted.join()}`;
      const { replicas = 0, readyReplicas = 0, updatedReplicas = 0, updateRevision } = set.status ?? {};
      const fresh = pods.filter((p) => p.metadata?.labels?.[REVISION] === updateRevision).length;
      const truth = [pods.length, pods.filter(isReady).length, fresh];
      if ([replicas, readyReplicas, updatedReplicas].join() !== truth.join())
        yield `${nameOf(set)} says ${replicas} pods, ${readyReplicas} ready, ${updatedReplicas} updated, and has ${truth.join(", ")}`;
      const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
      const onDelete = set.spec?.updateStrategy?.type === "OnDelete";
      const behind = pods.filter((p) => ordinalOf(p) >= partition && p.metadata?.labels?.[REVISION] !== updateRevision);
      if (!onDelete && behind.length > 0) yield `${nameOf(set)} has not updated ${behind.map((p) => p.metadata?.name).join()}`;
    }
  },
});

function* stopped(
  view: View,
  set: StatefulSet,
  specs: readonly StatefulSet[],
  pod: Pod,
  serves: (pod: Pod | undefined) => boolean,
): Generator<string> {
  const [own, name] = [ordinalOf(pod), pod.metadata?.name];
  const others = view.controlled("pods", set.metadata?.uid ?? "").filter((p) => ordinalOf(p) !== own);
  const condemned = specs.some((s) => own < startOf(s) || own >= endOf(s));
  const update = specs.some((s) => own >= startOf(s) && own < endOf(s));
  // More than one at a time only where the strategy says so.
  const together = Math.max(...specs.map((s) => Number(s.spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1) || 1));
  if (condemned && !update) {
    for (const other of others)
      if (
        ordinalOf(other) > own &&
        ordinalOf(other) >= Math.max(...specs.map(endOf)) &&
        !believed(view, set, ordinalOf(other), (p) => p === undefined)
      )
        yield `${nameOf(set)} stops ${name} before ${other.metadata?.name} is gone`;
    return;
  }
  if (condemned || together > 1) return;
  for (const other of others)
    if (ordinalOf(other) > own && ordinalOf(other) < Math.min(...specs.map(endOf)) && !believed(view, set, ordinalOf(other), serves))
      yield `${nameOf(set)} replaces ${name} before ${other.metadata?.name} is back`;
}
