import { expect, it } from "vitest";
import type { Node, Service } from "../../api/index.ts";
import { createEventRecorder, createInformers } from "../../client/index.ts";
import { createRandom } from "../../sim/index.ts";
import type { LoadBalancers } from "../cloud.ts";
import { runController } from "../runner.ts";
import { world } from "../testing/world.ts";
import { createServiceController } from "./reconcile.ts";

/** A cloud that does as the test says. */
async function balanced() {
  const w = await world();
  const { client, clock } = w;
  const there = new Map<string, readonly string[]>();
  const cloud = { fails: undefined as string | undefined };
  const set = (service: Service, nodes: readonly Node[]): void => {
    if (cloud.fails !== undefined) throw new Error(cloud.fails);
    there.set(service.metadata?.name ?? "", nodes.map((n) => n.metadata?.name ?? "").toSorted());
  };
  const status = { ingress: [{ ip: "203.0.113.1", ipMode: "VIP" }] };
  const balancers: LoadBalancers = {
    get: ({ metadata }) => (there.has(metadata?.name ?? "") ? status : undefined),
    async ensure(service, nodes) {
      set(service, nodes);
      return status;
    },
    update: set,
    delete: ({ metadata }) => void there.delete(metadata?.name ?? ""),
  };
  const informers = createInformers(client, clock);
  const recorder = (component: string) => createEventRecorder({ client, clock, component });
  const controller = createServiceController({ informers, clock, random: createRandom(1), recorder, rootCa: "" }, balancers);
  const running = runController({ controller, client, informers, clock });
  await w.node("node-1");
  const spec = { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] };
  await client.create("services", { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "default" }, spec });
  await clock.advance(100);
  const events = async (): Promise<readonly string[]> =>
    (await client.list("events")).items
      .filter((e) => e.involvedObject.kind === "Service")
      .map((e) => `${e.type} ${e.reason}${e.count === 1 ? "" : ` x${e.count}`}: ${e.message}`);
  return { ...w, controller, running, cloud, there, events };
}

it("leaves a Service alone that has what it asks for, and one that asks for nothing", async () => {
  const { client, controller, store, clock } = await balanced();
  const spec = { ports: [{ port: 80 }] };
  await client.create("services", { apiVersion: "v1", kind: "Service", metadata: { name: "plain", namespace: "default" }, spec });
  await clock.advance(1000);
  const before = store.revision;
  for (const key of ["default/web", "default/plain", "default/none", "nodes"]) await controller.reconcile(key, { client, causes: [] });
  await clock.advance(1000);
  expect(store.revision).toBe(before);
});

it("tells a load balancer of other nodes, says when there are none and when the cloud refuses, and tries again", async () => {
  const w = await balanced();
  const { client, clock, cloud, there, events, running } = w;
  await w.node("node-2");
  await clock.advance(100);
  expect(there.get("web")).toEqual(["node-1", "node-2"]);
  for (const name of ["node-1", "node-2"]) await client.delete("nodes", undefined, name);
  await clock.advance(100);
  cloud.fails = "quota exceeded";
  await w.node("node-3");
  await clock.advance(100);
  expect(running.state.lastError?.message).toBe("quota exceeded");
  cloud.fails = undefined;
  await clock.advance(6000);
  expect(there.get("web")).toEqual(["node-3"]);
  expect((await events()).slice(2)).toEqual([
    "Normal UpdatedLoadBalancer x2: Updated load balancer with new hosts",
    "Warning UnAvailableLoadBalancer: There are no available nodes for LoadBalancer",
    "Warning UpdateLoadBalancerFailed: Error updating load balancer with new hosts [node-3] [node names limited, total number of nodes: 1], error: quota exceeded",
  ]);
});
