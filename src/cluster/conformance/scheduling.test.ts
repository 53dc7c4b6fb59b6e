import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/index.ts";
import { type Loose, walkedCluster } from "../testing/walk.ts";

const PODS = "/api/v1/namespaces/default/pods";
const CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses";
const LIMITS = "limitranges";

type Walk = Awaited<ReturnType<typeof walkedCluster>>;

const paused = (name: string, spec: object, metadata: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, ...metadata },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name, image: "registry.k8s.io/pause:3.10" }], ...spec },
});
const asking = (name: string, amount: Readonly<Record<string, string>>) => [
  { name, image: "registry.k8s.io/pause:3.10", resources: { requests: amount, limits: amount } },
];
const onNode = (name: string) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: [name] }] }],
    },
  },
});
const priorityClass = (w: Walk, name: string, value: number) =>
  w.post(CLASSES, { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value });
const offer = (w: Walk, node: string, resource: string, amount: string | null) =>
  w.patch(`/api/v1/nodes/${node}/status`, { status: { capacity: { [resource]: amount } } });
const running = async (w: Walk, name: string, namespace = "default"): Promise<boolean> =>
  (await w.get<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`)).status?.phase === "Running";

/** Each node offers 3 of a resource, of which a pod takes 2: the first node's is the least important. */
async function crowded() {
  const w = await walkedCluster();
  for (const [name, value] of Object.entries({ low: 1, medium: 100, high: 1000 })) await priorityClass(w, name, value);
  const foo = { "scheduling.k8s.io/foo": "2" };
  const nodes = await w.list("/api/v1/nodes");
  const names = nodes.map(({ metadata }) => metadata?.name ?? "");
  for (const [i, node] of names.entries()) {
    await offer(w, node, "scheduling.k8s.io/foo", "3");
    const priorityClassName = i === 0 ? "low" : "medium";
    await w.post(PODS, paused(`pod${i}`, { priorityClassName, affinity: onNode(node), containers: asking(`pod${i}`, foo) }));
  }
  for (const i of names.keys()) await w.until(() => running(w, `pod${i}`));
  return { w, foo, others: names.slice(1).map((_, i) => `pod${i + 1}`) };
}

describe("[sig-scheduling] SchedulerPreemption", () => {
  it("validates basic preemption works", async () => {
    const { w, foo, others } = await crowded();
    await w.post(PODS, paused("preemptor", { priorityClassName: "high", containers: asking("preemptor", foo) }));
    await w.until(() => running(w, "preemptor"));
    expect(await w.gone(`${PODS}/pod0`)).toBe(true);
    for (const name of others) expect((await w.get<Pod>(`${PODS}/${name}`)).metadata?.deletionTimestamp).toBeUndefined();
    for (const { metadata } of await w.list("/api/v1/nodes")) await offer(w, metadata?.name ?? "", "scheduling.k8s.io/foo", null);
    expect((await w.get("/api/v1/nodes/node-1")).status?.["capacity"]).not.toHaveProperty("scheduling.k8s.io/foo");
    w.stop();
  });

  it("validates lower priority pod preemption by critical pod", async () => {
    const { w, foo, others } = await crowded();
    const system = "/api/v1/namespaces/kube-system/pods";
    await w.post(
      system,
      paused(
        "critical",
        { priorityClassName: "system-cluster-critical", containers: asking("critical", foo) },
        { namespace: "kube-system" },
      ),
    );
    await w.until(() => running(w, "critical", "kube-system"));
    expect(await w.gone(`${PODS}/pod0`)).toBe(true);
    for (const name of others) expect((await w.get<Pod>(`${PODS}/${name}`)).metadata?.deletionTimestamp).toBeUndefined();
    await w.remove(`${system}/critical`, { gracePeriodSeconds: 0 });
    w.stop();
  });

  it("runs ReplicaSets to verify preemption running path", async () => {
    const w = await walkedCluster();
    const fakecpu = "example.com/fakecpu";
    await offer(w, "node-2", fakecpu, "1000");
    for (const i of [1, 2, 3, 4]) await priorityClass(w, `p${i}`, i);
    const seen = await w.watch(PODS);
    const spec = (i: number, amount: string) => ({
      priorityClassName: `p${i}`,
      nodeSelector: { "kubernetes.io/hostname": "node-2" },
      containers: asking(`pod${i}`, { [fakecpu]: amount }),
    });
    const sets = "/apis/apps/v1/namespaces/default/replicasets";
    for (const [i, amount] of [
      [1, "200"],
      [2, "300"],
      [3, "450"],
    ] as const) {
      const labels = { name: `pod${i}` };
      const template = { metadata: { labels }, spec: { ...spec(i, amount), terminationGracePeriodSeconds: 0 } };
      const name = `rs-pod${i}`;
      await w.post(sets, {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        metadata: { name },
        spec: { replicas: 1, selector: { matchLabels: labels }, template },
      });
      await w.until(async () => (await w.get(`${sets}/${name}`)).status?.["availableReplicas"] === 1);
    }
    await w.post(PODS, paused("pod4", spec(4, "500"), { labels: { name: "pod4" } }));
    await w.until(async () => (await w.get<Pod>(`${PODS}/pod4`)).spec?.nodeName);
    await w.advance(30);
    const added = seen.filter(({ type }) => type === "ADDED").map(({ object }) => object.metadata?.name ?? "");
    expect([1, 2, 3].map((i) => added.filter((name) => name.startsWith(`rs-pod${i}-`)).length)).toEqual([2, 2, 1]);
    w.stop();
  });

  it("PodTopologySpread Preemption validates proper pods are preempted", async () => {
    const w = await walkedCluster();
    for (const [name, value] of Object.entries({ low: 1, medium: 100, high: 1000 })) await priorityClass(w, name, value);
    const key = "kubernetes.io/e2e-pts-preemption";
    const nodes = ["node-1", "node-2"];
    for (const node of nodes) {
      await w.patch(`/api/v1/nodes/${node}`, { metadata: { labels: { [key]: node } } });
      await offer(w, node, "example.com/fakePTSRes", "10");
    }
    const matchExpressions = [{ key, operator: "In", values: nodes }];
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } };
    const spread = (name: string, priorityClassName: string, amount: string, more: object = {}) =>
      paused(
        name,
        { priorityClassName, affinity, containers: asking("c", { "example.com/fakePTSRes": amount }), ...more },
        { labels: { pts: "" } },
      );
    await w.post(PODS, spread("high", "high", "9"));
    await w.until(() => running(w, "high"));
    for (const i of [1, 2, 3]) {
      await w.post(PODS, spread(`low-${i}`, "low", "3"));
      await w.until(() => running(w, `low-${i}`));
    }
    const labelSelector = { matchExpressions: [{ key: "pts", operator: "Exists" }] };
    const topologySpreadConstraints = [{ maxSkew: 1, topologyKey: key, whenUnsatisfiable: "DoNotSchedule", labelSelector }];
    await w.post(PODS, spread("medium", "medium", "3", { topologySpreadConstraints }));
    await w.until(() => running(w, "medium"));
    await w.advance(10);
    expect((await w.list(PODS)).map(({ metadata }) => metadata?.name?.replace(/-\d/, ""))).toEqual(["high", "low", "medium"]);
    w.stop();
  });

  it("validates pod disruption condition is added to the preempted pod", async () => {
    const w = await walkedCluster();
    await priorityClass(w, "low", 1);
    await priorityClass(w, "high", 1000);
    const held = { "example.com/dongle": "1" };
    await offer(w, "node-1", "example.com/dongle", "1");
    const finalizers = ["example.com/test-finalizer"];
    await w.post(PODS, paused("victim", { priorityClassName: "low", containers: asking("victim", held) }, { finalizers }));
    await w.until(() => running(w, "victim"));
    await w.post(PODS, paused("preemptor", { priorityClassName: "high", containers: asking("preemptor", held) }));
    await w.until(async () => (await w.get<Pod>(`${PODS}/victim`)).metadata?.deletionTimestamp);
    expect((await w.get<Pod>(`${PODS}/victim`)).status?.conditions).toContainEqual(
      expect.objectContaining({ type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler" }),
    );
    await w.patch(`${PODS}/victim`, [{ op: "remove", path: "/metadata/finalizers/0" }], "json");
    await w.until(() => w.gone(`${PODS}/victim`));
    await w.until(() => running(w, "preemptor"));
    w.stop();
  });

  it("verify PriorityClass endpoints can be operated with different HTTP methods", async () => {
    const w = await walkedCluster({ nodes: 0 });
    const [p1, p2] = [await priorityClass(w, "p1", 1), await priorityClass(w, "p2", 2)];
    const refusal = 'PriorityClass.scheduling.k8s.io "p1" is invalid: value: Forbidden: may not be changed in an update.';
    await expect(w.patch(`${CLASSES}/p1`, { value: 10 })).rejects.toThrow(refusal);
    await expect(w.put(`${CLASSES}/p2`, { ...p2, value: 20 })).rejects.toThrow(refusal.replace("p1", "p2"));
    await w.patch(`${CLASSES}/p1`, { description: "updated description" });
    await w.put(`${CLASSES}/p2`, { ...p2, description: "updated description" });
    for (const { metadata } of [p1, p2])
      expect(await w.get(`${CLASSES}/${metadata?.name}`)).toMatchObject({ description: "updated description" });
    w.stop();
  });
});

describe("[sig-scheduling] SchedulerPredicates", () => {
  it("validates resource limits of pods that are allowed to run", async () => {
    const w = await walkedCluster();
    const nodes = await w.list("/api/v1/nodes");
    for (const [i, { metadata }] of nodes.entries()) {
      const node = metadata?.name ?? "";
      await w.patch(`/api/v1/nodes/${node}`, { metadata: { labels: { node } } });
      await offer(w, node, "example.com/beardsecond", "1000");
      await w.post(PODS, paused(`filler${i}`, { affinity: onNode(node), containers: asking("f", { "example.com/beardsecond": "700" }) }));
    }
    for (const i of nodes.keys()) await w.until(() => running(w, `filler${i}`));
    await w.post(PODS, paused("additional", { containers: asking("a", { "example.com/beardsecond": "500" }) }));
    await w.advance(10);
    const events = await w.list<Loose & { reason: string; message: string }>("/api/v1/namespaces/default/events", {
      fieldSelector: "involvedObject.kind=Pod,involvedObject.name=additional,source=default-scheduler",
    });
    expect(events.map(({ reason, message }) => [reason, message])).toEqual([
      [
        "FailedScheduling",
        "0/3 nodes are available: 3 Insufficient example.com/beardsecond. no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
      ],
    ]);
    w.stop();
  });

  it("validates that NodeSelector is respected, matching or not", async () => {
    const w = await walkedCluster();
    await w.post(PODS, paused("restricted", { nodeSelector: { label: "nonempty" } }));
    await w.advance(10);
    expect((await w.get<Pod>(`${PODS}/restricted`)).status?.conditions?.[0]).toMatchObject({
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message:
        "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    });
    await w.patch("/api/v1/nodes/node-3", { metadata: { labels: { "kubernetes.io/e2e-x": "42" } } });
    await w.post(PODS, paused("with-labels", { nodeSelector: { "kubernetes.io/e2e-x": "42" } }));
    await w.until(() => running(w, "with-labels"));
    expect((await w.get<Pod>(`${PODS}/with-labels`)).spec?.nodeName).toBe("node-3");
    w.stop();
  });

  it("validates that there exists conflict between pods with same hostPort and protocol but one using 0.0.0.0 hostIP", async () => {
    const w = await walkedCluster();
    const ports = (port: object) => [
      { name: "c", image: "registry.k8s.io/pause:3.10", ports: [{ containerPort: 8080, hostPort: 54322, ...port }] },
    ];
    const nodeSelector = { "kubernetes.io/hostname": "node-2" };
    await w.post(PODS, paused("pod4", { nodeSelector, containers: ports({ protocol: "TCP" }) }));
    await w.until(() => running(w, "pod4"));
    await w.post(PODS, paused("pod5", { nodeSelector, containers: ports({ protocol: "TCP", hostIP: "10.0.0.7" }) }));
    await w.post(PODS, paused("pod6", { nodeSelector, containers: ports({ protocol: "UDP", hostIP: "10.0.0.7" }) }));
    await w.until(() => running(w, "pod6"));
    await w.advance(60);
    expect((await w.get<Pod>(`${PODS}/pod5`)).spec?.nodeName).toBeUndefined();
    w.stop();
  });
});

describe("[sig-scheduling] LimitRange", () => {
  const limit = (name: string, limits: object, labels: object = {}) => ({
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name, labels },
    spec: { limits: [limits] },
  });
  const list = (cpu: string, memory: string, storage: string) => ({ cpu, memory, "ephemeral-storage": storage });

  it("should create a LimitRange with defaults and ensure pod has those defaults applied", async () => {
    const w = await walkedCluster();
    const ranges = `/api/v1/namespaces/default/${LIMITS}`;
    const seen = await w.watch(ranges, { labelSelector: "time=now" });
    const limits = {
      type: "Container",
      min: list("50m", "100Mi", "100Gi"),
      max: list("500m", "500Mi", "500Gi"),
      default: list("500m", "500Mi", "500Gi"),
      defaultRequest: list("100m", "200Mi", "200Gi"),
      maxLimitRequestRatio: {},
    };
    await w.post(ranges, limit("limit-range", limits, { time: "now" }));
    await w.advance(1);
    expect(seen.map(({ type }) => type)).toEqual(["ADDED"]);
    const resources = async (name: string) => (await w.get<Pod>(`${PODS}/${name}`)).spec?.containers[0]?.resources;
    await w.post(PODS, paused("pod-no-resources", {}));
    expect(await resources("pod-no-resources")).toEqual({ requests: limits.defaultRequest, limits: limits.default });
    const partial = { limits: { cpu: "300m" }, requests: { memory: "150Mi", "ephemeral-storage": "150Gi" } };
    const container = (given: object) => [{ name: "c", image: "pause", resources: given }];
    await w.post(PODS, paused("pod-partial-resources", { containers: container(partial) }));
    expect(await resources("pod-partial-resources")).toEqual({
      requests: list("300m", "150Mi", "150Gi"),
      limits: list("300m", "500Mi", "500Gi"),
    });
    await expect(w.post(PODS, paused("too-little", { containers: container({ requests: list("10m", "50Mi", "50Gi") }) }))).rejects.toThrow(
      "minimum cpu usage per Container is 50m, but request is 10m",
    );
    await expect(w.post(PODS, paused("too-much", { containers: container({ limits: list("600m", "600Mi", "600Gi") }) }))).rejects.toThrow(
      "maximum cpu usage per Container is 500m, but limit is 600m",
    );
    const range = await w.get(`${ranges}/limit-range`);
    await w.put(`${ranges}/limit-range`, { ...range, spec: { limits: [{ ...limits, min: list("9m", "49Mi", "49Gi") }] } });
    await w.post(PODS, paused("little", { containers: container({ requests: list("10m", "50Mi", "50Gi") }) }));
    await expect(w.post(PODS, paused("too-much", { containers: container({ limits: list("600m", "600Mi", "600Gi") }) }))).rejects.toThrow(
      "is forbidden",
    );
    await w.remove(`${ranges}/limit-range`, { gracePeriodSeconds: 30 });
    await w.advance(1);
    expect(seen.map(({ type }) => type)).toEqual(["ADDED", "MODIFIED", "DELETED"]);
    await w.post(PODS, paused("large", { containers: container({ limits: list("600m", "600Mi", "600Gi") }) }));
    w.stop();
  });

  it("should list, patch and delete a LimitRange by collection", async () => {
    const w = await walkedCluster({ nodes: 0 });
    await w.post("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "second" } });
    const range = limit("r", { type: "Container", defaultRequest: list("50m", "100Mi", "100Gi") }, { r: "created" });
    for (const namespace of ["default", "second"]) await w.post(`/api/v1/namespaces/${namespace}/${LIMITS}`, range);
    expect(await w.list(`/api/v1/${LIMITS}`, { labelSelector: "r=created" })).toHaveLength(2);
    const patch = {
      metadata: { labels: { r: "patched" } },
      spec: { limits: [{ type: "Container", default: { cpu: "1" }, min: { cpu: "10m" } }] },
    };
    expect((await w.patch(`/api/v1/namespaces/default/${LIMITS}/r`, patch)).spec).toEqual({
      limits: [{ type: "Container", default: { cpu: "1" }, defaultRequest: { cpu: "1" }, min: { cpu: "10m" } }],
    });
    await w.remove(`/api/v1/namespaces/default/${LIMITS}`, undefined, { labelSelector: "r=patched" });
    expect(await w.list(`/api/v1/${LIMITS}`, { labelSelector: "r=patched" })).toEqual([]);
    expect(await w.list(`/api/v1/${LIMITS}`, { labelSelector: "r=created" })).toHaveLength(1);
    w.stop();
  });
});
