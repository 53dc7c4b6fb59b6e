import { expect, it } from "vitest";
import type { PersistentVolume, PersistentVolumeClaim, Pod } from "../../api/index.ts";
import { world } from "../testing/world.ts";
import { claimsOf, isClaimInUse } from "./decide.ts";

const claim: PersistentVolumeClaim = {
  metadata: { name: "data", namespace: "default" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};
const volume: PersistentVolume = {
  metadata: { name: "disk" },
  spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, hostPath: { path: "/srv" } },
};
const pod = (name: string, claimName: string, nodeName?: string): Pod => ({
  metadata: { name, namespace: "default" },
  spec: {
    containers: [{ name: "c", image: "nginx:1.27" }],
    volumes: [{ name: "v", persistentVolumeClaim: { claimName } }],
    ...(nodeName ? { nodeName } : {}),
  },
});

it.each<[string, readonly Pod[], boolean]>([
  ["no pod", [], false],
  ["a pod of another claim", [pod("p", "other", "node-1")], false],
  ["a pod that is on no node", [pod("p", "data")], false],
  ["a pod on a node", [pod("p", "data", "node-1")], true],
])("a claim with %s", (_what, pods, inUse) => expect(isClaimInUse(claim, pods)).toBe(inUse));

it("a volume that a pod makes for itself is a claim of its name", () => {
  expect(claimsOf({ metadata: { name: "web" }, spec: { containers: [], volumes: [{ name: "cache", ephemeral: {} }] } })).toEqual([
    "web-cache",
  ]);
});

it("a claim that is deleted stays until its pod has gone, a volume until its claim has", async () => {
  const w = await world();
  const { client, clock, pods, errors } = w;
  await client.create("persistentvolumeclaims", claim);
  await client.create("pods", pod("user", "data", "node-1"));
  await clock.advance(1000);
  await client.delete("persistentvolumeclaims", "default", "data");
  await clock.advance(5000);
  const claims = async () => (await client.list("persistentvolumeclaims")).items.map((c) => c.metadata?.name);
  expect(await claims()).toEqual(["data"]);
  for (const p of await pods()) await w.finish(p);
  await clock.advance(1000);
  expect(await claims()).toEqual([]);

  const made = await client.create("persistentvolumes", volume);
  const bound = await client.update("persistentvolumes", { ...made, status: { phase: "Bound" } }, "status");
  await client.delete("persistentvolumes", undefined, "disk");
  await clock.advance(1000);
  const left = (await client.list("persistentvolumes")).items;
  expect(left.map((v) => v.metadata?.name)).toEqual(["disk"]);
  await client.update("persistentvolumes", { ...(left[0] ?? bound), status: { phase: "Released" } }, "status");
  await clock.advance(1000);
  expect((await client.list("persistentvolumes")).items).toEqual([]);
  expect(errors()).toEqual([]);
});
