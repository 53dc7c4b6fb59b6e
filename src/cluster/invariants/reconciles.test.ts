import { beforeAll, describe, expect, it } from "vitest";
import { testCluster } from "../testing.ts";
import { furnish } from "./furniture.ts";
import { idleControllers, type Idler } from "./reconciles.ts";

describe("a controller that looks at everything again once it is settled", () => {
  let idlers: readonly Idler[] = [];
  let started: readonly number[] = [];

  beforeAll(async () => {
    const cluster = await testCluster({ addons: false, nodes: 3 });
    await furnish(cluster, 2);
    await cluster.advance(400);
    idlers = await idleControllers(cluster);
    // What a manager does when it starts (k8s: node_lifecycle_controller says RegisteredNode), it does once.
    for (const { keys, reconcile } of idlers) for (const key of keys) await reconcile(key);
    started = idlers.map(({ writes }) => writes.length);
    for (const { keys, reconcile } of idlers) for (const key of keys) await reconcile(key);
    cluster.stop();
  }, 120_000);

  it("wants to write nothing", () => {
    expect(idlers.flatMap(({ name, writes }, i) => writes.slice(started[i]).map((w) => `${name}: ${w}`))).toEqual([]);
  });

  it("writes no object when its manager starts anew", () => {
    const written = idlers.flatMap(({ name, writes }, i) => writes.slice(0, started[i]).map((w) => `${name}: ${w}`));
    expect(written.filter((w) => !w.includes(": event RegisteredNode of Node "))).toEqual([]);
  });

  it("had something to look at", () => {
    const looked = new Set(idlers.filter(({ keys }) => keys.length > 0).map(({ name }) => name));
    const workloads = ["deployment", "replicaset", "replication", "statefulset", "daemonset", "job", "cronjob"];
    const others = ["endpointslice", "endpointslicemirroring", "endpoint", "disruption", "garbage-collector", "resourcequota"];
    const nodes = ["node-lifecycle", "pod-garbage-collector", "serviceaccount", "root-ca-certificate-publisher"];
    expect([...workloads, ...others, ...nodes].filter((name) => !looked.has(name))).toEqual([]);
  });
});
