import { expect, it } from "vitest";
import type { Pod, ResourceClaimTemplate, ResourceResourceClaim } from "../../api/index.ts";
import { claimFor, needsClaims, needsWork, released } from "./decide.ts";

const pod = (more: Partial<Pod["spec"]> = {}, status: Pod["status"] = {}, metadata: object = {}): Pod => ({
  metadata: { namespace: "default", name: "p", uid: "u", ...metadata },
  spec: { containers: [], resourceClaims: [{ name: "gpu", resourceClaimTemplateName: "t" }], ...more },
  status,
});
const claim = (more: Partial<ResourceResourceClaim> = {}): ResourceResourceClaim => ({
  metadata: {
    namespace: "default",
    name: "p-gpu-1",
    ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "p", uid: "u", controller: true }],
  },
  spec: {},
  ...more,
});
const told = { resourceClaimStatuses: [{ name: "gpu", resourceClaimName: "p-gpu-1" }] };
const allocation = {};

it.each<[string, Pod, ResourceResourceClaim | undefined, boolean]>([
  ["a pod without its claim", pod(), undefined, true],
  ["one that is leaving", pod({}, {}, { deletionTimestamp: "now" }), undefined, false],
  ["one whose claim is lost", pod({}, told), undefined, true],
  ["one whose own claim is yet to come", pod({ resourceClaims: [{ name: "gpu", resourceClaimName: "mine" }] }), undefined, false],
  ["one whose claim is there", pod({}, told), claim(), false],
  ["one whose claim's name is somebody else's", pod({}, told), claim({ metadata: { name: "p-gpu-1" } }), false],
  ["one that needs none", pod({}, { resourceClaimStatuses: [{ name: "gpu" }] }), undefined, false],
  ["one on a node that nobody reserved for", pod({ nodeName: "n" }, told), claim({ status: { allocation } }), true],
  [
    "one on a node with its reservation",
    pod({ nodeName: "n" }, told),
    claim({ status: { allocation, reservedFor: [{ resource: "pods", name: "p", uid: "u" }] } }),
    false,
  ],
])("%s is work: %s", (_what, given, found, work) => expect(needsWork(given, () => found)).toBe(work));

it.each<[string, Pod, boolean]>([
  ["a new pod", pod(), true],
  ["a done one", pod({}, { phase: "Succeeded" }), false],
  ["one that leaves a node", pod({ nodeName: "n" }, {}, { deletionTimestamp: "now" }), true],
  ["one that leaves before it got a node", pod({}, {}, { deletionTimestamp: "now" }), false],
])("%s needs its claims: %s", (_what, given, needs) => expect(needsClaims(given)).toBe(needs));

const template: ResourceClaimTemplate = {
  spec: { metadata: { labels: { a: "b" }, annotations: { c: "d" } }, spec: { devices: { requests: [{ name: "r" }] } } },
};

it("makes a claim from a template, in its pod's name", () => {
  expect(claimFor(pod(), { name: "gpu" }, template)).toMatchObject({
    metadata: {
      generateName: "p-gpu-",
      namespace: "default",
      labels: { a: "b" },
      annotations: { c: "d", "resource.kubernetes.io/pod-claim-name": "gpu" },
      ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "p", uid: "u", controller: true, blockOwnerDeletion: true }],
    },
    spec: template.spec.spec,
  });
  const long = claimFor(pod({}, {}, { name: "p".repeat(60) }), { name: "g".repeat(30) }, template).metadata?.generateName ?? "";
  expect(long).toMatch(/^p{37}-g{18}$/);
});

it("lets go of devices with the last who holds a claim", () => {
  const [one, two] = ["1", "2"].map((uid) => ({ resource: "pods", name: uid, uid }));
  const held = claim({ status: { allocation, reservedFor: [one, two] as never } });
  expect(released(held, [two as never]).status).toEqual({ allocation, reservedFor: [two] });
  expect(released(held, []).status).toEqual({});
});
