import { describe, expect, it } from "vitest";
import { createRandom } from "../sim/index.ts";
import { KubeProxies } from "./proxy.ts";
import { createServiceDirectory } from "./services.ts";
import { fakeInformers, manualClock, outcome, soon, world } from "./testing/world.ts";
import type { Route } from "./types.ts";

const endpoint = (ip: string, conditions: object = { ready: true }, nodeName = "node-1") => ({ addresses: [ip], conditions, nodeName });

const ZONES: Readonly<Record<string, string>> = { "node-1": "a", "node-2": "a", "node-3": "b" };

function cluster(spec: object, endpoints: readonly object[], ports: readonly object[] = [{ name: "", port: 8080, protocol: "TCP" }]) {
  const { informers, set } = fakeInformers();
  const clock = manualClock();
  const directory = createServiceDirectory(informers);
  const proxies = new KubeProxies({ directory, clock, random: createRandom(3), clusterCidr: "10.244.0.0/16", zone: (node) => ZONES[node] });
  const service = (more: object) =>
    set("services", "default/web", {
      metadata: { namespace: "default", name: "web" },
      spec: { clusterIP: "10.96.0.9", ports: [{ port: 80, nodePort: 30080 }], ...more },
    } as object);
  const slice = (list: readonly object[]) =>
    set("endpointslices", "default/web-1", {
      metadata: { namespace: "default", name: "web-1", labels: { "kubernetes.io/service-name": "web" } },
      addressType: "IPv4",
      ports,
      endpoints: list,
    } as object);
  service(spec);
  slice(endpoints);
  const ask = (flow: object = {}, node = "node-1"): Route | undefined =>
    proxies.rules(node).route({ client: "10.244.0.9", ip: "10.96.0.9", port: 80, protocol: "TCP", local: false, ...flow });
  return { clock, proxies, service, slice, ask, set };
}
const spread = (ask: () => Route | undefined, times = 200) => {
  const counts: Record<string, number> = {};
  for (let i = 0; i < times; i++) {
    const route = ask();
    const key = route === undefined ? "none" : route.to === "endpoint" ? route.ip : route.to;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

describe("kube-proxy chooses", () => {
  it("among ready endpoints, evenly", () => {
    const { ask } = cluster({}, [endpoint("10.244.0.2"), endpoint("10.244.0.3"), endpoint("10.244.0.4", { ready: false })]);
    const counts = spread(ask, 1000);
    expect(Object.keys(counts).sort()).toEqual(["10.244.0.2", "10.244.0.3"]);
    expect(counts["10.244.0.2"]).toBeGreaterThan(400);
  });
  it.each([
    [
      "serving ones that terminate, when none is ready",
      [endpoint("10.244.0.2", { ready: false, serving: true, terminating: true })],
      "10.244.0.2",
    ],
    [
      "nobody, when the only one neither is ready nor serves",
      [endpoint("10.244.0.2", { ready: false, serving: false, terminating: true })],
      "reject",
    ],
    ["nobody without endpoints", [], "reject"],
    ["one whose conditions are unknown", [endpoint("10.244.0.2", {})], "10.244.0.2"],
  ])("%s", (_, endpoints, expected) => {
    expect(Object.keys(spread(cluster({}, endpoints).ask, 5))).toEqual([expected]);
  });
  it("nothing for other ports, protocols, headless or external Services", () => {
    const { ask, service } = cluster({}, [endpoint("10.244.0.2")]);
    expect(ask({ port: 81 })).toBeUndefined();
    expect(ask({ protocol: "UDP" })).toBeUndefined();
    service({ clusterIP: "None" });
    expect(ask()).toBeUndefined();
    service({ type: "ExternalName" });
    expect(ask()).toBeUndefined();
  });
  it("the slice's port by name, as targetPort resolved it", () => {
    const { ask } = cluster(
      { ports: [{ name: "http", port: 80 }] },
      [endpoint("10.244.0.2")],
      [
        { name: "metrics", port: 9 },
        { name: "http", port: 3000 },
      ],
    );
    expect(ask()).toMatchObject({ to: "endpoint", port: 3000 });
  });
  it("by node port on a node's own addresses, hiding the client unless Local", () => {
    const { ask, service } = cluster({}, [endpoint("10.244.0.2"), endpoint("10.244.1.2", { ready: true }, "node-2")]);
    const flow = { client: "172.18.0.1", ip: "172.18.0.2", port: 30080, local: true };
    expect(ask(flow)).toMatchObject({ to: "endpoint", masquerade: true });
    expect(ask({ ...flow, local: false })).toBeUndefined();
    service({ externalTrafficPolicy: "Local" });
    expect(spread(() => ask(flow))).toEqual({ "10.244.0.2": 200 });
    expect(ask(flow)).toMatchObject({ masquerade: false });
    expect(ask(flow, "node-3")).toEqual({ to: "drop" });
  });
  it("by a load balancer's address, from outside and from inside", () => {
    const { ask, set } = cluster({}, [endpoint("10.244.0.2"), endpoint("10.244.1.2", { ready: true }, "node-2")]);
    const outside = { client: "172.18.0.1", ip: "203.0.113.1" };
    const inside = { client: "10.244.0.9", ip: "203.0.113.1" };
    expect(ask(outside)).toBeUndefined();
    const balanced = (spec: object, ingress: object = { ip: "203.0.113.1", ipMode: "VIP" }): void =>
      set("services", "default/web", {
        metadata: { namespace: "default", name: "web" },
        spec: { type: "LoadBalancer", clusterIP: "10.96.0.9", ports: [{ port: 80 }], ...spec },
        status: { loadBalancer: { ingress: [ingress] } },
      } as object);
    balanced({});
    expect([ask(outside), ask(inside)]).toMatchObject([{ masquerade: true }, { masquerade: true }]);
    balanced({ externalTrafficPolicy: "Local" });
    expect(spread(() => ask(outside))).toEqual({ "10.244.0.2": 200 });
    expect([ask(outside, "node-3"), ask(inside, "node-3")]).toMatchObject([{ to: "drop" }, { to: "endpoint", masquerade: false }]);
    expect(ask({ ...outside, host: true }, "node-3")).toMatchObject({ to: "endpoint", masquerade: true });
    balanced({ loadBalancerSourceRanges: ["172.18.0.0/16", "2001:db8::/32"] });
    expect([ask(outside), ask(inside)]).toMatchObject([{ to: "endpoint" }, { to: "drop" }]);
    // The cluster IP has no such gate, and an address in Proxy mode is not this node's to take.
    expect(ask()).toMatchObject({ to: "endpoint" });
    balanced({}, { ip: "203.0.113.1", ipMode: "Proxy" });
    expect(ask(outside)).toBeUndefined();
  });
  it("what it tells load balancers: endpoints on its own node", () => {
    const { proxies } = cluster({}, [endpoint("10.244.0.2"), endpoint("10.244.0.3"), endpoint("10.244.1.2", {}, "node-2")]);
    expect(["node-1", "node-2", "node-3"].map((node) => proxies.localEndpoints("default/web", node))).toEqual([2, 1, 0]);
  });
  it("local endpoints only, when internalTrafficPolicy says so", () => {
    const { ask } = cluster({ internalTrafficPolicy: "Local" }, [endpoint("10.244.0.2"), endpoint("10.244.1.2", {}, "node-2")]);
    expect(spread(() => ask({}, "node-2"))).toEqual({ "10.244.1.2": 200 });
    expect(ask({}, "node-3")).toEqual({ to: "drop" });
  });
  it.each<[string, string, readonly [string, string[], string[]?][], string[]]>([
    [
      "those of its zone",
      "node-1",
      [
        ["a", ["a"]],
        ["b", ["b"]],
        ["a2", ["a"]],
      ],
      ["a", "a2"],
    ],
    [
      "those of its node before those of its zone",
      "node-1",
      [
        ["a", ["a"], ["node-1"]],
        ["b", ["a"], ["node-2"]],
      ],
      ["a"],
    ],
    [
      "those of its zone where none is meant for its node",
      "node-1",
      [
        ["a", ["a"], ["node-2"]],
        ["b", ["b"], ["node-3"]],
      ],
      ["a"],
    ],
    [
      "all where none is meant for its zone",
      "node-3",
      [
        ["a", ["a"]],
        ["a2", ["a"]],
      ],
      ["a", "a2"],
    ],
    [
      "all where it is in no zone",
      "node-9",
      [
        ["a", ["a"]],
        ["b", ["b"]],
      ],
      ["a", "b"],
    ],
    [
      "all where one is meant for nobody",
      "node-1",
      [
        ["a", ["a"]],
        ["b", []],
      ],
      ["a", "b"],
    ],
  ])("by their hints %s", (_, node, endpoints, chosen) => {
    const named = (names: readonly string[] = []) => names.map((name) => ({ name }));
    const list = endpoints.map(([ip, zones, nodes]) => ({
      ...endpoint(ip),
      ...(zones.length > 0 ? { hints: { forZones: named(zones), forNodes: named(nodes) } } : {}),
    }));
    const { ask } = cluster({}, list);
    expect(Object.keys(spread(() => ask({}, node))).sort()).toEqual(chosen);
  });
  it("the same endpoint for a client, until it is gone or three hours of silence passed", async () => {
    const { ask, slice, clock } = cluster(
      { sessionAffinity: "ClientIP" },
      ["2", "3", "4", "5"].map((n) => endpoint(`10.244.0.${n}`)),
    );
    const [first] = Object.keys(spread(ask)) as [string];
    expect(spread(ask)).toEqual({ [first]: 200 });
    slice(["2", "3", "4", "5"].filter((n) => first !== `10.244.0.${n}`).map((n) => endpoint(`10.244.0.${n}`)));
    const next = spread(ask);
    expect(Object.keys(next)).toHaveLength(1);
    expect(next).not.toHaveProperty(first);
    await clock.advance(10_800_001);
    expect(Object.keys(spread(() => ask({ client: `10.244.0.${Math.trunc(clock.now() % 7)}` })))).toHaveLength(1);
  });
  it("what it knew, for a node whose kube-proxy stopped or is late", async () => {
    const { proxies, slice, clock } = cluster({}, [endpoint("10.244.0.2")]);
    const flow = { client: "10.244.0.9", ip: "10.96.0.9", port: 80, protocol: "TCP", local: false } as const;
    const seen = () => ["node-1", "node-2", "node-3"].map((name) => (proxies.rules(name).route(flow) as { ip?: string }).ip);
    proxies.hold("node-1", Infinity);
    proxies.hold("node-2", 5000);
    slice([endpoint("10.244.0.3")]);
    expect(seen()).toEqual(["10.244.0.2", "10.244.0.2", "10.244.0.3"]);
    await clock.advance(5000);
    expect(seen()).toEqual(["10.244.0.2", "10.244.0.3", "10.244.0.3"]);
    proxies.release("node-1");
    expect(seen()).toEqual(["10.244.0.3", "10.244.0.3", "10.244.0.3"]);
  });
});

describe("Services on the fabric", () => {
  async function served() {
    const w = world();
    const { informers, set } = fakeInformers();
    const proxies = new KubeProxies({ directory: createServiceDirectory(informers), clock: w.clock, random: createRandom(3) });
    for (const machine of [w.one, w.two]) machine.setRules(proxies.rules(machine.name));
    set("services", "default/web", {
      metadata: { namespace: "default", name: "web" },
      spec: { clusterIP: "10.96.0.9", ports: [{ port: 80, nodePort: 30080 }] },
    } as object);
    set("endpointslices", "default/web-1", {
      metadata: { namespace: "default", name: "web-1", labels: { "kubernetes.io/service-name": "web" } },
      addressType: "IPv4",
      ports: [{ name: "", port: 8080 }],
      endpoints: [endpoint(w.b.ip, {}, "node-2")],
    } as object);
    return w;
  }
  it("a cluster IP leads from a pod to its endpoint, and keeps its name to the client", async () => {
    const { clock, a, b } = await served();
    const accepting = b.listen(8080).accept();
    const client = await soon(clock, a.connect("10.96.0.9", 80));
    expect(client.remote).toEqual({ ip: "10.96.0.9", port: 80 });
    expect((await accepting).remote.ip).toBe(a.ip);
  });
  it("a pod meets itself through its Service from its node's bridge", async () => {
    const { clock, b } = await served();
    const accepting = b.listen(8080).accept();
    await soon(clock, b.connect("10.96.0.9", 80));
    expect((await accepting).remote.ip).toBe("10.244.1.1");
  });
  it.each(["172.18.0.2", "172.18.0.3"])("a node port answers on %s, on this node or another", async (ip) => {
    const { clock, b, workstation } = await served();
    const accepting = b.listen(8080).accept();
    const client = await soon(clock, workstation.connect(ip, 30080));
    expect(client.remote.ip).toBe(ip);
    expect((await accepting).remote.ip).toBe(ip === "172.18.0.3" ? "10.244.1.1" : ip);
  });
  it("cluster IPs mean nothing outside the cluster, and node ports nothing on pods", async () => {
    const { clock, a, workstation } = await served();
    expect(await outcome(clock, workstation.connect("10.96.0.9", 80, { timeout: 1000 }), 1001)).toBe("ETIMEDOUT");
    expect(await outcome(clock, a.connect(a.ip, 30080), 1)).toBe("ECONNREFUSED");
  });
});
