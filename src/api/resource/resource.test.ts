import { beforeAll, describe, expect, it } from "vitest";
import { fieldErrorMessage, loadCel } from "../../machinery/index.ts";
import { front } from "../testing/front.ts";
import { deviceClass } from "./device-class.ts";
import { resourceClaimTemplate } from "./resource-claim-template.ts";
import { resourceClaim } from "./resource-claim.ts";
import { resourceSlice } from "./resource-slice.ts";

beforeAll(loadCel);

const metadata = { name: "x" };
const claims = front(resourceClaim);
const slices = front(resourceSlice);
const gpu = { name: "gpu", exactly: { deviceClassName: "gpu.example.com" } };
const claim = (devices: object) => ({ metadata, spec: { devices } });

describe("a ResourceClaim", () => {
  it("asks for exactly one device unless it says otherwise", () => {
    const made = claims.made(claim({ requests: [gpu] }));
    expect(made.spec.devices?.requests?.[0]?.exactly).toEqual({
      deviceClassName: "gpu.example.com",
      allocationMode: "ExactCount",
      count: 1,
    });
    expect(resourceClaim.defaults?.(made)).toBe(made);
    expect(claims.row(made, 0)[0]).toBe("pending");
  });

  it.each<[string, object, string[]]>([
    [
      "neither one nor alternatives",
      { requests: [{ name: "gpu" }] },
      ["spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required"],
    ],
    ["a name twice", { requests: [gpu, gpu] }, ['spec.devices.requests[1]: Duplicate value: "gpu"']],
    [
      "all of two",
      { requests: [{ ...gpu, exactly: { ...gpu.exactly, allocationMode: "All", count: 2 } }] },
      ["spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'"],
    ],
    [
      "a constraint on what is not asked for",
      { requests: [gpu], constraints: [{ requests: ["nic"], matchAttribute: "numa" }] },
      [
        "spec.devices.constraints[0].requests[0]: Invalid value: \"nic\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
        'spec.devices.constraints[0].matchAttribute: Invalid value: "numa": a fully qualified name must be a domain and a name separated by a slash',
      ],
    ],
    [
      "a list for a driver's parameters",
      { requests: [gpu], config: [{ opaque: { driver: "d.io", parameters: [] } }] },
      ['spec.devices.config[0].opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object'],
    ],
    [
      "too many",
      { requests: Array.from({ length: 33 }, (_, i) => ({ ...gpu, name: `g${i}` })) },
      ["spec.devices.requests: Too many: 33: must have at most 32 items"],
    ],
  ])("with %s", (_what, devices, errors) => expect(claims.refusals(claim(devices))).toEqual(errors));

  it.each<[string, string | undefined]>([
    ["device.attributes['d.io'].model == 'a' && device.capacity['d.io'].memory.compareTo(quantity('1Gi')) >= 0", undefined],
    ["device.attributes['d.io'].shared", undefined],
    ["device.driver", "must evaluate to bool or the unknown type, not string"],
    ["device.capacity['d.io'].memory", "must evaluate to bool or the unknown type, not kubernetes.Quantity"],
    ["device.model == 'a'", "compilation failed: ERROR: <input>:1:7: undefined field 'model'\n | device.model == 'a'\n | ......^"],
    ["node.ready", "compilation failed: ERROR: <input>:1:1: undeclared reference to 'node' (in container '')\n | node.ready\n | ^"],
  ])("selects by %s", (expression, why) => {
    const wished = { ...gpu, exactly: { ...gpu.exactly, selectors: [{ cel: { expression } }] } };
    const path = "spec.devices.requests[0].exactly.selectors[0].cel.expression";
    const said = why === undefined ? [] : [`${path}: Invalid value: ${JSON.stringify(expression)}: ${why}`];
    expect(claims.refusals(claim({ requests: [wished] }))).toEqual(said);
  });

  it("administers devices in a namespace for that", () => {
    const object = claim({ requests: [gpu, { name: "all", exactly: { ...gpu.exactly, adminAccess: true } }] });
    const said = (labels: Record<string, string>) =>
      resourceClaim.validate(claims.made(object), { namespace: "lab", now: 0, namespaceLabels: () => labels }).map(fieldErrorMessage);
    expect(said({ "resource.kubernetes.io/admin-access": "true" })).toEqual([]);
    expect(said({})).toEqual([
      "spec.devices.requests[1].adminAccess: Forbidden: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace",
    ]);
  });

  it("keeps its spec; what is allocated stays, and is reserved by those who are named", () => {
    const made = claims.made(claim({ requests: [gpu] }));
    expect(claims.updateRefusals(made, { spec: { devices: { requests: [{ ...gpu, name: "other" }] } } })[0]).toMatch(
      /^spec: .*field is immutable$/,
    );
    const pod = { resource: "pods", name: "p", uid: "u" };
    expect(claims.statusRefusals(made, { reservedFor: [pod] })).toEqual([
      "status.reservedFor: Forbidden: may not be specified when `allocated` is not set",
    ]);
    const result = { request: "gpu", driver: "d.io", pool: "node-1", device: "gpu-0" };
    const allocation = { devices: { results: [result] } };
    expect(claims.statusRefusals(made, { allocation, reservedFor: [pod] })).toEqual([]);
    expect(claims.statusRefusals(made, { allocation, devices: [{ driver: "d.io", pool: "node-1", device: "gpu-1" }] })).toEqual([
      'status.devices[0]: Invalid value: {"Driver":"d.io","Pool":"node-1","Device":"gpu-1","ShareID":""}: must be an allocated device in the claim',
    ]);
    const held = { ...made, status: { allocation, reservedFor: [pod] } };
    expect(claims.row(held, 0)[0]).toBe("allocated,reserved");
    expect(claims.statusRefusals(held, { allocation: { devices: { results: [{ ...result, device: "gpu-1" }] } } })).toHaveLength(1);
  });
});

