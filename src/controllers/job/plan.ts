import type { Job, Pod } from "../../api/index.ts";
import { byProgress } from "../pod-ranking.ts";
import { backoffLeft, finishedAt } from "./backoff.ts";
import { firstPending, indexesOf, indexOf, isIndexed } from "./indexes.ts";
import { failureCounts, replacesOnlyFailed } from "./pods.ts";
import type { Survey } from "./survey.ts";

/** Pods created or deleted in one turn at most (k8s: MaxPodCreateDeletePerSync). */
const MOST = 500;

/** What pods do, and what is written of it, is gathered for so long (k8s: syncJobBatchPeriod). */
export const GATHER_MS = 1000;

/** What to do about the pods of a job that goes on. */
export type Plan =
  | { readonly kind: "delete"; readonly pods: readonly Pod[] }
  /** One pod an entry; undefined where pods have no index. */
  | { readonly kind: "create"; readonly indexes: readonly (number | undefined)[] }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "nothing" };
const NOTHING: Plan = { kind: "nothing" };

/** k8s: job_controller.go manageJob. */
export function plan(job: Job, found: Survey, now: number): Plan {
  const { active } = found;
  if (job.spec?.suspend) return active.length > 0 ? { kind: "delete", pods: active } : NOTHING;
  const want = wantedActive(job, found);
  const surplus = surplusPods(job, active, Math.max(0, active.length - want)).slice(0, MOST);
  if (surplus.length > 0) return { kind: "delete", pods: surplus };
  const missing = Math.min(MOST, want - active.length - (replacesOnlyFailed(job) ? found.terminating.length : 0));
  if (missing <= 0) return NOTHING;
  const perIndex = job.spec?.backoffLimitPerIndex !== undefined;
  const left = perIndex ? 0 : backoffLeft(found.failures, now);
  if (left > 0) return { kind: "wait", ms: Math.max(left, GATHER_MS) };
  if (!isIndexed(job)) return { kind: "create", indexes: Array.from({ length: missing }, () => undefined) };
  const going = replacesOnlyFailed(job) ? indexesOf(found.terminating, job) : new Set<number>();
  const taken = [indexesOf(active, job), going, found.succeededIndexes, found.failedIndexes ?? new Set<number>()];
  const indexes = firstPending(missing, job.spec?.completions ?? 0, ...taken);
  if (indexes.length === 0) return NOTHING;
  const waits = indexes.map((index) => ({ index, ms: perIndex ? indexBackoff(found.delayed.get(index), now) : 0 }));
  const ready = waits.filter((w) => w.ms === 0).map((w) => w.index);
  return ready.length > 0
    ? { kind: "create", indexes: ready }
    : { kind: "wait", ms: Math.max(GATHER_MS, Math.min(...waits.map((w) => w.ms))) };
}

function wantedActive({ spec }: Job, { active, succeeded }: Survey): number {
  const parallelism = spec?.parallelism ?? 1;
  // Without a number of completions one success is enough: what runs may end, and nothing is replaced.
  if (spec?.completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(spec.completions - succeeded, parallelism));
}

function indexBackoff(failed: Pod | undefined, now: number): number {
  if (!failed) return 0;
  const { counted, ignored } = failureCounts(failed);
  return backoffLeft({ count: counted + ignored + 1, last: finishedAt(failed) }, now);
}

/** At least so many; of an indexed job first those without a proper index, and all but one of each (k8s: activePodsForRemoval). */
function surplusPods(job: Job, active: readonly Pod[], atLeast: number): readonly Pod[] {
  const leastMissed = (pods: readonly Pod[], count: number): readonly Pod[] => pods.toSorted(byProgress).slice(0, Math.max(0, count));
  if (!isIndexed(job)) return leastMissed(active, atLeast);
  const byIndex = new Map<number | undefined, Pod[]>();
  for (const pod of active) byIndex.set(indexOf(pod, job), [...(byIndex.get(indexOf(pod, job)) ?? []), pod]);
  const surplus = [...byIndex].flatMap(([index, pods]) => (index === undefined ? pods : leastMissed(pods, pods.length - 1)));
  const left = active.filter((p) => !surplus.includes(p));
  return [...surplus, ...leastMissed(left, atLeast - surplus.length)];
}
