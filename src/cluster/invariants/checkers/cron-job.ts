import type { CronJob, Job } from "../../../api/index.ts";
import type { Checker } from "../checker.ts";
import { nameOf } from "../pods.ts";
import type { Write } from "../view.ts";
import { isFinished } from "./job.ts";

const USER = "system:serviceaccount:kube-system:cronjob-controller";
const SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/** Forbid never runs two jobs, Replace never two that stay, and no start makes two jobs. */
export const cronJobConcurrency = (): Checker => {
  const starts = new Map<string, string>();
  return {
    name: "a CronJob keeps to its concurrency policy and starts once at a time",
    *at(write, view) {
      if (write.plural !== "jobs" || write.origin.user !== USER) return;
      const { before, after } = write as Write<Job>;
      const ref = after?.metadata?.ownerReferences?.find((r) => r.controller && r.kind === "CronJob");
      const cronJob = ref && (view.byUid(ref.uid) as CronJob | undefined);
      if (before || !after || !cronJob) return;
      const start = `${ref.uid}/${after.metadata?.annotations?.[SCHEDULED]}`;
      const earlier = starts.get(start);
      if (earlier !== undefined) yield `${nameOf(cronJob)} starts ${after.metadata?.name} at the time of ${earlier}`;
      starts.set(start, after.metadata?.name ?? "");
      const specs = view.inPlay(cronJob);
      const running = view.controlled("jobs", ref.uid).filter((j) => j !== after && !isFinished(j));
      const going = running.filter((j) => j.metadata?.deletionTimestamp !== undefined);
      const only = (policy: string): boolean => specs.every((s) => s.spec.concurrencyPolicy === policy);
      if (only("Forbid") && running.length > 0)
        yield `${nameOf(cronJob)} starts ${after.metadata?.name} beside ${running[0]?.metadata?.name}`;
      if (only("Replace") && running.length > going.length) yield `${nameOf(cronJob)} starts ${after.metadata?.name} and replaces nothing`;
    },
    *settled(view) {
      for (const cronJob of view.list("cronjobs")) {
        const jobs = view.controlled("jobs", cronJob.metadata?.uid ?? "").filter(isFinished);
        const failed = jobs.filter((j) => j.status?.conditions?.some((c) => c.type === "Failed" && c.status === "True"));
        const { successfulJobsHistoryLimit: successes = 3, failedJobsHistoryLimit: failures = 1 } = cronJob.spec;
        if (failed.length > failures || jobs.length - failed.length > successes)
          yield `${nameOf(cronJob)} keeps ${jobs.length - failed.length} successful and ${failed.length} failed jobs`;
        const active = (cronJob.status?.active ?? []).map((r) => r.name ?? "").sort();
        const running = view.controlled("jobs", cronJob.metadata?.uid ?? "").filter((j) => !isFinished(j));
        const names = running.map((j) => j.metadata?.name ?? "").sort();
        if (active.join() !== names.join()) yield `${nameOf(cronJob)} says that ${active.join()} run, and ${names.join()} do`;
      }
    },
  };
};
