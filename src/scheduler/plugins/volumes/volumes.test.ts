import { describe, expect, it } from "vitest";
import type { CSINode, KubeObject, Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass, Volume } from "../../../api/index.ts";
import { SchedulerCache } from "../../cache.ts";
import { schedule } from "../../cycle.ts";
import { fitError } from "../../fit-error.ts";
import { podInfo } from "../../pod-info.ts";
import { testContext } from "../../testing/context.ts";
import { BindingFailure } from "../../types.ts";
import { areBound, type Latest } from "./bind.ts";

const node = (name: string, zone: string): Node => ({
  metadata: { name, labels: { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone } },
  spec: {},
  status: { allocatable: { cpu: "2", memory: "4Gi", pods: "110" } },
});
const NODES = [node("a", "one"), node("b", "two")];
const user = (name: string, more: Partial<Volume> = { persistentVolumeClaim: { claimName: "data" } }): Pod => ({
  metadata: { name, namespace: "default", uid: name },
  spec: { containers: [{ name: "c", image: "i" }], volumes: [{ name: "v", ...more }] },
});
const claim = (
  spec: PersistentVolumeClaim["spec"] = {},
  metadata: PersistentVolumeClaim["metadata"] = {},
  name = "data",
): PersistentVolumeClaim => ({
  metadata: { name, namespace: "default", uid: `uid-${name}`, ...metadata },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "wait", resources: { requests: { storage: "1Gi" } }, ...spec },
  status: { phase: spec.volumeName === undefined ? "Pending" : "Bound" },
});
const bound = (volumeName = "disk", spec: PersistentVolumeClaim["spec"] = {}, name = "data"): PersistentVolumeClaim =>
  claim({ volumeName, ...spec }, { annotations: { "pv.kubernetes.io/bind-completed": "yes" } }, name);
const on = (name: string) => ({
  nodeAffinity: {
    required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [name] }] }] },
  },
});
const volume = (spec: PersistentVolume["spec"] = {}, labels: Record<string, string> = {}, name = "disk"): PersistentVolume => ({
  metadata: { name, labels },
  spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "2Gi" }, storageClassName: "wait", ...spec },
  status: { phase: "Available" },
});
const waits = (more: Partial<StorageClass> = {}): StorageClass => ({
  metadata: { name: "wait" },
  provisioner: "kubernetes.io/no-provisioner",
  volumeBindingMode: "WaitForFirstConsumer",
  ...more,
});
const limited = (name: string, count: number): CSINode => ({
  metadata: { name },
  spec: { drivers: [{ name: "disks.example.com", nodeID: name, allocatable: { count } }] },
});
const csi = (handle: string) => ({ csi: { driver: "disks.example.com", volumeHandle: handle } });

type World = Readonly<Record<string, readonly KubeObject[]>>;
const decide = (pod: Pod, objects: World, placed: readonly [Pod, string][] = []) => {
  const cache = new SchedulerCache();
  for (const n of NODES) cache.setNode(n);
  for (const [other, where] of placed) cache.place(podInfo(other), where);
  return schedule(podInfo(pod), testContext(cache, { objects })).decision;
};
const NOT_HELPFUL = "no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
const NO_VICTIMS = "no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.";

