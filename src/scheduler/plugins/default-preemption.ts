import type { PodDisruptionBudget } from "../../api/index.ts";
import { labelSelector } from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";
import { histogram } from "../fit-error.ts";
import type { Candidate, Failure, Handle, NodeInfo, PodInfo, PostFiltered, Rejection, SchedulerPlugin } from "../types.ts";

/** How many nodes are tried at most: the greater of the two (k8s: DefaultPreemptionArgs). */
interface Args {
  readonly minCandidateNodesPercentage?: number;
  readonly minCandidateNodesAbsolute?: number;
}

const UNHELPFUL: Rejection = { reasons: ["Preemption is not helpful for scheduling"], unresolvable: true };

/** k8s: plugins/defaultpreemption: less important pods leave, so that a pod which fits nowhere fits. */
export function createDefaultPreemption({ informers, pick }: Handle, args: unknown): SchedulerPlugin {
  const { minCandidateNodesPercentage = 10, minCandidateNodesAbsolute = 100 } = (args ?? {}) as Args;
  const budgets = informers.of("poddisruptionbudgets");
  const enough = (nodes: number): number =>
    Math.min(nodes, Math.max(Math.floor((nodes * minCandidateNodesPercentage) / 100), minCandidateNodesAbsolute));
  return {
    name: "DefaultPreemption",
    retryOn: [],
    postFilter(failure) {
      const ineligible = whyNot(failure);
      return ineligible === undefined ? preempt(failure, [...budgets.list()], enough, pick) : { message: `preemption: ${ineligible}` };
    },
  };
}

/** Why a pod may not push others away; undefined: it may (k8s: PodEligibleToPreemptOthers). */
export function whyNot({ pod, nodes, verdictOn }: Failure): string | undefined {
  if (pod.pod.spec?.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const nominated = pod.pod.status?.nominatedNodeName;
  if (!nominated || verdictOn(nominated)?.unresolvable) return undefined;
  const node = nodes.find((n) => n.name === nominated);
  const leaving = [...(node?.pods.values() ?? [])].some((other) => other.priority < pod.priority && isLeavingForAnother(other));
  return leaving ? "not eligible due to a terminating pod on the nominated node." : undefined;
}

function isLeavingForAnother({ pod }: PodInfo): boolean {
  const target = pod.status?.conditions?.find((c) => c.type === "DisruptionTarget");
  return pod.metadata?.deletionTimestamp !== undefined && target?.status === "True" && target.reason === "PreemptionByScheduler";
}

function preempt(
  failure: Failure,
  budgets: readonly PodDisruptionBudget[],
  enough: (nodes: number) => number,
  pick: (below: number) => number,
): PostFiltered {
  const { nodes, verdictOn, pod } = failure;
  const helpful = nodes.filter((n) => !(verdictOn(n.name)?.unresolvable ?? true));
  const statuses = new Map<string, Rejection>();
  const found: Candidate[] = [];
  if (helpful.length > 0) {
    const offset = pick(helpful.length);
    const limit = enough(helpful.length);
    for (let i = 0; i < helpful.length && found.length < limit; i++) {
      const node = helpful[(offset + i) % helpful.length] as NodeInfo;
      const outcome = victimsOn(failure, node, budgets);
      if ("victims" in outcome) found.push(outcome);
      else statuses.set(node.name, outcome);
    }
  }
  const candidate = best(found);
  if (candidate) return { nominated: candidate.node, victims: candidate.victims, candidates: found };
  const why = histogram(nodes.map((n) => statuses.get(n.name) ?? UNHELPFUL));
  const taken = pod.pod.status?.nominatedNodeName ? { nominated: null } : {};
  return { ...taken, message: `preemption: 0/${nodes.length} nodes are available: ${why}.` };
}

/** The fewest pods that must leave a node, or why even that does not help (k8s: SelectVictimsOnNode). */
export function victimsOn({ pod, try: attempt }: Failure, node: NodeInfo, budgets: readonly PodDisruptionBudget[]): Candidate | Rejection {
  const weaker = [...node.pods.values()].filter((other) => other.priority < pod.priority);
  if (weaker.length === 0) return { reasons: ["No preemption victims found for incoming pod"], unresolvable: true };
  const trial = attempt(node);
  for (const other of weaker) trial.remove(other);
  const rejection = trial.rejection();
  if (rejection) return rejection;
  // Most important first: they are the first to be let stay.
  const { violating, others } = byBudget(weaker.toSorted(byImportance), budgets);
  const victims: PodInfo[] = [];
  const spare = (other: PodInfo): boolean => {
    trial.add(other);
    if (trial.rejection() === null) return true;
    trial.remove(other);
    victims.push(other);
    return false;
  };
  let violations = 0;
  for (const other of violating) if (!spare(other)) violations++;
  for (const other of others) spare(other);
  // Room was there without anybody leaving: what stood in the way was not pods.
  if (victims.length === 0) return { reasons: [`expected at least one victim pod on node "${node.name}"`], unresolvable: false };
  return { node: node.name, victims: victims.toSorted(byImportance), violations };
}

/** Higher priority first, then whoever started earlier (k8s: util.MoreImportantPod). */
function byImportance(a: PodInfo, b: PodInfo): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  const [first, second] = [startOf(a), startOf(b)];
  return first === second ? 0 : first - second;
}

