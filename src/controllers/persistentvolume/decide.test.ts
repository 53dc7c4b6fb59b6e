import { describe, expect, it } from "vitest";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/index.ts";
import { planVolume, reclaimPolicyOf } from "./decide.ts";
import { deletionOf, provisionerOf } from "./plugins.ts";
import { boundClaim, claimInPhase, guardedVolume, migratedClaim, provisionedClaim, unboundVolume, volumeInPhase } from "./transitions.ts";

const BY_CONTROLLER = { "pv.kubernetes.io/bound-by-controller": "yes" };
const madeBy = (name: string) => ({ "pv.kubernetes.io/provisioned-by": name });
const ref = { kind: "PersistentVolumeClaim", namespace: "shop", name: "data", uid: "u1" };
const volume = (spec: Partial<PersistentVolume["spec"]> = {}, annotations: Record<string, string> = {}): PersistentVolume => ({
  metadata: { name: "disk", annotations },
  spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, ...spec },
});
const claim = (uid: string, volumeName?: string): PersistentVolumeClaim => ({
  metadata: { name: "data", namespace: "shop", uid },
  spec: { ...(volumeName ? { volumeName } : {}) },
});

describe("a volume", () => {
  it.each<[string, PersistentVolume, PersistentVolumeClaim | undefined, object]>([
    ["of nobody is free", volume(), undefined, { act: "phase", phase: "Available" }],
    [
      "that is reserved for a name is free",
      volume({ claimRef: { namespace: "shop", name: "data" } }),
      claim("u1"),
      { act: "phase", phase: "Available" },
    ],
    ["of a claim that has it is bound", volume({ claimRef: ref }), claim("u1", "disk"), { act: "phase", phase: "Bound" }],
    ["of a claim that does not name it yet waits for the claim's turn", volume({ claimRef: ref }), claim("u1"), { act: "wait" }],
    ["whose claim has gone is reclaimed", volume({ claimRef: ref }), undefined, { act: "reclaim" }],
    ["whose claim is another of the name is reclaimed", volume({ claimRef: ref }), claim("u2"), { act: "reclaim" }],
    ["whose claim found another is free again", volume({ claimRef: ref }, BY_CONTROLLER), claim("u1", "other"), { act: "unbind" }],
    [
      "that was made for a claim that found another goes",
      volume({ claimRef: ref, persistentVolumeReclaimPolicy: "Delete" }, madeBy("x.example.com")),
      claim("u1", "other"),
      { act: "reclaim" },
    ],
  ])("%s", (_what, given, its, plan) => expect(planVolume(given, its)).toEqual(plan));

  it("of another mode than its claim's says so to both", () => {
    expect(planVolume(volume({ claimRef: ref, volumeMode: "Block" }), claim("u1"))).toMatchObject({
      act: "warn",
      volume: { message: 'Cannot bind PersistentVolume to requested PersistentVolumeClaim "data" due to incompatible volumeMode.' },
      claim: { message: 'Cannot bind PersistentVolume "disk" to requested PersistentVolumeClaim due to incompatible volumeMode.' },
    });
  });
});

it.each([
  ["disks.example.com", { external: "disks.example.com" }],
  ["kubernetes.io/aws-ebs", { external: "ebs.csi.aws.com" }],
  ["kubernetes.io/host-path", { inTree: "kubernetes.io/host-path" }],
  ["kubernetes.io/local-volume", { problem: "no provisionable volume plugin matched" }],
  ["kubernetes.io/rbd", { problem: "no volume plugin matched name: kubernetes.io/rbd" }],
])("volumes of a class with provisioner %s are made by %o", (name, who) => expect(provisionerOf(name)).toEqual(who));

