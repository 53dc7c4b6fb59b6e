import { deepEqual, field, type FieldError } from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";
import { checkNonNegative, type Errors } from "../checks.ts";
import type { Job, JobStatus } from "../generated/types.ts";
import { readIndexes, sharedIndex } from "./indexes.ts";

/** Whether the job has the condition with status True: "Complete", "Failed", "Suspended", ... */
export const hasCondition = ({ status }: Job, type: string): boolean =>
  status?.conditions?.some((c) => c.type === type && c.status === "True") ?? false;

const isFinished = (job: Job): boolean => hasCondition(job, "Complete") || hasCondition(job, "Failed");
const isIndexed = (job: Job): boolean => job.spec?.completionMode === "Indexed";

/**
 * k8s: ValidateJobUpdateStatus with getStatusValidationOptions: what did not change is not held against the update, since
 * a change of the spec may have put it wrong.
 */
export function validateJobStatus(job: Job, old: Job): readonly FieldError[] {
  const errors: Errors = [];
  const status = job.status ?? {};
  const changed = (...names: readonly (keyof JobStatus)[]): boolean => names.some((name) => !deepEqual(status[name], old.status?.[name]));
  const turned = (...types: readonly string[]): boolean => types.some((type) => hasCondition(job, type) !== hasCondition(old, type));
  const finishedTurned = isFinished(job) !== isFinished(old);
  for (const name of ["active", "succeeded", "failed", "ready", "terminating"] as const)
    checkNonNegative(errors, `status.${name}`, status[name]);
  checkUncounted(errors, status);
  checkExclusive(errors, job, turned);
  const timesChanged = changed("startTime", "completionTime");
  if (turned("Complete") || changed("completionTime")) checkCompletionTime(errors, job);
  if (timesChanged && status.startTime && status.completionTime && parseTime(status.completionTime) < parseTime(status.startTime)) {
    errors.push(field.invalid("status.completionTime", status.completionTime, "completionTime cannot be set before startTime"));
  }
  if (isFinished(job)) {
    if ((finishedTurned || changed("active")) && (status.active ?? 0) > 0)
      errors.push(field.invalid("status.active", status.active, "active>0 is invalid for finished job"));
    if ((finishedTurned || changed("startTime")) && !status.startTime)
      errors.push(field.required("status.startTime", "startTime is required for finished job"));
    const uncounted = status.uncountedTerminatedPods;
    if ((finishedTurned || changed("uncountedTerminatedPods")) && (uncounted?.succeeded?.length || uncounted?.failed?.length)) {
      const value = { Succeeded: uncounted.succeeded ?? null, Failed: uncounted.failed ?? null };
      errors.push(field.invalid("status.uncountedTerminatedPods", value, "uncountedTerminatedPods needs to be empty for finished job"));
    }
  }
  checkIndexes(errors, job, changed);
  if (isFinished(job) && (finishedTurned || changed("terminating")) && (status.terminating ?? 0) > 0)
    errors.push(field.invalid("status.terminating", status.terminating, "terminating>0 is invalid for finished job"));
  if (changed("ready", "active") && (status.ready ?? 0) > (status.active ?? 0))
    errors.push(field.invalid("status.ready", status.ready, "cannot set more ready pods than active"));
  checkTransition(errors, job, old);
  return errors;
}

function checkUncounted(errors: Errors, { uncountedTerminatedPods: uncounted }: JobStatus): void {
  const seen = new Set<string>();
  for (const list of ["succeeded", "failed"] as const) {
    for (const [i, uid] of (uncounted?.[list] ?? []).entries()) {
      const path = `status.uncountedTerminatedPods.${list}[${i}]`;
      if (uid === "") errors.push(field.invalid(path, uid, "must not be empty"));
      else if (seen.has(uid)) errors.push(field.duplicate(path, uid));
      seen.add(uid);
    }
  }
}

const conditionsError = (why: string): FieldError => field.invalid("status.conditions", field.omitValue, why);

