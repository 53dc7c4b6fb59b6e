import type { Pod } from "../api/index.ts";
import { parseTime } from "../sim/index.ts";
import { isPodReady, podCondition } from "./pods.ts";

const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** A pod, and how many related pods its node has. */
interface Ranked {
  readonly pod: Pod;
  readonly rank: number;
}

/** Whom nobody misses first: the unassigned, the pending, the unready, the young (k8s: controller.ActivePods). */
export function byProgress(p: Pod, q: Pod): number {
  return (
    byStage(p, q) ||
    (isPodReady(p) && isPodReady(q) ? youngerFirst(readySince(p), readySince(q)) : 0) ||
    byRestarts(p, q) ||
    youngerFirst(p.metadata?.creationTimestamp, q.metadata?.creationTimestamp)
  );
}

/** The same with deletion costs and crowded nodes, and ages as powers of two (k8s: controller.ActivePodsWithRanks). */
export function byRank(a: Ranked, b: Ranked, now: number): number {
  const [p, q] = [a.pod, b.pod];
  return (
    byStage(p, q) ||
    deletionCost(p) - deletionCost(q) ||
    b.rank - a.rank ||
    (isPodReady(p) && isPodReady(q) ? byLogAge(p, q, readySince(p), readySince(q), now) : 0) ||
    byRestarts(p, q) ||
    byLogAge(p, q, p.metadata?.creationTimestamp, q.metadata?.creationTimestamp, now)
  );
}

function byStage(p: Pod, q: Pod): number {
  const phase = ({ status }: Pod): number => PHASES[status?.phase ?? ""] ?? 0;
  return Number(!!p.spec?.nodeName) - Number(!!q.spec?.nodeName) || phase(p) - phase(q) || Number(isPodReady(p)) - Number(isPodReady(q));
}

/** An unknown time is the youngest (k8s: afterOrZero). */
function youngerFirst(since: string | undefined, other: string | undefined): number {
  if (since === other) return 0;
  if (since === undefined || other === undefined) return since === undefined ? -1 : 1;
  return parseTime(other) - parseTime(since);
}

/** Younger first, but ages of one power of two are alike and the UID decides (k8s: LogarithmicScaleDown). */
function byLogAge(p: Pod, q: Pod, since: string | undefined, other: string | undefined, now: number): number {
  if (since === other || since === undefined || other === undefined) return youngerFirst(since, other);
  const difference = logAge(since, now) - logAge(other, now);
  return difference !== 0 ? difference : (p.metadata?.uid ?? "") < (q.metadata?.uid ?? "") ? -1 : 1;
}

function logAge(since: string, now: number): number {
  const age = now - parseTime(since);
  // In nanoseconds, as upstream counts them.
  return age <= 0 ? -1 : Math.floor(Math.log2(age * 1e6));
}

const readySince = (pod: Pod): string | undefined => podCondition(pod, "Ready")?.lastTransitionTime;

/** More restarts first; among equals those of sidecars count (k8s: compareMaxContainerRestarts). */
function byRestarts(p: Pod, q: Pod): number {
  return mostRestarts(q.status?.containerStatuses) - mostRestarts(p.status?.containerStatuses) || sidecarRestarts(q) - sidecarRestarts(p);
}

const mostRestarts = (statuses: readonly { readonly restartCount: number }[] = []): number =>
  statuses.reduce((most, c) => Math.max(most, c.restartCount), 0);

function sidecarRestarts({ spec, status }: Pod): number {
  const sidecars = spec?.initContainers?.filter((c) => c.restartPolicy === "Always") ?? [];
  if (sidecars.length === 0) return 0;
  return mostRestarts(status?.initContainerStatuses?.filter((s) => sidecars.some((c) => c.name === s.name)));
}

/** An invalid cost counts as none (k8s: getDeletionCostFromPodAnnotations). */
function deletionCost(pod: Pod): number {
  const text = pod.metadata?.annotations?.[DELETION_COST];
  const cost = text !== undefined && /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
  return cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : 0;
}
