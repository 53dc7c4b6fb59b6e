import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerCondition,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
  V1HorizontalPodAutoscaler,
  V1HorizontalPodAutoscalerSpec,
} from "../generated/types.ts";
import { fill, put } from "../defaulting.ts";
import type { KubeObject } from "../meta.ts";
import type { Kind } from "../kind.ts";
import { horizontalPodAutoscaler as stored } from "./horizontal-pod-autoscaler.ts";
import { metricFromV1, metricToV1, statusFromV1, statusToV1, type V1Metric, type V1MetricStatus } from "./v1-metrics.ts";

/** What v1 has no fields for travels in annotations (k8s: apis/autoscaling/annotations.go). */
const KEYS = {
  metrics: "autoscaling.alpha.kubernetes.io/metrics",
  currentMetrics: "autoscaling.alpha.kubernetes.io/current-metrics",
  behavior: "autoscaling.alpha.kubernetes.io/behavior",
  conditions: "autoscaling.alpha.kubernetes.io/conditions",
} as const;

const isCpuPercentage = ({ resource }: MetricSpec): boolean => resource?.name === "cpu" && resource.target.averageUtilization !== undefined;

/** k8s: autoscaling/v1/conversion.go Convert_v1_HorizontalPodAutoscaler_To_autoscaling_HorizontalPodAutoscaler. */
function toStored(object: V1HorizontalPodAutoscaler): KubeObject {
  const { targetCPUUtilizationPercentage: percent, ...rest } =
    (object as Partial<V1HorizontalPodAutoscaler>).spec ?? ({} as V1HorizontalPodAutoscalerSpec);
  const { metadata = {} } = object;
  const kept = Object.entries(metadata.annotations ?? {}).filter(([key]) => !(Object.values(KEYS) as string[]).includes(key));
  const parsed = <T>(key: string): T | undefined => parse(metadata.annotations?.[key]) as T | undefined;
  const cpu: readonly MetricSpec[] =
    percent === undefined
      ? []
      : [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: percent } } }];
  const metrics = [...(parsed<readonly V1Metric[]>(KEYS.metrics) ?? []).map(metricFromV1), ...cpu];
  const behavior = parsed<Readonly<Record<string, unknown>>>(KEYS.behavior);
  const next: HorizontalPodAutoscaler = {
    ...object,
    apiVersion: "autoscaling/v2",
    metadata: put(metadata, "annotations", kept.length > 0 ? Object.fromEntries(kept) : undefined),
    spec: {
      ...rest,
      ...(metrics.length > 0 ? { metrics } : {}),
      ...(behavior === undefined ? {} : { behavior: behaviorFromV1(behavior) }),
    },
    ...(object.status === undefined ? {} : { status: storedStatus(object.status, parsed(KEYS.currentMetrics), parsed(KEYS.conditions)) }),
  } as HorizontalPodAutoscaler;
  return stored.defaults?.(next) ?? next;
}

function storedStatus(
  { currentCPUUtilizationPercentage: _, ...status }: NonNullable<V1HorizontalPodAutoscaler["status"]>,
  metrics: readonly V1MetricStatus[] | undefined,
  conditions: readonly HorizontalPodAutoscalerCondition[] | undefined,
): object {
  return {
    ...status,
    ...(metrics === undefined ? {} : { currentMetrics: metrics.map(statusFromV1) }),
    ...(conditions === undefined ? {} : { conditions }),
  };
}

