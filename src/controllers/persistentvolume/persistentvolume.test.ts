import { describe, expect, it } from "vitest";
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "../../api/index.ts";
import { world } from "../testing/world.ts";

const volume = (name: string, spec: Partial<PersistentVolume["spec"]> = {}): PersistentVolume => ({
  metadata: { name },
  spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "2Gi" }, storageClassName: "shelf", hostPath: { path: "/srv/x" }, ...spec },
});
const claim = (name: string, spec: Partial<PersistentVolumeClaim["spec"]> = {}): PersistentVolumeClaim => ({
  metadata: { name, namespace: "default" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, storageClassName: "shelf", ...spec },
});
const storageClass = (name: string, provisioner: string, more: Partial<StorageClass> = {}): StorageClass => ({
  metadata: { name },
  provisioner,
  ...more,
});
const pod = (name: string, claimName: string): Pod => ({
  metadata: { name, namespace: "default" },
  spec: { containers: [{ name: "c", image: "nginx" }], volumes: [{ name: "v", persistentVolumeClaim: { claimName } }] },
});

async function started() {
  const w = await world();
  const { client, clock } = w;
  return {
    ...w,
    async make(...objects: readonly (PersistentVolume | PersistentVolumeClaim | StorageClass)[]): Promise<void> {
      for (const object of objects) {
        if ("provisioner" in object) await client.create("storageclasses", object as StorageClass);
        else if (object.metadata?.namespace) await client.create("persistentvolumeclaims", object as PersistentVolumeClaim);
        else await client.create("persistentvolumes", object as PersistentVolume);
        await clock.advance(10);
      }
    },
    claim: (name: string) => client.get("persistentvolumeclaims", "default", name),
    volume: (name: string) => client.get("persistentvolumes", undefined, name),
    /** `claim/volume/phase` of each claim, `volume/claim/phase` of each volume. */
    async state(): Promise<readonly string[]> {
      const volumes = (await client.list("persistentvolumes")).items;
      const claims = (await client.list("persistentvolumeclaims")).items;
      return [
        ...volumes.map((v) => `${v.metadata?.name}/${v.spec?.claimRef?.name ?? "-"}/${v.status?.phase}`),
        ...claims.map((c) => `${c.metadata?.name}/${c.spec?.volumeName ?? "-"}/${c.status?.phase}`),
      ];
    },
    async told(name: string): Promise<readonly string[]> {
      const { items } = await client.list("events");
      return items.filter((e) => e.involvedObject?.name === name).map((e) => `${e.type} ${e.reason} x${e.count}: ${e.message}`);
    },
  };
}

