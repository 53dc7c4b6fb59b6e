import { createApiServer, freezeStoredObjects } from "../../apiserver/index.ts";
import type { Deployment, Lease, Node, Pod, PodCondition } from "../../api/index.ts";
import { type Client, createClient, createEventRecorder, createInformers } from "../../client/index.ts";
import { MemoryStore } from "../../etcd/index.ts";
import { createRandom, rfc3339, rfc3339Micro } from "../../sim/index.ts";
import { testClock } from "../../sim/testing.ts";
import { createControllers, type PacedController, type RunningController, runController } from "../index.ts";

const EPOCH = Date.UTC(2026, 0, 1);

function pool<T>(make: (n: number) => T) {
  let next = 0;
  return { range: "test", has: () => false, allocate: () => undefined, allocateNext: () => make(next++), release: () => undefined };
}

/** A control plane without scheduler and kubelets: the tests play those. */
export async function world(options: { readonly freeze?: boolean } = {}) {
  if (options.freeze !== false) freezeStoredObjects();
  const clock = testClock(EPOCH);
  const random = createRandom(7);
  const store = new MemoryStore({ now: () => clock.now(), turn: (fn) => clock.turn(fn), strictCauses: true });
  const api = createApiServer({ store, clock, random, clusterIps: pool((n) => `10.96.1.${n}`), nodePorts: pool((n) => 30000 + n) });
  const causes = [{ kind: "input" as const, at: EPOCH, sequence: 0, what: "test" }];
  const user = { name: "kubernetes-admin", groups: ["system:masters"] };
  const as = (agent: string): Client => createClient({ api, user, agent, causes });
  const client = as("kubectl");
  const manager = as("kube-controller-manager");
  for (const name of ["default", "kube-system", "kube-node-lease"])
    await client.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  let running: readonly RunningController[] = [];
  let controllers: readonly PacedController[] = [];
  const startManager = (): void => {
    const informers = createInformers(manager, clock);
    controllers = createControllers({
      informers,
      clock,
      random,
      rootCa: "PEM\n",
      recorder: (component) => createEventRecorder({ client: manager, clock, component }),
      allocateNodeCidr: (name) => `10.244.${Number(name.split("-")[1])}.0/24`,
    });
    running = controllers.map((controller) => runController({ controller, client: manager, informers, clock }));
  };
  startManager();
  await clock.advance(100);
  let addresses = 0;

  /** As the scheduler would. */
  const bind = async (namespace: string, name: string, nodeName: string): Promise<void> => {
    const body = {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name, namespace },
      target: { apiVersion: "v1", kind: "Node", name: nodeName },
    };
    const { status } = await api.handle({
      method: "POST",
      path: `/api/v1/namespaces/${namespace}/pods/${name}/binding`,
      user,
      agent: "kube-scheduler",
      causes,
      body,
    });
    if (status !== 201) throw new Error(`binding ${name}: ${status}`);
  };
  const condition = (type: string, status: string): PodCondition => ({ type, status, lastTransitionTime: rfc3339(clock.now()) });
  const time = () => rfc3339(clock.now());
  return {
    clock,
    store,
    client,
    /** The controller manager stops, and another starts with empty caches. */
    restart(): void {
      for (const { stop } of running) stop();
      startManager();
    },
    /** One of those that run, to ask it directly. */
    controller(name: string): PacedController {
      const found = controllers.find((c) => c.name === name);
      if (!found) throw new Error(`no controller ${name}`);
      return found;
    },
    /** Of controllers that have not got over them. */
    errors: () => running.flatMap(({ state }) => (state.retrying === 0 ? [] : [`${state.name}: ${state.lastError?.message}`])),
    pods: async (labelSelector?: string): Promise<readonly Pod[]> =>
      (await client.list("pods", { namespace: "default", ...(labelSelector ? { labelSelector } : {}) })).items,
    events: async (reason: string): Promise<readonly string[]> =>
      (await client.list("events")).items.filter((e) => e.reason === reason).map((e) => e.message ?? ""),
    /** As a kubelet would: running and ready, with an address. */
    async ready(pod: Pod, nodeName = "node-1"): Promise<void> {
      const { namespace = "default", name = "" } = pod.metadata ?? {};
      if (!pod.spec?.nodeName) await bind(namespace, name, nodeName);
      const bound = await client.get("pods", namespace, name);
      addresses++;
      const podIP = `10.244.${addresses >> 8}.${addresses & 255}`;
      const status = { ...bound.status, phase: "Running", podIP, podIPs: [{ ip: podIP }], conditions: [condition("Ready", "True")] };
      await client.update("pods", { ...bound, status }, "status");
    },
    /** As a kubelet would, having stopped the containers. */
    async finish(pod: Pod): Promise<void> {
      await client.delete("pods", pod.metadata?.namespace, pod.metadata?.name ?? "", { gracePeriodSeconds: 0 });
    },
    async node(name: string): Promise<void> {
      const ready = {
        type: "Ready",
        status: "True",
        reason: "KubeletReady",
        message: "kubelet is posting ready status",
        lastHeartbeatTime: time(),
        lastTransitionTime: time(),
      };
      const node: Node = { apiVersion: "v1", kind: "Node", metadata: { name, labels: { "topology.kubernetes.io/zone": "a" } } };
      const stored = await client.create("nodes", node);
      await client.update("nodes", { ...stored, status: { conditions: [ready] } }, "status");
      await client.create("leases", lease(name, clock.now()));
    },
    async heartbeat(name: string): Promise<void> {
      await client.patch("leases", "kube-node-lease", name, "merge", { spec: { renewTime: rfc3339Micro(clock.now()) } });
    },
  };
}

export type World = Awaited<ReturnType<typeof world>>;

const lease = (name: string, now: number): Lease => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name, namespace: "kube-node-lease" },
  spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: rfc3339Micro(now) },
});

export function deployment(name: string, replicas: number, spec: Partial<Deployment["spec"]> = {}): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "c", image: "nginx:1.27", ports: [{ name: "http", containerPort: 8080 }] }] },
      },
      ...spec,
    },
  };
}
