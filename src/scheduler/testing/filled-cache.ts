import type { KubeObject, Pod } from "../../api/index.ts";
import { SchedulerCache } from "../cache.ts";
import { podInfo } from "../pod-info.ts";
import { plugins } from "../plugins/index.ts";
import type { Handle, NodeInfo, PodInfo, SchedulerPlugin, Snapshot } from "../types.ts";
import { informersOf } from "./informers.ts";
import type { SmallCluster } from "./random-cluster.ts";

/** A cache that is told everything once. */
export function filledCache({ nodes, placed }: SmallCluster): SchedulerCache {
  const cache = new SchedulerCache();
  for (const node of nodes) cache.setNode(node);
  for (const { pod, node } of placed) cache.place(podInfo(pod), node);
  return cache;
}

/** The pure plugins of the default profile, over informers that know only namespaces. */
export function pluginsOver({ namespaces }: Pick<SmallCluster, "namespaces">, snapshot: Snapshot): readonly SchedulerPlugin[] {
  const informers = informersOf({ namespaces: namespaces as readonly KubeObject[] });
  const handle = { informers, snapshot } as Handle;
  return Object.values(plugins).map((factory) => factory(handle, undefined));
}

/** Each plugin that has something to say about each node, with its reasons: whatever its neighbours in the table said. */
export function pluginVerdicts(
  plugins: readonly SchedulerPlugin[],
  pod: Pod,
  snapshot: Snapshot,
  /** Sees the state before the filters do. */
  change: (plugin: SchedulerPlugin, state: unknown, info: PodInfo) => unknown = (_plugin, state) => state,
): ReadonlyMap<string, Record<string, readonly string[]>> {
  const info = podInfo(pod);
  const said = new Map(snapshot.nodes.map((n): [string, Record<string, readonly string[]>] => [n.name, {}]));
  for (const plugin of plugins) {
    const { state, rejection, skip } = plugin.preFilter?.(info, snapshot) ?? {};
    if (skip) continue;
    const changed = rejection ? undefined : change(plugin, state, info);
    for (const node of snapshot.nodes) {
      const reasons = rejection?.reasons ?? plugin.filter?.(info, node, changed)?.reasons;
      if (reasons) (said.get(node.name) as Record<string, readonly string[]>)[plugin.name] = reasons;
    }
  }
  return said;
}

/** The weighted total of each node, as the plugins score. */
export function pluginTotals(
  plugins: readonly SchedulerPlugin[],
  pod: Pod,
  snapshot: Snapshot,
  feasible: readonly NodeInfo[],
): readonly number[] {
  const info = podInfo(pod);
  const totals = feasible.map(() => 0);
  for (const plugin of plugins) {
    const { state: filtered } = plugin.preFilter?.(info, snapshot) ?? {};
    const prepared = plugin.preScore?.(info, snapshot, feasible);
    if (!plugin.score || prepared === "skip") continue;
    const scores = feasible.map((node) => plugin.score?.(info, node, prepared ?? filtered, snapshot) ?? 0);
    plugin.normalize?.(scores);
    for (const [i, score] of scores.entries()) totals[i] = (totals[i] as number) + score * (plugin.weight ?? 1);
  }
  return totals;
}