describe("binding", () => {
  it("gives a claim the smallest volume that is large enough, and both say so", async () => {
    const w = await started();
    const sizes = { large: "5Gi", small: "500Mi", right: "1Gi" };
    await w.make(...Object.entries(sizes).map(([name, storage]) => volume(name, { capacity: { storage } })), claim("data"));
    await w.clock.advance(1000);
    expect(await w.state()).toEqual(["large/-/Available", "right/data/Bound", "small/-/Available", "data/right/Bound"]);
    const { metadata, status } = await w.claim("data");
    expect(metadata?.annotations).toEqual({ "pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes" });
    expect(status).toEqual({ phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" } });
    const bound = await w.volume("right");
    expect(bound.metadata?.annotations).toEqual({ "pv.kubernetes.io/bound-by-controller": "yes" });
    expect(bound.spec?.claimRef).toMatchObject({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      namespace: "default",
      uid: metadata?.uid,
    });
    expect(await w.told("data")).toEqual([]);
    expect(w.errors()).toEqual([]);
  });

  it("never gives one volume to two claims", async () => {
    const w = await started();
    await w.make(volume("one"), volume("two"));
    await Promise.all(["a", "b", "c"].map((name) => w.client.create("persistentvolumeclaims", claim(name))));
    await w.clock.advance(5000);
    const state = await w.state();
    expect(state.filter((line) => line.endsWith("/Bound"))).toHaveLength(4);
    expect(state.filter((line) => line.endsWith("/-/Pending"))).toHaveLength(1);
  });

  it.each<[string, Partial<PersistentVolume["spec"]>, Partial<PersistentVolumeClaim["spec"]>]>([
    ["class", { storageClassName: "other" }, {}],
    ["size", { capacity: { storage: "100Mi" } }, {}],
    ["access mode", {}, { accessModes: ["ReadWriteMany"] }],
    ["volume mode", { volumeMode: "Block" }, {}],
    ["label", {}, { selector: { matchLabels: { tier: "gold" } } }],
    ["attributes", { volumeAttributesClassName: "fast", csi: { driver: "d", volumeHandle: "h" }, hostPath: undefined as never }, {}],
  ])("a volume of another %s is not taken", async (_what, volumeSpec, claimSpec) => {
    const w = await started();
    await w.make(volume("disk", volumeSpec), claim("data", claimSpec));
    await w.clock.advance(20_000);
    expect(await w.state()).toEqual(["disk/-/Available", "data/-/Pending"]);
  });

  it("keeps a volume for the claim that it is reserved for, and a claim for the volume that it names", async () => {
    const w = await started();
    await w.make(volume("reserved", { claimRef: { namespace: "default", name: "later" } }), volume("free"));
    await w.make(claim("named", { volumeName: "free" }), claim("other"));
    await w.clock.advance(1000);
    expect(await w.state()).toEqual(["free/named/Bound", "reserved/later/Available", "named/free/Bound", "other/-/Pending"]);
    await w.make(claim("later"));
    await w.clock.advance(1000);
    expect((await w.state())[1]).toBe("reserved/later/Bound");
    expect((await w.volume("reserved")).metadata?.annotations).toBeUndefined();
    expect((await w.claim("named")).metadata?.annotations).toEqual({ "pv.kubernetes.io/bind-completed": "yes" });
  });

  it("says why a claim cannot have the volume that it names", async () => {
    const w = await started();
    await w.make(volume("small", { capacity: { storage: "10Mi" } }), volume("mine"), claim("first", { volumeName: "mine" }));
    await w.make(claim("big", { volumeName: "small" }), claim("late", { volumeName: "mine" }), claim("lone", { volumeName: "missing" }));
    await w.clock.advance(1000);
    expect(await w.told("big")).toEqual(['Warning VolumeMismatch x1: Cannot bind to requested volume "small": requested PV is too small']);
    expect(await w.told("late")).toEqual(['Warning FailedBinding x1: volume "mine" already bound to a different claim.']);
    expect(await w.told("lone")).toEqual([]);
    await w.make(volume("missing"));
    await w.clock.advance(15_000);
    expect((await w.claim("lone")).status?.phase).toBe("Bound");
  });

  it("a claim whose volume is gone is lost", async () => {
    const w = await started();
    await w.make(volume("disk"), claim("data"));
    await w.clock.advance(1000);
    const { metadata } = await w.volume("disk");
    await w.client.delete("persistentvolumes", undefined, "disk");
    await w.client.patch("persistentvolumes", undefined, "disk", "merge", { metadata: { finalizers: null } });
    await w.clock.advance(1000);
    expect(metadata?.finalizers).toEqual(["kubernetes.io/pv-protection"]);
    expect((await w.claim("data")).status).toEqual({ phase: "Lost" });
    expect(await w.told("data")).toEqual(["Warning ClaimLost x1: Bound claim has lost its PersistentVolume. Data on the volume is lost!"]);
  });
});

describe("pending claims", () => {
  it("without a class and a volume say so now and every 15 seconds", async () => {
    const w = await started();
    await w.make(claim("data", { storageClassName: "" }));
    await w.clock.advance(1000);
    const text = "no persistent volumes available for this claim and no storage class is set";
    expect(await w.told("data")).toEqual([`Normal FailedBinding x1: ${text}`]);
    await w.clock.advance(30_000);
    expect(await w.told("data")).toEqual([`Normal FailedBinding x3: ${text}`]);
  });

  it("that come after others of their name have their own moments", async () => {
    const w = await started();
    await w.make(claim("data", { storageClassName: "" }));
    await w.clock.advance(10_000);
    await w.client.delete("persistentvolumeclaims", "default", "data");
    await w.clock.advance(1000);
    await w.make(claim("data", { storageClassName: "" }));
    await w.clock.advance(14_000);
    const counts = async () => (await w.told("data")).map((line) => line.split(":")[0]);
    // The first was looked at once more on its way out.
    expect(await counts()).toEqual(["Normal FailedBinding x2", "Normal FailedBinding x1"]);
    await w.clock.advance(2000);
    expect(await counts()).toEqual(["Normal FailedBinding x2", "Normal FailedBinding x2"]);
  });

  it.each<[string, StorageClass | undefined, readonly string[]]>([
    ["a missing class", undefined, ['Warning ProvisioningFailed x1: storageclass.storage.k8s.io "shelf" not found']],
    [
      "no provisioner",
      storageClass("shelf", "kubernetes.io/no-provisioner"),
      ["Warning ProvisioningFailed x1: no volume plugin matched name: kubernetes.io/no-provisioner"],
    ],
    [
      "a plugin that cannot",
      storageClass("shelf", "kubernetes.io/nfs"),
      ["Warning ProvisioningFailed x1: no provisionable volume plugin matched"],
    ],
    [
      "host-path, which is switched off",
      storageClass("shelf", "kubernetes.io/host-path"),
      ['Warning ProvisioningFailed x1: Failed to create provisioner: provisioning in volume plugin "kubernetes.io/host-path" is disabled'],
    ],
    [
      "one outside",
      storageClass("shelf", "disks.example.com"),
      [
        "Normal ExternalProvisioning x2: Waiting for a volume to be created either by the external provisioner 'disks.example.com' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
      ],
    ],
    [
      "a first consumer",
      storageClass("shelf", "disks.example.com", { volumeBindingMode: "WaitForFirstConsumer" }),
      ["Normal WaitForFirstConsumer x1: waiting for first consumer to be created before binding"],
    ],
  ])("of a class with %s", async (_what, found, events) => {
    const w = await started();
    await w.make(...(found ? [found] : []), claim("data"));
    await w.clock.advance(1000);
    expect(await w.told("data")).toEqual(events);
    expect((await w.claim("data")).status).toEqual({ phase: "Pending" });
  });

  it.each<[string, Partial<StorageClass>, Partial<PersistentVolumeClaim["spec"]>, string]>([
    [
      "mount options",
      { mountOptions: ["ro", "hard"] },
      {},
      'Mount options are not supported by the provisioner but StorageClass "shelf" has mount options [ro hard]',
    ],
    [
      "a source",
      {},
      { dataSource: { kind: "PersistentVolumeClaim", name: "other" } },
      'plugin "kubernetes.io/host-path" is not a CSI plugin. Only CSI plugin can provision a claim with a datasource',
    ],
  ])("of an in-tree class with %s are told so, less and less often", async (_what, more, spec, message) => {
    const w = await started();
    await w.make(storageClass("shelf", "kubernetes.io/host-path", more), claim("data", spec));
    await w.clock.advance(1000);
    expect(await w.told("data")).toEqual([`Warning ProvisioningFailed x1: ${message}`]);
    await w.clock.advance(600_000);
    // After 0.5, 1, 2, ... 122 seconds, each at the next resync.
    expect(Number(/x(\d+)/.exec((await w.told("data"))[0] ?? "")?.[1])).toBeLessThan(15);
  });

  it("say who is to make their volume, by the driver's name where one took over", async () => {
    const w = await started();
    await w.make(storageClass("shelf", "kubernetes.io/gce-pd"), claim("data"));
    await w.clock.advance(1000);
    expect((await w.claim("data")).metadata?.annotations).toEqual({
      "volume.beta.kubernetes.io/storage-provisioner": "pd.csi.storage.gke.io",
      "volume.kubernetes.io/storage-provisioner": "pd.csi.storage.gke.io",
    });
  });

  it("that wait for a consumer do not take a free volume, name the pods that wait, and go on when a node is chosen", async () => {
    const w = await started();
    await w.make(storageClass("shelf", "disks.example.com", { volumeBindingMode: "WaitForFirstConsumer" }), volume("free"), claim("data"));
    await w.client.create("pods", pod("a", "data"));
    await w.clock.advance(15_000);
    await w.client.create("pods", pod("b", "data"));
    await w.clock.advance(15_000);
    expect((await w.told("data")).slice(1)).toEqual([
      "Normal WaitForPodScheduled x1: waiting for pod a to be scheduled",
      "Normal WaitForPodScheduled x1: waiting for pods a,b to be scheduled",
    ]);
    await w.client.patch("persistentvolumeclaims", "default", "data", "merge", {
      metadata: { annotations: { "volume.kubernetes.io/selected-node": "node-1" } },
    });
    await w.clock.advance(1000);
    expect((await w.told("data"))[3]).toMatch("Normal ExternalProvisioning");
  });

  it("wait for a consumer before they wait for their pod", async () => {
    const w = await started();
    await w.client.create("storageclasses", storageClass("shelf", "disks.example.com", { volumeBindingMode: "WaitForFirstConsumer" }));
    await w.client.create("pods", pod("before", "old"));
    for (const name of ["old", "new"]) await w.client.create("persistentvolumeclaims", claim(name));
    await w.client.create("pods", pod("after", "new"));
    await w.clock.advance(1000);
    expect(await w.told("old")).toEqual(["Normal WaitForPodScheduled x1: waiting for pod before to be scheduled"]);
    expect(await w.told("new")).toEqual(["Normal WaitForFirstConsumer x1: waiting for first consumer to be created before binding"]);
  });

  it("get the default class when there is one", async () => {
    const w = await started();
    const { storageClassName: _, ...spec } = claim("data").spec ?? {};
    await w.make({ ...claim("data"), spec });
    await w.make({
      ...storageClass("standard", "disks.example.com"),
      metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    } as StorageClass);
    await w.clock.advance(15_000);
    expect((await w.claim("data")).spec?.storageClassName).toBe("standard");
  });

  it("are bound to the volume that a provisioner makes for them", async () => {
    const w = await started();
    await w.make(storageClass("shelf", "disks.example.com"), claim("data"));
    const { uid = "" } = (await w.claim("data")).metadata ?? {};
    const claimRef = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "default", name: "data", uid };
    await w.make({
      ...volume(`pvc-${uid}`, { claimRef, persistentVolumeReclaimPolicy: "Delete" }),
      metadata: { name: `pvc-${uid}`, annotations: { "pv.kubernetes.io/provisioned-by": "disks.example.com" } },
    });
    await w.clock.advance(100);
    expect((await w.state()).map((line) => line.split("/").at(-1))).toEqual(["Bound", "Bound"]);
    await w.client.delete("persistentvolumeclaims", "default", "data");
    await w.clock.advance(1000);
    // Its provisioner deletes it.
    expect((await w.volume(`pvc-${uid}`)).status?.phase).toBe("Released");
  });
});

describe("reclaiming", () => {
  async function released(name: string, spec: Partial<PersistentVolume["spec"]>) {
    const w = await started();
    await w.make(volume(name, spec), claim("data"));
    await w.clock.advance(1000);
    await w.client.delete("persistentvolumeclaims", "default", "data");
    await w.clock.advance(1000);
    return w;
  }

  it("retains, until someone takes the claim out of it", async () => {
    const w = await released("disk", {});
    expect(await w.state()).toEqual(["disk/data/Released"]);
    await w.make(claim("data"));
    expect(await w.state()).toEqual(["disk/data/Released", "data/-/Pending"]);
    await w.client.patch("persistentvolumes", undefined, "disk", "json", [{ op: "remove", path: "/spec/claimRef" }]);
    await w.clock.advance(15_000);
    expect(await w.state()).toEqual(["disk/data/Bound", "data/disk/Bound"]);
  });

  it("deletes what it can, and says of the rest that it failed", async () => {
    const gone = await released("disk", { persistentVolumeReclaimPolicy: "Delete", hostPath: { path: "/tmp/disk" } });
    expect(await gone.state()).toEqual([]);
    const kept = await released("disk", { persistentVolumeReclaimPolicy: "Delete" });
    const message = "host_path deleter only supports /tmp/.+ but received provided /srv/x";
    expect((await kept.volume("disk")).status).toMatchObject({ phase: "Failed", message });
    await kept.clock.advance(60_000);
    expect(await kept.told("disk")).toEqual([`Warning VolumeFailedDelete x1: ${message}`]);
  });

  it("recycles with a pod that empties the volume", async () => {
    const w = await released("disk", { persistentVolumeReclaimPolicy: "Recycle", capacity: { storage: "5Gi" } });
    const recycler = await w.client.get("pods", "default", "recycler-for-disk");
    expect(recycler.spec?.activeDeadlineSeconds).toBe(150);
    expect(recycler.spec?.volumes?.[0]).toEqual({ name: "vol", hostPath: { path: "/srv/x", type: "" } });
    await w.client.update("pods", { ...recycler, status: { ...recycler.status, phase: "Succeeded" } }, "status");
    await w.clock.advance(1000);
    expect(await w.state()).toEqual(["disk/-/Available"]);
    expect(await w.told("disk")).toEqual(["Normal VolumeRecycled x1: Volume recycled"]);
    expect((await w.pods()).map((p) => p.metadata?.deletionTimestamp === undefined)).toEqual([]);
  });

  it("says that nothing can recycle a volume", async () => {
    const w = await released("disk", {
      persistentVolumeReclaimPolicy: "Recycle",
      hostPath: undefined as never,
      local: { path: "/mnt/x" },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["node-1"] }] }] },
      },
    });
    expect(await w.told("disk")).toEqual(["Warning VolumeFailedRecycle x1: No recycler plugin found for the volume!"]);
  });
});
