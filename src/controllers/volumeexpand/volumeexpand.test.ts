import { expect, it } from "vitest";
import type { PersistentVolume } from "../../api/index.ts";
import { world } from "../testing/world.ts";

it.each<[string, Partial<PersistentVolume["spec"]>, string, string | undefined]>([
  [
    "a driver's volume",
    { csi: { driver: "disks.example.com", volumeHandle: "v1" } },
    "waiting for an external controller to expand this PVC",
    undefined,
  ],
  [
    "an in-tree volume that a driver took over",
    { gcePersistentDisk: { pdName: "disk" } },
    "CSI migration enabled for kubernetes.io/gce-pd; waiting for external resizer to expand the pvc",
    "pd.csi.storage.gke.io",
  ],
])("a claim of %s that asks for more is told who enlarges it", async (_what, source, message, resizer) => {
  const { client, clock, events, errors } = await world();
  await client.create("storageclasses", { metadata: { name: "disks" }, provisioner: "disks.example.com", allowVolumeExpansion: true });
  const common = { accessModes: ["ReadWriteOnce"], storageClassName: "disks" };
  await client.create("persistentvolumes", { metadata: { name: "disk" }, spec: { ...common, capacity: { storage: "1Gi" }, ...source } });
  await client.create("persistentvolumeclaims", {
    metadata: { name: "data", namespace: "default" },
    spec: { ...common, resources: { requests: { storage: "1Gi" } } },
  });
  await clock.advance(1000);
  expect(await events("ExternalExpanding")).toEqual([]);
  await client.patch("persistentvolumeclaims", "default", "data", "merge", { spec: { resources: { requests: { storage: "2Gi" } } } });
  await clock.advance(1000);
  expect(await events("ExternalExpanding")).toEqual([message]);
  const { metadata, status } = await client.get("persistentvolumeclaims", "default", "data");
  expect(metadata?.annotations?.["volume.kubernetes.io/storage-resizer"]).toBe(resizer);
  expect(status?.capacity).toEqual({ storage: "1Gi" });
  expect(errors()).toEqual([]);
});
