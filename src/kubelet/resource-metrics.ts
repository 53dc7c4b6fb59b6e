import { family as stable, type Row } from "./prometheus.ts";
import type { NodeUsage } from "./usage.ts";

const family = (name: string, type: "counter" | "gauge", help: string, rows: readonly Row[]): string =>
  stable(name, type, help, rows, "STABLE");

/** The kubelet's `/metrics/resource` (k8s: kubelet/metrics/collectors/resource_metrics.go), as Prometheus reads it. */
export function resourceMetrics({ at, pods, cpu, memory }: NodeUsage): string {
  const containers = pods.flatMap((pod) =>
    pod.containers.map((c) => ({ ...c, labels: `{container="${c.name}",namespace="${pod.namespace}",pod="${pod.name}"}` })),
  );
  const each = pods.map(({ name, namespace, containers: own }) => ({
    labels: `{namespace="${namespace}",pod="${name}"}`,
    cpu: own.reduce((sum, c) => sum + c.cpu, 0),
    memory: own.reduce((sum, c) => sum + c.memory, 0),
  }));
  return [
    family("container_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the container in core-seconds", [
      ...containers.map((c): Row => [c.labels, c.cpu / 1000, at]),
    ]),
    family("container_memory_working_set_bytes", "gauge", "Current working set of the container in bytes", [
      ...containers.map((c): Row => [c.labels, c.memory, at]),
    ]),
    family("container_start_time_seconds", "gauge", "Start time of the container since unix epoch in seconds", [
      ...containers.map((c): Row => [c.labels, c.startedAt / 1000]),
    ]),
    family("node_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the node in core-seconds", [["", cpu / 1000, at]]),
    family("node_memory_working_set_bytes", "gauge", "Current working set of the node in bytes", [["", memory, at]]),
    family("pod_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the pod in core-seconds", [
      ...each.map((p): Row => [p.labels, p.cpu / 1000, at]),
    ]),
    family("pod_memory_working_set_bytes", "gauge", "Current working set of the pod in bytes", [
      ...each.map((p): Row => [p.labels, p.memory, at]),
    ]),
    family("resource_scrape_error", "gauge", "1 if there was an error while getting container metrics, 0 otherwise", [["", 0]]),
  ].join("");
}
