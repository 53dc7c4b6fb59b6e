import { beforeEach, describe, expect, it } from "vitest";
import type { Service } from "../../api/index.ts";
import { deployment, world, type World } from "../testing/world.ts";

describe("the endpoints controller", () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
    await w.node("node-1");
  });
  const settle = () => w.clock.advance(2000);
  const create = (spec: Service["spec"] = {}) =>
    w.client.create("services", {
      metadata: { name: "web", namespace: "default" },
      spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }], ...spec },
    });
  const get = () => w.client.get("endpoints", "default", "web");
  const names = async () => (await w.client.list("endpoints", { namespace: "default" })).items.map((e) => e.metadata?.name);

  it("follows the pods of a Service, and goes with it", async () => {
    await create();
    await settle();
    expect((await get()).subsets).toBeUndefined();
    await w.client.create("deployments", deployment("web", 2));
    await settle();
    for (const pod of await w.pods()) await w.ready(pod);
    await settle();
    const { subsets } = await get();
    expect(subsets?.[0]?.addresses).toHaveLength(2);
    expect(subsets?.[0]?.ports).toEqual([{ port: 8080, protocol: "TCP" }]);
    const [pod] = await w.pods();
    await w.client.delete("pods", "default", pod?.metadata?.name ?? "");
    await settle();
    expect((await get()).subsets?.[0]?.addresses).toHaveLength(1);
    await w.client.delete("services", "default", "web");
    await settle();
    expect(await names()).toEqual([]);
    expect(w.errors()).toEqual([]);
  });

  it("makes them again when somebody deletes them", async () => {
    await create();
    await settle();
    await w.client.delete("endpoints", "default", "web");
    await settle();
    expect(await names()).toEqual(["web"]);
  });

  it("leaves alone what people write for Services that select nothing", async () => {
    const { selector: _, ...spec } = { selector: {}, ports: [{ port: 80 }] };
    await w.client.create("services", { metadata: { name: "web", namespace: "default" }, spec });
    const subsets = [{ addresses: [{ ip: "192.0.2.1" }], ports: [{ port: 80 }] }];
    await w.client.create("endpoints", { metadata: { name: "web", namespace: "default" }, subsets });
    await settle();
    expect((await get()).metadata?.labels).toBeUndefined();
    expect((await get()).subsets).toMatchObject(subsets);
  });

  it("clears away at its start what has no Service, but no locks", async () => {
    await w.client.create("endpoints", { metadata: { name: "left", namespace: "default" } });
    const annotations = { "control-plane.alpha.kubernetes.io/leader": "{}" };
    await w.client.create("endpoints", { metadata: { name: "lock", namespace: "default", annotations } });
    await settle();
    expect(await names()).toEqual(["left", "lock"]);
    w.restart();
    await settle();
    expect(await names()).toEqual(["lock"]);
  });
});
