import { matchesNodeAffinity, matchesNodeTerm } from "../../api/index.ts";
import type { SchedulerPlugin } from "../types.ts";

/** k8s: plugins/nodeaffinity: nodeSelector and node affinity, required and preferred. */
export const nodeAffinity: SchedulerPlugin = {
  name: "NodeAffinity",
  weight: 2,
  retryOn: ["NodeAdd", "NodeUpdate"],
  preFilter({ pod: { spec } }) {
    const required = spec?.nodeSelector ?? spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    return required === undefined ? { skip: true } : {};
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
