import type { Node, Pod } from "../../api/index.ts";
import type { PluginFactory, SchedulerPlugin } from "../types.ts";

/** What a pod may need of its kubelet that not every kubelet has (k8s: component-helpers/nodedeclaredfeatures InferForPodScheduling). */
const FEATURES: Readonly<Record<string, (pod: Pod) => boolean>> = {
  RestartAllContainersOnContainerExits: ({ spec }) =>
    [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].some((c) =>
      c.restartPolicyRules?.some((rule) => rule.action === "RestartAllContainers"),
    ),
};

/**
 * k8s: plugins/nodedeclaredfeatures. A pod goes where the kubelet says that it has what the pod needs; where none does, it
 * waits, and is told so.
 */
export const nodeDeclaredFeatures: PluginFactory = (): SchedulerPlugin<readonly string[]> => ({
  name: "NodeDeclaredFeatures",
  retryOn: [
    {
      resource: "nodes",
      actions: ["Add", "Update"],
      hint: (_pod, { object, old }) => !old || (object as Node).status?.declaredFeatures !== (old as Node).status?.declaredFeatures,
    },
  ],
  preFilter({ pod }) {
    const needed = Object.keys(FEATURES).filter((name) => FEATURES[name]?.(pod));
    return needed.length === 0 ? { skip: true } : { state: needed };
  },
  filter(_pod, { node }, needed) {
    const missing = needed.filter((name) => !node.status?.declaredFeatures?.includes(name));
    if (missing.length === 0) return null;
    return { reasons: [`node declared features check failed - unsatisfied requirements: ${missing.join(", ")}`], unresolvable: true };
  },
});