describe("a pod goes nowhere", () => {
  const rows: [string, Pod, World, string][] = [
    ["without its claim", user("p"), {}, 'persistentvolumeclaim "data" not found. not found'],
    [
      "before its own claim is made",
      user("p", { ephemeral: {} }),
      {},
      'waiting for ephemeral volume controller to create the persistentvolumeclaim "p-v". not found',
    ],
    [
      "with a claim of its volume's name that is somebody else's",
      user("p", { ephemeral: {} }),
      { persistentvolumeclaims: [claim({}, {}, "p-v")], storageclasses: [waits()] },
      "PVC default/p-v was not created for pod default/p (pod is not owner). not found",
    ],
    [
      "before its claim is bound",
      user("p"),
      {
        persistentvolumeclaims: [claim({ storageClassName: "now" })],
        storageclasses: [waits({ metadata: { name: "now" }, volumeBindingMode: "Immediate" })],
      },
      "pod has unbound immediate PersistentVolumeClaims. not found",
    ],
    [
      "with a claim that is to go",
      user("p"),
      { persistentvolumeclaims: [claim({}, { deletionTimestamp: "2026-01-01T00:00:00Z" })] },
      'persistentvolumeclaim "data" is being deleted. not found',
    ],
    [
      "with a claim that has lost its volume",
      user("p"),
      { persistentvolumeclaims: [{ ...bound(), status: { phase: "Lost" } }] },
      'persistentvolumeclaim "data" bound to non-existent persistentvolume "disk". not found',
    ],
    [
      "where no volume is to be had",
      user("p"),
      { persistentvolumeclaims: [claim()], storageclasses: [waits()] },
      `2 node(s) didn't find available persistent volumes to bind. ${NOT_HELPFUL}`,
    ],
    [
      "when its volume is nowhere",
      user("p"),
      { persistentvolumeclaims: [bound()], persistentvolumes: [volume(on("gone"))] },
      `2 node(s) didn't match PersistentVolume's node affinity. ${NOT_HELPFUL}`,
    ],
    [
      "when its volume's zone has no node",
      user("p"),
      { persistentvolumeclaims: [bound()], persistentvolumes: [volume({}, { "failure-domain.beta.kubernetes.io/zone": "three__four" })] },
      `2 node(s) had no available volume zone. ${NOT_HELPFUL}`,
    ],
    [
      "where its class may not make volumes",
      user("p"),
      {
        persistentvolumeclaims: [claim()],
        storageclasses: [
          waits({
            provisioner: "disks.example.com",
            allowedTopologies: [{ matchLabelExpressions: [{ key: "topology.kubernetes.io/zone", values: ["three"] }] }],
          }),
        ],
      },
      `2 node(s) didn't find available persistent volumes to bind. ${NOT_HELPFUL}`,
    ],
    [
      "where its driver has no room left",
      user("p"),
      {
        persistentvolumeclaims: [claim()],
        storageclasses: [waits({ provisioner: "disks.example.com" })],
        csidrivers: [{ metadata: { name: "disks.example.com" }, spec: { storageCapacity: true } } as KubeObject],
        csistoragecapacities: [
          { metadata: { name: "c", namespace: "x" }, storageClassName: "wait", capacity: "512Mi", nodeTopology: {} } as KubeObject,
        ],
      },
      `2 node(s) did not have enough free storage. ${NOT_HELPFUL}`,
    ],
    [
      "on nodes that have all the volumes they take",
      user("p"),
      {
        persistentvolumeclaims: [bound("disk"), bound("other", {}, "other")],
        persistentvolumes: [volume(csi("1")), volume(csi("2"), {}, "other")],
        csinodes: [limited("a", 0), limited("b", 0)],
      },
      `2 node(s) exceed max volume count. ${NO_VICTIMS}`,
    ],
  ];
  it.each(rows)("%s", (_what, pod, objects, message) => {
    const decision = decide(pod, objects);
    expect(fitError(decision)).toBe(`0/2 nodes are available: ${message}`);
  });
});

