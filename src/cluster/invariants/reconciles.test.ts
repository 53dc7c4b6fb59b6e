import { beforeAll, describe, expect, it } from "vitest";
import { testCluster } from "../testing.ts";
import { furnish } from "./furniture.ts";
import { idleControllers, type Idler } from "./reconciles.ts";

describe("a controller that looks at everything again once it is settled", () => {
  let idlers: readonly Idler[] = [];

  beforeAll(async () => {
    const cluster = await testCluster({ addons: false, nodes: 3 });
    await furnish(cluster, 2);
    await cluster.advance(400);
    idlers = await idleControllers(cluster);
    for (const { keys, reconcile } of idlers) for (const key of keys) await reconcile(key);
  });

  it("wants to write nothing", () => {
    expect(idlers.flatMap(({ name, writes }) => writes.map((w) => `${name}: ${w}`))).toEqual([]);
  });

  it("had something to look at", () => {
    expect(idlers.filter(({ keys }) => keys.length === 0).map(({ name }) => name)).toEqual([]);
  });
});
