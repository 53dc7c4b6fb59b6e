import { kindTable, type KubeObject, type Node, type Pod } from "../../api/index.ts";
import { getStored } from "./stored.ts";
import type { AdmissionPlugin } from "./types.ts";

const COPIED = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"];

interface Binding extends KubeObject {
  readonly target?: { readonly kind?: string; readonly name?: string };
}

/** A pod learns where it is from its node's labels when it gets one (k8s: plugin/pkg/admission/podtopologylabels). */
export const podTopologyLabels: AdmissionPlugin = {
  name: "PodTopologyLabels",
  resources: ["/pods", "/pods/binding"],
  mutate({ object, operation, scope }) {
    const given = object as Pod & Binding;
    if (operation !== "CREATE") return given;
    const { kind, name } = given.target ?? {};
    const nodeName = scope.info.subresource === "" ? given.spec?.nodeName : kind === "Node" ? name : undefined;
    if (!nodeName) return given;
    const labels = getStored<Node>(scope.server, kindTable.nodes, "", nodeName)?.metadata?.labels;
    let copied: Record<string, string> | undefined;
    for (const key of COPIED) {
      const value = labels?.[key];
      if (value !== undefined) (copied ??= {})[key] = value;
    }
    return copied === undefined ? given : { ...given, metadata: { ...given.metadata, labels: { ...given.metadata?.labels, ...copied } } };
  },
};
