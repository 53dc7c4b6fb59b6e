import { matchesNodeAffinity, podAmounts, toleratesTaint, type Node, type Pod } from "../api/index.ts";
import { refusedUnder } from "./eviction/admission.ts";
import { milliValue, milliValueOf, value, valueOf } from "../machinery/index.ts";
import type { SandboxResources } from "../runtime/index.ts";
import { specOf } from "./pod.ts";
import type { AnyContainer } from "./pod.ts";

/** What a container's cgroup is told; limits absent: none. */
export interface Cgroup {
  readonly cpuShares: number;
  /** Millicores. */
  readonly cpuLimit?: number;
  /** Bytes. */
  readonly memoryLimit?: number;
}

/** CPU shares of a cgroup (k8s: cm MilliCPUToShares). */
export function cpuShares(container: AnyContainer): number {
  const { requests, limits } = container.resources ?? {};
  const asked = requests?.["cpu"] ?? limits?.["cpu"];
  const milli = milliValue(asked);
  return milli === 0 ? 2 : Math.min(262_144, Math.max(2, Math.floor((milli * 1024) / 1000)));
}

/** CFS gives no less than 10 millicores (k8s: cm MilliCPUToQuota, minQuotaPeriod of 1 ms in 100). */
const LEAST_QUOTA = 10;

/** A container without a limit of its own has its pod's (k8s: kuberuntime_container_linux.go getCPULimit, getMemoryLimit). */
export function cgroupOf(pod: Pod, container: AnyContainer): Cgroup {
  const own = container.resources?.limits;
  const whole = specOf(pod).resources?.limits;
  const cpuLimit = milliValue(own?.["cpu"]) || milliValue(whole?.["cpu"]);
  const memoryLimit = value(own?.["memory"]) || value(whole?.["memory"]);
  return {
    cpuShares: cpuShares(container),
    ...(cpuLimit > 0 ? { cpuLimit: Math.max(LEAST_QUOTA, cpuLimit) } : {}),
    ...(memoryLimit > 0 ? { memoryLimit } : {}),
  };
}

/**
 * What a pod's own cgroup is told (k8s: cm/helpers_linux.go ResourceConfigForPod): a limit where all its containers have one,
 * or the pod says one itself. A quota that only repeats its containers' is left out: it never holds anybody back.
 */
export function podCgroup(pod: Pod): SandboxResources {
  const spec = specOf(pod);
  const whole = spec.resources?.limits;
  const all = [...(spec.initContainers ?? []), ...spec.containers];
  const declared = whole?.["memory"] !== undefined || all.every((c) => value(c.resources?.limits?.["memory"]) > 0);
  const amount = podAmounts(spec, "limits")["memory"];
  const cpuLimit = milliValue(whole?.["cpu"]);
  return {
    ...(declared && amount !== undefined ? { memoryLimit: valueOf(amount) } : {}),
    ...(cpuLimit > 0 ? { cpuLimit: Math.max(LEAST_QUOTA, cpuLimit) } : {}),
  };
}

export interface Amounts {
  /** Millicores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
  /** Whole numbers of whatever else, by name: ephemeral-storage, hugepages-2Mi, example.com/gpu. */
  readonly others?: Readonly<Record<string, number>>;
}

/** What a pod asks of a node. */
export function podRequests(pod: Pod): Amounts {
  const { cpu, memory, ...rest } = podAmounts(pod.spec, "requests");
  const others = Object.entries(rest).map(([name, amount]) => [name, valueOf(amount)] as const);
  return {
    cpu: cpu ? milliValueOf(cpu) : 0,
    memory: memory ? valueOf(memory) : 0,
    ...(others.length === 0 ? {} : { others: Object.fromEntries(others) }),
  };
}

export interface Rejection {
  readonly reason: string;
  /** The event's words; the status says `Pod was rejected: ` before them. */
  readonly message: string;
}

/** What a node has and what runs on it already. */
export interface Room {
  readonly allocatable: Amounts & { readonly pods: number };
  readonly used: Amounts & { readonly pods: number };
  /** Host ports in use: "TCP/80", with an address in front where one was asked for. */
  readonly ports: ReadonlySet<string>;
  /** Conditions of pressure that it reports: "DiskPressure". */
  readonly pressure?: readonly string[];
  /** The Node as it is known here, for its labels. */
  readonly node?: Node;
}

