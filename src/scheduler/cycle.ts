import type { NodeInfo, PodInfo, PreFiltered, Rejection, SchedulerPlugin, Snapshot } from "./types.ts";

/** What one cycle decided, with everything it looked at. */
export interface Decision {
  readonly pod: string;
  /** Undefined: it fits nowhere. */
  readonly node: string | undefined;
  /** How many nodes there were. */
  readonly nodes: number;
  /** Node to the verdict of the plugin that rejected it. */
  readonly rejections: ReadonlyMap<string, Rejection & { readonly plugin: string }>;
  /** A verdict about all nodes at once. */
  readonly rejection?: Rejection & { readonly plugin: string };
  /** Feasible nodes with their weighted total. */
  readonly scores: ReadonlyMap<string, number>;
}

const NOTHING: PreFiltered = {};

/** Where the next cycle starts to look, so that nodes take turns when not all are looked at. */
export interface Rotation {
  next: number;
}

/** One cycle for one pod: filters, then scores, then the best (k8s: schedule_one.go schedulePod). Pure but for `rotation`. */
export function schedule(
  pod: PodInfo,
  snapshot: Snapshot,
  plugins: readonly SchedulerPlugin[],
  rotation: Rotation,
  /** Breaks ties: an integer below its argument. */
  pick: (below: number) => number,
): Decision {
  const states = new Map<SchedulerPlugin, unknown>();
  const rejections = new Map<string, Rejection & { plugin: string }>();
  const scores = new Map<string, number>();
  const base = { pod: pod.key, nodes: snapshot.nodes.length, rejections, scores };
  const filters: SchedulerPlugin[] = [];
  let { nodes } = snapshot;
  for (const plugin of plugins) {
    const { state, rejection, skip, only } = plugin.preFilter?.(pod, snapshot) ?? NOTHING;
    if (rejection) return { ...base, node: undefined, rejection: { ...rejection, plugin: plugin.name } };
    if (state !== undefined) states.set(plugin, state);
    if (plugin.filter && !skip) filters.push(plugin);
    if (only) {
      for (const { name } of nodes) if (!only.has(name)) rejections.set(name, leftOut(plugin.name));
      nodes = nodes.filter((n) => only.has(n.name));
    }
  }
  const feasible = findFeasible(pod, nodes, filters, states, rotation, rejections);
  if (snapshot.nodes.length > 0) rotation.next %= snapshot.nodes.length;
  if (feasible.length === 0) return { ...base, node: undefined };
  if (feasible.length === 1) return { ...base, node: (feasible[0] as NodeInfo).name };
  const totals = score(pod, snapshot, plugins, states, feasible);
  for (let i = 0; i < feasible.length; i++) scores.set((feasible[i] as NodeInfo).name, totals[i] as number);
  return { ...base, node: (feasible[best(totals, pick)] as NodeInfo).name };
}

/** How many feasible nodes are enough: all of up to 100, then a share that sinks from 50 % to 5 % (k8s: numFeasibleNodesToFind). */
export function enoughNodes(all: number): number {
  if (all < 100) return all;
  const percentage = Math.max(5, 50 - Math.floor(all / 125));
  return Math.max(100, Math.floor((all * percentage) / 100));
}

function findFeasible(
  pod: PodInfo,
  nodes: readonly NodeInfo[],
  filters: readonly SchedulerPlugin[],
  states: ReadonlyMap<SchedulerPlugin, unknown>,
  rotation: Rotation,
  rejections: Map<string, Rejection & { plugin: string }>,
): NodeInfo[] {
  const enough = enoughNodes(nodes.length);
  const feasible: NodeInfo[] = [];
  let looked = 0;
  for (; looked < nodes.length && feasible.length < enough; looked++) {
    const node = nodes[(rotation.next + looked) % nodes.length] as NodeInfo;
    let rejected = false;
    for (const plugin of filters) {
      const rejection = plugin.filter?.(pod, node, states.get(plugin));
      if (!rejection) continue;
      rejections.set(node.name, { ...rejection, plugin: plugin.name });
      rejected = true;
      break;
    }
    if (!rejected) feasible.push(node);
  }
  rotation.next += looked;
  return feasible;
}

/** A node that a plugin did not even name. */
const leftOut = (plugin: string): Rejection & { plugin: string } => ({
  reasons: [`node(s) didn't satisfy plugin(s) [${plugin}]`],
  unresolvable: true,
  plugin,
});

function score(
  pod: PodInfo,
  snapshot: Snapshot,
  plugins: readonly SchedulerPlugin[],
  states: ReadonlyMap<SchedulerPlugin, unknown>,
  feasible: readonly NodeInfo[],
): number[] {
  const totals: number[] = feasible.map(() => 0);
  const scores = [...totals];
  for (const plugin of plugins) {
    if (!plugin.score) continue;
    const prepared = plugin.preScore?.(pod, snapshot);
    if (prepared === "skip") continue;
    const state = prepared ?? states.get(plugin);
    for (let i = 0; i < feasible.length; i++) scores[i] = plugin.score(pod, feasible[i] as NodeInfo, state, snapshot);
    plugin.normalize?.(scores);
    for (let i = 0; i < scores.length; i++) totals[i] = (totals[i] as number) + (scores[i] as number) * (plugin.weight ?? 1);
  }
  return totals;
}

/** Index of the highest total; ties are broken evenly by reservoir sampling (k8s: selectHost). */
function best(totals: readonly number[], pick: (below: number) => number): number {
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

/** The message of FailedScheduling (k8s: framework.FitError.Error with the PostFilter plugins' part). */
export function fitError({ nodes, rejections, rejection }: Decision): string {
  const prefix = `0/${nodes} nodes are available`;
  if (nodes === 0) return "no nodes available to schedule pods";
  // A verdict about all nodes (k8s: PreFilterMsg); preemption can't help either.
  if (rejection)
    return `${prefix}: ${rejection.reasons.join(", ")}. ${NO_CLAIMS}, preemption: ${prefix}: ${nodes} Preemption is not helpful for scheduling.`;
  const counts = new Map<string, number>();
  let resolvable = 0;
  for (const r of rejections.values()) {
    for (const reason of r.reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    if (!r.unresolvable) resolvable++;
  }
  const reasons = [...counts]
    .map(([reason, n]) => `${n} ${reason}`)
    .sort()
    .join(", ");
  const victims = [
    ...(resolvable > 0 ? [`${resolvable} No preemption victims found for incoming pod`] : []),
    ...(nodes > resolvable ? [`${nodes - resolvable} Preemption is not helpful for scheduling`] : []),
  ];
  return `${prefix}: ${reasons}. ${NO_CLAIMS}, preemption: ${prefix}: ${victims.join(", ")}.`;
}

/** The DynamicResources plugin's word when a pod has no claims to give back. */
const NO_CLAIMS = "no new claims to deallocate";
