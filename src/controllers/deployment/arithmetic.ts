import type { Deployment, ReplicaSet } from "../../api/index.ts";
import { scaled } from "../int-or-percent.ts";

export const REVISION = "deployment.kubernetes.io/revision";
export const REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
export const DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
export const MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";

export const replicasOf = (rs: ReplicaSet): number => rs.spec?.replicas ?? 0;
export const desiredOf = (d: Deployment): number => d.spec?.replicas ?? 1;
export const isRolling = (d: Deployment): boolean => (d.spec?.strategy?.type ?? "RollingUpdate") === "RollingUpdate";
export const totalReplicas = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, rs) => sum + replicasOf(rs), 0);
export const totalAvailable = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, rs) => sum + (rs.status?.availableReplicas ?? 0), 0);
export const activeSets = (sets: readonly ReplicaSet[]): readonly ReplicaSet[] => sets.filter((rs) => replicasOf(rs) > 0);

/** An annotation that holds a number; undefined when absent or no number. */
export function annotatedNumber(rs: ReplicaSet, name: string): number | undefined {
  const text = rs.metadata?.annotations?.[name];
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** How many pods there may be above, and unavailable below, the desired number (k8s: ResolveFenceposts). */
export function fenceposts(d: Deployment): { readonly maxSurge: number; readonly maxUnavailable: number } {
  const desired = desiredOf(d);
  if (!isRolling(d)) return { maxSurge: 0, maxUnavailable: 0 };
  const { maxSurge, maxUnavailable } = d.spec?.strategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge, desired, true);
  const unavailable = scaled(maxUnavailable, desired, false);
  // Both may round to 0, and then nothing could ever move.
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export const maxUnavailableOf = (d: Deployment): number =>
  !isRolling(d) || desiredOf(d) === 0 ? 0 : Math.min(fenceposts(d).maxUnavailable, desiredOf(d));
export const maxReplicasOf = (d: Deployment): number => desiredOf(d) + fenceposts(d).maxSurge;

/** What the new ReplicaSet may have now (k8s: NewRSNewReplicas); `all` includes it unless it is yet to be created. */
export function newReplicaSetSize(d: Deployment, all: readonly ReplicaSet[], current: number): number {
  if (!isRolling(d)) return desiredOf(d);
  const room = maxReplicasOf(d) - totalReplicas(all);
  if (room <= 0) return current;
  return current + Math.min(room, desiredOf(d) - current);
}

/** ReplicaSets to resize, in order; one that comes twice is resized twice, and each time is told of. */
export type Sizes = readonly { readonly rs: ReplicaSet; readonly replicas: number }[];

/** What the old ReplicaSets give up now: first what is unhealthy, then what the available minimum spares (k8s: reconcileOldReplicaSets). */
export function oldReplicaSetSizes(d: Deployment, old: readonly ReplicaSet[], fresh: ReplicaSet): Sizes {
  const active = activeSets(old);
  if (totalReplicas(active) === 0) return [];
  const all = [...active, fresh];
  const minAvailable = desiredOf(d) - maxUnavailableOf(d);
  const freshUnavailable = replicasOf(fresh) - (fresh.status?.availableReplicas ?? 0);
  const maxDown = totalReplicas(all) - minAvailable - freshUnavailable;
  if (maxDown <= 0) return [];
  const oldestFirst = [...active].sort(byCreation);
  const sizes = new Map(active.map((rs) => [rs, replicasOf(rs)]));
  const steps: { rs: ReplicaSet; replicas: number }[] = [];
  const takeFrom = (rs: ReplicaSet, down: number): void => {
    const replicas = (sizes.get(rs) as number) - down;
    sizes.set(rs, replicas);
    if (down > 0) steps.push({ rs, replicas });
  };
  let unhealthy = maxDown;
  for (const rs of oldestFirst) {
    const down = Math.min(unhealthy, Math.max(0, replicasOf(rs) - (rs.status?.availableReplicas ?? 0)));
    takeFrom(rs, down);
    unhealthy -= down;
  }
  // Pods that a set was told to give up serve no more, though its status may still count them. Upstream waits for the
  // status, and now and then takes more than it may (k8s: scaleDownOldReplicaSetsForRollingUpdate).
  const staying = all.reduce((sum, rs) => sum + Math.min(replicasOf(rs), rs.status?.availableReplicas ?? 0), 0);
  let spare = staying - minAvailable;
  for (const rs of oldestFirst) {
    const down = Math.min(sizes.get(rs) as number, Math.max(0, spare));
    takeFrom(rs, down);
    spare -= down;
  }
  return steps;
}

export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  const [x = "", y = ""] = [a.metadata?.creationTimestamp, b.metadata?.creationTimestamp];
  if (x !== y) return x < y ? -1 : 1;
  return (a.metadata?.name ?? "") < (b.metadata?.name ?? "") ? -1 : 1;
}

