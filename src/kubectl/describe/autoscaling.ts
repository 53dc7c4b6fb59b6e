import type {
  HorizontalPodAutoscaler,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from "../../api/index.ts";
import { pathOf } from "../rest/session.ts";
import { annotationLines, labelLines, longTime, type Page, nameLines } from "./page.ts";
import type { Describer } from "./types.ts";

const UNKNOWN = "<unknown>";
/** What a pointer to no quantity prints. */
const NIL = "<nil>";

/** k8s: describe.go HorizontalPodAutoscalerDescriber: whatever version was asked for, the newest says most. */
export const horizontalPodAutoscaler: Describer = {
  group: "autoscaling",
  kind: "HorizontalPodAutoscaler",
  events: true,
  async describe(page, object, { session, type }) {
    const newest =
      type.version === "v2"
        ? object
        : await session.object("GET", pathOf({ ...type, version: "v2" }, object.metadata.namespace, object.metadata.name));
    const { metadata, spec, status } = newest as unknown as HorizontalPodAutoscaler;
    nameLines(page, metadata);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    page.line(0, `CreationTimestamp:\t${longTime(metadata?.creationTimestamp)}`);
    page.line(0, `Reference:\t${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`);
    page.line(0, "Metrics:\t( current / target )");
    const current = (status?.currentMetrics as readonly MetricStatus[] | null | undefined) ?? [];
    for (const [i, metric] of (spec.metrics ?? []).entries()) page.line(1, metricText(metric, current[i]));
    page.line(0, `Min replicas:\t${spec.minReplicas ?? "<unset>"}`);
    page.line(0, `Max replicas:\t${spec.maxReplicas}`);
    if (spec.behavior) {
      page.line(0, "Behavior:");
      ruleLines(page, "Scale Up", spec.behavior.scaleUp);
      ruleLines(page, "Scale Down", spec.behavior.scaleDown);
    }
    page.line(0, `${spec.scaleTargetRef.kind} pods:\t${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`);
    if (!status?.conditions?.length) return;
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus\tReason\tMessage");
    page.line(1, "----\t------\t------\t-------");
    for (const c of status.conditions) page.line(1, `${c.type}\t${c.status}\t${c.reason ?? ""}\t${c.message ?? ""}`);
  },
};

function metricText(metric: MetricSpec, status: MetricStatus | undefined): string {
  if (metric.external) {
    const { name } = metric.external.metric;
    const { target } = metric.external;
    const now = status?.external?.current;
    if (target.averageValue !== undefined)
      return `${JSON.stringify(name)} (target average value):\t${now?.averageValue ?? UNKNOWN} / ${target.averageValue}`;
    return `${JSON.stringify(name)} (target value):\t${now ? (now.value ?? NIL) : UNKNOWN} / ${target.value ?? NIL}`;
  }
  if (metric.pods) {
    const now = status?.pods?.current;
    const { target } = metric.pods;
    return `${JSON.stringify(metric.pods.metric.name)} on pods:\t${now ? (now.averageValue ?? NIL) : UNKNOWN} / ${target.averageValue ?? NIL}`;
  }
  if (metric.object) {
    const { target, describedObject, metric: of } = metric.object;
    const now = status?.object?.current;
    const key = target.type === "AverageValue" ? "averageValue" : "value";
    const title = target.type === "AverageValue" ? "target average value" : "target value";
    return `"${of.name}" on ${describedObject.kind}/${describedObject.name} (${title}):\t${now ? (now[key] ?? NIL) : UNKNOWN} / ${target[key] ?? NIL}`;
  }
  if (metric.resource) return resourceText(`resource ${metric.resource.name} on pods`, metric.resource.target, status?.resource?.current);
  if (metric.containerResource) {
    const { name, container, target } = metric.containerResource;
    return resourceText(`resource ${name} of container "${container}" on pods`, target, status?.containerResource?.current);
  }
  return `<unknown metric type ${JSON.stringify(metric.type)}>`;
}

function resourceText(title: string, target: MetricTarget, now: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) return `${title}:\t${now ? (now.averageValue ?? NIL) : UNKNOWN} / ${target.averageValue}`;
  const current = now?.averageUtilization === undefined ? UNKNOWN : `${now.averageUtilization}% (${now.averageValue ?? NIL})`;
  const wanted = target.averageUtilization === undefined ? "<auto>" : `${target.averageUtilization}%`;
  return `${title}  (as a percentage of request):\t${current} / ${wanted}`;
}

function ruleLines(page: Page, direction: string, rules: HPAScalingRules | undefined): void {
  if (!rules) return;
  page.line(1, `${direction}:`);
  if (rules.stabilizationWindowSeconds !== undefined) page.line(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds`);
  if (!rules.policies?.length) return;
  page.line(2, `Select Policy: ${rules.selectPolicy ?? "Max"}`);
  page.line(2, "Policies:");
  for (const p of rules.policies) page.line(3, `- Type: ${p.type}\tValue: ${p.value}\tPeriod: ${p.periodSeconds} seconds`);
}
