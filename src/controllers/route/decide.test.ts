import { expect, it } from "vitest";
import type { Node } from "../../api/index.ts";
import { networkCondition, planRoutes } from "./decide.ts";

const node = (name: string, ...podCIDRs: string[]): Node => ({ metadata: { name }, spec: podCIDRs.length > 0 ? { podCIDRs } : {} });
const route = (on: string, cidr: string) => ({ name: "hint", node: on, cidr });

it("makes what is missing, removes what has no node any more, and leaves the rest", () => {
  const nodes = [node("a", "10.244.0.0/24"), node("b", "10.244.1.0/24"), node("new")];
  const routes = [route("a", "10.244.0.0/24"), route("gone", "10.244.2.0/24"), route("b", "10.244.9.0/24")];
  const { create, remove } = planRoutes(nodes, routes);
  expect(create.map((c) => `${c.node.metadata?.name} ${c.cidr}`)).toEqual(["b 10.244.1.0/24"]);
  expect(remove.map((r) => r.node)).toEqual(["gone", "b"]);
});

const T = "2026-01-01T00:00:00Z";
const saying = (status: string, reason: string): Node => ({ status: { conditions: [{ type: "NetworkUnavailable", status, reason }] } });

it.each([
  ["a silent node with routes", {}, true, "False RouteCreated: RouteController created a route"],
  ["a silent node without", {}, false, "True NoRouteCreated: RouteController failed to create a route"],
  ["one that says so", saying("False", "RouteCreated"), true, "nothing"],
  ["one that says somebody else's word", saying("False", "CalicoIsUp"), true, "False RouteCreated: RouteController created a route"],
  ["one that lost them", saying("False", "RouteCreated"), false, "True NoRouteCreated: RouteController failed to create a route"],
  ["one that never had them", saying("True", "NoRouteCreated"), false, "nothing"],
] as [string, Node, boolean, string][])("%s says %s", (_what, given, routed, expected) => {
  const condition = networkCondition(given, routed, T);
  expect(condition ? `${condition.status} ${condition.reason}: ${condition.message}` : "nothing").toBe(expected);
});
