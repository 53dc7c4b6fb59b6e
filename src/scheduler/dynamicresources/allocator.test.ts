import { beforeAll, describe, expect, it } from "vitest";
import type { Device, DeviceClaim, DeviceClass, Node, ResourceResourceClaim, ResourceSlice } from "../../api/index.ts";
import { loadCel } from "../../machinery/index.ts";
import { allocate } from "./allocator.ts";
import { gatherPools } from "./pools.ts";
import { Selectors } from "./selectors.ts";

beforeAll(async () => void (await loadCel()));

const DRIVER = "gpu.example.com";
const node: Node = { metadata: { name: "node-1", labels: { zone: "a" } } };
const gpu = (name: string, model = "small", more: Partial<Device> = {}): Device => ({
  name,
  attributes: { model: { string: model }, "other.example.com/rack": { int: name.length } },
  capacity: { memory: { value: "8Gi" } },
  ...more,
});
const slice = (name: string, devices: readonly Device[], more: object = {}): ResourceSlice => ({
  metadata: { name },
  spec: { driver: DRIVER, nodeName: "node-1", pool: { name: "node-1", generation: 1, resourceSliceCount: 1 }, devices, ...more },
});
const claim = (devices: DeviceClaim, name = "c"): ResourceResourceClaim => ({
  metadata: { namespace: "default", name },
  spec: { devices },
});
const one = (more: object = {}) => ({ name: "r", exactly: { deviceClassName: "gpu", ...more } });
const cel = (expression: string) => ({ selectors: [{ cel: { expression } }] });

const classes: Readonly<Record<string, DeviceClass>> = {
  gpu: { metadata: { name: "gpu" }, spec: cel(`device.driver == "${DRIVER}"`) },
  tuned: { metadata: { name: "tuned" }, spec: { config: [{ opaque: { driver: DRIVER, parameters: { fast: true } } }] } },
};

function devicesFor(claims: readonly ResourceResourceClaim[], slices: readonly ResourceSlice[], inUse: readonly string[] = []) {
  const selectors = new Selectors();
  const allocated = allocate({
    node,
    claims,
    pools: gatherPools(slices),
    classOf: (name) => classes[name],
    inUse: new Set(inUse),
    selectsFor: (c) => selectors.forClaim(c),
  });
  if (typeof allocated === "string") return allocated;
  return allocated.map((a) => (a.devices?.results ?? []).map((r) => `${r.request}=${r.device}`).join(" "));
}
const NONE = "cannot allocate all claims";
const two = [slice("s", [gpu("a"), gpu("b", "big")])];

