import { describe, expect, it } from "vitest";
import { makePod, testKubelet } from "./testing/bench.ts";

const images = {
  "web:1": { present: true },
  "crash:1": { present: true, exitAfter: 1000, exitCode: 3 },
  "job:1": { present: true, exitAfter: 2000 },
  "far:1": { pull: 1200 },
  "stubborn:1": { present: true, onTerm: Infinity },
};

async function started(more: Parameters<typeof testKubelet>[1] = {}) {
  const t = testKubelet(images, more);
  const kubelet = t.make();
  const up = kubelet.start();
  await t.clock.advance(0);
  await up;
  t.api.writes.length = 0;
  t.api.events.length = 0;
  return { ...t, kubelet };
}

describe("a kubelet", () => {
  it("starts a pod with two status writes and three events", async () => {
    const t = await started();
    t.api.put("pods", makePod("a", [{ name: "web", image: "web:1" }]));
    await t.clock.advance(100);
    expect(t.api.writes).toEqual(["update pods/status default/a", "update pods/status default/a"]);
    expect(t.api.events).toEqual([
      'Normal Pulled: spec.containers{web}: Container image "web:1" already present on machine and can be accessed by the pod',
      "Normal Created: spec.containers{web}: Container created",
      "Normal Started: spec.containers{web}: Container started",
    ]);
    expect(t.api.causeless).toEqual([]);
    const status = t.pod("a")?.status;
    expect(status).toMatchObject({
      observedGeneration: 1,
      phase: "Running",
      podIP: "10.244.0.1",
      hostIP: "192.0.2.10",
      qosClass: "BestEffort",
    });
    expect(status?.conditions?.map((c) => `${c.type}=${c.status}`)).toEqual([
      "PodReadyToStartContainers=True",
      "Initialized=True",
      "Ready=True",
      "ContainersReady=True",
      "PodScheduled=True",
    ]);
    expect(status?.containerStatuses?.[0]).toMatchObject({
      ready: true,
      started: true,
      restartCount: 0,
      image: "web:1",
      state: { running: {} },
      lastState: {},
    });
    await t.clock.advance(100_000);
    expect(t.api.writes.filter((w) => w.includes("pods"))).toHaveLength(2);
  });

  it("pulls, and says how long it took", async () => {
    const t = await started();
    t.api.put("pods", makePod("a", [{ name: "web", image: "far:1" }]));
    await t.clock.advance(2000);
    expect(t.api.events.slice(0, 2)).toEqual([
      'Normal Pulling: spec.containers{web}: Pulling image "far:1"',
      'Normal Pulled: spec.containers{web}: Successfully pulled image "far:1" in 1.2s (1.2s including waiting). Image size: 1234 bytes.',
    ]);
  });

  it("words a missing image as the real one does", async () => {
    const t = await started();
    t.api.put("pods", makePod("a", [{ name: "web", image: "none:1" }]));
    await t.clock.advance(2500);
    const state = () => t.pod("a")?.status?.containerStatuses?.[0]?.state?.waiting;
    expect(state()).toEqual({
      reason: "ErrImagePull",
      message: 'rpc error: code = NotFound desc = failed to pull and unpack image "none:1": not found',
    });
    expect(t.api.events).toContain("Warning Failed: spec.containers{web}: Error: ErrImagePull");
    await t.clock.advance(15_000);
    expect(state()?.reason).toBe("ImagePullBackOff");
    expect(state()?.message).toContain('Back-off pulling image "none:1": ErrImagePull: rpc error');
    expect(
      await t.kubelet.logs({ namespace: "default", pod: "a", container: "web", follow: false, previous: false, timestamps: false }),
    ).toMatchObject({
      status: 400,
      body: { message: 'container "web" in pod "a" is waiting to start: trying and failing to pull image' },
    });
  });

  it("restarts a crashing container with back-off", async () => {
    const t = await started();
    t.api.put("pods", makePod("a", [{ name: "web", image: "crash:1" }]));
    await t.clock.advance(3000);
    const status = () => t.pod("a")?.status?.containerStatuses?.[0];
    expect(status()).toMatchObject({
      restartCount: 1,
      ready: false,
      started: false,
      state: { terminated: { exitCode: 3, reason: "Error" } },
    });
    expect(t.api.events.at(-1)).toBe(
      "Warning BackOff: spec.containers{web}: Back-off restarting failed container web in pod a_default(uid-a)",
    );
    await t.clock.advance(16_000);
    expect(status()).toMatchObject({ restartCount: 2, lastState: { terminated: { exitCode: 3 } } });
    await t.clock.advance(600_000);
    expect(t.runtime.calls.filter((c) => c.startsWith("start"))).toHaveLength(
      t.pod("a")?.status?.containerStatuses?.[0]?.restartCount === undefined ? 0 : (status()?.restartCount ?? 0) + 1,
    );
  });

  it("completes a pod that never restarts", async () => {
    const t = await started();
    t.api.put("pods", makePod("a", [{ name: "job", image: "job:1" }], { restartPolicy: "Never" }));
    await t.clock.advance(3000);
    const status = t.pod("a")?.status;
    expect(status?.phase).toBe("Succeeded");
    expect(status?.conditions?.map((c) => `${c.type}=${c.status} ${c.reason ?? ""}`)).toEqual([
      "PodReadyToStartContainers=False ",
      "Initialized=True PodCompleted",
      "Ready=False PodCompleted",
      "ContainersReady=False PodCompleted",
      "PodScheduled=True ",
    ]);
    expect(t.runtime.sandboxes()[0]?.ready).toBe(false);
  });

  it("ends a deleted pod gracefully, then deletes it for good", async () => {
    const t = await started();
    t.api.put("pods", makePod("a", [{ name: "web", image: "stubborn:1", lifecycle: { preStop: { sleep: { seconds: 2 } } } }]));
    await t.clock.advance(100);
    t.api.writes.length = 0;
    t.api.deletePod("default/a", 5);
    await t.clock.advance(4900);
    expect(t.pod("a")?.status?.phase).toBe("Running");
    await t.clock.advance(200);
    expect(t.pod("a")).toBeUndefined();
    expect(t.runtime.calls).toContain("stop web 3000");
    expect(t.api.events).toContain("Normal Killing: spec.containers{web}: Stopping container web");
    expect(t.api.writes).toEqual(["update pods/status default/a", "delete pods default/a 0"]);
    expect(t.runtime.sandboxes()).toEqual([]);
  });

  it("kills and restarts what fails its liveness probe", async () => {
    const t = await started();
    const livenessProbe = { tcpSocket: { port: 3000 }, periodSeconds: 2, failureThreshold: 2 };
    t.api.put("pods", makePod("a", [{ name: "web", image: "web:1", livenessProbe }]));
    await t.clock.advance(10_000);
    expect(t.api.events).toContain(
      "Warning Unhealthy: spec.containers{web}: Liveness probe failed: dial tcp 10.244.0.1:3000: connect: connection refused",
    );
    expect(t.api.events).toContain("Normal Killing: spec.containers{web}: Container web failed liveness probe, will be restarted");
    expect(t.pod("a")?.status?.containerStatuses?.[0]?.restartCount).toBeGreaterThan(0);
  });

  it("is ready only when the readiness probe passes, and counts on across a reload", async () => {
    const t = await started();
    const readinessProbe = { httpGet: { path: "/", port: "http" }, periodSeconds: 5 };
    t.api.put("pods", makePod("a", [{ name: "web", image: "web:1", ports: [{ name: "http", containerPort: 80 }], readinessProbe }]));
    await t.clock.advance(2000);
    const ready = () => t.pod("a")?.status?.conditions?.find((c) => c.type === "Ready");
    expect(ready()).toMatchObject({ status: "False", reason: "ContainersNotReady", message: "containers with unready status: [web]" });
    t.ports.set("10.244.0.1:80", 200);
    await t.clock.advance(6000);
    expect(ready()?.status).toBe("True");

    const records = t.kubelet.drain();
    t.kubelet.stop();
    const again = t.make();
    await again.restore(structuredCloneable(records));
    t.api.writes.length = 0;
    const up = again.start();
    await t.clock.advance(1000);
    await up;
    expect(t.api.writes.filter((w) => w.includes("pods"))).toEqual([]);
    expect(t.runtime.calls.filter((c) => c.startsWith("start"))).toHaveLength(1);
    t.ports.clear();
    await t.clock.advance(20_000);
    expect(ready()?.status).toBe("False");
  });

  it("goes on with back-offs and endings after a reload, as if there had been none", async () => {
    const t = await started();
    t.api.put("pods", makePod("a", [{ name: "web", image: "stubborn:1" }]));
    t.api.put("pods", makePod("b", [{ name: "web", image: "crash:1" }]));
    await t.clock.advance(60_000);
    t.api.deletePod("default/a", 20);
    await t.clock.advance(5000);
    const records = t.kubelet.drain();
    t.kubelet.stop();
    t.api.events.length = 0;
    t.api.writes.length = 0;
    const calls = t.runtime.calls.filter((c) => c.startsWith("start")).length;
    const again = t.make();
    await again.restore(structuredCloneable(records));
    const up = again.start();
    await t.clock.advance(100);
    await up;
    expect([t.api.events, t.api.writes.filter((w) => w.includes("pods"))]).toEqual([[], []]);
    expect(t.runtime.calls.filter((c) => c.startsWith("start"))).toHaveLength(calls);
    await t.clock.advance(14_800);
    expect(t.pod("a")).toBeDefined();
    await t.clock.advance(200);
    expect(t.pod("a")).toBeUndefined();
    await t.clock.advance(60_000);
    expect(t.runtime.calls.filter((c) => c.startsWith("start")).length).toBeGreaterThan(calls);
  });

  it("runs init containers in order, with their waiting reasons", async () => {
    const t = await started();
    t.api.put(
      "pods",
      makePod("a", [{ name: "app", image: "web:1" }], {
        initContainers: [
          { name: "one", image: "job:1" },
          { name: "side", image: "web:1", restartPolicy: "Always" },
        ],
      }),
    );
    await t.clock.advance(1000);
    expect(t.pod("a")?.status).toMatchObject({
      phase: "Pending",
      initContainerStatuses: [
        { name: "one", state: { running: {} } },
        { name: "side", state: { waiting: { reason: "PodInitializing" } } },
      ],
      containerStatuses: [{ state: { waiting: { reason: "PodInitializing" } } }],
    });
    await t.clock.advance(2000);
    expect(t.runtime.calls).toEqual(["sandbox a", "start one#0", "start side#0", "start app#0"]);
    expect(t.pod("a")?.status).toMatchObject({
      phase: "Running",
      initContainerStatuses: [
        { ready: true, started: false },
        { ready: true, started: true },
      ],
    });
    t.api.deletePod("default/a", 30);
    await t.clock.advance(3000);
    expect(t.runtime.calls.filter((c) => c.startsWith("stop"))).toEqual(["stop app 30000", "stop side 30000"]);
  });

  it("reports what keeps a volume from being mounted, then mounts it, and follows the ConfigMap", async () => {
    const t = await started();
    const volumes = [{ name: "conf", configMap: { name: "menu" } }];
    t.api.put("pods", makePod("a", [{ name: "web", image: "web:1", volumeMounts: [{ name: "conf", mountPath: "/menu" }] }], { volumes }));
    await t.clock.advance(100);
    expect(t.api.events).toEqual(['Warning FailedMount: MountVolume.SetUp failed for volume "conf" : configmap "menu" not found']);
    const menu = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "menu", namespace: "default", uid: "m" } };
    t.api.put("configmaps", { ...menu, data: { soup: "lentil" } });
    await t.clock.advance(2000);
    expect(t.pod("a")?.status?.phase).toBe("Running");
    const fs = [...t.runtime.volumes].find(([id]) => id.startsWith("pods/"))?.[1].fs;
    expect(fs?.readText("/soup")).toBe("lentil");
    t.api.put("configmaps", { ...menu, data: { soup: "tomato", bread: "rye" } });
    await t.clock.advance(100_000);
    expect(fs?.readText("/soup")).toBe("tomato");
    expect(fs?.readdir("/").filter((n) => !n.startsWith(".."))).toEqual(["bread", "soup"]);
  });

  it("complains about a volume that does not come", async () => {
    const t = await started();
    const volumes = [
      { name: "conf", secret: { secretName: "safe" } },
      { name: "disk", cephfs: { monitors: ["x"] } },
    ];
    const volumeMounts = [
      { name: "conf", mountPath: "/c" },
      { name: "disk", mountPath: "/d" },
    ];
    t.api.put("pods", makePod("a", [{ name: "web", image: "web:1", volumeMounts }], { volumes }));
    await t.clock.advance(130_000);
    expect(t.api.events).toContain(
      'Warning FailedMount: MountVolume.SetUp failed for volume "disk" : volume type "cephfs" is not simulated',
    );
    expect(t.api.events.filter((e) => e.includes("Unable"))).toEqual([
      "Warning FailedMount: Unable to attach or mount volumes: unmounted volumes=[conf disk], unattached volumes=[], failed to process volumes=[]: context deadline exceeded",
    ]);
    t.api.deletePod("default/a", 30);
    await t.clock.advance(1000);
    expect(t.pod("a")).toBeUndefined();
  });

  it("says why a container's configuration cannot be made", async () => {
    const t = await started();
    t.api.put("configmaps", { metadata: { name: "paint", namespace: "default", uid: "p" }, data: { shape: "round" } });
    const env = [{ name: "COLOUR", valueFrom: { configMapKeyRef: { name: "paint", key: "colour" } } }];
    t.api.put("pods", makePod("a", [{ name: "web", image: "web:1", env }]));
    await t.clock.advance(2000);
    expect(t.pod("a")?.status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: "CreateContainerConfigError",
      message: "couldn't find key colour in ConfigMap default/paint",
    });
  });

  it("kills a container whose postStart hook fails", async () => {
    const t = await started();
    t.runtime.commands.set("register", { code: 7 });
    const lifecycle = { postStart: { exec: { command: ["register"] } } };
    t.api.put(
      "pods",
      makePod("a", [{ name: "web", image: "web:1", lifecycle }], { restartPolicy: "Never", terminationGracePeriodSeconds: 1 }),
    );
    await t.clock.advance(3000);
    expect(t.api.events.slice(-2)).toEqual([
      "Warning FailedPostStartHook: spec.containers{web}: PostStartHook failed",
      "Normal Killing: spec.containers{web}: FailedPostStartHook",
    ]);
    expect(t.pod("a")?.status?.phase).toBe("Failed");
  });

  it("shows a container that a postStart hook holds back as being created", async () => {
    const t = await started();
    t.runtime.commands.set("register", { code: 0, takes: 7000 });
    t.api.put("pods", makePod("a", [{ name: "web", image: "web:1", lifecycle: { postStart: { exec: { command: ["register"] } } } }]));
    await t.clock.advance(4000);
    expect(t.pod("a")?.status?.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: "ContainerCreating" } });
    await t.clock.advance(4000);
    expect(t.pod("a")?.status?.phase).toBe("Running");
  });

  it("ends sidecars after a job's containers, and only then calls it succeeded", async () => {
    const t = await started();
    const initContainers = [{ name: "side", image: "stubborn:1", restartPolicy: "Always" }];
    t.api.put(
      "pods",
      makePod("a", [{ name: "job", image: "job:1" }], { restartPolicy: "Never", terminationGracePeriodSeconds: 5, initContainers }),
    );
    await t.clock.advance(4000);
    expect(t.pod("a")?.status?.phase).toBe("Running");
    await t.clock.advance(4000);
    expect(t.pod("a")?.status).toMatchObject({ phase: "Succeeded", initContainerStatuses: [{ state: { terminated: { exitCode: 137 } } }] });
  });

  it("gives up a pull for a pod that is deleted meanwhile", async () => {
    const t = await started();
    t.api.put("pods", makePod("a", [{ name: "web", image: "far:1" }]));
    await t.clock.advance(500);
    t.api.deletePod("default/a", 30);
    await t.clock.advance(100);
    expect(t.pod("a")).toBeUndefined();
    await t.clock.advance(5000);
    expect(t.runtime.calls.filter((c) => c.startsWith("start"))).toEqual([]);
  });

  it("ends what is left of a pod that was deleted by force", async () => {
    const t = await started();
    t.api.put("pods", makePod("a", [{ name: "web", image: "stubborn:1" }]));
    await t.clock.advance(500);
    t.api.writes.length = 0;
    t.api.remove("pods", "default/a");
    await t.clock.advance(40_000);
    expect(t.runtime.sandboxes()).toEqual([]);
    expect(t.api.writes.filter((w) => w.startsWith("delete"))).toEqual([]);
  });

  it("fails a pod past its deadline", async () => {
    const t = await started();
    t.api.put("pods", makePod("a", [{ name: "web", image: "web:1" }], { activeDeadlineSeconds: 5 }));
    await t.clock.advance(7000);
    expect(t.pod("a")?.status).toMatchObject({
      phase: "Failed",
      reason: "DeadlineExceeded",
      message: "Pod was active on the node longer than the specified deadline",
    });
  });

  it("takes back a readiness that somebody else wrote", async () => {
    const t = await started();
    t.api.put("pods", makePod("a", [{ name: "web", image: "web:1" }]));
    await t.clock.advance(500);
    const pod = t.pod("a");
    const conditions = pod?.status?.conditions?.map((c) => (c.type === "Ready" ? { ...c, status: "False" } : c));
    t.api.put("pods", { ...pod, status: { ...pod?.status, conditions: conditions ?? [] } });
    await t.clock.advance(500);
    expect(t.pod("a")?.status?.conditions?.find((c) => c.type === "Ready")?.status).toBe("True");
  });

  it("puts a token into a projected volume when there is an issuer, and keeps a subPath as it was", async () => {
    const t = await started({ tokenFor: async (_pod, audience, seconds) => () => `token for ${audience} ${seconds}` });
    t.api.put("configmaps", { metadata: { name: "m", namespace: "default", uid: "m" }, data: { k: "one" } });
    const sources = [{ configMap: { name: "m" } }, { serviceAccountToken: { path: "token", audience: "x", expirationSeconds: 700 } }];
    const volumeMounts = [
      { name: "all", mountPath: "/all" },
      { name: "all", mountPath: "/k", subPath: "k" },
    ];
    t.api.put(
      "pods",
      makePod("a", [{ name: "web", image: "web:1", volumeMounts }], { volumes: [{ name: "all", projected: { sources } }] }),
    );
    await t.clock.advance(500);
    const fs = [...t.runtime.volumes].find(([id]) => id.startsWith("pods/"))?.[1].fs;
    const mounts = [...t.runtime.configs.values()][0]?.mounts;
    expect(fs?.readText("/token")).toBe("token for x 700");
    expect(mounts?.[1]?.subPath).toMatch(/^\.\.\d{4}_.*\/k$/);
    t.api.put("configmaps", { metadata: { name: "m", namespace: "default", uid: "m" }, data: { k: "two" } });
    await t.clock.advance(100_000);
    expect([fs?.readText("/k"), fs?.readText(`/${mounts?.[1]?.subPath}`)]).toEqual(["two", "one"]);
  });

  it("turns away what does not fit", async () => {
    const t = await started();
    t.api.put("pods", makePod("a", [{ name: "web", image: "web:1", resources: { requests: { cpu: "64" } } }]));
    await t.clock.advance(100);
    expect(t.pod("a")?.status).toMatchObject({
      phase: "Failed",
      reason: "OutOfcpu",
      message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 64000, used: 0, capacity: 2000",
    });
    expect(t.runtime.calls).toEqual([]);
  });

  it("registers its node, keeps its lease and says so", async () => {
    const t = testKubelet(images);
    const up = t.make().start();
    await t.clock.advance(0);
    await up;
    expect(t.api.events.map((e) => e.split(":")[0])).toEqual([
      "Normal Starting",
      "Normal NodeAllocatableEnforced",
      "Normal NodeHasSufficientMemory",
      "Normal NodeHasNoDiskPressure",
      "Normal NodeHasSufficientPID",
      "Normal NodeReady",
    ]);
    await t.clock.advance(60_000);
    expect(t.api.writes.filter((w) => w.includes("leases"))).toHaveLength(6);
    expect(t.api.get("nodes", "node-1")).toMatchObject({
      metadata: { labels: { "kubernetes.io/hostname": "node-1" } },
      status: { capacity: { cpu: "2", memory: "4194304Ki", pods: "110" }, nodeInfo: { kubeletVersion: "v1.36.2" } },
    });
  });
});

const structuredCloneable = <T>(value: T): T => structuredClone(value);
declare function structuredClone<T>(value: T): T;
