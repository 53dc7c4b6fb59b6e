import { describe, expect, it } from "vitest";
import { fieldErrorMessage } from "../../../machinery/index.ts";
import { structureErrors, type PersistentVolume, type PersistentVolumeClaim } from "../../index.ts";
import type { Kind } from "../../kind.ts";
import type { KubeObject } from "../../meta.ts";
import { persistentVolumeClaim } from "../persistent-volume-claim.ts";
import { persistentVolume } from "../persistent-volume.ts";

const context = { namespace: "default", now: 0 };
const decoded = <T extends KubeObject>(kind: Kind<T>, object: object): T => {
  const { typeErrors, unknown, pruned } = structureErrors(kind, object as T);
  expect([...typeErrors, ...unknown]).toEqual([]);
  return kind.defaults?.(pruned) ?? pruned;
};
const refusals = <T extends KubeObject>(kind: Kind<T>, object: object): string[] =>
  kind.validate(decoded(kind, object), context).map(fieldErrorMessage);
const changes = <T extends KubeObject>(kind: Kind<T>, object: object, old: object): string[] =>
  (kind.validateUpdate?.(decoded(kind, object), decoded(kind, old), context) ?? []).map(fieldErrorMessage);

const hostPath = { path: "/srv/disk-a" };
const pv = (spec: object = {}, status?: object) => ({
  metadata: { name: "disk-a" },
  spec: { capacity: { storage: "2Gi" }, accessModes: ["ReadWriteOnce"], storageClassName: "shelf", hostPath, ...spec },
  ...(status ? { status } : {}),
});
const pvc = (spec: object = {}, more: object = {}) => ({
  metadata: { name: "claim-a" },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "shelf", resources: { requests: { storage: "1Gi" } }, ...spec },
  ...more,
});
const cells = <T extends KubeObject>(kind: Kind<T>, object: object): unknown[] =>
  kind.columns.filter((c) => c.name !== "Age").map((c) => c.cell(decoded(kind, object), 0));

describe("a PersistentVolume", () => {
  it.each<[string, object, string[]]>([
    [
      // scenarios/storage-pv-pvc-storageclass.yaml
      "next to nothing",
      { spec: { accessModes: ["ReadWriteOnly"] } },
      [
        'spec.accessModes: Unsupported value: "ReadWriteOnly": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
        "spec.capacity: Required value",
        'spec.capacity: Unsupported value: null: supported values: "storage"',
        "spec: Required value: must specify a volume type",
      ],
    ],
    ["two sources", pv({ nfs: { server: "s", path: "/x" } }), ["spec.nfs: Forbidden: may not specify more than 1 volume type"]],
    [
      "nothing of NFS",
      pv({ hostPath: undefined, nfs: {} }),
      ["spec.nfs.server: Required value", "spec.nfs.path: Required value", 'spec.nfs.path: Invalid value: "": must be an absolute path'],
    ],
    ["no size", pv({ capacity: { storage: "0" } }), ['spec.capacity[storage]: Invalid value: "0": must be greater than zero']],
    [
      "a disk without a node",
      pv({ hostPath: undefined, local: { path: "/x/../y" } }),
      [
        "spec.local.path: Invalid value: \"/x/../y\": must not contain '..'",
        "spec.nodeAffinity: Required value: Local volume requires node affinity",
      ],
    ],
    [
      "the whole node to recycle",
      pv({ hostPath: { path: "/." }, persistentVolumeReclaimPolicy: "Recycle" }),
      ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
    ],
    [
      "a driver's secret without a place",
      pv({ hostPath: undefined, csi: { driver: "d.io", volumeHandle: "", nodePublishSecretRef: { name: "s" } } }),
      ["spec.csi.nodePublishSecretRef.namespace: Required value", "spec.csi.volumeHandle: Required value"],
    ],
    [
      "one pod and many",
      pv({ accessModes: ["ReadWriteOncePod", "ReadWriteMany"] }),
      ["spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"],
    ],
  ])("with %s", (_what, object, errors) => expect(refusals(persistentVolume, object).sort()).toEqual(errors.sort()));

  it("gets its defaults once, and its phase and the time of it", () => {
    const made = decoded<PersistentVolume>(persistentVolume, pv());
    expect(made.spec).toMatchObject({
      persistentVolumeReclaimPolicy: "Retain",
      volumeMode: "Filesystem",
      hostPath: { ...hostPath, type: "" },
    });
    expect(persistentVolume.defaults?.(made)).toBe(made);
    const stored = persistentVolume.prepareForCreate?.(made, 0);
    expect(stored?.status).toEqual({ phase: "Pending", lastPhaseTransitionTime: "1970-01-01T00:00:00Z" });
    const available = persistentVolume.prepareForStatusUpdate?.(
      { ...made, status: { phase: "Available" } },
      { ...made, status: { phase: "Pending" } },
      5000,
    );
    expect(available?.status).toEqual({ phase: "Available", lastPhaseTransitionTime: "1970-01-01T00:00:05Z" });
  });

  it("keeps its source, and the refusal shows what would have changed", () => {
    expect(changes(persistentVolume, pv({ hostPath: { path: "/srv/other" } }), pv())).toEqual([
      `spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation
@@ -2,7 +2,7 @@
  "GCEPersistentDisk": null,
  "AWSElasticBlockStore": null,
  "HostPath": {
-  "Path": "/srv/disk-a",
+  "Path": "/srv/other",
   "Type": ""
  },
  "Glusterfs": null,
`,
    ]);
    const csi = { driver: "d.io", volumeHandle: "h" };
    const secret = { controllerExpandSecretRef: { name: "s", namespace: "n" } };
    expect(changes(persistentVolume, pv({ hostPath: undefined, csi: { ...csi, ...secret } }), pv({ hostPath: undefined, csi }))).toEqual(
      [],
    );
    expect(changes(persistentVolume, pv({ storageClassName: "other", capacity: { storage: "3Gi" } }), pv())).toEqual([]);
  });

  it("shows its claim, and warns of what is old", () => {
    const object = pv(
      { claimRef: { namespace: "default", name: "claim-a" }, accessModes: ["ReadWriteMany", "ReadWriteOnce"] },
      { phase: "Bound" },
    );
    expect(cells(persistentVolume, object)).toEqual([
      "2Gi",
      "RWO,RWX",
      "Retain",
      "Bound",
      "default/claim-a",
      "shelf",
      "<unset>",
      "",
      "Filesystem",
    ]);
    expect(persistentVolume.warnings?.(decoded(persistentVolume, pv({ persistentVolumeReclaimPolicy: "Recycle" })), undefined)).toEqual([
      "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.",
    ]);
  });
});