/** A pod that has not started counts as started now: later than any other. */
function startOf({ pod }: PodInfo): number {
  return pod.status?.startTime === undefined ? Infinity : parseTime(pod.status.startTime);
}

/** Which pods' leaving would break a budget, in the order given (k8s: filterPodsWithPDBViolation). */
export function byBudget(
  pods: readonly PodInfo[],
  budgets: readonly PodDisruptionBudget[],
): { readonly violating: readonly PodInfo[]; readonly others: readonly PodInfo[] } {
  const protecting = budgets
    .filter(({ spec }) => Object.keys(spec?.selector?.matchLabels ?? {}).length > 0 || (spec?.selector?.matchExpressions?.length ?? 0) > 0)
    .map((budget) => ({ budget, selector: labelSelector(budget.spec?.selector), left: budget.status?.disruptionsAllowed ?? 0 }));
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const info of pods) {
    const { namespace, name = "", labels } = info.pod.metadata ?? {};
    let breaks = false;
    for (const p of labels && Object.keys(labels).length > 0 ? protecting : []) {
      if (p.budget.metadata?.namespace !== namespace || !p.selector.matches(labels ?? {})) continue;
      // The API server counted it already.
      if (p.budget.status?.disruptedPods?.[name] !== undefined) continue;
      p.left--;
      if (p.left < 0) breaks = true;
    }
    (breaks ? violating : others).push(info);
  }
  return { violating, others };
}

/** Added to priorities, so that many pods of negative priority never weigh less than few (k8s: MaxInt32+1). */
const OFFSET = 2 ** 31;

/** In this order, the greater the better (k8s: pickOneNodeForPreemption). */
const MERITS: readonly ((candidate: Candidate) => number)[] = [
  (c) => -c.violations,
  (c) => -(c.victims[0] as PodInfo).priority,
  (c) => -c.victims.reduce((sum, v) => sum + v.priority + OFFSET, 0),
  (c) => -c.victims.length,
  (c) => {
    const top = (c.victims[0] as PodInfo).priority;
    return Math.min(...c.victims.filter((v) => v.priority === top).map(startOf));
  },
];

/** The node whose victims are missed least. */
export function best(candidates: readonly Candidate[]): Candidate | undefined {
  let left = candidates;
  for (const merit of MERITS) {
    if (left.length <= 1) break;
    const most = Math.max(...left.map(merit));
    left = left.filter((c) => merit(c) === most);
  }
  return left[0];
}
