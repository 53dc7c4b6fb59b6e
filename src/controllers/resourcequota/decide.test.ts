import { describe, expect, it } from "vitest";
import type { KubeObject, Pod, ResourceResourceClaim, ResourceQuota } from "../../api/index.ts";
import { world } from "../testing/world.ts";
import { countedKinds, givesBack, statusOf } from "./decide.ts";

const PODS = { group: "", plural: "pods" };
const DEPLOYMENTS = { group: "apps", plural: "deployments" };
const quota = (hard: Record<string, string>, spec: object = {}): ResourceQuota => ({ spec: { hard, ...spec } });
const pod = (phase: string, cpu?: string): Pod => ({
  metadata: { name: "p" },
  spec: { containers: [{ name: "c", ...(cpu === undefined ? {} : { resources: { requests: { cpu } } }) }] },
  status: { phase },
});

describe("what a quota's status should be", () => {
  const rows: readonly [string, ResourceQuota, readonly Pod[], object][] = [
    ["nothing yet", quota({ pods: "2" }), [], { pods: "0" }],
    [
      "what lives, and all there is",
      quota({ pods: "2", "count/pods": "5", "requests.cpu": "1" }),
      [pod("Running", "250m"), pod("Pending", "500m"), pod("Succeeded", "1")],
      { "count/pods": "3", pods: "2", "requests.cpu": "750m" },
    ],
    ["in its scope", quota({ pods: "2" }, { scopes: ["BestEffort"] }), [pod("Running"), pod("Running", "1")], { pods: "1" }],
  ];
  it.each(rows)("%s", (_, given, pods, used) => expect(statusOf(given, [[PODS, pods]], 0)).toEqual({ hard: given.spec?.hard, used }));

  it("counts devices by their class, of alternatives the dearest", () => {
    const claim = (devices: ResourceResourceClaim["spec"]["devices"]): ResourceResourceClaim => ({
      metadata: { name: "c" },
      spec: { ...(devices ? { devices } : {}) },
    });
    const claims = [
      claim({ requests: [{ name: "a", exactly: { deviceClassName: "gpu", count: 2 } }] }),
      claim({
        requests: [
          {
            name: "b",
            firstAvailable: [
              { name: "x", deviceClassName: "gpu", count: 1 },
              { name: "y", deviceClassName: "gpu", count: 4 },
              { name: "z", deviceClassName: "nic" },
            ],
          },
          { name: "c", exactly: { deviceClassName: "nic", allocationMode: "All" } },
        ],
      }),
    ];
    const hard = {
      "gpu.deviceclass.resource.k8s.io/devices": "9",
      "nic.deviceclass.resource.k8s.io/devices": "99",
      "count/resourceclaims.resource.k8s.io": "5",
    };
    expect(statusOf(quota(hard), [[{ group: "resource.k8s.io", plural: "resourceclaims" }, claims]], 0)?.used).toEqual({
      "gpu.deviceclass.resource.k8s.io/devices": "6",
      "nic.deviceclass.resource.k8s.io/devices": "33",
      "count/resourceclaims.resource.k8s.io": "2",
    });
  });

  it("is left alone when it is so", () => {
    const status = { hard: { pods: "2" }, used: { pods: "1" } };
    expect(statusOf({ ...quota({ pods: "2" }), status }, [[PODS, [pod("Running")]]], 0)).toBeUndefined();
  });

  it("looks at the kinds that it names", () => {
    expect(countedKinds(quota({ "count/deployments.apps": "1" }), [PODS, DEPLOYMENTS])).toEqual([DEPLOYMENTS]);
  });
});

describe("what gives back", () => {
  const rows: readonly [string, { group: string; plural: string }, KubeObject | undefined, KubeObject | undefined, boolean][] = [
    ["not what is new", PODS, pod("Pending"), undefined, false],
    ["what is gone", DEPLOYMENTS, undefined, {}, true],
    ["a pod that ended", PODS, pod("Failed"), pod("Running"), true],
    ["not a pod that started", PODS, pod("Running"), pod("Pending"), false],
    ["a pod that was resized", PODS, pod("Running", "1"), pod("Running", "2"), true],
    ["not what only changed", DEPLOYMENTS, { metadata: { name: "a" } }, {}, false],
  ];
  it.each(rows)("%s", (_, kind, object, old, expected) => expect(givesBack(kind, object, old, 0)).toBe(expected));
});

describe("the resourcequota controller", () => {
  it("counts what is there, follows what admission charges, and gives back what is deleted", async () => {
    const w = await world();
    const map = (name: string) => ({ metadata: { name, namespace: "default" } });
    await w.client.create("configmaps", map("a"));
    await w.client.create("resourcequotas", { metadata: { name: "q", namespace: "default" }, spec: { hard: { configmaps: "3" } } });
    await w.clock.advance(100);
    const used = async () => (await w.client.get("resourcequotas", "default", "q")).status?.used;
    // The cluster's CA is one of them.
    expect(await used()).toEqual({ configmaps: "2" });
    await w.client.create("configmaps", map("b"));
    expect(await used()).toEqual({ configmaps: "3" });
    await expect(w.client.create("configmaps", map("c"))).rejects.toThrow("exceeded quota: q");
    await w.client.delete("configmaps", "default", "a");
    await w.clock.advance(100);
    expect(await used()).toEqual({ configmaps: "2" });
    const quota = await w.client.get("resourcequotas", "default", "q");
    await w.client.update("resourcequotas", { ...quota, spec: { hard: { configmaps: "1", pods: "1" } } });
    await w.clock.advance(100);
    expect(await used()).toEqual({ configmaps: "2", pods: "0" });
    expect(w.errors()).toEqual([]);
  });
});
