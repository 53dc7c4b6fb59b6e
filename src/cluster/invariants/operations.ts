import type { Deployment, Job, KubeObject, Pod, PodTemplateSpec, StatefulSet } from "../../api/index.ts";
import type { Client, Resource } from "../../client/index.ts";
import type { Store } from "../../etcd/index.ts";
import { StatusError } from "../../machinery/index.ts";
import type { Random } from "../../sim/index.ts";
import { isActive } from "./pods.ts";
import { breakSomething } from "./faults.ts";
import { pick, strategy, template, WORKLOADS } from "./workloads.ts";

/** What an operation works with: a stream of chance of its own, and the cluster. */
export interface Bench {
  readonly random: Random;
  readonly client: Client;
  readonly store: Store;
  /** Names in use; at most so many of each are made. */
  readonly fresh: (resource: string) => string | undefined;
}

/** Does one thing and says what; undefined: there was nothing to do it to. */
export type Operation = (bench: Bench) => Promise<string | undefined>;

export const NAMESPACES = ["default", "team"] as const;
const NODE_LABEL = "disk";

export function objects<T extends KubeObject>(store: Store, plural: string): readonly T[] {
  return store.range({ prefix: `/registry/${plural}/` }).entries.flatMap(({ value }) => {
    const object = value as T;
    const namespace = object.metadata?.namespace;
    return namespace === undefined || (NAMESPACES as readonly string[]).includes(namespace) ? [object] : [];
  });
}

function some<T extends KubeObject>({ random, store }: Bench, plural: string, where: (object: T) => boolean = () => true): T | undefined {
  const all = objects<T>(store, plural).filter((o) => o.metadata?.deletionTimestamp === undefined && where(o));
  return all.length > 0 ? pick(random, all) : undefined;
}

const nameOf = (o: KubeObject): string => o.metadata?.name ?? "";
const said = (o: KubeObject): string => `${o.kind} ${o.metadata?.namespace ?? ""}/${nameOf(o)}`;
const merge = (bench: Bench, resource: Resource, o: KubeObject, patch: object): Promise<unknown> =>
  bench.client.patch(resource, o.metadata?.namespace, nameOf(o), "merge", patch);

const create =
  (resource: string): Operation =>
  async ({ random, client, fresh }) => {
    const name = fresh(resource);
    if (name === undefined) return undefined;
    const namespace = pick(random, ["default", "default", "team"]);
    await client.create(resource as Resource, WORKLOADS[resource]?.(random, namespace, name) as never);
    return `create ${resource} ${namespace}/${name}`;
  };

/** What selects pods is made for those of a workload. */
const createFor =
  (resource: string): Operation =>
  async (bench) => {
    const workload = some(bench, pick(bench.random, ["deployments", "statefulsets"]));
    if (!workload || bench.fresh(resource) === undefined) return undefined;
    const { namespace = "", name = "" } = workload.metadata ?? {};
    await bench.client.create(resource as Resource, WORKLOADS[resource]?.(bench.random, namespace, name) as never);
    return `create ${resource} ${namespace}/${name}`;
  };

const remove =
  (resource: Resource): Operation =>
  async (bench) => {
    const object = some(bench, resource);
    if (!object) return undefined;
    const propagationPolicy = pick(bench.random, ["Background", "Foreground", "Orphan"] as const);
    await bench.client.delete(resource, object.metadata?.namespace, nameOf(object), { propagationPolicy });
    return `delete ${said(object)} ${propagationPolicy}`;
  };

const isOwned = (o: KubeObject): boolean => o.metadata?.ownerReferences?.some((r) => r.controller) ?? false;

const scale =
  (resource: Resource): Operation =>
  async (bench) => {
    const object = some(bench, resource, (o) => !isOwned(o));
    if (!object) return undefined;
    const replicas = bench.random.int(8);
    await merge(bench, resource, object, { spec: { replicas } });
    return `scale ${said(object)} to ${replicas}`;
  };

const retemplate =
  (resource: Resource): Operation =>
  async (bench) => {
    const object = some<KubeObject & { readonly spec?: { readonly template?: PodTemplateSpec } }>(bench, resource);
    if (!object) return undefined;
    await bench.client.update(resource, {
      ...object,
      spec: { ...object.spec, template: template(bench.random, object.spec?.template?.metadata?.labels ?? {}) },
    } as never);
    return `change the template of ${said(object)}`;
  };

async function deletePod(bench: Bench): Promise<string | undefined> {
  const pod = some<Pod>(bench, "pods");
  if (!pod) return undefined;
  const options = pick(bench.random, [{}, {}, { gracePeriodSeconds: 1 }]);
  await bench.client.delete("pods", pod.metadata?.namespace, nameOf(pod), options);
  return `delete ${said(pod)}`;
}

