import { expect, it } from "vitest";
import type { IPAddress, Service } from "../api/index.ts";
import { testServer } from "./testing/server.ts";

/** Four addresses of a /29: neither the network's own nor the last are given. */
function pool(range: string) {
  const start = range.slice(0, range.lastIndexOf(".") + 1);
  const values = [1, 2, 3, 4].map((n) => `${start}${n}`);
  const used = new Set<string>();
  return {
    range,
    has: (ip: string) => used.has(ip),
    allocate: (ip: string) =>
      values.includes(ip) ? (used.has(ip) ? ("allocated" as const) : void used.add(ip)) : ("out of range" as const),
    allocateNext: () => {
      const free = values.find((ip) => !used.has(ip));
      if (free !== undefined) used.add(free);
      return free;
    },
    release: (ip: string) => void used.delete(ip),
  };
}

const SERVICES = "/api/v1/namespaces/default/services";
const NETWORKING = "/apis/networking.k8s.io/v1";

async function server() {
  const { ask } = await testServer({ clusterIps: pool("10.0.0.0/29"), clusterIpsOf: pool });
  const make = async (name: string, spec: object = {}) => {
    const body = { apiVersion: "v1", kind: "Service", metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } };
    const response = await ask("POST", SERVICES, { body });
    return { status: response.status, body: response.body as Service & { readonly message?: string } };
  };
  const addresses = async (): Promise<readonly IPAddress[]> =>
    ((await ask("GET", `${NETWORKING}/ipaddresses`)).body as { readonly items: readonly IPAddress[] }).items;
  const names = async () => (await addresses()).map((a) => a.metadata?.name);
  const range = (name: string, cidr: string) =>
    ask("POST", `${NETWORKING}/servicecidrs`, { body: { metadata: { name }, spec: { cidrs: [cidr] } } });
  return { ask, make, addresses, names, range };
}

it("a cluster IP is an object that lives as long as its Service", async () => {
  const { ask, make, addresses, names } = await server();
  const web = await make("web");
  const ip = web.body.spec?.clusterIP;
  const [address] = await addresses();
  expect(address).toMatchObject({
    metadata: {
      name: ip,
      labels: { "ipaddress.kubernetes.io/ip-family": "IPv4", "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io" },
    },
    spec: { parentRef: { resource: "services", namespace: "default", name: "web" } },
  });
  await ask("PUT", `${SERVICES}/web`, { body: { ...web.body, metadata: { ...web.body.metadata, labels: { a: "b" } } } });
  expect(await names()).toEqual([ip]);
  expect((await addresses())[0]?.metadata?.uid).toBe(address?.metadata?.uid);
  await make("headless", { clusterIP: "None" });
  expect(await names()).toEqual([ip]);
  await ask("DELETE", `${SERVICES}/web`);
  expect(await names()).toEqual([]);
});

it("an address is refused in upstream's words when it is taken, special, or elsewhere", async () => {
  const { ask, make } = await server();
  const why = async (clusterIP: string) => (await make("x", { clusterIP })).body.message;
  const says = (ip: string, text: string) =>
    `Service "x" is invalid: spec.clusterIPs: Invalid value: ["${ip}"]: failed to allocate IP ${ip}: ${text}`;
  await make("web", { clusterIP: "10.0.0.2" });
  expect(await why("10.0.0.2")).toBe(says("10.0.0.2", "provided IP is already allocated"));
  expect(await why("10.0.0.7")).toBe(
    says("10.0.0.7", "the provided IP (10.0.0.7) is not in the valid range. The range of valid IPs is 10.0.0.0/29"),
  );
  expect(await why("10.9.0.1")).toBe(says("10.9.0.1", "the provided network does not match the current range"));
  // An address that somebody wrote down for something else is taken, too.
  const parentRef = { group: "gateway.networking.k8s.io", resource: "gateways", namespace: "default", name: "edge" };
  await ask("POST", `${NETWORKING}/ipaddresses`, { body: { metadata: { name: "10.0.0.3" }, spec: { parentRef } } });
  expect(await why("10.0.0.3")).toBe(says("10.0.0.3", "provided IP is already allocated"));
  await ask("DELETE", `${NETWORKING}/ipaddresses/10.0.0.3`);
  expect((await make("x", { clusterIP: "10.0.0.3" })).status).toBe(201);
});

it("a second range is given from when the first is full, and no more when it is gone", async () => {
  const { ask, make, range } = await server();
  for (const name of ["a", "b", "c", "d"]) expect((await make(name)).status).toBe(201);
  expect((await make("e")).body.message).toContain("range is full");
  expect((await range("more", "10.1.0.0/29")).status).toBe(201);
  expect((await make("e")).body.spec?.clusterIP).toBe("10.1.0.1");
  expect((await make("f", { clusterIP: "10.1.0.4" })).status).toBe(201);
  await ask("DELETE", `${NETWORKING}/servicecidrs/more`);
  expect((await make("g")).body.message).toContain("range is full");
});

it("a range that is not ready gives nothing, and a dry run takes nothing", async () => {
  const { ask, make, names, range } = await server();
  const made = (await range("more", "10.1.0.0/29")).body as object;
  const condition = { type: "Ready", status: "False", reason: "Terminating", message: "x", lastTransitionTime: "2026-01-01T00:00:00Z" };
  await ask("PUT", `${NETWORKING}/servicecidrs/more/status`, { body: { ...made, status: { conditions: [condition] } } });
  expect((await make("x", { clusterIP: "10.1.0.1" })).body.message).toContain("does not match the current range");
  const body = { apiVersion: "v1", kind: "Service", metadata: { name: "dry" }, spec: { ports: [{ port: 80 }] } };
  const dry = await ask("POST", SERVICES, { body, query: { dryRun: "All" } });
  expect(dry.status).toBe(201);
  expect(await names()).toEqual([]);
});
