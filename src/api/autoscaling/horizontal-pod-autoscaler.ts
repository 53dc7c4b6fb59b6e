import { field, type FieldError } from "../../machinery/index.ts";
import { checkNonNegative, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { at, fill, put } from "../defaulting.ts";
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerSpec,
  HorizontalPodAutoscalerStatus,
  HPAScalingRules,
  MetricSpec,
} from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkMetric, checkReference } from "./metrics.ts";
import { targetsCell } from "./targets.ts";

const CPU_AT_80: readonly MetricSpec[] = Object.freeze([
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
]);
const SCALE_UP: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: "Max",
  policies: [
    { type: "Pods", value: 4, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 },
  ],
};
const SCALE_DOWN: HPAScalingRules = { selectPolicy: "Max", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] };

/** k8s: pkg/apis/autoscaling/v2/defaults.go. */
function defaults(object: HorizontalPodAutoscaler): HorizontalPodAutoscaler {
  const given = (object as Partial<HorizontalPodAutoscaler>).spec ?? ({} as HorizontalPodAutoscalerSpec);
  const metrics = given.metrics?.length ? given : put(given, "metrics", CPU_AT_80);
  const spec = fill(metrics, { minReplicas: 1 });
  const next = put(object, "spec", at(spec, "behavior", defaultBehavior));
  return at(next, "status", written);
}

const defaultBehavior = (behavior: HorizontalPodAutoscalerBehavior): HorizontalPodAutoscalerBehavior =>
  put(put(behavior, "scaleUp", fill(behavior.scaleUp ?? {}, SCALE_UP)), "scaleDown", fill(behavior.scaleDown ?? {}, SCALE_DOWN));

/** Go writes a list that is none as null, here where it never leaves it out. */
const written = (status: HorizontalPodAutoscalerStatus): HorizontalPodAutoscalerStatus =>
  status.currentMetrics === undefined ? ({ ...status, currentMetrics: null } as unknown as HorizontalPodAutoscalerStatus) : status;

const NEW_STATUS = Object.freeze(written({ desiredReplicas: 0 }));

/** k8s: apis/autoscaling/validation validateHorizontalPodAutoscalerSpec. */
function validate({ spec }: HorizontalPodAutoscaler): readonly FieldError[] {
  const errors: Errors = [];
  const { minReplicas, metrics = [] } = spec;
  const maxReplicas = (spec as Partial<HorizontalPodAutoscalerSpec>).maxReplicas ?? 0;
  if (minReplicas !== undefined && minReplicas < 1)
    errors.push(field.invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1"));
  if (maxReplicas < 1) errors.push(field.invalid("spec.maxReplicas", maxReplicas, "must be greater than 0"));
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(field.invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`"));
  checkReference(errors, "spec.scaleTargetRef", spec.scaleTargetRef);
  for (const [i, metric] of metrics.entries()) checkMetric(errors, `spec.metrics[${i}]`, metric);
  if (minReplicas === 0 && !metrics.some(({ type }) => type === "Object" || type === "External"))
    errors.push(field.forbidden("spec.metrics", "must specify at least one Object or External metric to support scaling to zero replicas"));
  checkRules(errors, "spec.behavior.scaleUp", spec.behavior?.scaleUp);
  checkRules(errors, "spec.behavior.scaleDown", spec.behavior?.scaleDown);
  return errors;
}

const POLICIES = ["Disabled", "Max", "Min"];
const POLICY_TYPES = ["Percent", "Pods"];
const MAX_WINDOW = 3600;
const MAX_PERIOD = 1800;

/** k8s: validateScalingRules. */
function checkRules(errors: Errors, path: string, rules: HPAScalingRules | undefined): void {
  if (rules === undefined) return;
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  checkNonNegative(errors, `${path}.stabilizationWindowSeconds`, window, "must be greater than or equal to zero");
  if (window !== undefined && window > MAX_WINDOW)
    errors.push(field.invalid(`${path}.stabilizationWindowSeconds`, window, `must be less than or equal to ${MAX_WINDOW}`));
  if (selectPolicy !== undefined && !POLICIES.includes(selectPolicy))
    errors.push(field.notSupported(`${path}.selectPolicy`, selectPolicy, POLICIES));
  if (policies.length === 0) errors.push(field.required(`${path}.policies`, "must specify at least one Policy"));
  for (const [i, { type, value, periodSeconds }] of policies.entries()) {
    const at = `${path}.policies[${i}]`;
    if (!POLICY_TYPES.includes(type)) errors.push(field.notSupported(`${at}.type`, type, POLICY_TYPES));
    if (value <= 0) errors.push(field.invalid(`${at}.value`, value, "must be greater than zero"));
    if (periodSeconds <= 0) errors.push(field.invalid(`${at}.periodSeconds`, periodSeconds, "must be greater than zero"));
    if (periodSeconds > MAX_PERIOD)
      errors.push(field.invalid(`${at}.periodSeconds`, periodSeconds, `must be less than or equal to ${MAX_PERIOD}`));
  }
  if (tolerance?.startsWith("-")) errors.push(field.invalid(`${path}.tolerance`, tolerance, "must be greater or equal to 0"));
}

export const horizontalPodAutoscaler: Kind<HorizontalPodAutoscaler> = {
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  singular: "horizontalpodautoscaler",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  statusKeepsMetadata: true,
  defaults,
  validate,
  /** k8s: ValidateHorizontalPodAutoscalerStatusUpdate. */
  validateStatusUpdate({ status }) {
    const errors: Errors = [];
    checkNonNegative(errors, "status.currentReplicas", status?.currentReplicas);
    checkNonNegative(errors, "status.desiredReplicas", status?.desiredReplicas);
    return errors;
  },
  prepareForCreate: (object) => ({ ...object, status: NEW_STATUS }),
  columns: [
    {
      name: "Reference",
      description: "What it scales.",
      cell: ({ spec: { scaleTargetRef: to } }) => `${to.kind}/${to.name}`,
    },
    { name: "Targets", description: "Each metric as it is, and as it should be.", cell: targetsCell },
    {
      name: "MinPods",
      description: "The fewest pods.",
      cell: (h) => (h.spec.minReplicas === undefined ? "<unset>" : String(h.spec.minReplicas)),
    },
    { name: "MaxPods", description: "The most pods.", cell: (h) => h.spec.maxReplicas },
    { name: "Replicas", description: "Pods that there are.", cell: (h) => h.status?.currentReplicas ?? 0 },
    ageColumn,
  ],
};
