import { describe, expect, it } from "vitest";
import type { Pod, PodSpec } from "../../api/index.ts";
import { testServer } from "../testing/server.ts";

const PODS = "/api/v1/namespaces/default/pods";
const STRATEGIC = "application/strategic-merge-patch+json";

async function withPod(spec: object = {}, metadata: object = {}) {
  const s = await testServer({ admission: { disable: ["ServiceAccount"] } });
  const body = { metadata: { name: "p", ...metadata }, spec: { containers: [{ name: "c", image: "a:1" }], ...spec } };
  expect(await s.ask("POST", PODS, { body })).toMatchObject({ status: 201 });
  const patch = async (subresource: string, changed: object): Promise<Pod | string> => {
    const answer = await s.ask("PATCH", `${PODS}/p/${subresource}`, { body: { spec: changed }, contentType: STRATEGIC });
    return answer.status === 200 ? (answer.body as Pod) : (answer.body as { message: string }).message;
  };
  /** As the kubelet and the scheduler would say. */
  const status = async (given: object): Promise<void> => {
    const pod = (await s.ask("GET", `${PODS}/p`)).body as Pod;
    expect(await s.ask("PUT", `${PODS}/p/status`, { body: { ...pod, status: { ...pod.status, ...given } } })).toMatchObject({
      status: 200,
    });
  };
  return { ...s, patch, status };
}

describe("pods/ephemeralcontainers", () => {
  const debug = { name: "debug", image: "busybox", targetContainerName: "c" };

  it("adds one, takes nothing else, and keeps what is there", async () => {
    const s = await withPod();
    const made = (await s.patch("ephemeralcontainers", { hostname: "other", ephemeralContainers: [debug] })) as Pod;
    expect(made.spec?.hostname).toBeUndefined();
    expect(made.spec?.ephemeralContainers).toMatchObject([{ ...debug, imagePullPolicy: "Always" }]);
    expect(made.metadata?.generation).toBe(2);
    expect(await s.patch("ephemeralcontainers", { ephemeralContainers: [{ name: "debug", image: "other" }] })).toBe(
      'Pod "p" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be changed\n@@ -1,6 +1,6 @@\n {\n  "Name": "debug",\n- "Image": "busybox",\n+ "Image": "other",\n  "Command": null,\n  "Args": null,\n  "WorkingDir": "",\n',
    );
    expect(await s.patch("ephemeralcontainers", { ephemeralContainers: [{ name: "debug", $patch: "delete" }] })).toBe(
      'Pod "p" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n',
    );
    const lost = { ...debug, name: "lost", targetContainerName: "none" };
    expect(await s.patch("ephemeralcontainers", { ephemeralContainers: [lost] })).toBe(
      'Pod "p" is invalid: spec.ephemeralContainers[0].targetContainerName: Not found: "none"',
    );
  });
});

describe("pods/resize", () => {
  const sized = (cpu: string, rest: object = {}): Pick<PodSpec, "containers"> => ({
    containers: [{ name: "c", image: "a:1", resources: { requests: { cpu, memory: "64Mi" } }, ...rest }],
  });

  it("changes CPU and memory", async () => {
    const s = await withPod(sized("100m"));
    const made = (await s.patch("resize", { containers: [{ name: "c", resources: { requests: { cpu: "200m" } } }] })) as Pod;
    expect(made.spec?.containers[0]?.resources?.requests).toEqual({ cpu: "200m", memory: "64Mi" });
    expect(made.metadata?.generation).toBe(2);
  });

  const rows: readonly [string, object, object, string][] = [
    [
      "not the class of service",
      sized("100m"),
      { containers: [{ name: "c", resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } } }] },
      'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    ],
    [
      "not to nothing",
      sized("100m"),
      { containers: [{ name: "c", resources: { requests: { cpu: null } } }] },
      "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed",
    ],
    [
      "nothing but CPU and memory",
      sized("100m"),
      { containers: [{ name: "c", resources: { requests: { "ephemeral-storage": "1Gi" } } }] },
      "spec: Forbidden: only cpu and memory resources are mutable",
    ],
    [
      "not what initializes",
      { ...sized("100m"), initContainers: [{ name: "i", image: "a:1", resources: { requests: { cpu: "1" } } }] },
      { initContainers: [{ name: "i", resources: { requests: { cpu: "2" } } }] },
      "spec: Forbidden: resources for non-sidecar init containers are immutable",
    ],
  ];
  it.each(rows)("changes %s", async (_, spec, changed, message) => {
    expect(await (await withPod(spec)).patch("resize", changed)).toBe(`Pod "p" is invalid: ${message}`);
  });

  it("asks of the node that it says what containers have", async () => {
    const s = await withPod(sized("100m"));
    const running = { name: "c", image: "", imageID: "", ready: true, restartCount: 0, state: { running: {} } };
    await s.status({ containerStatuses: [running] });
    expect(await s.patch("resize", { containers: [{ name: "c", resources: { requests: { cpu: "200m" } } }] })).toBe(
      'Pod "p" is invalid: spec: Forbidden: Pod running on node without support for resize',
    );
  });
});

