import { expect, it } from "vitest";
import type { PersistentVolume, PersistentVolumeClaim, PodSpec } from "../../api/index.ts";
import { makePod, testKubelet } from "../testing/bench.ts";

const claim = (volumeName = "disk", phase = "Bound"): PersistentVolumeClaim => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data", namespace: "default", uid: "claim" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...(phase === "Bound" ? { volumeName } : {}) },
  status: { phase, ...(phase === "Bound" ? { capacity: { storage: "1Gi" } } : {}) },
});
const volume = (spec: PersistentVolume["spec"]): PersistentVolume => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "disk", uid: "pv" },
  spec: {
    accessModes: ["ReadWriteOnce"],
    capacity: { storage: "1Gi" },
    claimRef: { namespace: "default", name: "data", uid: "claim" },
    ...spec,
  },
});
const user = (name: string, more: Partial<PodSpec> = {}) =>
  makePod(name, [{ name: "app", image: "web:1", volumeMounts: [{ name: "files", mountPath: "/data" }] }], {
    volumes: [{ name: "files", persistentVolumeClaim: { claimName: "data" } }],
    ...more,
  });
async function started() {
  const t = testKubelet({ "web:1": {} });
  const kubelet = t.make();
  await kubelet.start();
  await t.clock.advance(100);
  t.api.events.length = 0;
  return { ...t, kubelet };
}

it("a pod waits for its claim to be bound, and says so when it is synced", async () => {
  const t = await started();
  t.api.put("pods", user("a"));
  await t.clock.advance(1000);
  const unable =
    "Warning FailedMount: Unable to attach or mount volumes: unmounted volumes=[files], unattached volumes=[], failed to process volumes=[files]: error processing PVC default/data: ";
  expect(t.api.events).toEqual([`${unable}failed to fetch PVC from API server: persistentvolumeclaims "data" not found`]);
  t.api.put("persistentvolumeclaims", claim("", "Pending"));
  await t.clock.advance(15_000);
  expect(t.api.events[1]).toBe(`${unable}PVC is not bound`);
  t.api.put("persistentvolumeclaims", claim());
  t.api.put("persistentvolumes", volume({ hostPath: { path: "/srv/data" } }));
  await t.clock.advance(15_000);
  expect(t.pod("a")?.status?.phase).toBe("Running");
  expect(t.runtime.volumes.get("host")?.fs.exists("/srv/data")).toBe(true);
});

it.each<[string, PersistentVolume["spec"], string]>([
  [
    "a local directory that is not there",
    { local: { path: "/mnt/ssd" } },
    'MountVolume.NewMounter initialization failed for volume "disk" : path "/mnt/ssd" does not exist',
  ],
  [
    "a hostPath of another type",
    { hostPath: { path: "/mnt/file", type: "File" } },
    'MountVolume.SetUp failed for volume "disk" : hostPath type check failed: /mnt/file is not a file',
  ],
  [
    "options that a plugin does not take",
    { hostPath: { path: "/mnt" }, mountOptions: ["ro"] },
    'MountVolume.MountOptionSupport check failed for volume "disk" : Mount options are not supported for this volume type',
  ],
  [
    "a volume of another node",
    {
      local: { path: "/mnt/ssd" },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["node-2"] }] }] } },
    },
    'MountVolume.NodeAffinity check failed for volume "disk" : no matching NodeSelectorTerms',
  ],
  [
    "a file server that there is not",
    { nfs: { server: "nas", path: "/music" } },
    'MountVolume.SetUp failed for volume "disk" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs nas:/music /var/lib/kubelet/pods/uid-a/volumes/kubernetes.io~nfs/disk\nOutput: mount.nfs: Failed to resolve server nas: Name or service not known\n',
  ],
  [
    "a type that is not simulated",
    { iscsi: { targetPortal: "x", iqn: "y", lun: 0 } },
    'MountVolume.SetUp failed for volume "disk" : volume type "iscsi" is not simulated',
  ],
  [
    "a block device",
    { hostPath: { path: "/mnt" }, volumeMode: "Block" },
    "Unable to attach or mount volumes: unmounted volumes=[files], unattached volumes=[], failed to process volumes=[files]: volume files has volumeMode Block, but is specified in volumeMounts",
  ],
])("a pod is told of %s", async (_what, spec, message) => {
  const t = await started();
  t.api.put("persistentvolumeclaims", claim());
  t.api.put("persistentvolumes", volume(spec));
  t.api.put("pods", user("a"));
  await t.clock.advance(100);
  expect(t.api.events[0]).toBe(`Warning FailedMount: ${message}`);
});

