import { field, isValidPathSegmentName, parseQuantity } from "../../machinery/index.ts";
import { checkLabel, invalidEach, type Errors } from "../checks.ts";
import type { CrossVersionObjectReference, MetricIdentifier, MetricSpec, MetricTarget } from "../generated/types.ts";

/** k8s: ValidateCrossVersionObjectReference. */
export function checkReference(errors: Errors, path: string, reference: Partial<CrossVersionObjectReference> = {}): void {
  for (const key of ["kind", "name"] as const) {
    const value = reference[key] ?? "";
    if (value === "") errors.push(field.required(`${path}.${key}`));
    else invalidEach(errors, `${path}.${key}`, value, isValidPathSegmentName(value));
  }
}

/** Metric types and the field that each fills, in the order in which upstream looks. */
const SOURCES = [
  ["Object", "object"],
  ["External", "external"],
  ["Pods", "pods"],
  ["Resource", "resource"],
  ["ContainerResource", "containerResource"],
] as const;
const TYPES = SOURCES.map(([type]) => type as string).sort();

/** k8s: apis/autoscaling/validation validateMetricSpec. */
export function checkMetric(errors: Errors, path: string, metric: MetricSpec): void {
  const type = (metric as Partial<MetricSpec>).type ?? "";
  if (type === "") errors.push(field.required(`${path}.type`, "must specify a metric source type"));
  if (!TYPES.includes(type)) errors.push(field.notSupported(`${path}.type`, type, TYPES));
  const present = SOURCES.map(([, key]) => key).filter((key) => metric[key] !== undefined);
  if (present[0] !== undefined) checkSource(errors, `${path}.${present[0]}`, metric);
  const expected = SOURCES.find(([name]) => name === type)?.[1];
  if (expected === undefined) errors.push(field.notSupported(`${path}.type`, type, TYPES));
  else if (metric[expected] === undefined)
    errors.push(field.required(`${path}.${expected}`, "must populate information for the given metric source"));
  if (present.length === 1) return;
  for (const key of present)
    if (key !== expected) errors.push(field.forbidden(`${path}.${key}`, "must populate the given metric source only"));
}

function checkSource(errors: Errors, path: string, { object, external, pods, resource, containerResource }: MetricSpec): void {
  if (object) {
    checkReference(errors, `${path}.describedObject`, object.describedObject);
    checkIdentifier(errors, `${path}.metric`, object.metric);
    checkTarget(errors, `${path}.target`, object.target);
    checkEither(errors, path, object.target, "must set either a target value or averageValue");
  } else if (external) {
    checkIdentifier(errors, `${path}.metric`, external.metric);
    checkTarget(errors, `${path}.target`, external.target);
    checkEither(errors, path, external.target, "must set either a target value for metric or a per-pod target");
    if (external.target.value !== undefined && external.target.averageValue !== undefined)
      errors.push(field.forbidden(`${path}.target.value`, "may not set both a target value for metric and a per-pod target"));
  } else if (pods) {
    checkIdentifier(errors, `${path}.metric`, pods.metric);
    checkTarget(errors, `${path}.target`, pods.target);
    if (pods.target.averageValue === undefined)
      errors.push(field.required(`${path}.target.averageValue`, "must specify a positive target averageValue"));
  } else {
    const source = resource ?? containerResource;
    if (!source?.name) errors.push(field.required(`${path}.name`, "must specify a resource name"));
    if (containerResource && !resource) {
      if (!containerResource.container) errors.push(field.required(`${path}.container`, "must specify a container"));
      else checkLabel(errors, `${path}.container`, containerResource.container);
    }
    checkTarget(errors, `${path}.target`, source?.target);
    checkResourceTarget(errors, `${path}.target`, source?.target);
  }
}

function checkEither(errors: Errors, path: string, target: Partial<MetricTarget> = {}, why: string): void {
  if (target.value === undefined && target.averageValue === undefined) errors.push(field.required(`${path}.target.averageValue`, why));
}

function checkResourceTarget(errors: Errors, path: string, { averageUtilization, averageValue }: Partial<MetricTarget> = {}): void {
  if (averageUtilization === undefined && averageValue === undefined)
    errors.push(field.required(`${path}.averageUtilization`, "must set either a target raw value or a target utilization"));
  if (averageUtilization !== undefined && averageValue !== undefined)
    errors.push(field.forbidden(`${path}.averageValue`, "may not set both a target raw value and a target utilization"));
}

function checkIdentifier(errors: Errors, path: string, { name = "" }: Partial<MetricIdentifier> = {}): void {
  if (name === "") errors.push(field.required(`${path}.name`, "must specify a metric name"));
  else invalidEach(errors, `${path}.name`, name, isValidPathSegmentName(name));
}

/** k8s: validateMetricTarget. */
function checkTarget(errors: Errors, path: string, target: Partial<MetricTarget> = {}): void {
  const { type = "", averageUtilization } = target;
  if (type === "") errors.push(field.required(`${path}.type`, "must specify a metric target type"));
  if (!["Utilization", "Value", "AverageValue"].includes(type))
    errors.push(field.invalid(`${path}.type`, type, "must be either Utilization, Value, or AverageValue"));
  for (const key of ["value", "averageValue"] as const) {
    const amount = target[key];
    if (amount !== undefined && parseQuantity(amount).nano <= 0n) errors.push(field.invalid(`${path}.${key}`, amount, "must be positive"));
  }
  if (averageUtilization !== undefined && averageUtilization < 1)
    errors.push(field.invalid(`${path}.averageUtilization`, averageUtilization, "must be greater than 0"));
}