const getting = (why: string) => ({ problem: `error getting deleter volume plugin for volume "disk": ${why}` });
it.each<[string, PersistentVolume, unknown]>([
  ["one that a driver made is the driver's", volume({}, madeBy("x.example.com")), "external"],
  ["one under /tmp is gone", volume({ hostPath: { path: "/tmp/x" } }), "deleted"],
  [
    "another path is not",
    volume({ hostPath: { path: "/srv" } }),
    { problem: "host_path deleter only supports /tmp/.+ but received provided /srv" },
  ],
  ["nobody deletes NFS", volume({ nfs: { server: "s", path: "/" } }), getting("no deletable volume plugin matched")],
  ["nobody knows of FC", volume({ fc: { lun: 0 } }), getting("no volume plugin matched")],
  [
    "nobody knows of RBD any more",
    volume({}, madeBy("kubernetes.io/rbd")),
    { problem: "no volume plugin matched name: kubernetes.io/rbd" },
  ],
])("deleting a volume: %s", (_what, given, result) => expect(deletionOf(given)).toEqual(result));

describe("one step", () => {
  it("of a claim is made once", () => {
    const bound = boundClaim(claim("u1"), "disk");
    expect(bound.metadata?.annotations).toEqual({ "pv.kubernetes.io/bind-completed": "yes", ...BY_CONTROLLER });
    expect(boundClaim(bound, "disk")).toBe(bound);
    const asked = provisionedClaim(claim("u1"), "x.example.com");
    expect(provisionedClaim(asked, "x.example.com")).toBe(asked);
    expect(migratedClaim(asked)).toBe(asked);
    const inTree = migratedClaim(provisionedClaim(claim("u1"), "kubernetes.io/gce-pd"));
    expect(inTree.metadata?.annotations?.["pv.kubernetes.io/migrated-to"]).toBe("pd.csi.storage.gke.io");
    expect(migratedClaim(inTree)).toBe(inTree);
  });

  it("a bound claim keeps the size that it has, and loses all with its volume", () => {
    const now = claimInPhase(claim("u1", "disk"), "Bound", volume());
    expect(now.status).toEqual({ phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" } });
    expect(claimInPhase(now, "Bound", volume({ capacity: { storage: "2Gi" } }))).toBe(now);
    expect(claimInPhase(now, "Lost").status).toEqual({ phase: "Lost" });
  });

  it("of a volume is made once", () => {
    const failed = volumeInPhase(volume(), "Failed", "why");
    expect(volumeInPhase(failed, "Failed", "other")).toBe(failed);
    expect(volumeInPhase(failed, "Available").status).toEqual({ phase: "Available" });
    expect(unboundVolume(volume({ claimRef: ref }, BY_CONTROLLER)).spec?.claimRef).toBeUndefined();
    expect(unboundVolume(volume({ claimRef: ref })).spec?.claimRef).toEqual({ kind: ref.kind, namespace: "shop", name: "data" });
  });

  it("guards what an in-tree plugin made while its policy is to delete it, and leaves it to the driver that took over", () => {
    const finalizers = ["external-provisioner.volume.kubernetes.io/finalizer"];
    const made = (by: string, policy: string): PersistentVolume => {
      const given = volume({ persistentVolumeReclaimPolicy: policy }, madeBy(by));
      return { ...given, metadata: { ...given.metadata, finalizers } };
    };
    const guarded = guardedVolume(made("kubernetes.io/host-path", "Delete"));
    expect(guarded.metadata?.finalizers).toEqual(["kubernetes.io/pv-controller"]);
    expect(guardedVolume(guarded)).toBe(guarded);
    const kept = guardedVolume({ ...guarded, spec: { ...guarded.spec, persistentVolumeReclaimPolicy: "Retain" } });
    expect(kept.metadata?.finalizers).toEqual([]);
    const external = made("x.example.com", "Delete");
    expect(guardedVolume(external)).toBe(external);
    const migrated = guardedVolume(made("kubernetes.io/aws-ebs", "Delete"));
    expect(migrated.metadata).toMatchObject({ finalizers, annotations: { "pv.kubernetes.io/migrated-to": "ebs.csi.aws.com" } });
    expect(reclaimPolicyOf(migrated)).toBe("Retain");
  });
});
