import { beforeEach, describe, expect, it } from "vitest";
import type { HorizontalPodAutoscaler } from "../../api/index.ts";
import { deployment, world, type World } from "../testing/world.ts";

const UNREAD =
  "unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)";

describe("the horizontal pod autoscaler, without metrics", () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
  });
  const autoscaler = (name: string, spec: object = {}): HorizontalPodAutoscaler => ({
    metadata: { name, namespace: "default" },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, maxReplicas: 5, ...spec },
  });
  const create = (hpa: HorizontalPodAutoscaler) => w.client.create("horizontalpodautoscalers", hpa);
  const status = async (name: string) => (await w.client.get("horizontalpodautoscalers", "default", name)).status;
  const conditions = async (name: string) => (await status(name))?.conditions?.map((c) => [c.type, c.status, c.reason, c.message]);
  const replicas = async () => (await w.client.get("deployments", "default", "web")).spec?.replicas;
  const ABLE = "the HPA controller was able to get the target's current scale";

  it("keeps to its bounds, fifteen seconds after it came", async () => {
    await w.client.create("deployments", deployment("web", 1));
    await create(autoscaler("web", { minReplicas: 2 }));
    await w.clock.advance(14_900);
    expect(await replicas()).toBe(1);
    await w.clock.advance(200);
    expect(await replicas()).toBe(2);
    expect(await w.events("SuccessfulRescale")).toEqual(["New size: 2; reason: Current number of replicas below Spec.MinReplicas"]);
    expect(await status("web")).toMatchObject({ currentReplicas: 1, desiredReplicas: 2, currentMetrics: null });
    expect(await conditions("web")).toEqual([
      ["AbleToScale", "True", "SucceededRescale", "the HPA controller was able to update the target scale to 2"],
    ]);
    await w.client.patch("deployments", "default", "web", "merge", { spec: { replicas: 9 } });
    await w.clock.advance(15_000);
    expect(await replicas()).toBe(5);
    expect((await w.events("SuccessfulRescale"))[1]).toBe("New size: 5; reason: Current number of replicas above Spec.MaxReplicas");
  });

  it("says why it knows nothing, and writes it once", async () => {
    await w.client.create("deployments", deployment("web", 2));
    await create(autoscaler("web"));
    await w.clock.advance(16_000);
    expect(await conditions("web")).toEqual([
      ["AbleToScale", "True", "SucceededGetScale", ABLE],
      [
        "ScalingActive",
        "False",
        "FailedGetResourceMetric",
        `the HPA was unable to compute the replica count: failed to get cpu utilization: ${UNREAD}`,
      ],
    ]);
    expect(await status("web")).toMatchObject({ currentReplicas: 2, desiredReplicas: 0, currentMetrics: [{ type: "" }] });
    expect(await w.events("FailedGetResourceMetric")).toEqual([`failed to get cpu utilization: ${UNREAD}`]);
    expect(await w.events("FailedComputeMetricsReplicas")).toEqual([
      `invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: failed to get cpu utilization: ${UNREAD}`,
    ]);
    const { metadata } = await w.client.get("horizontalpodautoscalers", "default", "web");
    await w.clock.advance(60_000);
    expect((await w.client.get("horizontalpodautoscalers", "default", "web")).metadata?.resourceVersion).toBe(metadata?.resourceVersion);
    const counted = (await w.client.list("events")).items.filter((e) => e.reason === "FailedGetResourceMetric");
    expect(counted.map((e) => [e.count, e.source?.component])).toEqual([[5, "horizontal-pod-autoscaler"]]);
  });

  it("leaves a target alone that was scaled to nothing", async () => {
    await w.client.create("deployments", deployment("web", 0));
    await create(autoscaler("web"));
    await w.clock.advance(16_000);
    expect(await conditions("web")).toEqual([
      ["AbleToScale", "True", "SucceededGetScale", ABLE],
      ["ScalingActive", "False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero"],
    ]);
    expect((await w.client.list("events")).items.filter((e) => e.involvedObject.kind === "HorizontalPodAutoscaler")).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["is not there", { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, 'deployments.apps "web" not found'],
    ["is of an unknown kind", { apiVersion: "foo/v1", kind: "Bar", name: "x" }, 'no matches for kind "Bar" in group "foo"'],
    ["cannot be scaled", { apiVersion: "v1", kind: "Pod", name: "x" }, "the server could not find the requested resource"],
    ["has no version", { apiVersion: "a/b/c", kind: "Pod", name: "x" }, "unexpected GroupVersion string: a/b/c"],
  ])("says that its target %s", async (_what, scaleTargetRef, message) => {
    await create(autoscaler("web", { scaleTargetRef }));
    await w.clock.advance(16_000);
    expect(await conditions("web")).toEqual([
      ["AbleToScale", "False", "FailedGetScale", `the HPA controller was unable to get the target's current scale: ${message}`],
    ]);
    expect(await w.events("FailedGetScale")).toEqual([message]);
  });

  it("counts no pods that another autoscaler counts", async () => {
    await w.client.create("deployments", deployment("web", 2));
    await create(autoscaler("a"));
    await create(autoscaler("b"));
    await w.clock.advance(40_000);
    const message = "pods by selector app=web are controlled by multiple HPAs: [default/a default/b]";
    expect((await conditions("a"))?.[1]).toEqual(["ScalingActive", "False", "AmbiguousSelector", message]);
    expect(await w.events("AmbiguousSelector")).toEqual([message, message]);
    await w.client.delete("horizontalpodautoscalers", "default", "b");
    await w.clock.advance(16_000);
    expect((await conditions("a"))?.[1]?.[2]).toBe("FailedGetResourceMetric");
  });
});