/** Conditions that exclude or need each other. */
function checkExclusive(errors: Errors, job: Job, turned: (...types: readonly string[]) => boolean): void {
  const has = (type: string): boolean => hasCondition(job, type);
  const needs = (type: string, other: string, otherText: string): void => {
    if (turned(type, other) && has(type) && !has(other))
      errors.push(conditionsError(`cannot set ${type}=True condition without the ${otherText}=true condition`));
  };
  if (turned("Complete", "Failed") && has("Complete") && has("Failed"))
    errors.push(conditionsError("cannot set Complete=True and Failed=true conditions"));
  if (turned("Complete", "FailureTarget") && has("Complete") && has("FailureTarget"))
    errors.push(conditionsError("cannot set Complete=True and FailureTarget=true conditions"));
  needs("Failed", "FailureTarget", "FailureTarget");
  needs("Complete", "SuccessCriteriaMet", "SuccessCriteriaMet");
  for (const type of ["Failed", "FailureTarget"]) {
    if (has("SuccessCriteriaMet") && has(type))
      errors.push(conditionsError(`cannot set SuccessCriteriaMet=True and ${type}=true conditions`));
  }
  if (job.spec?.successPolicy && has("Complete") && !has("SuccessCriteriaMet"))
    errors.push(conditionsError("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"));
}

function checkCompletionTime(errors: Errors, job: Job): void {
  const time = job.status?.completionTime;
  if (time !== undefined && !hasCondition(job, "Complete"))
    errors.push(field.invalid("status.completionTime", time, "cannot set completionTime when there is no Complete=True condition"));
  if (time === undefined && hasCondition(job, "Complete"))
    errors.push(field.required("status.completionTime", "completionTime is required for Complete jobs"));
}

function checkIndexes(errors: Errors, job: Job, changed: (...names: readonly (keyof JobStatus)[]) => boolean): void {
  const { completedIndexes: completed = "", failedIndexes: failed } = job.status ?? {};
  const { completions, backoffLimitPerIndex } = job.spec ?? {};
  const unreadable = (name: "completedIndexes" | "failedIndexes", text: string, count: number): void => {
    const read = readIndexes(text, count);
    if ("problem" in read) errors.push(field.invalid(`status.${name}`, text, `error parsing ${name}: ${read.problem}`));
  };
  if (changed("completedIndexes")) {
    if (completions !== undefined) unreadable("completedIndexes", completed, completions);
    if (completed !== "" && !isIndexed(job)) {
      const why = "cannot set non-empty completedIndexes when non-indexed completion mode";
      errors.push(field.invalid("status.completedIndexes", completed, why));
    }
  }
  if (failed === undefined) return;
  if (changed("failedIndexes")) {
    if (completions !== undefined && backoffLimitPerIndex !== undefined) unreadable("failedIndexes", failed, completions);
    if (backoffLimitPerIndex === undefined) {
      const why = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
      errors.push(field.invalid("status.failedIndexes", failed, why));
    }
  }
  if (completions === undefined || !changed("failedIndexes", "completedIndexes")) return;
  const shared = sharedIndex(completed, failed, completions);
  if (shared !== undefined)
    errors.push(field.invalid("status.failedIndexes", failed, `failedIndexes and completedIndexes overlap at index: ${shared}`));
}

/** What may not be taken back. */
function checkTransition(errors: Errors, job: Job, old: Job): void {
  const { spec, status = {} } = job;
  const before = old.status ?? {};
  for (const type of ["Failed", "Complete", "FailureTarget"]) {
    if (hasCondition(old, type) && !hasCondition(job, type))
      errors.push(conditionsError(`cannot disable the terminal ${type}=True condition`));
  }
  const { failed = 0, succeeded = 0 } = status;
  if (failed < (before.failed ?? 0)) errors.push(field.invalid("status.failed", failed, "cannot decrease the failed counter"));
  // An elastic indexed job is scaled down by both at once, and forgets what it had done beyond.
  const elastic = isIndexed(job) && spec?.completions === spec?.parallelism;
  if (!elastic && succeeded < (before.succeeded ?? 0))
    errors.push(field.invalid("status.succeeded", succeeded, "cannot decrease the succeeded counter"));
  if (status.completionTime && before.completionTime && status.completionTime !== before.completionTime)
    errors.push(field.invalid("status.completionTime", status.completionTime, "completionTime cannot be mutated"));
  if (before.startTime && before.startTime !== status.startTime && !spec?.suspend)
    errors.push(field.required("status.startTime", "startTime cannot be removed for unsuspended job"));
  if (hasCondition(old, "SuccessCriteriaMet") && !hasCondition(job, "SuccessCriteriaMet"))
    errors.push(conditionsError("cannot disable the SuccessCriteriaMet=True condition"));
  if (hasCondition(old, "Complete") && !hasCondition(old, "SuccessCriteriaMet") && hasCondition(job, "SuccessCriteriaMet"))
    errors.push(conditionsError("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"));
}
