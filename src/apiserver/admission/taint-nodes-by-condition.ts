import type { Node, Taint } from "../../api/index.ts";
import type { AdmissionPlugin } from "./types.ts";

const NOT_READY: Taint = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };

/** Nothing is scheduled on a new node before somebody has seen it ready (k8s: plugin/pkg/admission/nodetaint). */
export const taintNodesByCondition: AdmissionPlugin = {
  name: "TaintNodesByCondition",
  resources: ["/nodes"],
  mutate({ object, operation }) {
    const node = object as Node;
    const taints = node.spec?.taints ?? [];
    if (operation !== "CREATE" || taints.some((t) => t.key === NOT_READY.key && t.effect === NOT_READY.effect)) return node;
    return { ...node, spec: { ...node.spec, taints: [...taints, NOT_READY] } };
  },
};
