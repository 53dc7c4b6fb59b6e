import { expect, it } from "vitest";
import { createRandom } from "../../sim/index.ts";
import { MemoryStorage } from "../storage.ts";
import { testCluster } from "../testing.ts";

const COMPONENTS = [
  "kube-scheduler",
  "kube-controller-manager",
  "replicaset-controller",
  "deployment-controller",
  "statefulset-controller",
  "daemonset-controller",
  "endpointslice-controller",
  "garbage-collector-controller",
  "node-lifecycle-controller",
  "taint-eviction-controller",
  "kubelet-node-1",
  "kubelet-node-2",
  "kube-proxy-node-3",
];
const create = (object: object): string => `kubectl create -f - <<'Y'\n${JSON.stringify(object)}\nY`;
const fault = (name: string, spec: object): string =>
  create({ apiVersion: "sim.timonel.dev/v1alpha1", kind: "Fault", metadata: { name }, spec });
const workload = (kind: string, name: string, spec: object): string => {
  const template = {
    metadata: { labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 5, containers: [{ name: "c", image: "nginx" }] },
  };
  return create({ apiVersion: "apps/v1", kind, metadata: { name }, spec: { ...spec, selector: { matchLabels: { app: name } }, template } });
};

/** Half an hour of whatever can go wrong, several at a time, while a learner goes on working; then all of it ends. */
async function havoc(seed: number, reloads: boolean) {
  const storage = new MemoryStorage();
  let c = await testCluster({ addons: false, seed, ...(reloads ? { storage } : {}) });
  const random = createRandom(seed, "chaos");
  const pick = <T>(list: readonly T[]): T => list[random.int(list.length)] as T;
  await c.sh(workload("Deployment", "web", { replicas: 4 }));
  await c.sh(workload("StatefulSet", "db", { replicas: 2, serviceName: "db" }));
  await c.sh(workload("DaemonSet", "agent", {}));
  for (let i = 0; i < 14; i++) {
    const machine = `node-${1 + random.int(3)}`;
    const component = pick(COMPONENTS);
    const delay = `${1 + random.int(20)}s`;
    const spec = pick<object>([
      { type: "ComponentStop", componentStop: { component } },
      { type: "ComponentSlow", componentSlow: { component, delay } },
      { type: "WatchLag", watchLag: { component, delay } },
      { type: "NetworkPartition", networkPartition: { machines: [machine] } },
      { type: "MachineCrash", machineCrash: { machine } },
      { type: "DiskFull", diskFull: { machine } },
      { type: "LeaseExpiry", leaseExpiry: { name: machine } },
    ]);
    await c.sh(fault(`f${i}`, { ...spec, duration: `${10 + random.int(200)}s` }));
    const deeds = [
      "kubectl scale deployment web --replicas=6",
      "kubectl scale deployment web --replicas=3",
      "kubectl rollout restart deployment web",
      "kubectl delete pod -l app=web --wait=false",
      "kubectl scale statefulset db --replicas=3",
      `kubectl patch machine ${machine} --type=merge -p '{"spec":{"power":"Off"}}'`,
      `kubectl delete node ${machine}`,
    ];
    if (random.int(3) === 0) await c.sh(pick(deeds));
    await c.advance(5 + random.int(90));
    if (reloads && random.int(3) === 0) {
      await c.flush();
      c.stop();
      c = await testCluster({ storage, seed });
    }
  }
  await c.sh("kubectl delete faults --all");
  for (const n of [1, 2, 3]) {
    await c.sh(`kubectl patch machine node-${n} --type=merge -p '{"spec":{"power":"On"}}'`);
    // A Node that was deleted comes back when its kubelet starts.
    await c.sh(fault(`k${n}`, { type: "ComponentStop", duration: "2s", componentStop: { component: `kubelet-node-${n}` } }));
  }
  await c.advance(1200);
  return c;
}

const FULL = 12;
const seeds = Array.from({ length: process.env["TIMONEL_PROOFS"] === "full" ? FULL : 2 }, (_, i) => i + 1);
declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

/** Every other one is reloaded now and then. */
it.each(seeds)(
  "a cluster recovers from all of it, and is still (seed %i)",
  async (seed) => {
    const c = await havoc(seed, seed % 2 === 0);
    expect(await c.sh("kubectl get nodes --no-headers | tr -s ' ' | cut -d' ' -f1,2")).toBe("node-1 Ready\nnode-2 Ready\nnode-3 Ready");
    const ready = "kubectl get deploy,sts -o jsonpath='{range .items[*]}{.spec.replicas}={.status.readyReplicas} {end}'";
    for (const pair of (await c.sh(ready)).trim().split(" ")) expect(pair).toMatch(/^(\d)=\1$/);
    expect(await c.sh("kubectl get ds agent -o jsonpath='{.status.numberReady} {.status.numberAvailable}'")).toBe("3 3");
    expect(
      await c.sh(
        "kubectl get components -o jsonpath='{.items[?(@.status.state!=\"Running\")].metadata.name}{.items[?(@.status.retries>0)].metadata.name}'",
      ),
    ).toBe("");
    const before = c.store.revision;
    await c.advance(300);
    const written = c.store.history(before + 1).filter(({ key }) => !key.includes("/leases/") && !key.includes("/nodes/"));
    expect(written.map(({ key, origin }) => `${key} ${origin.agent}`)).toEqual([]);
    c.stop();
  },
  60_000,
);

it("and goes the same way every time", async () => {
  const digest = async (): Promise<readonly string[]> => {
    const c = await havoc(7, false);
    c.stop();
    return c.store.history(1).map(({ revision, at, key, origin }) => JSON.stringify({ revision, at, key, origin }));
  };
  const [one, two] = [await digest(), await digest()];
  expect(one.find((line, i) => line !== two[i])).toBeUndefined();
  expect(one.length).toBe(two.length);
}, 60_000);
