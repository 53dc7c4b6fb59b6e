import type { Batch, Point } from "./store.ts";

type Building = { -readonly [K in keyof Point]?: Point[K] };

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)(?: (\d+))?$/;

/** Reads a kubelet's `/metrics/resource` (k8s-sigs/metrics-server: scraper/client/resource/decode.go). */
export function decode(text: string, node: string): Batch {
  const machine: Building = { start: 0 };
  const pods = new Map<string, Map<string, Building>>();
  for (const line of text.split("\n")) {
    const match = line.startsWith("#") ? null : LINE.exec(line);
    if (!match) continue;
    const [, name = "", labels = "", value = "", at] = match;
    const amount = Number(value);
    if (name === "node_cpu_usage_seconds_total") Object.assign(machine, { cpu: amount, at: Number(at) });
    else if (name === "node_memory_working_set_bytes") machine.memory = amount;
    else if (name.startsWith("container_")) {
      const point = pointOf(pods, labels);
      if (name === "container_cpu_usage_seconds_total") Object.assign(point, { cpu: amount, at: Number(at) });
      else if (name === "container_memory_working_set_bytes") point.memory = amount;
      else if (name === "container_start_time_seconds") point.start = amount * 1000;
    }
  }
  const whole = [...pods].filter(([, containers]) => [...containers.values()].every(isWhole));
  return {
    nodes: isWhole(machine) ? { [node]: machine } : {},
    pods: Object.fromEntries(whole.map(([pod, containers]) => [pod, Object.fromEntries(containers) as Record<string, Point>])),
  };
}

const isWhole = (point: Building): point is Point =>
  point.at !== undefined && point.cpu !== undefined && point.memory !== undefined && point.start !== undefined;

function pointOf(pods: Map<string, Map<string, Building>>, labels: string): Building {
  const { namespace, pod, container = "" } = Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, k, v]) => [k, v]));
  const key = `${namespace}/${pod}`;
  let containers = pods.get(key);
  if (!containers) pods.set(key, (containers = new Map()));
  let point = containers.get(container);
  if (!point) containers.set(container, (point = {}));
  return point;
}
