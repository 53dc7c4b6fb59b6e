import type { LabelSelector, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from "../generated/types.ts";

interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly apiVersion?: string;
}

/** Metrics as v1 writes them into annotations: v2beta1's form (k8s: autoscaling/v1/conversion.go). */
export interface V1Metric {
  readonly type: string;
  readonly object?: {
    readonly target: Reference;
    readonly metricName: string;
    readonly targetValue: string;
    readonly selector?: LabelSelector;
    readonly averageValue?: string;
  };
  readonly pods?: { readonly metricName: string; readonly targetAverageValue: string; readonly selector?: LabelSelector };
  readonly resource?: V1Resource;
  readonly containerResource?: V1Resource & { readonly container: string };
  readonly external?: {
    readonly metricName: string;
    readonly metricSelector?: LabelSelector;
    readonly targetValue?: string;
    readonly targetAverageValue?: string;
  };
}

interface V1Resource {
  readonly name: string;
  readonly targetAverageUtilization?: number;
  readonly targetAverageValue?: string;
}

export interface V1MetricStatus {
  readonly type: string;
  readonly object?: {
    readonly target: Reference;
    readonly metricName: string;
    readonly currentValue: string;
    readonly selector?: LabelSelector;
    readonly averageValue?: string;
  };
  readonly pods?: { readonly metricName: string; readonly currentAverageValue: string; readonly selector?: LabelSelector };
  readonly resource?: V1ResourceStatus;
  readonly containerResource?: V1ResourceStatus & { readonly container: string };
  readonly external?: {
    readonly metricName: string;
    readonly metricSelector?: LabelSelector;
    readonly currentValue: string;
    readonly currentAverageValue?: string;
  };
}

interface V1ResourceStatus {
  readonly name: string;
  readonly currentAverageUtilization?: number;
  readonly currentAverageValue: string;
}

const NONE = "0";

/** Without the fields that are not there. */
const some = <T extends object>(object: { readonly [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
const metric = (name: string, selector: LabelSelector | undefined) => some<{ name: string; selector?: LabelSelector }>({ name, selector });
const orAbsent = (amount: string | undefined): string | undefined => (amount === NONE ? undefined : amount);

export function metricToV1({ type, object, pods, resource, containerResource, external }: MetricSpec): V1Metric {
  const amounts = ({ averageUtilization, averageValue }: MetricTarget) => ({
    targetAverageUtilization: averageUtilization,
    targetAverageValue: averageValue,
  });
  return some<V1Metric>({
    type,
    object:
      object &&
      some({
        target: object.describedObject,
        metricName: object.metric.name,
        targetValue: object.target.value ?? NONE,
        selector: object.metric.selector,
        averageValue: object.target.averageValue,
      }),
    pods:
      pods && some({ metricName: pods.metric.name, targetAverageValue: pods.target.averageValue ?? NONE, selector: pods.metric.selector }),
    resource: resource && some({ name: resource.name, ...amounts(resource.target) }),
    containerResource:
      containerResource &&
      some({ name: containerResource.name, ...amounts(containerResource.target), container: containerResource.container }),
    external:
      external &&
      some({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      }),
  });
}

export function metricFromV1({ type, object, pods, resource, containerResource, external }: V1Metric): MetricSpec {
  const valued = (value: string | undefined, averageValue: string | undefined): MetricTarget =>
    some<MetricTarget>({ type: averageValue === undefined ? "Value" : "AverageValue", value, averageValue, averageUtilization: undefined });
  const used = ({ targetAverageUtilization, targetAverageValue }: V1Resource): MetricTarget =>
    some<MetricTarget>({
      type: targetAverageUtilization === undefined ? "AverageValue" : "Utilization",
      averageUtilization: targetAverageUtilization,
      averageValue: targetAverageValue,
      value: undefined,
    });
  return some<MetricSpec>({
    type,
    object: object && {
      describedObject: object.target,
      metric: metric(object.metricName, object.selector),
      target: valued(orAbsent(object.targetValue), object.averageValue),
    },
    pods: pods && {
      metric: metric(pods.metricName, pods.selector),
      target: { type: "AverageValue", averageValue: pods.targetAverageValue },
    },
    resource: resource && { name: resource.name, target: used(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      target: used(containerResource),
    },
    external: external && {
      metric: metric(external.metricName, external.metricSelector),
      target: valued(external.targetValue, external.targetAverageValue),
    },
  });
}

export function statusToV1({ type, object, pods, resource, containerResource, external }: MetricStatus): V1MetricStatus {
  const amounts = ({ averageUtilization, averageValue }: MetricValueStatus) => ({
    currentAverageUtilization: averageUtilization,
    currentAverageValue: averageValue ?? NONE,
  });
  return some<V1MetricStatus>({
    type,
    object:
      object &&
      some({
        target: object.describedObject,
        metricName: object.metric.name,
        currentValue: object.current.value ?? NONE,
        selector: object.metric.selector,
        averageValue: object.current.averageValue,
      }),
    pods:
      pods &&
      some({ metricName: pods.metric.name, currentAverageValue: pods.current.averageValue ?? NONE, selector: pods.metric.selector }),
    resource: resource && some({ name: resource.name, ...amounts(resource.current) }),
    containerResource:
      containerResource &&
      some({ name: containerResource.name, ...amounts(containerResource.current), container: containerResource.container }),
    external:
      external &&
      some({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        currentValue: external.current.value ?? NONE,
        currentAverageValue: external.current.averageValue,
      }),
  });
}

export function statusFromV1({ type, object, pods, resource, containerResource, external }: V1MetricStatus): MetricStatus {
  const used = ({ currentAverageUtilization, currentAverageValue }: V1ResourceStatus): MetricValueStatus =>
    some<MetricValueStatus>({
      averageUtilization: currentAverageUtilization,
      averageValue: orAbsent(currentAverageValue),
      value: undefined,
    });
  const valued = (value: string | undefined, averageValue: string | undefined): MetricValueStatus =>
    some<MetricValueStatus>({ value: orAbsent(value), averageValue, averageUtilization: undefined });
  return some<MetricStatus>({
    type,
    object: object && {
      describedObject: object.target,
      metric: metric(object.metricName, object.selector),
      current: valued(object.currentValue, object.averageValue),
    },
    pods: pods && { metric: metric(pods.metricName, pods.selector), current: valued(undefined, pods.currentAverageValue) },
    resource: resource && { name: resource.name, current: used(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      current: used(containerResource),
    },
    external: external && {
      metric: metric(external.metricName, external.metricSelector),
      current: valued(external.currentValue, external.currentAverageValue),
    },
  });
}
