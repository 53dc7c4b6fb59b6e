import { describe, expect, it } from "vitest";
import type { Pod, PodSpec } from "../../api/index.ts";
import type { MachineUse } from "../../runtime/index.ts";
import { toDelete } from "../image-gc/image-gc.ts";
import { nodeResources } from "../node-status.ts";
import { oomScoreAdj } from "../qos.ts";
import { makePod } from "../testing/bench.ts";
import { defaultConfig } from "../types.ts";
import { refusedUnder } from "./admission.ts";
import { storageExcess } from "./local-storage.ts";
import { evictionWords, ranked, type PodUse } from "./rank.ts";
import { metBy, observe, thresholdsOf, thresholdWords } from "./thresholds.ts";

const Gi = 1024 ** 3;
const Mi = 1024 ** 2;
const machine = (memory: number, disk: number, inodes = 0): MachineUse => ({
  memory: { capacity: 4 * Gi, used: memory },
  disk: { capacity: { bytes: 100 * Gi, inodes: 1000 }, used: { bytes: disk, inodes }, images: 0, version: 0 },
  processes: { most: 1000, running: 10 },
});
const config = (more: object) => ({ ...defaultConfig, ...more });

describe("thresholds", () => {
  const signals = (use: MachineUse, more = {}, resolved = false) =>
    metBy(thresholdsOf(config(more)), observe(use), resolved).map((t) => `${t.signal} ${t.grace}`);
  it.each([
    ["nothing is short", machine(0, 0), {}, []],
    ["100Mi are just enough", machine(4 * Gi - 100 * Mi, 0), {}, []],
    ["less is not", machine(4 * Gi - 100 * Mi + 1, 0), {}, ["memory.available 0"]],
    ["images want 15 % of the disk", machine(0, 86 * Gi), {}, ["imagefs.available 0"]],
    ["all else wants 10 %", machine(0, 91 * Gi), {}, ["imagefs.available 0", "nodefs.available 0"]],
    ["and 5 % of the inodes", machine(0, 0, 951), {}, ["imagefs.inodesFree 0", "nodefs.inodesFree 0"]],
    [
      "soft ones have a grace period",
      machine(3 * Gi + 1, 0),
      { evictionSoft: { "memory.available": "1Gi" }, evictionSoftGracePeriod: { "memory.available": "1m30s" } },
      ["memory.available 90000"],
    ],
    ["0% is none", machine(4 * Gi, 100 * Gi), { evictionHard: { "nodefs.available": "0%" } }, []],
  ])("%s", (_, use, more, expected) => expect(signals(use, more)).toEqual(expected));
  it("are over only when as much as asked for has been reclaimed beyond them", () => {
    const more = { evictionHard: { "memory.available": "1Gi" }, evictionMinimumReclaim: { "memory.available": "500Mi" } };
    expect([signals(machine(3 * Gi - 400 * Mi, 0), more), signals(machine(3 * Gi - 400 * Mi, 0), more, true)]).toEqual([
      [],
      ["memory.available 0"],
    ]);
  });
  it("are told with what is left", () => {
    const seen = observe(machine(4 * Gi - 50 * Mi, 90.5 * Gi));
    expect(metBy(thresholdsOf(defaultConfig), seen).map((t) => thresholdWords(t, seen))).toEqual([
      "Threshold quantity: 100Mi, available: 50Mi. ",
      "Threshold quantity: 15Gi, available: 9728Mi. ",
      "Threshold quantity: 10Gi, available: 9728Mi. ",
    ]);
  });
  it("and reservations are what pods do not get", () => {
    const facts = { cpu: "2", memory: "4Gi", pods: 110 } as never;
    const reserved = { kubeReserved: { cpu: "100m", memory: "200Mi" }, systemReserved: { memory: "100Mi", "ephemeral-storage": "1Gi" } };
    expect(nodeResources(facts, config(reserved)).allocatable).toMatchObject({
      cpu: "1900m",
      memory: `${4 * 1024 ** 2 - 400 * 1024}Ki`,
      "ephemeral-storage": String(89 * Gi),
    });
  });
});

const using = (memory: number, more: Partial<PodUse> = {}): PodUse => ({
  containers: [{ name: "app", memory, disk: 0, inodes: 1 }],
  volumes: [],
  processes: 1,
  ...more,
});
const pod = (name: string, request?: string, spec: Partial<PodSpec> = {}): Pod =>
  makePod(name, [{ name: "app", image: "i", ...(request ? { resources: { requests: { memory: request } } } : {}) }], spec);

