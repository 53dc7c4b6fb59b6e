import type { Node, Pod } from "../../api/index.ts";
import { tolerates } from "../taints.ts";
import type { PluginFactory, Rejection } from "../types.ts";

const TAINT = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
const UNSCHEDULABLE: Rejection = { reasons: ["node(s) were unschedulable"], unresolvable: true };

/** k8s: plugins/nodeunschedulable: a cordoned node takes only pods that tolerate it. */
export const nodeUnschedulable: PluginFactory = () => ({
  name: "NodeUnschedulable",
  retryOn: [
    // Cordons are specs and taints at once.
    { resource: "nodes", actions: ["Add", "UpdateTaint"], hint: (_pod, { object, old }) => opens(object as Node, old as Node | undefined) },
    { resource: "pods", actions: ["SelfUpdate"], hint: (_pod, { object }) => tolerates(object as Pod, TAINT) },
  ],
  filter({ pod }, { node }) {
    return !node.spec?.unschedulable || tolerates(pod, TAINT) ? null : UNSCHEDULABLE;
  },
});

const opens = (now: Node, old: Node | undefined): boolean => !now.spec?.unschedulable && (!old || old.spec?.unschedulable === true);
