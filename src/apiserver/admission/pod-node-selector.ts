import { kindTable, type Namespace, type Pod } from "../../api/index.ts";
import { refuse } from "./refuse.ts";
import { getStored } from "./stored.ts";
import type { AdmissionPlugin } from "./types.ts";

const SELECTOR = "scheduler.alpha.kubernetes.io/node-selector";

/** A namespace's pods run on the nodes that it names in an annotation (k8s: plugin/pkg/admission/podnodeselector). */
export const podNodeSelector: AdmissionPlugin = {
  name: "PodNodeSelector",
  offByDefault: true,
  resources: ["/pods"],
  mutate(attributes) {
    const { object, operation, scope } = attributes;
    const pod = object as Pod;
    const text = getStored<Namespace>(scope.server, kindTable.namespaces, "", scope.info.namespace)?.metadata?.annotations?.[SELECTOR];
    if (operation !== "CREATE" || !pod.spec || !text) return pod;
    const wanted = Object.fromEntries(text.split(",").map((pair) => pair.split("=").map((part) => part.trim()) as [string, string]));
    const own = pod.spec.nodeSelector ?? {};
    if (Object.keys(wanted).some((key) => own[key] !== undefined && own[key] !== wanted[key]))
      throw refuse(attributes, "pod node label selector conflicts with its namespace node label selector");
    return { ...pod, spec: { ...pod.spec, nodeSelector: { ...wanted, ...own } } };
  },
};