it("pods/binding ends the pod's nomination, come true or not", async () => {
  const s = await withPod();
  await s.status({ nominatedNodeName: "m" });
  const body = { apiVersion: "v1", kind: "Binding", metadata: { name: "p" }, target: { kind: "Node", name: "n" } };
  expect(await s.ask("POST", `${PODS}/p/binding`, { body })).toMatchObject({ status: 201 });
  const pod = (await s.ask("GET", `${PODS}/p`)).body as Pod;
  expect([pod.spec?.nodeName, pod.status?.nominatedNodeName]).toEqual(["n", undefined]);
});

describe("pods/eviction", () => {
  const EVICTION = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "p", namespace: "default" } };
  const BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
  const conditions = [{ type: "Ready", status: "True" }];

  /** A pod that runs, and a budget whose controller has spoken, unless it has not. */
  async function guarded(status: object | undefined, spec: object = {}) {
    const s = await withPod({ nodeName: "n" }, { labels: { app: "a" } });
    await s.status({ phase: "Running", conditions });
    const body = { metadata: { name: "b" }, spec: { minAvailable: 1, selector: { matchLabels: { app: "a" } }, ...spec } };
    const made = (await s.ask("POST", BUDGETS, { body })).body as object;
    const full = { observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, ...status };
    if (status) await s.ask("PUT", `${BUDGETS}/b/status`, { body: { ...made, status: full } });
    const evict = (extra: object = {}) => s.ask("POST", `${PODS}/p/eviction`, { body: { ...EVICTION, ...extra } });
    return { ...s, evict };
  }

  const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";

  it("is refused while the budget has none left, and says why", async () => {
    expect(await (await guarded({ disruptionsAllowed: 0 })).evict()).toMatchObject({
      status: 429,
      body: {
        reason: "TooManyRequests",
        message: REFUSED,
        details: { causes: [{ reason: "DisruptionBudget", message: "The disruption budget b needs 1 healthy pods and has 1 currently" }] },
      },
    });
  });

  it("is refused while nobody has counted", async () => {
    expect(await (await guarded(undefined)).evict()).toMatchObject({
      status: 429,
      body: {
        message: REFUSED,
        details: {
          retryAfterSeconds: 10,
          causes: [{ reason: "DisruptionBudget", message: "The disruption budget b is still being processed by the server." }],
        },
      },
    });
  });

  it("spends the budget, marks the pod, and deletes it", async () => {
    const s = await guarded({ disruptionsAllowed: 1 });
    expect(await s.evict()).toMatchObject({ status: 201, body: { kind: "Status", status: "Success", code: 201 } });
    expect((await s.ask("GET", `${BUDGETS}/b`)).body).toMatchObject({
      status: { disruptionsAllowed: 0, disruptedPods: { p: "2026-01-01T00:00:00Z" } },
    });
    const pod = (await s.ask("GET", `${PODS}/p`)).body as Pod;
    expect(pod.metadata?.deletionTimestamp).toBeDefined();
    expect(pod.status?.conditions?.find((c) => c.type === "DisruptionTarget")).toMatchObject({
      status: "True",
      reason: "EvictionByEvictionAPI",
      message: "Eviction API: evicting",
    });
  });

  it("changes nothing in a dry run", async () => {
    const s = await guarded({ disruptionsAllowed: 1 });
    expect(await s.evict({ deleteOptions: { dryRun: ["All"] } })).toMatchObject({ status: 201 });
    expect((await s.ask("GET", `${BUDGETS}/b`)).body).toMatchObject({ status: { disruptionsAllowed: 1 } });
    expect(((await s.ask("GET", `${PODS}/p`)).body as Pod).metadata?.deletionTimestamp).toBeUndefined();
  });

  it("needs no budget for what does not serve, when the budget says so", async () => {
    const s = await guarded({ disruptionsAllowed: 0 }, { unhealthyPodEvictionPolicy: "AlwaysAllow" });
    await s.status({ conditions: [{ type: "Ready", status: "False" }] });
    expect(await s.evict()).toMatchObject({ status: 201 });
  });
});
