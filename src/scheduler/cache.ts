import { isResizing, type Node, type Pod } from "../api/index.ts";
import type { LabelSelector } from "../machinery/index.ts";
import { count } from "./node-info.ts";
import { PlacedTerms } from "./placed-terms.ts";
import { emptyNodeInfo, podInfo } from "./pod-info.ts";
import { Counts, type Labels, type PodQuestion, Tallies, type Tally } from "./tally.ts";
import type { NodeInfo, PodInfo, Snapshot } from "./types.ts";

/** The scheduler's picture of nodes and pods, kept up by changes (k8s: backend/cache). Cycles read it directly: they run one at a time. */
export class SchedulerCache implements Snapshot {
  readonly #byName = new Map<string, NodeInfo>();
  #nodes: NodeInfo[] = [];
  /** Where each placed pod counts, by UID; assumed pods too. */
  readonly #placed = new Map<string, { readonly node: string; readonly info: PodInfo }>();
  readonly #imageNodes = new Map<string, number>();
  /** Each node once: how many a domain has. */
  readonly #nodeCounts = new Counts((node) => this.#labelsOf(node));
  readonly #tallies = new Tallies((node) => this.#labelsOf(node));
  readonly placedTerms = new PlacedTerms((node) => this.#labelsOf(node));
  readonly #selectorOf: (pod: PodInfo) => LabelSelector | undefined;

  constructor(selectorOf: (pod: PodInfo) => LabelSelector | undefined = () => undefined) {
    this.#selectorOf = selectorOf;
  }

  get nodes(): readonly NodeInfo[] {
    return this.#nodes;
  }
  get(name: string): NodeInfo | undefined {
    return this.#byName.get(name);
  }
  nodesWithImage(image: string): number {
    return this.#imageNodes.get(image) ?? 0;
  }

  domains(topologyKey: string): ReadonlyMap<string, number> {
    return this.#nodeCounts.domains(topologyKey);
  }
  tally(question: PodQuestion): Tally {
    return this.#tallies.of(question, () => this.#placed.values());
  }
  defaultSelector(pod: PodInfo): LabelSelector | undefined {
    return this.#selectorOf(pod);
  }

  setNode(node: Node): void {
    const name = node.metadata?.name ?? "";
    const before = this.#byName.get(name);
    const fresh = emptyNodeInfo(node);
    // Pods and their sums are the node's whatever its object says.
    const info: NodeInfo = before
      ? { ...fresh, pods: before.pods, requested: before.requested, nonZero: before.nonZero, hostPorts: before.hostPorts }
      : fresh;
    this.#countImages(before, -1);
    this.#countImages(info, 1);
    this.#byName.set(name, info);
    if (!before) this.#nodeCounts.add(name, 1);
    this.#relabel(name, before && labels(before.node), labels(node));
    if (before) this.#nodes[this.#nodes.indexOf(before)] = info;
    else {
      this.#nodes.push(info);
      // Pods may have been seen before their node.
      for (const { node: on, info: pod } of this.#placed.values()) if (on === name) count(info, pod, 1);
    }
  }

  removeNode(name: string): void {
    const before = this.#byName.get(name);
    if (!before) return;
    this.#countImages(before, -1);
    this.#nodeCounts.add(name, -1);
    this.#byName.delete(name);
    this.#relabel(name, labels(before.node), undefined);
    this.#nodes = this.#nodes.filter((n) => n !== before);
  }

  /** Counts a pod on a node, instead of wherever it counted before. */
  place(info: PodInfo, node: string): void {
    const before = this.#placed.get(info.uid);
    if (before?.node === node && before.info.requests === info.requests) return;
    if (before) this.forget(info.uid);
    this.#placed.set(info.uid, { node, info });
    this.#tally(info, node, 1);
    const on = this.#byName.get(node);
    if (on) count(on, info, 1);
  }

  forget(uid: string): boolean {
    const before = this.#placed.get(uid);
    if (!before) return false;
    this.#placed.delete(uid);
    this.#tally(before.info, before.node, -1);
    const on = this.#byName.get(before.node);
    if (on) count(on, before.info, -1);
    return true;
  }

  /** A bound pod, as the informer brings it: most of what its kubelet says of it changes nothing here. */
  observe(pod: Pod): void {
    const uid = pod.metadata?.uid ?? "";
    const node = pod.spec?.nodeName as string;
    const before = this.#placed.get(uid);
    if (before?.node !== node || countsOtherwise(before.info.pod, pod)) {
      const known =
        before?.info.pod.spec === pod.spec && !isResizing(pod) && !isResizing(before?.info.pod ?? pod) ? before?.info : undefined;
      this.forget(uid);
      this.place(known ? { ...known, pod } : podInfo(pod), node);
    } else if (before.info.pod.status?.startTime !== pod.status?.startTime) {
      const info = { ...before.info, pod };
      this.#placed.set(uid, { node, info });
      const on = this.#byName.get(node);
      (on?.pods as Map<string, PodInfo> | undefined)?.set(uid, info);
    }
  }

  #labelsOf(node: string): Labels | undefined {
    const info = this.#byName.get(node);
    return info && labels(info.node);
  }

  #tally(info: PodInfo, node: string, by: 1 | -1): void {
    this.#tallies.add(info, node, by);
    this.placedTerms.add(info, node, by);
  }

  #relabel(node: string, before: Labels | undefined, after: Labels | undefined): void {
    if (before === after) return;
    // A new node was counted where it is.
    if (before) this.#nodeCounts.relabel(node, before, after);
    this.#tallies.relabel(node, before, after);
    this.placedTerms.relabel(node, before, after);
  }

  #countImages(info: NodeInfo | undefined, by: 1 | -1): void {
    for (const image of info?.images.keys() ?? []) this.#imageNodes.set(image, (this.#imageNodes.get(image) ?? 0) + by);
  }
}

const NO_LABELS: Labels = {};
const labels = (node: Node): Labels => node.metadata?.labels ?? NO_LABELS;

/** Whether what counts pods counts this one otherwise than before: by what it asks for, by its labels, and not while it leaves. */
function countsOtherwise(before: Pod, pod: Pod): boolean {
  const { metadata, spec } = pod;
  return (
    (before.status?.containerStatuses !== pod.status?.containerStatuses && (isResizing(before) || isResizing(pod))) ||
    before.spec?.containers !== spec?.containers ||
    before.metadata?.labels !== metadata?.labels ||
    before.metadata?.deletionTimestamp !== metadata?.deletionTimestamp
  );
}
