import type { ClusterRole, PolicyRule } from "../../api/index.ts";
import { deepEqual, labelSelector } from "../../machinery/index.ts";

/**
 * The rules that a role gathers: those of every other role that one of its selectors matches, by name, each once
 * (k8s: pkg/controller/clusterroleaggregation syncClusterRole). Undefined when it has them already, or gathers none.
 */
export function gatheredRules(role: ClusterRole, all: readonly ClusterRole[]): readonly PolicyRule[] | undefined {
  const selectors = role.aggregationRule?.clusterRoleSelectors;
  if (!selectors) return undefined;
  const byName = [...all].sort((a, b) => ((a.metadata?.name ?? "") < (b.metadata?.name ?? "") ? -1 : 1));
  const rules: PolicyRule[] = [];
  for (const selector of selectors) {
    const wanted = labelSelector(selector);
    for (const other of byName) {
      if (other.metadata?.name === role.metadata?.name || !wanted.matches(other.metadata?.labels ?? {})) continue;
      for (const rule of other.rules ?? []) if (!rules.some((there) => deepEqual(there, rule))) rules.push(rule);
    }
  }
  return deepEqual(rules, role.rules ?? []) ? undefined : rules;
}
