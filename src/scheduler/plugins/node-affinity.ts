import { matchesNodeAffinity, matchesNodeTerm, type Node, type NodeSelectorTerm, type PodSpec } from "../../api/index.ts";
import type { PluginFactory, Rejection } from "../types.ts";
import { nodeAffinityArgs } from "./args.ts";

const MISMATCH: Rejection = { reasons: ["node(s) didn't match Pod's node affinity/selector"], unresolvable: true };
const ENFORCED: Rejection = { reasons: ["node(s) didn't match scheduler-enforced node affinity"], unresolvable: true };
const CONFLICT: Rejection = { reasons: ["pod affinity terms conflict"], unresolvable: true };

/** k8s: plugins/nodeaffinity: nodeSelector and node affinity, required and preferred, and what the profile adds. */
export const nodeAffinity: PluginFactory = (_handle, given) => {
  const { addedAffinity } = nodeAffinityArgs(given);
  const added = addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const addedPreferred = addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const enforced = (node: Node): boolean => !added || added.some((term) => matchesNodeTerm(term, node));
  const matches = (spec: PodSpec | undefined, node: Node): boolean => enforced(node) && matchesNodeAffinity(spec, node);
  return {
    name: "NodeAffinity",
    weight: 2,
    retryOn: [
      {
        resource: "nodes",
        actions: ["Add", "UpdateLabel"],
        hint: ({ pod }, { object, old }) => matches(pod.spec, object as Node) && !(old && matches(pod.spec, old as Node)),
      },
    ],
    preFilter({ pod: { spec } }) {
      const required = requiredTerms(spec);
      if (!required && !added && !spec?.nodeSelector) return { skip: true };
      const only = namedNodes(required ?? []);
      if (!only) return {};
      return only.size === 0 ? { rejection: CONFLICT } : { only };
    },
    filter: ({ pod }, { node }) => (enforced(node) ? (matchesNodeAffinity(pod.spec, node) ? null : MISMATCH) : ENFORCED),
    preScore: ({ pod }) => (preferredTerms(pod.spec).length + addedPreferred.length > 0 ? undefined : "skip"),
    score({ pod }, { node }) {
      let sum = 0;
      for (const { weight, preference } of addedPreferred) if (matchesNodeTerm(preference, node)) sum += weight;
      for (const { weight, preference } of preferredTerms(pod.spec)) if (matchesNodeTerm(preference, node)) sum += weight;
      return sum;
    },
    normalize(scores) {
      let max = 0;
      for (const score of scores) if (score > max) max = score;
      if (max > 0) for (let i = 0; i < scores.length; i++) scores[i] = Math.floor((100 * (scores[i] as number)) / max);
    },
  };
};

const requiredTerms = (spec: PodSpec | undefined) =>
  spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
const preferredTerms = (spec: PodSpec | undefined) => spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];

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
