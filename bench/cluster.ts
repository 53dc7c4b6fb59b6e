import { createCluster } from "../src/cluster/index.ts";
import { nodePlatform } from "../src/node/platform.ts";

type Options = Parameters<typeof createCluster>[0];

/** The cluster that is measured: the default one, always from the same seed and moment, without addons unless it is asked for them. */
export async function benchCluster(options: Pick<Options, "nodes" | "podsPerNode" | "addons" | "speed">) {
  const cluster = createCluster({
    platform: nodePlatform,
    preset: "default",
    addons: false,
    seed: 1,
    epoch: Date.UTC(2026, 0, 1),
    speed: 0,
    ...options,
  });
  await cluster.start();
  const causes = [{ kind: "input" as const, at: cluster.clock.now(), sequence: 0, what: "bench" }];
  return { cluster, client: cluster.client({ name: "kubernetes-admin", groups: ["system:masters"] }, "bench", causes) };
}
