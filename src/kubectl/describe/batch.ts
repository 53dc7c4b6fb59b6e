import type { CronJob, Job, JobSpec } from "../../api/index.ts";
import { humanDuration } from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";
import { annotationLines, labelLines, longTime, nameLines, type Page } from "./page.ts";
import { controllerOf, describePodTemplate } from "./pod.ts";
import { selectorText } from "./selectors.ts";
import type { Describer, LabelSelector, PodTemplate } from "./types.ts";

const MANY_INDEXES = 50;

/** "0-2,5" up to the first comma after so many characters, and "..." for the rest (k8s: capIndexesListOrNone). */
function cappedIndexes(indexes: string | undefined): string {
  if (!indexes) return "<none>";
  const end = indexes.indexOf(",", MANY_INDEXES);
  return end < 0 ? indexes : `${indexes.slice(0, end + 1)}...`;
}

/** A line for each value that is there. */
function lines(page: Page, rows: readonly (readonly [title: string, value: string | number | boolean | undefined])[]): void {
  for (const [title, value] of rows) if (value !== undefined && value !== "") page.line(0, `${title}:\t${value}`);
}

const UNSET = "<unset>";
const selectorOf = ({ selector }: JobSpec): string | undefined => selector && selectorText(selector as LabelSelector);
const podsOf = (spec: JobSpec): PodTemplate | undefined => spec.template as unknown as PodTemplate | undefined;

export const job: Describer = {
  group: "batch",
  kind: "Job",
  events: true,
  describe(page, object) {
    const { metadata, spec, status = {} } = object as Job;
    nameLines(page, metadata);
    if (!spec) return;
    lines(page, [["Selector", selectorOf(spec)]]);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    const { startTime, completionTime } = status;
    lines(page, [
      ["Controlled By", controllerOf(object)],
      ["Parallelism", spec.parallelism],
      ["Completions", spec.completions ?? UNSET],
      ["Completion Mode", spec.completionMode],
      ["Suspend", spec.suspend],
      ["Backoff Limit", spec.backoffLimit],
      ["TTL Seconds After Finished", spec.ttlSecondsAfterFinished],
      ["Start Time", startTime && longTime(startTime)],
      ["Completed At", completionTime && longTime(completionTime)],
      ["Duration", startTime && completionTime && humanDuration(parseTime(completionTime) - parseTime(startTime))],
      ["Active Deadline Seconds", spec.activeDeadlineSeconds === undefined ? undefined : `${spec.activeDeadlineSeconds}s`],
    ]);
    const { active = 0, ready, succeeded = 0, failed = 0 } = status;
    const andReady = ready === undefined ? "" : ` (${ready} Ready)`;
    page.line(0, `Pods Statuses:\t${active} Active${andReady} / ${succeeded} Succeeded / ${failed} Failed`);
    if (spec.completionMode === "Indexed") page.line(0, `Completed Indexes:\t${cappedIndexes(status.completedIndexes)}`);
    describePodTemplate(page, podsOf(spec));
  },
};

export const cronJob: Describer = {
  group: "batch",
  kind: "CronJob",
  events: true,
  describe(page, object) {
    const { metadata, spec, status = {} } = object as unknown as CronJob;
    nameLines(page, metadata);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    const jobs: Partial<JobSpec> = spec.jobTemplate.spec ?? {};
    const deadline = spec.startingDeadlineSeconds;
    lines(page, [
      ["Schedule", spec.schedule],
      ["Concurrency Policy", spec.concurrencyPolicy],
      ["Suspend", spec.suspend === undefined ? UNSET : spec.suspend ? "True" : "False"],
      ["Time Zone", spec.timeZone ?? UNSET],
      ["Successful Job History Limit", spec.successfulJobsHistoryLimit ?? UNSET],
      ["Failed Job History Limit", spec.failedJobsHistoryLimit ?? UNSET],
      ["Starting Deadline Seconds", deadline === undefined ? UNSET : `${deadline}s`],
      ["Selector", selectorOf(jobs as JobSpec) ?? UNSET],
      ["Parallelism", jobs.parallelism ?? UNSET],
      ["Completions", jobs.completions ?? UNSET],
      ["Active Deadline Seconds", jobs.activeDeadlineSeconds === undefined ? undefined : humanDuration(jobs.activeDeadlineSeconds * 1000)],
    ]);
    describePodTemplate(page, podsOf(jobs as JobSpec));
    page.line(0, `Last Schedule Time:\t${status.lastScheduleTime ? longTime(status.lastScheduleTime) : UNSET}`);
    page.line(0, `Active Jobs:\t${(status.active ?? []).map(({ name }) => name ?? "").join(", ") || "<none>"}`);
  },
};
