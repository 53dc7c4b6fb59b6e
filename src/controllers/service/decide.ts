import type { Node, Service, ServicePort } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";

export const FINALIZER = "service.kubernetes.io/load-balancer-cleanup";
const EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";
/** The cluster autoscaler's mark on a node that it is about to delete. */
const DOOMED = "ToBeDeletedByClusterAutoscaler";

/** One with a class is somebody else's. */
export const wantsLoadBalancer = ({ spec }: Service): boolean => spec?.type === "LoadBalancer" && spec.loadBalancerClass === undefined;

export const hasFinalizer = ({ metadata }: Service): boolean => metadata?.finalizers?.includes(FINALIZER) ?? false;

/** It has, or had, a load balancer that is to go. */
export const needsCleanup = (service: Service): boolean =>
  hasFinalizer(service) && (service.metadata?.deletionTimestamp !== undefined || service.spec?.type !== "LoadBalancer");

/** Whether a change of a Service is one that its load balancer must follow (k8s: needsUpdate). */
export function needsUpdate(old: Service, now: Service): boolean {
  const wants = wantsLoadBalancer(now);
  if (wants !== wantsLoadBalancer(old)) return true;
  if (!wants) return false;
  if (old.metadata?.uid !== now.metadata?.uid) return true;
  if (!deepEqual(old.metadata?.annotations, now.metadata?.annotations)) return true;
  if (old.spec === now.spec) return false;
  return !deepEqual(outside(old), outside(now));
}

/** What of a Service its load balancer is made from. */
const outside = ({ spec = {} }: Service) => ({
  ranges: spec.loadBalancerSourceRanges ?? [],
  ports: (spec.ports ?? []).map(portOf),
  affinity: spec.sessionAffinity,
  affinityConfig: spec.sessionAffinityConfig,
  ip: spec.loadBalancerIP ?? "",
  externalIPs: spec.externalIPs ?? [],
  policy: spec.externalTrafficPolicy,
  health: spec.healthCheckNodePort ?? 0,
  families: spec.ipFamilies?.length ?? 0,
});

const portOf = ({ name, protocol, port, nodePort, targetPort, appProtocol }: ServicePort) => ({
  name,
  protocol,
  port,
  nodePort,
  targetPort,
  appProtocol,
});

/** Whether a node may be left out by its label: present and anything but false (k8s: nodeIncludedPredicate). */
function isIncluded({ metadata }: Node): boolean {
  const value = metadata?.labels?.[EXCLUDED];
  return value === undefined || ["0", "f", "F", "false", "False", "FALSE"].includes(value);
}

/** Nodes that load balancers lead to. Whether one is ready is for the load balancer's own health checks to find out (k8s: stableNodeSetPredicates). */
export const isEligible = (node: Node): boolean =>
  node.metadata?.deletionTimestamp === undefined && isIncluded(node) && !node.spec?.taints?.some((t) => t.key === DOOMED);

/** Whether a change of a node may change what load balancers lead to (k8s: shouldSyncUpdatedNode). */
export function concernsBalancers(old: Node | undefined, now: Node | undefined): boolean {
  if (!old || !now) return true;
  if (old.metadata?.labels !== now.metadata?.labels && isIncluded(old) !== isIncluded(now)) return true;
  return old.spec?.providerID !== now.spec?.providerID;
}

/** What of the pool a load balancer must be told: names with what the cloud calls them (k8s: nodesSufficientlyEqual). */
export const poolOf = (nodes: readonly Node[]): string =>
  nodes
    .map(({ metadata, spec }) => `${metadata?.name}=${spec?.providerID ?? ""}`)
    .toSorted()
    .join();

const NAMED = 20;

/** Names for a message, at most 20 (k8s: loggableNodeNames). */
export function namesOf(nodes: readonly Node[]): string {
  const names = nodes
    .slice(0, NAMED)
    .map((n) => n.metadata?.name ?? "")
    .toSorted();
  return `[${(nodes.length > NAMED ? [...names, `<${nodes.length - NAMED} more>`] : names).join(" ")}]`;
}
