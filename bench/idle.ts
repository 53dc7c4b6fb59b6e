import type { Deployment, Pod } from "../src/api/index.ts";
import { benchCluster } from "./cluster.ts";
import { referenceLoop } from "./manifest.ts";

const gc = (globalThis as { gc?: () => void }).gc;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const heap = (): number => {
  gc?.();
  gc?.();
  return process.memoryUsage().heapUsed;
};

function deployment(
  name: string,
  replicas: number,
  container: { readonly image: string; readonly command?: readonly string[] },
): Deployment {
  const labels = { app: name };
  return {
    metadata: { name, namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "c", ...container, command: [...(container.command ?? [])] }] } },
    },
  } as unknown as Deployment;
}

/** What idle nginx pods hold and cost at the speed of a clock on the wall. */
async function idle(pods: number) {
  const { cluster, client } = await benchCluster({ nodes: 20, podsPerNode: 200, speed: 0 });
  const create = (name: string, replicas: number) =>
    cluster.clock.input(() => client.create("deployments", deployment(name, replicas, { image: "nginx:1.27" })));
  // The first pod of a node brings the image and its programs.
  create("warm", 40);
  await cluster.clock.advance(300_000);
  const before = heap();
  create("idle", pods);
  await cluster.clock.advance(600_000);
  const ready = (cluster.store.get("/registry/deployments/default/idle")?.value as Deployment | undefined)?.status?.readyReplicas ?? 0;
  const perPod = (heap() - before) / pods;
  cluster.clock.setSpeed(1);
  await wait(2000);
  const cpu = process.cpuUsage();
  const began = performance.now();
  await wait(15_000);
  const { user, system } = process.cpuUsage(cpu);
  const share = (user + system) / 1000 / (performance.now() - began);
  cluster.stop();
  return { pods, ready, heapPerPod: Math.round(perPod), bound: 25 * 1024, share };
}

/** Whether loops of `date; sleep 1` keep up with a clock that runs a hundred times as fast: lines that came, of those that should. */
async function loops(pods: number, speed: number) {
  const { cluster, client } = await benchCluster({ nodes: 10, podsPerNode: 200, speed: 0 });
  const command = ["sh", "-c", "while true; do date; sleep 1; done"];
  cluster.clock.input(() => client.create("deployments", deployment("loop", pods, { image: "busybox:1.36", command })));
  await cluster.clock.advance(120_000);
  const { items } = await client.list("pods", { namespace: "default" });
  const running = items.filter((pod: Pod) => pod.status?.phase === "Running").length;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const from = cluster.clock.now();
  cluster.clock.setSpeed(speed);
  await wait(15_000);
  const wall = performance.now() - began;
  const passed = cluster.clock.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  cluster.stop();
  return { pods, running, speed, reached: passed / wall, cpuShare: (user + system) / 1000 / wall, heapMB: Math.round(heap() / 1e6) };
}

const referenceMs = referenceLoop();
const only = process.argv[2];
const result = {
  referenceMs,
  ...(only === "loops" ? {} : { idle: await idle(Number(process.argv[3] ?? 1000)) }),
  ...(only === "idle" ? {} : { loops: await loops(300, 100) }),
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
