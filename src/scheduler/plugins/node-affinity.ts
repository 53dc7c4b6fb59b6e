import { matchesNodeAffinity, matchesNodeTerm, type NodeSelectorTerm } from "../../api/index.ts";
import type { SchedulerPlugin } from "../types.ts";
import { NODES_ADDED, POD_CHANGED } from "./hints.ts";

/** k8s: plugins/nodeaffinity: nodeSelector and node affinity, required and preferred. */
export const nodeAffinity: SchedulerPlugin = {
  name: "NodeAffinity",
  weight: 2,
  retryOn: [NODES_ADDED, { resource: "nodes", actions: ["UpdateLabel"] }, POD_CHANGED],
  preFilter({ pod: { spec } }) {
    const required = spec?.nodeSelector ?? spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (required === undefined) return { skip: true };
    const only = namedNodes(spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []);
    if (!only) return {};
    return only.size === 0 ? { rejection: { reasons: ["pod affinity terms conflict"], unresolvable: true } } : { only };
  },
  filter: ({ pod }, { node }) => (matchesNodeAffinity(pod.spec, node) ? null : mismatch),
  preScore: ({ pod }) => (pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.length ? undefined : "skip"),
  score({ pod }, { node }) {
    let sum = 0;
    for (const { weight, preference } of pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      if (matchesNodeTerm(preference, node)) sum += weight;
    }
    return sum;
  },
  normalize(scores) {
    const max = Math.max(...scores);
    if (max > 0) for (let i = 0; i < scores.length; i++) scores[i] = Math.floor((100 * (scores[i] as number)) / max);
  },
};

const mismatch = { reasons: ["node(s) didn't match Pod's node affinity/selector"], unresolvable: true };

/** Where every term names its nodes, as those of daemons do, these; else undefined: any node may match. */
function namedNodes(terms: readonly NodeSelectorTerm[]): ReadonlySet<string> | undefined {
  const all = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const named = matchFields.filter((f) => f.key === "metadata.name" && f.operator === "In").map((f) => f.values ?? []);
    if (named.length === 0) return undefined;
    for (const name of named[0] ?? []) if (named.every((values) => values.includes(name))) all.add(name);
  }
  return terms.length === 0 ? undefined : all;
}
