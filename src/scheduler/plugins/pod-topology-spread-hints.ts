import type { Node, Pod } from "../../api/index.ts";
import type { ObjectChange, PodInfo } from "../types.ts";
import { type Constraint, hasKeys } from "./spread-constraints.ts";

type Rules = (pod: PodInfo) => readonly Constraint[];

/** Whether a pod on a node that came, went or has other labels may have changed a skew (k8s: isSchedulableAfterPodChange). */
export function afterPodChange(waiting: PodInfo, { object, old }: ObjectChange, rules: Rules): boolean {
  const [now, before] = [object as Pod | undefined, old as Pod | undefined];
  if ((now ?? before)?.metadata?.namespace !== waiting.pod.metadata?.namespace) return false;
  return rules(waiting).some(({ selector }) => {
    const matched = before !== undefined && selector.matches(before.metadata?.labels);
    const matches = now !== undefined && selector.matches(now.metadata?.labels);
    return matched !== matches;
  });
}

/** The pod's own labels may take it out of its constraints; a new toleration may add nodes that count. */
export function afterOwnChange(waiting: PodInfo, { object, old }: ObjectChange, rules: Rules): boolean {
  const [now, before] = [object as Pod | undefined, old as Pod | undefined];
  const constraints = rules(waiting);
  if (now?.spec?.tolerations !== before?.spec?.tolerations && constraints.some((c) => c.honorTaints)) return true;
  return constraints.some(({ selector }) => selector.matches(before?.metadata?.labels) !== selector.matches(now?.metadata?.labels));
}

/** Whether domains came, went or changed nodes (k8s: isSchedulableAfterNodeChange). */
export function afterNodeChange(waiting: PodInfo, { object, old }: ObjectChange, rules: Rules): boolean {
  const [now, before] = [object as Node | undefined, old as Node | undefined];
  const constraints = rules(waiting);
  const has = now !== undefined && hasKeys(constraints, now.metadata?.labels);
  const had = before !== undefined && hasKeys(constraints, before.metadata?.labels);
  if (has !== had) return true;
  if (!has || !now || !before) return false;
  return (
    now.spec?.taints !== before.spec?.taints ||
    constraints.some(({ topologyKey }) => now.metadata?.labels?.[topologyKey] !== before.metadata?.labels?.[topologyKey])
  );
}
