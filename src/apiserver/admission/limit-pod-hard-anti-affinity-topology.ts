import type { Pod } from "../../api/index.ts";
import { refuse } from "./refuse.ts";
import type { AdmissionPlugin } from "./types.ts";

const HOSTNAME = "kubernetes.io/hostname";

/** A pod may keep others off its node, but not off a whole zone (k8s: plugin/pkg/admission/antiaffinity). */
export const limitPodHardAntiAffinityTopology: AdmissionPlugin = {
  name: "LimitPodHardAntiAffinityTopology",
  offByDefault: true,
  resources: ["/pods"],
  validate(attributes) {
    const rules = (attributes.object as Pod | undefined)?.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    for (const { topologyKey } of rules ?? []) {
      if (topologyKey === HOSTNAME) continue;
      const why = `affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey ${topologyKey} but only key ${HOSTNAME} is allowed`;
      throw refuse(attributes, why);
    }
  },
};
