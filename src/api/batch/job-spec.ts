import { field, labelSelector, SelectorError } from "../../machinery/index.ts";
import { checkDomainPrefixedPath, checkNonNegative, checkSelector, type Errors } from "../checks.ts";
import { checkTemplate } from "../core/pod/validation/spec.ts";
import type { JobSpec } from "../generated/types.ts";
import { checkPodFailurePolicy, checkSuccessPolicy } from "./job-policies.ts";

/** Above it the indexes of a status could grow too long to store. */
const MANY = 100_000;
const FEW = 10_000;
const COUNTS = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
] as const;

/** A job's own: its selector must be there and fit (k8s: ValidateJobSpec). */
export function checkJobSpec(errors: Errors, path: string, spec: JobSpec): void {
  checkJobFields(errors, path, spec);
  if (spec.selector === undefined) errors.push(field.required(`${path}.selector`));
  else checkSelector(errors, `${path}.selector`, spec.selector);
  const labels = spec.template.metadata?.labels;
  try {
    if (!labelSelector(spec.selector).matches(labels ?? {}))
      errors.push(field.invalid(`${path}.template.metadata.labels`, labels ?? null, "`selector` does not match template `labels`"));
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
  }
}

/** What jobs and the templates of cron jobs share (k8s: validateJobSpec), in its order. */
export function checkJobFields(errors: Errors, path: string, spec: JobSpec): void {
  for (const name of COUNTS) checkNonNegative(errors, `${path}.${name}`, spec[name]);
  if (spec.maxFailedIndexes !== undefined) {
    checkNonNegative(errors, `${path}.maxFailedIndexes`, spec.maxFailedIndexes);
    if (spec.backoffLimitPerIndex === undefined)
      errors.push(field.required(`${path}.backoffLimitPerIndex`, "when maxFailedIndexes is specified"));
  }
  if (spec.managedBy !== undefined) {
    checkDomainPrefixedPath(errors, `${path}.managedBy`, spec.managedBy);
    if (spec.managedBy.length > 63) errors.push(field.tooLong(`${path}.managedBy`, spec.managedBy, 63));
  }
  checkCompletionMode(errors, path, spec);
  if (spec.podFailurePolicy) checkPodFailurePolicy(errors, `${path}.podFailurePolicy`, spec);
  if (spec.successPolicy) {
    if (spec.completionMode === "Indexed") checkSuccessPolicy(errors, `${path}.successPolicy`, spec);
    else errors.push(field.invalid(`${path}.successPolicy`, internalSuccessPolicy(spec), "requires indexed completion mode"));
  }
  checkReplacementPolicy(errors, `${path}.podReplacementPolicy`, spec);
  checkTemplate(errors, `${path}.template`, spec.template);
  checkRestartPolicy(errors, `${path}.template.spec.restartPolicy`, spec);
}

/** The real server prints its internal struct. */
const internalSuccessPolicy = (spec: JobSpec): object => ({
  Rules: (spec.successPolicy?.rules ?? []).map((rule) => ({
    SucceededIndexes: rule.succeededIndexes ?? null,
    SucceededCount: rule.succeededCount ?? null,
  })),
});

function checkCompletionMode(errors: Errors, path: string, spec: JobSpec): void {
  const { completionMode: mode, maxFailedIndexes } = spec;
  if (mode !== undefined && mode !== "NonIndexed" && mode !== "Indexed")
    errors.push(field.notSupported(`${path}.completionMode`, mode, ["NonIndexed", "Indexed"]));
  if (mode === "Indexed") return checkIndexed(errors, path, spec);
  if (mode !== undefined && mode !== "NonIndexed") return;
  const why = "requires indexed completion mode";
  if (spec.backoffLimitPerIndex !== undefined) errors.push(field.invalid(`${path}.backoffLimitPerIndex`, spec.backoffLimitPerIndex, why));
  if (maxFailedIndexes !== undefined) errors.push(field.invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, why));
}

function checkIndexed(errors: Errors, path: string, spec: JobSpec): void {
  const { completions, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex } = spec;
  const atMost = (name: "parallelism" | "maxFailedIndexes", value: number, max: number, when: string): void => {
    if (value > max) errors.push(field.invalid(`${path}.${name}`, value, `must be less than or equal to ${max}${when}`));
  };
  if (completions === undefined) errors.push(field.required(`${path}.completions`, "when completion mode is Indexed"));
  atMost("parallelism", parallelism, MANY, " when completion mode is Indexed");
  if (maxFailedIndexes !== undefined) {
    if (completions !== undefined && maxFailedIndexes > completions)
      errors.push(field.invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, "must be less than or equal to completions"));
    atMost("maxFailedIndexes", maxFailedIndexes, MANY, "");
  }
  if (completions === undefined || completions <= MANY || backoffLimitPerIndex === undefined) return;
  if (maxFailedIndexes === undefined)
    errors.push(field.required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${MANY}`));
  const when = ` when completions are above ${MANY} and used with backoff limit per index`;
  atMost("parallelism", parallelism, FEW, when);
  atMost("maxFailedIndexes", maxFailedIndexes ?? 0, FEW, when);
}

function checkReplacementPolicy(errors: Errors, path: string, { podReplacementPolicy: policy, podFailurePolicy }: JobSpec): void {
  if (policy === undefined) return;
  const supported = podFailurePolicy ? ["Failed"] : ["Failed", "TerminatingOrFailed"];
  if (!supported.includes(policy)) errors.push(field.notSupported(path, policy, supported));
}

function checkRestartPolicy(errors: Errors, path: string, spec: JobSpec): void {
  const policy = spec.template.spec?.restartPolicy ?? "";
  // Always is also what a template gets that says nothing.
  if (policy === "" || policy === "Always") errors.push(field.required(path, 'valid values: "OnFailure", "Never"'));
  else if (policy !== "OnFailure" && policy !== "Never") errors.push(field.notSupported(path, policy, ["OnFailure", "Never"]));
  else if (spec.podFailurePolicy && policy !== "Never")
    errors.push(field.invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified'));
}
