import { expect, it } from "vitest";
import type { Node } from "../../api/index.ts";
import { addressesOf, initialized, labelsToMend, UNINITIALIZED } from "./decide.ts";

const fresh: Node = {
  metadata: { name: "node-1", labels: { "kubernetes.io/os": "linux" } },
  spec: { taints: [{ key: UNINITIALIZED, value: "true", effect: "NoSchedule" }] },
  status: { addresses: [{ type: "Hostname", address: "node-1" }] },
};
const found = {
  providerID: "timonel://north-1a/node-1",
  instanceType: "standard-2-4",
  zone: "north-1a",
  region: "north-1",
  addresses: [{ type: "InternalIP", address: "172.18.0.3" }],
};

it("says of a new node what its cloud knows, and lets pods on it", () => {
  expect(initialized(fresh, found)).toEqual({
    metadata: {
      name: "node-1",
      labels: {
        "kubernetes.io/os": "linux",
        "beta.kubernetes.io/instance-type": "standard-2-4",
        "node.kubernetes.io/instance-type": "standard-2-4",
        "failure-domain.beta.kubernetes.io/zone": "north-1a",
        "topology.kubernetes.io/zone": "north-1a",
        "failure-domain.beta.kubernetes.io/region": "north-1",
        "topology.kubernetes.io/region": "north-1",
      },
    },
    spec: { providerID: "timonel://north-1a/node-1" },
    status: fresh.status,
  });
});

it("keeps other taints, and the name that the kubelet gave its machine", () => {
  const other = { key: "mine", effect: "NoSchedule" };
  const given: Node = { ...fresh, spec: { providerID: "own://1", taints: [other, ...(fresh.spec?.taints ?? [])] } };
  expect(initialized(given, { providerID: "timonel://a/b", addresses: [] }).spec).toEqual({ providerID: "own://1", taints: [other] });
});

it("takes the cloud's addresses and keeps the host's own name", () => {
  const addresses = addressesOf(fresh, found);
  expect(addresses).toEqual([
    { type: "InternalIP", address: "172.18.0.3" },
    { type: "Hostname", address: "node-1" },
  ]);
  const told: Node = { ...fresh, status: { addresses } };
  expect(addressesOf(told, found)).toBe(addresses);
  expect(addressesOf(told, { ...found, addresses: [] })).toBe(addresses);
});

it("mends today's name of a label by its old one", () => {
  expect(labelsToMend({ metadata: { labels: { "beta.kubernetes.io/instance-type": "big", "topology.kubernetes.io/zone": "a" } } })).toEqual(
    {
      "node.kubernetes.io/instance-type": "big",
    },
  );
  expect(labelsToMend(initialized(fresh, found))).toEqual({});
});
