import type { Node, NodeCondition, Taint } from "../../api/index.ts";

/** Without news from its kubelet for this long a node's state is unknown (k8s: --node-monitor-grace-period, since v1.32). */
export const MONITOR_GRACE_MS = 50_000;
/** The same for a node that never posted a status (k8s: --node-startup-grace-period). */
export const STARTUP_GRACE_MS = 60_000;
/** How often nodes are looked at, all of them at one time (k8s: --node-monitor-period). */
const MONITOR_PERIOD_MS = 5_000;
/** How long after that the lines of those that are to be emptied move on (k8s: scheduler.NodeEvictionPeriod). */
export const EVICTION_PERIOD_MS = 100;
/** One node at a time and zone gets its NoExecute taint in this many ms (k8s: --node-eviction-rate 0.1). */
const EVICTION_INTERVAL_MS = 10_000;
/** The same in a zone of which most is down, when the cluster is large; a small one stops (k8s: --secondary-node-eviction-rate, --large-cluster-size-threshold, --unhealthy-zone-threshold). */
const SECONDARY_INTERVAL_MS = 100_000;
const LARGE_CLUSTER = 50;
const UNHEALTHY_ZONE = 0.55;

/** Ms until the look at or after this time; looks began at `start`. Nodes that fall silent together are seen together. */
export const untilLook = (at: number, start: number, now: number): number =>
  start + Math.ceil((at - start) / MONITOR_PERIOD_MS) * MONITOR_PERIOD_MS - now;

export const readyOf = (node: Node): NodeCondition | undefined => node.status?.conditions?.find((c) => c.type === "Ready");

const MONITORED = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/** The conditions of a node that fell silent (k8s: tryUpdateNodeHealth). */
export function unknownConditions(node: Node, time: string): readonly NodeCondition[] {
  const created = node.metadata?.creationTimestamp ?? time;
  let conditions = node.status?.conditions ?? [];
  for (const type of MONITORED) {
    const at = conditions.findIndex((c) => c.type === type);
    const old = conditions[at];
    if (!old) {
      const never = { reason: "NodeStatusNeverUpdated", message: "Kubelet never posted node status." };
      conditions = [...conditions, { type, status: "Unknown", lastHeartbeatTime: created, lastTransitionTime: time, ...never }];
    } else if (old.status !== "Unknown") {
      const silent = {
        status: "Unknown",
        reason: "NodeStatusUnknown",
        message: "Kubelet stopped posting node status.",
        lastTransitionTime: time,
      };
      conditions = conditions.with(at, { ...old, ...silent });
    }
  }
  return conditions;
}

const NOT_READY = "node.kubernetes.io/not-ready";
const UNREACHABLE = "node.kubernetes.io/unreachable";
const UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
/** Condition type and status to the key of its NoSchedule taint (k8s: nodeConditionToTaintKeyStatusMap). */
const CONDITION_TAINTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: "node.kubernetes.io/memory-pressure" },
  DiskPressure: { True: "node.kubernetes.io/disk-pressure" },
  NetworkUnavailable: { True: "node.kubernetes.io/network-unavailable" },
  PIDPressure: { True: "node.kubernetes.io/pid-pressure" },
};
const OURS = new Set([UNSCHEDULABLE, ...Object.values(CONDITION_TAINTS).flatMap((byStatus) => Object.values(byStatus))]);

/** Which NoExecute taint a node's readiness asks for. */
export function evictionTaint(node: Node): string | undefined {
  const status = readyOf(node)?.status;
  return status === "False" ? NOT_READY : status === "Unknown" || status === undefined ? UNREACHABLE : undefined;
}

/** Whether a NoExecute taint of ours is there: it follows the node's readiness at once, without waiting in line (k8s: processTaintBaseEviction). */
export const isEvicting = ({ spec }: Node): boolean =>
  spec?.taints?.some((t) => t.effect === "NoExecute" && (t.key === NOT_READY || t.key === UNREACHABLE)) ?? false;

/** The node's taints as its conditions want them; by reference when they are so. `evict`: the NoExecute taint may be there, and is kept or added (k8s: doNoScheduleTaintingPass, doNoExecuteTaintingPass). */
export function wantedTaints(node: Node, evict: boolean, time: string): readonly Taint[] | undefined {
  const wanted = new Set<string>();
  for (const { type, status } of node.status?.conditions ?? []) {
    const key = CONDITION_TAINTS[type]?.[status];
    if (key !== undefined) wanted.add(`${key}:NoSchedule`);
  }
  if (node.spec?.unschedulable) wanted.add(`${UNSCHEDULABLE}:NoSchedule`);
  const noExecute = readyOf(node) && evict ? evictionTaint(node) : undefined;
  if (noExecute !== undefined) wanted.add(`${noExecute}:NoExecute`);
  const ours = (t: Taint): boolean =>
    t.effect === "NoSchedule" ? OURS.has(t.key) : t.effect === "NoExecute" && (t.key === NOT_READY || t.key === UNREACHABLE);
  const taints = node.spec?.taints ?? [];
  const kept = taints.filter((t) => !ours(t) || wanted.delete(`${t.key}:${t.effect}`));
  if (kept.length === taints.length && wanted.size === 0) return node.spec?.taints;
  const added = [...wanted].map((id): Taint => {
    const at = id.lastIndexOf(":");
    return { key: id.slice(0, at), effect: id.slice(at + 1), timeAdded: time };
  });
  return [...kept, ...added];
}

/** Old labels that are kept equal to those that took their place, where a node has these (k8s: reconcileNodeLabels). */
const BETA_LABELS = [
  ["kubernetes.io/os", "beta.kubernetes.io/os"],
  ["kubernetes.io/arch", "beta.kubernetes.io/arch"],
] as const;

/** Labels that the node lacks or has wrong; undefined: none. */
export function missingLabels(node: Node): Readonly<Record<string, string>> | undefined {
  const labels = node.metadata?.labels ?? {};
  let missing: Record<string, string> | undefined;
  for (const [primary, secondary] of BETA_LABELS) {
    const value = labels[primary];
    if (value !== undefined && labels[secondary] !== value) (missing ??= {})[secondary] = value;
  }
  return missing;
}

/** Nodes that say so do not count towards the health of their zone (k8s: isNodeExcludedFromDisruptionChecks). */
export const countsForZone = (node: Node): boolean => node.metadata?.labels?.["node.kubernetes.io/exclude-disruption"] === undefined;

export type ZoneState = "Normal" | "FullDisruption" | "PartialDisruption";

/** k8s: ComputeZoneState. */
export function zoneState(ready: number, notReady: number): ZoneState {
  if (ready === 0 && notReady > 0) return "FullDisruption";
  return notReady > 2 && notReady / (ready + notReady) >= UNHEALTHY_ZONE ? "PartialDisruption" : "Normal";
}

/** Ms between two nodes of a zone that get their NoExecute taint; Infinity: none does (k8s: setLimiterInZone, handleDisruption). */
export function evictionInterval(state: ZoneState, zoneSize: number, allDisrupted: boolean): number {
  if (allDisrupted) return Infinity;
  if (state !== "PartialDisruption") return EVICTION_INTERVAL_MS;
  return zoneSize > LARGE_CLUSTER ? SECONDARY_INTERVAL_MS : Infinity;
}

export function zoneOf(node: Node): string {
  const labels = node.metadata?.labels ?? {};
  return `${labels["topology.kubernetes.io/region"] ?? ""}:${labels["topology.kubernetes.io/zone"] ?? ""}`;
}
