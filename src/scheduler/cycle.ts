import type { Nominator } from "./nominator.ts";
import { copyOf, count } from "./node-info.ts";
import type { Profile } from "./profile.ts";
import { best, type PluginScores, score } from "./scoring.ts";
import type {
  Failure,
  NodeInfo,
  PodInfo,
  PostFiltered,
  PreFiltered,
  Rejection,
  SchedulerPlugin,
  Snapshot,
  Trial,
  Verdict,
} from "./types.ts";

/** What one cycle decided, with everything it looked at. */
export interface Decision {
  readonly pod: PodInfo;
  /** The profile that decided. */
  readonly scheduler: string;
  /** Undefined: it fits nowhere. */
  readonly node: string | undefined;
  /** How many nodes there were. */
  readonly nodes: number;
  /** Node to the verdict of the plugin that rejected it. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** A verdict about all nodes at once. */
  readonly rejection?: Verdict;
  /** Nodes that do, in the order they were found. */
  readonly feasible: readonly string[];
  /** How well each of them does, by plugin; empty when there was nothing to choose. */
  readonly scores: readonly PluginScores[];
  /** What plugins did for a pod that fits nowhere. */
  readonly after: readonly (PostFiltered & { readonly plugin: string })[];
}

/** What plugins prepared in a cycle, by their names. */
export type States = ReadonlyMap<string, unknown>;

/** Where the next cycle starts to look, so that nodes take turns when not all are looked at. */
export interface Rotation {
  next: number;
}

export interface CycleContext {
  readonly profile: Profile;
  readonly snapshot: Snapshot;
  readonly nominator: Nominator;
  readonly rotation: Rotation;
  /** Breaks ties: an integer below its argument. */
  readonly pick: (below: number) => number;
}

const NOTHING: PreFiltered = {};
const NO_SCORES: readonly PluginScores[] = [];

/** One cycle for one pod: filters, then scores, then the best (k8s: schedule_one.go schedulePod). Pure but for `rotation`. */
export function schedule(pod: PodInfo, context: CycleContext): { readonly decision: Decision; readonly states: States } {
  const { profile, snapshot, rotation, pick } = context;
  const verdicts = new Map<string, Verdict>();
  const states = new Map<string, unknown>();
  const filters: SchedulerPlugin[] = [];
  const base = { pod, scheduler: profile.name, nodes: snapshot.nodes.length, verdicts, feasible: [], scores: NO_SCORES, after: [] };
  let { nodes } = snapshot;
  for (const { plugin, prepares, filters: on } of profile.filters) {
    const { state, rejection, skip, only } = (prepares ? plugin.preFilter?.(pod, snapshot) : undefined) ?? NOTHING;
    if (state !== undefined) states.set(plugin.name, state);
    if (on && !skip) filters.push(plugin);
    if (rejection) {
      const decision = { ...base, node: undefined, rejection: { ...rejection, plugin: plugin.name } };
      return { decision: { ...decision, after: nodes.length === 0 ? [] : helpFor(decision, states, filters, context) }, states };
    }
    if (only) {
      for (const { name } of nodes) if (!only.has(name)) verdicts.set(name, leftOut(plugin.name));
      nodes = nodes.filter((n) => only.has(n.name));
    }
  }
  const search = { pod, filters, states, nominator: context.nominator };
  const nominated = nominatedNode(search, nodes);
  const feasible = nominated ? [nominated] : findFeasible(search, nodes, profile.percentageOfNodesToScore, rotation, verdicts);
  if (snapshot.nodes.length > 0) rotation.next %= snapshot.nodes.length;
  if (feasible.length === 0) {
    const decision = { ...base, node: undefined };
    return { decision: { ...decision, after: snapshot.nodes.length === 0 ? [] : helpFor(decision, states, filters, context) }, states };
  }
  const names = feasible.map((n) => n.name);
  if (feasible.length === 1) return { decision: { ...base, feasible: names, node: names[0] }, states };
  const { totals, scores } = score(pod, snapshot, profile, states, feasible);
  return { decision: { ...base, feasible: names, scores, node: names[best(totals, pick)] }, states };
}

interface Search {
  readonly pod: PodInfo;
  readonly filters: readonly SchedulerPlugin[];
  readonly states: States;
  readonly nominator: Nominator;
}

/** How many feasible nodes are enough: all of up to 100, then a share that sinks from 50 % to 5 % (k8s: numFeasibleNodesToFind). */
export function enoughNodes(all: number, percentage = 0): number {
  if (all < 100 || percentage >= 100) return all;
  const share = percentage > 0 ? percentage : Math.max(5, 50 - Math.floor(all / 125));
  return Math.max(100, Math.floor((all * share) / 100));
}

