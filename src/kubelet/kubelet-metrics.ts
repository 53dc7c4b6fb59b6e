import { family, labels, type Row } from "./prometheus.ts";

/** What a kubelet tells about itself. */
export interface KubeletFigures {
  readonly nodeName: string;
  readonly version: string;
  /** Sandboxes that are ready, and containers by their state. */
  readonly runningPods: number;
  readonly containers: Readonly<Record<string, number>>;
  /** Pods that it knows, and those whose last sync failed. */
  readonly knownPods: number;
  readonly syncs: number;
  readonly syncErrors: number;
  /** By the signal that was short, or the limit that was exceeded. */
  readonly evictions: ReadonlyMap<string, number>;
  readonly startedAt: number | undefined;
}

/** The kubelet's `/metrics` (k8s: kubelet/metrics/metrics.go), what of it is counted here. */
export function kubeletMetrics(figures: KubeletFigures): string {
  const { nodeName, version, runningPods, containers, knownPods, syncs, syncErrors, evictions, startedAt } = figures;
  const [major = "", minor = ""] = version.slice(1).split(".");
  const each = (map: Iterable<readonly [string, number]>, name: string): readonly Row[] =>
    [...map].map(([key, value]): Row => [labels({ [name]: key }), value]);
  return [
    family(
      "kubelet_active_pods",
      "gauge",
      "The number of pods the kubelet considers active and which are being considered when admitting new pods. static is true if the pod is not from the apiserver.",
      [[labels({ static: "" }), knownPods]],
      "ALPHA",
    ),
    family(
      "kubelet_evictions",
      "counter",
      "Cumulative number of pod evictions by eviction signal",
      each(evictions, "eviction_signal"),
      "ALPHA",
    ),
    family("kubelet_node_name", "gauge", "The node's name. The count is always 1.", [[labels({ node: nodeName }), 1]], "ALPHA"),
    family(
      "kubelet_running_containers",
      "gauge",
      "Number of containers currently running",
      each(Object.entries(containers), "container_state"),
      "ALPHA",
    ),
    family("kubelet_running_pods", "gauge", "Number of pods that have a running pod sandbox", [["", runningPods]], "ALPHA"),
    family(
      "kubernetes_build_info",
      "gauge",
      "A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.",
      [[labels({ git_version: version, major, minor }), 1]],
      "BETA",
    ),
    ...(startedAt === undefined
      ? []
      : [
          family("process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds.", [["", startedAt / 1000]]),
        ]),
    family("timonel_kubelet_pod_syncs_total", "counter", "Syncs of pods; counted by the simulator", [["", syncs]]),
    family("timonel_kubelet_pod_sync_errors_total", "counter", "Syncs of pods that failed; counted by the simulator", [["", syncErrors]]),
  ].join("");
}