describe("allocate", () => {
  it.each<[string, DeviceClaim, readonly ResourceSlice[], readonly string[] | string]>([
    ["takes the first that is free", { requests: [one()] }, two, ["r=a"]],
    ["takes as many as are wanted", { requests: [one({ count: 2 })] }, two, ["r=a r=b"]],
    ["finds too few", { requests: [one({ count: 3 })] }, two, NONE],
    ["takes what matches an attribute", { requests: [one(cel(`device.attributes["${DRIVER}"].model == "big"`))] }, two, ["r=b"]],
    [
      "takes what matches a capacity",
      { requests: [one(cel(`device.capacity["${DRIVER}"].memory.isGreaterThan(quantity("9Gi"))`))] },
      two,
      NONE,
    ],
    ["knows of no attribute of a stranger", { requests: [one(cel(`has(device.attributes["no.example.com"].x)`))] }, two, NONE],
    ["takes all that match", { requests: [one({ allocationMode: "All" })] }, two, ["r=a r=b"]],
    ["needs one for all", { requests: [one({ allocationMode: "All" })] }, [], NONE],
    ["leaves the devices of other nodes", { requests: [one()] }, [slice("s", [gpu("a")], { nodeName: "node-2" })], NONE],
    ["reaches those of all nodes", { requests: [one()] }, [slice("s", [gpu("a")], { nodeName: undefined, allNodes: true })], ["r=a"]],
    [
      "waits for the rest of a pool",
      { requests: [one()] },
      [slice("s", [gpu("a")], { pool: { name: "node-1", generation: 1, resourceSliceCount: 2 } })],
      NONE,
    ],
    [
      "believes the newest generation",
      { requests: [one()] },
      [slice("old", [gpu("a")]), slice("new", [gpu("b")], { pool: { name: "node-1", generation: 2, resourceSliceCount: 1 } })],
      ["r=b"],
    ],
    [
      "distrusts a pool that names a device twice",
      { requests: [one()] },
      [slice("s", [gpu("a"), gpu("a")])],
      "invalid resource pools were encountered",
    ],
    [
      "leaves a tainted device",
      { requests: [one()] },
      [slice("s", [gpu("a", "x", { taints: [{ key: "k", effect: "NoSchedule" }] })])],
      NONE,
    ],
    [
      "takes one whose taint is tolerated",
      { requests: [one({ tolerations: [{ key: "k", operator: "Exists" }] })] },
      [slice("s", [gpu("a", "x", { taints: [{ key: "k", effect: "NoExecute" }] })])],
      ["r=a"],
    ],
    [
      "goes back on a choice that leads nowhere",
      {
        requests: [
          one(),
          { name: "small", exactly: { deviceClassName: "gpu", ...cel(`device.attributes["${DRIVER}"].model == "small"`) } },
        ],
      },
      two,
      ["r=b small=a"],
    ],
    [
      "keeps to devices that agree",
      { requests: [one({ count: 2 })], constraints: [{ matchAttribute: `${DRIVER}/model` }] },
      [slice("s", [gpu("a"), gpu("b", "big"), gpu("c")])],
      ["r=a r=c"],
    ],
    [
      "finds none that agree",
      { requests: [one({ count: 2 })], constraints: [{ matchAttribute: "other.example.com/rack" }] },
      [slice("s", [gpu("a"), gpu("bb")])],
      NONE,
    ],
    [
      "takes the next best",
      {
        requests: [
          {
            name: "r",
            firstAvailable: [
              { name: "huge", deviceClassName: "gpu", ...cel(`device.attributes["${DRIVER}"].model == "huge"`) },
              { name: "any", deviceClassName: "gpu" },
            ],
          },
        ],
      },
      two,
      ["r/any=a"],
    ],
  ])("%s", (_what, devices, slices, expected) => expect(devicesFor([claim(devices)], slices)).toEqual(expected));

  it("gives no device twice, but to those who only look on", () => {
    const inUse = [`${DRIVER}/node-1/a`];
    expect(devicesFor([claim({ requests: [one()] }), claim({ requests: [one()] }, "d")], two)).toEqual(["r=a", "r=b"]);
    expect(devicesFor([claim({ requests: [one({ count: 2 })] })], two, inUse)).toBe(NONE);
    expect(devicesFor([claim({ requests: [one({ allocationMode: "All" })] })], two, inUse)).toBe(NONE);
    expect(devicesFor([claim({ requests: [one({ allocationMode: "All", adminAccess: true })] })], two, inUse)).toEqual(["r=a r=b"]);
  });

  it("ends a search that takes too long", () => {
    const many = Array.from({ length: 30 }, (_, i) => gpu(`g${i}`, `m${i}`));
    const wanted = { requests: [one({ count: 15 }), { name: "none", exactly: { deviceClassName: "gpu", ...cel("false") } }] };
    expect(devicesFor([claim(wanted)], [slice("s", many)])).toBe("timed out trying to allocate devices");
  });

  it.each([
    [
      "an attribute that is not there",
      cel(`device.attributes["${DRIVER}"].colour == "red"`),
      "claim default/c: selector #0: CEL runtime error: no such key: colour",
    ],
    [
      "no expression at all",
      cel("device.wings"),
      "claim default/c: selector #0: CEL compile error: ERROR: <input>:1:7: undefined field 'wings'",
    ],
  ])("%s is the claim's fault", (_what, selectors, message) =>
    expect(() => devicesFor([claim({ requests: [one(selectors)] })], two)).toThrow(message),
  );

  it("says how devices are to be set up, and from where they can be reached", () => {
    const selectors = new Selectors();
    const input = {
      node,
      classOf: (name: string) => classes[name],
      inUse: new Set<string>(),
      selectsFor: (c: ResourceResourceClaim) => selectors.forClaim(c),
    };
    const parameters = { opaque: { driver: DRIVER, parameters: { slow: true } } };
    const wanted = claim({
      requests: [{ name: "r", exactly: { deviceClassName: "tuned" } }],
      config: [
        { requests: ["r"], ...parameters },
        { requests: ["other"], ...parameters },
      ],
    });
    const [local] = allocate({ ...input, claims: [wanted], pools: gatherPools(two) }) as [
      { devices: { config: unknown }; nodeSelector: unknown },
    ];
    expect(local.devices.config).toEqual([
      { source: "FromClass", requests: ["r"], opaque: { driver: DRIVER, parameters: { fast: true } } },
      { source: "FromClaim", requests: ["r"], ...parameters },
    ]);
    expect(local.nodeSelector).toEqual({
      nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["node-1"] }] }],
    });
    const zone = { matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] };
    const shared = slice("s", [gpu("a")], { nodeName: undefined, nodeSelector: { nodeSelectorTerms: [zone] } });
    expect(allocate({ ...input, claims: [claim({ requests: [one()] })], pools: gatherPools([shared]) })).toMatchObject([
      { nodeSelector: { nodeSelectorTerms: [zone] } },
    ]);
  });
});
