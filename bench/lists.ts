import { createApiServer } from "../src/apiserver/index.ts";
import type { KubeObject, Pod } from "../src/api/index.ts";
import { createClient } from "../src/client/index.ts";
import { MemoryStore } from "../src/etcd/index.ts";
import { parseLabelSelector } from "../src/machinery/index.ts";
import { createRandom, SimClock } from "../src/sim/index.ts";
import { nodePlatform } from "../src/node/platform.ts";
import { referenceLoop } from "./manifest.ts";

// What lists, selectors and watches cost the API server by itself, and how that grows: the best of many rounds, which is
// what the work costs whoever else is at the caches; of differences the median. Beside a fixed loop.
const APPS = 100;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const best = (values: readonly number[]): number => Math.min(...values);

async function timed(rounds: number, work: () => unknown, of = best): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return of(times);
}

function pool<T>(make: (n: number) => T) {
  let next = 0;
  return { range: "bench", has: () => false, allocate: () => undefined, allocateNext: () => make(next++), release: () => undefined };
}

/** An API server that holds this many pods, of a hundred apps. */
async function server(pods: number) {
  const clock = new SimClock({ epoch: Date.UTC(2026, 0, 1), speed: 0, platform: nodePlatform });
  const store = new MemoryStore({ now: () => clock.now(), turn: (fn) => clock.turn(fn) });
  const api = createApiServer({
    store,
    clock,
    random: createRandom(1),
    clusterIps: pool((n) => `10.96.0.${n}`),
    nodePorts: pool((n) => 30_000 + n),
  });
  const causes = [{ kind: "input" as const, at: clock.now(), sequence: 0, what: "bench" }];
  const client = createClient({ api, user: { name: "admin", groups: ["system:masters", "system:authenticated"] }, agent: "bench", causes });
  await client.create("namespaces", { metadata: { name: "default" } });
  await client.create("serviceaccounts", { metadata: { name: "default", namespace: "default" } });
  for (let i = 0; i < pods; i++) {
    const pod: Pod = {
      metadata: {
        name: `pod-${i}`,
        namespace: "default",
        labels: { app: `app-${i % APPS}`, "pod-template-hash": `hash-${i % (2 * APPS)}` },
      },
      spec: { containers: [{ name: "web", image: "nginx:1.27" }], nodeName: `node-${i % 1000}` },
    };
    await client.create("pods", pod);
  }
  await clock.settle();
  return { clock, store, client };
}

async function lists(pods: number) {
  const { store, client } = await server(pods);
  const ms = await timed(50, () => client.list("pods"));
  const selector = "app=app-7";
  const byIndex = await timed(200, () => client.list("pods", { labelSelector: selector }));
  const parsed = parseLabelSelector(selector);
  const byScan = await timed(50, () =>
    store.range({ prefix: "/registry/pods/" }).entries.filter(({ value }) => parsed.matches((value as KubeObject).metadata?.labels)),
  );
  // Each write is followed by the next question.
  let n = 0;
  const afterWrites = await timed(50, async () => {
    await client.patch("pods", "default", `pod-${n++}`, "merge", { metadata: { annotations: { n: String(n) } } });
    await client.list("pods", { labelSelector: selector });
  });
  return { pods, ms, usPerItem: (ms * 1000) / pods, byIndex, byScan, indexRatio: byScan / byIndex, writeAndSelect: afterWrites };
}

/** One pod is changed before watchers who each see it, or of whom each has an app of its own. */
async function fanOut(watchers: number) {
  const { clock, client } = await server(APPS);
  let seen = 0;
  const change = async (rounds: number): Promise<number> => {
    let n = 0;
    return timed(
      rounds,
      async () => {
        await client.patch("pods", "default", "pod-0", "merge", { metadata: { annotations: { n: String(n++) } } });
        await clock.settle();
      },
      median,
    );
  };
  const idle = await change(200);
  const cancels = Array.from({ length: watchers }, () => client.watch("pods", {}, () => seen++));
  await clock.settle();
  seen = 0;
  const whole = await change(200);
  const delivered = seen / 200;
  for (const cancel of cancels) cancel();
  for (let i = 0; i < watchers; i++) client.watch("pods", { labelSelector: `app=app-${i % 10 === 0 ? 0 : 1000 + i}` }, () => seen++);
  await clock.settle();
  seen = 0;
  const selected = await change(200);
  return {
    watchers,
    delivered,
    ms: whole - idle,
    usPerWatcher: ((whole - idle) * 1000) / watchers,
    selected: { delivered: seen / 200, ms: selected - idle },
  };
}

const sizes = [await lists(1000), await lists(10_000)] as const;
const fans = [await fanOut(100), await fanOut(1000)] as const;
const result = {
  referenceMs: referenceLoop(),
  lists: sizes,
  listGrowth: sizes[1].usPerItem / sizes[0].usPerItem,
  listBoundMs: 60,
  fanOut: fans,
  fanOutGrowth: fans[1].usPerWatcher / fans[0].usPerWatcher,
  fanOutBoundMs: 1,
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
