import type { States } from "./cycle.ts";
import type { Profile } from "./profile.ts";
import type { NodeInfo, PodInfo, Snapshot } from "./types.ts";

/** What one plugin thinks of the feasible nodes, in their order. */
export interface PluginScores {
  readonly plugin: string;
  readonly weight: number;
  /** As it counted; NaN for a node that it does not score. */
  readonly raw: Float32Array;
  /** 0 to 100. */
  readonly normalized: Uint8Array;
}

/** Every plugin's scores and their weighted sum for each node (k8s: prioritizeNodes). */
export function score(
  pod: PodInfo,
  snapshot: Snapshot,
  profile: Profile,
  states: States,
  feasible: readonly NodeInfo[],
): { readonly totals: readonly number[]; readonly scores: readonly PluginScores[] } {
  const totals: number[] = feasible.map(() => 0);
  const values = [...totals];
  const scores: PluginScores[] = [];
  for (const { plugin, weight, prepares } of profile.scores) {
    const prepared = prepares ? plugin.preScore?.(pod, snapshot, feasible) : undefined;
    if (prepared === "skip") continue;
    const state = prepared ?? states.get(plugin.name);
    for (let i = 0; i < feasible.length; i++) values[i] = plugin.score?.(pod, feasible[i] as NodeInfo, state, snapshot) ?? 0;
    const raw = new Float32Array(values);
    plugin.normalize?.(values);
    for (let i = 0; i < values.length; i++) totals[i] = (totals[i] as number) + (values[i] as number) * weight;
    scores.push({ plugin: plugin.name, weight, raw, normalized: new Uint8Array(values) });
  }
  return { totals, scores };
}

/** Index of the highest total; ties are broken evenly by reservoir sampling (k8s: selectHost). */
export function best(totals: readonly number[], pick: (below: number) => number): number {
  let winner = 0;
  let ties = 1;
  for (let i = 1; i < totals.length; i++) {
    if ((totals[i] as number) > (totals[winner] as number)) {
      winner = i;
      ties = 1;
    } else if (totals[i] === totals[winner]) {
      ties++;
      if (pick(ties) === 0) winner = i;
    }
  }
  return winner;
}
