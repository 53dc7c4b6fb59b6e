import { describe, expect, it } from "vitest";
import type { Endpoints, EndpointSubset } from "../../api/index.ts";
import { world } from "../testing/world.ts";
import { planMirror } from "./decide.ts";

const endpoints = (subsets: readonly EndpointSubset[], metadata: Endpoints["metadata"] = {}): Endpoints => ({
  metadata: { name: "db", namespace: "default", ...metadata },
  subsets,
});

describe("planMirror", () => {
  const ports = [{ port: 5432, protocol: "TCP" }];
  it("makes a slice of each kind of address, with what each address says", () => {
    const nodeName = "n1";
    const made = planMirror(
      endpoints([{ addresses: [{ ip: "192.0.2.1", nodeName }, { ip: "2001:db8::1" }], notReadyAddresses: [{ ip: "192.0.2.2" }], ports }]),
      [],
    );
    expect(made).toMatchObject({ update: [], remove: [], skipped: 0 });
    expect(made.create.map((s) => [s.addressType, s.endpoints, s.ports])).toEqual([
      [
        "IPv4",
        [
          { addresses: ["192.0.2.1"], conditions: { ready: true }, nodeName },
          { addresses: ["192.0.2.2"], conditions: { ready: false } },
        ],
        [{ name: "", port: 5432, protocol: "TCP" }],
      ],
      ["IPv6", [{ addresses: ["2001:db8::1"], conditions: { ready: true } }], [{ name: "", port: 5432, protocol: "TCP" }]],
    ]);
  });
  it("takes a slice that is not needed any more for one that is", () => {
    const [slice] = planMirror(endpoints([{ addresses: [{ ip: "192.0.2.1" }], ports }]), []).create;
    const old = { ...slice, addressType: "IPv4", endpoints: slice?.endpoints ?? [], metadata: { ...slice?.metadata, name: "db-1" } };
    const plan = planMirror(endpoints([{ addresses: [{ ip: "192.0.2.1" }], ports: [{ port: 1 }] }]), [old]);
    expect(plan).toMatchObject({ create: [], remove: [], update: [{ metadata: { name: "db-1" }, ports: [{ port: 1 }] }] });
    expect(planMirror(endpoints([{ addresses: [{ ip: "192.0.2.1" }], ports }]), [old])).toEqual({
      create: [],
      update: [],
      remove: [],
      skipped: 0,
    });
  });
  it("stops at a thousand addresses of a subset", () => {
    const addresses = Array.from({ length: 1002 }, (_, i) => ({ ip: `10.0.${i >> 8}.${i & 255}` }));
    const { create, skipped } = planMirror(endpoints([{ addresses, ports }]), []);
    expect([create[0]?.endpoints?.length, skipped]).toEqual([1000, 2]);
  });
});

describe("the mirroring controller", () => {
  it("follows what people write, and leaves with it, with the Service or when it selects pods", async () => {
    const w = await world();
    const settle = () => w.clock.advance(1000);
    const mirrored = async () => (await w.client.list("endpointslices", { namespace: "default" })).items;
    const spec = { ports: [{ port: 5432 }] };
    const ip = (address: string) => [{ addresses: [{ ip: address }], ports: [{ port: 5432 }] }];
    const annotations = { team: "data", "kubectl.kubernetes.io/last-applied-configuration": "{}" };
    await w.client.create("endpoints", endpoints(ip("192.0.2.1"), { labels: { tier: "back" }, annotations }));
    await settle();
    expect(await mirrored()).toEqual([]);
    await w.client.create("services", { metadata: { name: "db", namespace: "default" }, spec });
    await settle();
    const [slice] = await mirrored();
    expect(slice?.metadata?.name).toMatch(/^db-/);
    expect(slice).toMatchObject({
      metadata: {
        labels: {
          tier: "back",
          "kubernetes.io/service-name": "db",
          "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
        },
        ownerReferences: [{ apiVersion: "v1", kind: "Endpoints", name: "db", controller: true }],
      },
      endpoints: [{ addresses: ["192.0.2.1"], conditions: { ready: true } }],
    });
    expect(slice?.metadata?.annotations).toEqual({ team: "data" });
    await w.client.patch("endpoints", "default", "db", "merge", { subsets: ip("192.0.2.9") });
    await settle();
    expect((await mirrored()).map((s) => [s.metadata?.name, s.endpoints?.[0]?.addresses])).toEqual([
      [slice?.metadata?.name, ["192.0.2.9"]],
    ]);
    const skip = "endpointslice.kubernetes.io/skip-mirror";
    await w.client.patch("endpoints", "default", "db", "merge", { metadata: { labels: { [skip]: "true" } } });
    await settle();
    expect(await mirrored()).toEqual([]);
    await w.client.patch("endpoints", "default", "db", "merge", { metadata: { labels: { [skip]: null } } });
    await settle();
    expect(await mirrored()).toHaveLength(1);
    await w.client.delete("services", "default", "db");
    await settle();
    expect(await mirrored()).toEqual([]);
    expect(w.errors()).toEqual([]);
  });
});
