import { describe, expect, it } from "vitest";
import type { EndpointAddress, Pod, Service, ServiceSpec } from "../../api/index.ts";
import { endpointsOf, subsetsOf, truncated } from "./decide.ts";

const T = "2026-01-01T00:00:00Z";
const service = (spec: ServiceSpec, labels?: Record<string, string>): Service => ({
  metadata: { name: "web", namespace: "default", ...(labels ? { labels } : {}) },
  spec: { clusterIP: "10.96.0.1", ...spec },
});
const pod = (name: string, ip: string, { ready = true, port = 8080, going = false, spec = {} } = {}): Pod => ({
  metadata: { name, namespace: "default", uid: `uid-${name}`, ...(going ? { deletionTimestamp: T } : {}) },
  spec: { nodeName: "n1", containers: [{ name: "c", ports: [{ name: "http", containerPort: port }] }], ...spec },
  status: { phase: "Running", podIP: ip, podIPs: [{ ip }], conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
});
const address = (name: string, ip: string): EndpointAddress => ({
  ip,
  nodeName: "n1",
  targetRef: { kind: "Pod", namespace: "default", name, uid: `uid-${name}` },
});
const TCP = "TCP" as const;

describe("subsets", () => {
  it("part the ready from the others, in the order of their addresses", () => {
    const pods = [pod("c", "10.0.0.3"), pod("a", "10.0.0.1", { ready: false }), pod("b", "10.0.0.2")];
    expect(subsetsOf(service({ ports: [{ port: 80, protocol: TCP, targetPort: 8080 }] }), pods)).toEqual([
      {
        addresses: [address("b", "10.0.0.2"), address("c", "10.0.0.3")],
        notReadyAddresses: [address("a", "10.0.0.1")],
        ports: [{ port: 8080, protocol: "TCP" }],
      },
    ]);
  });
  it("list ports in upstream's order", () => {
    const ports = [
      { name: "dns", port: 53, protocol: "UDP" },
      { name: "dns-tcp", port: 53, protocol: TCP },
      { name: "metrics", port: 9153, protocol: TCP },
    ];
    const [subset] = subsetsOf(service({ ports }), [pod("a", "10.0.0.1")]);
    expect(subset?.ports?.map((p) => p.name)).toEqual(["dns-tcp", "dns", "metrics"]);
  });
  it("are as many as there are sets of addresses with the same ports", () => {
    const ports = [{ port: 80, protocol: TCP, targetPort: "http" }];
    const subsets = subsetsOf(service({ ports }), [pod("a", "10.0.0.1"), pod("b", "10.0.0.2", { port: 9090 })]);
    expect(subsets.map((s) => `${s.addresses?.[0]?.ip}:${s.ports?.[0]?.port}`).sort()).toEqual(["10.0.0.1:8080", "10.0.0.2:9090"]);
  });
  it("leave out what is going, unless what is not ready is wanted too", () => {
    const pods = [pod("a", "10.0.0.1", { going: true }), pod("b", "10.0.0.2", { ready: false })];
    const ports = [{ port: 80, protocol: TCP }];
    expect(subsetsOf(service({ ports }), pods)).toMatchObject([{ notReadyAddresses: [{ ip: "10.0.0.2" }] }]);
    expect(subsetsOf(service({ ports, publishNotReadyAddresses: true }), pods)).toMatchObject([
      { addresses: [{ ip: "10.0.0.1" }, { ip: "10.0.0.2" }] },
    ]);
  });
  it("need no ports where the Service is headless", () => {
    const pods = [pod("a", "10.0.0.1", { spec: { hostname: "a-0", subdomain: "web" } })];
    expect(subsetsOf(service({ clusterIP: "None" }), pods)).toEqual([{ addresses: [{ ...address("a", "10.0.0.1"), hostname: "a-0" }] }]);
    expect(subsetsOf(service({}), pods)).toEqual([]);
  });
});

describe("endpointsOf", () => {
  const ports = [{ port: 80, protocol: TCP }];
  it("says whose they are and since when, and is the same object when nothing changed", () => {
    const made = endpointsOf(service({ ports }, { tier: "front" }), [pod("a", "10.0.0.1")], undefined, T);
    expect(made.metadata).toEqual({
      name: "web",
      namespace: "default",
      labels: { tier: "front", "endpoints.kubernetes.io/managed-by": "endpoint-controller" },
      annotations: { "endpoints.kubernetes.io/last-change-trigger-time": T },
    });
    expect(endpointsOf(service({ ports }, { tier: "front" }), [pod("a", "10.0.0.1")], made, "later")).toBe(made);
    const empty = endpointsOf(service({ ports, clusterIP: "None" }), [], made, undefined);
    expect(empty).not.toHaveProperty("subsets");
    expect(empty.metadata).toEqual({
      name: "web",
      namespace: "default",
      labels: { "service.kubernetes.io/headless": "", "endpoints.kubernetes.io/managed-by": "endpoint-controller" },
    });
  });
  it("stops at a thousand addresses and says so", () => {
    const pods = Array.from({ length: 1001 }, (_, i) => pod(`p${i}`, `10.0.${i >> 8}.${i & 255}`));
    const made = endpointsOf(service({ ports }), pods, undefined, undefined);
    expect(made.metadata?.annotations).toEqual({ "endpoints.kubernetes.io/over-capacity": "truncated" });
    expect(made.subsets?.[0]?.addresses).toHaveLength(1000);
    expect(endpointsOf(service({ ports }), pods, made, undefined)).toBe(made);
    expect(endpointsOf(service({ ports }), pods.slice(1), made, undefined).metadata).not.toHaveProperty("annotations");
  });
});

describe("truncated", () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => ({ ip: `10.0.${i >> 8}.${i & 255}` }));
  it("keeps the ready, and shares what is left among the others", () => {
    const cut = truncated([
      { addresses: many(400), notReadyAddresses: many(300) },
      { addresses: many(300), notReadyAddresses: many(300) },
    ]);
    expect(cut.map((s) => [s.addresses?.length, s.notReadyAddresses?.length])).toEqual([
      [400, 150],
      [300, 150],
    ]);
  });
  it("drops the others where the ready alone are too many", () => {
    const cut = truncated([{ addresses: many(900), notReadyAddresses: many(9) }, { addresses: many(600) }]);
    expect(cut.map((s) => [s.addresses?.length, s.notReadyAddresses?.length])).toEqual([
      [600, undefined],
      [400, undefined],
    ]);
  });
});