/** The other way (k8s: Convert_autoscaling_HorizontalPodAutoscaler_To_v1_HorizontalPodAutoscaler). */
function fromStored(object: KubeObject): V1HorizontalPodAutoscaler {
  const { metadata = {}, spec, status, ...rest } = object as HorizontalPodAutoscaler;
  const { metrics = [], behavior, ...shared } = spec;
  const current = (status?.currentMetrics as readonly MetricStatus[] | null | undefined) ?? [];
  const others = metrics.filter((metric) => !isCpuPercentage(metric));
  const percent = metrics.find(({ resource }) => resource?.name === "cpu")?.resource?.target.averageUtilization;
  const cpu = current.find(({ resource }) => resource?.name === "cpu")?.resource?.current.averageUtilization;
  const annotations = {
    ...metadata.annotations,
    ...(others.length > 0 ? { [KEYS.metrics]: JSON.stringify(others.map(metricToV1)) } : {}),
    ...(current.length > 0 ? { [KEYS.currentMetrics]: JSON.stringify(current.map(statusToV1)) } : {}),
    ...(behavior === undefined ? {} : { [KEYS.behavior]: JSON.stringify(behaviorToV1(behavior)) }),
    ...(status?.conditions?.length ? { [KEYS.conditions]: JSON.stringify(status.conditions) } : {}),
  };
  const { currentMetrics: _, conditions: __, ...counts } = status ?? { desiredReplicas: 0 };
  return {
    ...rest,
    apiVersion: "autoscaling/v1",
    metadata: put(metadata, "annotations", Object.keys(annotations).length > 0 ? annotations : undefined),
    spec: { ...shared, ...(percent === undefined ? {} : { targetCPUUtilizationPercentage: percent }) },
    status: { currentReplicas: 0, ...counts, ...(cpu === undefined ? {} : { currentCPUUtilizationPercentage: cpu }) },
  };
}

/** An annotation that is no JSON is dropped, as upstream drops it. */
function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const SIDES = [
  ["scaleUp", "ScaleUp"],
  ["scaleDown", "ScaleDown"],
] as const;
const RULES = [
  ["stabilizationWindowSeconds", "StabilizationWindowSeconds"],
  ["selectPolicy", "SelectPolicy"],
  ["tolerance", "Tolerance"],
] as const;
const POLICY = [
  ["type", "Type"],
  ["value", "Value"],
  ["periodSeconds", "PeriodSeconds"],
] as const;

type Plain = Readonly<Record<string, unknown>>;
type Names = readonly (readonly [ours: string, internal: string])[];

/** Behaviour is written as the internal type, whose fields begin with a capital and are null when absent. */
const toInternal = (object: object, names: Names): Plain =>
  Object.fromEntries(names.map(([ours, internal]) => [internal, (object as Plain)[ours] ?? null]));
const fromInternal = (object: Plain, names: Names): Plain =>
  Object.fromEntries(
    names.flatMap(([ours, internal]) => (object[internal] === undefined || object[internal] === null ? [] : [[ours, object[internal]]])),
  );

function behaviorToV1(behavior: HorizontalPodAutoscalerBehavior): object {
  const side = (rules: HPAScalingRules): object => {
    const { StabilizationWindowSeconds, SelectPolicy, Tolerance } = toInternal(rules, RULES);
    const Policies = rules.policies?.map((policy) => toInternal(policy, POLICY)) ?? null;
    return { StabilizationWindowSeconds, SelectPolicy, Policies, Tolerance };
  };
  return Object.fromEntries(SIDES.map(([ours, internal]) => [internal, behavior[ours] === undefined ? null : side(behavior[ours])]));
}

function behaviorFromV1(internal: Plain): HorizontalPodAutoscalerBehavior {
  const side = (rules: Plain): Plain => ({
    ...fromInternal(rules, RULES),
    ...(Array.isArray(rules["Policies"]) ? { policies: (rules["Policies"] as readonly Plain[]).map((p) => fromInternal(p, POLICY)) } : {}),
  });
  return Object.fromEntries(
    SIDES.flatMap(([ours, name]) =>
      internal[name] === undefined || internal[name] === null ? [] : [[ours, side(internal[name] as Plain)]],
    ),
  );
}

export const horizontalPodAutoscalerV1: Kind<V1HorizontalPodAutoscaler> = {
  group: "autoscaling",
  version: "v1",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  singular: "horizontalpodautoscaler",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  statusKeepsMetadata: true,
  storedAs: { kind: stored as unknown as Kind, to: toStored, from: fromStored },
  /** k8s: pkg/apis/autoscaling/v1/defaults.go. */
  defaults: (object) =>
    put(
      object,
      "spec",
      fill((object as Partial<V1HorizontalPodAutoscaler>).spec ?? ({} as V1HorizontalPodAutoscalerSpec), { minReplicas: 1 }),
    ),
  validate: () => [],
  columns: stored.columns.map((column) => ({
    ...column,
    cell: (object: V1HorizontalPodAutoscaler, now: number) => column.cell(toStored(object) as HorizontalPodAutoscaler, now),
  })),
};
