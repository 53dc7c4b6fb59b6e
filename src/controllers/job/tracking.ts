import type { Job, JobCondition, Pod } from "../../api/index.ts";
import { formatIndexes, indexOf, isIndexed } from "./indexes.ts";
import { hasFinalizer, isPodFailed } from "./pods.ts";
import { judge } from "./policies.ts";
import { countFreed, type Draft } from "./status.ts";
import type { Survey } from "./survey.ts";

/** Pods noted in a status at a time, which keeps it below 20 KB (k8s: MaxUncountedPods). */
const MOST = 500;

interface Account {
  /** Pods that are noted, so their finalizers may go. */
  readonly free: readonly Pod[];
  /** UIDs of pods that hold their finalizers still. */
  readonly held: ReadonlySet<string>;
  /** There is more to note than a status takes at a time. */
  readonly more: boolean;
}

/** Notes the pods that are over in the status (k8s: trackJobStatusAndRemoveFinalizers). */
export function account(job: Job, draft: Draft, found: Survey, freed: ReadonlySet<string>, verdict: JobCondition | undefined): Account {
  const tracked = found.pods.filter((p) => hasFinalizer(p) && !freed.has(p.metadata?.uid ?? ""));
  const held = new Set(tracked.map((p) => p.metadata?.uid ?? ""));
  countFreed(draft, held);
  const { uncounted } = draft;
  const [succeeded, failed] = [new Set(uncounted.succeeded), new Set(uncounted.failed)];
  const free: Pod[] = [];
  let newIndexes = 0;
  let more = false;
  for (const pod of tracked) {
    if (!mayGo(job, pod, found, verdict)) continue;
    free.push(pod);
    const uid = pod.metadata?.uid ?? "";
    const index = indexOf(pod, job);
    const counted = !isIndexed(job) || index !== undefined;
    if (pod.status?.phase === "Succeeded" && !failed.has(uid)) {
      // An index that succeeded is not counted twice, so it needs no UID.
      if (!isIndexed(job)) succeeded.add(uid);
      else if (index !== undefined && !found.knownIndexes.has(index)) newIndexes++;
    } else if (isPodFailed(pod, job) || (verdict && !isSuccess(verdict))) {
      if (counted && judge(job, pod).counts) failed.add(uid);
    }
    more = newIndexes + succeeded.size + failed.size >= MOST;
    if (more) break;
  }
  uncounted.succeeded = [...succeeded];
  uncounted.failed = [...failed];
  if (isIndexed(job)) {
    draft.succeeded = found.succeededIndexes.size;
    draft.completedIndexes = formatIndexes(found.succeededIndexes);
    draft.failedIndexes = found.failedIndexes && formatIndexes(found.failedIndexes);
  }
  return { free, held, more };
}

export const isSuccess = (verdict: JobCondition): boolean => verdict.type === "SuccessCriteriaMet" || verdict.type === "Complete";

/** k8s: canRemoveFinalizer. */
function mayGo(job: Job, pod: Pod, found: Survey, verdict: JobCondition | undefined): boolean {
  if (job.metadata?.deletionTimestamp !== undefined || verdict || pod.status?.phase === "Succeeded") return true;
  if (!isPodFailed(pod, job)) return false;
  const index = indexOf(pod, job);
  return index === undefined || found.delayed.get(index)?.metadata?.uid !== pod.metadata?.uid;
}
