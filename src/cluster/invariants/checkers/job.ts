import type { Job, Pod } from "../../../api/index.ts";
import type { Checker } from "../checker.ts";
import { isActive, isGoing, isOver, nameOf } from "../pods.ts";
import type { View, Write } from "../view.ts";

const USER = "system:serviceaccount:kube-system:job-controller";
const INDEX = "batch.kubernetes.io/job-completion-index";

const indexOf = (pod: Pod): string | undefined => pod.metadata?.annotations?.[INDEX];
const isIndexed = (job: Job): boolean => job.spec?.completionMode === "Indexed";
export const isFinished = (job: Job): boolean =>
  job.status?.conditions?.some((c) => (c.type === "Complete" || c.type === "Failed") && c.status === "True") ?? false;
const isComplete = (job: Job): boolean => job.status?.conditions?.some((c) => c.type === "Complete" && c.status === "True") ?? false;

/** `0-2,5` as its numbers. */
export function numbers(text: string | undefined): readonly number[] {
  if (!text) return [];
  return text.split(",").flatMap((range) => {
    const [from = 0, to = from] = range.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** A job counts each pod once, makes none that it has no use for, and is complete when exactly as many succeeded as were asked for. */
export const jobCompletions = (): Checker => {
  /** UIDs of the pods of a job that were seen to succeed, and of those their indexes. */
  const succeeded = new Map<string, Map<string, string | undefined>>();
  /** Pods that were to go and said that they succeeded after all: they may have been replaced (k8s: isPodFailed). */
  const late = new Set<string>();
  const successesOf = (uid: string) => succeeded.get(uid) ?? new Map<string, string | undefined>();
  return {
    name: "a Job's completions are exact",
    *at(write, view) {
      if (write.plural === "jobs") yield* told(write as Write<Job>, successesOf);
      if (write.plural !== "pods") return;
      const { before, after } = write as Write<Pod>;
      const ref = after?.metadata?.ownerReferences?.find((r) => r.controller && r.kind === "Job");
      if (!ref || !after) return;
      if (after.status?.phase === "Succeeded" && before && isGoing(before) && !isOver(before)) late.add(after.metadata?.uid ?? "");
      if (after.status?.phase === "Succeeded")
        succeeded.set(ref.uid, new Map(successesOf(ref.uid)).set(after.metadata?.uid ?? "", indexOf(after)));
      const job = view.byUid(ref.uid) as Job | undefined;
      if (!before && job && write.origin.user === USER)
        yield* created(view, job, after, new Map([...successesOf(ref.uid)].filter(([uid]) => !late.has(uid))));
    },
    *settled(view) {
      for (const job of view.list("jobs")) {
        const { active = 0, terminating = 0, uncountedTerminatedPods: uncounted = {} } = job.status ?? {};
        const pods = view.controlled("pods", job.metadata?.uid ?? "");
        if (active !== pods.filter(isActive).length || terminating !== pods.filter(isGoing).length)
          yield `${nameOf(job)} says ${active} active, ${terminating} terminating, and has ${pods.filter(isActive).length}, ${pods.filter(isGoing).length}`;
        if (uncounted.failed?.length || uncounted.succeeded?.length) yield `${nameOf(job)} has pods that it has not counted`;
        if (!isFinished(job) && !job.spec?.suspend && !job.spec?.managedBy && active === 0)
          yield `${nameOf(job)} neither runs nor is finished`;
        const held = pods.filter((p) => isOver(p) && p.metadata?.finalizers?.length);
        if (held.length > 0) yield `${nameOf(job)} holds ${held.map((p) => p.metadata?.name).join()}, which are over`;
      }
    },
  };
};

function* told({ before, after }: Write<Job>, successesOf: (uid: string) => ReadonlyMap<string, string | undefined>): Generator<string> {
  if (!after || (before && before.status === after.status)) return;
  const name = nameOf(after);
  const { succeeded = 0, failed = 0, completedIndexes } = after.status ?? {};
  const { completions } = after.spec ?? {};
  if (before && (succeeded < (before.status?.succeeded ?? 0) || failed < (before.status?.failed ?? 0)))
    yield `${name} takes back what it counted: ${before.status?.succeeded}, ${before.status?.failed} to ${succeeded}, ${failed}`;
  if (before && isFinished(before) && !isFinished(after)) yield `${name} was finished and is not any more`;
  const seen = successesOf(after.metadata?.uid ?? "");
  if (!isIndexed(after) && succeeded > seen.size) yield `${name} counts ${succeeded} successes of ${seen.size}`;
  if (isIndexed(after)) {
    const indexes = new Set(seen.values());
    for (const index of numbers(completedIndexes))
      if (!indexes.has(String(index))) yield `${name} says that index ${index} succeeded, which it did not`;
    if (succeeded !== numbers(completedIndexes).length) yield `${name} counts ${succeeded} successes of the indexes ${completedIndexes}`;
  }
  if (completions !== undefined && succeeded > completions && !isComplete(after))
    yield `${name} counts ${succeeded} of ${completions} completions`;
  const policy = after.spec?.successPolicy !== undefined;
  if (isComplete(after) && completions !== undefined && !policy && succeeded !== completions)
    yield `${name} is complete with ${succeeded} of ${completions} completions`;
}

function* created(view: View, job: Job, pod: Pod, successes: ReadonlyMap<string, string | undefined>): Generator<string> {
  const name = nameOf(job);
  const specs = view.inPlay(job);
  if (isFinished(job)) yield `${name} is finished and creates ${pod.metadata?.name}`;
  const active = view.controlled("pods", job.metadata?.uid ?? "").filter(isActive);
  // Its status does not say which generation was observed: any that ever was may be meant.
  const parallelism = Math.max(...specs.map((s) => s.spec?.parallelism ?? 1));
  if (active.length > parallelism) yield `${name} creates its active pod number ${active.length} of ${parallelism}`;
  const completions = Math.max(...specs.map((s) => s.spec?.completions ?? Infinity));
  const done = isIndexed(job) ? new Set(successes.values()).size : successes.size;
  const running = active.filter((p) => !successes.has(p.metadata?.uid ?? "")).length;
  if (running + done > completions) yield `${name} has ${done} successes and ${running} active pods of ${completions} completions`;
  const index = indexOf(pod);
  if (index === undefined) return;
  if (numbers(job.status?.completedIndexes).includes(Number(index))) yield `${name} runs index ${index} again, which succeeded`;
  if (active.filter((p) => indexOf(p) === index).length > 1) yield `${name} runs index ${index} twice`;
}
