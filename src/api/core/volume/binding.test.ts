import { describe, expect, it } from "vitest";
import type { PersistentVolume, PersistentVolumeClaim } from "../../generated/types.ts";
import { boundVolume, isBoundTo, matchingVolume, mismatch } from "./binding.ts";

const volume = (name: string, storage: string, spec: Partial<PersistentVolume["spec"]> = {}): PersistentVolume => ({
  metadata: { name },
  spec: { accessModes: ["ReadWriteOnce"], capacity: { storage }, storageClassName: "shelf", ...spec },
  status: { phase: "Available" },
});
const claim: PersistentVolumeClaim = {
  metadata: { name: "data", namespace: "shop", uid: "u1", resourceVersion: "7" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, storageClassName: "shelf" },
};
const reservedFor = (name: string, uid?: string) => ({ claimRef: { namespace: "shop", name, ...(uid ? { uid } : {}) } });
const many = ["ReadWriteOnce", "ReadOnlyMany"];

describe("the volume that a claim gets", () => {
  it.each<[string, readonly PersistentVolume[], string | undefined]>([
    ["the smallest that is large enough", [volume("c", "3Gi"), volume("a", "1Gi"), volume("b", "2Gi"), volume("s", "500Mi")], "a"],
    ["of equals the first", [volume("x", "2Gi"), volume("y", "2Gi")], "x"],
    ["one of fewer ways to mount, though larger", [volume("wide", "1Gi", { accessModes: many }), volume("own", "5Gi")], "own"],
    [
      "one that is reserved for it, whatever its class",
      [volume("a", "1Gi"), volume("r", "9Gi", { ...reservedFor("data"), storageClassName: "" })],
      "r",
    ],
    ["none that is reserved for another", [volume("r", "1Gi", reservedFor("other"))], undefined],
    ["none that an earlier claim of its name has", [volume("r", "1Gi", reservedFor("data", "u0"))], undefined],
    ["none that is reserved for it and too small", [volume("r", "1Mi", reservedFor("data"))], undefined],
    ["none that is not free yet", [{ ...volume("p", "1Gi"), status: { phase: "Pending" } }], undefined],
    ["none that is to go", [{ ...volume("p", "1Gi"), metadata: { name: "p", deletionTimestamp: "2026-01-01T00:00:00Z" } }], undefined],
  ])("%s", (_what, volumes, name) => expect(matchingVolume(claim, volumes)?.metadata?.name).toBe(name));

  it("is only a reserved one while its pod's node is open, one that can be reached from the node, and no other claim's of the pod", () => {
    const volumes = [volume("a", "1Gi"), volume("b", "2Gi"), volume("c", "3Gi")];
    const name = (search: Parameters<typeof matchingVolume>[2]) => matchingVolume(claim, volumes, search)?.metadata?.name;
    expect(name({ reservedOnly: true })).toBeUndefined();
    expect(name({ reachable: (v) => v.metadata?.name !== "a" })).toBe("b");
    expect(name({ reachable: (v) => v.metadata?.name !== "a", taken: new Set(["b"]) })).toBe("c");
    const reserved = [volume("a", "1Gi"), volume("r", "1Gi", reservedFor("data"))];
    expect(matchingVolume(claim, reserved, { reachable: (v) => v.metadata?.name !== "r" })).toBeUndefined();
  });
});

it.each<[string, PersistentVolume, string | undefined]>([
  ["it suits", volume("v", "1Gi"), undefined],
  ["it is to go", { ...volume("v", "1Gi"), metadata: { name: "v", deletionTimestamp: "x" } }, 'the volume is marked for deletion "v"'],
  ["it is small", volume("v", "1Mi"), "requested PV is too small"],
  ["its class", volume("v", "1Gi", { storageClassName: "" }), "storageClassName does not match"],
  ["its attributes", volume("v", "1Gi", { volumeAttributesClassName: "fast" }), "volumeAttributesClassName does not match"],
  ["its mode", volume("v", "1Gi", { volumeMode: "Block" }), "incompatible volumeMode"],
  ["its modes", volume("v", "1Gi", { accessModes: ["ReadOnlyMany"] }), "incompatible accessMode"],
])("a claim may have the volume that it names: %s", (_what, named, why) => expect(mismatch(named, claim)).toBe(why));

it("a volume that is bound says so once, and tells whether it was chosen", () => {
  const chosen = boundVolume(volume("v", "1Gi"), claim);
  expect(chosen.spec?.claimRef).toEqual({
    kind: "PersistentVolumeClaim",
    namespace: "shop",
    name: "data",
    uid: "u1",
    apiVersion: "v1",
    resourceVersion: "7",
  });
  expect(chosen.metadata?.annotations).toEqual({ "pv.kubernetes.io/bound-by-controller": "yes" });
  expect(boundVolume(chosen, claim)).toBe(chosen);
  const reserved = boundVolume(volume("v", "1Gi", reservedFor("data")), claim);
  expect(reserved.metadata?.annotations).toBeUndefined();
  expect([isBoundTo(reserved, claim), isBoundTo(volume("v", "1Gi"), claim)]).toEqual([true, false]);
});
