import type { testClock } from "../sim/testing.ts";
import { type Cluster, type ClusterOptions, createCluster } from "./cluster.ts";

declare const setImmediate: (fn: () => void) => unknown;
declare const clearImmediate: (handle: unknown) => void;

/** Time stands still but for what a test lets pass. */
export const PLATFORM: ClusterOptions["platform"] = {
  wall: () => 0,
  timer: (ms, fn) => {
    if (ms > 0) return () => {};
    const handle = setImmediate(fn);
    return () => clearImmediate(handle);
  },
};

/** A cluster whose time passes only when the test says so; a write without a cause, or a fault in a turn, fails the test. */
export async function testCluster(options: Partial<ClusterOptions> = {}) {
  const faults: unknown[] = [];
  const cluster: Cluster = createCluster({
    platform: PLATFORM,
    preset: "default",
    seed: 1,
    epoch: Date.UTC(2026, 0, 1),
    speed: 0,
    strictCauses: true,
    onError: (error) => faults.push(error),
    ...options,
  });
  const { resumed } = await cluster.start();
  const check = (): void => {
    if (faults.length > 0) throw faults[0];
  };
  check();
  return {
    ...cluster,
    clock: cluster.clock as ReturnType<typeof testClock>,
    resumed,
    /** Virtual seconds. */
    async advance(seconds: number) {
      await cluster.clock.advance(seconds * 1000);
      check();
    },
    /** Runs a script in the learner's shell to its end; answers stdout and stderr together, trimmed, with the code when it is not 0. */
    async sh(script: string): Promise<string> {
      let result: { out: string; err: string; code: number } | undefined;
      cluster.clock.input(async () => {
        result = await cluster.workstation.run(script);
      });
      await cluster.clock.advanceUntil(() => result !== undefined, 3_600_000);
      check();
      if (!result) return "the script did not end within an hour";
      const { out, err, code } = result;
      return `${out}${err}${code === 0 ? "" : `[${code}]`}`.trimEnd();
    },
  };
}
