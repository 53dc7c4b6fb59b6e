import type { Deployment, Pod, ReplicaSet } from "../../../api/index.ts";
import type { Checker } from "../checker.ts";
import { isActive, isOver, nameOf, share } from "../pods.ts";
import { keyOfObject, type View, type Write } from "../view.ts";

const USER = "system:serviceaccount:kube-system:deployment-controller";
const DESIRED = "deployment.kubernetes.io/desired-replicas";

const sizeOf = (rs: ReplicaSet | undefined): number => rs?.spec?.replicas ?? 0;
const desiredOf = (d: Deployment): number => d.spec?.replicas ?? 0;
const isRolling = (d: Deployment): boolean => d.spec?.strategy?.type === "RollingUpdate";
const total = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, rs) => sum + sizeOf(rs), 0);

function mostOf(d: Deployment): number {
  return desiredOf(d) + (isRolling(d) ? share(d.spec?.strategy?.rollingUpdate?.maxSurge, desiredOf(d), true) : 0);
}

/** The pods that must stay available. Where percentages come to nothing on both sides, one may go. */
function leastOf(d: Deployment): number {
  const { maxSurge, maxUnavailable } = d.spec?.strategy?.rollingUpdate ?? {};
  const surge = share(maxSurge, desiredOf(d), true);
  const unavailable = share(maxUnavailable, desiredOf(d), false);
  return desiredOf(d) - Math.min(desiredOf(d), surge === 0 && unavailable === 0 ? 1 : unavailable);
}

/** How many pods this ReplicaSet says are available, in all the states that anyone may believe. */
function believedAvailable(view: View, rs: ReplicaSet): readonly number[] {
  const known = view.believed(keyOfObject(rs)) as readonly (ReplicaSet | undefined)[];
  return known.map((v) => (v?.metadata?.uid === rs.metadata?.uid ? (v?.status?.availableReplicas ?? 0) : 0));
}
const availableOf = (view: View, rs: ReplicaSet): number => Math.max(...believedAvailable(view, rs));

/** Scaling is no rollout: it takes its share of whatever there is. */
const isScaling = (before: ReplicaSet | undefined, after: ReplicaSet): boolean =>
  before?.metadata?.annotations?.[DESIRED] !== after.metadata?.annotations?.[DESIRED];

/** Pods that stay available of a ReplicaSet of this size: none that it was told to give up. */
const stayingOf = (view: View, rs: ReplicaSet, size: number): number => Math.min(availableOf(view, rs), size);

/** Its ReplicaSets together never exceed what the surge allows, and no step of a rollout takes what must stay available. */
export const deploymentBounds = (): Checker => ({
  name: "a Deployment keeps within its surge and its unavailability",
  *at(write, view) {
    if (write.plural !== "replicasets" || write.origin.user !== USER) return;
    const { before, after } = write as Write<ReplicaSet>;
    if (!after || sizeOf(before) === sizeOf(after)) return;
    const ref = after.metadata?.ownerReferences?.find((r) => r.controller);
    const owner = ref && (view.byUid(ref.uid) as Deployment | undefined);
    if (!owner) return;
    const specs = view.inPlay(owner);
    const sets = view.controlled("replicasets", ref.uid);
    const [now, was] = [total(sets), total(sets) - sizeOf(after) + sizeOf(before)];
    const most = Math.max(...specs.map(mostOf));
    const name = nameOf(owner);
    if (now > was && now > most) yield `${name} comes to ${now} replicas, of which at most ${most} are allowed`;
    if (now > was && specs.every((d) => d.spec?.strategy?.type === "Recreate")) yield* recreated(view, name, sets, after);
    if (now >= was || !specs.every(isRolling)) return;
    if (isScaling(before, after) || specs.some((d) => String(desiredOf(d)) !== after.metadata?.annotations?.[DESIRED])) return;
    const others = sets.filter((rs) => rs !== after).reduce((sum, rs) => sum + stayingOf(view, rs, sizeOf(rs)), 0);
    const [left, had] = [others + stayingOf(view, after, sizeOf(after)), others + stayingOf(view, after, sizeOf(before))];
    const least = Math.min(...specs.map(leastOf));
    // Pods that serve nobody, as it may be believed, are no loss: also those that were told to go at this very moment.
    const unhealthy = sizeOf(before) - Math.min(...believedAvailable(view, after));
    if (left < had && left < least && sizeOf(before) - sizeOf(after) > unhealthy)
      yield `${name} scales ${after.metadata?.name} from ${sizeOf(before)} to ${sizeOf(after)}: ${left} pods stay available of ${least} that must`;
  },
  *settled(view) {
    for (const d of view.list("deployments")) yield* unsettled(view, d);
  },
});

function* recreated(view: View, name: string, sets: readonly ReplicaSet[], fresh: ReplicaSet): Generator<string> {
  for (const rs of sets) {
    if (rs === fresh) continue;
    const pod = view.controlled("pods", rs.metadata?.uid ?? "").find((p) => !isOver(p));
    if (pod) yield `${name} begins with ${fresh.metadata?.name} while ${pod.metadata?.name} of ${rs.metadata?.name} is still there`;
  }
}

function* unsettled(view: View, d: Deployment): Generator<string> {
  const desired = desiredOf(d);
  const { status = {}, metadata } = d;
  const name = nameOf(d);
  if (status.observedGeneration !== metadata?.generation) yield `${name} was not observed since generation ${status.observedGeneration}`;
  const sets = view.controlled("replicasets", metadata?.uid ?? "");
  const running = sets.filter((rs) => sizeOf(rs) > 0);
  if (running.length > 1 && !d.spec?.paused) yield `${name} is left with ${running.length} ReplicaSets`;
  const pods = sets.flatMap((rs): readonly Pod[] => view.controlled("pods", rs.metadata?.uid ?? "").filter(isActive));
  const { replicas = 0, availableReplicas = 0, updatedReplicas = 0 } = status;
  if (replicas !== pods.length || replicas !== desired) yield `${name} says ${replicas} replicas, wants ${desired} and has ${pods.length}`;
  if (availableReplicas !== desired) yield `${name} has ${availableReplicas} of ${desired} replicas available`;
  if (!d.spec?.paused && updatedReplicas !== desired) yield `${name} has ${updatedReplicas} of ${desired} replicas up to date`;
  const old = sets.filter((rs) => sizeOf(rs) === 0).length - (desired === 0 ? 1 : 0);
  const limit = d.spec?.revisionHistoryLimit ?? 10;
  if (!d.spec?.paused && old > limit) yield `${name} keeps ${old} old ReplicaSets, more than ${limit}`;
}
