import { describe, expect, it } from "vitest";
import type { HorizontalPodAutoscaler, V1HorizontalPodAutoscaler } from "../index.ts";
import { front } from "../testing/front.ts";
import { horizontalPodAutoscaler as v2 } from "./horizontal-pod-autoscaler.ts";
import { horizontalPodAutoscalerV1 as v1 } from "./v1.ts";

const scalers = front(v2);
const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
const aScaler = (spec: object = {}) => ({ metadata: { name: "web" }, spec: { scaleTargetRef, maxReplicas: 5, ...spec } });
const metric = (type: string, source: object) => ({ type, [type[0]?.toLowerCase() + type.slice(1)]: source });
const cpu = (target: object) => metric("Resource", { name: "cpu", target });
const identifier = { name: "queue", selector: { matchLabels: { q: "a" } } };

describe("horizontal pod autoscalers", () => {
  it("aim at 80 % of the CPU when nothing is said", () => {
    const made = scalers.made(aScaler({ behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } }));
    expect(made.spec).toEqual({
      behavior: {
        scaleDown: { policies: [{ periodSeconds: 15, type: "Percent", value: 100 }], selectPolicy: "Max", stabilizationWindowSeconds: 60 },
        scaleUp: {
          policies: [
            { periodSeconds: 15, type: "Pods", value: 4 },
            { periodSeconds: 15, type: "Percent", value: 100 },
          ],
          selectPolicy: "Max",
          stabilizationWindowSeconds: 0,
        },
      },
      maxReplicas: 5,
      metrics: [cpu({ averageUtilization: 80, type: "Utilization" })],
      minReplicas: 1,
      scaleTargetRef,
    });
    expect(made.status).toEqual({ currentMetrics: null, desiredReplicas: 0 });
    expect(scalers.refusals(aScaler())).toEqual([]);
  });

  it.each<readonly [object, readonly string[]]>([
    [
      { minReplicas: 5, maxReplicas: 2, metrics: [cpu({ type: "Utilization" })] },
      [
        "spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`",
        "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization",
      ],
    ],
    [
      { minReplicas: 0, scaleTargetRef: { kind: "", name: "a/b" } },
      [
        "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1",
        "spec.scaleTargetRef.kind: Required value",
        `spec.scaleTargetRef.name: Invalid value: "a/b": may not contain '/'`,
        "spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas",
      ],
    ],
    [
      { metrics: [{ type: "Memory" }] },
      [
        'spec.metrics[0].type: Unsupported value: "Memory": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
        'spec.metrics[0].type: Unsupported value: "Memory": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
      ],
    ],
    [
      { metrics: [{ type: "Pods", external: { metric: identifier, target: { type: "Value", value: "1", averageValue: "-1" } } }] },
      [
        'spec.metrics[0].external.target.averageValue: Invalid value: "-1": must be positive',
        "spec.metrics[0].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target",
        "spec.metrics[0].pods: Required value: must populate information for the given metric source",
      ],
    ],
    [
      {
        behavior: {
          scaleUp: { selectPolicy: "Most", policies: [{ type: "Nodes", value: 0, periodSeconds: 1801 }], stabilizationWindowSeconds: 3601 },
        },
      },
      [
        "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600",
        'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Most": supported values: "Disabled", "Max", "Min"',
        'spec.behavior.scaleUp.policies[0].type: Unsupported value: "Nodes": supported values: "Percent", "Pods"',
        "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero",
        "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800",
      ],
    ],
  ])("are refused with %j", (spec, errors) => {
    expect(scalers.refusals(aScaler(spec))).toEqual(errors);
  });

  it.each<readonly [readonly object[], object[] | undefined, string]>([
    [[cpu({ type: "Utilization", averageUtilization: 80 })], undefined, "cpu: <unknown>/80%"],
    [
      [
        cpu({ type: "Utilization", averageUtilization: 80 }),
        metric("Pods", { metric: identifier, target: { type: "AverageValue", averageValue: "10" } }),
      ],
      [
        { type: "Resource", resource: { name: "cpu", current: { averageUtilization: 42, averageValue: "42m" } } },
        { type: "Pods", pods: { metric: identifier, current: { averageValue: "7" } } },
      ],
      "cpu: 42%/80%, 7/10",
    ],
    [
      [
        metric("External", { metric: identifier, target: { type: "AverageValue", averageValue: "3" } }),
        metric("Object", { metric: identifier, describedObject: scaleTargetRef, target: { type: "Value", value: "9" } }),
        metric("ContainerResource", { name: "memory", container: "c", target: { type: "AverageValue", averageValue: "1Gi" } }),
      ],
      undefined,
      "<unknown>/3 (avg), <unknown>/9 + 1 more...",
    ],
  ])("show their targets: %j", (metrics, currentMetrics, cell) => {
    const made = { ...scalers.made(aScaler({ metrics })), status: { desiredReplicas: 1, currentMetrics } } as HorizontalPodAutoscaler;
    expect(scalers.row(made, 0).slice(0, 2)).toEqual(["Deployment/web", cell]);
  });
});

