import { CronError, deepEqual, field, formatLabelSelector, parseCron, type FieldError } from "../../machinery/index.ts";
import { checkNonNegative, checkOneOf, type Errors } from "../checks.ts";
import { ageColumn, booleanWord, orNone, since, templateColumns } from "../columns.ts";
import { fill, put } from "../defaulting.ts";
import type { CronJob, CronJobSpec, JobTemplateSpec } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { defaultJobTemplate, jobSpecWarnings, podNameWarnings } from "./job.ts";
import { checkJobFields } from "./job-spec.ts";
import { checkTimeZone } from "./time-zone.ts";

const EMPTY_STATUS = Object.freeze({});
const SPEC: Partial<CronJobSpec> = {
  concurrencyPolicy: "Allow",
  suspend: false,
  successfulJobsHistoryLimit: 3,
  failedJobsHistoryLimit: 1,
};

/** k8s: pkg/apis/batch/v1/defaults.go SetDefaults_CronJob. */
function defaults(object: CronJob): CronJob {
  const spec = fill(object.spec ?? ({} as CronJobSpec), SPEC);
  const template = spec.jobTemplate ?? ({} as JobTemplateSpec);
  const next = put(template, "spec", defaultJobTemplate(template.spec ?? ({} as NonNullable<JobTemplateSpec["spec"]>)));
  return put(object, "spec", put(spec, "jobTemplate", fill(next, { metadata: EMPTY_STATUS })));
}

/** The controller adds eleven characters to make a job's name of it, which may have 63. */
const MAX_NAME = 52;

/** k8s: ValidateCronJobCreate. */
function validate({ metadata, spec }: CronJob): readonly FieldError[] {
  const errors: Errors = [];
  checkSchedule(errors, "spec.schedule", (spec as Partial<CronJobSpec>).schedule ?? "");
  checkNonNegative(errors, "spec.startingDeadlineSeconds", spec.startingDeadlineSeconds);
  checkTimeZone(errors, "spec.timeZone", spec.timeZone);
  checkOneOf(errors, "spec.concurrencyPolicy", spec.concurrencyPolicy, ["Allow", "Forbid", "Replace"]);
  checkJobTemplate(errors, "spec.jobTemplate.spec", spec.jobTemplate);
  checkNonNegative(errors, "spec.successfulJobsHistoryLimit", spec.successfulJobsHistoryLimit);
  checkNonNegative(errors, "spec.failedJobsHistoryLimit", spec.failedJobsHistoryLimit);
  const name = metadata?.name ?? "";
  if (name.length > MAX_NAME) errors.push(field.invalid("metadata.name", name, `must be no more than ${MAX_NAME} characters`));
  return errors;
}

/** k8s: validateScheduleFormat. */
function checkSchedule(errors: Errors, path: string, schedule: string): void {
  if (schedule === "") return void errors.push(field.required(path));
  try {
    parseCron(schedule.replace(/^(CRON_)?TZ=\S*\s*/, ""));
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    errors.push(field.invalid(path, schedule, error.message));
  }
  if (schedule.includes("TZ"))
    errors.push(field.invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"));
}

/** k8s: ValidateJobTemplateSpec. */
function checkJobTemplate(errors: Errors, path: string, { spec }: JobTemplateSpec): void {
  if (spec === undefined) return;
  checkJobFields(errors, path, spec);
  if (spec.selector !== undefined) errors.push(field.invalid(`${path}.selector`, spec.selector, "`selector` will be auto-generated"));
  if (spec.manualSelector) errors.push(field.notSupported(`${path}.manualSelector`, true, ["nil", "false"]));
}

const jobSpec = (c: CronJob) => c.spec?.jobTemplate.spec;

export const cronJob: Kind<CronJob> = {
  group: "batch",
  version: "v1",
  kind: "CronJob",
  plural: "cronjobs",
  singular: "cronjob",
  shortNames: ["cj"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  statusKeepsMetadata: true,
  generation: true,
  defaults,
  validate,
  prepareForCreate: (object) => ({ ...object, status: EMPTY_STATUS }),
  columns: [
    { name: "Schedule", description: "When it makes jobs.", cell: (c) => c.spec?.schedule ?? "" },
    { name: "Timezone", description: "Whose clock the schedule means.", cell: (c) => orNone(c.spec?.timeZone) },
    { name: "Suspend", type: "boolean", description: "Whether it rests.", cell: (c) => booleanWord(c.spec?.suspend) },
    { name: "Active", type: "integer", description: "Jobs that are running.", cell: (c) => c.status?.active?.length ?? 0 },
    {
      name: "Last Schedule",
      description: "When it made a job last.",
      cell: (c, now) => (c.status?.lastScheduleTime ? since(c.status.lastScheduleTime, now) : orNone("")),
    },
    ageColumn,
    ...templateColumns<CronJob>((c) => jobSpec(c)?.template.spec),
    { name: "Selector", description: "Which pods are its jobs'.", wide: true, cell: (c) => formatLabelSelector(jobSpec(c)?.selector) },
  ],
  warnings: (object, old) => {
    const path = "spec.jobTemplate.spec";
    if (old === undefined) return [...podNameWarnings(object.metadata?.name ?? ""), ...jobSpecWarnings(path, jobSpec(object), undefined)];
    return deepEqual(object.spec, old.spec) ? [] : jobSpecWarnings(path, jobSpec(object), jobSpec(old));
  },
};
