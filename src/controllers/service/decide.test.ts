import { describe, expect, it } from "vitest";
import type { Node, Service, ServiceSpec } from "../../api/index.ts";
import { concernsBalancers, FINALIZER, isEligible, namesOf, needsCleanup, needsUpdate, poolOf, wantsLoadBalancer } from "./decide.ts";

const service = (spec: ServiceSpec = {}, metadata: object = {}): Service => ({
  metadata: { name: "web", uid: "1", ...metadata },
  spec: { type: "LoadBalancer", ports: [{ port: 80, nodePort: 30080 }], ...spec },
});
const node = (metadata: object = {}, more: Partial<Node> = {}): Node => ({ ...more, metadata: { name: "node-1", ...metadata } });

it.each<[string, Service, boolean]>([
  ["a LoadBalancer", service(), true],
  ["one of somebody's class", service({ loadBalancerClass: "example.com/mine" }), false],
  ["a NodePort", service({ type: "NodePort" }), false],
])("%s wants a load balancer of ours: %s", (_what, given, wants) => expect(wantsLoadBalancer(given)).toBe(wants));

it.each<[string, Service, boolean]>([
  ["what we never held", service({}, { deletionTimestamp: "now" }), false],
  ["what we hold and is to stay", service({}, { finalizers: [FINALIZER] }), false],
  ["what is to go", service({}, { finalizers: [FINALIZER], deletionTimestamp: "now" }), true],
  ["what is of another type now", service({ type: "ClusterIP" }, { finalizers: [FINALIZER] }), true],
])("cleans up %s: %s", (_what, given, needs) => expect(needsCleanup(given)).toBe(needs));

it.each<[string, Service, boolean]>([
  ["nothing", service(), false],
  ["a label", service({}, { labels: { a: "b" } }), false],
  ["the selector", service({ selector: { app: "web" } }), false],
  ["an annotation", service({}, { annotations: { a: "b" } }), true],
  ["a port", service({ ports: [{ port: 81, nodePort: 30080 }] }), true],
  ["a target port", service({ ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] }), true],
  ["source ranges", service({ loadBalancerSourceRanges: ["10.0.0.0/8"] }), true],
  ["the traffic policy", service({ externalTrafficPolicy: "Local", healthCheckNodePort: 30001 }), true],
  ["affinity", service({ sessionAffinity: "ClientIP" }), true],
  ["its type", service({ type: "ClusterIP" }), true],
  ["its identity", service({}, { uid: "2" }), true],
])("a change of %s is for the load balancer: %s", (_what, now, needs) => expect(needsUpdate(service(), now)).toBe(needs));

describe("nodes", () => {
  const EXCLUDE = "node.kubernetes.io/exclude-from-external-load-balancers";
  it.each<[string, Node, boolean]>([
    ["an ordinary one", node(), true],
    ["one that is not ready", node({}, { status: { conditions: [{ type: "Ready", status: "False" }] } }), true],
    ["one that is excluded", node({ labels: { [EXCLUDE]: "" } }), false],
    ["one that is expressly not excluded", node({ labels: { [EXCLUDE]: "false" } }), true],
    ["one that is being deleted", node({ deletionTimestamp: "now" }), false],
    [
      "one that the autoscaler gives up",
      node({}, { spec: { taints: [{ key: "ToBeDeletedByClusterAutoscaler", effect: "NoSchedule" }] } }),
      false,
    ],
  ])("%s is in the pool: %s", (_what, given, eligible) => expect(isEligible(given)).toBe(eligible));

  it.each<[string, Node | undefined, Node | undefined, boolean]>([
    ["a new node", undefined, node(), true],
    ["one that is gone", node(), undefined, true],
    ["another label", node(), node({ labels: { a: "b" } }), false],
    ["exclusion", node(), node({ labels: { [EXCLUDE]: "" } }), true],
    ["what its cloud calls it", node(), node({}, { spec: { providerID: "timonel://a/node-1" } }), true],
  ])("%s concerns load balancers: %s", (_what, old, now, concerns) => expect(concernsBalancers(old, now)).toBe(concerns));

  it("is the same pool in any order", () =>
    expect(poolOf([node(), node({ name: "node-2" })])).toBe(poolOf([node({ name: "node-2" }), node()])));

  it("names no more than twenty", () => {
    const many = Array.from({ length: 22 }, (_, i) => node({ name: `n${String(i).padStart(2, "0")}` }));
    expect(namesOf(many.slice(0, 2))).toBe("[n00 n01]");
    expect(namesOf(many)).toMatch(/ n19 <2 more>\]$/);
  });
});
