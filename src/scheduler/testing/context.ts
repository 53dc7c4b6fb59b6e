import type { KubeObject, PodDisruptionBudget } from "../../api/index.ts";
import { createRandom } from "../../sim/index.ts";
import { testClock } from "../../sim/testing.ts";
import { type KubeSchedulerConfiguration, makeProfiles } from "../configuration.ts";
import type { CycleContext } from "../cycle.ts";
import { Nominator } from "../nominator.ts";
import { plugins } from "../plugins/index.ts";
import type { Profile } from "../profile.ts";
import type { Handle, Snapshot } from "../types.ts";
import { informersOf } from "./informers.ts";

/** A cycle's context over a snapshot, without an API behind it: informers know only what they are given. */
export function testContext(
  snapshot: Snapshot,
  options: {
    readonly configuration?: KubeSchedulerConfiguration;
    readonly scheduler?: string;
    readonly budgets?: readonly PodDisruptionBudget[];
    /** What else the API holds, by resource. */
    readonly objects?: Readonly<Record<string, readonly KubeObject[]>>;
    readonly nominator?: Nominator;
  } = {},
): CycleContext {
  const pick = (below: number): number => createRandom(1).int(below);
  const handle: Handle = {
    informers: informersOf({ poddisruptionbudgets: options.budgets ?? [], ...options.objects }),
    clock: testClock(0),
    snapshot,
    pick,
  };
  const profiles = makeProfiles(options.configuration ?? {}, plugins, handle);
  const profile = profiles.get(options.scheduler ?? "default-scheduler") as Profile;
  return { profile, snapshot, nominator: options.nominator ?? new Nominator(), rotation: { next: 0 }, pick };
}