async function evict({ client }: Bench, pod: Pod): Promise<string> {
  const { namespace = "", name = "" } = pod.metadata ?? {};
  try {
    await client.create("pods", { apiVersion: "policy/v1", kind: "Eviction", metadata: { namespace, name } } as never, "eviction");
    return name;
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 429) return `not ${name}`;
    throw error;
  }
}

async function evictOne(bench: Bench): Promise<string | undefined> {
  const pod = some<Pod>(bench, "pods", isActive);
  return pod && `evict ${await evict(bench, pod)}`;
}

async function drain(bench: Bench): Promise<string | undefined> {
  const node = some(bench, "nodes");
  if (!node) return undefined;
  await merge(bench, "nodes", node, { spec: { unschedulable: true } });
  const here = objects<Pod>(bench.store, "pods").filter((p) => p.spec?.nodeName === nameOf(node) && isActive(p));
  const evicted: string[] = [];
  for (const pod of here) if (!pod.metadata?.ownerReferences?.some((r) => r.kind === "DaemonSet")) evicted.push(await evict(bench, pod));
  return `drain ${nameOf(node)}: ${evicted.join(", ")}`;
}

async function cordon(bench: Bench): Promise<string | undefined> {
  const node = some(bench, "nodes");
  if (!node) return undefined;
  const unschedulable = bench.random.int(3) === 0;
  await merge(bench, "nodes", node, { spec: { unschedulable } });
  return `${unschedulable ? "cordon" : "uncordon"} ${nameOf(node)}`;
}

async function labelNode(bench: Bench): Promise<string | undefined> {
  const node = some(bench, "nodes");
  const daemon = some<KubeObject & { readonly spec: { readonly template: PodTemplateSpec } }>(bench, "daemonsets");
  if (!node) return undefined;
  if (daemon && bench.random.int(3) === 0) {
    const nodeSelector = bench.random.int(2) === 0 ? { [NODE_LABEL]: "fast" } : null;
    await merge(bench, "daemonsets", daemon, { spec: { template: { spec: { nodeSelector } } } });
    return `select nodes of ${said(daemon)}`;
  }
  const label = pick(bench.random, ["fast", "slow", null]);
  await merge(bench, "nodes", node, { metadata: { labels: { [NODE_LABEL]: label } } });
  return `label ${nameOf(node)} ${label}`;
}

/** Takes a pod from its owner, or gives one back that was taken. */
async function relabel(bench: Bench): Promise<string | undefined> {
  const pod = some<Pod>(bench, "pods", (p) => isActive(p) && p.metadata?.labels?.["app"] !== undefined);
  if (!pod) return undefined;
  const app = pod.metadata?.labels?.["app"] ?? "";
  const next = app.startsWith("x-") ? app.slice(2) : `x-${app}`;
  await merge(bench, "pods", pod, { metadata: { labels: { app: next } } });
  return `label ${said(pod)} ${next}`;
}

async function pause(bench: Bench): Promise<string | undefined> {
  const d = some<Deployment>(bench, "deployments");
  if (!d) return undefined;
  await merge(bench, "deployments", d, { spec: { paused: !d.spec?.paused } });
  return `${d.spec?.paused ? "resume" : "pause"} ${said(d)}`;
}

async function changeStrategy(bench: Bench): Promise<string | undefined> {
  const d = some<Deployment>(bench, "deployments");
  if (!d) return undefined;
  await bench.client.update("deployments", { ...d, spec: { ...d.spec, strategy: strategy(bench.random) } } as Deployment);
  return `change the strategy of ${said(d)}`;
}

async function rollBack(bench: Bench): Promise<string | undefined> {
  const d = some<Deployment>(bench, "deployments");
  const mine = objects<Deployment>(bench.store, "replicasets").filter((rs) =>
    rs.metadata?.ownerReferences?.some((r) => r.uid === d?.metadata?.uid),
  );
  if (!d?.spec || mine.length === 0) return undefined;
  const { "pod-template-hash": _, ...labels } = { ...pick(bench.random, mine).spec?.template.metadata?.labels };
  const from = pick(bench.random, mine).spec?.template;
  await bench.client.update("deployments", { ...d, spec: { ...d.spec, template: { ...from, metadata: { labels } } as PodTemplateSpec } });
  return `roll back ${said(d)}`;
}

async function changeJob(bench: Bench): Promise<string | undefined> {
  const job = some<Job>(bench, "jobs");
  if (!job) return undefined;
  const spec = pick(bench.random, [{ suspend: !job.spec?.suspend }, { parallelism: bench.random.int(5) }]);
  await merge(bench, "jobs", job, { spec });
  return `change ${said(job)}: ${JSON.stringify(spec)}`;
}

