import type { MachineUse } from "../runtime/index.ts";
import { family, labels, type Row } from "./prometheus.ts";
import type { ContainerUsage, NodeUsage, PodUsage } from "./usage.ts";

/** What is known of a running container besides what it uses. */
export interface ContainerFacts {
  readonly image: string;
  readonly rootfs: number;
  readonly inodes: number;
  readonly cpuShares: number;
  /** Millicores and bytes; undefined: no limit. */
  readonly cpuLimit: number | undefined;
  readonly memoryLimit: number | undefined;
}

/** The pod's cgroup, as systemd's driver names it (k8s: cm/cgroup_manager_linux.go). */
function slice({ uid, qos }: Pick<PodUsage, "uid"> & { readonly qos: string }): string {
  const name = uid.replaceAll("-", "_");
  if (qos === "Guaranteed") return `/kubepods.slice/kubepods-pod${name}.slice`;
  const parent = `kubepods-${qos.toLowerCase()}`;
  return `/kubepods.slice/${parent}.slice/${parent}-pod${name}.slice`;
}

const PERIOD = 100_000;

/** The kubelet's `/metrics/cadvisor`: cgroups by cAdvisor's names and labels, as far as they are kept account of. */
export function cadvisorMetrics(
  { at, pods, cpu }: NodeUsage,
  machine: MachineUse,
  cores: number,
  facts: (container: ContainerUsage) => ContainerFacts | undefined,
  qos: (pod: PodUsage) => string,
): string {
  const rows = pods.flatMap((pod) => {
    const id = slice({ uid: pod.uid, qos: qos(pod) });
    const of = { namespace: pod.namespace, pod: pod.name };
    const whole = { container: "", id, image: "", name: "", ...of };
    const each = pod.containers.flatMap((container) => {
      const known = facts(container);
      if (known === undefined) return [];
      const own = {
        container: container.name,
        id: `${id}/cri-containerd-${container.id}.scope`,
        image: known.image,
        name: container.id,
        ...of,
      };
      return [{ own, container, known }];
    });
    return [{ whole, each, pod }];
  });
  const containers = rows.flatMap((r) => r.each);
  const sum = (pod: PodUsage, of: (c: ContainerUsage) => number): number => pod.containers.reduce((n, c) => n + of(c), 0);
  const root = { container: "", id: "/", image: "", name: "", namespace: "", pod: "" };
  const cpuOf = (own: object): string => labels({ ...own, cpu: "total" } as Record<string, string>);
  const memory = (name: string, help: string, of: (c: ContainerUsage) => number): string =>
    family(name, "gauge", help, [
      [labels(root), machine.memory.used, at],
      ...rows.map(({ whole, pod }): Row => [labels(whole), sum(pod, of), at]),
      ...containers.map(({ own, container }): Row => [labels(own), of(container), at]),
    ]);
  const spec = (name: string, help: string, of: (known: ContainerFacts) => number | undefined): string =>
    family(
      name,
      "gauge",
      help,
      containers.flatMap(({ own, known }): readonly Row[] => {
        const amount = of(known);
        return amount === undefined ? [] : [[labels(own), amount]];
      }),
    );
  const each = (name: string, type: "counter" | "gauge", help: string, of: (c: ContainerUsage) => number, limited = false): string =>
    family(
      name,
      type,
      help,
      containers
        .filter(({ known }) => !limited || known.cpuLimit !== undefined)
        .map(({ own, container }): Row => [labels(own), of(container), at]),
    );
  return [
    each(
      "container_cpu_cfs_periods_total",
      "counter",
      "Number of elapsed enforcement period intervals.",
      (c) => c.throttling.periods,
      true,
    ),
    each(
      "container_cpu_cfs_throttled_periods_total",
      "counter",
      "Number of throttled period intervals.",
      (c) => c.throttling.throttled,
      true,
    ),
    each(
      "container_cpu_cfs_throttled_seconds_total",
      "counter",
      "Total time duration the container has been throttled.",
      (c) => c.throttling.ms / 1000,
      true,
    ),
    family("container_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed in seconds.", [
      [cpuOf(root), cpu / 1000, at],
      ...rows.map(({ whole, pod }): Row => [cpuOf(whole), sum(pod, (c) => c.cpu) / 1000, at]),
      ...containers.map(({ own, container }): Row => [cpuOf(own), container.cpu / 1000, at]),
    ]),
    family("container_fs_inodes_total", "gauge", "Number of Inodes", [
      [labels({ ...root, device: "/" }), machine.disk.capacity.inodes, at],
    ]),
    family("container_fs_limit_bytes", "gauge", "Number of bytes that can be consumed by the container on this filesystem.", [
      [labels({ ...root, device: "/" }), machine.disk.capacity.bytes, at],
    ]),
    family("container_fs_usage_bytes", "gauge", "Number of bytes that are consumed by the container on this filesystem.", [
      [labels({ ...root, device: "/" }), machine.disk.used.bytes, at],
      ...containers.map(({ own, known }): Row => [labels({ ...own, device: "/" }), known.rootfs, at]),
    ]),
    family("container_last_seen", "gauge", "Last time a container was seen by the exporter", [
      ...containers.map(({ own }): Row => [labels(own), Math.floor(at / 1000), at]),
    ]),
    each("container_memory_cache", "gauge", "Number of bytes of page cache memory.", (c) => c.shared + c.cache),
    each("container_memory_max_usage_bytes", "gauge", "Maximum memory usage recorded in bytes", (c) => c.peak),
    memory("container_memory_rss", "Size of RSS in bytes.", (c) => c.memory - c.shared),
    memory(
      "container_memory_usage_bytes",
      "Current memory usage in bytes, including all memory regardless of when it was accessed",
      (c) => c.memory + c.cache,
    ),
    memory("container_memory_working_set_bytes", "Current working set in bytes.", (c) => c.memory),
    each("container_oom_events_total", "counter", "Count of out of memory events observed for the container", (c) => c.ooms),
    each("container_processes", "gauge", "Number of processes running inside the container.", (c) => c.processes),
    spec("container_spec_cpu_period", "CPU period of the container.", () => PERIOD),
    spec("container_spec_cpu_quota", "CPU quota of the container.", ({ cpuLimit }) =>
      cpuLimit === undefined ? undefined : cpuLimit * (PERIOD / 1000),
    ),
    spec("container_spec_cpu_shares", "CPU share of the container.", ({ cpuShares }) => cpuShares),
    spec("container_spec_memory_limit_bytes", "Memory limit for the container.", ({ memoryLimit }) => memoryLimit ?? 0),
    family("container_start_time_seconds", "gauge", "Start time of the container since unix epoch in seconds.", [
      ...containers.map(({ own, container }): Row => [labels(own), container.startedAt / 1000, at]),
    ]),
    family("machine_cpu_cores", "gauge", "Number of logical CPU cores.", [["", cores]]),
    family("machine_memory_bytes", "gauge", "Amount of memory installed on the machine.", [["", machine.memory.capacity]]),
  ].join("");
}
