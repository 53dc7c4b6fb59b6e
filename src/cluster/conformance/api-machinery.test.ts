import { describe, expect, it } from "vitest";
import type { Namespace, Pod, ReplicationController, ResourceQuota } from "../../api/index.ts";
import { walkedCluster } from "../testing/walk.ts";

type Walk = Awaited<ReturnType<typeof walkedCluster>>;
const NS = "/api/v1/namespaces/default";
const APPS = "/apis/apps/v1/namespaces/default";
const PODS = `${NS}/pods`;

const paused = (labels: object = {}) => ({
  metadata: { labels },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "nginx", image: "nginx" }] },
});
const pod = (name: string, more: object = {}, spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, ...more },
  spec: { ...paused().spec, ...spec },
});
const controller = (name: string, replicas: number) => ({
  apiVersion: "v1",
  kind: "ReplicationController",
  metadata: { name },
  spec: { replicas, selector: { "gc-test-pod": name }, template: paused({ "gc-test-pod": name }) },
});
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "simpletest" },
  spec: { replicas: 2, selector: { matchLabels: { app: "gc" } }, template: paused({ app: "gc" }) },
};
async function controlled(w: Walk, name: string, replicas: number): Promise<ReplicationController> {
  const rc = await w.post<ReplicationController>(`${NS}/replicationcontrollers`, controller(name, replicas));
  await w.until(async () => (await w.list(PODS, { labelSelector: `gc-test-pod=${name}` })).length === replicas);
  return rc;
}
const propagation = (policy: string, uid?: string) => ({ propagationPolicy: policy, ...(uid ? { preconditions: { uid } } : {}) });

describe("[sig-api-machinery] Garbage collector", () => {
  it("should delete pods created by rc when not orphaning", async () => {
    const w = await walkedCluster();
    const rc = await controlled(w, "rc", 2);
    await w.remove(`${NS}/replicationcontrollers/rc`, propagation("Background", rc.metadata?.uid));
    await w.until(async () => (await w.list(PODS)).length === 0);
    expect(await w.list(`${NS}/replicationcontrollers`)).toEqual([]);
    w.stop();
  });

  it("should orphan pods created by rc if delete options say so", async () => {
    const w = await walkedCluster();
    const rc = await controlled(w, "rc", 20);
    await w.remove(`${NS}/replicationcontrollers/rc`, propagation("Orphan", rc.metadata?.uid));
    await w.until(async () => (await w.list(`${NS}/replicationcontrollers`)).length === 0);
    await w.advance(30);
    const pods = await w.list(PODS);
    expect(pods).toHaveLength(20);
    expect(pods.flatMap(({ metadata }) => metadata?.ownerReferences ?? [])).toEqual([]);
    w.stop();
  });

  it.each(["Background", "Orphan"])("should delete a deployment with propagation %s", async (policy) => {
    const w = await walkedCluster();
    await w.post(`${APPS}/deployments`, deployment);
    await w.until(async () => (await w.list(PODS)).length === 2);
    await w.remove(`${APPS}/deployments/simpletest`, propagation(policy));
    await w.until(() => w.gone(`${APPS}/deployments/simpletest`));
    await w.advance(30);
    const sets = await w.list(`${APPS}/replicasets`);
    const kept = policy === "Orphan";
    expect([sets.length, (await w.list(PODS)).length]).toEqual(kept ? [1, 2] : [0, 0]);
    expect(sets.flatMap(({ metadata }) => metadata?.ownerReferences ?? [])).toEqual([]);
    w.stop();
  });

  it("should keep the rc around until all its pods are deleted if the deleteOptions says so", async () => {
    const w = await walkedCluster();
    const rc = await controlled(w, "rc", 20);
    const seen = await w.watch(PODS);
    const watched = await w.watch(`${NS}/replicationcontrollers`);
    await w.remove(`${NS}/replicationcontrollers/rc`, propagation("Foreground", rc.metadata?.uid));
    await w.until(() => w.gone(`${NS}/replicationcontrollers/rc`));
    await w.advance(1);
    expect(await w.list(PODS)).toEqual([]);
    const version = (object: { metadata?: { resourceVersion?: string } } | undefined) => Number(object?.metadata?.resourceVersion);
    const last = Math.max(...seen.filter(({ type }) => type === "DELETED").map(({ object }) => version(object)));
    expect(version(watched.find(({ type }) => type === "DELETED")?.object)).toBeGreaterThan(last);
    w.stop();
  });

  it("should not delete dependents that have both valid owner and owner that's waiting for dependents to be deleted", async () => {
    const w = await walkedCluster();
    const first = await controlled(w, "to-be-deleted", 20);
    const second = await w.post(`${NS}/replicationcontrollers`, controller("to-stay", 0));
    const half = (await w.list(PODS)).slice(0, 10);
    const owner = { apiVersion: "v1", kind: "ReplicationController", name: "to-stay", uid: second.metadata?.uid };
    for (const { metadata } of half) await w.patch(`${PODS}/${metadata?.name}`, { metadata: { ownerReferences: [owner] } });
    await w.remove(`${NS}/replicationcontrollers/to-be-deleted`, propagation("Foreground", first.metadata?.uid));
    await w.until(() => w.gone(`${NS}/replicationcontrollers/to-be-deleted`));
    await w.advance(30);
    const pods = await w.list(PODS);
    const names = (of: typeof pods) => new Set(of.map(({ metadata }) => metadata?.name));
    expect(names(pods)).toEqual(names(half));
    for (const { metadata } of pods) {
      expect(metadata?.deletionTimestamp).toBeUndefined();
      expect(metadata?.ownerReferences?.map(({ name }) => name)).toEqual(["to-stay"]);
    }
    w.stop();
  });

  it("should not be blocked by dependency circle", async () => {
    const w = await walkedCluster();
    const made = [];
    for (const name of ["pod1", "pod2", "pod3"]) made.push(await w.post<Pod>(PODS, pod(name)));
    for (const [i, { metadata }] of made.entries()) {
      const owner = made[(i + 2) % 3]?.metadata;
      const reference = { apiVersion: "v1", kind: "Pod", name: owner?.name, uid: owner?.uid, controller: true, blockOwnerDeletion: true };
      await w.patch(`${PODS}/${metadata?.name}`, { metadata: { ownerReferences: [reference] } });
    }
    await w.remove(`${PODS}/pod1`, { ...propagation("Foreground", made[0]?.metadata?.uid), gracePeriodSeconds: 0 });
    expect(await w.until(async () => (await w.list(PODS)).length === 0)).toBeLessThan(30);
    w.stop();
  });
});