describe("a PersistentVolumeClaim", () => {
  it.each<[string, object, string[]]>([
    [
      // scenarios/storage-pv-pvc-storageclass.yaml
      "nothing",
      { spec: { storageClassName: "shelf" } },
      ["spec.accessModes: Required value: at least 1 access mode is required", "spec.resources[storage]: Required value"],
    ],
    [
      "less than nothing",
      pvc({ resources: { requests: { storage: "-1Gi" } } }),
      ['spec.resources[storage]: Invalid value: "-1Gi": must be greater than zero'],
    ],
    [
      "a source that is none",
      pvc({ dataSource: { kind: "Pod", name: "p" } }),
      ["spec.dataSource: Invalid value: \"Pod\": must be 'PersistentVolumeClaim' when referencing the default apiGroup"],
    ],
  ])("with %s", (_what, object, errors) => expect(refusals(persistentVolumeClaim, object)).toEqual(errors));

  it("keeps its spec, and the refusal shows what would have changed", () => {
    expect(changes(persistentVolumeClaim, pvc({ storageClassName: "other" }), pvc())).toEqual([
      `spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims
@@ -10,7 +10,7 @@
   }
  },
  "VolumeName": "",
- "StorageClassName": "shelf",
+ "StorageClassName": "other",
  "VolumeMode": "Filesystem",
  "DataSource": null,
  "DataSourceRef": null,
`,
    ]);
  });

  const bound = { status: { phase: "Bound", capacity: { storage: "2Gi" } } };
  const asks = (storage: string) => pvc({ volumeName: "disk-a", resources: { requests: { storage } } }, bound);
  it.each<[string, object, object, number]>([
    ["may be bound once", pvc({ volumeName: "disk-a" }), pvc(), 0],
    ["may get a class where it has none", pvc(), pvc({ storageClassName: undefined }), 0],
    ["may grow when it is bound", asks("3Gi"), asks("2Gi"), 0],
    ["may not grow before", pvc({ resources: { requests: { storage: "2Gi" } } }), pvc(), 1],
    ["may shrink to more than it has", asks("3Gi"), asks("4Gi"), 0],
    ["may not shrink to what it has", asks("2Gi"), asks("4Gi"), 1],
    ["may not lose its attributes", pvc(), pvc({ volumeAttributesClassName: "gold" }), 1],
  ])("%s", (_what, object, old, count) => expect(changes(persistentVolumeClaim, object, old)).toHaveLength(count));

  it("is pending when it is made, and knows its source by both names", () => {
    const source = { kind: "PersistentVolumeClaim", name: "other" };
    const made = decoded<PersistentVolumeClaim>(persistentVolumeClaim, pvc({ dataSource: source }, bound));
    const stored = persistentVolumeClaim.prepareForCreate?.(made, 0);
    expect(stored?.status).toEqual({ phase: "Pending" });
    expect(stored?.spec).toMatchObject({ dataSource: source, dataSourceRef: source, volumeMode: "Filesystem" });
    const foreign = decoded<PersistentVolumeClaim>(persistentVolumeClaim, pvc({ dataSource: { apiGroup: "a.io", kind: "X", name: "x" } }));
    expect(persistentVolumeClaim.prepareForCreate?.(foreign, 0).spec?.dataSource).toBeUndefined();
  });

  it("shows what it got only when it is bound", () => {
    expect(cells(persistentVolumeClaim, pvc())).toEqual(["Pending", "", "", "", "shelf", "<unset>", "Filesystem"]);
    const got = { status: { ...bound.status, accessModes: ["ReadWriteOnce"] } };
    expect(cells(persistentVolumeClaim, pvc({ volumeName: "disk-a" }, got))).toEqual([
      "Bound",
      "disk-a",
      "2Gi",
      "RWO",
      "shelf",
      "<unset>",
      "Filesystem",
    ]);
  });
});
