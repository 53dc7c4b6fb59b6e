import type { Deployment } from "../src/api/index.ts";
import { benchCluster } from "./cluster.ts";
import { deployment, measure } from "./manifest.ts";

/** Rolls out `pods` pods on `nodes` nodes with the clock as fast as the CPU goes. */
export async function main(argv: readonly string[]): Promise<number> {
  const [pods, nodes] = argv.map(Number) as [number, number];
  const { cluster, client } = await benchCluster({ nodes, podsPerNode: Math.max(110, Math.ceil((pods / nodes) * 2)) });
  const run = await measure("timonel", pods, nodes, async () => {
    const ready = (): number =>
      (cluster.store.get("/registry/deployments/default/echo")?.value as Deployment | undefined)?.status?.readyReplicas ?? 0;
    cluster.clock.input(() => client.create("deployments", deployment(pods) as unknown as Deployment));
    await cluster.clock.advanceUntil(() => ready() === pods, 3600_000);
    return ready();
  });
  process.stdout.write(`${JSON.stringify(run)}\n`, () => process.exit(0));
  return 0;
}

await main(process.argv.slice(2));
