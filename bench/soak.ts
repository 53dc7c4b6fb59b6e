import { createSoak } from "../src/cluster/invariants/soak.ts";
import { benchCluster } from "./cluster.ts";
import { referenceLoop } from "./manifest.ts";

/** A day of virtual time with schedules, rollouts, an autoscaler and node failures: what it costs, and whether anything grows. */
export async function main([hours = 24]: readonly number[]): Promise<void> {
  const referenceMs = referenceLoop();
  const { cluster } = await benchCluster({ nodes: 4, addons: true });
  const soak = createSoak(cluster);
  await soak.begin();
  const rows = [];
  const cpu = process.cpuUsage();
  for (let hour = 1; hour <= hours; hour++) {
    await soak.hour();
    (globalThis as { gc?: () => void }).gc?.();
    const { user, system } = process.cpuUsage(cpu);
    rows.push({ hour, cpuMs: (user + system) / 1000, heap: process.memoryUsage().heapUsed, ...soak.counts() });
  }
  cluster.stop();
  process.stdout.write(`${JSON.stringify({ referenceMs, hours, rows })}\n`, () => process.exit(0));
}

await main(
  process.argv
    .slice(2)
    .map(Number)
    .filter((n) => n > 0),
);
