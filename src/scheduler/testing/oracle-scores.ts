import type { Node, Pod } from "../../api/index.ts";
import { requestsOf } from "./oracle-amounts.ts";
import { capacity, countedNodes, countSpread, labelsOf, means, nodeOf, softTaints, termMatches, used } from "./oracle.ts";
import type { SmallCluster } from "./random-cluster.ts";

const ABSENT = { cpu: 100, memory: 200 * 1024 * 1024 };
const HOSTNAME = "kubernetes.io/hostname";

/** The weighted total of every node that may be chosen, by the default profile. */
export function totals(cluster: SmallCluster, pod: Pod, feasible: readonly Node[]): readonly number[] {
  const parts: (readonly [number, readonly number[]])[] = [
    [3, inverted(feasible.map((n) => softTaints(pod, n)))],
    [2, proportional(feasible.map((n) => preferredNode(pod, n)))],
    [1, feasible.map((n) => leastAllocated(cluster, pod, n))],
    [2, spreadScores(cluster, pod, feasible)],
    [2, stretched(feasible.map((n) => companyScore(cluster, pod, n)))],
    [1, balanced(cluster, pod, feasible)],
    [1, feasible.map((n) => imageScore(cluster, pod, n))],
  ];
  return feasible.map((_, i) => parts.reduce((sum, [weight, scores]) => sum + weight * (scores[i] as number), 0));
}

function inverted(raw: readonly number[]): readonly number[] {
  const max = Math.max(...raw);
  return raw.map((s) => (max === 0 ? 100 : 100 - Math.floor((s * 100) / max)));
}
function proportional(raw: readonly number[]): readonly number[] {
  const max = Math.max(...raw);
  return raw.map((s) => (max === 0 ? 0 : Math.floor((s * 100) / max)));
}
function stretched(raw: readonly number[]): readonly number[] {
  const [min, max] = [Math.min(...raw), Math.max(...raw)];
  return raw.map((s) => (max === min ? 0 : Math.floor(100 * ((s - min) / (max - min)))));
}

const preferredNode = (pod: Pod, node: Node): number =>
  (pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
    .filter((p) => termMatches(p.preference, node))
    .reduce((sum, p) => sum + p.weight, 0);

function leastAllocated(cluster: SmallCluster, pod: Pod, node: Node): number {
  const free = (name: "cpu" | "memory"): number => {
    const all = capacity(node, name);
    const taken = used(cluster, node, name, ABSENT) + (requestsOf(pod, ABSENT)[name] ?? 0);
    return taken > all ? 0 : Math.floor(((all - taken) * 100) / all);
  };
  return Math.floor((free("cpu") + free("memory")) / 2);
}

function balanced(cluster: SmallCluster, pod: Pod, feasible: readonly Node[]): readonly number[] {
  const wants = requestsOf(pod);
  if (!wants["cpu"] && !wants["memory"]) return feasible.map(() => 0);
  return feasible.map((node) => {
    const share = (name: "cpu" | "memory", more: number): number => Math.min(1, (used(cluster, node, name) + more) / capacity(node, name));
    const even = (cpu: number, memory: number): number => Math.floor((1 - Math.abs(cpu - memory) / 2) * 100);
    const after = even(share("cpu", wants["cpu"] ?? 0), share("memory", wants["memory"] ?? 0));
    const before = even(share("cpu", 0), share("memory", 0));
    return 50 + Math.trunc((50 + after - before) / 2);
  });
}

function imageScore(cluster: SmallCluster, pod: Pod, node: Node): number {
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  const images = [...containers.map((c) => c.image ?? ""), ...(pod.spec?.volumes ?? []).map((v) => v.image?.reference ?? "")];
  const sizeOn = (n: Node, image: string): number | undefined => n.status?.images?.find((i) => i.names?.includes(image))?.sizeBytes;
  let sum = 0;
  for (const image of images) {
    const name = image.includes(":") ? image : `${image}:latest`;
    const holders = cluster.nodes.filter((n) => sizeOn(n, name) !== undefined).length;
    sum += Math.floor((sizeOn(node, name) ?? 0) * (holders / cluster.nodes.length));
  }
  const mega = 1024 * 1024;
  const most = 1000 * mega * containers.length;
  const clamped = Math.max(23 * mega, Math.min(sum, most));
  return Math.floor((100 * (clamped - 23 * mega)) / (most - 23 * mega));
}

/** Every pod's wishes about the new one and the new one's about every pod, where they would be in one domain. */
function companyScore(cluster: SmallCluster, pod: Pod, node: Node): number {
  let score = 0;
  for (const p of cluster.placed) {
    const theirNode = nodeOf(cluster, p);
    const near = (key: string): boolean =>
      labelsOf(node)[key] !== undefined && theirNode !== undefined && labelsOf(theirNode)[key] === labelsOf(node)[key];
    for (const [owner, other] of [
      [pod, p.pod],
      [p.pod, pod],
    ] as const) {
      const { podAffinity, podAntiAffinity } = owner.spec?.affinity ?? {};
      for (const { weight, podAffinityTerm: term } of podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
        if (near(term.topologyKey) && means(cluster, owner, term, other)) score += weight;
      for (const { weight, podAffinityTerm: term } of podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
        if (near(term.topologyKey) && means(cluster, owner, term, other)) score -= weight;
    }
    // A pod that must be near pods like this one would have been glad of it.
    for (const term of p.pod.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [])
      if (near(term.topologyKey) && means(cluster, p.pod, term, pod)) score += 1;
  }
  return score;
}

/** Only what pods themselves say: no Service or controller selects anything here. */
function spreadScores(cluster: SmallCluster, pod: Pod, feasible: readonly Node[]): readonly number[] {
  const wishes = (pod.spec?.topologySpreadConstraints ?? []).filter((c) => c.whenUnsatisfiable === "ScheduleAnyway");
  if (wishes.length === 0) return feasible.map(() => 0);
  const scored = feasible.filter((n) => wishes.every((w) => labelsOf(n)[w.topologyKey] !== undefined));
  const raw = new Map(
    scored.map((node) => {
      let sum = 0;
      for (const wish of wishes) {
        const key = wish.topologyKey;
        const size = key === HOSTNAME ? scored.length : new Set(scored.map((n) => labelsOf(n)[key])).size;
        const mates =
          key === HOSTNAME ? [node] : countedNodes(cluster, wish, wishes, pod).filter((n) => labelsOf(n)[key] === labelsOf(node)[key]);
        const count = mates.reduce((total, n) => total + countSpread(cluster, wish, pod, n), 0);
        sum += count * Math.log(size + 2) + (wish.maxSkew - 1);
      }
      return [node, Math.round(sum)] as const;
    }),
  );
  const [min, max] = [Math.min(...raw.values()), Math.max(...raw.values())];
  return feasible.map((n) => {
    const score = raw.get(n);
    if (score === undefined) return 0;
    return max === 0 ? 100 : Math.floor((100 * (max + min - score)) / max);
  });
}