/** Shares a change of `spec.replicas` in the middle of a rollout among the active sets by their size (k8s: sync.go scale). */
function proportionalSizes(d: Deployment, sets: readonly ReplicaSet[]): Sizes {
  const active = activeSets(sets);
  const allowed = desiredOf(d) > 0 ? maxReplicasOf(d) : 0;
  const toAdd = allowed - totalReplicas(active);
  // Larger first; among equals the newer when growing, the older when shrinking.
  const ordered = [...active].sort((a, b) => replicasOf(b) - replicasOf(a) || (toAdd > 0 ? byCreation(b, a) : byCreation(a, b)));
  let added = 0;
  const sizes = ordered.map((rs) => {
    const share = proportion(d, rs, toAdd, added);
    added += share;
    return { rs, replicas: replicasOf(rs) + share };
  });
  return sizes.map((size, i) => (i === 0 && toAdd !== 0 ? { ...size, replicas: Math.max(0, size.replicas + toAdd - added) } : size));
}

function proportion(d: Deployment, rs: ReplicaSet, toAdd: number, added: number): number {
  if (replicasOf(rs) === 0 || toAdd === 0 || toAdd === added) return 0;
  const allowed = toAdd - added;
  const fraction = fractionOf(d, rs);
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
}

function fractionOf(d: Deployment, rs: ReplicaSet): number {
  if (desiredOf(d) === 0) return -replicasOf(rs);
  const before = annotatedNumber(rs, MAX_REPLICAS) || d.status?.replicas || 0;
  if (before === 0) return 0;
  return Math.round((replicasOf(rs) * maxReplicasOf(d)) / before) - replicasOf(rs);
}

/** Whether the set has all it should, by its own annotation too (k8s: IsSaturated). */
function isSaturated(d: Deployment, rs: ReplicaSet | undefined): boolean {
  const desired = desiredOf(d);
  return (
    rs !== undefined &&
    annotatedNumber(rs, DESIRED_REPLICAS) === desired &&
    replicasOf(rs) === desired &&
    (rs.status?.availableReplicas ?? 0) === desired
  );
}

/** What a change of `spec.replicas` makes of the ReplicaSets (k8s: sync.go scale). */
export function scaleSizes(d: Deployment, fresh: ReplicaSet | undefined, old: readonly ReplicaSet[]): Sizes {
  const all = fresh ? [...old, fresh] : old;
  const active = activeSets(all);
  const only = active.length === 1 ? active[0] : active.length === 0 ? (fresh ?? [...old].sort(byCreation).at(-1)) : undefined;
  if (only) return replicasOf(only) === desiredOf(d) ? [] : [{ rs: only, replicas: desiredOf(d) }];
  if (isSaturated(d, fresh)) return [...activeSets(old)].sort(byCreation).map((rs) => ({ rs, replicas: 0 }));
  return isRolling(d) && active.length > 1 ? proportionalSizes(d, all) : [];
}

/** spec.replicas changed since the active sets were last sized (k8s: isScalingEvent). */
export function isScalingEvent(d: Deployment, sets: readonly ReplicaSet[]): boolean {
  return activeSets(sets).some((rs) => {
    const desired = annotatedNumber(rs, DESIRED_REPLICAS);
    return desired !== undefined && desired !== desiredOf(d);
  });
}
