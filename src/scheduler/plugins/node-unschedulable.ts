import { tolerates } from "../taints.ts";
import type { SchedulerPlugin } from "../types.ts";
import { NODES_ADDED, POD_CHANGED } from "./hints.ts";

const TAINT = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

/** k8s: plugins/nodeunschedulable: a cordoned node takes only pods that tolerate it. */
export const nodeUnschedulable: SchedulerPlugin = {
  name: "NodeUnschedulable",
  retryOn: [NODES_ADDED, { resource: "nodes", actions: ["UpdateTaint"] }, POD_CHANGED],
  filter({ pod }, { node }) {
    if (!node.spec?.unschedulable || tolerates(pod, TAINT)) return null;
    return { reasons: ["node(s) were unschedulable"], unresolvable: true };
  },
};
