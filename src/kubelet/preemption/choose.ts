import { qosClass, type Pod } from "../../api/index.ts";
import { isCritical } from "../eviction/admission.ts";
import { specOf } from "../pod.ts";
import { podRequests, type Shortage } from "../resources.ts";

/** What a pod would free of something: millicores, bytes, or one of what is counted in pods. */
export function freed(pod: Pod, resource: string): number {
  const { cpu, memory, others } = podRequests(pod);
  return { cpu, memory, pods: 1 }[resource] ?? others?.[resource] ?? 0;
}

/** Who may be ended for whom (k8s: kubelet/types Preemptable). */
function preemptable(preemptor: Pod, other: Pod): boolean {
  if (isCritical(preemptor) && !isCritical(other)) return true;
  const [own, its] = [specOf(preemptor).priority, specOf(other).priority];
  return own !== undefined && its !== undefined && own > its;
}

/** What is still missing once these pods are gone. */
const without = (missing: readonly Shortage[], pods: readonly Pod[]): readonly Shortage[] =>
  missing.flatMap(({ resource, amount }) => {
    const left = amount - pods.reduce((sum, pod) => sum + freed(pod, resource), 0);
    return left > 0 ? [{ resource, amount: left }] : [];
  });

const distance = (missing: readonly Shortage[], pod: Pod): number =>
  missing.reduce((sum, { resource, amount }) => sum + (Math.max(0, amount - freed(pod, resource)) / amount) ** 2, 0);

const smaller = (a: Pod, b: Pod): boolean => {
  const [x, y] = [podRequests(a), podRequests(b)];
  return x.memory === y.memory ? x.cpu <= y.cpu : x.memory < y.memory;
};

/** As few as will do, each the one that comes closest to what is missing, of several the one that asked for least. */
function nearest(pods: readonly Pod[], missing: readonly Shortage[]): readonly Pod[] {
  const chosen: Pod[] = [];
  const open = [...pods];
  for (let left = missing; left.length > 0; left = without(left, chosen.slice(-1))) {
    let best = 0;
    for (const [i, pod] of open.entries()) {
      const [own, least] = [distance(left, pod), distance(left, open[best] as Pod)];
      if (own < least || (own === least && smaller(pod, open[best] as Pod))) best = i;
    }
    const pod = open[best];
    if (pod === undefined) break;
    chosen.push(pod);
    // The last one comes to its place.
    open[best] = open.at(-1) as Pod;
    open.pop();
  }
  return chosen;
}

/**
 * Which pods end for a critical one that finds no room: as little as can be of guaranteed pods, then of burstable ones,
 * then of those that asked for nothing; or why none would do (k8s: preemption.go getPodsToPreempt).
 */
export function podsToPreempt(preemptor: Pod, pods: readonly Pod[], missing: readonly Shortage[]): readonly Pod[] | string {
  const of = (qos: string): readonly Pod[] => pods.filter((pod) => preemptable(preemptor, pod) && qosClass(pod) === qos);
  const [careless, burstable, guaranteed] = [of("BestEffort"), of("Burstable"), of("Guaranteed")];
  const never = without(missing, [...careless, ...burstable, ...guaranteed]);
  if (never.length > 0)
    return `no set of running pods found to reclaim resources: [${never.map(({ resource, amount }) => `(res: ${resource}, q: ${amount}), `).join("")}]`;
  const g = nearest(guaranteed, without(missing, [...careless, ...burstable]));
  const b = nearest(burstable, without(missing, [...careless, ...g]));
  const c = nearest(careless, without(missing, [...b, ...g]));
  return [...c, ...b, ...g];
}
