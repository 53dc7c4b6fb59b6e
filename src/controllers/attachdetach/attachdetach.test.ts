import { describe, expect, it } from "vitest";
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, VolumeAttachment } from "../../api/index.ts";
import { world, type World } from "../testing/world.ts";
import { type Attachment, multiAttachMessage, plan, type Situation } from "./decide.ts";

const node = (name: string, more: { ready?: boolean; taint?: boolean } = {}): Node => ({
  metadata: { name, annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true" } },
  ...(more.taint === true ? { spec: { taints: [{ key: "node.kubernetes.io/out-of-service", effect: "NoExecute" }] } } : {}),
  status: {
    conditions: [{ type: "Ready", status: more.ready === false ? "Unknown" : "True" }] as never,
  },
});
const pod = (name: string, namespace = "default"): Pod => ({ metadata: { name, namespace }, spec: { containers: [] } });
const at = (name: string, ending = false): Attachment => ({ node: name, attached: true, ending });
const SIX_MINUTES = 360_000;

describe("what is to be done about a volume", () => {
  const nodes: Record<string, Node> = {
    a: node("a"),
    b: node("b"),
    dead: node("dead", { ready: false }),
    out: node("out", { taint: true }),
  };
  const rows: [string, Partial<Situation> & { used?: string[] }, unknown[]][] = [
    ["a pod needs it", { wanted: new Map([["a", [pod("p")]]]) }, [{ kind: "attach", node: "a" }]],
    ["it is there already", { wanted: new Map([["a", [pod("p")]]]), attachments: [at("a")] }, []],
    [
      "another node has it",
      { wanted: new Map([["b", [pod("q")]]]), attachments: [at("a")], used: ["a"] },
      [
        { kind: "look again", after: SIX_MINUTES },
        { kind: "blocked", node: "b" },
      ],
    ],
    [
      "two nodes want what one may have",
      {
        wanted: new Map([
          ["a", [pod("p")]],
          ["b", [pod("q")]],
        ]),
      },
      [
        { kind: "attach", node: "a" },
        { kind: "blocked", node: "b" },
      ],
    ],
    [
      "two nodes want what many may have",
      {
        wanted: new Map([
          ["a", [pod("p")]],
          ["b", [pod("q")]],
        ]),
        shared: true,
      },
      [
        { kind: "attach", node: "a" },
        { kind: "attach", node: "b" },
      ],
    ],
    ["nobody needs it and it is unmounted", { attachments: [at("a")] }, [{ kind: "detach", node: "a" }]],
    ["it is being detached", { attachments: [at("a", true)], wanted: new Map([["a", [pod("p")]]]) }, []],
    ["a dead node has it mounted", { attachments: [at("dead")], used: ["dead"] }, [{ kind: "look again", after: SIX_MINUTES }]],
    [
      "a dead node has had it for six minutes",
      { attachments: [at("dead")], used: ["dead"], now: SIX_MINUTES },
      [{ kind: "detach", node: "dead" }],
    ],
    ["a live node keeps it for longer", { attachments: [at("a")], used: ["a"], now: SIX_MINUTES }, []],
    ["somebody says the node is out of service", { attachments: [at("out")], used: ["out"] }, [{ kind: "detach", node: "out" }]],
    ["its node is gone", { attachments: [at("gone")], used: ["gone"] }, [{ kind: "detach", node: "gone" }]],
    ["the kubelet of a node attaches by itself", { wanted: new Map([["own", [pod("p")]]]) }, []],
  ];
  it.each(rows)("when %s", (_what, { used = [], ...given }, steps) => {
    const situation: Situation = {
      wanted: new Map(),
      attachments: [],
      shared: false,
      node: (name) => (name === "own" ? { metadata: { name } } : nodes[name]),
      inUse: (name) => used.includes(name),
      unwantedSince: () => 0,
      now: 0,
      ...given,
    };
    expect(plan(situation)).toEqual(steps);
  });
});

it.each<[readonly Pod[], string]>([
  [[], "Volume is already exclusively attached to one node and can't be attached to another"],
  [[pod("a"), pod("b")], "Volume is already used by pod(s) a, b"],
  [[pod("a"), pod("x", "other")], "Volume is already used by pod(s) a and 1 pod(s) in different namespaces"],
  [[pod("x", "other"), pod("y", "other")], "Volume is already used by 2 pod(s) in different namespaces"],
])("a pod is told who is in the way", (others, why) => {
  expect(multiAttachMessage("disk", pod("me"), others)).toBe(`Multi-Attach error for volume "disk" ${why}`);
});

const volume: PersistentVolume = {
  metadata: { name: "disk" },
  spec: {
    accessModes: ["ReadWriteOnce"],
    capacity: { storage: "1Gi" },
    csi: { driver: "disks.example.com", volumeHandle: "vol-1" },
    storageClassName: "",
    persistentVolumeReclaimPolicy: "Retain",
  },
};
const claim: PersistentVolumeClaim = {
  metadata: { name: "data", namespace: "default" },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "", volumeName: "disk", resources: { requests: { storage: "1Gi" } } },
};
const user = (name: string, nodeName: string): Pod => ({
  metadata: { name, namespace: "default" },
  spec: {
    nodeName,
    containers: [{ name: "c", image: "nginx:1.27" }],
    volumes: [{ name: "v", persistentVolumeClaim: { claimName: "data" } }],
  },
});
const UNIQUE = "kubernetes.io/csi/disks.example.com^vol-1";

