import { createApiServer } from "../src/apiserver/index.ts";
import type { Node, Pod, PodSpec } from "../src/api/index.ts";
import { createClient, createEventRecorder, createInformers } from "../src/client/index.ts";
import { MemoryStore } from "../src/etcd/index.ts";
import { nodePlatform } from "../src/node/platform.ts";
import { SchedulerCache } from "../src/scheduler/cache.ts";
import { schedule } from "../src/scheduler/cycle.ts";
import { startScheduler } from "../src/scheduler/index.ts";
import { podInfo } from "../src/scheduler/pod-info.ts";
import { testContext } from "../src/scheduler/testing/context.ts";
import { createRandom, SimClock } from "../src/sim/index.ts";
import { referenceLoop } from "./manifest.ts";

// What kube-scheduler's work costs, end to end: from waiting pods to bound ones with their events, through the API server,
// and nothing else. Half of a hundred apps are fronts of the others, so that affinity has something to look at.
const APPS = 100;

type Kind = "plain" | "constrained";

function specOf(kind: Kind, app: string): Partial<PodSpec> {
  if (kind === "plain") return {};
  const labelSelector = { matchLabels: { app } };
  const near = (tier: string) => ({
    weight: 50,
    podAffinityTerm: { topologyKey: "topology.kubernetes.io/zone", labelSelector: { matchLabels: { tier } } },
  });
  return {
    topologySpreadConstraints: [
      { topologyKey: "topology.kubernetes.io/zone", maxSkew: 1, whenUnsatisfiable: "DoNotSchedule", labelSelector },
      { topologyKey: "kubernetes.io/hostname", maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway", labelSelector },
    ],
    affinity: {
      podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [near("back")] },
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "kubernetes.io/hostname", labelSelector }],
        preferredDuringSchedulingIgnoredDuringExecution: [near("front")],
      },
    },
  };
}

const node = (i: number): Node => ({
  metadata: {
    name: `node-${i}`,
    labels: { "kubernetes.io/hostname": `node-${i}`, "topology.kubernetes.io/zone": `zone-${i % 3}` },
  },
  status: { allocatable: { cpu: "8", memory: "32Gi", pods: "110" }, capacity: { cpu: "8", memory: "32Gi", pods: "110" } },
});

const pod = (i: number, kind: Kind): Pod => {
  const app = `app-${i % APPS}`;
  return {
    metadata: { name: `pod-${i}`, namespace: "default", labels: { app, tier: i % 2 ? "front" : "back" } },
    spec: {
      containers: [{ name: "web", image: "nginx:1.27", resources: { requests: { cpu: "100m", memory: "64Mi" } } }],
      ...specOf(kind, app),
    },
  };
};

const user = { name: "admin", groups: ["system:masters", "system:authenticated"] };
const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user: own, system } = process.cpuUsage(since);
  return (own + system) / 1000;
};

/** Pods that wait in the API server until a scheduler comes; then CPU until all are bound. */
async function endToEnd(kind: Kind, pods: number, nodes: number) {
  const random = createRandom(1);
  const clock = new SimClock({ epoch: Date.UTC(2026, 0, 1), speed: 0, platform: nodePlatform });
  const store = new MemoryStore({ now: () => clock.now(), turn: (fn) => clock.turn(fn) });
  const none = { range: "bench", has: () => false, release: () => undefined, allocate: () => undefined };
  const api = createApiServer({
    store,
    clock,
    random,
    clusterIps: { ...none, allocateNext: () => "" },
    nodePorts: { ...none, allocateNext: () => 0 },
  });
  const causes = [{ kind: "input" as const, at: clock.now(), sequence: 0, what: "bench" }];
  const client = createClient({ api, user, agent: "bench", causes });
  await client.create("namespaces", { metadata: { name: "default" } });
  await client.create("serviceaccounts", { metadata: { name: "default", namespace: "default" } });
  for (let i = 0; i < nodes; i++) {
    await client.create("nodes", node(i));
    // Admission taints a new node as not ready, and nobody is here to see that it is.
    await client.patch("nodes", undefined, `node-${i}`, "merge", { spec: { taints: null } });
  }
  for (let i = 0; i < APPS; i++) {
    const spec = { selector: { app: `app-${i}` }, clusterIP: "None" };
    await client.create("services", { metadata: { name: `app-${i}`, namespace: "default" }, spec });
  }
  for (let i = 0; i < pods; i++) await client.create("pods", pod(i, kind));
  await clock.settle();
  const informers = createInformers(client, clock);
  let bound = 0;
  informers.of("pods").on(({ object, old }) => {
    if (object?.spec?.nodeName && !old?.spec?.nodeName) bound++;
  });
  const began = process.cpuUsage();
  const scheduler = startScheduler({
    client: createClient({ api, user, agent: "kube-scheduler", causes }),
    informers,
    recorder: (component) => createEventRecorder({ client, clock, component }),
    clock,
    random,
  });
  await clock.advanceUntil(() => bound >= pods, 600_000);
  const ms = cpuMs(began);
  scheduler.stop();
  return { kind, pods, nodes, bound, cpuMs: ms, perPodMs: ms / pods, perCpuSecond: (pods / ms) * 1000 };
}

/** Cycles alone: a decision for each pod, and its place in the cache. */
function cycles(kind: Kind, pods: number, nodes: number) {
  const selectors = Array.from({ length: APPS }, (_, i) => ({ matchLabels: { app: `app-${i}` } }));
  const cache = new SchedulerCache(({ pod: { metadata } }) => selectors[Number(metadata?.labels?.["app"]?.slice(4))]);
  for (let i = 0; i < nodes; i++) cache.setNode(node(i));
  const context = testContext(cache);
  const random = createRandom(1);
  const infos = Array.from({ length: pods }, (_, i) => {
    const { metadata, spec } = pod(i, kind);
    return podInfo({ metadata: { ...metadata, uid: `uid-${i}` }, ...(spec ? { spec } : {}) });
  });
  const began = process.cpuUsage();
  let placed = 0;
  for (const info of infos) {
    const { decision } = schedule(info, { ...context, pick: (below) => random.int(below) });
    if (decision.node === undefined) continue;
    cache.place(info, decision.node);
    placed++;
  }
  const ms = cpuMs(began);
  return { kind, pods, nodes, placed, cpuMs: ms, perPodMs: ms / pods, perCpuSecond: (pods / ms) * 1000 };
}

const [what = "all", kind = "plain", pods = "5000", nodes = "1000"] = process.argv.slice(2);
const result =
  what === "cycles" ? cycles(kind as Kind, Number(pods), Number(nodes)) : await endToEnd(kind as Kind, Number(pods), Number(nodes));
process.stdout.write(`${JSON.stringify({ what, ...result, referenceMs: referenceLoop() })}\n`, () => process.exit(0));