async function changeCronJob(bench: Bench): Promise<string | undefined> {
  const cronJob = some(bench, "cronjobs");
  if (!cronJob) return undefined;
  const spec = pick(bench.random, [
    { suspend: true },
    { suspend: false },
    { schedule: pick(bench.random, ["* * * * *", "*/3 * * * *", "1-59/2 * * * *"]) },
    { concurrencyPolicy: pick(bench.random, ["Allow", "Forbid", "Replace"]) },
  ]);
  await merge(bench, "cronjobs", cronJob, { spec });
  return `change ${said(cronJob)}: ${JSON.stringify(spec)}`;
}

async function partition(bench: Bench): Promise<string | undefined> {
  const set = some<StatefulSet>(bench, "statefulsets", (s) => s.spec?.updateStrategy?.type !== "OnDelete");
  if (!set) return undefined;
  const at = bench.random.int(4);
  await merge(bench, "statefulsets", set, { spec: { updateStrategy: { rollingUpdate: { partition: at } } } });
  return `partition ${said(set)} at ${at}`;
}

async function changeQuota(bench: Bench): Promise<string | undefined> {
  const quota = some(bench, "resourcequotas");
  if (!quota) return undefined;
  const pods = String(bench.random.int(20));
  await merge(bench, "resourcequotas", quota, { spec: { hard: { pods } } });
  return `limit pods of ${said(quota)} to ${pods}`;
}

async function changeBudget(bench: Bench): Promise<string | undefined> {
  const pdb = some(bench, "poddisruptionbudgets");
  if (!pdb) return undefined;
  const spec = pick(bench.random, [
    { minAvailable: 1, maxUnavailable: null },
    { minAvailable: null, maxUnavailable: "50%" },
  ]);
  await merge(bench, "poddisruptionbudgets", pdb, { spec });
  return `change ${said(pdb)}: ${JSON.stringify(spec)}`;
}

async function deleteNamespace({ client, store }: Bench): Promise<string | undefined> {
  const there = store.get("/registry/namespaces/team")?.value as KubeObject | undefined;
  if (!there) {
    await client.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } });
    return "create the namespace team";
  }
  // Namespaces empty themselves of pods first, and a job that counts failures by index keeps the last failed pod of an
  // index until its replacement is there, which can't be made: upstream waits for ever (k8s: canRemoveFinalizer).
  for (const job of objects(store, "jobs").filter((o) => o.metadata?.namespace === "team"))
    if (job.metadata?.deletionTimestamp === undefined)
      await client.delete("jobs", "team", nameOf(job), { propagationPolicy: "Background" });
  await client.delete("namespaces", undefined, "team");
  return "delete the namespace team";
}

/** Each as often as its number says. */
export const OPERATIONS: readonly (readonly [weight: number, name: string, operation: Operation])[] = [
  ...["deployments", "deployments", "statefulsets", "daemonsets", "jobs", "cronjobs"].map(
    (resource) => [5, `create ${resource}`, create(resource)] as const,
  ),
  ...["replicasets", "resourcequotas"].map((resource) => [2, `create ${resource}`, create(resource)] as const),
  [6, "create a budget", createFor("poddisruptionbudgets")],
  [3, "create a service", createFor("services")],
  ...(
    ["deployments", "statefulsets", "daemonsets", "jobs", "cronjobs", "poddisruptionbudgets", "replicasets", "resourcequotas"] as const
  ).map((resource) => [1, `delete ${resource}`, remove(resource)] as const),
  [8, "scale a Deployment", scale("deployments")],
  [5, "scale a StatefulSet", scale("statefulsets")],
  [2, "scale a ReplicaSet", scale("replicasets")],
  [10, "roll out a Deployment", retemplate("deployments")],
  [6, "roll out a StatefulSet", retemplate("statefulsets")],
  [5, "roll out a DaemonSet", retemplate("daemonsets")],
  [4, "roll back a Deployment", rollBack],
  [3, "pause or resume a Deployment", pause],
  [3, "change a strategy", changeStrategy],
  [2, "partition a StatefulSet", partition],
  [3, "change a job", changeJob],
  [3, "change a cron job", changeCronJob],
  [3, "change a quota", changeQuota],
  [2, "change a budget", changeBudget],
  [6, "delete a pod", deletePod],
  [8, "evict a pod", evictOne],
  [6, "drain a node", drain],
  [4, "cordon a node", cordon],
  [3, "label a node", labelNode],
  [3, "relabel a pod", relabel],
  [1, "delete a namespace", deleteNamespace],
  [10, "break something", breakSomething],
];
