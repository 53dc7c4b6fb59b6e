import { tolerates } from "../taints.ts";
import type { SchedulerPlugin } from "../types.ts";
import { NODES_ADDED, POD_CHANGED } from "./hints.ts";

/** k8s: plugins/tainttoleration. */
export const taintToleration: SchedulerPlugin = {
  name: "TaintToleration",
  weight: 3,
  retryOn: [NODES_ADDED, { resource: "nodes", actions: ["UpdateTaint"] }, POD_CHANGED],
  filter({ pod }, { node }) {
    const taint = node.spec?.taints?.find((t) => (t.effect === "NoSchedule" || t.effect === "NoExecute") && !tolerates(pod, t));
    return taint ? { reasons: ["node(s) had untolerated taint(s)"], unresolvable: true } : null;
  },
  /** How many soft taints are not tolerated; the fewer the better. */
  score: ({ pod }, { node }) => node.spec?.taints?.filter((t) => t.effect === "PreferNoSchedule" && !tolerates(pod, t)).length ?? 0,
  normalize(scores) {
    const max = Math.max(...scores);
    for (let i = 0; i < scores.length; i++) scores[i] = max === 0 ? 100 : 100 - Math.floor((100 * (scores[i] as number)) / max);
  },
};