describe("who has to go", () => {
  it("is who exceeds its request, then the less important, then who exceeds it by most", () => {
    const candidates = [
      { pod: pod("within", "2Gi"), use: using(Gi) },
      { pod: pod("important", "1Mi", { priority: 10 }), use: using(3 * Gi) },
      { pod: pod("little", "100Mi"), use: using(200 * Mi) },
      { pod: pod("much"), use: using(300 * Mi) },
    ];
    expect(ranked(candidates, "memory").map((c) => c.pod.metadata?.name)).toEqual(["much", "little", "important", "within"]);
  });
  it("hears by how much, of each container that exceeds", () => {
    const two = makePod("p", [
      { name: "app", image: "i" },
      { name: "b", image: "i", resources: { requests: { memory: "1Gi" } } },
    ]);
    const use = {
      ...using(0),
      containers: [
        { name: "app", memory: 300 * Mi, disk: 0, inodes: 0 },
        { name: "b", memory: Mi, disk: 0, inodes: 0 },
      ],
    };
    expect(evictionWords({ pod: two, use }, "memory", "Threshold quantity: 100Mi, available: 50Mi. ")).toEqual({
      message:
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. Container app was using 300Mi, request is 0, has larger consumption of memory. ",
      annotations: { offending_containers: "app", offending_containers_usage: "300Mi", starved_resource: "memory" },
    });
  });
  it("counts what its volumes keep when the disk is short", () => {
    const candidates = [
      { pod: pod("a"), use: using(0, { volumes: [{ name: "v", bytes: 5, inodes: 1 }] }) },
      { pod: pod("b"), use: using(0, { containers: [{ name: "app", memory: 0, disk: 9, inodes: 1 }] }) },
    ];
    expect(ranked(candidates, "ephemeral-storage").map((c) => c.pod.metadata?.name)).toEqual(["b", "a"]);
  });
  it("is nobody whose files are within their limits", () => {
    const limited = makePod("p", [{ name: "app", image: "i", resources: { limits: { "ephemeral-storage": "1Mi" } } }]);
    const disk = (bytes: number): PodUse => using(0, { containers: [{ name: "app", memory: 0, disk: bytes, inodes: 1 }] });
    expect([storageExcess(limited, disk(Mi)), storageExcess(limited, disk(Mi + 1))]).toEqual([
      undefined,
      { signal: "ephemeralpodfs.limit", message: "Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. " },
    ]);
  });
});

describe("a node under pressure", () => {
  const tolerant = { tolerations: [{ key: "node.kubernetes.io/memory-pressure", operator: "Exists", effect: "NoSchedule" }] };
  it.each([
    ["best effort", pod("p"), ["MemoryPressure"], true],
    ["best effort that tolerates it", pod("p", undefined, tolerant), ["MemoryPressure"], false],
    ["burstable", pod("p", "1Mi"), ["MemoryPressure"], false],
    ["burstable", pod("p", "1Mi"), ["DiskPressure"], true],
    ["burstable", pod("p", "1Mi"), ["MemoryPressure", "DiskPressure"], true],
    ["critical", pod("p", undefined, { priority: 2_000_000_000 }), ["DiskPressure"], false],
  ])("turns away what is %s: %o", (_, given, pressure, refused) => expect(refusedUnder(given, pressure)).toBe(refused));
});

it.each([
  ["best effort", pod("p"), 1000],
  ["a quarter of the machine", pod("p", "1Gi"), 750],
  ["hardly anything", pod("p", "1"), 999],
  ["all of it", pod("p", "4Gi"), 3],
  ["node critical", pod("p", undefined, { priority: 2_000_001_000 }), -997],
  ["guaranteed", makePod("p", [{ name: "app", image: "i", resources: { limits: { cpu: "1", memory: "1Gi" } } }]), -997],
  ["as a whole", pod("p", undefined, { resources: { requests: { memory: "2Gi" } } }), 500],
])("the OOM killer's score of who asks for %s", (_, given, score) => {
  expect(oomScoreAdj(given, given.spec?.containers[0] as never, 4 * Gi)).toBe(score);
});

it("gives up images that were not used for longest, until enough is free, and none that has just come", () => {
  const image = (imageRef: string, used: number, detected: number) => ({ imageRef, size: 10, record: { used, detected } });
  const images = [
    image("new", 0, 999_000),
    image("recent", 800_000, 0),
    image("old", 100, 0),
    image("in use", 1_000_000, 0),
    image("never", 0, 5),
  ];
  const gone = (bytes: number) => toDelete(images, bytes, 1_000_000, 120_000).map((i) => i.imageRef);
  expect([gone(10), gone(11), gone(Infinity)]).toEqual([["never"], ["never", "old"], ["never", "old", "recent"]]);
});