describe("a pod goes", () => {
  const rows: [string, Pod, World, string][] = [
    ["where its volume is", user("p"), { persistentvolumeclaims: [bound()], persistentvolumes: [volume(on("b"))] }, "b"],
    [
      "to its volume's zone",
      user("p"),
      { persistentvolumeclaims: [bound()], persistentvolumes: [volume({}, { "topology.kubernetes.io/zone": "two" })] },
      "b",
    ],
    [
      "where a volume is free",
      user("p"),
      { persistentvolumeclaims: [claim()], persistentvolumes: [volume(on("b"))], storageclasses: [waits()] },
      "b",
    ],
    [
      "where its class may make one",
      user("p"),
      {
        persistentvolumeclaims: [claim()],
        storageclasses: [
          waits({
            provisioner: "disks.example.com",
            allowedTopologies: [{ matchLabelExpressions: [{ key: "topology.kubernetes.io/zone", values: ["two"] }] }],
          }),
        ],
      },
      "b",
    ],
    [
      "where one is being made for it",
      user("p"),
      {
        persistentvolumeclaims: [claim({}, { annotations: { "volume.kubernetes.io/selected-node": "b" } })],
        storageclasses: [waits({ provisioner: "disks.example.com" })],
      },
      "b",
    ],
    [
      "where another volume can be attached",
      user("p"),
      { persistentvolumeclaims: [bound()], persistentvolumes: [volume(csi("1"))], csinodes: [limited("a", 0), limited("b", 1)] },
      "b",
    ],
  ];
  it.each(rows)("%s", (_what, pod, objects, wanted) => expect(decide(pod, objects).node).toBe(wanted));

  it("where others count a volume that they share once", () => {
    const objects: World = {
      persistentvolumeclaims: [bound()],
      persistentvolumes: [volume({ ...csi("1"), accessModes: ["ReadWriteMany"] })],
      csinodes: [limited("a", 1), limited("b", 0)],
    };
    expect(decide(user("p"), objects, [[user("other"), "a"]]).node).toBe("a");
  });
});

it("what is for one pod only makes another wait, or push it away", () => {
  const objects: World = {
    persistentvolumeclaims: [bound("disk", { accessModes: ["ReadWriteOncePod"] })],
    persistentvolumes: [volume({ accessModes: ["ReadWriteOncePod"] })],
  };
  const why = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode";
  const decision = decide(user("p"), objects, [[user("other"), "a"]]);
  expect(fitError(decision)).toBe(`0/2 nodes are available: 2 ${why}. ${NO_VICTIMS}`);
  const weak = { ...user("other"), spec: { ...user("other").spec, containers: [], priority: -1 } };
  expect(decide(user("p"), objects, [[weak, "a"]]).after.find((a) => a.nominated)?.nominated).toBe("a");
});

it("a disk has one writer on a node", () => {
  const disk = { awsElasticBlockStore: { volumeID: "v" } };
  expect(decide(user("p", disk), {}, [[user("other", disk), "a"]]).node).toBe("b");
  expect(
    fitError(
      decide(user("p", disk), {}, [
        [user("x", disk), "a"],
        [user("y", disk), "b"],
      ]),
    ),
  ).toBe(`0/2 nodes are available: 2 node(s) had no available disk. ${NO_VICTIMS}`);
});

describe("what was decided for a pod's claims", () => {
  const written = { volumes: [], claims: [{ ...claim(), metadata: { ...claim().metadata, resourceVersion: "5" } }] };
  const now = (version: string, annotations: Record<string, string>, volumeName?: string): Latest => ({
    pod: () => ({}),
    node: (name) => NODES.find((n) => n.metadata?.name === name),
    volume: () => volume(on("a")),
    claim: () => claim(volumeName === undefined ? {} : { volumeName }, { resourceVersion: version, annotations }),
  });
  const selected = { "volume.kubernetes.io/selected-node": "b" };
  it("is waited for", () => {
    expect(areBound(now("4", {}), "b", written)).toBe(false);
    expect(areBound(now("5", selected), "b", written)).toBe(false);
    expect(
      areBound(now("6", { "volume.kubernetes.io/selected-node": "a", "pv.kubernetes.io/bind-completed": "yes" }, "disk"), "a", written),
    ).toBe(true);
  });
  it.each<[string, Latest, string]>([
    ["its provisioner gave up", now("6", {}), 'provisioning failed for PVC "data"'],
    [
      "its volume was made elsewhere",
      now("6", selected, "disk"),
      'pv "disk" node affinity doesn\'t match node "b": no matching NodeSelectorTerms',
    ],
  ])("comes to nothing when %s", (_what, latest, why) => {
    expect(() => areBound(latest, "b", written)).toThrow(
      new BindingFailure(`running PreBind plugin "VolumeBinding": binding volumes: ${why}`),
    );
  });
});
