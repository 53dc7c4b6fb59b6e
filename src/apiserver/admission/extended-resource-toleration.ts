import { isExtendedResource, type Pod } from "../../api/index.ts";
import type { AdmissionPlugin } from "./types.ts";

/** Nodes with rare devices are tainted; who asks for one tolerates that (k8s: plugin/pkg/admission/extendedresourcetoleration). */
export const extendedResourceToleration: AdmissionPlugin = {
  name: "ExtendedResourceToleration",
  offByDefault: true,
  resources: ["/pods"],
  mutate({ object, operation }) {
    const pod = object as Pod;
    if (operation === "DELETE" || !pod.spec) return pod;
    const own = pod.spec.tolerations ?? [];
    const asked = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])].flatMap((c) =>
      Object.keys(c.resources?.requests ?? {}),
    );
    const missing = [...new Set(asked.filter(isExtendedResource))]
      .filter((key) => !own.some((t) => t.key === key && t.operator === "Exists" && t.effect === "NoSchedule"))
      .toSorted()
      .map((key) => ({ key, operator: "Exists", effect: "NoSchedule" }));
    return missing.length === 0 ? pod : { ...pod, spec: { ...pod.spec, tolerations: [...own, ...missing] } };
  },
};
