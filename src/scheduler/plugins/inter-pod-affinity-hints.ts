import type { Node, Pod } from "../../api/index.ts";
import { matchesTerm, podTerms, type Term } from "../affinity-terms.ts";
import type { Labels } from "../tally.ts";
import type { ObjectChange, PodInfo } from "../types.ts";

/** Whether a change of a pod on a node may make room for one that affinity kept out (k8s: isSchedulableAfterPodChange). */
export function afterPodChange(
  pod: PodInfo,
  { object, old }: ObjectChange,
  resolve: (term: Term) => Term,
  labelsOf: (namespace: string) => Labels | undefined,
): boolean {
  const [now, before] = [object as Pod | undefined, old as Pod | undefined];
  const terms = podTerms(pod.pod);
  const near = matchesAll(terms.affinity.map(resolve));
  const far = matchesAll(terms.antiAffinity.map(resolve));
  if (now && before) return (!near(before) && near(now)) || (far(before) && !far(now));
  if (now) return near(now);
  // What is gone kept this pod away, or was kept away by it.
  return before !== undefined && (far(before) || podTerms(before).antiAffinity.some((term) => matchesTerm(term, pod.pod, labelsOf)));
}

const matchesAll =
  (terms: readonly Term[]) =>
  (pod: Pod): boolean =>
    terms.length > 0 && terms.every((term) => matchesTerm(term, pod, () => undefined));

/**
 * Whether a new node, or one that is in other domains now, may do for a pod that affinity kept out (k8s:
 * isSchedulableAfterNodeChange). A pod without rules was kept out by those of others: any new domain may do.
 */
export function afterNodeChange({ pod }: PodInfo, { object, old }: ObjectChange): boolean {
  const now = (object as Node | undefined)?.metadata?.labels ?? {};
  const before = (old as Node | undefined)?.metadata?.labels ?? {};
  const { affinity, antiAffinity } = podTerms(pod);
  if (affinity.length === 0 && antiAffinity.length === 0) return true;
  const moved = ({ topologyKey }: Term): boolean => now[topologyKey] !== before[topologyKey];
  if (affinity.some((term) => now[term.topologyKey] !== undefined && moved(term))) return true;
  return antiAffinity.some((term) => !old || (before[term.topologyKey] !== undefined && moved(term)));
}
