import { expect, it } from "vitest";
import type { PersistentVolumeClaim, Pod } from "../../api/index.ts";
import { world } from "../testing/world.ts";

const spec: PersistentVolumeClaim["spec"] = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const pod: Pod = {
  metadata: { name: "web", namespace: "default" },
  spec: {
    containers: [{ name: "c", image: "nginx:1.27" }],
    volumes: [{ name: "cache", ephemeral: { volumeClaimTemplate: { metadata: { labels: { kind: "scratch" } }, spec } } }],
  },
};

it("a pod's own volume is a claim that goes with the pod, and comes back while the pod is there", async () => {
  const w = await world();
  const { client, clock, errors } = w;
  const made = await client.create("pods", pod);
  await clock.advance(1000);
  const claims = async () => (await client.list("persistentvolumeclaims")).items;
  const [claim] = await claims();
  expect(claim?.metadata).toMatchObject({ name: "web-cache", labels: { kind: "scratch" } });
  expect(claim?.metadata?.ownerReferences).toEqual([
    { apiVersion: "v1", kind: "Pod", name: "web", uid: made.metadata?.uid, controller: true, blockOwnerDeletion: true },
  ]);
  await client.delete("persistentvolumeclaims", "default", "web-cache");
  await clock.advance(1000);
  const [again] = await claims();
  expect(again?.metadata?.uid).not.toBe(claim?.metadata?.uid);
  await w.finish(made);
  await clock.advance(1000);
  expect(await claims()).toEqual([]);
  expect(errors()).toEqual([]);
});

it("a claim of the name that is not the pod's is left alone", async () => {
  const { client, clock, events } = await world();
  const theirs = await client.create("persistentvolumeclaims", { metadata: { name: "web-cache", namespace: "default" }, spec });
  await client.create("pods", pod);
  await clock.advance(1);
  expect(await events("FailedBinding")).toContain(
    "ephemeral volume cache: PVC default/web-cache was not created for pod default/web (pod is not owner)",
  );
  expect((await client.list("persistentvolumeclaims")).items.map((c) => c.metadata?.uid)).toEqual([theirs.metadata?.uid]);
});
