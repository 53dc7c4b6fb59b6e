import type { KubeObject, PodDisruptionBudget } from "../../api/index.ts";
import { type Informers, keyOfObject } from "../../client/index.ts";
import { createRandom } from "../../sim/index.ts";
import { testClock } from "../../sim/testing.ts";
import { type KubeSchedulerConfiguration, makeProfiles } from "../configuration.ts";
import type { CycleContext } from "../cycle.ts";
import { Nominator } from "../nominator.ts";
import { plugins } from "../plugins/index.ts";
import type { Profile } from "../profile.ts";
import type { Handle, Snapshot } from "../types.ts";

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

function informersOf(objects: Readonly<Record<string, readonly KubeObject[]>>): Informers {
  const of = (resource: string) => {
    const all = objects[resource] ?? [];
    const indexes = new Map<string, (object: KubeObject) => readonly string[]>();
    return {
      synced: true,
      size: all.length,
      get: (key: string) => all.find((object) => keyOfObject(object) === key),
      list: () => all,
      by: (index: string, value: string) => all.filter((object) => indexes.get(index)?.(object).includes(value)),
      index: (name: string, values: (object: KubeObject) => readonly string[]) => void indexes.set(name, values),
      on: () => () => {},
    };
  };
  return { of, forget() {}, synced: async () => {}, answered: async () => {}, stop() {} } as unknown as Informers;
}