describe("a ResourceSlice", () => {
  const device = { name: "gpu-0", attributes: { model: { string: "a" } }, capacity: { memory: { value: "8Gi" } } };
  const slice = (more: object = {}) => ({
    metadata,
    spec: {
      driver: "d.io",
      nodeName: "node-1",
      pool: { name: "node-1", generation: 1, resourceSliceCount: 1 },
      devices: [device],
      ...more,
    },
  });
  it("shows where it is, and dates its taints", () => {
    const made = slices.made(slice({ devices: [{ ...device, taints: [{ key: "k", effect: "NoSchedule" }] }] }));
    expect(slices.row(made, 0).slice(0, -1)).toEqual(["node-1", "d.io", "node-1"]);
    expect(made.spec.devices?.[0]?.taints).toEqual([{ key: "k", effect: "NoSchedule", timeAdded: "1970-01-01T00:00:00Z" }]);
    expect(resourceSlice.fields?.(made)).toEqual({ "spec.driver": "d.io", "spec.nodeName": "node-1" });
    expect(slices.updateRefusals(made, { spec: { nodeName: "node-2" } })).toEqual([
      'spec.nodeName: Invalid value: "node-2": field is immutable',
    ]);
  });
  it.each<[string, object, string[]]>([
    [
      "no place",
      { nodeName: undefined },
      ["spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"],
    ],
    [
      "two places",
      { allNodes: true },
      [
        'spec: Invalid value: "{`nodeName`, `allNodes`}": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set',
      ],
    ],
    [
      "an attribute of no value and one of a version that is none",
      { devices: [{ ...device, attributes: { a: {}, b: { version: "1" } } }] },
      [
        'spec.devices[0].attributes[a]: Invalid value: "": exactly one value must be specified',
        'spec.devices[0].attributes[b].version: Invalid value: "1": must be a string compatible with semver.org spec 2.0.0',
      ],
    ],
    [
      "a share of what nobody shares",
      { devices: [{ ...device, capacity: { memory: { value: "8Gi", requestPolicy: { default: "1Gi" } } } }] },
      ["spec.devices[0].capacity[memory].requestPolicy: Forbidden: allowMultipleAllocations must be true"],
    ],
    [
      "steps that miss the default",
      {
        devices: [
          {
            ...device,
            allowMultipleAllocations: true,
            capacity: { memory: { value: "8Gi", requestPolicy: { default: "3Gi", validRange: { min: "1Gi", max: "9Gi", step: "4Gi" } } } },
          },
        ],
      },
      [
        'spec.devices[0].capacity[memory].requestPolicy.validRange.max: Invalid value: "9Gi": max is larger than capacity value: 8Gi',
        'spec.devices[0].capacity[memory].requestPolicy.validRange.step: Invalid value: "3Gi": value is not a multiple of a given step (4Gi) from (1Gi)',
      ],
    ],
    [
      "half of what binds",
      { devices: [{ ...device, bindingConditions: ["ok"] }] },
      ["spec.devices[0].bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions"],
    ],
  ])("with %s", (_what, more, errors) => expect(slices.refusals(slice(more))).toEqual(errors));
});

it("a DeviceClass names an extended resource that is nobody else's", () => {
  const classes = front(deviceClass);
  expect(classes.refusals({ metadata, spec: { extendedResourceName: "cpu" } })).toEqual([
    'spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name',
  ]);
  expect(classes.refusals({ metadata, spec: { extendedResourceName: "example.com/gpu", selectors: [{}] } })).toEqual([
    "spec.selectors[0].cel: Required value",
  ]);
});

it("a ResourceClaimTemplate defaults its claim, and stays as it is", () => {
  const templates = front(resourceClaimTemplate);
  const made = templates.made({ metadata, spec: { metadata: { labels: { a: "b" } }, spec: { devices: { requests: [gpu] } } } });
  expect(made.spec.spec.devices?.requests?.[0]?.exactly?.count).toBe(1);
  expect(templates.refusals({ metadata, spec: { metadata: { name: "n" }, spec: {} } })).toEqual([
    "spec.metadata.name: Forbidden: cannot be set",
  ]);
  expect(templates.updateRefusals(made, { spec: { metadata: { labels: { a: "c" } } } })[0]).toMatch(/^spec: .*field is immutable$/);
});
