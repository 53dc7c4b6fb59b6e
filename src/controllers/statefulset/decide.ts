import type { PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet, StatefulSetStatus } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";
import { isPodReady, isPodTerminal, podCondition } from "../pods.ts";
import { isStale, withOwners } from "./claims.ts";
import { claimsOf, desiredOf, inRange, nameOf, newPod, ordinalOf, revisionOf, startOrdinal, withIdentity } from "./identity.ts";

/** A revision by its name, and the template that it remembers. */
export interface Revision {
  readonly name: string;
  readonly template: PodTemplateSpec;
}

/** What a turn goes by. */
export interface View {
  readonly set: StatefulSet;
  readonly pods: readonly Pod[];
  readonly current: Revision;
  readonly update: Revision;
  /** The claim of this name that there is. */
  readonly claim: (name: string) => PersistentVolumeClaim | undefined;
  readonly now: number;
}

/**
 * What to do, in order: `create` a pod and its claims; `claims`: those that a pending pod lacks; `repair`: a pod's
 * labels, or its claims' owners; `release`: only the owners of a condemned pod's claims; `delete`.
 */
export interface Action {
  readonly do: "create" | "claims" | "repair" | "release" | "delete";
  readonly pod: Pod;
}

export interface Plan {
  readonly actions: readonly Action[];
  /** Updated pods that are deleted to be made anew: the status counts them out at once. */
  readonly updating: number;
}

const isRolling = (set: StatefulSet): boolean => (set.spec?.updateStrategy?.type ?? "RollingUpdate") === "RollingUpdate";
export const isParallel = (set: StatefulSet): boolean => set.spec?.podManagementPolicy === "Parallel";
const isTerminating = (pod: Pod): boolean => pod.metadata?.deletionTimestamp !== undefined;
const isCreated = (pod: Pod): boolean => (pod.status?.phase ?? "") !== "";
const isRunning = (pod: Pod): boolean => pod.status?.phase === "Running" && isPodReady(pod);

/** Milliseconds until a ready pod has been so for minReadySeconds, at most 0 when it has; Infinity when it is not ready. */
function availableIn(set: StatefulSet, pod: Pod, now: number): number {
  if (!isPodReady(pod)) return Infinity;
  const minimum = (set.spec?.minReadySeconds ?? 0) * 1000;
  const since = podCondition(pod, "Ready")?.lastTransitionTime;
  return minimum === 0 ? 0 : since === undefined ? Infinity : parseTime(since) + minimum - now;
}

const isUnavailable = ({ set, now }: View, pod: Pod): boolean => availableIn(set, pod, now) > 0 || isTerminating(pod);

/** The revision that a new pod of this number has: below the partition the current one (k8s: newVersionedStatefulSetPod). */
function revisionFor({ set, current, update }: View, ordinal: number): Revision {
  if (!isRolling(set)) return update;
  const { rollingUpdate } = set.spec?.updateStrategy ?? {};
  const kept = rollingUpdate ? (rollingUpdate.partition ?? 0) : (set.status?.currentReplicas ?? 0);
  return ordinal < startOrdinal(set) + kept ? current : update;
}

/** The pod of each wanted number, there or yet to be made, and those that are to go, highest number first. */
function sorted(view: View): { readonly replicas: readonly Pod[]; readonly condemned: readonly Pod[] } {
  const { set, pods } = view;
  const byOrdinal = new Map(pods.map((p) => [ordinalOf(p), p]));
  const start = startOrdinal(set);
  const replicas = Array.from({ length: desiredOf(set) }, (_, i) => {
    const { name, template } = revisionFor(view, start + i);
    return byOrdinal.get(start + i) ?? newPod(set, start + i, template, name);
  });
  const condemned = [...byOrdinal].filter(([ordinal]) => ordinal >= 0 && !inRange(set, ordinal)).sort(([a], [b]) => b - a);
  return { replicas, condemned: condemned.map(([, pod]) => pod) };
}

const ownersMatch = ({ set, claim }: View, pod: Pod): boolean =>
  claimsOf(set, ordinalOf(pod)).every((wanted) => {
    const there = claim(nameOf(wanted));
    return !there || withOwners(set, there, pod) === there;
  });

