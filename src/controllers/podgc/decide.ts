import type { Node, Pod } from "../../api/index.ts";

/** k8s: --terminated-pod-gc-threshold. */
export const TERMINATED_THRESHOLD = 12_500;
/** How long a node must have been gone before its pods are (k8s: podgc quarantineTime). */
export const QUARANTINE_MS = 40_000;

/** The finished pods above the threshold: evicted ones first, then the oldest (k8s: gcTerminated, byEvictionAndCreationTimestamp). */
export function excessTerminated(pods: readonly Pod[], threshold = TERMINATED_THRESHOLD): readonly Pod[] {
  const excess = pods.length - threshold;
  if (excess <= 0) return [];
  const evicted = (p: Pod): number => (p.status?.phase === "Failed" && p.status.reason === "Evicted" ? 0 : 1);
  const order = (a: Pod, b: Pod): number => {
    const [x = "", y = ""] = [a.metadata?.creationTimestamp, b.metadata?.creationTimestamp];
    return evicted(a) - evicted(b) || (x < y ? -1 : x > y ? 1 : (a.metadata?.name ?? "") < (b.metadata?.name ?? "") ? -1 : 1);
  };
  return [...pods].sort(order).slice(0, excess);
}

/** Somebody vouches that the node is off: its kubelet will never say that a pod has stopped (k8s: gcTerminating). */
export function isOutOfService({ spec, status }: Node): boolean {
  const ready = status?.conditions?.find((c) => c.type === "Ready")?.status === "True";
  return !ready && (spec?.taints ?? []).some((t) => t.key === "node.kubernetes.io/out-of-service");
}