describe("autoscaling/v1", () => {
  const to = (object: V1HorizontalPodAutoscaler) => v1.storedAs?.to(object) as HorizontalPodAutoscaler;
  const from = (object: HorizontalPodAutoscaler) => v1.storedAs?.from(object) as V1HorizontalPodAutoscaler;

  it("says a percentage of the CPU in a field of its own", () => {
    const given = {
      metadata: { name: "web" },
      spec: { scaleTargetRef, maxReplicas: 3, minReplicas: 1, targetCPUUtilizationPercentage: 50 },
    };
    const stored = to(given);
    expect([stored.apiVersion, stored.spec.metrics]).toEqual(["autoscaling/v2", [cpu({ type: "Utilization", averageUtilization: 50 })]]);
    expect(from(stored)).toEqual({ ...given, apiVersion: "autoscaling/v1", status: { currentReplicas: 0, desiredReplicas: 0 } });
  });

  it("loses nothing that it has no field for", () => {
    const metrics = [
      metric("Object", { metric: identifier, describedObject: scaleTargetRef, target: { type: "Value", value: "9" } }),
      metric("External", { metric: identifier, target: { type: "AverageValue", averageValue: "3" } }),
      metric("Pods", { metric: identifier, target: { type: "AverageValue", averageValue: "10" } }),
      metric("Resource", { name: "memory", target: { type: "AverageValue", averageValue: "1Gi" } }),
      metric("ContainerResource", { name: "cpu", container: "c", target: { type: "Utilization", averageUtilization: 60 } }),
    ];
    const currentMetrics = [
      { type: "Object", object: { metric: identifier, describedObject: scaleTargetRef, current: { value: "4" } } },
      { type: "External", external: { metric: identifier, current: { averageValue: "3" } } },
      { type: "Pods", pods: { metric: identifier, current: { averageValue: "7" } } },
      { type: "Resource", resource: { name: "cpu", current: { averageUtilization: 42, averageValue: "42m" } } },
      { type: "ContainerResource", containerResource: { name: "cpu", container: "c", current: { averageValue: "1" } } },
    ];
    const conditions = [{ type: "AbleToScale", status: "True", reason: "ReadyForNewScale", lastTransitionTime: "2026-01-01T00:00:00Z" }];
    const behavior = { scaleUp: { tolerance: "50m", policies: [{ type: "Pods", value: 1, periodSeconds: 2 }] } };
    const made = scalers.made(aScaler({ metrics, behavior }));
    const stored = {
      ...made,
      apiVersion: "autoscaling/v2",
      metadata: { name: "web", annotations: { a: "b" } },
      status: { currentReplicas: 2, desiredReplicas: 3, currentMetrics, conditions },
    } as HorizontalPodAutoscaler;
    const shown = from(stored);
    expect(Object.keys(shown.metadata?.annotations ?? {})).toEqual([
      "a",
      "autoscaling.alpha.kubernetes.io/metrics",
      "autoscaling.alpha.kubernetes.io/current-metrics",
      "autoscaling.alpha.kubernetes.io/behavior",
      "autoscaling.alpha.kubernetes.io/conditions",
    ]);
    expect(shown.metadata?.annotations?.["autoscaling.alpha.kubernetes.io/behavior"]).toContain(
      '{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":1,"PeriodSeconds":2}],"Tolerance":"50m"}',
    );
    expect(shown.status?.currentCPUUtilizationPercentage).toBe(42);
    expect(to(shown)).toEqual(stored);
  });
});
