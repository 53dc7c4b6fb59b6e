import type { DaemonSet, Node, Pod } from "../../api/index.ts";
import { parseTime } from "../../sim/index.ts";
import { isPodReady, isPodTerminal, podCondition } from "../pods.ts";
import { HASH_LABEL, isUpdated, placementOn, targetNode } from "./placement.ts";

/** Pods created, and pods deleted, in one turn at most (k8s: daemon.BurstReplicas). */
const BURST_REPLICAS = 250;

/** What there is: the nodes, and the daemon's pods by the node that each is for. */
export interface Daemons {
  readonly nodes: readonly Node[];
  readonly pods: ReadonlyMap<string, readonly Pod[]>;
}

/** What is to be done. Pods that ended are apart: they are told of, and those that failed wait for their turn. */
export interface Plan {
  /** Names of the nodes that are to get one. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
  readonly ended: readonly { readonly pod: Pod; readonly node: string }[];
}

/** Pods by the node they are for; what is terminal and going has nothing more to tell (k8s: getNodesToDaemonPods). */
export function podsByNode(pods: readonly Pod[], withGone = false): ReadonlyMap<string, readonly Pod[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = targetNode(pod);
    if (node === undefined || (!withGone && isPodTerminal(pod) && isGoing(pod))) continue;
    const there = byNode.get(node);
    if (there) there.push(pod);
    else byNode.set(node, [pod]);
  }
  return byNode;
}

const isGoing = (pod: Pod): boolean => pod.metadata?.deletionTimestamp !== undefined;
const nameOf = (node: Node): string => node.metadata?.name ?? "";

/** Milliseconds until it is available: 0 when it is, undefined when it is not even ready (k8s: podutil.IsPodAvailable). */
export function availableIn(d: DaemonSet, pod: Pod, now: number): number | undefined {
  if (!isPodReady(pod)) return undefined;
  const minReady = (d.spec?.minReadySeconds ?? 0) * 1000;
  if (minReady === 0) return 0;
  const since = podCondition(pod, "Ready")?.lastTransitionTime;
  return since === undefined ? undefined : Math.max(0, parseTime(since) + minReady - now);
}

const isAvailable = (d: DaemonSet, pod: Pod, now: number): boolean => availableIn(d, pod, now) === 0;

/** Those with a node first, then the oldest (k8s: podByCreationTimestampAndPhase). */
export function bySeniority(a: Pod, b: Pod): number {
  const assigned = Number(!!b.spec?.nodeName) - Number(!!a.spec?.nodeName);
  if (assigned !== 0) return assigned;
  const [x = "", y = ""] = [a.metadata?.creationTimestamp, b.metadata?.creationTimestamp];
  if (x !== y) return x < y ? -1 : 1;
  return (a.metadata?.name ?? "") < (b.metadata?.name ?? "") ? -1 : 1;
}

function share(value: number | string | undefined, total: number): number {
  if (value === undefined) return 0;
  return typeof value === "number" ? value : Math.ceil((parseInt(value, 10) * total) / 100);
}

const isRolling = (d: DaemonSet): boolean => d.spec?.updateStrategy?.type === "RollingUpdate";

const maxSurgeOf = (d: DaemonSet, desired: number): number =>
  isRolling(d) ? share(d.spec?.updateStrategy?.rollingUpdate?.maxSurge, desired) : 0;
const maxUnavailableOf = (d: DaemonSet, desired: number): number =>
  isRolling(d) ? share(d.spec?.updateStrategy?.rollingUpdate?.maxUnavailable, desired) : 0;

/** One pod on each node that is to have one, and none elsewhere (k8s: manage, podsShouldBeOnNode). */
export function placementPlan(d: DaemonSet, { nodes, pods }: Daemons, hash: string, now: number): Plan {
  const create: string[] = [];
  const remove: Pod[] = [];
  const ended: { pod: Pod; node: string }[] = [];
  const surge = maxSurgeOf(d, 1) > 0;
  for (const node of nodes) {
    const name = nameOf(node);
    const { run, stay } = placementOn(d, node);
    const here = pods.get(name);
    const staying = here?.filter((p) => !isGoing(p)) ?? [];
    if (run && !here) create.push(name);
    else if (!stay) remove.push(...staying);
    else {
      const running = staying.filter((p) => !isPodTerminal(p)).sort(bySeniority);
      for (const pod of staying) if (isPodTerminal(pod)) ended.push({ pod, node: name });
      if (!surge) remove.push(...running.slice(1));
      else if (running.length > 1) remove.push(...surplus(d, running, hash, now));
      else if (running.length === 0 && run) create.push(name);
    }
  }
  const known = new Set(nodes.map(nameOf));
  // Nobody else would: without a node the pod collector does not know it, and no scheduler will bind it.
  for (const [name, here] of pods) if (!known.has(name)) remove.push(...here.filter((p) => !p.spec?.nodeName));
  return { create: create.slice(0, BURST_REPLICAS), remove: remove.slice(0, BURST_REPLICAS), ended };
}

