import { expect, it } from "vitest";
import { horizontalPodAutoscaler } from "./autoscaling.ts";
import { Page } from "./page.ts";
import type { DescribeContext } from "./types.ts";

const target = { type: "Utilization", averageUtilization: 50 };
const hpa = {
  metadata: { name: "web", namespace: "default", labels: { x: "z" }, annotations: { p: "m" }, creationTimestamp: "2026-11-20T10:00:00Z" },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
    minReplicas: 2,
    maxReplicas: 5,
    behavior: {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: "Min",
        policies: [
          { type: "Pods", value: 4, periodSeconds: 15 },
          { type: "Percent", value: 100, periodSeconds: 15 },
        ],
      },
      scaleDown: { stabilizationWindowSeconds: 60, selectPolicy: "Max", policies: [{ type: "Pods", value: 1, periodSeconds: 30 }] },
    },
    metrics: [
      { type: "Resource", resource: { name: "cpu", target } },
      { type: "Resource", resource: { name: "memory", target: { type: "AverageValue", averageValue: "100Mi" } } },
      { type: "ContainerResource", containerResource: { name: "cpu", container: "c", target } },
      { type: "Pods", pods: { metric: { name: "hits" }, target: { type: "AverageValue", averageValue: "10" } } },
      {
        type: "Object",
        object: { describedObject: { kind: "Ingress", name: "x" }, metric: { name: "rps" }, target: { type: "Value", value: "10" } },
      },
      { type: "External", external: { metric: { name: "queue" }, target: { type: "AverageValue", averageValue: "10" } } },
    ],
  },
  status: {
    currentReplicas: 2,
    desiredReplicas: 0,
    conditions: [
      { type: "AbleToScale", status: "True", reason: "SucceededGetScale", message: "the HPA controller was able" },
      { type: "ScalingActive", status: "False", reason: "FailedGetPodsMetric", message: "no" },
    ],
  },
};
const pageOf = async (object: object, version = "v2", newest?: object): Promise<string> => {
  const page = new Page(0);
  const session = { object: async () => newest };
  const type = { group: "autoscaling", version, name: "horizontalpodautoscalers", namespaced: true };
  await horizontalPodAutoscaler.describe(page, object as never, { session, type } as unknown as DescribeContext);
  return page.text();
};

// The layout is that of kubectl 1.36.4.
it("shows metrics, behaviour and conditions", async () => {
  expect(await pageOf(hpa)).toBe(`\
Name:                                                                   web
Namespace:                                                              default
Labels:                                                                 x=z
Annotations:                                                            p: m
CreationTimestamp:                                                      Fri, 20 Nov 2026 10:00:00 +0000
Reference:                                                              Deployment/web
Metrics:                                                                ( current / target )
  resource cpu on pods  (as a percentage of request):                   <unknown> / 50%
  resource memory on pods:                                              <unknown> / 100Mi
  resource cpu of container "c" on pods  (as a percentage of request):  <unknown> / 50%
  "hits" on pods:                                                       <unknown> / 10
  "rps" on Ingress/x (target value):                                    <unknown> / 10
  "queue" (target average value):                                       <unknown> / 10
Min replicas:                                                           2
Max replicas:                                                           5
Behavior:
  Scale Up:
    Stabilization Window: 0 seconds
    Select Policy: Min
    Policies:
      - Type: Pods     Value: 4    Period: 15 seconds
      - Type: Percent  Value: 100  Period: 15 seconds
  Scale Down:
    Stabilization Window: 60 seconds
    Select Policy: Max
    Policies:
      - Type: Pods  Value: 1  Period: 30 seconds
Deployment pods:    2 current / 0 desired
Conditions:
  Type           Status  Reason               Message
  ----           ------  ------               -------
  AbleToScale    True    SucceededGetScale    the HPA controller was able
  ScalingActive  False   FailedGetPodsMetric  no
`);
});

it("shows what the metrics are now, and asks for the newest version", async () => {
  const current = { averageUtilization: 12, averageValue: "12m" };
  const currentMetrics = [
    { type: "Resource", resource: { name: "cpu", current } },
    { type: "Resource", resource: { name: "memory", current: { averageValue: "14680064" } } },
    { type: "ContainerResource", containerResource: { name: "cpu", container: "c", current } },
    { type: "" },
    { type: "Object", object: { current: { value: "2k" } } },
    { type: "External", external: { current: { averageValue: "22500m" } } },
  ];
  const page = await pageOf({ metadata: hpa.metadata }, "v1", { ...hpa, status: { ...hpa.status, currentMetrics } });
  expect(
    page
      .split("\n")
      .slice(7, 13)
      .map((line) => line.split(/: {2,}/)[1]),
  ).toEqual(["12% (12m) / 50%", "14680064 / 100Mi", "12% (12m) / 50%", "<unknown> / 10", "2k / 10", "22500m / 10"]);
});
