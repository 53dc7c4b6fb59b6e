import type { Node } from "../../api/index.ts";
import { tolerates, untolerated } from "../taints.ts";
import type { PluginFactory, Rejection } from "../types.ts";

const UNTOLERATED: Rejection = { reasons: ["node(s) had untolerated taint(s)"], unresolvable: true };

/** k8s: plugins/tainttoleration. */
export const taintToleration: PluginFactory = () => ({
  name: "TaintToleration",
  weight: 3,
  retryOn: [
    {
      resource: "nodes",
      actions: ["Add", "UpdateTaint"],
      hint: ({ pod }, { object, old }) => (!old || untolerated(pod, old as Node) !== undefined) && !untolerated(pod, object as Node),
    },
    // Tolerations are only ever added.
    { resource: "pods", actions: ["SelfUpdate"], hint: (_pod, { object, old }) => tolerationsOf(object) !== tolerationsOf(old) },
  ],
  filter: ({ pod }, { node }) => (node.spec?.taints && untolerated(pod, node) ? UNTOLERATED : null),
  /** How many soft taints are not tolerated; the fewer the better. */
  score: ({ pod }, { node }) => node.spec?.taints?.filter((t) => t.effect === "PreferNoSchedule" && !tolerates(pod, t)).length ?? 0,
  normalize(scores) {
    let max = 0;
    for (const score of scores) if (score > max) max = score;
    for (let i = 0; i < scores.length; i++) scores[i] = max === 0 ? 100 : 100 - Math.floor((100 * (scores[i] as number)) / max);
  },
});

const tolerationsOf = (pod: object | undefined): unknown => (pod as { spec?: { tolerations?: unknown } } | undefined)?.spec?.tolerations;
