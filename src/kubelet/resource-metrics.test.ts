import { expect, it } from "vitest";
import type { ContainerRuntime } from "../runtime/index.ts";
import { resourceMetrics } from "./resource-metrics.ts";
import { UsageReader } from "./usage.ts";

/** A runtime of one sandbox a pod; containers by pod: id to CPU milliseconds. */
const runtimeOf = (pods: Readonly<Record<string, Readonly<Record<string, number>>>>): ContainerRuntime =>
  ({
    sandboxes: () => Object.keys(pods).map((name) => ({ id: name, name, namespace: "default", uid: name, createdAt: 1000, ready: true })),
    containers: (sandbox: string) =>
      Object.keys(pods[sandbox] ?? {}).map((id) => ({ id, name: id, state: "running", startedAt: 1_767_225_600_500 })),
    stats: (id: string) => ({ cpu: Object.assign({}, ...Object.values(pods))[id], memory: 14_680_064 }),
  }) as never;

it("the machine's use never falls, whatever ends", () => {
  const reader = new UsageReader(runtimeOf({ web: { a: 10, b: 20 } }), { now: () => 5 });
  expect(reader.read().cpu).toBe(30);
  const later = { a: 15 } as Record<string, number>;
  const changing = new UsageReader(runtimeOf({ web: later }), { now: () => 5 });
  expect(changing.read().cpu).toBe(15);
  delete later["a"];
  later["c"] = 1;
  expect([changing.read().cpu, changing.read().cpu]).toEqual([16, 16]);
});

it("is written as Prometheus reads it", () => {
  const usage = new UsageReader(runtimeOf({ web: { app: 4_710_169 } }), { now: () => 1_767_225_615_250 }).read();
  expect(resourceMetrics(usage))
    .toBe(`# HELP container_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed by the container in core-seconds
# TYPE container_cpu_usage_seconds_total counter
container_cpu_usage_seconds_total{container="app",namespace="default",pod="web"} 4710.169 1767225615250
# HELP container_memory_working_set_bytes [STABLE] Current working set of the container in bytes
# TYPE container_memory_working_set_bytes gauge
container_memory_working_set_bytes{container="app",namespace="default",pod="web"} 1.4680064e+07 1767225615250
# HELP container_start_time_seconds [STABLE] Start time of the container since unix epoch in seconds
# TYPE container_start_time_seconds gauge
container_start_time_seconds{container="app",namespace="default",pod="web"} 1.7672256005e+09
# HELP node_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed by the node in core-seconds
# TYPE node_cpu_usage_seconds_total counter
node_cpu_usage_seconds_total 4710.169 1767225615250
# HELP node_memory_working_set_bytes [STABLE] Current working set of the node in bytes
# TYPE node_memory_working_set_bytes gauge
node_memory_working_set_bytes 1.4680064e+07 1767225615250
# HELP pod_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed by the pod in core-seconds
# TYPE pod_cpu_usage_seconds_total counter
pod_cpu_usage_seconds_total{namespace="default",pod="web"} 4710.169 1767225615250
# HELP pod_memory_working_set_bytes [STABLE] Current working set of the pod in bytes
# TYPE pod_memory_working_set_bytes gauge
pod_memory_working_set_bytes{namespace="default",pod="web"} 1.4680064e+07 1767225615250
# HELP resource_scrape_error [STABLE] 1 if there was an error while getting container metrics, 0 otherwise
# TYPE resource_scrape_error gauge
resource_scrape_error 0
`);
});
