import { describe, expect, it } from "vitest";
import type { MetricSpec, Pod } from "../../api/index.ts";
import type { Client } from "../../client/index.ts";
import { genericServerResponse, mapSelector } from "../../machinery/index.ts";
import { createMetricsApi } from "./metrics-api.ts";
import { propose } from "./proposals.ts";

const T = "2026-01-01T00:00:00Z";
const pod = (name: string): Pod => ({
  metadata: { name },
  spec: { containers: ["app", "log"].map((c) => ({ name: c, resources: { requests: { cpu: "500m" } } })) },
  status: { phase: "Running", startTime: T, conditions: [{ type: "Ready", status: "True", lastTransitionTime: T }] },
});
const usage = (name: string, app: string, log: string) => ({
  metadata: { name, namespace: "shop" },
  timestamp: "2026-01-01T00:09:50Z",
  window: "15s",
  containers: [
    { name: "app", usage: { cpu: app, memory: "64Mi" } },
    { name: "log", usage: { cpu: log, memory: "16Mi" } },
  ],
});
const series = (name: string, value: string) => ({ describedObject: { name }, timestamp: T, value });
const CUSTOM = "/apis/custom.metrics.k8s.io/v1beta2/namespaces/shop";

/** What each path answers; the others are not served. */
const SERVED: Readonly<Record<string, unknown>> = {
  "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods?labelSelector=app%3Dweb": [usage("a", "400m", "100m"), usage("b", "500m", "0")],
  "/apis": { groups: [{ name: "custom.metrics.k8s.io", versions: [{ version: "v1beta2" }] }] },
  [`${CUSTOM}/pods/*/hits?labelSelector=app%3Dweb&metricLabelSelector=verb%3DGET`]: [series("a", "30"), series("b", "10500m")],
  [`${CUSTOM}/ingresses.networking.k8s.io/main/rps`]: [series("main", "2k")],
  [`${CUSTOM}/metrics/quota`]: [series("shop", "5")],
  [`${CUSTOM}/ingresses.networking.k8s.io/two/rps`]: [series("two", "1"), series("two", "2")],
  "/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/queue?labelSelector=q%3Dw": [series("", "20"), series("", "25")],
  "/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/none": [],
};
const client = {
  read: async (path: string, query: Record<string, string>, of?: { resource: string; group: string; name?: string }) => {
    const text = new URLSearchParams(query).toString();
    const found = SERVED[text === "" ? path : `${path}?${text}`];
    if (found === undefined) throw genericServerResponse({ code: 404, verb: "get", ...of });
    return Array.isArray(found) ? { items: found } : found;
  },
} as Client;

const ask = (spec: MetricSpec) =>
  propose(
    spec,
    {
      namespace: "shop",
      selector: mapSelector({ app: "web" }),
      current: 2,
      there: 2,
      pods: [pod("a"), pod("b")],
      tolerances: { down: 0.1, up: 0.1 },
      now: Date.parse("2026-01-01T00:10:00Z"),
      resourceOf({ kind }) {
        if (kind !== "Ingress") throw new Error(`no matches for kind "${kind}" in group "example.com"`);
        return "ingresses.networking.k8s.io";
      },
    },
    createMetricsApi(client),
  );

const resource = (name: string, target: object) => ({ type: "Resource", resource: { name, target: { type: "", ...target } } });
const container = (name: string, target: object) => ({
  type: "ContainerResource",
  containerResource: { container: name, name: "cpu", target: { type: "", ...target } },
});
const object = (kind: string, name: string, metric: string, target: object): MetricSpec => ({
  type: "Object",
  object: {
    describedObject: { kind, name, ...(kind === "Namespace" ? {} : { apiVersion: "networking.k8s.io/v1" }) },
    metric: { name: metric },
    target: { type: "value" in target ? "Value" : "AverageValue", ...target },
  },
});
const external = (name: string, target: object, q?: string): MetricSpec => ({
  type: "External",
  external: { metric: { name, ...(q ? { selector: { matchLabels: { q } } } : {}) }, target: { type: "", ...target } },
});

