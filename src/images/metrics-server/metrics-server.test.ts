import { describe, expect, it } from "vitest";
import { answer } from "./answers.ts";
import type { ClusterObjects } from "./cluster.ts";
import { decode } from "./decode.ts";
import { EMPTY, isReady, nodeUsage, type Point, podUsage, type Store, stored } from "./store.ts";

const point = (at: number, cpu: number, start = -100_000): Point => ({ start, at: at * 1000, cpu, memory: 1024 });
const batch = (node: Point, web: Point, sidecar?: Point) => ({
  nodes: { n1: node },
  pods: { "default/web": { c: web, ...(sidecar ? { s: sidecar } : {}) } },
});
const round = (store: Store, ...args: Parameters<typeof batch>): Store => stored(store, batch(...args), 15_000);

describe("two rounds make a measure", () => {
  const one = round(EMPTY, point(0, 10), point(0, 5));
  const two = round(one, point(15, 13), point(15, 5.75));
  it("of nodes and pods", () => {
    expect([isReady(one), isReady(two)]).toEqual([false, true]);
    expect(nodeUsage(two, "n1")).toEqual({ cpu: 0.2, memory: 1024, at: 15_000, window: 15_000 });
    expect(podUsage(two, "default/web")).toEqual({ c: { cpu: 0.05, memory: 1024, at: 15_000, window: 15_000 } });
  });
  it("and a container that restarted has none", () => {
    expect(podUsage(round(two, point(30, 14), point(30, 1, 29_000)), "default/web")).toBeUndefined();
  });
  it("and one that is ten seconds old is measured against its start", () => {
    expect(podUsage(round(two, point(30, 14), point(30, 1, 20_000)), "default/web")).toEqual({
      c: { cpu: 0.1, memory: 1024, at: 30_000, window: 10_000 },
    });
  });
  it("and a pod has one when all its containers have", () => {
    expect(podUsage(round(two, point(30, 14), point(30, 6), point(30, 1, 25_000)), "default/web")).toBeUndefined();
  });
  it("and what is heard twice counts once", () => {
    expect(nodeUsage(round(two, point(15, 13), point(15, 5.75)), "n1")).toEqual(nodeUsage(two, "n1"));
  });
  it("and use that falls is none", () => expect(nodeUsage(round(two, point(30, 1), point(30, 6)), "n1")).toBeUndefined());
});

it("a kubelet's text is read; what is not whole is left out", () => {
  const text = `# TYPE container_cpu_usage_seconds_total counter
container_cpu_usage_seconds_total{container="c",namespace="default",pod="web"} 4.71e+03 1500
container_memory_working_set_bytes{container="c",namespace="default",pod="web"} 1.2e+07 1500
container_start_time_seconds{container="c",namespace="default",pod="web"} 1.5
container_cpu_usage_seconds_total{container="c",namespace="default",pod="half"} 1 1500
node_cpu_usage_seconds_total 3 1600
node_memory_working_set_bytes 2000 1600
`;
  expect(decode(text, "n1")).toEqual({
    nodes: { n1: { start: 0, at: 1600, cpu: 3, memory: 2000 } },
    pods: { "default/web": { c: { start: 1500, at: 1500, cpu: 4710, memory: 12_000_000 } } },
  });
});

describe("metrics.k8s.io", () => {
  const store = round(round(EMPTY, point(0, 10), point(0, 5)), point(15, 13), point(15, 5.75));
  const cluster: ClusterObjects = {
    synced: () => true,
    nodes: () => [{ metadata: { name: "n1" } }, { metadata: { name: "n2" } }],
    pods: () => ["web", "new"].map((name) => ({ metadata: { name, namespace: "default", labels: { app: name } } })),
  };
  const get = (path: string, query = "", accept = "", method = "GET") =>
    answer({ method, path: `/apis/metrics.k8s.io/v1beta1${path}`, query: new URLSearchParams(query), accept }, store, cluster, 20_000);
  const web = {
    metadata: { name: "web", namespace: "default", creationTimestamp: "1970-01-01T00:00:20Z", labels: { app: "web" } },
    timestamp: "1970-01-01T00:00:15Z",
    window: "15s",
    containers: [{ name: "c", usage: { cpu: "50m", memory: "1Ki" } }],
  };
  it("lists what it knows, and gets one", () => {
    expect(get("/pods")).toEqual({
      status: 200,
      body: { kind: "PodMetricsList", apiVersion: "metrics.k8s.io/v1beta1", metadata: {}, items: [web] },
    });
    expect(get("/namespaces/default/pods/web")?.body).toEqual({ kind: "PodMetrics", apiVersion: "metrics.k8s.io/v1beta1", ...web });
    expect(get("/nodes/n1")?.body).toMatchObject({ kind: "NodeMetrics", usage: { cpu: "200m", memory: "1Ki" } });
  });
  it.each([
    ["labelSelector=app%3Dnew", 0],
    ["labelSelector=app%3Dweb", 1],
    ["fieldSelector=metadata.name%3Dweb", 1],
    ["fieldSelector=metadata.name!%3Dweb", 0],
  ])("selects by %s", (query, count) => {
    expect(get("/pods", query)).toMatchObject({ body: { items: Array.from({ length: count }, () => web) } });
  });
  it("shows a table where one is asked for", () => {
    expect(get("/nodes", "", "application/json;as=Table;v=v1;g=meta.k8s.io")?.body).toMatchObject({
      kind: "Table",
      columnDefinitions: [{ name: "Name" }, { name: "cpu" }, { name: "memory" }, { name: "Window" }],
      rows: [{ cells: ["n1", "200m", "1Ki", "15s"], object: { kind: "PartialObjectMetadata", metadata: { name: "n1" } } }],
    });
  });
  it.each([
    ["/nodes/n2", "", "GET", 404, 'nodemetrics.metrics.k8s.io "n2" not found'],
    ["/nodes/n3", "", "GET", 404, 'nodes "n3" not found'],
    ["/namespaces/default/pods/new", "", "GET", 404, 'podmetrics.metrics.k8s.io "default/new" not found'],
    ["/namespaces/default/pods/x", "", "GET", 404, 'pods "x" not found'],
    ["/nodes", "watch=true", "GET", 405, "the server does not allow this method on the requested resource"],
    ["/nodes", "", "POST", 405, "the server does not allow this method on the requested resource"],
  ])("%s %s %s is %i", (path, query, method, status, message) => {
    expect(get(path, query, "", method)).toMatchObject({ status, body: { kind: "Status", message } });
  });
  it("serves nothing else", () => expect(get("/services")).toBeUndefined());
});