describe("[sig-api-machinery] Namespaces", () => {
  const namespace = (name: string, more: object = {}) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, ...more } });
  const spaces = "/api/v1/namespaces";

  it("should ensure that all pods and services are removed when a namespace is deleted", async () => {
    const w = await walkedCluster();
    await w.post(spaces, namespace("nsdeletetest"));
    await w.until(async () => !(await w.gone(`${spaces}/nsdeletetest/serviceaccounts/default`)));
    await w.post(`${spaces}/nsdeletetest/pods`, pod("test-pod"));
    const ports = [{ port: 80, targetPort: 80 }];
    await w.post(`${spaces}/nsdeletetest/services`, { apiVersion: "v1", kind: "Service", metadata: { name: "svc" }, spec: { ports } });
    await w.until(async () => (await w.get<Pod>(`${spaces}/nsdeletetest/pods/test-pod`)).status?.phase === "Running");
    await w.remove(`${spaces}/nsdeletetest`);
    await w.until(() => w.gone(`${spaces}/nsdeletetest`));
    await w.post(spaces, namespace("nsdeletetest"));
    expect(await w.list(`${spaces}/nsdeletetest/pods`)).toEqual([]);
    expect(await w.list(`${spaces}/nsdeletetest/services`)).toEqual([]);
    w.stop();
  });

  it("OrderedNamespaceDeletion namespace deletion should delete pod first", async () => {
    const w = await walkedCluster();
    await w.post(spaces, namespace("ordered"));
    await w.until(async () => !(await w.gone(`${spaces}/ordered/serviceaccounts/default`)));
    await w.post(`${spaces}/ordered/pods`, pod("pod", { finalizers: ["e2e.example.com/finalizer"] }));
    await w.post(`${spaces}/ordered/configmaps`, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cm" }, data: { key: "value" } });
    await w.until(async () => (await w.get<Pod>(`${spaces}/ordered/pods/pod`)).status?.phase === "Running");
    await w.remove(`${spaces}/ordered`);
    await w.until(async () => (await w.get<Pod>(`${spaces}/ordered/pods/pod`)).metadata?.deletionTimestamp);
    await w.until(async () =>
      (await w.get<Namespace>(`${spaces}/ordered`)).status?.conditions?.some(
        ({ type, status }) => (type === "NamespaceDeletionContentFailure" && status === "True") || type === "NamespaceContentRemaining",
      ),
    );
    await w.advance(20);
    expect(await w.gone(`${spaces}/ordered/configmaps/cm`)).toBe(false);
    await w.patch(`${spaces}/ordered/pods/pod`, { metadata: { finalizers: null } }, "merge");
    await w.until(() => w.gone(`${spaces}/ordered`), 120);
    w.stop();
  });

  it("should patch, update, finalize and change the status of a Namespace", async () => {
    const w = await walkedCluster({ nodes: 0 });
    await w.post(spaces, namespace("ns"));
    expect((await w.patch(`${spaces}/ns`, { metadata: { labels: { testLabel: "testValue" } } })).metadata?.labels).toMatchObject({
      testLabel: "testValue",
      "kubernetes.io/metadata.name": "ns",
    });
    expect((await w.get<Namespace>(`${spaces}/ns/status`)).status?.phase).toBe("Active");
    const condition = { type: "StatusPatched", status: "True", reason: "E2E", message: "Patched by an e2e test" };
    const patched = await w.patch<Namespace>(`${spaces}/ns/status`, { status: { conditions: [condition] } }, "merge");
    expect(patched.status?.conditions).toMatchObject([condition]);
    const updated = { ...condition, type: "StatusUpdate", message: "Updated by an e2e test" };
    const status = { ...patched.status, conditions: [...(patched.status?.conditions ?? []), updated] };
    expect((await w.put<Namespace>(`${spaces}/ns/status`, { ...patched, status })).status?.conditions).toMatchObject([condition, updated]);
    const found = await w.get<Namespace>(`${spaces}/ns`);
    await w.put(`${spaces}/ns`, { ...found, metadata: { ...found.metadata, labels: { ...found.metadata?.labels, ns: "updated" } } });
    const now = await w.get<Namespace>(`${spaces}/ns`);
    const finalizers = [...(now.spec?.finalizers ?? []), "e2e.example.com/fake"];
    const held = await w.put<Namespace>(`${spaces}/ns/finalize`, { ...now, spec: { finalizers } });
    expect(held.spec?.finalizers).toEqual(["kubernetes", "e2e.example.com/fake"]);
    const freed = await w.put<Namespace>(`${spaces}/ns/finalize`, { ...held, spec: { finalizers: ["kubernetes"] } });
    expect(freed.spec?.finalizers).toEqual(["kubernetes"]);
    w.stop();
  });
});

