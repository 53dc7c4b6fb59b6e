import { qosClass, type Pod } from "../api/index.ts";
import type { ContainerRuntime } from "../runtime/index.ts";
import { cadvisorMetrics } from "./cadvisor-metrics.ts";
import { configz } from "./configz.ts";
import { kubeletMetrics, type KubeletFigures } from "./kubelet-metrics.ts";
import { KUBELET_VERSION } from "./node-status.ts";
import type { KubeletReport } from "./pod-workers.ts";
import { findContainer } from "./pod.ts";
import { resourceMetrics } from "./resource-metrics.ts";
import { cgroupOf } from "./resources.ts";
import type { Summary } from "./summary.ts";
import type { KubeletConfig, MachineFacts, Refusal } from "./types.ts";
import type { UsageReader } from "./usage.ts";

export interface EndpointParts {
  readonly machine: MachineFacts;
  readonly cores: number;
  readonly config: KubeletConfig;
  readonly runtime: ContainerRuntime;
  readonly usage: UsageReader;
  readonly summary: Summary;
  /** What the kubelet counts itself. */
  readonly own: () => Pick<KubeletFigures, "nodeName" | "knownPods" | "evictions" | "startedAt"> & { readonly report: KubeletReport };
  readonly probeMetrics: () => string;
  /** Pods with their newest statuses. */
  readonly pods: () => readonly Pod[];
  readonly pod: (uid: string) => Pod | undefined;
}

const PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
const TEXT = "text/plain; charset=utf-8";

/** What the kubelet's HTTP server has to read (k8s: kubelet/server/server.go); undefined: nothing at this path. */
export function readEndpoint(target: string, parts: EndpointParts): Refusal | undefined {
  const [path = "", query = ""] = target.split("?");
  const { runtime, usage, machine, pod } = parts;
  const text = (body: string, contentType = TEXT): Refusal => ({ status: 200, body, contentType });
  switch (path.replace(/\/$/, "")) {
    case "healthz":
    case "healthz/log":
    case "healthz/ping":
    case "healthz/syncloop":
      return text("ok");
    case "stats/summary":
      return { status: 200, body: parts.summary.read(/(?:^|&)only_cpu_and_memory=(?:true|1)(?:&|$)/.test(query)) };
    case "metrics/resource":
      return text(resourceMetrics(usage.read()), PROMETHEUS);
    case "metrics/cadvisor":
      return text(cadvisor(), PROMETHEUS);
    case "metrics/probes":
      return text(parts.probeMetrics(), PROMETHEUS);
    case "metrics":
      return text(kubeletMetrics(figures()), PROMETHEUS);
    case "configz":
      return { status: 200, body: configz(parts.config, machine.pods) };
    case "pods":
      return { status: 200, body: { kind: "PodList", apiVersion: "v1", metadata: {}, items: parts.pods() } };
    case "runningpods":
      return { status: 200, body: { kind: "PodList", apiVersion: "v1", metadata: {}, items: running() } };
    default:
      return undefined;
  }

  function cadvisor(): string {
    const seen = usage.read();
    const owner = new Map(seen.pods.flatMap(({ uid, containers }) => containers.map((c) => [c.id, uid] as const)));
    return cadvisorMetrics(
      seen,
      runtime.use(),
      parts.cores,
      ({ id, name }) => {
        const [of, status, kept] = [pod(owner.get(id) ?? ""), runtime.status(id), runtime.diskStats(id)];
        const container = of === undefined ? undefined : findContainer(of, name)?.container;
        if (of === undefined || container === undefined || status === undefined || kept === undefined) return undefined;
        const { cpuShares, cpuLimit, memoryLimit } = cgroupOf(of, container);
        return { image: status.imageRef, rootfs: kept.rootfs.bytes, inodes: kept.rootfs.inodes, cpuShares, cpuLimit, memoryLimit };
      },
      ({ uid }) => {
        const of = pod(uid);
        return of === undefined ? "BestEffort" : qosClass(of);
      },
    );
  }

  function figures(): KubeletFigures {
    const { report, ...own } = parts.own();
    const all = runtime.containers();
    const count = (state: string): number => all.filter((c) => c.state === state).length;
    return {
      ...own,
      version: KUBELET_VERSION,
      runningPods: runtime.sandboxes().filter((s) => s.ready).length,
      containers: { created: count("created"), exited: count("exited"), running: count("running") },
      syncs: report.reconciles,
      syncErrors: report.errors,
    };
  }

  /** What the runtime alone knows (k8s: kubecontainer Pod.ToAPIPod). */
  function running(): readonly object[] {
    return runtime
      .sandboxes()
      .filter((s) => s.ready)
      .map(({ id, name, namespace, uid }) => ({
        metadata: { name, namespace, uid },
        spec: {
          containers: runtime
            .containers(id)
            .filter((c) => c.state === "running")
            .map((c) => ({ name: c.name, image: c.imageRef, resources: {} })),
        },
        status: {},
      }));
  }
}
