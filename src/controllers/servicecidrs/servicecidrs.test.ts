import { expect, it } from "vitest";
import type { IPAddress, ServiceCIDR } from "../../api/index.ts";
import { world } from "../testing/world.ts";
import { isInUse } from "./decide.ts";

const range = (name: string, cidr: string): ServiceCIDR => ({ metadata: { name }, spec: { cidrs: [cidr] } });
const address = (name: string): IPAddress => ({
  metadata: { name },
  spec: { parentRef: { resource: "services", namespace: "default", name: "web" } },
});

it.each<[string, readonly ServiceCIDR[], readonly string[], boolean]>([
  ["no address", [], [], false],
  ["an address elsewhere", [], ["10.2.0.1"], false],
  ["an address of its own", [], ["10.1.0.1"], true],
  ["an address that a wider range has, too", [range("wide", "10.0.0.0/8")], ["10.1.0.1"], false],
  ["one address too many for a narrower one", [range("narrow", "10.1.0.0/30")], ["10.1.0.1", "10.1.0.9"], true],
  [
    "an address of another that goes as well",
    [{ ...range("wide", "10.0.0.0/8"), metadata: { name: "wide", deletionTimestamp: "2026-01-01T00:00:00Z" } }],
    ["10.1.0.1"],
    true,
  ],
])("a range is in use with %s", (_what, others, ips, inUse) => {
  const own = range("own", "10.1.0.0/24");
  expect(isInUse(own, [own, ...others], ips.map(address))).toBe(inUse);
});

it("a range becomes ready, and when it is deleted it goes ten seconds after its last address", async () => {
  const { client, clock, errors } = await world();
  await client.create("servicecidrs", range("more", "10.1.0.0/24"));
  await clock.advance(1000);
  const made = await client.get("servicecidrs", undefined, "more");
  expect(made.metadata?.finalizers).toEqual(["networking.k8s.io/service-cidr-finalizer"]);
  expect(made.status?.conditions).toMatchObject([
    { type: "Ready", status: "True", reason: "", message: "Kubernetes Service CIDR is ready" },
  ]);
  await client.create("ipaddresses", address("10.1.0.7"));
  await client.delete("servicecidrs", undefined, "more");
  await clock.advance(60_000);
  const kept = await client.get("servicecidrs", undefined, "more");
  expect(kept.status?.conditions).toMatchObject([
    {
      status: "False",
      reason: "Terminating",
      message: "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR",
    },
  ]);
  await client.delete("ipaddresses", undefined, "10.1.0.7");
  await clock.advance(1000);
  await client.create("servicecidrs", range("other", "10.2.0.0/24"));
  await clock.advance(1000);
  await client.delete("servicecidrs", undefined, "other");
  await clock.advance(8000);
  const names = async () => (await client.list("servicecidrs")).items.map((r) => r.metadata?.name);
  expect(await names()).toEqual(["other"]);
  await clock.advance(3000);
  expect(await names()).toEqual([]);
  expect(errors()).toEqual([]);
});