/** The host ports a pod asks for. */
export function hostPorts(pod: Pod): readonly string[] {
  const out: string[] = [];
  for (const container of specOf(pod).containers)
    for (const { hostPort = 0, hostIP, protocol = "TCP" } of container.ports ?? [])
      if (hostPort > 0) out.push(`${hostIP === undefined || hostIP === "0.0.0.0" ? "" : `${hostIP}:`}${protocol}/${hostPort}`);
  return out;
}

/** Of which resource how much is missing. */
export interface Shortage {
  readonly resource: string;
  readonly amount: number;
}

/** Whether the kubelet itself takes a pod bound to it (k8s: lifecycle/predicate.go, generalFilter and admission). */
export function admit(pod: Pod, room: Room): Rejection | null {
  return unfit(pod, room) ?? shortages(pod, room)[0]?.rejection ?? misplaced(pod, room);
}

/** What a pod finds too little of on a node that it fits otherwise. */
export function shortagesAlone(pod: Pod, room: Room): readonly Shortage[] {
  return unfit(pod, room) === null && misplaced(pod, room) === null ? shortages(pod, room) : [];
}

/** What comes before all else, and what room would not help. */
function unfit(pod: Pod, room: Room): Rejection | null {
  if (room.pressure?.length && refusedUnder(pod, room.pressure))
    return { reason: "Evicted", message: `The node had condition: [${room.pressure.join(" ")}]. ` };
  for (const { name } of specOf(pod).securityContext?.sysctls ?? [])
    if (!SAFE_SYSCTLS.has(name)) return { reason: "SysctlForbidden", message: `forbidden sysctl: "${name}" not allowlisted` };
  return otherSystem(pod, room.node);
}

/** In the order in which upstream counts. */
function shortages(pod: Pod, { allocatable, used }: Room): readonly (Shortage & { readonly rejection: Rejection })[] {
  const asked = podRequests(pod);
  const rows: (readonly [name: string, amount: number, taken: number, capacity: number | undefined])[] = [
    ["pods", 1, used.pods, allocatable.pods],
    ["cpu", asked.cpu, used.cpu, allocatable.cpu],
    ["memory", asked.memory, used.memory, allocatable.memory],
    // An extended resource that the node does not have is the cluster's business (k8s: removeMissingExtendedResources).
    ...Object.entries(asked.others ?? {}).map(
      ([name, amount]) => [name, amount, used.others?.[name] ?? 0, allocatable.others?.[name]] as const,
    ),
  ];
  return rows.flatMap(([resource, amount, taken, capacity]) =>
    capacity === undefined || amount === 0 || taken + amount <= capacity
      ? []
      : [{ resource, amount: taken + amount - capacity, rejection: insufficient(resource, amount, taken, capacity) }],
  );
}

function misplaced(pod: Pod, room: Room): Rejection | null {
  if (room.node !== undefined && !matchesNodeAffinity(pod.spec, room.node))
    return { reason: "NodeAffinity", message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector" };
  if (hostPorts(pod).some((port) => room.ports.has(port)))
    return { reason: "NodePorts", message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports" };
  const { tolerations = [] } = specOf(pod);
  const taints = room.node?.spec?.taints?.filter(({ effect }) => effect === "NoExecute") ?? [];
  if (taints.some((taint) => !tolerations.some((toleration) => toleratesTaint(toleration, taint))))
    return { reason: "TaintToleration", message: "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate" };
  return null;
}

const OS_LABEL = "kubernetes.io/os";

/** It is a pod for another operating system (k8s: predicate.go rejectPodAdmissionBasedOnOSSelector, rejectPodAdmissionBasedOnOSField). */
function otherSystem(pod: Pod, node: Node | undefined): Rejection | null {
  const { os } = specOf(pod);
  const wanted = pod.metadata?.labels?.[OS_LABEL];
  if (wanted !== undefined && node !== undefined && wanted !== node.metadata?.labels?.[OS_LABEL])
    return {
      reason: "PodOSSelectorNodeLabelDoesNotMatch",
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    };
  return os !== undefined && os.name !== "linux"
    ? { reason: "PodOSNotSupported", message: "Failed to admit pod as the OS field doesn't match node OS" }
    : null;
}

/** k8s: sysctl/safe_sysctls.go. */
const SAFE_SYSCTLS: ReadonlySet<string> = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
]);

function insufficient(resource: string, requested: number, used: number, capacity: number): Rejection {
  return {
    reason: `OutOf${resource}`,
    message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  };
}
