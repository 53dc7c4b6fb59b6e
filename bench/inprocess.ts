import type { Pod } from "../src/api/index.ts";
import { benchCluster } from "./cluster.ts";
import { deployment, referenceLoop } from "./manifest.ts";

/** The budgets that one process can look at by itself: milliseconds are medians, beside a fixed loop of the same moment. */
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function timed(rounds: number, work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return median(times);
}

const start = (options: { nodes: number; speed: number }) => benchCluster({ podsPerNode: 1000, ...options });

// First, while nothing else has left anything to collect.
const idle = await start({ nodes: 3, speed: 1 });
await new Promise((resolve) => setTimeout(resolve, 5000));
const cpu = process.cpuUsage();
const began = performance.now();
await new Promise((resolve) => setTimeout(resolve, 20_000));
const { user, system } = process.cpuUsage(cpu);
const idleShare = (user + system) / 1000 / (performance.now() - began);
idle.cluster.stop();

const { cluster, client } = await start({ nodes: 20, speed: 0 });
cluster.clock.input(() => client.create("deployments", deployment(1000) as never));
await cluster.clock.advance(60_000);
const { items } = await client.list("pods", { namespace: "default" });

// One pod is changed a hundred times before a thousand watchers of all pods.
let seen = 0;
for (let i = 0; i < 1000; i++) client.watch("pods", {}, () => seen++);
await cluster.clock.advance(100);
seen = 0;
const pod = items[0] as Pod;
let n = 0;
const watchFanOut = await timed(100, async () => {
  await client.patch("pods", "default", pod.metadata?.name ?? "", "merge", { metadata: { annotations: { n: String(n++) } } });
  await cluster.clock.settle();
});
const delivered = seen / 100;

const getPods = await timed(20, async () => {
  let done = false;
  cluster.clock.input(async () => {
    await cluster.workstation.run("kubectl get pods");
    done = true;
  });
  await cluster.clock.advanceUntil(() => done, 60_000);
});
const listPods = await timed(50, async () => {
  await client.list("pods");
});
cluster.stop();

const result = {
  referenceMs: referenceLoop(),
  watchFanOut: { watchers: delivered, ms: watchFanOut, bound: 1 },
  kubectlGetPods: { pods: 1000, ms: getPods, bound: 50 },
  listPods: { pods: items.length, ms: listPods },
  idle: { nodes: 3, share: idleShare, bound: 0.01 },
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
