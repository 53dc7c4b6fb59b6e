import { field, type FieldError } from "../../machinery/index.ts";
import { checkAtMost100Percent, checkIntOrPercent } from "../apps/replicas.ts";
import { checkNonNegative, checkSelector, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { checkConditions } from "../conditions.ts";
import { put } from "../defaulting.ts";
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const NEW_STATUS = Object.freeze({ currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 });
const UNHEALTHY_POLICIES = ["AlwaysAllow", "IfHealthyBudget"];

/** k8s: apis/policy/validation ValidatePodDisruptionBudgetSpec. */
function validate({ spec = {} }: PodDisruptionBudget): readonly FieldError[] {
  const errors: Errors = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined)
    errors.push(field.invalid("spec", internalSpec(spec), "minAvailable and maxUnavailable cannot be both set"));
  for (const name of ["minAvailable", "maxUnavailable"] as const) {
    checkIntOrPercent(errors, `spec.${name}`, spec[name]);
    checkAtMost100Percent(errors, `spec.${name}`, spec[name]);
  }
  checkSelector(errors, "spec.selector", spec.selector);
  const policy = spec.unhealthyPodEvictionPolicy;
  if (policy !== undefined && !UNHEALTHY_POLICIES.includes(policy))
    errors.push(field.notSupported("spec.unhealthyPodEvictionPolicy", policy, UNHEALTHY_POLICIES));
  return errors;
}

/** The real server prints its internal struct. */
const internalSpec = (spec: PodDisruptionBudgetSpec): object => ({
  MinAvailable: spec.minAvailable ?? null,
  Selector: spec.selector ?? null,
  MaxUnavailable: spec.maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
});

/** k8s: ValidatePodDisruptionBudgetStatusUpdate. */
function validateStatusUpdate({ status }: PodDisruptionBudget): readonly FieldError[] {
  const errors: Errors = [];
  checkConditions(errors, "status.conditions", status?.conditions);
  for (const name of ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"] as const)
    checkNonNegative(errors, `status.${name}`, status?.[name]);
  return errors;
}

const orNotAvailable = (value: number | string | undefined): string => (value === undefined ? "N/A" : String(value));

export const podDisruptionBudget: Kind<PodDisruptionBudget> = {
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  singular: "poddisruptionbudget",
  shortNames: ["pdb"],
  namespaced: true,
  subresources: ["status"],
  statusKeepsMetadata: true,
  generation: true,
  defaults: (object) => (object.spec === undefined ? put(object, "spec", {}) : object),
  validate,
  validateStatusUpdate,
  prepareForCreate: (object) => ({ ...object, status: NEW_STATUS }),
  columns: [
    { name: "Min Available", description: "Pods that must stay.", cell: (p) => orNotAvailable(p.spec?.minAvailable) },
    { name: "Max Unavailable", description: "Pods that may be missing.", cell: (p) => orNotAvailable(p.spec?.maxUnavailable) },
    {
      name: "Allowed Disruptions",
      type: "integer",
      description: "Pods that may be evicted now.",
      cell: (p) => p.status?.disruptionsAllowed ?? 0,
    },
    ageColumn,
  ],
};