/** What one wanted pod needs, and whether those after it must wait, as they do in order (k8s: processReplica). */
function forReplica(view: View, pod: Pod): { readonly actions: readonly Action[]; readonly waits: boolean } {
  const { set, now } = view;
  // Succeeded too: what was evicted or stopped from outside ends with its container's exit code.
  if (isPodTerminal(pod)) return { actions: isTerminating(pod) ? [] : [{ do: "delete", pod }], waits: true };
  if (!isCreated(pod)) {
    const stale = claimsOf(set, ordinalOf(pod)).some((wanted) => {
      const there = view.claim(nameOf(wanted));
      return there !== undefined && isStale(set, there, pod);
    });
    return { actions: stale ? [] : [{ do: "create", pod }], waits: true };
  }
  const claims: readonly Action[] =
    pod.status?.phase === "Pending" && (set.spec?.volumeClaimTemplates ?? []).length > 0 ? [{ do: "claims", pod }] : [];
  const waits = isTerminating(pod) || !isRunning(pod) || availableIn(set, pod, now) > 0;
  if (waits && !isParallel(set)) return { actions: claims, waits };
  const sound = withIdentity(set, pod) === pod && (claims.length > 0 || ownersMatch(view, pod));
  return { actions: sound ? claims : [...claims, { do: "repair", pod }], waits };
}

/** The pod that is deleted next because its revision is not the one wanted, from the highest number down to the partition. */
function outdated(view: View, replicas: readonly Pod[]): Pod | undefined {
  const { set, update } = view;
  if (!isRolling(set)) return undefined;
  const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (const pod of replicas.slice(partition).reverse()) {
    if (revisionOf(pod) !== update.name && !isTerminating(pod)) return pod;
    if (isUnavailable(view, pod)) return undefined;
  }
  return undefined;
}

/** What the set needs now (k8s: stateful_set_control.go updateStatefulSet). In order, one pod at a time. */
export function planned(view: View): Plan {
  const { set } = view;
  if (set.metadata?.deletionTimestamp !== undefined) return { actions: [], updating: 0 };
  const { replicas, condemned } = sorted(view);
  const inOrder = !isParallel(set);
  const actions: Action[] = [];
  for (const pod of replicas) {
    const step = forReplica(view, pod);
    actions.push(...step.actions);
    if (step.waits && inOrder) return { actions, updating: 0 };
  }
  for (const pod of condemned) if (!ownersMatch(view, pod)) actions.push({ do: "release", pod });
  // All the others are available here, so the lowest condemned one that is not is the first of all.
  const firstUnavailable = condemned.findLast((pod) => isUnavailable(view, pod));
  for (const pod of condemned) {
    if (isTerminating(pod)) {
      if (inOrder) return { actions, updating: 0 };
      continue;
    }
    if (inOrder && isUnavailable(view, pod) && pod !== firstUnavailable) return { actions, updating: 0 };
    actions.push({ do: "delete", pod });
    if (inOrder) return { actions, updating: 0 };
  }
  const next = outdated(view, replicas);
  return next ? { actions: [...actions, { do: "delete", pod: next }], updating: 1 } : { actions, updating: 0 };
}

/** The status that the pods give; the old one by reference when it says the same (k8s: updateStatus, completeRollingUpdate). */
export function statusOf(view: View, updating: number, collisionCount: number): StatefulSetStatus {
  const { set, pods, current, update, now } = view;
  const created = pods.filter((p) => isCreated(p) && ordinalOf(p) >= 0);
  const ready = created.filter(isRunning);
  const available = ready.filter((p) => availableIn(set, p, now) <= 0).length;
  const staying = created.filter((p) => !isTerminating(p));
  const of = ({ name }: Revision): number => staying.filter((p) => revisionOf(p) === name).length;
  const [replicas, updated, desired] = [created.length, of(update), desiredOf(set)];
  const complete = isRolling(set) && updated === desired && ready.length === desired && replicas === desired;
  const currentReplicas = complete ? updated : Math.max(0, of(current) - updating);
  const status: StatefulSetStatus = {
    ...(set.metadata?.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    replicas,
    ...(ready.length > 0 ? { readyReplicas: ready.length } : {}),
    ...(currentReplicas > 0 ? { currentReplicas } : {}),
    ...(updated > 0 ? { updatedReplicas: updated } : {}),
    currentRevision: complete ? update.name : current.name,
    updateRevision: update.name,
    collisionCount,
    availableReplicas: available,
  };
  return set.status && deepEqual(set.status, status) ? set.status : status;
}

/** Milliseconds until a pod becomes available that is ready already; undefined when none is waiting. */
export function nextAvailability({ set, pods, now }: View): number | undefined {
  const waits = pods.map((pod) => availableIn(set, pod, now)).filter((ms) => ms > 0 && ms < Infinity);
  return waits.length > 0 ? Math.min(...waits) : undefined;
}