/** The node that room was made on is tried first, and is enough (k8s: evaluateNominatedNode). */
function nominatedNode(search: Search, nodes: readonly NodeInfo[]): NodeInfo | undefined {
  const name = search.nominator.size > 0 ? search.nominator.nodeOf(search.pod.uid) : undefined;
  const node = name === undefined ? undefined : nodes.find((n) => n.name === name);
  return node && rejectionOn(search, node) === null ? node : undefined;
}

function findFeasible(
  search: Search,
  nodes: readonly NodeInfo[],
  percentage: number,
  rotation: Rotation,
  verdicts: Map<string, Verdict>,
): NodeInfo[] {
  const enough = enoughNodes(nodes.length, percentage);
  const feasible: NodeInfo[] = [];
  let looked = 0;
  for (; looked < nodes.length && feasible.length < enough; looked++) {
    const node = nodes[(rotation.next + looked) % nodes.length] as NodeInfo;
    const verdict = rejectionOn(search, node);
    if (verdict) verdicts.set(node.name, verdict);
    else feasible.push(node);
  }
  rotation.next += looked;
  return feasible;
}

/**
 * Whether a node does. Pods nominated to it that are as important count as being there; since they may yet land
 * elsewhere, and the pod may need what they take away, it must do without them too (k8s: RunFilterPluginsWithNominatedPods).
 */
function rejectionOn(search: Search, node: NodeInfo): Verdict | null {
  const { pod, filters, states, nominator } = search;
  if (nominator.size > 0) {
    const others = [...nominator.on(node.name)].filter((o) => o.uid !== pod.uid && o.priority >= pod.priority);
    if (others.length > 0) {
      const trial = new NodeTrial(search, node);
      for (const other of others) trial.add(other);
      const verdict = trial.plain();
      if (verdict) return verdict;
    }
  }
  return runFilters(pod, filters, states, node);
}

function runFilters(pod: PodInfo, filters: readonly SchedulerPlugin[], states: States, node: NodeInfo): Verdict | null {
  for (const plugin of filters) {
    const rejection = plugin.filter?.(pod, node, states.get(plugin.name));
    if (rejection) return { reasons: rejection.reasons, unresolvable: rejection.unresolvable, plugin: plugin.name };
  }
  return null;
}

/** A copy of a node and of what plugins prepared, on which pods come and go. */
class NodeTrial implements Trial {
  readonly #search: Search;
  readonly #node: NodeInfo;
  readonly #states: Map<string, unknown>;

  constructor(search: Search, node: NodeInfo) {
    this.#search = search;
    this.#node = copyOf(node);
    this.#states = new Map(search.states);
  }

  remove(other: PodInfo): void {
    this.#change(other, -1);
  }
  add(other: PodInfo): void {
    this.#change(other, 1);
  }
  rejection(): Rejection | null {
    return rejectionOn({ ...this.#search, states: this.#states }, this.#node);
  }
  /** Without a thought for the nominated. */
  plain(): Verdict | null {
    return runFilters(this.#search.pod, this.#search.filters, this.#states, this.#node);
  }

  #change(other: PodInfo, by: 1 | -1): void {
    count(this.#node, other, by);
    for (const plugin of this.#search.filters) {
      if (!plugin.withPod) continue;
      this.#states.set(plugin.name, plugin.withPod(this.#states.get(plugin.name), this.#search.pod, other, this.#node, by));
    }
  }
}

const cameFirst = ({ filters }: Profile, plugin: string, other: string): boolean => {
  const order = filters.map((f) => f.plugin.name);
  return order.indexOf(plugin) <= order.indexOf(other);
};

/** Asks the plugins that may help, until one does (k8s: RunPostFilterPlugins). */
function helpFor(
  decision: Decision,
  states: States,
  filters: readonly SchedulerPlugin[],
  { profile, snapshot, nominator }: CycleContext,
): readonly (PostFiltered & { plugin: string })[] {
  const { pod, verdicts, rejection } = decision;
  const failure: Failure = {
    pod,
    nodes: snapshot.nodes,
    verdictOn: (node) => rejection ?? verdicts.get(node),
    try: (node) => new NodeTrial({ pod, filters, states, nominator }, node),
    prepared: (plugin) => !rejection || cameFirst(profile, plugin, rejection.plugin),
  };
  const after: (PostFiltered & { plugin: string })[] = [];
  for (const plugin of profile.postFilters) {
    const answer = plugin.postFilter?.(failure);
    if (!answer) continue;
    after.push({ ...answer, plugin: plugin.name });
    if (answer.message === undefined || answer.failed) break;
  }
  return after;
}

/** A node that a plugin did not even name. */
const leftOut = (plugin: string): Verdict => ({
  reasons: [`node(s) didn't satisfy plugin(s) [${plugin}]`],
  unresolvable: true,
  plugin,
});
