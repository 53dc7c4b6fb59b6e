import { describe, expect, it } from "vitest";
import type { PersistentVolume, PersistentVolumeClaim, Pod } from "../../api/index.ts";
import { type Loose, walkedCluster } from "../testing/walk.ts";

const STORAGE = "/apis/storage.k8s.io/v1";
const CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims";
const VOLUMES = "/api/v1/persistentvolumes";

type Walk = Awaited<ReturnType<typeof walkedCluster>>;
const labelled = (label: string) => ({ metadata: { labels: { [label]: "patched" } } });
const labels = (object: Loose | PersistentVolume | PersistentVolumeClaim) => object.metadata?.labels ?? {};

/** What the tests do to every kind of object that nothing else touches. */
async function lifecycle(w: Walk, collection: string, first: object, second: object, change: object = {}): Promise<string> {
  const made = await w.post(collection, first);
  const path = `${collection}/${made.metadata?.name}`;
  expect((await w.get(path)).metadata?.uid).toBe(made.metadata?.uid);
  const patched = await w.patch(path, labelled("a"));
  expect(labels(patched)).toHaveProperty("a", "patched");
  expect(Number(patched.metadata?.resourceVersion)).toBeGreaterThan(Number(made.metadata?.resourceVersion));
  expect(await w.list(collection, { labelSelector: "a=patched" })).toHaveLength(1);
  await w.remove(path);
  await w.until(() => w.gone(path), 30);
  const other = `${collection}/${(await w.post(collection, second)).metadata?.name}`;
  await w.advance(1);
  const replacement = await w.get(other);
  const updated = await w.put(other, { ...replacement, ...change, metadata: { ...replacement.metadata, labels: { b: "updated" } } });
  expect(labels(updated)).toEqual({ b: "updated" });
  expect(await w.list(collection, { labelSelector: "b=updated" })).toHaveLength(1);
  await w.remove(collection, undefined, { labelSelector: "b=updated" });
  await w.until(() => w.gone(other), 30);
  return "walked";
}

const driver = (name: string) => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "CSIDriver",
  metadata: { name, labels: { e2e: "inline" } },
  spec: { volumeLifecycleModes: ["Ephemeral"], fsGroupPolicy: "ReadWriteOnceWithFSType" },
});

describe("[sig-storage] objects of CSI", () => {
  it("CSIInlineVolumes should run through the lifecycle of a CSIDriver", async () => {
    const w = await walkedCluster({ nodes: 0 });
    expect(await lifecycle(w, `${STORAGE}/csidrivers`, driver("one"), driver("two"))).toBe("walked");
    for (const name of ["three", "four"]) await w.post(`${STORAGE}/csidrivers`, driver(name));
    expect(await w.list(`${STORAGE}/csidrivers`, { labelSelector: "e2e=inline" })).toHaveLength(2);
    w.stop();
  });

  it("CSIInlineVolumes should support CSIVolumeSource in Pod API", async () => {
    const w = await walkedCluster();
    await w.post(`${STORAGE}/csidrivers`, driver("inline-driver"));
    const pods = "/api/v1/namespaces/default/pods";
    const made = await w.post<Pod>(pods, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "inline", labels: { e2e: "inline" } },
      spec: {
        volumes: [{ name: "v", csi: { driver: "inline-driver", readOnly: false } }],
        containers: [{ name: "c", image: "pause", volumeMounts: [{ name: "v", mountPath: "/mnt/test", readOnly: false }] }],
        restartPolicy: "Never",
      },
    });
    expect(made.spec?.volumes?.[0]).toEqual({ name: "v", csi: { driver: "inline-driver", readOnly: false } });
    await w.advance(20);
    // Nothing serves the driver: the pod waits for its volume.
    expect((await w.get<Pod>(`${pods}/inline`)).status?.phase).toBe("Pending");
    expect(await w.list(pods, { labelSelector: "e2e=inline" })).toHaveLength(1);
    await w.patch(`${pods}/inline`, labelled("a"));
    await w.remove(pods, undefined, { labelSelector: "a=patched" });
    await w.until(() => w.gone(`${pods}/inline`));
    w.stop();
  });

  it("CSINodes CSI Conformance should run through the lifecycle of a csinode", async () => {
    const w = await walkedCluster({ nodes: 0 });
    const node = (name: string) => ({
      apiVersion: "storage.k8s.io/v1",
      kind: "CSINode",
      metadata: { name },
      spec: { drivers: [{ name: "driver", nodeID: "id", topologyKeys: ["company.com/zone1"] }] },
    });
    expect(await lifecycle(w, `${STORAGE}/csinodes`, node("e2e-csinode-1"), node("e2e-csinode-2"))).toBe("walked");
    w.stop();
  });

  it("CSIStorageCapacity should support CSIStorageCapacities API operations", async () => {
    const w = await walkedCluster({ nodes: 0 });
    const collection = `${STORAGE}/namespaces/default/csistoragecapacities`;
    const capacity = {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSIStorageCapacity",
      metadata: { generateName: "e2e-", labels: { test: "yes" } },
      storageClassName: "some-class",
      maximumVolumeSize: "10Gi",
      nodeTopology: { matchLabels: { host: "xyz" } },
    };
    const seen = await w.watch(`${STORAGE}/csistoragecapacities`, { labelSelector: "test=yes" });
    await w.post(collection, { ...capacity, metadata: { ...capacity.metadata, name: "c1" } });
    await w.patch(`${collection}/c1`, { metadata: { annotations: { patched: "true" } } }, "merge");
    const found = await w.get(`${collection}/c1`);
    await w.put(`${collection}/c1`, { ...found, metadata: { ...found.metadata, annotations: { updated: "true" } } });
    await expect(w.patch(`${collection}/c1`, { storageClassName: "other" }, "merge")).rejects.toThrow(
      'storageClassName: Invalid value: "other": field is immutable',
    );
    await w.remove(`${collection}/c1`);
    await w.advance(1);
    expect(seen.map(({ type }) => type)).toEqual(["ADDED", "MODIFIED", "MODIFIED", "DELETED"]);
    expect(await lifecycle(w, collection, capacity, capacity, { maximumVolumeSize: "11Gi" })).toBe("walked");
    w.stop();
  });
});