it("a local volume is its group's, files that are there already too", async () => {
  const t = await started();
  const { fs } = t.runtime.volume("host");
  fs.mkdir("/mnt/ssd", { recursive: true });
  fs.writeFile("/mnt/ssd/old", "x", { mode: 0o600 });
  t.api.put("persistentvolumeclaims", claim());
  t.api.put("persistentvolumes", volume({ local: { path: "/mnt/ssd" } }));
  t.api.put("pods", user("a", { securityContext: { fsGroup: 2000 } }));
  await t.clock.advance(3000);
  expect(t.pod("a")?.status?.phase).toBe("Running");
  expect([fs.stat("/mnt/ssd").gid, fs.stat("/mnt/ssd").mode & 0o2770]).toEqual([2000, 0o2770]);
  expect([fs.stat("/mnt/ssd/old").gid, fs.stat("/mnt/ssd/old").mode]).toEqual([2000, 0o660]);
});

it("only one pod of a node has what is for one pod only", async () => {
  const t = await started();
  t.api.put("persistentvolumeclaims", claim());
  t.api.put("persistentvolumes", volume({ hostPath: { path: "/srv" }, accessModes: ["ReadWriteOncePod"] }));
  t.api.put("pods", user("a"));
  await t.clock.advance(2000);
  t.api.put("pods", user("b"));
  await t.clock.advance(100);
  const refusal = "volume uses the ReadWriteOncePod access mode and is already in use by another pod";
  expect(t.api.events.at(-1)).toBe(`Warning FailedMount: MountVolume.SetUp failed for volume "disk" : ${refusal}`);
});

it("an attachable volume is mounted once the node tells that it uses it, it is attached, and its driver is there", async () => {
  const t = await started();
  t.api.put("persistentvolumeclaims", claim());
  t.api.put("persistentvolumes", volume({ csi: { driver: "disks.example.com", volumeHandle: "vol-1" } }));
  t.api.put("pods", user("a"));
  await t.clock.advance(12_000);
  const name = "kubernetes.io/csi/disks.example.com^vol-1";
  const node = () => t.api.get("nodes", "node-1") as { status: Record<string, unknown> };
  expect(node().status["volumesInUse"]).toEqual([name]);
  expect(t.api.events.filter((e) => e.includes("Mount"))).toEqual([]);
  t.api.put("nodes", { ...node(), status: { ...node().status, volumesAttached: [{ name, devicePath: "" }] } } as never);
  await t.clock.advance(5000);
  expect(t.api.events.at(-1)).toContain(
    'MountVolume.MountDevice failed for volume "disk" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name disks.example.com not found in the list of registered CSI drivers',
  );
  t.kubelet.registerPlugin(
    {
      driver: "disks.example.com",
      info: { nodeID: "i-1", maxVolumes: 8, topology: { "topology.kubernetes.io/zone": "a" } },
      publish: ({ volumeHandle }) => ({ volume: `shared/${volumeHandle}` }),
      expand: () => undefined,
    },
    [{ kind: "timer", name: "test", armedBy: [] }],
  );
  await t.clock.advance(60_000);
  expect(t.pod("a")?.status?.phase).toBe("Running");
  expect(t.runtime.volumes.has("shared/vol-1")).toBe(true);
  expect(t.api.get("csinodes", "node-1")).toMatchObject({
    spec: {
      drivers: [{ name: "disks.example.com", nodeID: "i-1", topologyKeys: ["topology.kubernetes.io/zone"], allocatable: { count: 8 } }],
    },
  });
  // The disk has grown, and an hour of looking now and then is more than enough.
  t.api.put("persistentvolumes", volume({ csi: { driver: "disks.example.com", volumeHandle: "vol-1" }, capacity: { storage: "2Gi" } }));
  const pending = [{ type: "FileSystemResizePending", status: "True" }];
  t.api.put("persistentvolumeclaims", { ...claim(), status: { phase: "Bound", capacity: { storage: "1Gi" }, conditions: pending } });
  await t.clock.advance(100_000);
  const grown = 'Normal FileSystemResizeSuccessful: MountVolume.NodeExpandVolume succeeded for volume "disk" node-1';
  expect(t.api.events.filter((e) => e === grown)).toHaveLength(2);
  expect(t.api.get("persistentvolumeclaims", "default/data")).toMatchObject({ status: { capacity: { storage: "2Gi" }, conditions: null } });
  t.api.deletePod("default/a", 1);
  await t.clock.advance(20_000);
  expect(node().status["volumesInUse"] ?? []).toEqual([]);
});