describe("[sig-api-machinery] ResourceQuota", () => {
  const QUOTAS = `${NS}/resourcequotas`;
  const quota = (name: string, hard: object, more: object = {}) => ({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name },
    spec: { hard, ...more },
  });
  const used = async (w: Walk, name: string) => (await w.get<ResourceQuota>(`${QUOTAS}/${name}`)).status?.used;
  const counted = (w: Walk, name: string, amounts: Readonly<Record<string, string>>) =>
    w.until(async () => {
      const now = await used(w, name);
      return Object.entries(amounts).every(([key, amount]) => now?.[key] === amount);
    });
  const whole = {
    pods: "5",
    services: "10",
    "services.nodeports": "1",
    "services.loadbalancers": "1",
    replicationcontrollers: "10",
    resourcequotas: "1",
    cpu: "1",
    memory: "500Mi",
    configmaps: "10",
    secrets: "10",
    persistentvolumeclaims: "10",
    "requests.storage": "10Gi",
    "gold.storageclass.storage.k8s.io/persistentvolumeclaims": "10",
    "gold.storageclass.storage.k8s.io/requests.storage": "10Gi",
    "requests.ephemeral-storage": "50Gi",
    "requests.example.com/dongle": "3",
    "count/replicasets.apps": "5",
  };

  it("should capture the life of every kind of thing", async () => {
    const w = await walkedCluster({ nodes: 0 });
    await w.until(async () => !(await w.gone(`${NS}/configmaps/kube-root-ca.crt`)));
    await w.post(QUOTAS, quota("all", whole));
    await counted(w, "all", { resourcequotas: "1", configmaps: "1", secrets: "0", pods: "0" });
    const lives: readonly (readonly [string, string, object, Readonly<Record<string, string>>])[] = [
      [`${NS}/configmaps`, "cm", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cm" } }, { configmaps: "2" }],
      [`${NS}/secrets`, "s", { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, data: { a: "YQ==" } }, { secrets: "1" }],
      [`${NS}/replicationcontrollers`, "rc", controller("rc", 0), { replicationcontrollers: "1" }],
      [
        `${APPS}/replicasets`,
        "rs",
        {
          apiVersion: "apps/v1",
          kind: "ReplicaSet",
          metadata: { name: "rs" },
          spec: { replicas: 0, selector: { matchLabels: { a: "b" } }, template: paused({ a: "b" }) },
        },
        { "count/replicasets.apps": "1" },
      ],
      [
        `${NS}/persistentvolumeclaims`,
        "pvc",
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: { name: "pvc" },
          spec: { accessModes: ["ReadWriteOnce"], storageClassName: "gold", resources: { requests: { storage: "1Gi" } } },
        },
        {
          persistentvolumeclaims: "1",
          "requests.storage": "1Gi",
          "gold.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
          "gold.storageclass.storage.k8s.io/requests.storage": "1Gi",
        },
      ],
    ];
    const empty = { ...(await used(w, "all")) };
    for (const [path, name, body, amounts] of lives) {
      await w.post(path, body);
      await counted(w, "all", amounts);
      await w.remove(`${path}/${name}`, propagation("Background"));
      expect(await counted(w, "all", empty)).toBeLessThan(10);
    }
    w.stop();
  });

  it("should capture the life of a service", async () => {
    const w = await walkedCluster({ nodes: 0 });
    await w.post(QUOTAS, quota("all", whole));
    await counted(w, "all", { services: "1" });
    const service = (name: string, type: string, more: object = {}) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name },
      spec: { type, ports: [{ port: 80, targetPort: 80 }], ...more },
    });
    await w.post(`${NS}/services`, service("one", "ClusterIP"));
    await w.post(`${NS}/services`, service("two", "NodePort"));
    await expect(w.post(`${NS}/services`, service("three", "LoadBalancer"))).rejects.toThrow("exceeded quota: all");
    await w.post(`${NS}/services`, service("four", "LoadBalancer", { allocateLoadBalancerNodePorts: false }));
    await counted(w, "all", { services: "4", "services.nodeports": "1", "services.loadbalancers": "1" });
    for (const name of ["one", "two", "four"]) await w.remove(`${NS}/services/${name}`);
    await counted(w, "all", { services: "1", "services.nodeports": "0", "services.loadbalancers": "0" });
    w.stop();
  });

  it("should capture the life of a pod", async () => {
    const w = await walkedCluster();
    await w.post(QUOTAS, quota("all", whole));
    await counted(w, "all", { pods: "0" });
    const requests = { cpu: "500m", memory: "252Mi", "ephemeral-storage": "30Gi", "example.com/dongle": "2" };
    const limits = { "example.com/dongle": "2" };
    const asking = (resources: object) => ({ containers: [{ name: "c", image: "pause", resources }] });
    const made = await w.post<Pod>(PODS, pod("test-pod", {}, asking({ requests, limits })));
    const amounts = { pods: "1", cpu: "500m", memory: "252Mi", "requests.ephemeral-storage": "30Gi", "requests.example.com/dongle": "2" };
    await counted(w, "all", amounts);
    await expect(w.post(PODS, pod("fail", {}, asking({ requests: { cpu: "600m", memory: "100Mi" } })))).rejects.toThrow(
      'pods "fail" is forbidden: exceeded quota: all, requested: cpu=600m, used: cpu=500m, limited: cpu=1',
    );
    const extended = { cpu: "500m", memory: "100Mi", "ephemeral-storage": "20Gi", "example.com/dongle": "2" };
    await expect(w.post(PODS, pod("fail-ext", {}, asking({ requests: extended, limits })))).rejects.toThrow(
      "requests.example.com/dongle=2",
    );
    await w.put(`${PODS}/test-pod`, { ...made, metadata: { ...made.metadata, resourceVersion: undefined, labels: { a: "b" } } });
    await counted(w, "all", amounts);
    await w.remove(`${PODS}/test-pod`, { gracePeriodSeconds: 0 });
    await counted(w, "all", { pods: "0", cpu: "0", memory: "0", "requests.ephemeral-storage": "0", "requests.example.com/dongle": "0" });
    w.stop();
  });

  it("should verify ResourceQuota with best effort and terminating scopes", async () => {
    const w = await walkedCluster();
    for (const [name, scope] of Object.entries({ be: "BestEffort", nbe: "NotBestEffort", t: "Terminating", nt: "NotTerminating" })) {
      await w.post(QUOTAS, quota(name, { pods: "5" }, { scopes: [scope] }));
      await counted(w, name, { pods: "0" });
    }
    const each = async (be: string, nbe: string, t: string, nt: string) => {
      for (const [name, pods] of Object.entries({ be, nbe, t, nt })) expect(await counted(w, name, { pods })).toBeLessThan(10);
    };
    const resources = { requests: { cpu: "500m", memory: "200Mi" }, limits: { cpu: "1", memory: "400Mi" } };
    const asking = { containers: [{ name: "c", image: "pause", resources }] };
    const off = async (name: string) => {
      await w.remove(`${PODS}/${name}`, { gracePeriodSeconds: 0 });
      await each("0", "0", "0", "0");
    };
    await w.post(PODS, pod("best-effort"));
    await each("1", "0", "0", "1");
    await off("best-effort");
    await w.post(PODS, pod("burstable", {}, asking));
    await each("0", "1", "0", "1");
    await off("burstable");
    await w.post(PODS, pod("terminating", {}, { ...asking, activeDeadlineSeconds: 3600 }));
    await each("0", "1", "1", "0");
    await off("terminating");
    w.stop();
  });

  it("should manage the lifecycle, update and delete a ResourceQuota", async () => {
    const w = await walkedCluster({ nodes: 0 });
    const one = quota("one", { cpu: "1", memory: "500Mi" });
    await w.post(QUOTAS, one);
    const two = await w.put<ResourceQuota>(`${QUOTAS}/one`, quota("one", { cpu: "2", memory: "1Gi" }));
    expect(two.spec?.hard).toEqual({ cpu: "2", memory: "1Gi" });
    const patch = { metadata: { labels: { one: "patched" } }, spec: { hard: { memory: "750Mi" } } };
    expect((await w.patch<ResourceQuota>(`${QUOTAS}/one`, patch)).spec?.hard).toEqual({ cpu: "2", memory: "750Mi" });
    expect(await w.list("/api/v1/resourcequotas", { labelSelector: "one=patched" })).toHaveLength(1);
    await w.remove(QUOTAS, undefined, { labelSelector: "one=patched" });
    expect(await w.gone(`${QUOTAS}/one`)).toBe(true);
    w.stop();
  });

  it("should apply changes to a resourcequota status", async () => {
    const w = await walkedCluster({ nodes: 0 });
    await w.post(QUOTAS, quota("rq", { cpu: "500m", memory: "500Mi" }));
    await w.until(async () => (await w.get<ResourceQuota>(`${QUOTAS}/rq`)).status?.hard?.["cpu"] === "500m");
    const seen = await w.watch(QUOTAS);
    const found = await w.get<ResourceQuota>(`${QUOTAS}/rq`);
    const hard = { cpu: "600m", memory: "600Mi" };
    const updated = await w.put<ResourceQuota>(`${QUOTAS}/rq/status`, { ...found, status: { hard } });
    expect([updated.status?.hard, updated.spec?.hard]).toEqual([hard, found.spec?.hard]);
    await w.until(async () => (await w.get<ResourceQuota>(`${QUOTAS}/rq`)).status?.hard?.["cpu"] === "500m", 310);
    const larger = { cpu: "1", memory: "1Gi" };
    await w.patch(`${QUOTAS}/rq`, { spec: { hard: larger } });
    await w.until(async () => (await w.get<ResourceQuota>(`${QUOTAS}/rq/status`)).status?.hard?.["cpu"] === "1");
    const again = await w.patch<ResourceQuota>(`${QUOTAS}/rq/status`, { status: { hard: { cpu: "3", memory: "3Gi" } } });
    expect([again.status?.hard, again.spec?.hard]).toEqual([{ cpu: "3", memory: "3Gi" }, larger]);
    await w.until(async () => (await w.get<ResourceQuota>(`${QUOTAS}/rq`)).status?.hard?.["cpu"] === "1", 310);
    expect(seen.length).toBeGreaterThan(0);
    w.stop();
  });
});
