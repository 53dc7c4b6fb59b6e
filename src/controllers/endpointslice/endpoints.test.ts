import { describe, expect, it } from "vitest";
import type { Node, Pod, Service } from "../../api/index.ts";
import { world } from "../testing/world.ts";
import { endpointOf } from "./endpoints.ts";

const node: Node = { metadata: { name: "n", labels: { "topology.kubernetes.io/zone": "a" } } };
const pod = (ready: boolean): Pod => ({
  metadata: { name: "p", namespace: "default", uid: "u" },
  spec: { nodeName: "n", containers: [] },
  status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
});
const service = (trafficDistribution?: string, annotations = {}): Service => ({
  metadata: { name: "s", namespace: "default", annotations },
  spec: trafficDistribution === undefined ? {} : { trafficDistribution },
});
const AUTO = { "service.kubernetes.io/topology-mode": "Auto" };
const zone = { forZones: [{ name: "a" }] };

describe("an endpoint's hints", () => {
  it.each<[string, Service, boolean, Node | undefined, object | undefined]>([
    ["are for nobody by default", service(), true, node, undefined],
    ["are for its zone", service("PreferSameZone"), true, node, zone],
    ["are for its zone by the older name", service("PreferClose"), true, node, zone],
    ["are for its node, too", service("PreferSameNode"), true, node, { ...zone, forNodes: [{ name: "n" }] }],
    ["are for its node alone where there are no zones", service("PreferSameNode"), true, { metadata: {} }, { forNodes: [{ name: "n" }] }],
    ["are for nobody where there are no zones", service("PreferClose"), true, { metadata: {} }, undefined],
    ["are for nobody while it is not ready", service("PreferClose"), false, node, undefined],
    ["are for nobody where the older annotation decides", service("PreferClose", AUTO), true, node, undefined],
  ])("%s", (_, of, ready, on, hints) => expect(endpointOf(pod(ready), of, on, "10.0.0.1").hints).toEqual(hints));
});

it("a pod whose node is gone is no endpoint, unless the Service wants all, and the Service hears of it", async () => {
  const w = await world();
  const create = (name: string, publishNotReadyAddresses: boolean) =>
    w.client.create("services", {
      metadata: { name, namespace: "default" },
      spec: { selector: { app: "a" }, ports: [{ port: 80 }], publishNotReadyAddresses },
    });
  await create("strict", false);
  await create("lenient", true);
  const made = await w.client.create("pods", {
    metadata: { name: "p", namespace: "default", labels: { app: "a" } },
    spec: { containers: [{ name: "c", image: "nginx" }] },
  });
  await w.ready(made, "elsewhere");
  await w.clock.advance(1000);
  const addresses = async (name: string) =>
    (await w.client.list("endpointslices", { namespace: "default", labelSelector: `kubernetes.io/service-name=${name}` })).items.flatMap(
      (s) => s.endpoints?.flatMap((e) => e.addresses) ?? [],
    );
  expect(await addresses("strict")).toEqual([]);
  expect(await addresses("lenient")).toHaveLength(1);
  expect((await w.events("FailedToUpdateEndpointSlices"))[0]).toBe(
    "Error updating Endpoint Slices for Service default/strict: skipping Pod p for Service default/strict: Node elsewhere Not Found",
  );
  await w.node("elsewhere");
  await w.clock.advance(10_000);
  expect(await addresses("strict")).toHaveLength(1);
});
