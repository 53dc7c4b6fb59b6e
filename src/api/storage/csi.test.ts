import { describe, expect, it } from "vitest";
import { front } from "../testing/front.ts";
import { csiDriver } from "./csi-driver.ts";
import { csiNode } from "./csi-node.ts";
import { csiStorageCapacity } from "./csi-storage-capacity.ts";
import { volumeAttachment } from "./volume-attachment.ts";
import { volumeAttributesClass } from "./volume-attributes-class.ts";

const metadata = { name: "x" };
const drivers = front(csiDriver);
const nodes = front(csiNode);
const attachments = front(volumeAttachment);

describe("a CSIDriver", () => {
  it("gets its defaults once and shows them", () => {
    const made = drivers.made({ metadata });
    expect(made.spec).toEqual({
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: "ReadWriteOnceWithFSType",
      requiresRepublish: false,
      seLinuxMount: false,
      volumeLifecycleModes: ["Persistent"],
    });
    expect(csiDriver.defaults?.(made)).toBe(made);
    expect(drivers.row(made, 0).slice(0, -1)).toEqual([true, false, false, "<unset>", false, "Persistent"]);
  });
  it.each<[object, string[]]>([
    [
      { fsGroupPolicy: "Any" },
      ['spec.fsGroupPolicy: Unsupported value: "Any": supported values: "File", "None", "ReadWriteOnceWithFSType"'],
    ],
    [
      { tokenRequests: [{ audience: "a" }, { audience: "a" }, { audience: "b", expirationSeconds: 5 }] },
      [
        'spec.tokenRequests[1].audience: Duplicate value: "a"',
        "spec.tokenRequests[2].expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes",
      ],
    ],
    [
      { volumeLifecycleModes: ["Once"] },
      ['spec.volumeLifecycleModes: Unsupported value: "Once": supported values: "Persistent", "Ephemeral"'],
    ],
    [
      { nodeAllocatableUpdatePeriodSeconds: 5 },
      ["spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 5: must be greater than or equal to 10 seconds"],
    ],
    [
      { serviceAccountTokenInSecrets: false },
      ["spec.serviceAccountTokenInSecrets: Invalid value: false: serviceAccountTokenInSecrets is set but no tokenRequests are specified"],
    ],
    [{ serviceAccountTokenInSecrets: true, tokenRequests: [{ audience: "a" }] }, []],
  ])("with %j", (spec, errors) => expect(drivers.refusals({ metadata, spec })).toEqual(errors));
  it("keeps whether it attaches", () => {
    expect(drivers.updateRefusals(drivers.made({ metadata }), { spec: { attachRequired: false, podInfoOnMount: true } })).toEqual([
      "spec.attachedRequired: Invalid value: false: field is immutable",
    ]);
  });
});

describe("a CSINode", () => {
  const driver = { name: "d.io", nodeID: "n", topologyKeys: ["d.io/zone"] };
  it("names each driver once", () => {
    expect(nodes.refusals({ metadata, spec: { drivers: [driver, { ...driver, topologyKeys: ["a", "a"] }] } })).toEqual([
      'spec.drivers[1].name: Duplicate value: "d.io"',
      'spec.drivers[1]: Duplicate value: "a"',
    ]);
  });
  it("may change what a driver has room for, and nothing else of it", () => {
    const old = nodes.made({ metadata, spec: { drivers: [driver] } });
    expect(nodes.row(old, 0)[0]).toBe(1);
    expect(nodes.updateRefusals(old, { spec: { drivers: [{ ...driver, allocatable: { count: 3 } }] } })).toEqual([]);
    expect(nodes.updateRefusals(old, { spec: { drivers: [{ ...driver, nodeID: "m" }] } })).toHaveLength(1);
  });
});

describe("a VolumeAttachment", () => {
  const spec = { attacher: "d.io", nodeName: "node-1", source: { persistentVolumeName: "pv" } };
  const one = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
  it.each<[object, string[]]>([
    [{ ...spec, source: {} }, [`spec.source: Required value: ${one}`]],
    [
      { ...spec, source: { persistentVolumeName: "" } },
      expect.arrayContaining(["spec.source.persistentVolumeName: Required value: must specify non empty persistentVolumeName"]) as string[],
    ],
    [
      { ...spec, source: { inlineVolumeSpec: { accessModes: ["ReadWriteOnce"], hostPath: { path: "/x" } } } },
      ["spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes"],
    ],
  ])("with %j", (given, errors) => expect(attachments.refusals({ metadata, spec: given })).toEqual(errors));
  it("is not attached when it is made, and stays where it is", () => {
    const made = attachments.made({ metadata, spec, status: { attached: true } });
    expect(attachments.row(made, 0).slice(0, -1)).toEqual(["d.io", "pv", "node-1", false]);
    expect(attachments.updateRefusals(made, { spec: { nodeName: "node-2" } })[0]).toMatch(/^spec: Invalid value: .*: field is immutable$/);
  });
});

it("a CSIStorageCapacity stays about what it is about", () => {
  const capacities = front(csiStorageCapacity);
  const made = capacities.made({ metadata, storageClassName: "fast", capacity: "1Gi" });
  expect(capacities.row(made, 0)).toEqual(["fast", "1Gi"]);
  expect(capacities.refusals({ metadata, storageClassName: "fast", capacity: "-1" })).toEqual([
    'capacity: Invalid value: "-1": must be greater than or equal to 0',
  ]);
  expect(capacities.updateRefusals(made, { capacity: "2Gi", storageClassName: "slow" })).toEqual([
    'storageClassName: Invalid value: "slow": field is immutable',
  ]);
});

it("a VolumeAttributesClass has parameters, and keeps them", () => {
  const classes = front(volumeAttributesClass);
  expect(classes.refusals({ metadata, driverName: "" })).toEqual([
    "driverName: Required value",
    "parameters: Required value: must contain at least one key/value pair",
  ]);
  const made = classes.made({ metadata, driverName: "d.io", parameters: { iops: "1" } });
  expect(classes.updateRefusals(made, { parameters: { iops: "2" } })).toEqual([
    "parameters: Forbidden: updates to parameters are forbidden.",
  ]);
});
