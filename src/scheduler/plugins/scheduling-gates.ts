import type { Pod } from "../../api/index.ts";
import type { PluginFactory } from "../types.ts";

/** k8s: plugins/schedulinggates: a pod with gates is not even tried. The API server words its condition. */
export const schedulingGates: PluginFactory = () => ({
  name: "SchedulingGates",
  retryOn: [{ resource: "pods", actions: ["SelfUpdate"], hint: (_pod, { object }) => gatesOf(object as Pod).length === 0 }],
  preEnqueue({ pod }) {
    const gates = gatesOf(pod);
    return gates.length === 0
      ? null
      : { reasons: [`waiting for scheduling gates: [${gates.map((g) => g.name).join(" ")}]`], unresolvable: true };
  },
});

const gatesOf = ({ spec }: Pod): readonly { readonly name: string }[] => spec?.schedulingGates ?? [];
