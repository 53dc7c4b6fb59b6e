import type { Node, NodeCondition } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import type { Route } from "../cloud.ts";

/** A node's pods are in these ranges; none as long as nobody gave it one. */
export const rangesOf = (node: Node): readonly string[] => node.spec?.podCIDRs ?? [];

/** Whether a change of a node may ask for other routes (k8s: handleNodeUpdate). */
export const concernsRoutes = (old: Node | undefined, now: Node | undefined): boolean =>
  !old || !now || !deepEqual(rangesOf(old), rangesOf(now)) || !deepEqual(old.status?.addresses, now.status?.addresses);

export interface RoutePlan {
  readonly remove: readonly Route[];
  readonly create: readonly { readonly node: Node; readonly cidr: string }[];
}

/** Every range of every node has its route, and nothing else has (k8s: route_controller.go reconcile). */
export function planRoutes(nodes: readonly Node[], routes: readonly Route[]): RoutePlan {
  const idOf = (node: string, cidr: string): string => `${node} ${cidr}`;
  const there = new Set(routes.map((r) => idOf(r.node, r.cidr)));
  const wanted = new Set(nodes.flatMap((n) => rangesOf(n).map((cidr) => idOf(n.metadata?.name ?? "", cidr))));
  return {
    remove: routes.filter((r) => !wanted.has(idOf(r.node, r.cidr))),
    create: nodes.flatMap((node) =>
      rangesOf(node).flatMap((cidr) => (there.has(idOf(node.metadata?.name ?? "", cidr)) ? [] : [{ node, cidr }])),
    ),
  };
}

const CREATED = { status: "False", reason: "RouteCreated", message: "RouteController created a route" } as const;
const NONE = { status: "True", reason: "NoRouteCreated", message: "RouteController failed to create a route" } as const;

/** What the node is to say of its network; undefined when it says so (k8s: updateNetworkingCondition). */
export function networkCondition(node: Node, routed: boolean, time: string): NodeCondition | undefined {
  const wanted = routed ? CREATED : NONE;
  const old = node.status?.conditions?.find((c) => c.type === "NetworkUnavailable");
  if (old?.status === wanted.status && old.reason === wanted.reason) return undefined;
  return { type: "NetworkUnavailable", ...wanted, lastHeartbeatTime: time, lastTransitionTime: time };
}
