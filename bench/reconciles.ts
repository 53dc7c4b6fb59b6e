import { furnish } from "../src/cluster/invariants/furniture.ts";
import { idleControllers } from "../src/cluster/invariants/reconciles.ts";
import { benchCluster } from "./cluster.ts";
import { referenceLoop } from "./manifest.ts";

/** What a reconcile costs, in microseconds, when nothing has changed: every controller of the table over every key it has. */
const BOUND = 20;
const ROUNDS = Number(process.env.ROUNDS ?? 30);
const OF_EACH_KIND = 20;

const { cluster } = await benchCluster({ nodes: 20 });
await furnish(cluster, OF_EACH_KIND);
await cluster.clock.advance(400_000);
const controllers = [];
for (const { name, keys, reconcile } of await idleControllers(cluster)) {
  if (keys.length === 0) continue;
  // Once to begin, and so that what is compiled later is compiled.
  for (let i = 0; i < 3; i++) for (const key of keys) await reconcile(key);
  const cpu = process.cpuUsage();
  for (let i = 0; i < ROUNDS; i++) for (const key of keys) await reconcile(key);
  const { user, system } = process.cpuUsage(cpu);
  controllers.push({ name, keys: keys.length, us: (user + system) / (ROUNDS * keys.length) });
}
cluster.stop();
const mean = controllers.reduce((sum, c) => sum + c.us * c.keys, 0) / controllers.reduce((sum, c) => sum + c.keys, 0);
const result = { referenceMs: referenceLoop(), bound: BOUND, mean, controllers: controllers.toSorted((a, b) => b.us - a.us) };
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