/** Where two may share a node for a while: an old one that is ready and a new one that is not yet. */
function surplus(d: DaemonSet, running: readonly Pod[], hash: string, now: number): readonly Pod[] {
  const fresh = running.find((p) => p.metadata?.labels?.[HASH_LABEL] === hash);
  const old = running.find((p) => p.metadata?.labels?.[HASH_LABEL] !== hash);
  const more = running.filter((p) => p !== fresh && p !== old);
  if (fresh && old && (!isPodReady(old) || isAvailable(d, fresh, now))) more.push(old);
  return more;
}

/** The new and the old pod of a node; undefined when there are several of either, which `placementPlan` will prune. */
function pairOn(d: DaemonSet, pods: readonly Pod[], hash: string): { readonly fresh?: Pod; readonly old?: Pod } | undefined {
  const staying = pods.filter((p) => !isGoing(p));
  const [fresh, ...moreFresh] = staying.filter((p) => isUpdated(d, p, hash));
  const [old, ...moreOld] = staying.filter((p) => !isUpdated(d, p, hash));
  return moreFresh.length + moreOld.length > 0 ? undefined : { ...(fresh && { fresh }), ...(old && { old }) };
}

/** The next step of a rolling update (k8s: rollingUpdate): old pods that may go now, nodes that may get a second pod. */
export function rollingPlan(d: DaemonSet, { nodes, pods }: Daemons, hash: string, now: number): Plan {
  if (!isRolling(d)) return { create: [], remove: [], ended: [] };
  const wanted = nodes.filter((n) => placementOn(d, n).run).map(nameOf);
  const names = [...new Set([...nodes.map(nameOf).filter((n) => pods.has(n)), ...pods.keys(), ...wanted])];
  const desired = wanted.length;
  const maxSurge = maxSurgeOf(d, desired);
  // With neither allowed nothing could ever move.
  const maxUnavailable = maxSurge === 0 ? maxUnavailableOf(d, desired) || Math.min(1, desired) : 0;
  const pairs = names.map((node) => ({ node, pair: pairOn(d, pods.get(node) ?? [], hash) }));
  const plan = maxSurge === 0 ? replacing(d, pairs, maxUnavailable, now) : surging(d, pairs, new Set(wanted), maxSurge, now);
  return { create: plan.create.slice(0, BURST_REPLICAS), remove: plan.remove.slice(0, BURST_REPLICAS), ended: [] };
}

type Pairs = readonly { readonly node: string; readonly pair: ReturnType<typeof pairOn> }[];

/** Deletes old pods: those that serve nobody at once, the others as far as `maxUnavailable` has room. */
function replacing(d: DaemonSet, pairs: Pairs, maxUnavailable: number, now: number): Plan {
  let unavailable = 0;
  const useless: Pod[] = [];
  const serving: Pod[] = [];
  for (const { pair } of pairs) {
    const { fresh, old } = pair ?? {};
    if (old && !fresh && isAvailable(d, old, now)) serving.push(old);
    else {
      if (old && !fresh) useless.push(old);
      if (old || !fresh || !isAvailable(d, fresh, now)) unavailable++;
    }
  }
  return { create: [], remove: [...useless, ...serving.slice(0, Math.max(0, maxUnavailable - unavailable))], ended: [] };
}

/** Adds new pods beside old ones, at most `maxSurge` that are not available yet; the old go when the new are. */
function surging(d: DaemonSet, pairs: Pairs, wanted: ReadonlySet<string>, maxSurge: number, now: number): Plan {
  let surging = 0;
  let available = 0;
  const remove: Pod[] = [];
  const unwanted: Pod[] = [];
  const atOnce: string[] = [];
  const candidates: string[] = [];
  for (const { node, pair } of pairs) {
    if (!pair) {
      surging++;
      continue;
    }
    const { fresh, old } = pair;
    const first = old ?? fresh;
    const serves = first !== undefined && isAvailable(d, first, now);
    if (serves) available++;
    if (!old) continue;
    if (fresh) {
      if (isAvailable(d, fresh, now)) remove.push(old);
      else surging++;
    } else if (wanted.has(node)) (serves ? candidates : atOnce).push(node);
    else (serves ? unwanted : remove).push(old);
  }
  // Who surges wants no node without service: what runs where it should not stays until another is available.
  remove.push(...unwanted.slice(0, Math.max(0, available - wanted.size)));
  return { create: [...atOnce, ...candidates.slice(0, Math.max(0, maxSurge - surging))], remove, ended: [] };
}
