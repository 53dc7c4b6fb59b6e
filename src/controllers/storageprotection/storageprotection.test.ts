import { expect, it } from "vitest";
import type { PersistentVolume, PersistentVolumeClaim, Pod } from "../../api/index.ts";
import { world } from "../testing/world.ts";
import { claimsOf } from "../claims.ts";
import { isClaimInUse } from "./decide.ts";

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

  await client.create("persistentvolumes", volume);
  await client.create("persistentvolumeclaims", { ...claim, spec: { ...claim.spec, storageClassName: "" } });
  await clock.advance(1000);
  await client.delete("persistentvolumes", undefined, "disk");
  await clock.advance(1000);
  const volumes = async () => (await client.list("persistentvolumes")).items.map((v) => `${v.metadata?.name} ${v.status?.phase}`);
  expect(await volumes()).toEqual(["disk Bound"]);
  await client.delete("persistentvolumeclaims", "default", "data");
  await clock.advance(1000);
  expect(await volumes()).toEqual([]);
  expect(errors()).toEqual([]);
});

it("what is protected gets its finalizer back", async () => {
  const { client, clock } = await world();
  await client.create("persistentvolumeclaims", claim);
  await client.patch("persistentvolumeclaims", "default", "data", "merge", { metadata: { finalizers: null } });
  await clock.advance(1000);
  expect((await client.get("persistentvolumeclaims", "default", "data")).metadata?.finalizers).toEqual(["kubernetes.io/pvc-protection"]);
});

it("a claim of a pod's own volume goes when the kubelet is done with the pod; a claim that only has its name is not that pod's", () => {
  const user: Pod = {
    metadata: { name: "web", namespace: "default", uid: "u" },
    spec: { nodeName: "node-1", containers: [], volumes: [{ name: "cache", ephemeral: {} }] },
  };
  const ownerReferences = [{ apiVersion: "v1", kind: "Pod", name: "web", uid: "u", controller: true }];
  const own: PersistentVolumeClaim = { metadata: { name: "web-cache", namespace: "default", ownerReferences } };
  const done = { ...user, metadata: { ...user.metadata, deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 0 } };
  expect(isClaimInUse(own, [user])).toBe(true);
  expect(isClaimInUse(own, [done])).toBe(false);
  expect(isClaimInUse({ metadata: { name: "web-cache", namespace: "default" } }, [user])).toBe(false);
});

it("a class of attributes that is deleted stays until no claim has it", async () => {
  const { client, clock, errors } = await world();
  await client.create("volumeattributesclasses", { metadata: { name: "fast" }, driverName: "d.example.com", parameters: { iops: "9" } });
  const { spec } = claim;
  await client.create("persistentvolumeclaims", { ...claim, spec: { ...spec, volumeAttributesClassName: "fast" } });
  await clock.advance(1000);
  await client.delete("volumeattributesclasses", undefined, "fast");
  await clock.advance(1000);
  const names = async () => (await client.list("volumeattributesclasses")).items.map((c) => c.metadata?.name);
  expect(await names()).toEqual(["fast"]);
  await client.delete("persistentvolumeclaims", "default", "data");
  await clock.advance(1000);
  expect(await names()).toEqual([]);
  expect(errors()).toEqual([]);
});
