import { field, isQualifiedName } from "../../machinery/index.ts";
import { checkNonNegative, invalidEach, type Errors } from "../checks.ts";
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from "../generated/types.ts";
import { readIndexes } from "./indexes.ts";

const MAX_RULES = 20;
const ACTIONS = ["Count", "FailIndex", "FailJob", "Ignore"];
const OPERATORS = ["In", "NotIn"];
const STATUSES = ["False", "True", "Unknown"];

/** Required with its choices named, or one of them. */
function checkChoice(errors: Errors, path: string, value: string | undefined, choices: readonly string[]): void {
  if (!value) errors.push(field.required(path, `valid values: [${choices.map((c) => `"${c}"`).join(" ")}]`));
  else if (!choices.includes(value)) errors.push(field.notSupported(path, value, choices));
}

/** k8s: validatePodFailurePolicy. */
export function checkPodFailurePolicy(errors: Errors, path: string, spec: JobSpec): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  if (rules.length > MAX_RULES) errors.push(field.tooMany(`${path}.rules`, rules.length, MAX_RULES));
  const { containers, initContainers = [] } = spec.template.spec ?? { containers: [] };
  // Without containers the template is refused elsewhere.
  const names = new Set([...((containers as typeof containers | undefined) ?? []), ...initContainers].map((c) => c.name));
  for (const [i, rule] of rules.entries()) checkFailureRule(errors, `${path}.rules[${i}]`, rule, spec, names);
}

function checkFailureRule(errors: Errors, path: string, rule: PodFailurePolicyRule, spec: JobSpec, names: ReadonlySet<string>): void {
  if (rule.action === "FailIndex") {
    if (spec.backoffLimitPerIndex === undefined)
      errors.push(field.invalid(`${path}.action`, rule.action, "requires the backoffLimitPerIndex to be set"));
  } else checkChoice(errors, `${path}.action`, rule.action, ACTIONS);
  const conditions = rule.onPodConditions ?? [];
  if (rule.onExitCodes) checkExitCodes(errors, `${path}.onExitCodes`, rule.onExitCodes, names);
  if (conditions.length > 0) checkConditions(errors, `${path}.onPodConditions`, conditions);
  if (rule.onExitCodes && conditions.length > 0)
    errors.push(field.invalid(path, field.omitValue, "specifying both OnExitCodes and OnPodConditions is not supported"));
  if (!rule.onExitCodes && conditions.length === 0)
    errors.push(field.invalid(path, field.omitValue, "specifying one of OnExitCodes and OnPodConditions is required"));
}

function checkConditions(errors: Errors, path: string, patterns: readonly PodFailurePolicyOnPodConditionsPattern[]): void {
  if (patterns.length > MAX_RULES) errors.push(field.tooMany(path, patterns.length, MAX_RULES));
  for (const [i, { type, status }] of patterns.entries()) {
    invalidEach(errors, `${path}[${i}].type`, type, isQualifiedName(type));
    checkChoice(errors, `${path}[${i}].status`, status, STATUSES);
  }
}

function checkExitCodes(errors: Errors, path: string, rule: PodFailurePolicyOnExitCodesRequirement, names: ReadonlySet<string>): void {
  const { operator, containerName, values } = rule;
  checkChoice(errors, `${path}.operator`, operator, OPERATORS);
  if (containerName !== undefined && !names.has(containerName)) {
    errors.push(
      field.invalid(`${path}.containerName`, containerName, "must be one of the container or initContainer names in the pod template"),
    );
  }
  if (values.length === 0) errors.push(field.invalid(`${path}.values`, values, "at least one value is required"));
  else if (values.length > 255) errors.push(field.tooMany(`${path}.values`, values.length, 255));
  const seen = new Set<number>();
  for (const [i, value] of values.entries()) {
    if (operator === "In" && value === 0) errors.push(field.invalid(`${path}.values[${i}]`, value, "must not be 0 for the In operator"));
    if (seen.has(value)) errors.push(field.duplicate(`${path}.values[${i}]`, value));
    seen.add(value);
  }
  if (values.some((value, i) => i > 0 && (values[i - 1] as number) > value))
    errors.push(field.invalid(`${path}.values`, values, "must be ordered"));
}

/** k8s: validateSuccessPolicy; for an indexed job. */
export function checkSuccessPolicy(errors: Errors, path: string, spec: JobSpec): void {
  const rules = spec.successPolicy?.rules ?? [];
  if (rules.length === 0)
    errors.push(field.required(`${path}.rules`, "at least one rules must be specified when the successPolicy is specified"));
  if (rules.length > MAX_RULES) errors.push(field.tooMany(`${path}.rules`, rules.length, MAX_RULES));
  for (const [i, rule] of rules.entries()) checkSuccessRule(errors, `${path}.rules[${i}]`, rule, spec.completions ?? 0);
}

const MAX_INDEXES = 64 * 1024;

function checkSuccessRule(errors: Errors, path: string, { succeededCount, succeededIndexes }: SuccessPolicyRule, completions: number) {
  if (succeededCount === undefined && succeededIndexes === undefined)
    errors.push(field.required(path, "at least one of succeededCount or succeededIndexes must be specified"));
  let total = 0;
  if (succeededIndexes !== undefined) {
    const at = `${path}.succeededIndexes`;
    if (succeededIndexes.length > MAX_INDEXES) errors.push(field.tooLong(at, succeededIndexes, MAX_INDEXES));
    const read = readIndexes(succeededIndexes, completions);
    if ("problem" in read) errors.push(field.invalid(at, succeededIndexes, `error parsing succeededIndexes: ${read.problem}`));
    else total = read.total;
  }
  if (succeededCount === undefined) return;
  const at = `${path}.succeededCount`;
  checkNonNegative(errors, at, succeededCount);
  if (succeededCount > completions) {
    const why = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.push(field.invalid(at, succeededCount, why));
  }
  if (succeededIndexes !== undefined && succeededCount > total) {
    const why = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
    errors.push(field.invalid(at, succeededCount, why));
  }
}