/** A cluster of two nodes with a bound claim, whose kubelets the test plays. */
async function bound(): Promise<World> {
  const w = await world();
  const { client, clock } = w;
  for (const name of ["node-1", "node-2"]) {
    await w.node(name);
    await client.patch("nodes", undefined, name, "merge", {
      metadata: { annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true" } },
    });
  }
  const pvc = await client.create("persistentvolumeclaims", claim);
  const pv = await client.create("persistentvolumes", {
    ...volume,
    spec: {
      ...volume.spec,
      claimRef: { kind: "PersistentVolumeClaim", apiVersion: "v1", namespace: "default", name: "data", uid: pvc.metadata?.uid ?? "" },
    },
  });
  await clock.advance(100);
  // The binder may have been there first.
  await client.patch("persistentvolumes", undefined, "disk", "merge", { status: { phase: "Bound" } }, "status");
  await client.patch(
    "persistentvolumeclaims",
    "default",
    "data",
    "merge",
    { status: { phase: "Bound", capacity: { storage: "1Gi" } } },
    "status",
  );
  await clock.advance(100);
  expect(pv.metadata?.name).toBe("disk");
  return w;
}
const attachmentsOf = async ({ client }: World): Promise<readonly VolumeAttachment[]> => (await client.list("volumeattachments")).items;
const answer = async (w: World, status: VolumeAttachment["status"]): Promise<void> => {
  const [attachment] = await attachmentsOf(w);
  await w.client.patch("volumeattachments", undefined, attachment?.metadata?.name ?? "", "merge", { status }, "status");
  await w.clock.advance(100);
};
const mount = (w: World, name: string, volumesInUse: readonly string[] | null) =>
  w.client.patch("nodes", undefined, name, "merge", { status: { volumesInUse } }, "status");

it("a volume goes to its pod's node, stays while it is mounted, and leaves when it is not", async () => {
  const w = await bound();
  const { client, clock } = w;
  await client.create("pods", user("one", "node-1"));
  await clock.advance(100);
  const [asked] = await attachmentsOf(w);
  expect(asked?.spec).toEqual({ attacher: "disks.example.com", nodeName: "node-1", source: { persistentVolumeName: "disk" } });
  expect(asked?.metadata?.name).toMatch(/^csi-[0-9a-f]{64}$/);
  await answer(w, { attached: true });
  expect((await client.get("nodes", undefined, "node-1")).status?.volumesAttached).toEqual([{ name: UNIQUE, devicePath: "" }]);
  expect(await w.events("SuccessfulAttachVolume")).toEqual(['AttachVolume.Attach succeeded for volume "disk" ']);
  await mount(w, "node-1", [UNIQUE]);
  await client.create("pods", user("two", "node-2"));
  await clock.advance(100);
  expect(await w.events("FailedAttachVolume")).toEqual(['Multi-Attach error for volume "disk" Volume is already used by pod(s) one']);
  await client.delete("pods", "default", "one", { gracePeriodSeconds: 0 });
  await clock.advance(1000);
  expect((await attachmentsOf(w)).map((a) => a.spec?.nodeName)).toEqual(["node-1"]);
  await mount(w, "node-1", null);
  await clock.advance(1000);
  expect((await attachmentsOf(w)).map((a) => a.spec?.nodeName)).toEqual(["node-2"]);
  expect((await client.get("nodes", undefined, "node-1")).status?.volumesAttached).toBeUndefined();
  expect(w.errors()).toEqual([]);
});

it("a pod is told what its attacher says, or that it says nothing", async () => {
  const w = await bound();
  const { client, clock } = w;
  await client.create("pods", user("one", "node-1"));
  await clock.advance(121_000);
  const silent =
    'AttachVolume.Attach failed for volume "disk" : timed out waiting for external-attacher of disks.example.com driver to attach volume vol-1';
  expect(await w.events("FailedAttachVolume")).toEqual([silent]);
  await answer(w, {
    attached: false,
    attachError: { message: "rpc error: code = NotFound desc = no such disk", time: "2026-01-01T00:00:00Z" },
  });
  await clock.advance(1000);
  expect((await w.events("FailedAttachVolume"))[1]).toBe(
    'AttachVolume.Attach failed for volume "disk" : rpc error: code = NotFound desc = no such disk',
  );
  expect(w.errors()).toEqual([]);
});

it("a dead node is left its volumes for six minutes", async () => {
  const w = await bound();
  const { client, clock } = w;
  await client.create("pods", user("one", "node-1"));
  await clock.advance(100);
  await answer(w, { attached: true });
  await mount(w, "node-1", [UNIQUE]);
  await clock.advance(60_000);
  await client.delete("pods", "default", "one", { gracePeriodSeconds: 0 });
  await clock.advance(355_000);
  expect(await attachmentsOf(w)).toHaveLength(1);
  await clock.advance(10_000);
  expect(await attachmentsOf(w)).toHaveLength(0);
});

it("what is attached is left alone by a controller that starts anew", async () => {
  const w = await bound();
  const { client, clock } = w;
  await client.create("pods", user("one", "node-1"));
  await clock.advance(100);
  await answer(w, { attached: true });
  const versions = async (): Promise<unknown> => [
    (await attachmentsOf(w)).map((a) => a.metadata?.resourceVersion),
    (await client.list("nodes")).items.map((n) => n.metadata?.resourceVersion),
    await w.events("SuccessfulAttachVolume"),
  ];
  const before = await versions();
  w.restart();
  await clock.advance(1000);
  expect(await versions()).toEqual(before);
});

it("a driver may say that its volumes need no attaching", async () => {
  const w = await bound();
  await w.client.create("csidrivers", { metadata: { name: "disks.example.com" }, spec: { attachRequired: false } });
  await w.client.create("pods", user("one", "node-1"));
  await w.clock.advance(1000);
  expect(await attachmentsOf(w)).toEqual([]);
});

it("somebody's own attachment of a volume that never was is left alone", async () => {
  const w = await bound();
  await w.client.create("volumeattachments", {
    apiVersion: "storage.k8s.io/v1",
    kind: "VolumeAttachment",
    metadata: { name: "theirs" },
    spec: { attacher: "disks.example.com", nodeName: "node-1", source: { persistentVolumeName: "no-such-volume" } },
  });
  await w.clock.advance(600_000);
  expect((await attachmentsOf(w)).map((a) => a.metadata?.name)).toEqual(["theirs"]);
});