describe("[sig-storage] classes", () => {
  it.each([
    { kind: "StorageClass", plural: "storageclasses", body: { provisioner: "e2e-fake-provisioner" } },
    {
      kind: "VolumeAttributesClass",
      plural: "volumeattributesclasses",
      body: { driverName: "e2e-fake-csi-driver", parameters: { a: "b" } },
    },
  ])("should run through the lifecycle of a $kind", async ({ kind, plural, body }) => {
    const w = await walkedCluster({ nodes: 0 });
    const object = { apiVersion: "storage.k8s.io/v1", kind, metadata: { generateName: "e2e-" }, ...body };
    expect(await lifecycle(w, `${STORAGE}/${plural}`, object, object)).toBe("walked");
    w.stop();
  });
});

describe("[sig-storage] VolumeAttachment Conformance", () => {
  const attachment = (name: string) => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "VolumeAttachment",
    metadata: { name },
    spec: { attacher: "e2e-test-attacher", nodeName: "node-1", source: { persistentVolumeName: `pv-${name}` } },
  });
  const collection = `${STORAGE}/volumeattachments`;

  it("should run through the lifecycle of a VolumeAttachment", async () => {
    const w = await walkedCluster({ nodes: 1 });
    expect(await lifecycle(w, collection, attachment("first"), attachment("second"))).toBe("walked");
    w.stop();
  });

  it("should apply changes to a volumeattachment status", async () => {
    const w = await walkedCluster({ nodes: 1 });
    await w.post(collection, attachment("va"));
    await w.patch(`${collection}/va`, labelled("va"));
    const status = `${collection}/va/status`;
    expect((await w.get(status)).status).toEqual({ attached: false });
    expect((await w.patch(status, { status: { attached: true } }, "merge")).status).toEqual({ attached: true });
    await w.advance(120);
    const found = await w.get(`${collection}/va`);
    expect(found.status).toEqual({ attached: true });
    expect((await w.put(status, { ...found, status: { attached: false } })).status).toEqual({ attached: false });
    await w.remove(`${collection}/va`);
    expect(await w.gone(`${collection}/va`)).toBe(true);
    w.stop();
  });
});

