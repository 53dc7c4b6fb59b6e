import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from "../generated/types.ts";

const UNKNOWN = "<unknown>";
const SHOWN = 2;

const average = (current: MetricValueStatus | undefined, target: MetricTarget): string =>
  `${current?.averageValue ?? UNKNOWN}/${target.averageValue ?? UNKNOWN}`;
const value = (current: MetricValueStatus | undefined, target: MetricTarget): string =>
  target.averageValue === undefined ? `${current?.value ?? UNKNOWN}/${target.value ?? UNKNOWN}` : `${average(current, target)} (avg)`;

function resource(name: string, current: MetricValueStatus | undefined, target: MetricTarget): string {
  if (target.averageValue !== undefined) return `${name}: ${average(current, target)}`;
  const percent = (number: number | undefined, none: string): string => (number === undefined ? none : `${number}%`);
  return `${name}: ${percent(current?.averageUtilization, UNKNOWN)}/${percent(target.averageUtilization, "<auto>")}`;
}

function metricText(spec: MetricSpec, status: MetricStatus | undefined): string {
  if (spec.external) return value(status?.external?.current, spec.external.target);
  if (spec.pods) return average(status?.pods?.current, spec.pods.target);
  if (spec.object) return value(status?.object?.current, spec.object.target);
  if (spec.resource) return resource(spec.resource.name, status?.resource?.current, spec.resource.target);
  if (spec.containerResource)
    return resource(spec.containerResource.name, status?.containerResource?.current, spec.containerResource.target);
  return "<unknown type>";
}

/** `cpu: <unknown>/80%` (k8s: printers formatHPAMetrics). */
export function targetsCell({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec.metrics ?? [];
  if (metrics.length === 0) return "<none>";
  const current = (status?.currentMetrics as readonly MetricStatus[] | null | undefined) ?? [];
  const texts = metrics.slice(0, SHOWN).map((metric, i) => metricText(metric, current[i]));
  const more = metrics.length > SHOWN ? ` + ${metrics.length - SHOWN} more...` : "";
  return texts.join(", ") + more;
}