describe("a metric asks for replicas, and shows its value", () => {
  it.each<[MetricSpec, number, string, object]>([
    [
      resource("cpu", { averageUtilization: 25 }),
      4,
      "cpu resource utilization (percentage of request)",
      { resource: { name: "cpu", current: { averageUtilization: 50, averageValue: "500m" } } },
    ],
    [
      resource("memory", { averageValue: "40Mi" }),
      4,
      "memory resource",
      { resource: { name: "memory", current: { averageValue: "83886080" } } },
    ],
    [
      container("app", { averageUtilization: 90 }),
      2,
      "cpu container resource utilization (percentage of request)",
      { containerResource: { name: "cpu", container: "app", current: { averageUtilization: 90, averageValue: "450m" } } },
    ],
    [
      {
        type: "Pods",
        pods: {
          metric: { name: "hits", selector: { matchLabels: { verb: "GET" } } },
          target: { type: "AverageValue", averageValue: "10" },
        },
      },
      5,
      "pods metric hits",
      { pods: { metric: { name: "hits", selector: { matchLabels: { verb: "GET" } } }, current: { averageValue: "20250m" } } },
    ],
    [
      object("Ingress", "main", "rps", { value: "1k" }),
      4,
      "Ingress metric rps",
      {
        object: {
          metric: { name: "rps" },
          current: { value: "2k" },
          describedObject: { kind: "Ingress", name: "main", apiVersion: "networking.k8s.io/v1" },
        },
      },
    ],
    [
      object("Ingress", "main", "rps", { averageValue: "300" }),
      7,
      "external metric rps(nil)",
      { object: { metric: { name: "rps" }, current: { averageValue: "1k" }, describedObject: { kind: "", name: "" } } },
    ],
    [
      object("Namespace", "ignored", "quota", { value: "5" }),
      2,
      "Namespace metric quota",
      { object: { metric: { name: "quota" }, current: { value: "5" }, describedObject: { kind: "Namespace", name: "ignored" } } },
    ],
    [
      external("queue", { averageValue: "10" }, "w"),
      5,
      "external metric queue(&LabelSelector{MatchLabels:map[string]string{q: w,},MatchExpressions:[]LabelSelectorRequirement{},})",
      { external: { metric: { name: "queue", selector: { matchLabels: { q: "w" } } }, current: { averageValue: "22500m" } } },
    ],
    [
      external("queue", { value: "15" }, "w"),
      6,
      "external metric queue(&LabelSelector{MatchLabels:map[string]string{q: w,},MatchExpressions:[]LabelSelectorRequirement{},})",
      { external: { metric: { name: "queue", selector: { matchLabels: { q: "w" } } }, current: { value: "45" } } },
    ],
  ])("%j", async (spec, replicas, name, status) => {
    expect(await ask(spec)).toEqual({ replicas, name, status: { type: spec.type, ...status } });
  });
});

describe("a metric that says nothing", () => {
  it.each<[MetricSpec, string, string, string]>([
    [
      resource("disk", { averageUtilization: 25 }),
      "FailedGetResourceMetric",
      "failed to get disk utilization: did not receive metrics for targeted pods (pods might be unready)",
      "failed to get disk resource metric value: failed to get disk utilization: did not receive metrics for targeted pods (pods might be unready)",
    ],
    [
      container("db", { averageValue: "1" }),
      "FailedGetContainerResourceMetric",
      "failed to get cpu usage: unable to get metrics for resource cpu: failed to get container metrics: container db not present in metrics for pod shop/a",
      "failed to get db container metric value: failed to get cpu usage: unable to get metrics for resource cpu: failed to get container metrics: container db not present in metrics for pod shop/a",
    ],
    [
      { type: "Pods", pods: { metric: { name: "hits" }, target: { type: "AverageValue", averageValue: "10" } } },
      "FailedGetPodsMetric",
      "unable to get metric hits: unable to fetch metrics from custom metrics API: the server could not find the requested resource (get pods.custom.metrics.k8s.io *)",
      "failed to get pods metric value: unable to get metric hits: unable to fetch metrics from custom metrics API: the server could not find the requested resource (get pods.custom.metrics.k8s.io *)",
    ],
    [
      object("Ingress", "two", "rps", { averageValue: "1k" }),
      "FailedGetObjectMetric",
      "unable to get metric rps: Ingress on shop two/unable to fetch metrics from custom metrics API: the custom metrics API server returned 2 results when we asked for exactly one",
      "failed to get object metric value: failed to get rps object metric: unable to get metric rps: Ingress on shop two/unable to fetch metrics from custom metrics API: the custom metrics API server returned 2 results when we asked for exactly one",
    ],
    [
      object("Shop", "two", "rps", { value: "1k" }),
      "FailedGetObjectMetric",
      'unable to get metric rps: Shop on shop two/unable to fetch metrics from custom metrics API: unable to map kind Shop.networking.k8s.io to resource: no matches for kind "Shop" in group "example.com"',
      'failed to get object metric value: unable to get metric rps: Shop on shop two/unable to fetch metrics from custom metrics API: unable to map kind Shop.networking.k8s.io to resource: no matches for kind "Shop" in group "example.com"',
    ],
    [
      external("none", { value: "1" }),
      "FailedGetExternalMetric",
      "unable to get external metric shop/none/nil: no metrics returned from external metrics API",
      "failed to get none external metric value: failed to get external metric none: unable to get external metric shop/none/nil: no metrics returned from external metrics API",
    ],
  ])("%j", async (spec, reason, message, whole) => {
    expect(await ask(spec)).toEqual({ reason, message, whole });
  });

  it("is a server that is not there", async () => {
    const api = createMetricsApi({
      read: async () => {
        throw genericServerResponse({ code: 503, verb: "get", resource: "pods", group: "metrics.k8s.io" });
      },
    } as unknown as Client);
    await expect(api.resource("cpu", "", "shop", mapSelector({}))).rejects.toThrow(
      "unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)",
    );
  });
});