describe("[sig-storage] PersistentVolumes CSI Conformance", () => {
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { generateName: "pv-4620-", labels: { "e2e-pv-pool": "pv-4620" } },
    spec: {
      persistentVolumeReclaimPolicy: "Retain",
      capacity: { storage: "2Gi" },
      csi: { driver: "inline-driver-x", volumeHandle: "e2e-conformance" },
      accessModes: ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"],
      storageClassName: "pv-4620",
    },
  };
  const claim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { generateName: "pvc-" },
    spec: {
      accessModes: ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"],
      resources: { requests: { storage: "2Gi" } },
      storageClassName: "pv-4620",
    },
  };
  const pool = { labelSelector: "e2e-pv-pool=pv-4620" };
  const both = async (w: Walk) => {
    const [pv, pvc] = [await w.post<PersistentVolume>(VOLUMES, volume), await w.post<PersistentVolumeClaim>(CLAIMS, claim)];
    return { pv: `${VOLUMES}/${pv.metadata?.name}`, pvc: `${CLAIMS}/${pvc.metadata?.name}` };
  };

  it("should run through the lifecycle of a PV and a PVC", async () => {
    const w = await walkedCluster({ nodes: 1 });
    const { pv, pvc } = await both(w);
    expect(await w.list(VOLUMES, pool)).toHaveLength(1);
    expect(await w.list(CLAIMS)).toHaveLength(1);
    expect(labels(await w.patch(pv, labelled("x")))).toHaveProperty("x", "patched");
    expect(labels(await w.patch(pvc, labelled("x")))).toHaveProperty("x", "patched");
    await w.until(async () => (await w.get<PersistentVolumeClaim>(pvc)).status?.phase === "Bound");
    expect((await w.get<PersistentVolume>(pv)).status?.phase).toBe("Bound");
    await w.remove(pvc);
    await w.until(() => w.gone(pvc), 30);
    await w.until(async () => (await w.get<PersistentVolume>(pv)).status?.phase === "Released", 30);
    await w.remove(pv);
    await w.until(() => w.gone(pv), 30);

    const next = await both(w);
    await w.advance(1);
    const [foundPv, foundPvc] = [await w.get(next.pv), await w.get(next.pvc)];
    await w.put(next.pv, { ...foundPv, metadata: { ...foundPv.metadata, labels: { ...labels(foundPv), y: "updated" } } });
    await w.put(next.pvc, { ...foundPvc, metadata: { ...foundPvc.metadata, labels: { y: "updated" } } });
    const updated = { labelSelector: "y=updated" };
    expect(await w.list("/api/v1/persistentvolumeclaims", updated)).toHaveLength(1);
    await w.remove(CLAIMS, undefined, updated);
    await w.until(async () => (await w.list(CLAIMS, updated)).length === 0, 30);
    await w.remove(VOLUMES, undefined, updated);
    await w.until(async () => (await w.list(VOLUMES, updated)).length === 0, 30);
    w.stop();
  });

  it("should apply changes to a pv/pvc status", async () => {
    const w = await walkedCluster({ nodes: 1 });
    const { pv, pvc } = await both(w);
    expect((await w.get(`${pvc}/status`)).status?.["phase"]).toMatch(/Pending|Bound/);
    expect((await w.get(`${pv}/status`)).status?.["phase"]).toMatch(/Available|Bound|Pending/);
    const condition = (type: string, reason: string) => ({ type, status: "True", reason, message: "Set from e2e test" });
    const patched = condition("StatusPatched", "E2E patchedStatus");
    const first = await w.patch<PersistentVolumeClaim>(`${pvc}/status`, { status: { conditions: [patched] } }, "merge");
    expect(first.status?.conditions).toMatchObject([patched]);
    const said = { message: "StatusPatched", reason: "E2E patchStatus" };
    expect((await w.patch(`${pv}/status`, { status: said }, "merge")).status).toMatchObject(said);
    await w.advance(5);
    const claimNow = await w.get<PersistentVolumeClaim>(pvc);
    const updated = condition("StatusUpdated", "E2E updateStatus");
    const conditions = [...(claimNow.status?.conditions ?? []), updated];
    const second = await w.put<PersistentVolumeClaim>(`${pvc}/status`, { ...claimNow, status: { ...claimNow.status, conditions } });
    expect(second.status?.conditions).toMatchObject([patched, updated]);
    const volumeNow = await w.get(pv);
    const then = { reason: "E2E updateStatus", message: "StatusUpdated" };
    expect((await w.put(`${pv}/status`, { ...volumeNow, status: { ...volumeNow.status, ...then } })).status).toMatchObject(then);
    w.stop();
  });
});
